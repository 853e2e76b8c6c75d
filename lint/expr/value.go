package expr

// Kind is the type of a value.
type Kind uint8

// The types of the expression language.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// Value is a constant of the expression language.
type Value struct {
	Kind   Kind
	Bool   bool
	Number float64
	String string
	Array  []Value
	Object []Member // in source order
}

// Member is a key and its value.
type Member struct {
	Key   string
	Value Value
}

// Truthy reports what an if: would make of v.
func (v Value) Truthy() bool { return false }

// Text returns v as the runner writes it into a string.
func (v Value) Text() string { return "" }

// Fold returns the constant that n always evaluates to, and whether there is one.
func Fold(n Node) (Value, bool) { return Value{}, false }

// Path returns the dotted, lower-cased path of a context access (github.event.pull_request.head.ref, with * for a filter),
// whichever of a.b, a['b'], a.* and a[*] it is spelled with. It is "" and false for anything else, also for a computed index.
func Path(n Node) (string, bool) { return "", false }

// Walk calls f for n and everything below it, parents first, until f returns false for a node, whose children are then skipped.
func Walk(n Node, f func(Node) bool) {}
