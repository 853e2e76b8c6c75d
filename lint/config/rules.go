package config

import (
	"maps"
	"slices"

	"sekisho/lint/syntax"
)

// Rule is what a configuration file says about one rule, or about one kind of its findings.
type Rule struct {
	Enabled   *bool  // nil: not said
	Severity  string // "": not said
	Ignorable *bool  // whether comments may silence its findings; nil: not said
	Options   any    // what NewOptions returned, filled in; nil: not said
	Asked     bool   // it is enabled by its id, not by a pattern
	Local     bool   // Enabled is said for some paths only

	At map[string]syntax.Position // where that is said: by key, of options by options.NAME
}

// entry is what stands under the id of a rule.
type entry struct {
	Enabled   *bool        `yaml:"enabled" doc:"Whether the rule runs. A strict rule that is named in full runs without --strict."`
	Severity  string       `yaml:"severity" doc:"How severe its findings are."`
	Ignorable *bool        `yaml:"ignorable" doc:"Whether ignore comments silence its findings; true unless it is said."`
	Options   *syntax.Node `yaml:"options"`
}

// said is what one key says of the rules that it names.
type said struct {
	ids     []string
	exact   bool // the key is an id, not a pattern
	rule    Rule // its Options are those of the user's own rules only, which are the same for all files
	options *syntax.Node
	at      syntax.Span // of the key of options
}

// override is what holds for the files that match a pattern.
type override struct {
	glob Glob
	said []said
}

// rules decodes a mapping of rules, which stands at name, in source order.
func (d *decoder) rules(n *syntax.Node, name string, known Known) []said {
	if n == nil {
		return nil
	}
	section := n.Resolve()
	if section.Kind != syntax.Mapping {
		d.wrong(n, section, name, "keys with values")
		return nil
	}
	var out []said
	named := map[string]bool{}
	for _, pair := range section.Pairs {
		key := pair.Key.Resolve()
		if key.Kind != syntax.Scalar {
			d.fault(pair.Key.Span, "a key%s is %s; write a text", within(name), describe(key))
			continue
		}
		ids := known.Match(key.Value)
		exact := len(ids) == 1 && known.find(key.Value) != nil
		switch {
		case len(ids) == 0:
			d.fault(pair.Key.Span, "%s", known.None(key.Value))
			continue
		case exact && named[ids[0]]:
			d.fault(pair.Key.Span, "rule %s is named twice, under its id and an old one; keep one of them", quote(ids[0]))
			continue
		case exact:
			named[ids[0]] = true
		}
		s := d.said(pair.Value, join(name, key.Value), known)
		s.ids, s.exact = ids, exact
		d.options(&s, join(name, ids[0]), known)
		out = append(out, s)
	}
	return out
}

// said decodes what stands under the name of a rule or a pattern. What its options say is for options to read.
func (d *decoder) said(n *syntax.Node, name string, known Known) (s said) {
	s.rule.At = map[string]syntax.Position{}
	if v := n.Resolve(); v.Kind != syntax.Mapping {
		if on, ok := boolean(v); ok {
			s.rule.Enabled = &on
			s.rule.At["enabled"] = d.src.Position(n.Start)
		} else {
			d.fault(n.Span, "%s is %s; write true, false, or keys such as enabled, severity and options", quote(name), describe(v))
		}
		return s
	}
	var e entry
	d.into(n, &e, name)
	s.rule.Enabled, s.rule.Severity, s.rule.Ignorable, s.options = e.Enabled, e.Severity, e.Ignorable, e.Options
	if e.Severity != "" && !slices.Contains(known.Severities, e.Severity) {
		p, _ := n.Get("severity")
		d.fault(p.Value.Span, "%s is no severity; %s", quote(e.Severity), oneOf(e.Severity, known.Severities))
	}
	for _, p := range n.Resolve().Pairs {
		s.rule.At[p.Key.Resolve().Value] = d.src.Position(p.Key.Start)
	}
	if e.Options != nil {
		p, _ := n.Get("options")
		s.at = p.Key.Span
		for _, p := range e.Options.Resolve().Pairs {
			s.rule.At["options."+p.Key.Resolve().Value] = d.src.Position(p.Key.Start)
		}
	}
	return s
}

// options checks the options of one rule, and takes them away where there can be none.
func (d *decoder) options(s *said, name string, known Known) {
	if s.options == nil {
		return
	}
	rule := known.find(s.ids[0])
	switch {
	case !s.exact:
		d.fault(s.at, "options belong to one rule; name it in the place of the pattern")
	case rule.ID == CustomRule && rule.NewOptions != nil:
		d.fault(s.at, "the rules of your own stand under %s at the top level; move them there", quote(CustomRule))
	case rule.NewOptions == nil:
		d.fault(s.at, "rule %s has no options; remove the key", quote(rule.ID))
	default:
		d.into(s.options, rule.NewOptions(), name+".options")
		return
	}
	s.options = nil
}

