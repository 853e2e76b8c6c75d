package config

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"sekisho/lint/syntax"
)

// decoder fills Go values from a tree and collects the faults.
type decoder struct {
	src  *syntax.Source
	errs []syntax.Error
}

func (d *decoder) fault(at syntax.Span, format string, args ...any) {
	d.errs = append(d.errs, syntax.Error{Span: at, Message: fmt.Sprintf(format, args...)})
}

// into fills what target points to. name is the path of keys that led to n, "" for the file.
func (d *decoder) into(n *syntax.Node, target any, name string) {
	d.value(n, reflect.ValueOf(target).Elem(), name)
}

// valid is a value, or the key of a map, that knows what is wrong with it, besides its type. The options of a rule may be one.
// Its error may be a Fault, or several that errors.Join put together.
type valid interface{ Valid() error }

// Fault is what is wrong with one key of a value that has several.
type Fault struct {
	Key     string
	Span    syntax.Span // within the text of the key's value; empty: all of it
	Message string
}

// Error returns the message.
func (f Fault) Error() string { return f.Message }

// words is a text that can only be one of a few words.
type words interface{ Words() []string }

// value fills v, which can be a bool, an int, a string, a slice, a map with string keys, a struct with yaml tags, a pointer to
// one of these, or a *syntax.Node, which takes the tree as it is.
func (d *decoder) value(n *syntax.Node, v reflect.Value, name string) {
	if v.Type() == reflect.TypeFor[*syntax.Node]() {
		v.Set(reflect.ValueOf(n))
		return
	}
	node, before := n.Resolve(), len(d.errs)
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), name)
		return
	case reflect.Struct:
		d.fields(n, node, v, name)
	case reflect.Map:
		d.entries(n, node, v, name)
	case reflect.Slice:
		d.items(n, node, v, name)
	default:
		d.scalar(n, node, v, name)
	}
	if c, ok := v.Addr().Interface().(valid); ok && len(d.errs) == before {
		d.invalid(n, c.Valid())
	}
}

// invalid notes what a value says is wrong with it.
func (d *decoder) invalid(n *syntax.Node, err error) {
	if err == nil {
		return
	}
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range list.Unwrap() {
			d.invalid(n, e)
		}
		return
	}
	at, hint := n.Span, ""
	var f Fault
	if errors.As(err, &f) {
		if p, ok := n.Get(f.Key); ok {
			at = p.Value.Span
			s := p.Value.Str()
			if f.Span.Len() > 0 {
				at = d.src.ValueSpan(&s, f.Span)
			}
			if s.Style == syntax.Plain && strings.HasPrefix(strings.TrimLeft(d.src.Text[s.End:], " \t"), "#") {
				hint = "; a # behind a blank starts a comment, so put the value in quotes if it was meant to go on"
			}
		}
	}
	d.fault(at, "%v%s", err, hint)
}

func (d *decoder) fields(n, node *syntax.Node, v reflect.Value, name string) {
	if node.Kind != syntax.Mapping {
		d.wrong(n, node, name, "keys with values")
		return
	}
	fields := fieldsOf(v.Type())
	for _, p := range node.Pairs {
		key := p.Key.Resolve()
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == key.Value })
		if key.Kind != syntax.Scalar || i < 0 {
			d.unknown(p.Key.Span, key.Value, name, fields)
			continue
		}
		d.value(p.Value, v.Field(fields[i].index), join(name, key.Value))
	}
	for _, f := range fields {
		if _, given := node.Get(f.key); f.required && !given {
			d.fault(n.Span, "%s has no %s; add it", quote(name), quote(f.key))
		}
	}
}

// field is a key of a mapping and the field of the struct that takes its value.
type field struct {
	key      string
	required bool
	doc      string // what it means, for editors
	index    int
	typ      reflect.Type
}

// fieldsOf returns the fields of a struct that have a yaml tag, in their order.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		if key, rest, _ := strings.Cut(f.Tag.Get("yaml"), ","); key != "" {
			out = append(out, field{key, rest == "required", f.Tag.Get("doc"), i, f.Type})
		}
	}
	return out
}

// unknown says that a key is none of fields. Some keys stand at the top level only.
func (d *decoder) unknown(at syntax.Span, key, name string, fields []field) {
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.key
	}
	top := slices.ContainsFunc(fieldsOf(reflect.TypeFor[document]()), func(f field) bool { return f.key == key })
	if name != "" && top {
		d.fault(at, "unknown key %s%s; it is one of the top level: move it there", quote(key), within(name))
		return
	}
	d.fault(at, "unknown key %s%s; %s", quote(key), within(name), oneOf(key, keys))
}

