package syntax

import "strings"

// filter is a set of keys that narrow an event.
type filter uint16

// The keys of events; a branch, tag or path filter stands for its -ignore twin too.
const (
	onTypes filter = 1 << iota
	onBranches
	onTags
	onPaths
	onWorkflows
	onDispatch
	onCall
	onImage
	onSchedule
	noEvent filter = 1 << 15
)

// events returns the names of all events.
func events() []string {
	return []string{
		"branch_protection_rule", "check_run", "check_suite", "create", "delete", "deployment", "deployment_status",
		"discussion", "discussion_comment", "fork", "gollum", "image_version", "issue_comment", "issues", "label",
		"merge_group", "milestone", "page_build", "project", "project_card", "project_column", "public", "pull_request",
		"pull_request_comment", "pull_request_review", "pull_request_review_comment", "pull_request_target", "push",
		"registry_package", "release", "repository_dispatch", "schedule", "status", "sub_issues", "watch",
		"workflow_call", "workflow_dispatch", "workflow_run",
	}
}

// eventFilters returns the keys that an event takes, or noEvent when there is no event of that name.
// Source: GitHub's pages on events that trigger workflows, and the schema of its language server.
func eventFilters(name string) filter {
	switch name {
	case "push":
		return onBranches | onTags | onPaths
	case "pull_request", "pull_request_target":
		return onTypes | onBranches | onPaths
	case "workflow_run":
		return onTypes | onBranches | onWorkflows
	case "merge_group":
		return onTypes | onBranches
	case "workflow_dispatch":
		return onDispatch
	case "workflow_call":
		return onCall
	case "schedule":
		return onSchedule
	case "image_version":
		return onImage
	case "create", "delete", "deployment", "deployment_status", "fork", "gollum", "page_build", "public", "status":
		return 0
	case "branch_protection_rule", "check_run", "check_suite", "discussion", "discussion_comment", "issue_comment",
		"issues", "label", "milestone", "project", "project_card", "project_column", "pull_request_comment",
		"pull_request_review", "pull_request_review_comment", "registry_package", "release", "repository_dispatch",
		"sub_issues", "watch":
		return onTypes
	}
	return noEvent
}

// filterOf returns the filter that a key below an event belongs to, or 0.
func filterOf(key string) filter {
	switch key {
	case "types":
		return onTypes
	case "branches", "branches-ignore":
		return onBranches
	case "tags", "tags-ignore":
		return onTags
	case "paths", "paths-ignore":
		return onPaths
	case "workflows":
		return onWorkflows
	case "inputs":
		return onDispatch | onCall
	case "secrets", "outputs":
		return onCall
	case "names", "versions":
		return onImage
	}
	return 0
}

// filterKeys returns the keys that an event takes.
func filterKeys(f filter) (keys []string) {
	for _, k := range [...]string{
		"types", "branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore", "workflows", "inputs",
		"secrets", "outputs", "names", "versions",
	} {
		if filterOf(k)&f != 0 {
			keys = append(keys, k)
		}
	}
	return keys
}

func (d *decoder) on(p Pair) *On {
	v := p.Value.Resolve()
	on := &On{Span: v.Span, Key: p.Key.Span, Node: v}
	switch {
	case v.Kind == Scalar && v.Value != "":
		on.Events = append(on.Events, d.bareEvent(v))
	case v.Kind == Sequence && len(v.Items) > 0:
		for _, item := range v.Items {
			if item = item.Resolve(); item.Kind != Scalar {
				d.raw(item)
				d.errorf(item.Span, `an entry of "on" must be the name of an event, not %s; write "on" as a mapping to configure events`, kindName(item))
				continue
			}
			on.Events = append(on.Events, d.bareEvent(item))
		}
	case v.Kind == Mapping && len(v.Pairs) > 0:
		d.caseTwins(v)
		for _, p := range v.Pairs {
			if k := p.Key.Resolve(); k.Kind == Scalar && k.Value != "<<" {
				on.Events = append(on.Events, d.event(p))
			} else {
				d.unknown(p, place{what: "on"})
			}
		}
	default:
		d.raw(v)
		d.errorf(p.Key.Span, `"on" is empty; name the events that start the workflow`)
	}
	return on
}

// bareEvent reads an event that stands without anything below it.
func (d *decoder) bareEvent(n *Node) *Event {
	e := d.eventName(n)
	if e.Name.Value == "schedule" {
		d.errorf(n.Span, `event "schedule" starts nothing without a list of "cron" entries; write "on" as a mapping and give it one`)
	}
	return e
}

