// Package expr reads the expression language of GitHub Actions: what stands between ${{ and }}, and bare if: conditions.
//
// Every node knows which bytes of the text it came from. Spans are offsets into the text handed to Parse, ParseFences or
// ParseCondition; package syntax maps them to bytes of the file.
package expr

// Span is a half-open range of byte offsets.
type Span struct{ Start, End int }

// Len returns the number of bytes in s.
func (s Span) Len() int { return s.End - s.Start }

// Contains reports whether o lies within s.
func (s Span) Contains(o Span) bool { return s.Start <= o.Start && o.End <= s.End }

// Shift returns s moved by n bytes.
func (s Span) Shift(n int) Span { return Span{s.Start + n, s.End + n} }

// Limits of the runner: a longer or deeper expression is an error there, and here too.
const (
	MaxLength = 21000 // code points in one expression
	MaxDepth  = 50    // nesting of groups, calls, indexes and operators
)

// Error is one fault of an expression.
type Error struct {
	Span
	Message string // lower case, no full stop, no position
}

// Node is one of *Literal, *Name, *Property, *Index, *Star, *Call, *Not, *Binary, *Group, *Bad.
type Node interface{ Range() Span }

// Literal is null, true, false, a number or a quoted string.
type Literal struct {
	Span
	Value Value
}

// Name is a context at the root of a path, as written: github, env, secrets.
type Name struct {
	Span
	Name string
}

// Property is Of.Name.
type Property struct {
	Span
	Of       Node
	Name     string
	NameSpan Span
	path     string // what Path answers; "" where it has to look
}

// Index is Of[Index].
type Index struct {
	Span
	Of, Index Node
}

// Star is Of.* or Of[*], the object filter.
type Star struct {
	Span
	Of Node
}

// Call is Name(Args...).
type Call struct {
	Span
	Name     string // as written; compare with strings.EqualFold
	NameSpan Span
	Args     []Node
}

// Not is !X.
type Not struct {
	Span
	X Node
}

// Op is a binary operator, spelled as in the source.
type Op string

// The binary operators.
const (
	Or  Op = "||"
	And Op = "&&"
	Eq  Op = "=="
	Ne  Op = "!="
	Lt  Op = "<"
	Le  Op = "<="
	Gt  Op = ">"
	Ge  Op = ">="
)

// Binary is X Op Y.
type Binary struct {
	Span
	Op     Op
	OpSpan Span
	X, Y   Node
}

// Group is (X).
type Group struct {
	Span
	X Node
}

// Bad stands where nothing could be parsed; an Error of the same place says why.
type Bad struct{ Span }

// Range returns the bytes that n was read from.
func (s Span) Range() Span { return s }

// Fence is one ${{ }} of a scalar.
type Fence struct {
	Span       // from the $ to behind the last }
	Inner Span // between the braces
	X     Node // never nil
	Errs  []Error
}

// Condition is the value of an if: key.
type Condition struct {
	X Node // the condition as evaluated; nil when the value mixes fences and text, which is always true
	// AlwaysTrue: the text holds a fence but is not wholly one, so the runner sees a non-empty string.
	AlwaysTrue bool
	Fences     []Fence // the fences as written; empty for a bare condition
	Errs       []Error // of a bare condition; a fence carries its own
}
