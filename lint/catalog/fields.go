package catalog

import (
	"iter"
	"slices"
	"strings"
	"sync"
)

// Shape says how free somebody is in choosing a value.
type Shape uint8

// The shapes, the least free first.
const (
	Fixed      Shape = iota // nobody chooses it, or only among given values
	Structured              // of a limited alphabet: a login, a URL, a commit
	Ref                     // a branch or tag name, which may hold ; $ ( ) and quotes, but no blanks
	Arbitrary               // any text
)

// Field is a part of the github context that somebody else chooses.
type Field struct {
	Path    string // below github, as in the table
	Shape   Shape
	Insider bool // only people with rights in the repository choose it
	events  string
}

var fieldTable = lazy(&fieldText, 4)

var allFields = sync.OnceValue(func() []Field {
	var out []Field
	fieldTable().all(func(row []string) {
		shape := map[string]Shape{"arbitrary": Arbitrary, "ref": Ref, "structured": Structured}[row[1]]
		out = append(out, Field{row[0], shape, row[3] == "insider", row[2]})
	})
	return out
})

// Fields returns the fields that an access to the github context can yield under an event: the field itself, or those within an
// object; path is what stands behind github., in lower case, with * for elements. An object whose fields are all that matters, such
// as client_payload, stands for whatever is below it.
func Fields(path, event string) iter.Seq[Field] {
	return func(yield func(Field) bool) {
		if !strings.HasPrefix(path, "event") && !fieldTable().has(path) {
			return // most accesses are to something else
		}
		for _, f := range allFields() {
			below := path == "event" || f.Path == path || within(f.Path, path) || within(path, f.Path) && anyMember(f.Path)
			if below && f.Carried(event) && !yield(f) {
				return
			}
		}
	}
}

// within reports a path that begins with another one and a dot.
func within(path, above string) bool {
	return len(path) > len(above) && path[len(above)] == '.' && path[:len(above)] == above
}

// anyMember reports an object whose members their author names.
func anyMember(path string) bool {
	return path == "event.client_payload" || path == "event.inputs" || path == "event.changes"
}

// Carried reports whether the field can have a value under an event. It is true for an event that is not known, as that of a
// caller may be any.
func (f Field) Carried(event string) bool {
	if event == "workflow_call" || event == "" {
		return true
	}
	if f.events != "" {
		return slices.Contains(strings.Fields(f.events), event)
	}
	object, _, _ := strings.Cut(strings.TrimPrefix(f.Path, "event."), ".")
	if object == "changes" {
		return slices.Contains([]string{"issues", "issue_comment", "pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment", "discussion", "discussion_comment"}, event)
	}
	return !Absent(event, object)
}
