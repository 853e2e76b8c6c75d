package rules

import (
	"strconv"
	"strings"

	"sekisho/lint/syntax"
)

// polish makes a message of actionlint one of ours: one sentence, without what nobody reads.
func polish(message string) string {
	message, _, _ = strings.Cut(message, ". see https://")
	message = strings.TrimRight(strings.ReplaceAll(strings.ReplaceAll(message, "\n", " "), ". ", "; "), ".")
	name, typ, ok := strings.Cut(message, " is not defined in object type ")
	if !ok {
		return message
	}
	property, err := strconv.Unquote(strings.TrimPrefix(name, "property "))
	if err != nil {
		return message
	}
	names := members(typ)
	switch near := syntax.Nearest(property, names); {
	case len(names) == 0:
		return name + " is not defined: there is none here, so the value is empty"
	case near != "":
		return name + " is not defined, so the value is empty; did you mean " + strconv.Quote(near) + "?"
	case len(names) > mostMembers:
		return name + " is not defined, so the value is empty"
	}
	return name + " is not defined, so the value is empty; there is " + strings.Join(names, ", ")
}

// mostMembers is how many names a message lists.
const mostMembers = 12

// members returns the names of the properties of an object type as actionlint writes it: {a: string; b: {c: number}}.
func members(typ string) []string {
	inner := strings.TrimSuffix(strings.TrimPrefix(typ, "{"), "}")
	var names []string
	depth, start := 0, 0
	for i := 0; i <= len(inner); i++ {
		switch {
		case i == len(inner) || inner[i] == ';' && depth == 0:
			if name, _, ok := strings.Cut(inner[start:i], ":"); ok {
				names = append(names, strings.TrimSpace(name))
			}
			start = i + 1
		case inner[i] == '{':
			depth++
		case inner[i] == '}':
			depth--
		}
	}
	return names
}
