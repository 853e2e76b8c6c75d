package rules

import (
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// exprText is a node of an expression as it is written.
func exprText(s *syntax.Str, n expr.Node) string {
	span := n.Range()
	return s.Value[span.Start:span.End]
}

// replaceNode puts a text in the place of a node, and quotes the scalar anew where that needs it.
func replaceNode(file *syntax.File, s *syntax.Str, n expr.Node, text string) []syntax.Edit {
	span := n.Range()
	if s.Style == syntax.Literal || s.Style == syntax.Folded {
		return []syntax.Edit{{Span: file.ValueSpan(s, span), New: text}}
	}
	return file.ReplaceScalar(s, s.Value[:span.Start]+text+s.Value[span.End:])
}

// standsIn finds the job and the step that a scalar belongs to; both may be nil.
func standsIn(file *syntax.File, s *syntax.Str) (*syntax.Job, *syntax.Step) {
	within := func(step *syntax.Step) bool { return step.Start <= s.Start && s.End <= step.End }
	if file.Workflow == nil {
		for _, step := range file.Steps() {
			if within(step) {
				return nil, step
			}
		}
		return nil, nil
	}
	for _, job := range file.Workflow.Jobs {
		if !job.Contains(s.Span) {
			continue
		}
		for step := range job.Flat() {
			if within(step) {
				return job, step
			}
		}
		return job, nil
	}
	return nil, nil
}