// paths decodes what stands under paths:, in source order.
func (d *decoder) paths(n *syntax.Node, c *Config) []override {
	if n == nil {
		return nil
	}
	section := n.Resolve()
	if section.Kind != syntax.Mapping {
		d.wrong(n, section, "paths", "patterns of paths with keys below them")
		return nil
	}
	var out []override
	for _, pair := range section.Pairs {
		key := pair.Key.Resolve()
		glob := Glob(key.Value)
		if key.Kind != syntax.Scalar {
			d.fault(pair.Key.Span, "a key%s is %s; write a pattern of paths", within("paths"), describe(key))
			continue
		}
		if err := glob.Valid(); err != nil {
			d.fault(pair.Key.Span, "%v", err)
		}
		name := "paths." + key.Value
		var local struct {
			Rules *syntax.Node `yaml:"rules,required"`
		}
		d.into(pair.Value, &local, name)
		out = append(out, override{glob, d.rules(local.Rules, name+".rules", c.known)})
	}
	return out
}

// custom decodes the rules that the file defines and returns them with their ids, in order.
func (d *decoder) custom(n *syntax.Node, known Known) (options any, ids []string) {
	rule := known.find(CustomRule)
	switch {
	case n == nil:
		return nil, nil
	case rule == nil || rule.NewOptions == nil:
		d.fault(n.Span, "there are no rules of your own here; remove %s", quote(CustomRule))
		return nil, nil
	}
	options = rule.NewOptions()
	d.into(n, options, CustomRule)
	for _, p := range n.Resolve().Pairs {
		if id := p.Key.Resolve().Value; id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return options, ids
}

// Overrides returns the indexes of the patterns of paths that match a path, in their order. What For says of two paths is the same when these are.
func (c *Config) Overrides(path string) []int {
	var out []int
	for i := range c.paths {
		if c.paths[i].glob.Matches(path) {
			out = append(out, i)
		}
	}
	return out
}

// Globs returns the patterns of paths, in source order.
func (c *Config) Globs() []Glob {
	var out []Glob
	for i := range c.paths {
		out = append(out, c.paths[i].glob)
	}
	return out
}

// For returns what the file says about the rules for the file at path, by id: what stands under a pattern of paths that matches
// comes before what stands under rules, and a later pattern before an earlier one. Each key counts for itself, and so does
// each option. In either place an id comes before a pattern of ids, and a later pattern before an earlier one.
func (c *Config) For(path string) map[string]Rule {
	matching := c.Overrides(path)
	if len(matching) == 0 {
		return c.Rules
	}
	layers := [][]said{c.said}
	for _, i := range matching {
		layers = append(layers, c.paths[i].said)
	}
	return c.merged(layers...)
}

// merged puts layers on each other, the weakest first.
func (c *Config) merged(layers ...[]said) map[string]Rule {
	var rules map[string]Rule
	options := map[string][]*syntax.Node{}
	for depth, layer := range layers {
		for _, exact := range []bool{false, true} {
			for i := range layer {
				s := &layer[i]
				if s.exact != exact {
					continue
				}
				for _, id := range s.ids {
					if rules == nil {
						rules = map[string]Rule{}
					}
					r := rules[id].under(s.rule)
					if on := s.rule.Enabled; on != nil {
						r.Local = depth > 0
						r.Asked = *on && (exact || r.Asked)
					}
					rules[id] = r
					if s.options != nil {
						options[id] = append(options[id], s.options)
					}
				}
			}
		}
	}
	for id, nodes := range options {
		r := rules[id]
		r.Options = c.known.find(id).NewOptions()
		for _, n := range nodes {
			(&decoder{src: c.src}).into(n, r.Options, "") // its faults are known
		}
		rules[id] = r
	}
	return rules
}

// under returns r with what a stronger one says in its place.
func (r Rule) under(stronger Rule) Rule {
	at := maps.Clone(r.At)
	if at == nil {
		at = map[string]syntax.Position{}
	}
	maps.Copy(at, stronger.At)
	r.At = at
	if stronger.Enabled != nil {
		r.Enabled = stronger.Enabled
	}
	if stronger.Severity != "" {
		r.Severity = stronger.Severity
	}
	if stronger.Ignorable != nil {
		r.Ignorable = stronger.Ignorable
	}
	if stronger.Options != nil {
		r.Options = stronger.Options
	}
	return r
}
