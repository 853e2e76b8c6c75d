package expr

import (
	"cmp"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

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

// Truthy reports what an if: would make of v: null, false, 0, NaN and the empty string are false.
func (v Value) Truthy() bool {
	switch v.Kind {
	case Null:
		return false
	case Bool:
		return v.Bool
	case Number:
		return v.Number != 0 && !math.IsNaN(v.Number)
	case String:
		return v.String != ""
	}
	return true
}

// Text returns v as the runner writes it into a string: null is empty, collections are the words Array and Object.
func (v Value) Text() string {
	switch v.Kind {
	case Bool:
		if v.Bool {
			return "true"
		}
		return "false"
	case Number:
		return formatNumber(v.Number)
	case String:
		return v.String
	case Array:
		return "Array"
	case Object:
		return "Object"
	}
	return ""
}

// Get returns the member of an object with this key in any letter case, and whether there is one.
func (v Value) Get(key string) (Value, bool) {
	for _, m := range v.Object {
		if compareFold(m.Key, key) == 0 {
			return m.Value, true
		}
	}
	return Value{}, false
}

func (v Value) isPrimitive() bool { return v.Kind != Array && v.Kind != Object }

// ToNumber returns v as a number: null and blank text are 0, true is 1, other text is read as a literal, blanks around it
// ignored; NaN where there is none, and for collections.
func ToNumber(v Value) float64 {
	switch v.Kind {
	case Null:
		return 0
	case Bool:
		if v.Bool {
			return 1
		}
		return 0
	case Number:
		return v.Number
	case String:
		s := strings.TrimSpace(v.String)
		if s == "" {
			return 0
		}
		if n, ok := parseNumber(s); ok {
			return n
		}
	}
	return math.NaN()
}

// Equal reports whether a == b: values of different types are compared as numbers, strings without regard to letter case,
// collections by identity.
func Equal(a, b Value) bool {
	a, b = coerce(a, b)
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case Bool:
		return a.Bool == b.Bool
	case Number:
		return a.Number == b.Number
	case String:
		return compareFold(a.String, b.String) == 0
	case Array:
		return len(a.Array) > 0 && len(a.Array) == len(b.Array) && &a.Array[0] == &b.Array[0]
	case Object:
		return len(a.Object) > 0 && len(a.Object) == len(b.Object) && &a.Object[0] == &b.Object[0]
	}
	return true
}

// Compare returns what a op b evaluates to; for && and || that is one of the two.
func Compare(op Op, a, b Value) Value {
	truth := false
	switch op {
	case And:
		if a.Truthy() {
			return b
		}
		return a
	case Or:
		if a.Truthy() {
			return a
		}
		return b
	case Eq:
		truth = Equal(a, b)
	case Ne:
		truth = !Equal(a, b)
	case Lt:
		truth = less(a, b)
	case Le:
		truth = less(a, b) || Equal(a, b)
	case Gt:
		truth = less(b, a)
	case Ge:
		truth = less(b, a) || Equal(a, b)
	}
	return Value{Kind: Bool, Bool: truth}
}

func less(a, b Value) bool {
	a, b = coerce(a, b)
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case Bool:
		return !a.Bool && b.Bool
	case Number:
		return a.Number < b.Number
	case String:
		return compareFold(a.String, b.String) < 0
	}
	return false
}

// coerce makes numbers of null, booleans, and strings compared with numbers, when the types differ.
func coerce(a, b Value) (Value, Value) {
	if a.Kind == b.Kind {
		return a, b
	}
	if a.Kind == Null || a.Kind == Bool {
		a = Value{Kind: Number, Number: ToNumber(a)}
	}
	if b.Kind == Null || b.Kind == Bool {
		b = Value{Kind: Number, Number: ToNumber(b)}
	}
	switch {
	case a.Kind == Number && b.Kind == String:
		b = Value{Kind: Number, Number: ToNumber(b)}
	case a.Kind == String && b.Kind == Number:
		a = Value{Kind: Number, Number: ToNumber(a)}
	}
	return a, b
}

// compareFold orders strings by their upper-case letters.
func compareFold(a, b string) int {
	for a != "" && b != "" {
		r, n := utf8.DecodeRuneInString(a)
		s, m := utf8.DecodeRuneInString(b)
		if r != s {
			if c := cmp.Compare(upper(r), upper(s)); c != 0 {
				return c
			}
		}
		a, b = a[n:], b[m:]
	}
	return cmp.Compare(len(a), len(b))
}

// upper maps a letter to upper case as an ordinal comparison of .NET does, which leaves ı and ſ alone.
func upper(r rune) rune {
	if r < utf8.RuneSelf {
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}
	if r == 'ı' || r == 'ſ' {
		return r
	}
	return unicode.ToUpper(r)
}
