package flow

import (
	"slices"
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// Runner is one of the machines that a job may ask for.
type Runner struct {
	syntax.Span          // in runs-on: what names it
	Labels      []string // in lower case, sorted; a part that is not known stands as ${{ }}
	Group       string
	Trace       []Step // from where else the labels come: a row of the matrix, an input of the caller, an output
	parts       []part // that decide whether it is this one
}

// part is a part of an expression that becomes the value of its scalar only on some occasions.
type part struct {
	file *syntax.File
	job  *syntax.Job
	in   *syntax.Str
	at   syntax.Span // in the file
	via  int         // how many calls of the trigger lead there
}

// maxRunners bounds the machines that are told apart for one job.
const maxRunners = 64

// Runners lists the machines that a job may ask for when a trigger starts it, as far as the repository tells: labels, those of
// the matrix, of inputs of callers and of outputs of other jobs.
func (f *Flow) Runners(t Trigger, file *syntax.File, job *syntax.Job) []Runner {
	if job.RunsOn == nil {
		return nil
	}
	base := Runner{Span: job.RunsOn.Span}
	if g := job.RunsOn.Group; g != nil {
		base.Group, base.Span = strings.ToLower(g.Value), g.Span
	}
	out := []Runner{base}
	for _, l := range job.RunsOn.Labels {
		r := runners{flow: f, trigger: t}
		r.str(part{file: file, job: job, via: len(t.Via)}, l, choice{}, 0)
		var next []Runner
		for _, c := range r.out {
			for _, before := range out {
				if len(next) < maxRunners {
					next = append(next, before.with(c, l, file))
				}
			}
		}
		out = next
	}
	for i := range out {
		slices.Sort(out[i].Labels)
		out[i].Labels = slices.Compact(out[i].Labels)
	}
	return out
}

// with adds what one entry of runs-on may be. The machine is named where it is a label of the repository's own, or an expression.
func (r Runner) with(c choice, entry *syntax.Str, file *syntax.File) Runner {
	r.Labels, r.Trace, r.parts = append(slices.Clone(r.Labels), c.labels...), append(slices.Clone(r.Trace), c.trace...), append(slices.Clone(r.parts), c.parts...)
	if r.Group == "" && (slices.Contains(c.labels, "self-hosted") || len(r.Labels) == len(c.labels)) {
		r.Span = entry.Span
		if len(c.parts) > 0 && c.parts[0].in == entry {
			r.Span = c.parts[0].at
		}
	}
	return r
}

// OutsiderRunner says how far somebody without rights gets to a machine by starting a job: where an expression chooses, it may choose
// another one for them.
func (f *Flow) OutsiderRunner(t Trigger, file *syntax.File, job *syntax.Job, r Runner) Access {
	for _, p := range r.parts {
		at := t
		at.Via = t.Via[:p.via]
		to := target{in: p.in, at: p.at}
		if reached, guards := f.reached(at, p.file, p.job, to, strong); !reached {
			return Access{Trigger: t, Blocked: true, Guards: guards}
		}
	}
	return f.Outsider(t, file, job, nil)
}

// choice is what one entry of runs-on may be.
type choice struct {
	labels []string
	trace  []Step
	parts  []part
}

func (c choice) from(p part, span syntax.Span, message string) choice {
	c.trace = append(slices.Clone(c.trace), Step{p.file, p.file.Source, span, message})
	return c
}

// runners gathers the choices of one entry.
type runners struct {
	flow    *Flow
	trigger Trigger
	out     []choice
}

// UnknownLabel stands for a label that is not known.
const UnknownLabel = "${{ }}"

func (r *runners) add(c choice, labels ...string) {
	if len(r.out) >= maxRunners {
		return
	}
	c.labels = nil
	for _, l := range labels {
		c.labels = append(c.labels, strings.ToLower(strings.TrimSpace(l)))
	}
	r.out = append(r.out, c)
}

// str gathers what a scalar may be; where is the job in whose file it stands.
func (r *runners) str(where part, s *syntax.Str, c choice, depth int) {
	where.in = s
	switch {
	case len(s.Fences) == 0:
		r.add(c, s.Value)
	case len(s.Fences) == 1 && s.Fences[0].Len() == len(strings.TrimSpace(s.Value)):
		r.expr(where, s.Fences[0].X, c, depth)
	case len(s.Fences) == 1:
		sub := runners{flow: r.flow, trigger: r.trigger}
		sub.expr(where, s.Fences[0].X, c, depth+1)
		for _, one := range sub.out {
			for _, l := range one.labels {
				r.add(one, s.Value[:s.Fences[0].Start]+l+s.Value[s.Fences[0].End:])
			}
		}
	default:
		r.add(c, UnknownLabel)
	}
}

func (r *runners) expr(where part, n expr.Node, c choice, depth int) {
	if depth > maxIndirect {
		r.add(c, UnknownLabel)
		return
	}
	if v, ok := expr.Fold(n); ok {
		where.at = where.file.ValueSpan(where.in, n.Range())
		c.parts = append(slices.Clone(c.parts), where)
		r.value(c, v)
		return
	}
	switch n := n.(type) {
	case *expr.Group:
		r.expr(where, n.X, c, depth+1)
		return
	case *expr.Binary:
		if n.Op == expr.And || n.Op == expr.Or {
			if n.Op == expr.Or {
				r.expr(where, n.X, c, depth+1)
			}
			r.expr(where, n.Y, c, depth+1)
			return
		}
	case *expr.Call:
		r.call(where, n, c, depth)
		return
	}
	where.at = where.file.ValueSpan(where.in, n.Range())
	c.parts = append(slices.Clone(c.parts), where)
	r.path(where, n, c, depth)
}

// value adds a constant: a label, a list of them, or an object with labels and a group.
func (r *runners) value(c choice, v expr.Value) {
	switch v.Kind {
	case expr.Array:
		var labels []string
		for _, l := range v.Array {
			labels = append(labels, l.Text())
		}
		r.add(c, labels...)
	case expr.Object:
		for _, m := range v.Object {
			if strings.EqualFold(m.Key, "labels") {
				r.value(c, m.Value)
			}
		}
	case expr.Bool, expr.Null:
	default:
		if v.Text() != "" {
			r.add(c, v.Text())
		}
	}
}

func (r *runners) call(where part, n *expr.Call, c choice, depth int) {
	switch strings.ToLower(n.Name) {
	case "case":
		for i, arg := range n.Args {
			if i%2 == 1 || i == len(n.Args)-1 {
				r.expr(where, arg, c, depth+1)
			}
		}
		return
	case "fromjson":
		if len(n.Args) == 1 {
			sub := runners{flow: r.flow, trigger: r.trigger}
			sub.expr(where, n.Args[0], c, depth+1)
			for _, one := range sub.out {
				r.json(one)
			}
			return
		}
	case "format":
		for _, v := range Possible(where.file, where.job, nil, n) {
			r.value(c, v)
		}
		return
	}
	r.add(c, UnknownLabel)
}

// json adds what a text stands for; other than text is what a matrix or a list gave already.
func (r *runners) json(one choice) {
	if len(one.labels) == 1 {
		text := &expr.Literal{Value: expr.Value{Kind: expr.String, String: one.labels[0]}}
		if v, ok := expr.Fold(&expr.Call{Name: "fromJSON", Args: []expr.Node{text}}); ok {
			r.value(one, v)
			return
		}
	}
	r.add(one, one.labels...)
}

func (r *runners) path(where part, n expr.Node, c choice, depth int) {
	path, _ := expr.Path(n)
	context, rest, _ := strings.Cut(path, ".")
	switch before := len(r.out); context {
	case "matrix":
		r.matrix(where, rest, c, depth)
	case "inputs":
		r.input(where, rest, c, depth)
	case "needs":
		r.need(where, rest, c, depth)
	case "github":
		name, isInput := strings.CutPrefix(path, "github.event.inputs.")
		if isInput {
			r.input(where, name, c, depth)
		}
		if len(r.out) == before {
			r.add(c, UnknownLabel)
		}
	default:
		r.add(c, UnknownLabel)
	}
}

// matrix adds the values of a row and of the combinations that are included, but for those that are excluded whatever the rest is.
func (r *runners) matrix(where part, path string, c choice, depth int) {
	if where.job == nil || where.job.Strategy == nil || where.job.Strategy.Matrix == nil || where.job.Strategy.Matrix.Expr != nil {
		r.add(c, UnknownLabel)
		return
	}
	m := where.job.Strategy.Matrix
	name, rest, _ := strings.Cut(path, ".")
	for i := range m.Rows.Entries {
		row := &m.Rows.Entries[i]
		if !strings.EqualFold(row.Name.Value, name) || row.Node == nil {
			continue
		}
		if row.Value != nil {
			r.str(where, row.Value, c.from(where, row.Value.Span, "the matrix gives it"), depth+1)
		}
		for _, item := range row.Node.Resolve().Items {
			if !excluded(m, name, item.Resolve()) {
				r.node(where, descend(item, rest), c, depth)
			}
		}
	}
	if include := m.Include.Resolve(); include != nil {
		for _, item := range include.Items {
			r.node(where, descend(item, path), c, depth)
		}
	}
}

// excluded reports a value of a row that an entry of exclude takes away in every combination.
func excluded(m *syntax.Matrix, name string, item *syntax.Node) bool {
	exclude := m.Exclude.Resolve()
	if exclude == nil || item == nil || item.Kind != syntax.Scalar {
		return false
	}
	return slices.ContainsFunc(exclude.Items, func(e *syntax.Node) bool {
		e = e.Resolve()
		if len(e.Pairs) != 1 || !strings.EqualFold(e.Pairs[0].Key.Value, name) {
			return false
		}
		v := e.Pairs[0].Value.Resolve()
		return v.Kind == syntax.Scalar && v.Value == item.Value
	})
}

// node adds a value of a matrix: a label or a list of them.
func (r *runners) node(where part, n *syntax.Node, c choice, depth int) {
	if n = n.Resolve(); n == nil {
		return
	}
	c = c.from(where, n.Span, "the matrix gives it")
	switch n.Kind {
	case syntax.Scalar:
		s := n.Str()
		r.str(where, &s, c, depth+1)
	case syntax.Sequence:
		var labels []string
		for _, item := range n.Items {
			if item = item.Resolve(); item.Kind == syntax.Scalar {
				labels = append(labels, item.Value)
			}
		}
		r.add(c, labels...)
	}
}

// input adds what the caller gives, else the default, and the options of an input that somebody chooses by hand.
func (r *runners) input(where part, name string, c choice, depth int) {
	if where.via > 0 {
		call := r.trigger.Via[where.via-1]
		if s := call.Job.With.Get(name); s != nil {
			outer := part{file: call.File, job: call.Job, via: where.via - 1}
			r.str(outer, s, c.from(outer, s.Span, "the caller gives it"), depth+1)
			return
		}
		if s := callDefault(where.file, name); s != nil {
			r.str(where, s, c.from(where, s.Span, "the input has it as its default"), depth+1)
		}
		return
	}
	if where.file.Workflow.On == nil {
		return
	}
	for _, e := range where.file.Workflow.On.Events {
		for _, in := range e.Inputs {
			if e.Name.Value != r.trigger.Name || !strings.EqualFold(in.Name.Value, name) {
				continue
			}
			if in.Default != nil {
				r.str(where, &in.Default.Str, c.from(where, in.Default.Span, "the input has it as its default"), depth+1)
			}
			if in.Options != nil {
				for _, o := range in.Options.Values {
					r.str(where, o, c.from(where, o.Span, "the input may be it"), depth+1)
				}
			}
		}
	}
}

// need adds what an output of a job before is: constants, and what its scripts write as such.
func (r *runners) need(where part, path string, c choice, depth int) {
	id, what, _ := strings.Cut(path, ".")
	job := where.file.Workflow.Job(id)
	name, isOutput := strings.CutPrefix(what, "outputs.")
	name, _, _ = strings.Cut(name, ".")
	if job == nil || !isOutput || job.Outputs.Get(name) == nil {
		r.add(c, UnknownLabel)
		return
	}
	s := job.Outputs.Get(name)
	inner := part{file: where.file, job: job, via: where.via}
	c = c.from(inner, s.Span, "the job `"+job.ID.Value+"` gives it out")
	x, whole := whole(s)
	output, isPath := expr.Path(x)
	if step, named, ok := stepOutputPath(job, output); whole && isPath && ok {
		r.written(inner, step, named, c)
		return
	}
	r.str(inner, s, c, depth+1)
}

// stepOutputPath finds the step that steps.id.outputs.name speaks of.
func stepOutputPath(job *syntax.Job, path string) (step *syntax.Step, name string, ok bool) {
	rest, ok := strings.CutPrefix(path, "steps.")
	id, what, _ := strings.Cut(rest, ".")
	name, isOutput := strings.CutPrefix(what, "outputs.")
	if !ok || !isOutput {
		return nil, "", false
	}
	for s := range job.Flat() {
		if s.ID != nil && strings.EqualFold(s.ID.Value, id) {
			return s, name, true
		}
	}
	return nil, "", false
}

// written adds the constants that a script writes as an output.
func (r *runners) written(where part, step *syntax.Step, name string, c choice) {
	found := false
	if step.Run != nil && strings.Contains(step.Run.Value, name) {
		for _, w := range writes(r.flow.Script(where.file, where.job, step)) {
			if w.to != "GITHUB_OUTPUT" || !strings.EqualFold(w.name, name) || w.word == nil || !w.word.Const {
				continue
			}
			text := w.line
			if text == "" {
				text = w.word.Text
			}
			if _, value, ok := strings.Cut(text, "="); ok {
				at := where.file.ValueSpan(&step.Run.Str, syntax.Span(w.by.Span))
				r.add(c.from(where, at, "the script writes it as the output `"+name+"`"), value)
				found = true
			}
		}
	}
	if !found {
		r.add(c, UnknownLabel)
	}
}
