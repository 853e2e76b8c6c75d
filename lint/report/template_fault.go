package report

import (
	"errors"
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"text/template"
	"unicode/utf8"

	"sekisho/lint/syntax"
)

// templateError is a fault of a template.
type templateError struct {
	name         string
	line, column int // 1-based, columns in characters
	message      string
	call         bool // a function failed
}

// Error returns name:line:column: message.
func (e *templateError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.name, e.line, e.column, e.message)
}

// isCall tells whether a function of a template failed.
func isCall(err error) bool {
	var e *templateError
	return errors.As(err, &e) && e.call
}

// parseFault turns an error of the parser, which knows the line only, into one with a column: that of the action in which it is.
func parseFault(name, text string, err error) error {
	line, message := lineOf(err)
	message, _, _ = strings.Cut(message, " started at ")
	start := lineOffset(text, line)
	end := len(text)
	if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
		end = start + i
	}
	var actions []int
	for at := start; ; at += len("{{") {
		i := strings.Index(text[at:end], "{{")
		if i < 0 {
			break
		}
		at += i
		actions = append(actions, at)
	}
	// A line end in front of an action moves the fault to the next line when it is in this action or behind.
	behind := sort.Search(len(actions), func(i int) bool {
		_, err := parseTemplate(text[:actions[i]] + "\n" + text[actions[i]:])
		if err == nil {
			return true
		}
		moved, said := lineOf(err)
		said, _, _ = strings.Cut(said, " started at ")
		return moved != line+1 || said != message
	})
	column := 1
	if behind > 0 {
		column += utf8.RuneCountInString(text[start:actions[behind-1]])
	}
	return &templateError{name: name, line: line, column: column, message: explain(message)}
}

// lineOf takes the line off a message of text/template: template: NAME:LINE: MESSAGE.
func lineOf(err error) (int, string) {
	rest := strings.TrimPrefix(err.Error(), "template: "+templateName+":")
	number, message, _ := strings.Cut(rest, ": ")
	line, fail := strconv.Atoi(number)
	if fail != nil {
		return 1, rest
	}
	return line, message
}

// lineOffset returns the offset at which a 1-based line starts.
func lineOffset(text string, line int) int {
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
	}
	return at
}

// fault turns an error of the execution into one with the place in the words of this program. The message is
// template: NAME:LINE:OFFSET: executing "NAME" at <CODE>: MESSAGE, with the offset in bytes from 0.
func (t *Template) fault(err error) error {
	var inside template.ExecError
	if !errors.As(err, &inside) {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	place, message, _ := strings.Cut(strings.TrimPrefix(err.Error(), "template: "+templateName+":"), ": executing ")
	number, offset, _ := strings.Cut(place, ":")
	e := &templateError{name: t.name, line: 1, column: 1, message: message}
	if line, err := strconv.Atoi(number); err == nil {
		e.line = line
	}
	if n, err := strconv.Atoi(offset); err == nil {
		start := lineOffset(t.text, e.line)
		e.column += utf8.RuneCountInString(t.text[start:min(start+n, len(t.text))])
	}
	if _, code, ok := strings.Cut(message, " at <"); ok {
		code, message, _ = strings.Cut(code, ">: ")
		e.message = code + ": " + explain(message)
		e.call = strings.HasPrefix(message, "error calling ")
	}
	return e
}

// explain says in the words of this program what text/template says in those of Go.
func explain(message string) string {
	if name, ok := strings.CutPrefix(message, `function "`); ok {
		if name, ok := strings.CutSuffix(name, `" not defined`); ok {
			return "there is no function " + name + didYouMean(name, functionNames())
		}
	}
	switch {
	case strings.HasPrefix(message, "nil pointer evaluating "):
		return "there is none here; ask with {{with}} or {{if}} first"
	case message == "unexpected EOF":
		return "the template ends too early; an {{end}} is missing"
	}
	rest, ok := strings.CutPrefix(message, "can't evaluate field ")
	field, kind, split := strings.Cut(rest, " in type ")
	if !ok || !split {
		return message
	}
	if strings.HasPrefix(kind, "[]") {
		return "a list has no field " + field + "; use it inside range"
	}
	return "there is no field " + field + didYouMean(field, fields(reflect.TypeFor[document](), strings.TrimPrefix(kind, "*")))
}

// didYouMean ends a message about a name that does not exist.
func didYouMean(name string, names []string) string {
	if near := syntax.Nearest(name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	if len(names) == 0 {
		return ""
	}
	return "; use one of " + strings.Join(names, ", ")
}

// fields returns the names of the fields of a struct within t, found by the name of its type.
func fields(t reflect.Type, name string) []string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return fields(t.Elem(), name)
	case reflect.Struct:
	default:
		return nil
	}
	var all []string
	for f := range t.Fields() {
		all = append(all, f.Name)
	}
	if t.String() == name {
		return all
	}
	for f := range t.Fields() {
		if found := fields(f.Type, name); found != nil {
			return found
		}
	}
	return nil
}
