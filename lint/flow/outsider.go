package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// outsider judges conditions as they come out for someone without rights in the repository who caused an event: every value
// that tells who they are compares unequal to any name of the repository's own; what they can choose is unknown.
type outsider struct {
	trigger Trigger
	counts  func(GuardKind) bool // which guards are believed
	skipped map[string]bool      // needed jobs that do not run, by lower-cased id
	failed  bool                 // a needed job does not run, so success() is false
	file    *syntax.File
	cond    *syntax.Condition
	guards  []Guard
}

// judge evaluates a condition; nil is true.
func (o *outsider) judge(file *syntax.File, c *syntax.Condition) expr.Tri {
	if c == nil || c.Cond.AlwaysTrue {
		return expr.True
	}
	if c.Cond.X == nil {
		return expr.Unknown
	}
	o.file, o.cond = file, c
	return expr.Truth(c.Cond.X, o.leaf)
}

// value is what is known of an operand.
type value struct {
	known    bool
	v        expr.Value
	identity bool      // a name of the outsider's own
	label    bool      // a label's name, or a list of them
	roles    bool      // an author_association
	action   bool      // github.event.action, where there are several
	kind     GuardKind // the guard that a test of it is
}

func (o *outsider) leaf(n expr.Node) expr.Tri {
	switch n := n.(type) {
	case *expr.Binary:
		return o.compare(n)
	case *expr.Call:
		return o.call(n)
	}
	v := o.value(n)
	if !v.known {
		return expr.Unknown
	}
	return o.decide(n, v.kind, v.v.Truthy())
}

// decide records the guard behind an answer, or takes the answer back when such guards are not believed.
func (o *outsider) decide(n expr.Node, kind GuardKind, truth bool) expr.Tri {
	if kind != NoGuard {
		if !o.counts(kind) {
			return expr.Unknown
		}
		span := n.Range()
		o.guards = append(o.guards, Guard{kind, o.file, o.file.ValueSpan(&o.cond.Str, syntax.Span{Start: span.Start, End: span.End})})
	}
	return expr.TriOf(truth)
}

func (o *outsider) compare(n *expr.Binary) expr.Tri {
	x, y := o.value(n.X), o.value(n.Y)
	if x.known && y.known {
		kind := max(x.kind, y.kind)
		return o.decide(n, kind, expr.Compare(n.Op, x.v, y.v).Truthy())
	}
	if n.Op != expr.Eq && n.Op != expr.Ne {
		return expr.Unknown
	}
	if y.identity || y.label || y.roles || y.action {
		x, y = y, x
	}
	switch {
	case x.identity && y.identity:
		return expr.Unknown // both are theirs
	case x.identity:
		kind := x.kind
		if y.known && strings.HasSuffix(y.v.Text(), "[bot]") {
			kind = Bot
		}
		if y.known && y.v.Text() == "" {
			return o.decide(n, NoGuard, n.Op == expr.Ne)
		}
		return o.decide(n, kind, n.Op == expr.Ne)
	case x.label && y.known, x.action && y.known && insiderAction(y.v.Text()):
		return o.decide(n, Label, n.Op == expr.Ne)
	case x.roles && y.known && trustedRole(y.v.Text()):
		return o.decide(n, Association, n.Op == expr.Ne)
	}
	return expr.Unknown
}

func (o *outsider) call(n *expr.Call) expr.Tri {
	switch strings.ToLower(n.Name) {
	case "always":
		return expr.True
	case "success":
		if o.failed {
			return expr.False
		}
	case "contains":
		if len(n.Args) == 2 {
			return o.contains(n)
		}
	case "startswith", "endswith":
		if len(n.Args) == 2 {
			return o.affix(n)
		}
	}
	return expr.Unknown
}

func (o *outsider) contains(n *expr.Call) expr.Tri {
	in, item := o.value(n.Args[0]), o.value(n.Args[1])
	list := isList(n.Args[0]) || in.known && in.v.Kind == expr.Array
	switch {
	case in.label && item.known:
		return o.decide(n, Label, false)
	case item.identity && list:
		kind := item.kind
		if in.known && len(in.v.Array) > 0 && !slices.ContainsFunc(in.v.Array, func(v expr.Value) bool { return !strings.HasSuffix(v.Text(), "[bot]") }) {
			kind = Bot
		}
		return o.decide(n, kind, false)
	case item.roles && in.known && list:
		if !slices.ContainsFunc(in.v.Array, func(v expr.Value) bool { return !trustedRole(v.Text()) }) {
			return o.decide(n, Association, false)
		}
	case in.identity && item.known && strings.Contains(item.v.Text(), "[bot"):
		return o.decide(n, Bot, false)
	case in.known && item.known:
		if v, ok := expr.Fold(&expr.Call{Name: n.Name, Args: []expr.Node{&expr.Literal{Value: in.v}, &expr.Literal{Value: item.v}}}); ok {
			return o.decide(n, max(in.kind, item.kind), v.Truthy())
		}
	}
	return expr.Unknown
}

// isList reports that n yields an array whatever is in it, so that contains() compares whole elements.
func isList(n expr.Node) bool {
	switch n := n.(type) {
	case *expr.Group:
		return isList(n.X)
	case *expr.Star:
		return true
	case *expr.Property:
		return isList(n.Of)
	case *expr.Call:
		return strings.EqualFold(n.Name, "fromJSON")
	}
	return false
}

