package syntax

import (
	"slices"
	"strings"
)

func (d *decoder) workflow(root *Node) *Workflow {
	w := &Workflow{Node: root.Resolve()}
	if w.Node == nil {
		return w
	}
	if w.Node.Kind != Mapping {
		d.raw(w.Node)
		d.errorf(w.Node.Span, `a workflow must be a mapping, not %s; give it the keys "on" and "jobs"`, kindName(w.Node))
		return w
	}
	hasOn, hasJobs := false, false
	for _, p := range w.Node.Pairs {
		switch key(p) {
		case "on":
			hasOn = true
			w.On = d.on(p)
		case "jobs":
			hasJobs = true
			w.JobsKey = p.Key.Span
			w.Jobs = d.jobs(p)
			w.byID = make(map[string]*Job, len(w.Jobs))
			for _, j := range slices.Backward(w.Jobs) {
				w.byID[strings.ToLower(j.ID.Value)] = j
			}
		default:
			d.workflowKey(w, p)
		}
	}
	at := w.Node.Span
	if len(w.Node.Pairs) > 0 {
		at = w.Node.Pairs[0].Key.Span
	}
	mistaken := func(p Pair) bool { return key(p) == "true" || strings.EqualFold(key(p), "on") }
	if !hasOn && !slices.ContainsFunc(w.Node.Pairs, mistaken) {
		d.errorf(at, `the workflow has no "on"; name the events that start it`)
	}
	if !hasJobs {
		d.errorf(at, `the workflow has no "jobs"; give it at least one`)
	}
	return w
}

func (d *decoder) workflowKey(w *Workflow, p Pair) {
	switch key(p) {
	case "name":
		w.Name = d.field(p)
	case "run-name":
		w.RunName = d.field(p)
	case "description":
		w.Description = d.field(p)
	case "permissions":
		w.Permissions = d.permissions(p)
	case "env":
		w.Env = d.table(p, false)
	case "defaults":
		w.Defaults = d.defaults(p)
	case "concurrency":
		w.Concurrency = d.concurrency(p)
	case "cache-mode":
		w.CacheMode = d.oneOf(p, cacheModes)
	case "dependencies":
		w.Dependencies = p.Value.Resolve()
		d.raw(p.Value)
	default:
		d.unknown(p, place{what: "the workflow", keys: workflowKeys})
	}
}

var cacheModes = []string{"read", "write", "write-only", "none"}

func (d *decoder) permissions(p Pair) *Permissions {
	v := p.Value.Resolve()
	perms := &Permissions{Span: v.Span, Key: p.Key.Span, Node: v}
	switch {
	case isNull(v):
		d.errorf(p.Key.Span, `"permissions" is empty; write {} to grant nothing, or name the scopes`)
		return nil
	case v.Kind == Scalar:
		perms.All = d.str(v)
		if words := []string{"read-all", "write-all"}; !hasFence(v) && !slices.Contains(words, v.Value) {
			d.errorf(v.Span, `"permissions" cannot be %s; %s, or name the scopes`, quote(v.Value), d.permissionAdvice(v.Value, words))
		}
		return perms
	case v.Kind != Mapping:
		d.wrong(p, "a mapping of scopes")
		return nil
	}
	perms.Scopes = make([]Scope, 0, len(v.Pairs))
	for _, p := range v.Pairs {
		if k := p.Key.Resolve(); k.Kind != Scalar || k.Value == "<<" || !slices.Contains(scopeKeys, k.Value) {
			d.unknown(p, place{what: "permissions", keys: scopeKeys})
			continue
		}
		value := p.Value.Resolve()
		if value.Kind != Scalar || isNull(value) {
			d.wrong(p, "read, write or none")
			continue
		}
		perms.Scopes = append(perms.Scopes, Scope{})
		s := &perms.Scopes[len(perms.Scopes)-1]
		d.fill(&s.Name, p.Key.Resolve())
		d.fill(&s.Value, value)
		if levels := scopeLevels(s.Name.Value); !hasFence(value) && !slices.Contains(levels, value.Value) {
			d.errorf(value.Span, "%s cannot be granted %s; %s", quote(s.Name.Value), quote(value.Value), d.suggest(value.Value, levels))
		}
	}
	return perms
}

func (d *decoder) permissionAdvice(value string, words []string) string {
	if value == "none" {
		return "write {}"
	}
	return strings.TrimSuffix(d.suggest(value, words), "?")
}

// scopeLevels returns the levels that can be granted for a scope.
func scopeLevels(scope string) []string {
	switch scope {
	case "id-token", "copilot-requests":
		return []string{"write", "none"}
	case "models", "vulnerability-alerts":
		return []string{"read", "none"}
	}
	return []string{"read", "write", "none"}
}

func (d *decoder) defaults(p Pair) *Defaults {
	n := d.mapping(p)
	if n == nil {
		return nil
	}
	def := &Defaults{Span: n.Span, Key: p.Key.Span}
	for _, p := range n.Pairs {
		if key(p) != "run" {
			d.unknown(p, place{what: "defaults", keys: defaultsKeys})
			continue
		}
		if v := p.Value.Resolve(); isExpr(v) {
			def.Expr = d.str(v)
			continue
		}
		run := d.mapping(p)
		if run == nil {
			continue
		}
		for _, p := range run.Pairs {
			switch key(p) {
			case "shell":
				def.Shell = d.text(p)
			case "working-directory":
				def.WorkingDirectory = d.text(p)
			default:
				d.unknown(p, place{what: "defaults.run", keys: defaultsRunKeys})
			}
		}
	}
	return def
}

func (d *decoder) concurrency(p Pair) *Concurrency {
	v := p.Value.Resolve()
	c := &Concurrency{Span: v.Span, Key: p.Key.Span}
	if v.Kind != Mapping {
		if v.Kind == Sequence || isNull(v) {
			d.wrong(p, "a group name or a mapping")
			return nil
		}
		c.Group = d.text(p)
		return c
	}
	hasGroup := false
	for _, p := range v.Pairs {
		switch key(p) {
		case "group":
			hasGroup = true
			c.Group = d.text(p)
		case "cancel-in-progress":
			c.CancelInProgress = d.boolean(p)
		case "queue":
			c.Queue = d.oneOf(p, []string{"single", "max"})
		default:
			d.unknown(p, place{what: "concurrency", keys: concurrencyKeys})
		}
	}
	if !hasGroup {
		d.errorf(p.Key.Span, `"concurrency" has no "group"; name the group of runs`)
	}
	return c
}

func (d *decoder) jobs(p Pair) []*Job {
	n := d.mapping(p)
	if n == nil {
		return nil
	}
	if len(n.Pairs) == 0 {
		d.errorf(p.Key.Span, `"jobs" is empty; give it at least one job`)
		return nil
	}
	d.caseTwins(n)
	pairs := d.capped(n, "jobs")
	jobs := make([]*Job, 0, len(pairs))
	for _, p := range pairs {
		if k := p.Key.Resolve(); k.Kind != Scalar || k.Value == "<<" {
			d.unknown(p, place{what: "jobs"})
			continue
		}
		jobs = append(jobs, d.job(p))
	}
	if len(pairs) == len(n.Pairs) { // otherwise a job that is left out may be the one needed
		d.needs(jobs)
	}
	return jobs
}
