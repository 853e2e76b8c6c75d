package config

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"sekisho/lint/syntax"
)

// Write appends a value to b as YAML: mappings as blocks whose lines are indented by so many blanks, lists of texts on one line where they are short.
// A value that is one line follows a blank, a block a line end. v is what the decoder fills, or a *syntax.Node.
func Write(b *strings.Builder, v any, indent int) {
	if n, ok := v.(*syntax.Node); ok {
		writeNode(b, n.Resolve(), indent)
		return
	}
	writeValue(b, reflect.ValueOf(v), indent)
}

func writeNode(b *strings.Builder, n *syntax.Node, indent int) {
	switch {
	case n.Kind == syntax.Mapping && len(n.Pairs) > 0:
		for _, p := range n.Pairs {
			key(b, p.Key.Resolve().Value, indent)
			writeNode(b, p.Value.Resolve(), indent+2)
		}
	case n.Kind == syntax.Mapping:
		b.WriteString(" {}")
	case n.Kind == syntax.Sequence:
		texts := make([]string, len(n.Items))
		for i, item := range n.Items {
			texts[i] = scalarText(item.Resolve())
		}
		writeList(b, texts, indent)
	default:
		b.WriteString(" " + scalarText(n))
	}
}

// scalarText spells a scalar. There are no mappings and lists in lists.
func scalarText(n *syntax.Node) string {
	if n.Tag == syntax.TagString {
		return spell(n.Value, true)
	}
	return n.Value
}

// Key spells a key.
func Key(name string) string { return spell(name, false) }

// spell is syntax.Spell, but for what a runner that prints it would take for a command.
func spell(text string, flow bool) string {
	if strings.HasPrefix(text, "::") || strings.Contains(text, "##[") {
		return strings.ReplaceAll(strconv.QuoteToASCII(text), "##[", `##\x5b`)
	}
	return syntax.Spell(text, flow)
}

// key starts a line with a key.
func key(b *strings.Builder, name string, indent int) {
	b.WriteString("\n" + strings.Repeat(" ", indent) + Key(name) + ":")
}

func writeValue(b *strings.Builder, v reflect.Value, indent int) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		writeValue(b, v.Elem(), indent)
	case reflect.Bool:
		b.WriteString(" " + strconv.FormatBool(v.Bool()))
	case reflect.Int:
		b.WriteString(" " + strconv.FormatInt(v.Int(), 10))
	case reflect.String:
		b.WriteString(" " + spell(v.String(), true))
	case reflect.Slice:
		texts := make([]string, v.Len())
		for i := range texts {
			texts[i] = spell(v.Index(i).String(), true)
		}
		writeList(b, texts, indent)
	case reflect.Map:
		if v.Len() == 0 {
			b.WriteString(" {}")
			return
		}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			key(b, k.String(), indent)
			writeValue(b, v.MapIndex(k), indent+2)
		}
	case reflect.Struct:
		for _, f := range fieldsOf(v.Type()) {
			key(b, f.key, indent)
			writeValue(b, v.Field(f.index), indent+2)
		}
	}
}

// maxLine is how long the line of a list may be, in bytes, without its indentation.
const maxLine = 110

// writeList writes texts, which are spelled already, on one line or, where that would be too long, each on its own.
func writeList(b *strings.Builder, texts []string, indent int) {
	if line := strings.Join(texts, ", "); len(line) <= maxLine {
		b.WriteString(" [" + line + "]")
		return
	}
	for _, text := range texts {
		b.WriteString("\n" + strings.Repeat(" ", indent) + "- " + text)
	}
}

// Options returns the options in a value that NewOptions returned: their names, in order, and their values.
func Options(v any) (names []string, values []any) {
	s := reflect.ValueOf(v).Elem()
	if s.Kind() != reflect.Struct {
		return nil, nil
	}
	for _, f := range fieldsOf(s.Type()) {
		names, values = append(names, f.key), append(values, s.Field(f.index).Interface())
	}
	return names, values
}
