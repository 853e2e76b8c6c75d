package flow

import (
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// RefGuard says which branches and tags a condition lets through when they are made or deleted.
type RefGuard uint8

// The guards, the weakest first.
const (
	AnyRef      RefGuard = iota // all, or all branches, or all tags
	RefPrefix                   // those whose name begins, ends or goes on in some way, which whoever makes one chooses
	TypedPrefix                 // the same, and only branches or only tags
	RefName                     // those of one name, as a branch or as a tag
	TypedName                   // one branch or one tag, or none
)

// Lifecycle says which branches and tags get a job, or one of its steps, to run when create or delete starts it.
func (f *Flow) Lifecycle(t Trigger, file *syntax.File, job *syntax.Job, step *syntax.Step) RefGuard {
	d := f.Deploying(t.File)
	runs := func(kind string, name refName) bool {
		o := &occasion{deploying: d, trigger: t, memo: map[*syntax.Job]expr.Tri{}, where: t.File, made: &made{t.Name, kind, name}}
		o = o.at(file, job)
		if o.runs() == expr.False {
			return false
		}
		o.step = step
		return step == nil || o.holds(step.If) != expr.False
	}
	branch, tag := runs("branch", fitting), runs("tag", fitting)
	switch {
	case !branch && !tag && runs("branch", asNamed) && runs("tag", asNamed):
		return RefName
	case !branch && !tag:
		return TypedName
	case runs("branch", other) || runs("tag", other):
		return AnyRef
	case branch && tag:
		return RefPrefix
	}
	return TypedPrefix
}

// refName is how the name of a branch or tag compares with the constants of a condition.
type refName uint8

const (
	fitting refName = iota // with the beginnings, ends and parts that are asked for, and the name of no other one
	asNamed                // the very name that is asked for
	other                  // nothing that is asked for
)

// made is a branch or tag that somebody makes or deletes.
type made struct {
	event string // create, delete
	kind  string // branch, tag
	name  refName
}

// judge evaluates a test of the ref.
func (m *made) judge(n expr.Node) expr.Tri {
	switch n := n.(type) {
	case *expr.Binary:
		if n.Op != expr.Eq && n.Op != expr.Ne {
			return expr.Unknown
		}
		ref, against := n.X, n.Y
		if m.part(ref) == "" {
			ref, against = against, ref
		}
		if t := m.equals(m.part(ref), against); n.Op == expr.Eq {
			return t
		} else {
			return t.Not()
		}
	case *expr.Call:
		if len(n.Args) == 2 {
			return m.call(strings.ToLower(n.Name), n.Args[0], n.Args[1])
		}
	}
	if path, ok := expr.Path(n); ok && path == "github.ref_protected" && m.event == "create" {
		return expr.False
	}
	return expr.Unknown
}

// part tells what of the ref an operand holds: type, name, ref for refs/heads/name, "" for another value. When a branch is deleted,
// github.ref is the default branch.
func (m *made) part(n expr.Node) string {
	path, _ := expr.Path(n)
	switch {
	case path == "github.event.ref_type", path == "github.ref_type" && m.event == "create":
		return "type"
	case path == "github.event.ref", path == "github.ref_name" && m.event == "create":
		return "name"
	case path == "github.ref" && m.event == "create":
		return "ref"
	}
	return ""
}

func (m *made) equals(part string, against expr.Node) expr.Tri {
	v, constant := expr.Fold(against)
	text := strings.ToLower(v.Text())
	switch {
	case part == "" || !constant && !namesDefault(against):
		return expr.Unknown
	case part == "type":
		return expr.TriOf(text == m.kind)
	case m.name != asNamed:
		return expr.False
	case !constant: // the default branch
		return expr.TriOf(part == "name" || m.kind == "branch")
	}
	return expr.TriOf(part == "name" || strings.HasPrefix(text, m.prefix()))
}

// prefix is what stands before the name in github.ref.
func (m *made) prefix() string {
	if m.kind == "tag" {
		return "refs/tags/"
	}
	return "refs/heads/"
}

func (m *made) call(function string, x, y expr.Node) expr.Tri {
	if function == "contains" && m.part(y) != "" && isList(x) {
		if m.part(y) == "type" {
			return expr.Unknown
		}
		return expr.TriOf(m.name == asNamed)
	}
	v, constant := expr.Fold(y)
	part := m.part(x)
	if !constant || part == "" || part == "type" || function != "startswith" && function != "endswith" && function != "contains" {
		return expr.Unknown
	}
	text := strings.ToLower(v.Text())
	if part == "ref" && function != "endswith" {
		switch {
		case strings.HasPrefix(m.prefix(), text):
			return expr.True
		case strings.HasPrefix(text, m.prefix()):
		case strings.HasPrefix(text, "refs/") || function == "startswith":
			return expr.False
		}
	}
	return expr.TriOf(m.name != other)
}
