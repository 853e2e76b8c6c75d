package syntax

import (
	"slices"
	"strings"
)

func (d *decoder) action(root *Node) *Action {
	a := &Action{Node: root.Resolve()}
	if a.Node == nil {
		return a
	}
	if a.Node.Kind != Mapping {
		d.raw(a.Node)
		d.errorf(a.Node.Span, `an action must be a mapping, not %s; give it the keys "name" and "runs"`, kindName(a.Node))
		return a
	}
	for _, p := range a.Node.Pairs {
		switch key(p) {
		case "name":
			a.Name = d.field(p)
		case "description":
			a.Description = d.field(p)
		case "author":
			a.Author = d.field(p)
		case "inputs":
			a.Inputs = d.inputs(p, "")
		case "outputs":
			a.Outputs = d.outputs(p, false)
		case "runs":
			a.Runs = d.runs(p)
		case "branding":
			a.Branding = d.branding(p)
		default:
			d.loose(p, a.Node, place{what: "the action", keys: actionKeys})
		}
	}
	at := a.Node.Span
	if len(a.Node.Pairs) > 0 {
		at = a.Node.Pairs[0].Key.Span
	}
	// GitHub's pages call name and description required too, but only the marketplace asks for them.
	if _, ok := a.Node.Get("runs"); !ok {
		d.errorf(at, `the action has no "runs"; say how it runs`)
	}
	return a
}

func (d *decoder) branding(p Pair) *Branding {
	n := d.mapping(p)
	if n == nil {
		return nil
	}
	b := &Branding{Span: n.Span, Key: p.Key.Span}
	for _, p := range n.Pairs {
		switch key(p) {
		case "icon":
			b.Icon = d.field(p)
		case "color":
			b.Color = d.field(p)
		default:
			d.loose(p, n, place{what: "branding", keys: brandingKeys})
		}
	}
	return b
}

func (d *decoder) runs(p Pair) *Runs {
	n := d.mapping(p)
	if n == nil {
		return nil
	}
	r := &Runs{Span: n.Span, Key: p.Key.Span, Node: n}
	for _, p := range n.Pairs {
		if !d.runsKey(r, p) {
			d.unknown(p, place{what: "runs", keys: runsKeys})
		}
	}
	d.runsKind(r)
	return r
}

func (d *decoder) runsKey(r *Runs, p Pair) bool {
	switch key(p) {
	case "using":
		r.Using = d.text(p)
	case "main":
		r.Main = d.text(p)
	case "pre":
		r.Pre = d.text(p)
	case "pre-if":
		r.PreIf = d.condition(p)
	case "post":
		r.Post = d.text(p)
	case "post-if":
		r.PostIf = d.condition(p)
	case "image":
		r.Image = d.text(p)
	case "pre-entrypoint":
		r.PreEntrypoint = d.text(p)
	case "entrypoint":
		r.Entrypoint = d.text(p)
	case "post-entrypoint":
		r.PostEntrypoint = d.text(p)
	case "args":
		r.Args = d.sequence(p)
	case "env":
		r.Env = d.table(p, false)
	case "steps":
		r.StepsKey = p.Key.Span
		r.Steps = d.steps(p, stepsOfAction)
	default:
		return false
	}
	return true
}

// runsKind checks that runs has what its using asks for and nothing of another kind.
func (d *decoder) runsKind(r *Runs) {
	if r.Using == nil {
		if _, ok := r.Node.Get("using"); !ok {
			d.errorf(r.Key, `"runs" has no "using"; say composite, docker or a version of node such as node24`)
		}
		return
	}
	using := strings.ToLower(r.Using.Value)
	kind, must := runtime(using)
	if must == "" {
		d.errorf(r.Using.Span, "%s is no runtime for actions; %s", quote(r.Using.Value), d.suggest(using, runtimes))
		if version, ok := strings.CutPrefix(using, "node"); !ok || version == "" || strings.Trim(version, "0123456789") != "" {
			return
		}
		kind, must = "node", "main"
	}
	if _, ok := r.Node.Get(must); !ok {
		d.errorf(r.Key, "a %s action needs %s below \"runs\"; add it", kind, quote(must))
	}
	for _, p := range r.Node.Pairs {
		if k := key(p); slices.Contains(runsKeys, k) && !runsFit(kind, k) {
			d.errorf(p.Key.Span, "%s does not go with using: %s; remove it", quote(k), r.Using.Value)
		}
	}
}

var runtimes = []string{"composite", "docker", "node24", "node20", "node16", "node12"}

// runtime returns the kind of action that a value of using stands for, and the key that such an action must have.
func runtime(using string) (kind, must string) {
	switch using {
	case "composite":
		return using, "steps"
	case "docker":
		return using, "image"
	case "node12", "node16", "node20", "node24":
		return "node", "main"
	}
	return "", ""
}

func runsFit(kind, key string) bool {
	switch key {
	case "using":
		return true
	case "main", "pre", "post":
		return kind == "node"
	case "pre-if", "post-if":
		return kind == "node" || kind == "docker"
	case "steps":
		return kind == "composite"
	}
	return kind == "docker"
}
