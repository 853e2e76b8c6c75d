package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// withAction compares what a step gives with what the action declares. The runner refuses neither, but warns of inputs that the
// action does not declare.
func (c *localCalls) withAction(step *syntax.Step, callee *syntax.File) {
	a := callee.Action
	if callee.Root == nil || callee.Root.Partial || a.Runs == nil || a.Runs.Using == nil {
		return
	}
	d := declared{callee: callee, call: step.Uses, what: "input", inputs: a.Inputs, severity: lint.Medium}
	if n, ok := a.Node.Get("inputs"); ok && n.Value.Resolve().Kind != syntax.Mapping {
		return
	}
	docker := strings.EqualFold(a.Runs.Using.Value, "docker")
	missing := c.compare(&d, step.With, func(name string) bool {
		return docker && (strings.EqualFold(name, "args") || strings.EqualFold(name, "entrypoint"))
	})
	c.missing(&d, missing, nil)
}

// withWorkflow compares what a job gives with what the reusable workflow declares. GitHub refuses what does not fit.
func (c *localCalls) withWorkflow(job *syntax.Job, callee *syntax.File) {
	if callee.Root == nil || callee.Root.Partial || callee.Workflow.On == nil {
		return
	}
	event := callEvent(callee)
	if event == nil {
		c.add(lint.Finding{
			Span:    job.Uses.Span,
			Message: fmt.Sprintf("%s cannot be called, for nothing in its `on` says `workflow_call`; add that there", named(job.Uses.Value)),
			Related: []lint.Place{{Path: callee.Path, Span: callee.Workflow.On.Key, Message: "these are its events"}},
		})
		return
	}
	in := declared{callee: callee, call: job.Uses, what: "input", inputs: event.Inputs, severity: lint.High, typed: true}
	missing := c.compare(&in, job.With, nil)
	secrets := declared{callee: callee, call: job.Uses, what: "secret", severity: lint.High}
	for _, s := range event.Secrets {
		secrets.inputs = append(secrets.inputs, &syntax.Input{Name: s.Name, Required: s.Required})
	}
	var without []*syntax.Input
	if job.Secrets == nil {
		without = c.compare(&secrets, nil, nil)
	} else if !job.Secrets.Inherit {
		without = c.compare(&secrets, job.Secrets.Map, nil)
	}
	c.missing(&in, missing, without)
}

// callEvent returns the workflow_call event of a workflow, or nil.
func callEvent(f *syntax.File) *syntax.Event {
	if f.Workflow == nil || f.Workflow.On == nil {
		return nil
	}
	for _, e := range f.Workflow.On.Events {
		if e.Name.Value == "workflow_call" {
			return e
		}
	}
	return nil
}

// declared is what the callee of a call takes.
type declared struct {
	callee   *syntax.File
	call     *syntax.Field
	what     string // input or secret
	inputs   []*syntax.Input
	severity lint.Severity
	typed    bool
}

func (d *declared) find(name string) *syntax.Input {
	for _, in := range d.inputs {
		if strings.EqualFold(in.Name.Value, name) {
			return in
		}
	}
	return nil
}

// compare reports what is given and not declared, or of another type, and returns what is demanded and not given. allowed tells
// of names that need no declaration.
func (c *localCalls) compare(d *declared, given *syntax.Map, allowed func(string) bool) (missing []*syntax.Input) {
	if given != nil && given.Expr != nil {
		return nil
	}
	if given != nil {
		for i := range given.Entries {
			e := &given.Entries[i]
			switch in := d.find(e.Name.Value); {
			case in != nil:
				c.fits(d, in, e)
			case allowed == nil || !allowed(e.Name.Value):
				c.unknown(d, e, given)
			}
		}
	}
	for _, in := range d.inputs {
		if in.Required != nil && in.Required.Value == "true" && in.Default == nil && !has(given, in.Name.Value) {
			missing = append(missing, in)
		}
	}
	return missing
}

func has(m *syntax.Map, name string) bool {
	return m != nil && slices.ContainsFunc(m.Entries, func(e syntax.Entry) bool { return strings.EqualFold(e.Name.Value, name) })
}

