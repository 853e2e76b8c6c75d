package inventory

import (
	"strings"

	"sekisho/lint/expr"
)

// reads calls f for each access whose value the value of an expression may hold: what is only compared or tested is not among them.
func reads(n expr.Node, f func(expr.Node)) {
	switch n := n.(type) {
	case *expr.Group:
		reads(n.X, f)
	case *expr.Binary:
		if n.Op == expr.Or {
			reads(n.X, f)
		}
		if n.Op == expr.Or || n.Op == expr.And {
			reads(n.Y, f)
		}
	case *expr.Call:
		readsOfCall(n, f)
	case *expr.Name:
		f(n)
	case *expr.Property:
		readsOfAccess(n, n.Of, f)
	case *expr.Index:
		readsOfAccess(n, n.Of, f)
	case *expr.Star:
		readsOfAccess(n, n.Of, f)
	}
}

// readsOfAccess tells an access to a context from one to what a function returns: fromJSON(secrets.X).password.
func readsOfAccess(n, of expr.Node, f func(expr.Node)) {
	for {
		if next := expr.Accessed(of); next != nil {
			of = next
			continue
		}
		switch x := of.(type) {
		case *expr.Group:
			of = x.X
		case *expr.Name:
			f(n)
			return
		default:
			reads(of, f)
			return
		}
	}
}

func readsOfCall(n *expr.Call, f func(expr.Node)) {
	name := strings.ToLower(n.Name)
	switch name {
	case "contains", "startswith", "endswith", "hashfiles":
		return
	}
	for i, arg := range n.Args {
		if name != "case" || i%2 == 1 || i == len(n.Args)-1 {
			reads(arg, f)
		}
	}
}

// accesses calls f for each access to a context in an expression, also within the index of another one.
func accesses(n expr.Node, f func(expr.Node)) {
	expr.Walk(n, func(n expr.Node) bool {
		switch n := n.(type) {
		case *expr.Name, *expr.Property, *expr.Star, *expr.Index:
			f(n)
			if _, ok := expr.Path(n); ok {
				return false
			}
		}
		return true
	})
}

// root returns the context that an access starts from, lower-cased; "" when it starts from none.
func root(n expr.Node) string {
	for {
		switch x := n.(type) {
		case *expr.Group:
			n = x.X
		case *expr.Index:
			n = x.Of
		case *expr.Property:
			n = x.Of
		case *expr.Star:
			n = x.Of
		case *expr.Name:
			return strings.ToLower(x.Name)
		default:
			return ""
		}
	}
}
