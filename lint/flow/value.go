package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// value is what is known of an operand.
type value struct {
	known     bool
	v         expr.Value
	identity  bool // a name of the outsider's own
	author    bool // an identity that does not change when somebody else acts: the author of the pull request, comment …
	own       bool // text that people with rights in the repository chose
	ownPrefix bool // own text that ends in a slash or colon, so that no longer name of somebody else begins with it
	label     bool // what only people with triage rights set, such as a label: the outsider has none
	branch    bool // a ref that is a branch or a pull request
	kind      GuardKind
}

// guard is what a comparison of an identity with other is: a bot's name says little where somebody else may let the bot act.
func (v value) guard(other value) GuardKind {
	if v.kind == Person && !v.author && other.known && strings.HasSuffix(other.v.Text(), "[bot]") {
		return Bot
	}
	return v.kind
}

func known(s string) value {
	return value{known: true, v: expr.Value{Kind: expr.String, String: s}}
}

func flag(b bool, kind GuardKind) value {
	return value{known: true, v: expr.Value{Kind: expr.Bool, Bool: b}, kind: kind}
}

// value judges an operand.
func (o *outsider) value(n expr.Node) value {
	if v, ok := expr.Fold(n); ok {
		return value{known: true, v: v}
	}
	path, ok := expr.Path(n)
	if !ok {
		return o.computed(n)
	}
	context, rest, _ := strings.Cut(path, ".")
	switch context {
	case "github":
		return o.github(rest)
	case "vars", "secrets":
		return value{own: true}
	case "needs":
		return o.need(rest)
	case "steps":
		return o.stepOutput(rest)
	case "env":
		return o.env(rest)
	case "inputs":
		return o.input(rest)
	}
	return value{}
}

// computed judges the functions whose result is as their argument.
func (o *outsider) computed(n expr.Node) value {
	switch n := n.(type) {
	case *expr.Group:
		return o.value(n.X)
	case *expr.Call:
		if len(n.Args) == 0 {
			return value{}
		}
		first := o.value(n.Args[0])
		switch name := strings.ToLower(n.Name); {
		case name == "fromjson" && first.known:
			if v, ok := expr.Fold(&expr.Call{Name: n.Name, Args: []expr.Node{&expr.Literal{Value: first.v}}}); ok {
				return value{known: true, v: v, kind: first.kind}
			}
		case name == "tojson" || name == "join" || name == "fromjson":
			first.known, first.label = false, first.label && name != "fromjson"
			return first
		case name == "format" && first.known:
			return o.format(first.v.Text(), n.Args[1:])
		}
	}
	return value{}
}

// format is own text when all that it puts together is.
func (o *outsider) format(text string, args []expr.Node) value {
	for _, a := range args {
		if v := o.value(a); !v.own && !v.known {
			return value{}
		}
	}
	return value{own: true, ownPrefix: strings.HasSuffix(text, "/") || strings.HasSuffix(text, ":")}
}

func (o *outsider) github(path string) value {
	switch path {
	case "event_name":
		return known(o.trigger.Name)
	case "event.action":
		o.asked.action = true
		if o.as.action != "" {
			return known(o.as.action)
		}
		return value{}
	case "actor", "triggering_actor", "actor_id", "event.sender.login", "event.sender.id", "event.sender.node_id":
		if o.actsForOther() {
			return value{}
		}
		return value{identity: true, kind: Person}
	case "event.sender.type":
		return value{known: true, v: expr.Value{Kind: expr.String, String: "User"}, kind: Bot}
	case "repository", "repository_owner", "repository_id", "repository_owner_id", "repositoryurl", "workspace":
		return value{own: true}
	case "ref_type":
		if o.onBranch() {
			return known("branch")
		}
	case "ref":
		return value{branch: o.onBranch()}
	}
	if rest, ok := strings.CutPrefix(path, "event."); ok {
		return o.payload(rest)
	}
	return value{}
}

// onBranch reports an event whose github.ref is never a tag.
func (o *outsider) onBranch() bool {
	info, ok := catalog.Event(o.trigger.Name)
	return ok && (info.Class == catalog.Privileged || info.Class == catalog.Outsider)
}

// payload knows the fields of github.event that tell who is behind it, and that fields of another event are absent.
func (o *outsider) payload(path string) value {
	object, field, _ := strings.Cut(path, ".")
	if catalog.Absent(o.trigger.Name, object) {
		return value{known: true}
	}
	switch object {
	case "pull_request", "workflow_run":
		if field == "" {
			return value{known: true, v: expr.Value{Kind: expr.Object}}
		}
		if object == "workflow_run" {
			return o.workflowRun(field)
		}
		return o.pullRequest(field)
	case "label":
		return value{label: true, kind: Label}
	case "repository", "organization":
		return value{own: true}
	case "comment", "review", "issue", "discussion":
		return o.post(object, field)
	}
	return value{}
}

