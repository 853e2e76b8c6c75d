package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"
)

// templateFunctions returns the functions that templates have besides those of text/template. The text that a function works on
// comes last, so that it can come through a pipe.
func templateFunctions() template.FuncMap {
	return template.FuncMap{
		"json":    jsonOf,
		"raw":     func(v any) rawText { return rawText(fmt.Sprint(v)) },
		"print":   func(args ...any) lineText { return lineText(fmt.Sprint(harmless(args)...)) },
		"printf":  func(format string, args ...any) lineText { return lineText(fmt.Sprintf(format, harmless(args)...)) },
		"println": func(args ...any) lineText { return lineText(fmt.Sprintln(harmless(args)...)) },
		"join":    join,
		"split":   func(separator string, v any) []string { return strings.Split(fmt.Sprint(v), separator) },
		"upper":   func(v any) any { return onText(v, strings.ToUpper) },
		"lower":   func(v any) any { return onText(v, strings.ToLower) },
		"trim":    func(v any) any { return onText(v, strings.TrimSpace) },
		"base":    func(v any) any { return onText(v, path.Base) },
		"dir":     func(v any) any { return onText(v, path.Dir) },
		"replace": func(from, to string, v any) any {
			return onText(v, func(s string) string { return strings.ReplaceAll(s, from, to) })
		},
		"contains":  func(part string, v any) bool { return strings.Contains(fmt.Sprint(v), part) },
		"hasPrefix": func(start string, v any) bool { return strings.HasPrefix(fmt.Sprint(v), start) },
		"hasSuffix": func(end string, v any) bool { return strings.HasSuffix(fmt.Sprint(v), end) },
		"add":       func(a, b int) int { return a + b },
	}
}

// TemplateFunctions returns the names of the functions that a template may use besides those of text/template.
func TemplateFunctions() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(templateFunctions())), func(name string) bool { return strings.HasPrefix(name, "print") })
}

// functionNames returns the names of all functions that a template may use.
func functionNames() []string {
	names := slices.AppendSeq([]string{"and", "call", "html", "index", "slice", "js", "len", "not", "or", "urlquery", "eq", "ge", "gt", "le", "lt", "ne"},
		maps.Keys(templateFunctions()))
	slices.Sort(names)
	return names
}

// onText applies f to a text, whose line ends stay when they are the template's.
func onText(v any, f func(string) string) any {
	if text, ok := v.(lineText); ok {
		return lineText(f(string(text)))
	}
	return f(fmt.Sprint(v))
}

// harmless returns arguments with everything harmful in their texts made visible, so that all line ends in what is made of them
// are the template's.
func harmless(args []any) []any {
	out := make([]any, len(args))
	for i, arg := range args {
		if text, ok := arg.(string); ok {
			arg = oneLine(text)
		}
		out[i] = arg
	}
	return out
}

func oneLine(s string) string {
	p := printer{inked: true}
	p.text(s)
	return string(p.buf)
}

// join returns the elements of a list with a separator between them.
func join(separator string, list any) (lineText, error) {
	v := reflect.ValueOf(list)
	if v.Kind() != reflect.Slice {
		return "", fmt.Errorf("%T is no list", list)
	}
	parts := make([]string, v.Len())
	for i := range parts {
		parts[i] = oneLine(fmt.Sprint(v.Index(i).Interface()))
	}
	return lineText(strings.Join(parts, separator)), nil
}

// jsonOf returns a value as JSON on one line, with the names of the json format and its care for what a terminal or a runner
// would obey.
func jsonOf(v any) (jsonText, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	var b []byte
	hashes := 0
	for _, r := range strings.TrimSuffix(text.String(), "\n") {
		switch {
		case r == 0x7f, r >= utf8.RuneSelf && hidden(r, 0), r == '[' && hashes >= 2:
			b = appendUnicode(b, r)
		default:
			b = utf8.AppendRune(b, r)
		}
		switch {
		case r == '#':
			hashes++
		case !unicode.IsMark(r):
			hashes = 0
		}
	}
	return jsonText(b), nil
}
