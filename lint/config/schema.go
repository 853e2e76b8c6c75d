package config

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// object is a JSON object whose members stay in order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := unescaped(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// unescaped is JSON in which <, > and & stay what they are.
func unescaped(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// Schema returns the JSON Schema of the configuration file, in the draft that most editors know: 07.
func Schema(known Known) []byte {
	s := schema{known}
	text, err := unescaped(s.document())
	if err != nil {
		panic(err) // there is nothing in it that JSON does not have
	}
	var b bytes.Buffer
	json.Indent(&b, text, "", "  ")
	b.WriteByte('\n')
	return b.Bytes()
}

// schema makes a schema of what is known.
type schema struct{ known Known }

func (s schema) document() object {
	properties := object{}
	for _, f := range fieldsOf(reflect.TypeFor[document]()) {
		value := s.top(f)
		properties = append(properties, member{f.key, append(object{{"description", f.doc}}, value...)})
	}
	return object{
		{"$schema", "http://json-schema.org/draft-07/schema#"},
		{"title", "sekisho configuration"},
		{"description", "Which rules sekisho runs over the workflows and actions of a repository, and how: .github/sekisho.yml."},
		{"type", []string{"object", "null"}},
		{"additionalProperties", false},
		{"properties", properties},
		{"definitions", object{
			{"rules", s.rules()},
			{"several", anyOf(s.entry(nil))},
		}},
	}
}

// top returns the schema of a key of the top level.
func (s schema) top(f field) object {
	rules := object{{"$ref", "#/definitions/rules"}}
	switch f.key {
	case "rules":
		return object{{"allOf", []any{rules}}}
	case "paths":
		return object{{"type", "object"}, {"additionalProperties", object{
			{"type", "object"}, {"additionalProperties", false}, {"required", []string{"rules"}}, {"properties", object{{"rules", rules}}},
		}}}
	case CustomRule:
		if rule := s.known.find(CustomRule); rule != nil && rule.NewOptions != nil {
			return s.of(reflect.TypeOf(rule.NewOptions()).Elem(), reflect.Value{}, rule.OptionHelp)
		}
		return object{{"type", "object"}}
	}
	return s.of(f.typ, reflect.Value{}, nil)
}

// rules returns the schema of a mapping of rules.
func (s schema) rules() object {
	properties := object{}
	for i := range s.known.Rules {
		rule := &s.known.Rules[i]
		if strings.HasPrefix(rule.ID, CustomRule+"/") {
			continue
		}
		about := object{}
		if rule.Summary != "" {
			about = append(about, member{"description", rule.Summary})
		}
		what := object{{"allOf", []any{object{{"$ref", "#/definitions/several"}}}}}
		if rule.hasOptions() {
			what = anyOf(s.entry(rule))
		}
		properties = append(properties, member{rule.ID, append(about, what...)})
	}
	return object{
		{"type", "object"},
		{"properties", properties},
		{"patternProperties", object{{`^tag:|[*?\[]|^` + CustomRule + `/`, object{{"$ref", "#/definitions/several"}}}}},
		{"additionalProperties", false},
	}
}

func anyOf(entry object) object {
	return object{{"anyOf", []any{object{{"type", "boolean"}}, entry}}}
}

// entry returns the schema of what stands under the name of a rule; nil: under a pattern.
func (s schema) entry(rule *KnownRule) object {
	properties := object{}
	for _, f := range fieldsOf(reflect.TypeFor[entry]()) {
		var value object
		switch {
		case f.key == "severity":
			value = object{{"enum", s.known.Severities}}
		case f.key != "options":
			value = s.of(f.typ, reflect.Value{}, nil)
		case rule == nil:
			continue
		default:
			options := reflect.ValueOf(rule.NewOptions()).Elem()
			value = s.of(options.Type(), options, rule.OptionHelp)
		}
		if f.doc != "" {
			value = append(object{{"description", f.doc}}, value...)
		}
		properties = append(properties, member{f.key, value})
	}
	return object{{"type", "object"}, {"additionalProperties", false}, {"properties", properties}}
}

// of returns the schema of what the decoder takes for a type. value, if it is valid, holds the defaults, and help says what
// fields mean.
func (s schema) of(t reflect.Type, value reflect.Value, help func(string) string) object {
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem(), reflect.Value{}, help)
	case reflect.Bool:
		return withDefault(object{{"type", "boolean"}}, value)
	case reflect.Int:
		return withDefault(object{{"type", "integer"}}, value)
	case reflect.Slice:
		return object{{"type", "array"}, {"items", s.of(t.Elem(), reflect.Value{}, help)}}
	case reflect.Map:
		return object{{"type", "object"}, {"additionalProperties", s.of(t.Elem(), reflect.Value{}, help)}}
	case reflect.Struct:
		return s.structure(t, value, help)
	}
	if w, ok := reflect.Zero(t).Interface().(words); ok {
		return withDefault(object{{"enum", w.Words()}}, value)
	}
	return withDefault(object{{"type", []string{"string", "number"}}}, value) // what looks like a number is taken for a text
}

func (s schema) structure(t reflect.Type, value reflect.Value, help func(string) string) object {
	properties, required := object{}, []string{}
	for _, f := range fieldsOf(t) {
		var standard reflect.Value
		if value.IsValid() {
			standard = value.Field(f.index)
		}
		about := f.doc
		if help != nil && about == "" {
			about = help(f.key)
		}
		member := member{f.key, s.of(f.typ, standard, nil)}
		if about != "" {
			member.value = append(object{{"description", about}}, member.value.(object)...)
		}
		properties = append(properties, member)
		if f.required {
			required = append(required, f.key)
		}
	}
	out := object{{"type", "object"}, {"additionalProperties", false}, {"properties", properties}}
	if len(required) > 0 {
		out = append(out, member{"required", required})
	}
	return out
}

// withDefault adds the default where there is one.
func withDefault(o object, value reflect.Value) object {
	if value.IsValid() && (!value.IsZero() || value.Kind() == reflect.Bool) {
		return append(o, member{"default", value.Interface()})
	}
	return o
}
