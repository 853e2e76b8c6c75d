package expr

import (
	"slices"
	"strings"
)

// Walk calls f for n and everything below it, parents first, until f returns false for a node, whose children are then skipped.
func Walk(n Node, f func(Node) bool) {
	if n == nil || !f(n) {
		return
	}
	switch n := n.(type) {
	case *Property:
		Walk(n.Of, f)
	case *Index:
		Walk(n.Of, f)
		Walk(n.Index, f)
	case *Star:
		Walk(n.Of, f)
	case *Call:
		for _, arg := range n.Args {
			Walk(arg, f)
		}
	case *Not:
		Walk(n.X, f)
	case *Binary:
		Walk(n.X, f)
		Walk(n.Y, f)
	case *Group:
		Walk(n.X, f)
	}
}

// Accessed returns the value that an access picks from, a of a.b, a[b] and a.*; nil for anything else.
func Accessed(n Node) Node {
	switch n := n.(type) {
	case *Property:
		return n.Of
	case *Index:
		return n.Of
	case *Star:
		return n.Of
	}
	return nil
}

// Path returns the dotted, lower-cased path of a context access (github.event.pull_request.head.ref), whichever of a.b,
// a['b'], a.* and a[*] it is spelled with; groups around parts of it do not matter. A step is * for a filter, for a number
// (commits[0] is commits.*) and for a name that would not read as one step ('a.b', '*', ”). Path is "" and false for
// anything else, also for a computed index.
func Path(n Node) (string, bool) {
	switch n := n.(type) { // the answers that need no work
	case *Property:
		if n.path != "" {
			return n.path, true
		}
	case *Literal, *Binary, *Not, *Bad, *Call:
		return "", false
	}
	var room [128]byte
	b, ok := appendPath(room[:0], n)
	if !ok {
		return "", false
	}
	return string(b), true
}

func appendPath(b []byte, n Node) ([]byte, bool) {
	switch n := n.(type) {
	case *Name:
		return appendLower(b, n.Name), true
	case *Group:
		return appendPath(b, n.X)
	case *Property:
		b, ok := appendPath(b, n.Of)
		return appendLower(append(b, '.'), n.Name), ok
	case *Star:
		b, ok := appendPath(b, n.Of)
		return append(b, '.', '*'), ok
	case *Index:
		b, ok := appendPath(b, n.Of)
		if !ok {
			return b, false
		}
		v, ok := Fold(n.Index)
		if !ok || v.Kind == Array || v.Kind == Object {
			return b, false
		}
		key := v.Text()
		if _, number := parseNumber(key); number || key == "" || strings.Contains(key, ".") {
			key = "*"
		}
		return appendLower(append(b, '.'), key), true
	}
	return b, false
}

func appendLower(b []byte, s string) []byte {
	b = slices.Grow(b, len(s))
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}