func (o *outsider) affix(n *expr.Call) expr.Tri {
	x, y := o.value(n.Args[0]), o.value(n.Args[1])
	if x.known && y.known {
		if v, ok := expr.Fold(&expr.Call{Name: n.Name, Args: []expr.Node{&expr.Literal{Value: x.v}, &expr.Literal{Value: y.v}}}); ok {
			return o.decide(n, max(x.kind, y.kind), v.Truthy())
		}
	}
	if x.identity && y.known {
		switch text := y.v.Text(); {
		case strings.EqualFold(n.Name, "endsWith") && strings.HasSuffix(text, "bot]"):
			return o.decide(n, Bot, false)
		case strings.EqualFold(n.Name, "startsWith") && strings.ContainsAny(text, ":/"):
			return o.decide(n, SameRepository, false)
		}
	}
	return expr.Unknown
}

// trustedRole reports that an author_association is given only to people the repository's owner let in.
func trustedRole(role string) bool {
	return strings.EqualFold(role, "OWNER") || strings.EqualFold(role, "MEMBER") || strings.EqualFold(role, "COLLABORATOR")
}

func (o *outsider) value(n expr.Node) value {
	if v, ok := expr.Fold(n); ok {
		return value{known: true, v: v}
	}
	path, ok := expr.Path(n)
	if !ok {
		return value{}
	}
	switch path {
	case "github.event_name":
		return known(o.trigger.Name)
	case "github.event.action":
		return o.action()
	case "github.actor", "github.triggering_actor", "github.actor_id", "github.event.sender.login", "github.event.sender.id":
		return value{identity: true, kind: Person}
	}
	if rest, ok := strings.CutPrefix(path, "needs."); ok {
		return o.need(rest)
	}
	if rest, ok := strings.CutPrefix(path, "github.event."); ok {
		return o.payload(rest)
	}
	return value{}
}

func known(s string) value {
	return value{known: true, v: expr.Value{Kind: expr.String, String: s}}
}

// action is known when the trigger has one activity type.
func (o *outsider) action() value {
	e := o.trigger.Event
	if e == nil || e.Types == nil || len(e.Types.Values) != 1 {
		return value{action: true}
	}
	return known(e.Types.Values[0].Value)
}

// insiderAction reports an activity on an issue or pull request that takes triage rights.
func insiderAction(name string) bool {
	switch name {
	case "labeled", "unlabeled", "assigned", "unassigned", "milestoned", "demilestoned", "pinned", "unpinned", "transferred", "locked", "unlocked":
		return true
	}
	return false
}

func (o *outsider) need(rest string) value {
	id, what, _ := strings.Cut(rest, ".")
	if !o.skipped[id] {
		return value{}
	}
	if what == "result" {
		return known("skipped")
	}
	if strings.HasPrefix(what, "outputs.") {
		return known("")
	}
	return value{}
}

// payload knows the fields of github.event that tell who is behind it, and that fields of another event are absent.
func (o *outsider) payload(path string) value {
	object, field, _ := strings.Cut(path, ".")
	if catalog.Absent(o.trigger.Name, object) {
		return value{known: true, v: expr.Value{Kind: expr.Null}}
	}
	switch object {
	case "pull_request":
		return pullRequest(field)
	case "workflow_run":
		return workflowRun(field)
	case "label":
		return value{label: true, kind: Label}
	case "comment", "review", "issue", "discussion":
		switch field {
		case "author_association":
			if object == subject(o.trigger.Name) {
				return value{roles: true, kind: Association}
			}
		case "user.login", "user.id":
			if object == subject(o.trigger.Name) {
				return value{identity: true, kind: Person}
			}
		case "labels.*.name":
			return value{label: true, kind: Label}
		}
	}
	return value{}
}

// subject is the part of an event's payload whose author caused the event.
func subject(event string) string {
	switch event {
	case "issue_comment", "discussion_comment", "commit_comment", "pull_request_review_comment":
		return "comment"
	case "pull_request_review":
		return "review"
	case "issues":
		return "issue"
	case "discussion":
		return "discussion"
	}
	return ""
}

func pullRequest(field string) value {
	switch field {
	case "head.repo.full_name", "head.repo.id", "head.repo.node_id", "head.repo.owner.login", "head.repo.owner.id", "head.user.login", "head.user.id",
		"head.repo.html_url", "head.repo.url", "head.repo.clone_url", "head.repo.git_url", "head.repo.ssh_url", "head.label":
		return value{identity: true, kind: SameRepository}
	case "head.repo.fork":
		return value{known: true, v: expr.Value{Kind: expr.Bool, Bool: true}, kind: SameRepository}
	case "user.login", "user.id":
		return value{identity: true, kind: Person}
	case "user.type":
		return value{known: true, v: expr.Value{Kind: expr.String, String: "User"}, kind: Bot}
	case "author_association":
		return value{roles: true, kind: Association}
	case "merged":
		return value{known: true, v: expr.Value{Kind: expr.Bool}, kind: Merged}
	case "merged_at", "merged_by", "merged_by.login":
		return value{known: true, v: expr.Value{Kind: expr.Null}, kind: Merged}
	case "labels.*.name":
		return value{label: true, kind: Label}
	}
	return value{}
}

func workflowRun(field string) value {
	switch field {
	case "head_repository.full_name", "head_repository.id", "head_repository.owner.login", "head_repository.owner.id", "head_repository.html_url":
		return value{identity: true, kind: SameRepository}
	case "head_repository.fork":
		return value{known: true, v: expr.Value{Kind: expr.Bool, Bool: true}, kind: SameRepository}
	case "actor.login", "triggering_actor.login":
		return value{identity: true, kind: Person}
	}
	return value{}
}
