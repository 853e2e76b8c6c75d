package flow

import (
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// runs tells whether a step runs. In a composite action the inputs that it is called with decide.
func (w *needs) runs(s *syntax.Step) expr.Tri {
	switch {
	case Never(s.If):
		return expr.False
	case w.outer == nil || s.If == nil || s.If.Cond.X == nil:
		return expr.True
	}
	return expr.Truth(s.If.Cond.X, w.holds)
}

// holds judges a comparison or a value; what does not read the inputs holds in some run.
func (w *needs) holds(n expr.Node) expr.Tri {
	if b, ok := n.(*expr.Binary); ok {
		x, xok := w.constant(b.X)
		y, yok := w.constant(b.Y)
		if xok && yok {
			return expr.TriOf(expr.Compare(b.Op, x, y).Truthy())
		}
	}
	if v, ok := w.constant(n); ok {
		return expr.TriOf(v.Truthy())
	}
	return expr.Unknown
}

// constant returns the value of a constant, or of an input of the composite action that is one.
func (w *needs) constant(n expr.Node) (expr.Value, bool) {
	if v, ok := expr.Fold(n); ok {
		return v, true
	}
	path, ok := expr.Path(n)
	name, input := strings.CutPrefix(path, "inputs.")
	if !ok || !input {
		return expr.Value{}, false
	}
	s := w.call.With.Get(name)
	if s == nil {
		s = inputDefault(w.file.Action, name)
	}
	switch {
	case s == nil:
		return expr.Value{Kind: expr.String}, true
	case len(s.Fences) > 0:
		return expr.Value{}, false
	}
	return expr.Value{Kind: expr.String, String: s.Value}, true
}

// inputDefault returns the default of an action's input, or nil.
func inputDefault(action *syntax.Action, name string) *syntax.Str {
	for _, in := range action.Inputs {
		if strings.EqualFold(in.Name.Value, name) && in.Default != nil {
			return &in.Default.Str
		}
	}
	return nil
}

// readsInputs reports a condition that depends on what a workflow or an action is called with.
func readsInputs(c *syntax.Condition) bool {
	found := false
	if c != nil && c.Cond.X != nil {
		expr.Walk(c.Cond.X, func(n expr.Node) bool {
			path, ok := expr.Path(n)
			found = found || ok && strings.HasPrefix(path, "inputs.")
			return !ok
		})
	}
	return found
}