func (c *localCalls) unknown(d *declared, e *syntax.Entry, given *syntax.Map) {
	f := lint.Finding{Span: e.Name.Span, Severity: d.severity}
	var names []string
	for _, in := range d.inputs {
		if !has(given, in.Name.Value) {
			names = append(names, in.Name.Value)
		}
	}
	hint := "remove it, or declare it there"
	if near := syntax.Nearest(e.Name.Value, names); near != "" {
		hint = fmt.Sprintf("did you mean `%s`?", near)
		f.Fixes = []lint.Fix{{Title: "write " + near, Safety: lint.Unsafe, Edits: c.File.ReplaceScalar(&e.Name, near)}}
	} else if len(names) > 0 && len(names) <= mostMembers {
		hint = "besides what is given, it takes " + strings.Join(names, ", ")
	}
	f.Message = fmt.Sprintf("%s takes no %s %s; %s", named(d.call.Value), d.what, named(e.Name.Value), hint)
	c.add(f)
}

// missing reports what a call lacks, all in one: it stands at one place.
func (c *localCalls) missing(d *declared, inputs, secrets []*syntax.Input) {
	if len(inputs)+len(secrets) == 0 {
		return
	}
	f := lint.Finding{Span: d.call.Span, Severity: d.severity}
	var parts []string
	for _, kind := range [...]struct {
		what string
		list []*syntax.Input
	}{{"input", inputs}, {"secret", secrets}} {
		var names []string
		for _, in := range kind.list {
			names = append(names, named(in.Name.Value))
			f.Related = append(f.Related, lint.Place{Path: d.callee.Path, Span: in.Name.Span, Message: "it is demanded here"})
		}
		switch {
		case len(names) == 1:
			parts = append(parts, "the "+kind.what+" "+names[0])
		case len(names) > 1:
			n := len(names) - 1
			parts = append(parts, "the "+kind.what+"s "+strings.Join(names[:n], ", ")+" and "+names[n])
		}
	}
	f.Message = fmt.Sprintf("%s demands %s, not given here; add what is missing", named(d.call.Value), strings.Join(parts, " and "))
	c.add(f)
}

// fits reports a literal that is not of the declared type, and an input that the action is about to lose.
func (c *localCalls) fits(d *declared, in *syntax.Input, e *syntax.Entry) {
	if in.Deprecated != nil {
		c.deprecated(d, in, e)
	}
	if !d.typed || in.Type == nil || e.Value == nil {
		return
	}
	text, known := e.Value.Value, len(e.Value.Fences) == 0
	if wholeFence(e.Value) {
		if v, ok := expr.Fold(e.Value.Fences[0].X); ok && v.Kind != expr.Null {
			text, known = v.Text(), true
		}
	}
	ok := true
	switch in.Type.Value {
	case "boolean":
		ok = strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
	case "number":
		_, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		_, hex := strconv.ParseInt(strings.TrimSpace(text), 0, 64)
		ok = err == nil || hex == nil
	}
	if !known || ok || text == "" {
		return
	}
	c.add(lint.Finding{
		Span:    e.Value.Span,
		Message: fmt.Sprintf("the input `%s` of %s is a %s, which %s is not; give it a %s", in.Name.Value, named(d.call.Value), in.Type.Value, named(text), in.Type.Value),
		Related: []lint.Place{{Path: d.callee.Path, Span: in.Type.Span, Message: "its type is declared here"}},
	})
}

func (c *localCalls) deprecated(d *declared, in *syntax.Input, e *syntax.Entry) {
	why := strings.Join(strings.Fields(in.Deprecated.Value), " ")
	f := lint.Finding{Span: e.Name.Span, Severity: lint.Low, Message: fmt.Sprintf("the input `%s` of %s is out of use", in.Name.Value, named(d.call.Value))}
	if why = strings.TrimRight(why, "."); why != "" {
		f.Message += "; the action says: " + strings.Trim(named(why), "`")
	} else {
		f.Message += "; do without it"
	}
	f.Related = []lint.Place{{Path: d.callee.Path, Span: in.Deprecated.Span, Message: "the action says so here"}}
	c.add(f)
}
