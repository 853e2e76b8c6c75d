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

// conditions finds conditions that are the same whatever happens. actionlint's rule would parse each of them once more. Those that
// are always true for the text around their expression are found by unsound-condition.
func (t *alTree) conditions() []alError {
	var out []alError
	check := func(c *syntax.Condition) {
		switch {
		case c == nil || len(c.Cond.Errs) > 0:
		case c.Cond.X != nil && constant(c.Cond.X):
			out = append(out, alError{kind: "if-cond", span: c.Str.Span, severity: lint.Low, message: "the condition is always the same; remove it, or what makes it constant"})
		}
	}
	if t.file.Workflow != nil {
		for _, j := range t.file.Workflow.Jobs {
			check(j.If)
			check(j.SnapshotIf)
		}
	}
	for _, s := range t.file.Steps() {
		check(s.If)
	}
	return slices.DeleteFunc(out, func(e alError) bool { return said(t.file, e.span) })
}

// constant reports an expression of literals and operators alone. One literal switches something on or off and is meant, as is one in
// front of what was the condition.
func constant(x expr.Node) bool {
	if _, literal := x.(*expr.Literal); literal {
		return false
	}
	pure := true
	expr.Walk(x, func(n expr.Node) bool {
		switch n.(type) {
		case *expr.Name, *expr.Call, *expr.Bad:
			pure = false
		}
		return pure
	})
	return pure
}

// dispatchInputs finds inputs below github.event.inputs that workflow_dispatch does not declare.
func (t *alTree) dispatchInputs() []alError {
	if t.file.Workflow == nil || t.file.Workflow.On == nil {
		return nil
	}
	var names []string
	dispatched := false
	for _, e := range t.file.Workflow.On.Events {
		if e.Name.Value == "workflow_dispatch" {
			dispatched = true
			for _, in := range e.Inputs {
				names = append(names, strings.ToLower(in.Name.Value))
			}
		}
	}
	if !dispatched {
		return nil
	}
	var out []alError
	for s, fence := range t.file.Exprs() {
		if !strings.Contains(s.Value, "inputs") {
			continue
		}
		expr.Walk(fence.X, func(n expr.Node) bool {
			path, ok := expr.Path(n)
			name, below := strings.CutPrefix(path, "github.event.inputs.")
			if !ok || !below {
				return true
			}
			if !strings.ContainsAny(name, ".*") && !slices.Contains(names, name) {
				message := fmt.Sprintf("%q does not exist, so the value is empty; ", path)
				switch near := syntax.Nearest(name, names[:min(len(names), mostNear)]); {
				case near != "":
					message += "did you mean " + strconv.Quote(near) + "?"
				case len(names) == 0:
					message += "no inputs are declared"
				default:
					message += "declare it, or correct its name"
				}
				out = append(out, alError{kind: "expression", severity: lint.Medium, span: t.file.ValueSpan(s, n.Range()), message: message})
			}
			return false
		})
	}
	return slices.DeleteFunc(out, func(e alError) bool { return said(t.file, e.span) })
}
