package rules

import "sekisho/lint/expr"

// pathOf returns the dotted path that an expression is, as far as it is one, or "".
func pathOf(x expr.Node) string {
	for ; x != nil; x = expr.Accessed(x) {
		if name, ok := expr.Path(x); ok {
			return name
		}
	}
	return ""
}

// alFacts says where some nodes of a file's expressions stand.
type alFacts struct {
	lefts   map[expr.Node]bool      // left sides of ||, so that something takes their place when they are empty
	indexed map[expr.Node]expr.Node // what an index, the key, is an index of
}

// facts is made when it is first asked for.
func (t *alTree) facts() *alFacts {
	if t.known != nil {
		return t.known
	}
	t.known = &alFacts{map[expr.Node]bool{}, map[expr.Node]expr.Node{}}
	for _, f := range t.file.Exprs() {
		expr.Walk(f.X, func(n expr.Node) bool {
			switch n := n.(type) {
			case *expr.Binary:
				if n.Op == expr.Or {
					t.known.lefts[ungrouped(n.X)] = true
				}
			case *expr.Index:
				t.known.indexed[n.Index] = n.Of
			}
			return true
		})
	}
	return t.known
}

func ungrouped(n expr.Node) expr.Node {
	for {
		g, ok := n.(*expr.Group)
		if !ok {
			return n
		}
		n = g.X
	}
}
