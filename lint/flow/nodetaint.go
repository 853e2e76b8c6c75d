package flow

import (
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// NodeTaints is Taints for a part of an expression, which may be a bare condition: n is a node of it, s the scalar that it stands in.
func (f *Flow) NodeTaints(file *syntax.File, job *syntax.Job, step *syntax.Step, s *syntax.Str, n expr.Node) []Taint {
	t := &tainter{flow: f, busy: map[busyKey]bool{}}
	return tidy(t.expr(scope{file, job, step}, s, n, 0))
}

// EventNames lists the events that may start a file's jobs; for a composite action those of the workflows of the repository that use it.
// "workflow_call" stands for what is not known.
func (f *Flow) EventNames(file *syntax.File) []string { return f.events(file) }
