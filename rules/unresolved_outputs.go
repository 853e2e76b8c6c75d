package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// outputs reports reads of outputs that a local action or a called workflow does not declare: they are empty.
func (c *localCalls) outputs() {
	for s, fence := range c.File.Exprs() {
		expr.Walk(fence.X, func(n expr.Node) bool {
			switch n.(type) {
			case *expr.Property, *expr.Index:
			default:
				return true
			}
			name, ok := expr.Path(n)
			if !ok {
				return true
			}
			if parts := strings.Split(name, "."); len(parts) == 4 && parts[2] == "outputs" && parts[3] != "*" {
				c.output(s, n, parts[0], parts[1], parts[3])
			}
			return !ok
		})
	}
}

// output looks at a read of context.id.outputs.name.
func (c *localCalls) output(s *syntax.Str, n expr.Node, context, id, name string) {
	switch context {
	case "needs", "jobs":
		if c.File.Workflow == nil {
			return
		}
		if job := c.File.Workflow.Job(id); job != nil && job.Uses != nil {
			c.ofWorkflow(s, n, job, name)
		}
	case "steps":
		c.ofAction(s, n, id, name)
	}
}

func (c *localCalls) ofWorkflow(s *syntax.Str, n expr.Node, job *syntax.Job, name string) {
	callee := c.Repo.Callee(job.Uses.Value)
	if callee == nil || callee.Root == nil || callee.Root.Partial {
		return
	}
	event := callEvent(callee)
	if event == nil || event.Node != nil && !declares(event.Node) {
		return
	}
	c.undeclared(s, n, name, fmt.Sprintf("%s, which the job `%s` calls,", named(job.Uses.Value), job.ID.Value), event.Outputs, lint.Sure)
}

// ofAction looks at an output of a step. A composite action has those alone that it declares; others may write what they like, so
// that only what looks like a misspelling is reported.
func (c *localCalls) ofAction(s *syntax.Str, n expr.Node, id, name string) {
	job, step := c.stepOf(s, id)
	if step == nil || step.Uses == nil || len(step.Uses.Fences) > 0 {
		return
	}
	local, ok := c.Flow.Local(c.File, job, step)
	if !ok {
		return
	}
	callee := c.Repo.Callee("./" + local.Path)
	if callee == nil || callee.Action == nil || callee.Root.Partial || callee.Action.Runs == nil || callee.Action.Runs.Using == nil || !declares(callee.Action.Node) {
		return
	}
	confidence := lint.Sure
	if !strings.EqualFold(callee.Action.Runs.Using.Value, "composite") {
		if confidence = lint.Likely; syntax.Nearest(name, outputNames(callee.Action.Outputs)) == "" {
			return
		}
	}
	c.undeclared(s, n, name, named(step.Uses.Value), callee.Action.Outputs, confidence)
}

// declares reports a mapping whose outputs, if it has any, could be read.
func declares(n *syntax.Node) bool {
	p, ok := n.Get("outputs")
	return !ok || p.Value.Resolve().Kind == syntax.Mapping
}

// stepOf returns the step with this id in the job, or the action, that holds s.
func (c *localCalls) stepOf(s *syntax.Str, id string) (*syntax.Job, *syntax.Step) {
	for job, step := range c.File.Steps() {
		if step.ID != nil && strings.EqualFold(step.ID.Value, id) && (job == nil || job.Contains(s.Span)) {
			return job, step
		}
	}
	return nil, nil
}

func outputNames(outputs []*syntax.Output) []string {
	names := make([]string, len(outputs))
	for i, o := range outputs {
		names[i] = o.Name.Value
	}
	return names
}

func (c *localCalls) undeclared(s *syntax.Str, n expr.Node, name, callee string, outputs []*syntax.Output, confidence lint.Confidence) {
	names := outputNames(outputs)
	for _, known := range names {
		if strings.EqualFold(known, name) {
			return
		}
	}
	hint := "it has none"
	var fixes []lint.Fix
	if near := syntax.Nearest(name, names); near != "" {
		hint = fmt.Sprintf("did you mean `%s`?", near)
		if p, ok := n.(*expr.Property); ok {
			fixes = []lint.Fix{{Title: "write " + near, Safety: lint.Unsafe, Edits: []syntax.Edit{{Span: c.File.ValueSpan(s, p.NameSpan), New: near}}}}
		}
	} else if len(names) > mostMembers {
		hint = "declare it there"
	} else if len(names) > 0 {
		hint = "it has " + strings.Join(names, ", ")
	}
	c.add(lint.Finding{
		Span:       c.File.ValueSpan(s, n.Range()),
		Severity:   lint.Medium,
		Confidence: confidence,
		Message:    fmt.Sprintf("%s has no output %s, so the value is empty; %s", callee, named(name), hint),
		Fixes:      fixes,
	})
}
