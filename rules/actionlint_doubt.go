package rules

import (
	"slices"
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// alDoubts says in which parts of a file actionlint may find something. It need not see the others, which are nearly all.
type alDoubts struct {
	top   bool // outside of jobs and steps
	jobs  []alJobDoubt
	steps []*syntax.Step // in the order of the file
}

// alJobDoubt is a job in which actionlint may find something: in its steps or in what these can read, or in its frame, which is the rest.
type alJobDoubt struct {
	*syntax.Job
	frame bool
}

func (d *alDoubts) none() bool { return !d.top && len(d.jobs) == 0 }

// everything is in doubt.
func everything(f *syntax.File) *alDoubts {
	d := &alDoubts{top: true}
	if w := f.Workflow; w != nil {
		for _, j := range w.Jobs {
			if j.Node != nil && w.Job(j.ID.Value) == j {
				d.jobs = append(d.jobs, alJobDoubt{j, true})
				d.steps = slices.AppendSeq(d.steps, j.Flat())
			}
		}
	} else if f.Action.Runs != nil {
		d.steps = f.Action.Runs.Steps
	}
	return d
}

// doubts looks for what actionlint may find something in. What it leaves out is proven to be right, or such that what is found
// there is not reported.
func (t *alTree) doubts() *alDoubts {
	if len(t.file.Errs) > 0 || t.config != nil || t.crowded() {
		return everything(t.file)
	}
	d, s := &alDoubts{}, &alScope{tree: t, file: t.file}
	if w := t.file.Workflow; w != nil {
		d.top = s.workflowInDoubt(w)
		for _, j := range w.Jobs {
			s.job, s.ran = j, s.ran[:0]
			head, frame := s.headInDoubt(j), s.frameInDoubt(j)
			steps := s.stepsInDoubt(d, j.Steps)
			if frame = frame || s.endInDoubt(j); head || frame || steps {
				d.jobs = append(d.jobs, alJobDoubt{j, frame})
			}
		}
	} else if a := t.file.Action; a.Runs != nil {
		s.matrix.loose = true // whoever uses the action may have one
		d.top = s.stepsInDoubt(d, a.Runs.Steps)
		d.top = d.top || slices.ContainsFunc(a.Outputs, func(o *syntax.Output) bool { return s.doubt(o.Value, alJobOutput) })
	}
	return d
}

// doubt reports a text whose expressions may be at fault.
func (s *alScope) doubt(f *syntax.Field, key alKey) bool {
	return f != nil && s.textInDoubt(&f.Str, key)
}

func (s *alScope) textInDoubt(str *syntax.Str, key alKey) bool {
	if str == nil {
		return false
	}
	for i := range str.Fences {
		switch s.fence(str, i, key) {
		case alDoubt, alNull, alObject, alList:
			return true
		}
	}
	return false
}

// notBool reports a value that may be neither true nor false.
func (s *alScope) notBool(f *syntax.Field, key alKey) bool { return s.not(alBool, f, key) }

func (s *alScope) notNumber(f *syntax.Field, key alKey) bool { return s.not(alNumber, f, key) }

func (s *alScope) not(want alKind, f *syntax.Field, key alKey) bool {
	if f == nil || len(f.Fences) == 0 || !wholeFence(&f.Str) {
		return false
	}
	kind := s.fence(&f.Str, 0, key)
	return kind != want && kind != alAny
}

func (s *alScope) conditionInDoubt(c *syntax.Condition, key alKey) bool {
	switch {
	case c == nil:
		return false
	case len(c.Fences) > 0:
		return s.textInDoubt(&c.Str, key)
	}
	return c.Cond.X == nil || strings.TrimSpace(c.Value) == "" ||
		s.expression(c.Cond.X, c.Value, expr.Span{End: len(c.Value)}, key) == alDoubt
}

func (s *alScope) listInDoubt(l *syntax.List, key alKey) bool {
	return l != nil && slices.ContainsFunc(l.Values, func(v *syntax.Str) bool { return s.textInDoubt(v, key) })
}

// valueInDoubt is textInDoubt for what alTree.text hands over.
func (s *alScope) valueInDoubt(str *syntax.Str, key alKey, where alWhere) bool {
	return !s.tree.plainText(str, where) && s.textInDoubt(str, key)
}

func (s *alScope) valuesInDoubt(m *syntax.Map, key alKey, where alWhere) bool {
	if m == nil {
		return false
	}
	for i := range m.Entries {
		if v := m.Entries[i].Value; v != nil && s.valueInDoubt(v, key, where) {
			return true
		}
	}
	return false
}

func (s *alScope) envInDoubt(m *syntax.Map, key alKey, where alWhere) bool {
	if m == nil {
		return false
	}
	for i := range m.Entries {
		if strings.ContainsAny(m.Entries[i].Name.Value, "&= \t$") {
			return true
		}
	}
	return m.Expr != nil || s.valuesInDoubt(m, key, where)
}

func (s *alScope) workflowInDoubt(w *syntax.Workflow) bool {
	if s.doubt(w.Name, alNoKey) || s.doubt(w.RunName, alRunName) || s.envInDoubt(w.Env, alEnv, inEnv) || s.concurrencyInDoubt(w.Concurrency, alConcurrency) ||
		w.Defaults != nil && (s.shellInDoubt(w.Defaults.Shell) || s.doubt(w.Defaults.WorkingDirectory, alNoKey)) {
		return true
	}
	return w.On != nil && slices.ContainsFunc(w.On.Events, s.eventInDoubt)
}

func (s *alScope) concurrencyInDoubt(c *syntax.Concurrency, key alKey) bool {
	return c != nil && (s.doubt(c.Group, key) || s.notBool(c.CancelInProgress, key))
}
