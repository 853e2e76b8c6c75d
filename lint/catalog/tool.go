package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed tools.tsv
var toolText string

var toolTable = lazyActions(&toolText, 7)

// Tool is what an action downloads.
type Tool struct {
	Name    string   // for messages, with its article
	Inputs  []string // that pin its version, lower-cased, or $ and a variable; the first is the one to use
	Default string   // what is installed when none is given; "" for a version that the action itself holds
	Files   []string // name:text of files of the repository that pin it

	floating string
}

// ToolOf returns the tool that an action downloads when it is called so; ok is false when none is known of.
func ToolOf(uses string, with With) (tool Tool, ok bool) {
	row := toolTable().first(uses)
	if row == nil || row[5] != "" && holds(row[5], with, nil) != no {
		return tool, false
	}
	return Tool{Name: row[1], Inputs: strings.Fields(row[2]), Default: row[3], Files: strings.Fields(row[6]), floating: row[4]}, true
}

// Floats tells whether a value of an input names no version, or a tag of an image that stands for none.
func (t Tool) Floats(value string) bool {
	value = strings.ToLower(strings.TrimSpace(value))
	value = value[strings.LastIndexByte(value, ':')+1:]
	return Floating(value) || hasField(t.floating, value)
}

// Floating tells whether the text in the place of a version names whatever is newest.
func Floating(version string) bool {
	switch version {
	case "latest", "edge", "nightly", "canary", "next", "rolling", "rawhide", "unstable", "main", "master", "dev", "develop", "trunk", "head", "tip":
		return true
	}
	return strings.HasPrefix(version, "latest-") || strings.HasSuffix(version, "latest")
}
