package policy

import (
	"fmt"
	"reflect"
	"strings"
)

// Tables returns, in Markdown, which variables conditions have and what is in them.
func Tables() string {
	var b strings.Builder
	b.WriteString("\n| variable | is | in the scope |\n| --- | --- | --- |\n")
	for _, f := range reflect.VisibleFields(reflect.TypeFor[environment]()) {
		name := f.Tag.Get("expr")
		if strings.HasPrefix(name, "#") {
			continue
		}
		var scopes []string
		for _, s := range Scope("").Words() {
			for _, v := range Scope(s).variables() {
				if v == name {
					scopes = append(scopes, s)
				}
			}
		}
		where := strings.Join(scopes, ", ")
		if len(scopes) == len(Scope("").Words()) {
			where = "all"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, f.Tag.Get("doc"), where)
	}
	for _, t := range models() {
		fmt.Fprintf(&b, "\n%s:\n\n| field | type | meaning |\n| --- | --- | --- |\n", heading(t))
		for _, f := range reflect.VisibleFields(t) {
			if name := f.Tag.Get("expr"); name != "" {
				fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, strings.TrimPrefix(typeName(f.Type), "a "), f.Tag.Get("doc"))
			}
		}
	}
	b.WriteString("\n")
	return b.String()
}

// heading names a type at the start of a line.
func heading(t reflect.Type) string {
	name := strings.TrimPrefix(typeName(t), "a ")
	return strings.ToUpper(name[:1]) + name[1:]
}
