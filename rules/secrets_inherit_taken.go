package rules

import (
	"slices"
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// takenSecrets gathers which secrets a reusable workflow uses, and those that it calls.
type takenSecrets struct {
	repo    func(uses string) *syntax.File
	seen    map[*syntax.File]bool
	names   []string     // as they are first written
	all     *syntax.Span // an expression that gets all, in allIn
	allIn   *syntax.File
	handsOn bool // it hands all of them to another workflow
}

func (t *takenSecrets) file(f *syntax.File) {
	if t.seen[f] {
		return
	}
	t.seen[f] = true
	if event := callEvent(f); event != nil {
		for _, s := range event.Secrets {
			t.add(s.Name.Value)
		}
	}
	for s, fence := range f.Exprs() {
		expr.Walk(fence.X, func(n expr.Node) bool {
			path, ok := expr.Path(n)
			switch name, isSecret := strings.CutPrefix(path, "secrets."); {
			case isSecret && name != "*":
				t.add(spelledName(n, name))
				return false
			case ok && path != "secrets" && !isSecret:
				return false
			case (isSecret || path == "secrets") && t.all == nil:
				at := f.ValueSpan(s, n.Range())
				t.all, t.allIn = &at, f
			}
			return true
		})
	}
	for _, job := range f.Workflow.Jobs {
		if job.Uses == nil || job.Secrets == nil || !job.Secrets.Inherit {
			continue
		}
		t.handsOn = true
		if callee := t.repo(job.Uses.Value); callee != nil && callee.Workflow != nil {
			t.file(callee)
		}
	}
}

// spelledName is the name of a secret as an expression spells it.
func spelledName(n expr.Node, name string) string {
	if p, ok := n.(*expr.Property); ok {
		return p.Name
	}
	return strings.ToUpper(name)
}

func (t *takenSecrets) add(name string) {
	if !strings.EqualFold(name, "GITHUB_TOKEN") && !slices.ContainsFunc(t.names, func(o string) bool { return strings.EqualFold(o, name) }) {
		t.names = append(t.names, name)
	}
}

// undeclaredSecrets lists those of the names that a workflow does not declare: GitHub refuses a call that names them.
func undeclaredSecrets(callee *syntax.File, names []string) (out []string) {
	event := callEvent(callee)
	for _, name := range names {
		if event == nil || !slices.ContainsFunc(event.Secrets, func(s *syntax.SecretDecl) bool { return strings.EqualFold(s.Name.Value, name) }) {
			out = append(out, name)
		}
	}
	return out
}