func (d *decoder) entries(n, node *syntax.Node, v reflect.Value, name string) {
	if node.Kind != syntax.Mapping {
		d.wrong(n, node, name, "keys with values")
		return
	}
	m := reflect.MakeMapWithSize(v.Type(), len(node.Pairs))
	for _, p := range node.Pairs {
		key := p.Key.Resolve()
		if key.Kind != syntax.Scalar {
			d.fault(p.Key.Span, "a key%s is %s; write a text", within(name), describe(key))
			continue
		}
		item := reflect.New(v.Type().Elem()).Elem()
		d.value(p.Value, item, join(name, key.Value))
		k := reflect.ValueOf(key.Value).Convert(v.Type().Key())
		if c, ok := k.Interface().(valid); ok {
			d.invalid(p.Key, c.Valid())
		}
		if !m.MapIndex(k).IsValid() {
			m.SetMapIndex(k, item)
		}
	}
	v.Set(m)
}

func (d *decoder) items(n, node *syntax.Node, v reflect.Value, name string) {
	if node.Kind != syntax.Sequence {
		d.wrong(n, node, name, "a list")
		return
	}
	list := reflect.MakeSlice(v.Type(), len(node.Items), len(node.Items))
	for i, item := range node.Items {
		d.value(item, list.Index(i), name+"["+strconv.Itoa(i)+"]")
	}
	v.Set(list)
}

func (d *decoder) scalar(n, node *syntax.Node, v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.Bool:
		if on, ok := boolean(node); ok {
			v.SetBool(on)
			return
		}
		d.wrong(n, node, name, "true or false")
	case reflect.Int:
		if node.Kind == syntax.Scalar && node.Tag == syntax.TagInt {
			if i, err := strconv.ParseInt(node.Value, 10, 32); err == nil {
				v.SetInt(i)
				return
			}
		}
		d.wrong(n, node, name, "a whole number")
	case reflect.String:
		switch {
		case node.Kind == syntax.Scalar && (node.Tag == syntax.TagString || node.Tag == syntax.TagInt || node.Tag == syntax.TagFloat || node.Tag == syntax.TagTime):
			if w, ok := v.Interface().(words); ok && !slices.Contains(w.Words(), node.Value) {
				d.fault(n.Span, "%s cannot be %s; %s", quote(name), quote(node.Value), oneOf(node.Value, w.Words()))
				return
			}
			v.SetString(node.Value)
		default:
			d.wrong(n, node, name, "a text")
		}
	default:
		d.fault(n.Span, "%s cannot be set from a file; remove it", quote(name))
	}
}

func (d *decoder) wrong(n, node *syntax.Node, name, want string) {
	if name == "" {
		d.fault(n.Span, "the file holds %s; write %s", describe(node), want)
		return
	}
	d.fault(n.Span, "%s is %s; write %s", quote(name), describe(node), want)
}

func boolean(n *syntax.Node) (on, ok bool) {
	if n.Kind != syntax.Scalar || n.Tag != syntax.TagBool {
		return false, false
	}
	return strings.EqualFold(n.Value, "true"), true
}

// describe says what a node is, for people.
func describe(n *syntax.Node) string {
	switch n.Kind {
	case syntax.Mapping:
		return "a mapping"
	case syntax.Sequence:
		return "a list"
	}
	switch n.Tag {
	case syntax.TagNull:
		return "empty"
	case syntax.TagString:
		return "a text"
	case syntax.TagBool, syntax.TagInt, syntax.TagFloat:
		return short(n.Value)
	}
	return "of another type"
}

func join(name, key string) string {
	if name == "" {
		return key
	}
	return name + "." + key
}

func within(name string) string {
	if name == "" {
		return ""
	}
	return " in " + quote(name)
}

// oneOf returns the half of a message that says what to write in the place of word.
func oneOf(word string, words []string) string {
	if near := syntax.Nearest(word, words); near != "" {
		return "did you mean " + quote(near) + "?"
	}
	if len(words) == 1 {
		return "use " + quote(words[0])
	}
	return "use one of " + strings.Join(words, ", ")
}

func quote(s string) string { return "`" + short(s) + "`" }

// short keeps messages readable when a file is not.
func short(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
