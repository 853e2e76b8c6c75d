package expr

import (
	"encoding/json"
	"io"
	"math"
	"strings"
	"unicode/utf8"
)

// maxJSONDepth bounds how deep collections nest.
const maxJSONDepth = 64

func foldToJSON(f *folder, args []Value) (Value, bool) {
	b, ok := appendJSON(nil, args[0], 0)
	if !ok {
		return Value{}, false
	}
	return f.text(string(b))
}

// appendJSON writes v indented by two spaces a level, empty collections on one line, as the runner does.
func appendJSON(b []byte, v Value, level int) ([]byte, bool) {
	if len(b) > maxFolded || level > maxJSONDepth {
		return b, false
	}
	ok := true
	switch v.Kind {
	case Null:
		return append(b, "null"...), true
	case String:
		return appendJSONString(b, v.String), true
	case Array:
		b = append(b, '[')
		for i, item := range v.Array {
			b = newJSONLine(b, i, level+1)
			if b, ok = appendJSON(b, item, level+1); !ok {
				return b, false
			}
		}
		return closeJSON(b, ']', len(v.Array), level), true
	case Object:
		b = append(b, '{')
		for i, m := range v.Object {
			b = newJSONLine(b, i, level+1)
			b = append(appendJSONString(b, m.Key), ": "...)
			if b, ok = appendJSON(b, m.Value, level+1); !ok {
				return b, false
			}
		}
		return closeJSON(b, '}', len(v.Object), level), true
	}
	return append(b, v.Text()...), true
}

func newJSONLine(b []byte, i, level int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	b = append(b, '\n')
	for range level {
		b = append(b, "  "...)
	}
	return b
}

func closeJSON(b []byte, c byte, n, level int) []byte {
	if n > 0 {
		b = newJSONLine(b, 0, level)
	}
	return append(b, c)
}

// appendJSONString quotes s as Newtonsoft.Json does: control characters, U+0085, U+2028 and U+2029 are escaped, nothing else.
func appendJSONString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s {
		switch r {
		case '"', '\\':
			b = append(b, '\\', byte(r))
		case '\b':
			b = append(b, `\b`...)
		case '\f':
			b = append(b, `\f`...)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			if r < ' ' || r == 0x85 || r == 0x2028 || r == 0x2029 {
				b = append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
				continue
			}
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

func foldFromJSON(f *folder, args []Value) (Value, bool) {
	text := args[0].Text()
	if !f.spend(len(text)) {
		return Value{}, false
	}
	d := json.NewDecoder(strings.NewReader(text))
	v, ok := readJSON(d, 0)
	if !ok {
		return Value{}, false
	}
	_, err := d.Token()
	return v, err == io.EOF
}

// readJSON reads one value and keeps the order of keys.
func readJSON(d *json.Decoder, level int) (Value, bool) {
	t, err := d.Token()
	if err != nil || level > maxJSONDepth {
		return Value{}, false
	}
	switch t := t.(type) {
	case nil:
		return Value{}, true
	case bool:
		return Value{Kind: Bool, Bool: t}, true
	case float64:
		return Value{Kind: Number, Number: t}, !math.IsInf(t, 0)
	case string:
		return Value{Kind: String, String: t}, true
	case json.Delim:
		if t == '[' {
			return readJSONArray(d, level)
		}
		return readJSONObject(d, level)
	}
	return Value{}, false
}

func readJSONArray(d *json.Decoder, level int) (Value, bool) {
	v := Value{Kind: Array}
	for d.More() {
		item, ok := readJSON(d, level+1)
		if !ok {
			return Value{}, false
		}
		v.Array = append(v.Array, item)
	}
	_, err := d.Token()
	return v, err == nil
}

func readJSONObject(d *json.Decoder, level int) (Value, bool) {
	v := Value{Kind: Object}
	at := map[string]int{}
	for d.More() {
		t, err := d.Token()
		key, isText := t.(string)
		if err != nil || !isText {
			return Value{}, false
		}
		item, ok := readJSON(d, level+1)
		if !ok {
			return Value{}, false
		}
		upper := upperText(key)
		if i, again := at[upper]; again { // the last one counts
			v.Object[i].Value = item
			continue
		}
		at[upper] = len(v.Object)
		v.Object = append(v.Object, Member{key, item})
	}
	_, err := d.Token()
	return v, err == nil
}
