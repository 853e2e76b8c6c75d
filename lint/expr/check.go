package expr

import (
	"strconv"
	"strings"
)

// function is what is known of a function.
type function struct {
	name        string // lower case
	spelling    string // as documented
	least, most int    // arguments
	fold        func(f *folder, args []Value) (Value, bool)
}

// lookupFunction finds a function by its name in any letter case.
// Source: actions/runner, ExpressionConstants.cs and workflow-v1.0.json (success and failure take job ids in a job's if).
func lookupFunction(name string) (function, bool) {
	var room [16]byte
	if len(name) > len(room) {
		return function{}, false
	}
	switch string(appendLower(room[:0], name)) {
	case "always":
		return function{"always", "always", 0, 0, nil}, true
	case "cancelled":
		return function{"cancelled", "cancelled", 0, 0, nil}, true
	case "case":
		return function{"case", "case", 3, 255, nil}, true
	case "contains":
		return function{"contains", "contains", 2, 2, foldContains}, true
	case "endswith":
		return function{"endswith", "endsWith", 2, 2, foldEndsWith}, true
	case "failure":
		return function{"failure", "failure", 0, 255, nil}, true
	case "format":
		return function{"format", "format", 1, 255, foldFormat}, true
	case "fromjson":
		return function{"fromjson", "fromJSON", 1, 1, foldFromJSON}, true
	case "hashfiles":
		return function{"hashfiles", "hashFiles", 1, 255, nil}, true
	case "join":
		return function{"join", "join", 1, 2, foldJoin}, true
	case "startswith":
		return function{"startswith", "startsWith", 2, 2, foldStartsWith}, true
	case "success":
		return function{"success", "success", 0, 255, nil}, true
	case "tojson":
		return function{"tojson", "toJSON", 1, 1, foldToJSON}, true
	}
	return function{}, false
}

func (fn function) accepts(args int) bool {
	return args >= fn.least && args <= fn.most && (fn.name != "case" || args%2 == 1)
}

// Functions returns the names of all functions, as documented.
func Functions() []string {
	return []string{
		"always", "cancelled", "case", "contains", "endsWith", "failure", "format", "fromJSON", "hashFiles", "join",
		"startsWith", "success", "toJSON",
	}
}

// Contexts returns the names of all contexts.
func Contexts() []string {
	return []string{
		"env", "github", "inputs", "job", "jobs", "matrix", "needs", "runner", "secrets", "steps", "strategy", "vars",
	}
}

// Check returns what is wrong with the names and arguments of an expression, in the order of Walk: unknown contexts and
// functions, numbers of arguments, placeholders of format() that no argument fills.
func Check(n Node) []Error {
	if name, ok := n.(*Name); ok && name.Name == "insert" { // the directive ${{ insert }}
		return nil
	}
	var errs []Error
	Walk(n, func(n Node) bool {
		switch n := n.(type) {
		case *Name:
			errs = checkName(errs, n)
		case *Call:
			errs = checkCall(errs, n)
		}
		return len(errs) < maxErrors
	})
	return errs
}

func checkName(errs []Error, n *Name) []Error {
	if isContext(n.Name) {
		return errs
	}
	lower := strings.ToLower(n.Name)
	switch lower {
	case "true", "false", "null":
		return append(errs, Error{n.Span, "unknown context " + quote(n.Name) + "; the literal is spelled " + lower})
	case "nan":
		return append(errs, Error{n.Span, "unknown context " + quote(n.Name) + "; the literal is spelled NaN"})
	case "infinity":
		return append(errs, Error{n.Span, "unknown context " + quote(n.Name) + "; the literal is spelled Infinity"})
	}
	if _, ok := lookupFunction(n.Name); ok {
		return append(errs, Error{n.Span, "function " + quote(n.Name) + " is not called; add its arguments in parentheses"})
	}
	hint := "write text in single quotes"
	if best := nearest(lower, Contexts()); best != "" {
		hint = "did you mean " + quote(best) + "?"
	}
	return append(errs, Error{n.Span, "unknown context " + quote(n.Name) + "; " + hint})
}

func isContext(name string) bool {
	var room [8]byte
	if len(name) > len(room) {
		return false
	}
	switch string(appendLower(room[:0], name)) {
	case "env", "github", "inputs", "job", "jobs", "matrix", "needs", "runner", "secrets", "steps", "strategy", "vars":
		return true
	}
	return false
}

func checkCall(errs []Error, n *Call) []Error {
	fn, ok := lookupFunction(n.Name)
	if !ok {
		message := "unknown function " + quote(n.Name)
		if best := nearest(n.Name, Functions()); best != "" {
			return append(errs, Error{n.NameSpan, message + "; did you mean " + quote(best) + "?"})
		}
		return append(errs, Error{n.NameSpan, message + "; the functions are " + strings.Join(Functions(), ", ")})
	}
	if !fn.accepts(len(n.Args)) {
		return append(errs, Error{n.NameSpan, fn.spelling + " is called with " + count(len(n.Args), "argument") + "; it takes " + fn.takes()})
	}
	if fn.name == "format" {
		return checkFormat(errs, n)
	}
	return errs
}

// takes says how many arguments a function has.
func (fn function) takes() string {
	switch {
	case fn.name == "case":
		return "an odd number: condition, value, …, default"
	case fn.least == fn.most:
		return strconv.Itoa(fn.least)
	case fn.most == 255:
		return strconv.Itoa(fn.least) + " or more"
	}
	return strconv.Itoa(fn.least) + " or " + strconv.Itoa(fn.most)
}

// checkFormat compares the placeholders of a constant template with the arguments.
func checkFormat(errs []Error, n *Call) []Error {
	template, ok := Fold(n.Args[0])
	if !ok {
		return errs
	}
	given := len(n.Args) - 1
	used := make([]bool, given)
	for rest := template.Text(); rest != "" && len(errs) < maxErrors; {
		p := nextPiece(rest)
		switch {
		case p.fault != "":
			errs = append(errs, Error{n.Args[0].Range(), p.fault})
		case p.arg >= given:
			errs = append(errs, Error{
				n.Args[0].Range(),
				"placeholder {" + strconv.Itoa(p.arg) + "} of format() has no argument; it is given " + count(given, "value") + ", counted from 0",
			})
		case p.arg >= 0:
			used[p.arg] = true
		}
		rest = rest[p.size:]
	}
	return errs
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// nearest returns the name that word was probably meant to be, or "".
func nearest(word string, names []string) string {
	const longest = 24
	if len(word) > longest {
		return ""
	}
	best, least := "", len(word)/3+1
	for _, name := range names {
		if d := distance(strings.ToLower(word), strings.ToLower(name)); d < least {
			best, least = name, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, change or swap with their neighbour to make b of a.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
