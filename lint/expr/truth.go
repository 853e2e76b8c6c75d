package expr

// Tri is a truth value that may be unknown.
type Tri uint8

// The three truth values.
const (
	Unknown Tri = iota
	False
	True
)

// TriOf returns b as a Tri.
func TriOf(b bool) Tri {
	if b {
		return True
	}
	return False
}

// Not returns the opposite of t.
func (t Tri) Not() Tri {
	switch t {
	case False:
		return True
	case True:
		return False
	}
	return Unknown
}

// Truth judges n as a condition does: true when its value is truthy. f says what it knows of a node and is asked for every
// node that decides and is not constant, !, &&, || or a group; nil knows nothing. Where f does not know, the choices of
// case() and comparisons of a boolean with true or false are followed into their parts.
func Truth(n Node, f func(Node) Tri) Tri {
	switch n := n.(type) {
	case *Group:
		return Truth(n.X, f)
	case *Not:
		return Truth(n.X, f).Not()
	case *Binary:
		switch n.Op {
		case And:
			return both(n, f)
		case Or:
			return either(n, f)
		}
	}
	if v, ok := Fold(n); ok {
		return TriOf(v.Truthy())
	}
	if f != nil {
		if t := f(n); t != Unknown {
			return t
		}
	}
	switch n := n.(type) {
	case *Call:
		if fn, ok := lookupFunction(n.Name); ok && fn.name == "case" && fn.accepts(len(n.Args)) {
			return choice(n.Args, f)
		}
	case *Binary:
		return comparison(n, f)
	}
	return Unknown
}

func both(n *Binary, f func(Node) Tri) Tri {
	x := Truth(n.X, f)
	if x == False {
		return False
	}
	y := Truth(n.Y, f)
	if y == False || x == True {
		return y
	}
	return Unknown
}

func either(n *Binary, f func(Node) Tri) Tri {
	x := Truth(n.X, f)
	if x == True {
		return True
	}
	y := Truth(n.Y, f)
	if y == True || x == False {
		return y
	}
	return Unknown
}

// choice judges case(predicate, result, …, default): an unknown predicate does not matter when both ways agree.
func choice(args []Node, f func(Node) Tri) Tri {
	var possible [3]bool
	for ; len(args) > 1; args = args[2:] {
		t := Truth(args[0], f)
		if t != False {
			possible[Truth(args[1], f)] = true
		}
		if t == True {
			break
		}
	}
	if len(args) == 1 {
		possible[Truth(args[0], f)] = true
	}
	switch {
	case possible[Unknown] || possible[False] && possible[True]:
		return Unknown
	case possible[True]:
		return True
	}
	return False
}

// comparison judges x == true, x != false and the like for an x that is a boolean.
func comparison(n *Binary, f func(Node) Tri) Tri {
	if n.Op != Eq && n.Op != Ne {
		return Unknown
	}
	x, y := n.X, n.Y
	v, ok := Fold(y)
	if !ok {
		x, y = y, x
		if v, ok = Fold(y); !ok {
			return Unknown
		}
	}
	if v.Kind != Bool || !isBool(x) {
		return Unknown
	}
	t := Truth(x, f)
	if v.Bool != (n.Op == Eq) {
		return t.Not()
	}
	return t
}

// isBool reports whether n always evaluates to a boolean.
func isBool(n Node) bool {
	switch n := n.(type) {
	case *Group:
		return isBool(n.X)
	case *Not:
		return true
	case *Literal:
		return n.Value.Kind == Bool
	case *Binary:
		return n.Op != And && n.Op != Or || isBool(n.X) && isBool(n.Y)
	case *Call:
		fn, _ := lookupFunction(n.Name)
		switch fn.name {
		case "always", "cancelled", "contains", "endswith", "failure", "startswith", "success":
			return true
		}
	}
	return false
}