func (d *decoder) eventName(n *Node) *Event {
	e := &Event{}
	d.fill(&e.Name, n)
	if eventFilters(e.Name.Value) == noEvent {
		hint := d.suggest(e.Name.Value, events())
		if filterOf(e.Name.Value) != 0 {
			hint = "it belongs below the name of an event"
		} else if strings.HasPrefix(hint, "use ") {
			hint = "correct or remove it"
		}
		d.errorf(n.Span, "unknown event %s; %s", quote(e.Name.Value), hint)
	}
	return e
}

func (d *decoder) event(p Pair) *Event {
	e := d.eventName(p.Key.Resolve())
	v := p.Value.Resolve()
	if e.Name.Value == "schedule" {
		d.schedules(e, p)
		return e
	}
	if isNull(v) {
		return e
	}
	if v.Kind != Mapping {
		d.wrong(p, "a mapping")
		return e
	}
	e.Node = v
	allowed := eventFilters(e.Name.Value)
	for _, p := range v.Pairs {
		f := filterOf(key(p))
		switch {
		case allowed == noEvent && f == 0:
			d.raw(p.Value)
		case f == 0:
			d.unknown(p, place{what: "event", name: e.Name.Value, keys: filterKeys(allowed)})
		default:
			if allowed != noEvent && f&allowed == 0 {
				d.misfit(p, e, allowed)
			}
			d.filter(e, p)
		}
	}
	d.exclusive(v, "branches", "branches-ignore")
	d.exclusive(v, "tags", "tags-ignore")
	d.exclusive(v, "paths", "paths-ignore")
	return e
}

func (d *decoder) misfit(p Pair, e *Event, allowed filter) {
	d.ignoredf(p.Key.Span, "event %s does not take %s, which narrows nothing here; %s", quote(e.Name.Value), quote(key(p)), known(filterKeys(allowed)))
}

// exclusive reports the second of two filters that cannot stand together.
func (d *decoder) exclusive(n *Node, a, b string) {
	x, ok := n.Get(b)
	if !ok {
		return
	}
	if y, ok := n.Get(a); ok {
		if y.Key.Start > x.Key.Start {
			x = y
		}
		d.errorf(x.Key.Span, `%s and %s cannot stand together; use %s with "!" patterns`, quote(a), quote(b), quote(a))
	}
}

func (d *decoder) filter(e *Event, p Pair) {
	if v := p.Value.Resolve(); v.Kind == Scalar && v.Value == "" {
		return
	}
	switch key(p) {
	case "inputs":
		e.Inputs = d.inputs(p, e.Name.Value)
		return
	case "secrets":
		e.Secrets = d.secretDecls(p)
		return
	case "outputs":
		e.Outputs = d.outputs(p, true)
		return
	}
	l := d.list(p)
	if l.isEmpty() && !strings.HasSuffix(key(p), "-ignore") {
		d.ignoredf(l.Span, "%s is an empty list; list at least one entry or remove the key", quote(key(p)))
	}
	switch key(p) {
	case "types":
		e.Types = l
	case "branches":
		e.Branches = l
	case "branches-ignore":
		e.BranchesIgnore = l
	case "tags":
		e.Tags = l
	case "tags-ignore":
		e.TagsIgnore = l
	case "paths":
		e.Paths = l
	case "paths-ignore":
		e.PathsIgnore = l
	case "workflows":
		e.Workflows = l
	case "names":
		e.Names = l
	case "versions":
		e.Versions = l
	}
}

func (d *decoder) schedules(e *Event, p Pair) {
	v := p.Value.Resolve()
	if v.Kind != Sequence {
		d.wrong(p, `a list of "cron" entries`)
		return
	}
	if len(v.Items) == 0 {
		d.errorf(v.Span, `"schedule" is an empty list; give it at least one "cron" entry`)
	}
	for _, item := range v.Items {
		item = item.Resolve()
		if item.Kind != Mapping {
			d.raw(item)
			d.errorf(item.Span, `an entry of "schedule" must be a mapping with "cron", not %s`, kindName(item))
			continue
		}
		s := &Schedule{}
		hasCron := false
		for _, p := range item.Pairs {
			switch key(p) {
			case "cron":
				hasCron = true
				s.Cron = d.text(p)
			case "timezone":
				s.Timezone = d.text(p)
			default:
				d.unknown(p, place{what: "schedule", keys: scheduleKeys})
			}
		}
		if !hasCron {
			d.errorf(item.Span, `an entry of "schedule" has no "cron"; say when it runs`)
		}
		e.Schedules = append(e.Schedules, s)
	}
}
