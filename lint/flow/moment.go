package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// refKind is what is known of github.ref.
type refKind uint8

const (
	someRef   refKind = iota
	tagRef            // a tag, by whatever name
	branchRef         // a branch, by whatever name
)

// holds judges a test of the ref by its kind.
func (k refKind) holds(n expr.Node) expr.Tri {
	ref, literal, op, ok := refTest(n)
	if !ok {
		return expr.Unknown
	}
	literal = strings.ToLower(literal)
	own, other := "refs/tags/", "refs/heads/"
	if k == branchRef {
		own, other = other, own
	}
	switch {
	case ref == "github.ref_type":
		return expr.TriOf((literal == "tag") == (k == tagRef) == (op != "!="))
	case ref != "github.ref":
		return expr.Unknown
	case op == "startswith" && strings.HasPrefix(own, literal):
		return expr.True
	case strings.HasPrefix(literal, other) && op != "endswith":
		return expr.TriOf(op == "!=")
	case op == "startswith" && k == tagRef && strings.HasPrefix(literal, own):
		return expr.True // the tags of releases fit
	case op == "contains" && (literal == own || literal == "/"+strings.Split(own, "/")[1]+"/" || literal == strings.TrimSuffix(own, "/")):
		return expr.True
	}
	return expr.Unknown
}

// Moment is one way in which a job comes to run: a trigger, and for a push whether it is one of a tag.
type Moment struct {
	Trigger Trigger
	Tag     bool
	o       *occasion // of the job
}

// Moments lists the ways in which a job comes to run.
func (d *Deploying) Moments(job *syntax.Job) []Moment {
	var out []Moment
	for _, t := range d.flow.Triggers(d.file) {
		for _, on := range refKinds(t) {
			o := &occasion{deploying: d, trigger: t, memo: map[*syntax.Job]expr.Tri{}, where: d.file, on: on}
			if o = o.at(d.file, job); o.runs() != expr.False {
				out = append(out, Moment{t, on == tagRef, o})
			}
		}
	}
	return out
}

// refKinds lists what the ref may be when a trigger starts a workflow.
func refKinds(t Trigger) []refKind {
	switch t.Name {
	case "release":
		return []refKind{tagRef}
	case "push":
		e := t.Event
		switch {
		case e == nil || e.Branches == nil && e.BranchesIgnore == nil && e.Tags == nil && e.TagsIgnore == nil:
			return []refKind{branchRef, tagRef}
		case e.Tags == nil && e.TagsIgnore == nil:
			return []refKind{branchRef}
		case e.Branches == nil && e.BranchesIgnore == nil:
			return []refKind{tagRef}
		}
		return []refKind{tagRef, branchRef}
	case "workflow_call", "workflow_dispatch", "create", "delete", "deployment", "deployment_status":
		return []refKind{someRef}
	}
	return []refKind{branchRef}
}

// Runs tells whether a step of the job runs at that moment.
func (m Moment) Runs(step *syntax.Step) expr.Tri {
	m.o.step = step
	return m.o.holds(step.If)
}

// Cache tells how a step works with the cache at that moment; unknown when an expression decides that is not known.
func (m Moment) Cache(step *syntax.Step) (catalog.Cache, expr.Tri) {
	f := m.o.deploying.flow
	c, caches := f.caches(m.o.where, step, m.o.with(step))
	return c, and(caches, m.Runs(step))
}
