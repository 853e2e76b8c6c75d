package flow

import (
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// AnyBranch returns the event by which whoever may push a branch, whatever its name, gets a job to run.
func (f *Flow) AnyBranch(file *syntax.File, job *syntax.Job) (Trigger, bool) {
	for _, t := range f.Triggers(file) {
		if t.Name != "push" || t.Event == nil || !anyBranch(t.Event) {
			continue
		}
		o := &occasion{deploying: f.Deploying(t.File), trigger: t, memo: map[*syntax.Job]expr.Tri{}, where: t.File, fresh: true}
		if o.at(file, job).runs() != expr.False {
			return t, true
		}
	}
	return Trigger{}, false
}

// anyBranch reports a push that no filter keeps to some branches: none at all, one that leaves only some out, or one for all names.
func anyBranch(e *syntax.Event) bool {
	if e.Branches == nil {
		return e.Tags == nil && e.TagsIgnore == nil || e.BranchesIgnore != nil
	}
	any := false
	for _, b := range e.Branches.Values {
		switch b.Value {
		case "*", "**", "*/**", "**/*":
			any = true
		}
		if strings.HasPrefix(b.Value, "!") && any {
			any = strings.Trim(b.Value, "!*/") != ""
		}
	}
	return any
}

// freshBranch judges a test of the ref on a branch that is neither the default one nor protected, and whose name its maker chose.
func freshBranch(n expr.Node) expr.Tri {
	if path, ok := expr.Path(n); ok && path == "github.ref_protected" {
		return expr.False
	}
	if ref, literal, op, ok := refTest(n); ok {
		return freshRef(ref, strings.ToLower(literal), op)
	}
	if c, ok := n.(*expr.Call); ok && strings.EqualFold(c.Name, "contains") && len(c.Args) == 2 && isList(c.Args[0]) {
		if path, _ := expr.Path(c.Args[1]); path == "github.ref" || path == "github.ref_name" || path == "github.event.ref" {
			return expr.False // a list of names
		}
	}
	b, ok := n.(*expr.Binary)
	if !ok || b.Op != expr.Eq && b.Op != expr.Ne {
		return expr.Unknown
	}
	x, isRef := expr.Path(b.X)
	y := b.Y
	if !isRef || x != "github.ref" && x != "github.ref_name" {
		if x, isRef = expr.Path(b.Y); !isRef {
			return expr.Unknown
		}
		y = b.X
	}
	if (x == "github.ref" || x == "github.ref_name") && namesDefault(y) {
		return expr.TriOf(b.Op == expr.Ne)
	}
	return expr.Unknown
}

// freshRef judges a test against a constant. A branch by that very name may be protected, so equality does not hold; what it begins
// or ends with is free.
func freshRef(ref, literal, op string) expr.Tri {
	switch {
	case ref == "github.ref_type":
		return expr.TriOf((literal == "branch") == (op == "=="))
	case op == "==" || op == "!=":
		return expr.TriOf(op == "!=")
	case ref != "github.ref" || op != "startswith" || strings.HasPrefix(literal, "refs/heads/"):
		return expr.Unknown
	}
	return expr.TriOf(strings.HasPrefix("refs/heads/", literal))
}

// namesDefault reports an expression that holds the name of the default branch.
func namesDefault(n expr.Node) bool {
	found := false
	expr.Walk(n, func(n expr.Node) bool {
		path, ok := expr.Path(n)
		found = found || path == "github.event.repository.default_branch"
		return !ok
	})
	return found
}
