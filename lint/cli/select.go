package cli

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/lint"
	"sekisho/lint/config"
	"sekisho/lint/syntax"
)

// choose returns the ids of the rules and kinds that the values of a flag name, and which rules are named in full.
func choose(rules lint.RuleSet, flag string, names []string) (ids map[string]bool, exact map[string]bool, err error) {
	ids, exact = map[string]bool{}, map[string]bool{}
	for _, name := range names {
		name = strings.TrimSpace(name)
		if lint.Base(name) != name && rules.Find(name) != nil {
			ids[name] = true
			continue
		}
		found := named(rules, name)
		for _, r := range found {
			exact[r.ID] = true
		}
		if len(found) == 0 && strings.ContainsAny(name, "*?[") {
			for _, r := range rules {
				if ok, err := path.Match(name, r.ID); err == nil && ok {
					found = append(found, r)
				}
			}
			if len(found) == 0 {
				return nil, nil, fmt.Errorf("--%s: no rule matches %q; `sekisho rules` lists them", flag, name)
			}
		}
		if len(found) == 0 {
			return nil, nil, fmt.Errorf("--%s: %w", flag, noRule(rules, name))
		}
		for _, r := range found {
			ids[r.ID] = true
		}
	}
	return ids, exact, nil
}

// named returns the rules with this id or alias.
func named(rules lint.RuleSet, name string) []*lint.Rule {
	if r := rules.Find(name); r != nil {
		return []*lint.Rule{r}
	}
	return rules.Alias(name)
}

// noRule says that there is no such rule, with the nearest one. A name of another tool may lack the tool.
func noRule(rules lint.RuleSet, name string) error {
	names := rules.IDs()
	for _, r := range rules {
		for _, alias := range r.Aliases {
			if _, id, ok := strings.Cut(alias, ":"); ok && id == name {
				return fmt.Errorf("there is no rule %q; did you mean %s?", name, r.ID)
			}
			names = append(names, alias)
		}
	}
	if near := syntax.Nearest(name, names); near != "" {
		return fmt.Errorf("there is no rule %q; did you mean %s?", name, near)
	}
	return fmt.Errorf("there is no rule %q; `sekisho rules` lists them", name)
}

func completeRules(rules lint.RuleSet) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var out []cobra.Completion
		for _, r := range rules {
			out = append(out, cobra.CompletionWithDesc(r.ID, r.Summary))
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

// selection is which rules the flags choose.
type selection struct {
	rules    lint.RuleSet
	selected map[string]bool // nil: all
	exact    map[string]bool // selected by their full names
	ignored  map[string]bool
	strict   bool
}

func newSelection(rules lint.RuleSet, o *common) (*selection, error) {
	sel := &selection{rules: rules, strict: o.strict}
	var err error
	if len(o.selected) > 0 {
		if sel.selected, sel.exact, err = choose(rules, "select", o.selected); err != nil {
			return nil, err
		}
	}
	sel.ignored, _, err = choose(rules, "ignore", o.ignored)
	return sel, err
}

// settings says which rules run in a repository with this configuration: the flags win over the file. A strict rule that is
// asked for by its name runs without --strict.
func (sel *selection) settings(c *config.Config) lint.Settings {
	s := lint.Settings{Strict: sel.strict, Options: map[string]any{}, Severity: map[string]lint.Severity{}, Off: map[string]bool{}}
	s.Known = slices.Clone(sel.rules)
	for i, r := range s.Known {
		said := c.Rules[r.ID]
		if said.Options != nil {
			s.Options[r.ID] = said.Options
		}
		if severity, err := lint.ParseSeverity(said.Severity); err == nil {
			s.Severity[r.ID] = severity
		}
		on, asked := said.Enabled == nil || *said.Enabled, said.Enabled != nil && *said.Enabled
		for _, kind := range r.Kinds {
			sel.kind(&s, c, r, r.ID+"/"+kind)
		}
		if sel.selected != nil {
			on, asked = sel.selected[r.ID] || sel.anyKind(r), sel.exact[r.ID]
		}
		if !on || sel.ignored[r.ID] {
			continue
		}
		if asked && r.Strict {
			loud := *r
			loud.Strict = false
			s.Known[i], r = &loud, &loud
		}
		s.Rules = append(s.Rules, r)
	}
	return s
}

// kind says whether one kind of a rule's findings is left out, and how severe it is.
func (sel *selection) kind(s *lint.Settings, c *config.Config, r *lint.Rule, id string) {
	said := c.Rules[id]
	if severity, err := lint.ParseSeverity(said.Severity); err == nil {
		s.Severity[id] = severity
	}
	off := said.Enabled != nil && !*said.Enabled
	if sel.selected != nil {
		off = !sel.selected[r.ID] && !sel.selected[id]
	}
	if off || sel.ignored[id] {
		s.Off[id] = true
	}
}

func (sel *selection) anyKind(r *lint.Rule) bool {
	return slices.ContainsFunc(r.Kinds, func(kind string) bool { return sel.selected[r.ID+"/"+kind] })
}

// known is what a configuration file may name.
func known(rules lint.RuleSet) config.Known {
	k := config.Known{Severities: lint.SeverityNames()}
	for _, r := range rules {
		var names []string
		for _, alias := range r.Aliases {
			// The name of another tool's check may stand for several rules.
			if !strings.Contains(alias, ":") {
				names = append(names, alias)
			}
		}
		k.Rules = append(k.Rules, config.KnownRule{ID: r.ID, Aliases: names, NewOptions: r.NewOptions})
		for _, kind := range r.Kinds {
			k.Rules = append(k.Rules, config.KnownRule{ID: r.ID + "/" + kind})
		}
	}
	return k
}
