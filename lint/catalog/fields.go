package catalog

import (
	"iter"
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

// Fields ranges over the fields that an access to the github context can yield under an event: the field itself, or those within an
// object; path is what stands behind github., in lower case, with * for elements. An object whose fields are all that matters, such
// as client_payload, stands for whatever is below it.
func Fields(path, event string) iter.Seq[*Field] {
	return func(yield func(*Field) bool) { eachField(path, event, yield) }
}

func eachField(path, event string, yield func(*Field) bool) {
	if !strings.HasPrefix(path, "event") && !fieldTable().has(path) {
		return // most accesses are to something else
	}
	all := allFields()
	for i := range all {
		f := &all[i]
		below := path == "event" || f.Path == path || memberOf(f.Path, path) || memberOf(path, f.Path) && anyMember(f.Path)
		if below && f.Carried(event) && !yield(f) {
			return
		}
	}
}

// memberOf reports a path that leads on from another one.
func memberOf(path, object string) bool {
	return len(path) > len(object) && path[len(object)] == '.' && path[:len(object)] == object
}

// anyMember reports an object whose members their author names.
func anyMember(path string) bool {
	return path == "event.client_payload" || path == "event.inputs" || path == "event.changes"
}

// Carried reports whether the field can have a value under an event. It is true for an event that is not known, as that of a
// caller may be any.
func (f *Field) Carried(event string) bool {
	if event == "workflow_call" || event == "" {
		return true
	}
	if f.events != "" {
		return hasField(f.events, event)
	}
	object, _, _ := strings.Cut(strings.TrimPrefix(f.Path, "event."), ".")
	if object == "changes" {
		switch event {
		case "issues", "issue_comment", "pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment", "discussion", "discussion_comment":
			return true
		}
		return false
	}
	return !Absent(event, object)
}
