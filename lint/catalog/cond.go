package catalog

import (
	"strings"
	"unicode/utf8"
)

// truth is what is known of a condition on inputs.
type truth uint8

const (
	no   truth = iota
	open       // an input it reads is an expression
	yes
)

// Conditions on inputs stand in one column, joined by "; ". Each is an input's name, an operator, and values joined by "|"
// of which one must fit:
//
//	x?    given and not empty        x!?    not given, or empty
//	x=v   equal, whatever the case   x!=v   not equal (so also when not given)
//	x~v   v is one of its words      x!~v   is not
//	x^=v  starts with                x!^=v  does not
//	x*=v  contains                   x!*=v  does not
//
// The name @event stands for the event that starts the workflow, @env.x for a variable of the step's environment.

// holds evaluates conditions; names of inputs that are expressions are added to undecided.
func holds(conds string, with With, undecided *[]string) truth {
	result := yes
	for conds != "" {
		var cond string
		cond, conds, _ = strings.Cut(conds, "; ")
		name, op, values := splitCond(cond)
		switch t := evaluate(name, op, values, with); t {
		case no:
			return no
		case open:
			result = open
			if undecided != nil {
				*undecided = append(*undecided, name)
			}
		}
	}
	return result
}

// splitCond splits a condition into the input's name, the operator and the values.
func splitCond(cond string) (name, op, values string) {
	i := strings.IndexAny(cond, "?=!~^*")
	if i < 0 {
		return cond, "", ""
	}
	j := i
	for j < len(cond) && strings.IndexByte("?=!~^*", cond[j]) >= 0 {
		j++
	}
	return cond[:i], cond[i:j], cond[j:]
}

func evaluate(name, op, values string, with With) truth {
	var value string
	var literal, present bool
	if with != nil {
		value, literal, present = with(name)
	}
	if !present {
		value, literal = "", true
	}
	value = strings.TrimSpace(value)
	not := op != "" && op[0] == '!'
	if not {
		op = op[1:]
	}
	if op == "?" {
		return decided((value != "") != not)
	}
	fits := fitsAny(op, value, values)
	if !literal && (op == "=" || !fits && mayFit(op, value, not)) {
		return open
	}
	return decided(fits != not)
}

func fitsAny(op, value, values string) bool {
	for {
		v, rest, more := strings.Cut(values, "|")
		if compare(op, value, v) {
			return true
		}
		if !more {
			return false
		}
		values = rest
	}
}

// mayFit tells whether a value with expressions, whose text as written does not fit, may do so when they are replaced. What is
// ruled out (not) by a part of the value must be written out: nearly all values that hold an expression would be open else.
func mayFit(op, value string, not bool) bool {
	switch op {
	case "~":
		return true
	case "^=":
		return !not && strings.HasPrefix(value, "${{")
	}
	return !not && strings.HasPrefix(value, "${{") && strings.HasSuffix(value, "}}")
}

func decided(b bool) truth {
	if b {
		return yes
	}
	return no
}

func compare(op, value, v string) bool {
	switch op {
	case "=":
		return strings.EqualFold(value, v)
	case "~":
		for w := range strings.FieldsSeq(value) {
			if w == v || strings.HasPrefix(w, v) && strings.HasPrefix(w[len(v):], "=") {
				return true
			}
		}
		return false
	case "^=":
		return hasPrefixFold(value, v)
	case "*=":
		return containsFold(value, v)
	}
	return false
}

// containsFold is strings.Contains of both in lower case, for a part that is ASCII.
func containsFold(s, part string) bool {
	if part == "" {
		return true
	}
	first, all := part[0]|0x20, byte(0)
	for i := range len(s) {
		if all |= s[i]; s[i]|0x20 == first && hasPrefixFold(s[i:], part) {
			return true
		}
	}
	return all >= utf8.RuneSelf && strings.Contains(strings.ToLower(s), strings.ToLower(part)) // as the Kelvin sign in lower case is ASCII
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