// post judges a field of what somebody wrote; the author is the outsider only where the event is about just that.
func (o *outsider) post(object, field string) value {
	if field == "labels.*.name" || field == "labels.*" || field == "labels" {
		return o.mark(Label)
	}
	if object != subject(o.trigger.Name) {
		return value{}
	}
	switch field {
	case "author_association":
		return o.role()
	case "user.login", "user.id", "user.node_id":
		return value{identity: true, author: true, kind: Person}
	case "user.type":
		return value{known: true, v: expr.Value{Kind: expr.String, String: "User"}, kind: Bot}
	}
	return value{}
}

// mark is a label or the like, which nobody without rights can set. Where they only get here by opening it, it is set behind
// that, so that whoever sets it starts the run; else it stays from earlier.
func (o *outsider) mark(kind GuardKind) value {
	o.asked.action = true
	does := []string{o.as.action}
	if o.as.action == "" {
		does = activities(o.trigger, true)
	}
	if slices.ContainsFunc(does, func(action string) bool { return action != "opened" }) {
		kind = Mark
	}
	return value{label: true, kind: kind}
}

func (o *outsider) role() value {
	o.asked.role = true
	if o.as.role == "" {
		return value{}
	}
	v := known(o.as.role)
	v.kind = Association
	return v
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

func (o *outsider) pullRequest(field string) value {
	switch field {
	case "head.repo.full_name", "head.repo.id", "head.repo.node_id", "head.repo.owner.login", "head.repo.owner.id", "head.repo.owner.node_id", "head.user.login",
		"head.user.id", "head.repo.html_url", "head.repo.url", "head.repo.clone_url", "head.repo.git_url", "head.repo.ssh_url", "head.label", "head.repo", "head.user":
		return value{identity: true, kind: SameRepository}
	case "head.repo.fork":
		return flag(true, SameRepository)
	case "user.login", "user.id", "user.node_id":
		// Who comments on or reviews a pull request may have opened another one than this.
		return value{identity: o.aboutPullRequest(), author: true, kind: Person}
	case "user.type":
		return value{known: true, v: expr.Value{Kind: expr.String, String: "User"}, kind: Bot}
	case "author_association":
		if o.aboutPullRequest() {
			return o.role()
		}
	case "merged":
		return flag(false, Merged)
	case "merged_at", "merged_by", "merged_by.login", "merged_by.id":
		return value{known: true, kind: Merged}
	case "auto_merge", "auto_merge.enabled_by.login", "auto_merge.merge_method":
		return value{label: true, kind: Activity} // a push by somebody without rights ends it
	case "milestone", "milestone.title", "milestone.number", "labels.*.name", "labels.*", "labels", "labels.*.id":
		return o.mark(Label)
	}
	if strings.HasPrefix(field, "base.repo.") || strings.HasPrefix(field, "base.user.") {
		return value{own: true}
	}
	return value{}
}

// aboutPullRequest reports an event that the author of the pull request caused, not somebody who writes about it.
func (o *outsider) aboutPullRequest() bool {
	return o.trigger.Name == "pull_request_target" || o.trigger.Name == "pull_request"
}

func (o *outsider) workflowRun(field string) value {
	switch field {
	case "head_repository.full_name", "head_repository.id", "head_repository.node_id", "head_repository.owner.login", "head_repository.owner.id",
		"head_repository.html_url", "head_repository.url":
		return value{identity: true, kind: SameRepository}
	case "head_repository.fork":
		return flag(true, SameRepository)
	case "actor.login", "triggering_actor.login", "actor.id", "triggering_actor.id":
		return value{identity: true, kind: Person}
	case "event":
		o.asked.parent = true
		if o.as.parent == "" {
			return value{}
		}
		v := known(o.as.parent)
		v.kind = ParentEvent
		return v
	}
	if strings.HasPrefix(field, "repository.") {
		return value{own: true}
	}
	return value{}
}

// resolve judges a scalar that a condition reads by another name: env, an output, an input.
func (o *outsider) resolve(in *outsider, s *syntax.Str) value {
	if s == nil || o.depth >= maxIndirect {
		return value{}
	}
	if len(s.Fences) == 0 {
		return known(s.Value)
	}
	if len(s.Fences) > 1 || s.Fences[0].Len() != len(strings.TrimSpace(s.Value)) {
		return value{}
	}
	sub := *in
	sub.str, sub.depth, sub.guards = s, o.depth+1, nil
	x := s.Fences[0].X
	if !isBoolean(x) {
		v := sub.value(x)
		if v.known && v.v.Kind != expr.Array && v.v.Kind != expr.Object {
			v.v = expr.Value{Kind: expr.String, String: v.v.Text()} // env and outputs are text
		}
		return v
	}
	t, guards := sub.truth(x)
	if t == expr.Unknown {
		return value{}
	}
	v := known("false")
	if t == expr.True {
		v = known("true")
	}
	for _, g := range guards {
		v.kind = max(v.kind, g.Kind)
	}
	return v
}

// isBoolean reports that an expression yields true or false and nothing else.
func isBoolean(n expr.Node) bool {
	switch n := n.(type) {
	case *expr.Group:
		return isBoolean(n.X)
	case *expr.Not:
		return true
	case *expr.Binary:
		return n.Op != expr.And && n.Op != expr.Or || isBoolean(n.X) && isBoolean(n.Y)
	case *expr.Call:
		switch strings.ToLower(n.Name) {
		case "contains", "startswith", "endswith":
			return true
		}
	}
	return false
}

func (o *outsider) env(name string) value {
	var maps []*syntax.Map
	if o.step != nil {
		maps = append(maps, o.step.Env)
	}
	if o.job != nil {
		maps = append(maps, o.job.Env)
	}
	if o.file.Workflow != nil {
		maps = append(maps, o.file.Workflow.Env)
	}
	for _, m := range maps {
		if s := m.Get(name); s != nil {
			return o.resolve(o, s)
		}
	}
	return value{}
}

// input knows that inputs are empty when another event than a call or a dispatch starts the workflow, and what a caller gives.
func (o *outsider) input(name string) value {
	if len(o.trigger.Via) == 0 {
		switch o.trigger.Name {
		case "workflow_call", "workflow_dispatch":
			return value{}
		}
		return value{known: true}
	}
	call := o.trigger.Via[len(o.trigger.Via)-1]
	var decl *syntax.Input
	for _, e := range o.file.Workflow.On.Events {
		for _, in := range e.Inputs {
			if e.Name.Value == "workflow_call" && strings.EqualFold(in.Name.Value, name) {
				decl = in
			}
		}
	}
	if decl == nil {
		return value{}
	}
	outer := *o
	outer.trigger.Via = o.trigger.Via[:len(o.trigger.Via)-1]
	outer.file, outer.job, outer.step = call.File, call.Job, nil
	given := call.Job.With.Get(name)
	if given == nil && decl.Default != nil {
		given, outer.file = &decl.Default.Str, o.file
	}
	if given == nil {
		return value{known: true}
	}
	v := o.resolve(&outer, given)
	if v.known && decl.Type != nil && decl.Type.Value == "boolean" {
		v.v = expr.Value{Kind: expr.Bool, Bool: v.v.Text() == "true"}
	}
	return v
}

// need knows the results of needed jobs that do not run, and outputs that say who the outsider is.
func (o *outsider) need(rest string) value {
	id, what, _ := strings.Cut(rest, ".")
	result, broken := o.results[id]
	if what == "result" && broken {
		return known(result)
	}
	name, ok := strings.CutPrefix(what, "outputs.")
	if !ok {
		return value{}
	}
	if broken && result == "skipped" {
		return known("")
	}
	job := o.file.Workflow.Job(id)
	if job == nil {
		return value{}
	}
	in := *o
	in.job, in.step = job, nil
	return o.resolve(&in, job.Outputs.Get(name))
}

// stepOutput knows the outputs of steps that look up who somebody is: the answer is no. Of a step that does not run for an
// outsider it knows that it was skipped and has no outputs.
func (o *outsider) stepOutput(rest string) value {
	id, what, _ := strings.Cut(rest, ".")
	if o.job == nil || o.depth >= maxIndirect {
		return value{}
	}
	for s := range o.job.Flat() {
		if s.ID == nil || !strings.EqualFold(s.ID.Value, id) {
			continue
		}
		if kind := lookup(s); kind != NoGuard && strings.HasPrefix(what, "outputs.") {
			v := known("false")
			v.kind = kind
			return v
		}
		if kind, skipped := o.skips(s); skipped {
			v := known("")
			if what == "outcome" || what == "conclusion" {
				v = known("skipped")
			}
			v.kind = kind
			return v
		}
	}
	return value{}
}

// skips reports that the condition of a step keeps outsiders from it, and the kind of guard that does.
func (o *outsider) skips(s *syntax.Step) (GuardKind, bool) {
	in := *o
	in.step, in.depth, in.guards = s, o.depth+1, nil
	if s.If == nil || s.If.Cond.AlwaysTrue || s.If.Cond.X == nil {
		return NoGuard, false
	}
	in.str = &s.If.Str
	t, guards := in.truth(s.If.Cond.X)
	return first(guards), t == expr.False
}
