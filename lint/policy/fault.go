package policy

import (
	"errors"
	"reflect"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"

	"sekisho/lint/syntax"
)

// inBytes gives a fault its place in bytes.
func inBytes(text string, f fault) Error {
	return Error{Span: syntax.Span{Start: offset(text, f.from), End: offset(text, max(f.to, f.from+1))}, Message: f.message}
}

// offset returns where the character with this number starts.
func offset(text string, characters int) int {
	at := 0
	for ; characters > 0 && at < len(text); characters-- {
		_, width := utf8.DecodeRuneInString(text[at:])
		at += width
	}
	return at
}

// unreadable says what the parser did not understand.
func unreadable(text string, err error) Error {
	var at *file.Error
	if !errors.As(err, &at) {
		return Error{Message: "the expression cannot be read: " + err.Error()}
	}
	message := tokens.Replace(at.Message)
	if strings.HasPrefix(message, "compilation failed") {
		message = "it has too many parts; make several of it"
	}
	return inBytes(text, fault{at.From, at.To, "the expression cannot be read: " + message})
}

// tokens makes the parser's names of tokens those of messages.
var tokens = strings.NewReplacer("token EOF", "end", "Operator(", "(", "Bracket(", "(", "Identifier(", "(", "Number(", "(", "String(", "(")

// mistyped says where types do not fit.
func mistyped(text string, err error) Error {
	var at *file.Error
	if !errors.As(err, &at) {
		return Error{Message: inWords(err.Error())}
	}
	message := at.Message
	before, name, ok := strings.Cut(message, " has no field ")
	typ := strings.TrimPrefix(before, "type ")
	switch {
	case ok && strings.HasPrefix(typ, "[]"), strings.HasPrefix(message, "array elements can only"):
		message = "this is a list; look through it with any(…), all(…), filter(…) or map(…), or take one element as in [0]"
	case ok && len(fieldNames(typ)) > 0:
		message = "there is no " + quote(name) + " in " + inWords(typ) + "; " + oneOf(name, fieldNames(typ))
	case ok:
		message = inWords(typ) + " has no parts such as " + quote(name)
	default:
		message = inWords(message)
	}
	return inBytes(text, fault{at.From, at.To, message})
}

// models are the types that have fields.
func models() []reflect.Type {
	return []reflect.Type{
		reflect.TypeFor[File](), reflect.TypeFor[Workflow](), reflect.TypeFor[Trigger](), reflect.TypeFor[Schedule](), reflect.TypeFor[Permissions](),
		reflect.TypeFor[Job](), reflect.TypeFor[RunsOn](), reflect.TypeFor[Environment](), reflect.TypeFor[Step](), reflect.TypeFor[Command](),
		reflect.TypeFor[Uses](),
	}
}

// fieldNames returns the names that conditions use of the fields of a type, which is named as in Go.
func fieldNames(typ string) []string {
	for _, t := range models() {
		if strings.TrimPrefix(typ, "*") == t.String() {
			var names []string
			for _, f := range reflect.VisibleFields(t) {
				if name := f.Tag.Get("expr"); name != "" {
					names = append(names, name)
				}
			}
			return names
		}
	}
	return nil
}

// inWords makes the names of Go's types in a text those of messages.
func inWords(text string) string { return goWords.ReplaceAllStringFunc(goTypes.Replace(text), goWord) }

var (
	goWords = regexp.MustCompile(`\b(string|bool|int|float64)\b`)
	goTypes = typeNames()
)

func goWord(word string) string {
	switch word {
	case "string":
		return "a text"
	case "bool":
		return "a truth value"
	}
	return "a number"
}

func typeNames() *strings.Replacer {
	pairs := []string{
		"func(map[string]string) []string", "a function", "map[string]string", "a mapping of texts", "[]string", "a list of texts", "[]interface {}", "a list",
		"predicate should return boolean (got ", "what stands in the brackets gives neither true nor false (but ", "builtin ", "", "takes only array", "looks through a list only",
	}
	for _, t := range models() {
		name := strings.ToLower(t.Name())
		if t == reflect.TypeFor[RunsOn]() {
			name = "runs-on"
		}
		pairs = append(pairs, "[]*"+t.String(), "a list of "+name+"s", "*"+t.String(), "a "+name, t.String(), "a "+name)
	}
	return strings.NewReplacer(pairs...)
}

func typeName(t reflect.Type) string { return inWords(t.String()) }

// oneOf returns the half of a message that says what to write in the place of word.
func oneOf(word string, words []string) string {
	if near := syntax.Nearest(word, words); near != "" {
		return "did you mean " + quote(near) + "?"
	}
	if len(words) == 0 {
		return "remove it"
	}
	return "use one of " + strings.Join(words, ", ")
}
