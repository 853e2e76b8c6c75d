package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/lint"
	"sekisho/lint/config"
	"sekisho/lint/syntax"
)

// choose returns the ids of the rules and kinds that the values of a flag name, and which of them are named in full. Where open
// is set, rules that a configuration may define count as well.
func choose(rules lint.RuleSet, flag string, names []string, open bool) (ids, exact map[string]bool, err error) {
	if len(names) == 0 {
		return nil, nil, nil
	}
	known := rules.Known()
	ids, exact = map[string]bool{}, map[string]bool{}
	for _, name := range names {
		name = strings.TrimSpace(name)
		found := known.Match(name)
		for _, r := range rules.Alias(name) {
			found = append(found, r.ID)
		}
		switch {
		case len(found) > 0:
		case open && rules.Find(config.CustomRule) != nil && strings.HasPrefix(name, config.CustomRule+"/"):
			found = append(found, name) // to be looked at once the configuration is read
		case strings.HasPrefix(name, "tag:"):
			return nil, nil, fmt.Errorf("--%s: no rule has a tag %q; `sekisho explain RULE` shows those of a rule", flag, strings.TrimPrefix(name, "tag:"))
		case config.Pattern(name):
			return nil, nil, fmt.Errorf("--%s: no rule matches %q; `sekisho rules` lists them", flag, name)
		default:
			return nil, nil, fmt.Errorf("--%s: %w", flag, noRule(rules, name))
		}
		for _, id := range found {
			ids[id] = true
			exact[id] = exact[id] || !config.Pattern(name)
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

// selection is which rules the flags choose: see choose for open.
func selection(rules lint.RuleSet, o *common, open bool) (sel lint.Selection, err error) {
	sel.Strict = o.strict
	if len(o.selected) > 0 {
		if sel.Selected, sel.Exact, err = choose(rules, "select", o.selected, open); err != nil {
			return sel, err
		}
	}
	sel.Ignored, _, err = choose(rules, "ignore", o.ignored, open)
	return sel, err
}
