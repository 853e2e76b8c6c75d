package flow

import (
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// AllSecrets tells whether some expression of a workflow has the secrets context as a whole, or a member of it by a computed name.
func (f *Flow) AllSecrets(file *syntax.File) bool {
	f.mu.Lock()
	whole, seen := f.whole[file]
	f.mu.Unlock()
	if seen {
		return whole
	}
	for _, fence := range file.Exprs() {
		if whole = HasAllSecrets(fence.X); whole {
			break
		}
	}
	f.mu.Lock()
	if f.whole == nil {
		f.whole = map[*syntax.File]bool{}
	}
	f.whole[file] = whole
	f.mu.Unlock()
	return whole
}

// HasAllSecrets tells whether an expression has the secrets context as a whole, or a member of it by a computed name.
func HasAllSecrets(n expr.Node) bool {
	switch n := n.(type) {
	case *expr.Name:
		return strings.EqualFold(n.Name, "secrets")
	case *expr.Property:
		if _, name := n.Of.(*expr.Name); name {
			return false // nearly all of them
		}
		return HasAllSecrets(n.Of)
	case *expr.Index:
		if name, ok := n.Of.(*expr.Name); ok {
			if _, constant := n.Index.(*expr.Literal); constant || !strings.EqualFold(name.Name, "secrets") {
				return HasAllSecrets(n.Index)
			}
			return true
		}
		return HasAllSecrets(n.Of) || HasAllSecrets(n.Index)
	case *expr.Star:
		return HasAllSecrets(n.Of)
	case *expr.Group:
		return HasAllSecrets(n.X)
	case *expr.Not:
		return HasAllSecrets(n.X)
	case *expr.Binary:
		return HasAllSecrets(n.X) || HasAllSecrets(n.Y)
	case *expr.Call:
		for _, arg := range n.Args {
			if HasAllSecrets(arg) {
				return true
			}
		}
	}
	return false
}
