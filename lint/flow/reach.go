package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// Outsider says how far somebody without rights gets who starts a job, or one of its steps, through a trigger. With a nil
// step it speaks of the job.
func (f *Flow) Outsider(t Trigger, file *syntax.File, job *syntax.Job, step *syntax.Step) Access {
	a := Access{Trigger: t}
	if reached, guards := f.reach(t, file, job, step, strong); !reached {
		a.Blocked, a.Guards = true, guards
		return a
	}
	if reached, guards := f.reach(t, file, job, step, weak); !reached {
		a.Weak, a.Guards = true, guards
	} else if types := insiderTypes(t); types != nil {
		a.Weak, a.Guards = true, []Guard{{Label, t.File, types.Span}}
	}
	if job != nil && job.Environment != nil {
		a.Guards = append(a.Guards, Guard{Approval, file, job.Environment.Key})
	}
	return a
}

// insiderTypes returns the types: of a trigger when only people with triage rights can cause all of them.
func insiderTypes(t Trigger) *syntax.List {
	if t.Event == nil || t.Event.Types == nil || len(t.Event.Types.Values) == 0 {
		return nil
	}
	if slices.ContainsFunc(t.Event.Types.Values, func(v *syntax.Str) bool { return !insiderAction(v.Value) }) {
		return nil
	}
	return t.Event.Types
}

// reach judges the callers, the needed jobs, the job and the step in turn.
func (f *Flow) reach(t Trigger, file *syntax.File, job *syntax.Job, step *syntax.Step, counts func(GuardKind) bool) (bool, []Guard) {
	if job == nil {
		return true, nil
	}
	for _, c := range t.Via {
		if ok, guards := f.reachJob(t, c.File, c.Job, counts, nil); !ok {
			return false, guards
		}
	}
	if ok, guards := f.reachJob(t, file, job, counts, nil); !ok {
		return false, guards
	}
	if step == nil {
		return true, nil
	}
	for before := range job.Flat() {
		o := &outsider{trigger: t, counts: counts}
		if before == step {
			if o.judge(file, before.If) == expr.False {
				return false, o.guards
			}
			break
		}
		if f.stops(file, job, before) && o.judge(file, before.If) == expr.True {
			return false, o.guards
		}
	}
	return true, nil
}

// stops reports that a step, when it runs, always fails the job: a script that only prints and then exits with an error.
func (f *Flow) stops(file *syntax.File, job *syntax.Job, s *syntax.Step) bool {
	if s.Run == nil || s.If == nil || s.ContinueOnError != nil || !strings.Contains(s.Run.Value, "exit") {
		return false
	}
	commands := f.Script(file, job, s).Commands
	for i, c := range commands {
		switch c.Name {
		case "echo", "printf":
		case "exit":
			return i == len(commands)-1 && len(c.Words) == 2 && c.Words[1].Const && c.Words[1].Text != "0"
		default:
			return false
		}
	}
	return false
}

// reachJob judges one job and those it needs. seen holds the ids on the way, lower-cased, against cycles.
func (f *Flow) reachJob(t Trigger, file *syntax.File, job *syntax.Job, counts func(GuardKind) bool, seen []string) (bool, []Guard) {
	o := &outsider{trigger: t, counts: counts}
	var needed []Guard
	if job.Needs != nil {
		for _, need := range job.Needs.Values {
			id := strings.ToLower(need.Value)
			before := jobByID(file, id)
			if before == nil || slices.Contains(seen, id) {
				continue
			}
			if ok, guards := f.reachJob(t, file, before, counts, append(seen, id)); !ok {
				if o.skipped == nil {
					o.skipped = map[string]bool{}
				}
				o.skipped[id], o.failed = true, true
				needed = append(needed, guards...)
			}
		}
	}
	if o.failed && !hasStatus(job.If) {
		return false, needed
	}
	if o.judge(file, job.If) == expr.False {
		return false, append(o.guards, needed...)
	}
	return true, nil
}

func jobByID(file *syntax.File, id string) *syntax.Job {
	for _, j := range file.Workflow.Jobs {
		if strings.EqualFold(j.ID.Value, id) {
			return j
		}
	}
	return nil
}

// hasStatus reports that a condition calls a status function, which takes the place of the success() that is added otherwise.
func hasStatus(c *syntax.Condition) bool {
	if c == nil || c.Cond.X == nil {
		return false
	}
	found := false
	expr.Walk(c.Cond.X, func(n expr.Node) bool {
		if call, ok := n.(*expr.Call); ok {
			switch strings.ToLower(call.Name) {
			case "always", "failure", "cancelled", "success":
				found = true
			}
		}
		return !found
	})
	return found
}

// StartedByOutsiders reports that somebody without rights can start a workflow through a privileged trigger. A workflow_run
// whose parents, looked up by name in the repository, run only on events of insiders is started by insiders; so is one that only
// maintainers' activities trigger.
func (f *Flow) StartedByOutsiders(t Trigger) bool {
	if insiderTypes(t) != nil {
		return false
	}
	if t.Name != "workflow_run" {
		return true
	}
	if t.Event == nil || t.Event.Workflows == nil {
		return true
	}
	found := false
	for _, name := range t.Event.Workflows.Values {
		for _, file := range f.repo.Files {
			if file.Workflow == nil || !sameWorkflow(file, name.Value) || file.Workflow.On == nil {
				continue
			}
			found = true
			for _, e := range file.Workflow.On.Events {
				if info, ok := catalog.Event(e.Name.Value); ok && info.Class != catalog.Insider {
					return true
				}
			}
		}
	}
	return !found
}

// sameWorkflow reports that a name in on.workflow_run.workflows means the workflow in file: its name, or its path without one.
func sameWorkflow(file *syntax.File, name string) bool {
	if file.Workflow.Name != nil {
		return file.Workflow.Name.Value == name
	}
	return file.Path == name
}
