package lint

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"sekisho/lint/config"
)

// Selection is what a run chooses, besides what a configuration says. The ids are those of rules and of kinds.
type Selection struct {
	Selected map[string]bool // nil: what the configuration says
	Exact    map[string]bool // of Selected, those that were named in full
	Ignored  map[string]bool
	Strict   bool
	Tools    map[string]func(*Pass) // what does the work of rules, by Rule.Tool: of the programs that are installed
	UseTools bool                   // these rules run without being asked for by their names
}

// definer is implemented by options that define kinds of their rule.
type definer interface {
	Kinds() []string
	Kind(name string) Kind
}

// Known is what a configuration file may name.
func (s RuleSet) Known() config.Known {
	k := config.Known{Severities: SeverityNames()}
	for _, r := range s {
		var names []string
		for _, alias := range r.Aliases {
			// The name of another tool's check may stand for several rules.
			if !strings.Contains(alias, ":") {
				names = append(names, alias)
			}
		}
		k.Rules = append(k.Rules, config.KnownRule{
			ID: r.ID, Aliases: names, Tags: r.Tags, NewOptions: r.NewOptions, Summary: r.Summary, Severity: r.Severity.String(), OptionHelp: r.OptionHelp,
		})
		for _, kind := range r.Kinds {
			k.Rules = append(k.Rules, config.KnownRule{ID: r.ID + "/" + kind, Severity: r.Severity.String()})
		}
	}
	return k
}

// With returns the rules with the kinds that the configuration defines.
func (s RuleSet) With(c *config.Config) RuleSet {
	i := slices.IndexFunc(s, func(r *Rule) bool { return r.ID == config.CustomRule })
	if i < 0 {
		return s
	}
	d, ok := c.Rules[config.CustomRule].Options.(definer)
	if !ok || len(d.Kinds()) == 0 {
		return s
	}
	own := *s[i]
	own.Kinds, own.KindOf = d.Kinds(), d.Kind
	out := slices.Clone(s)
	out[i] = &own
	return out
}

// Configure returns the settings that a configuration and a selection, which comes first, make of rules. A strict rule that
// either asks for by its id runs without --strict. A rule that is off runs for those of its kinds that are on.
func Configure(rules RuleSet, c *config.Config, sel Selection) Settings {
	s := sel.settings(rules, c.Rules)
	s.Given = c.Given
	if len(c.Globs()) == 0 {
		return s
	}
	var mu sync.Mutex
	views := map[string]*Settings{}
	s.At = func(path string) *Settings {
		key := fmt.Sprint(c.Overrides(path))
		mu.Lock()
		defer mu.Unlock()
		view := views[key]
		if view == nil {
			v := sel.settings(rules, c.For(path))
			v.Given, view = c.Given, &v
			views[key] = view
		}
		return view
	}
	return s
}

func (sel *Selection) settings(rules RuleSet, said map[string]config.Rule) Settings {
	s := Settings{Strict: sel.Strict, Options: map[string]any{}, Severity: map[string]Severity{}, Off: map[string]bool{}, Firm: map[string]bool{}}
	s.Known = slices.Clone(rules)
	for i, r := range s.Known {
		s.take(r.ID, said[r.ID])
		if o := said[r.ID].Options; o != nil {
			s.Options[r.ID] = o
		}
		if r.ID == config.CustomRule && len(r.Kinds) == 0 {
			continue // none are defined
		}
		on := sel.on(r.ID, said)
		any := on
		for _, kind := range r.Kinds {
			id := r.ID + "/" + kind
			s.take(id, said[id])
			if sel.on(id, said) {
				any = true
			} else {
				s.Off[id] = true
			}
		}
		run := r.Run
		if r.Tool != "" {
			run = sel.start(r, said)
			any = any && run != nil
		}
		if !any {
			continue
		}
		if !on {
			s.Off[r.ID] = true
		}
		if loud := r.Strict && sel.asks(r.ID, said); loud || r.Tool != "" {
			started := *r
			started.Strict, started.Run = r.Strict && !loud, run
			s.Known[i], r = &started, &started
		}
		s.Rules = append(s.Rules, r)
	}
	return s
}

// start returns what does the work of a rule that needs a program; nil when nobody asks for it, or the program is not there.
func (sel *Selection) start(r *Rule, said map[string]config.Rule) func(*Pass) {
	if !sel.UseTools && !sel.asks(r.ID, said) {
		return nil
	}
	return sel.Tools[r.Tool]
}

// take notes what a configuration says of the findings with an id.
func (s *Settings) take(id string, said config.Rule) {
	if severity, err := ParseSeverity(said.Severity); err == nil {
		s.Severity[id] = severity
	}
	if said.Ignorable != nil {
		s.Firm[id] = !*said.Ignorable
	}
}

// on tells whether findings with this id are wanted; a kind is as its rule where nothing is said of it. What is off for some
// paths stays off there when it is selected.
func (sel *Selection) on(id string, said map[string]config.Rule) bool {
	base := Base(id)
	switch {
	case sel.Ignored[id] || sel.Ignored[base], sel.Selected != nil && !sel.Selected[id] && !sel.Selected[base]:
		return false
	case sel.Selected != nil:
		return !(said[id].Local && !*said[id].Enabled) && !(said[base].Local && !*said[base].Enabled)
	case said[id].Enabled != nil:
		return *said[id].Enabled
	case said[base].Enabled != nil:
		return *said[base].Enabled
	}
	return true
}

// asks tells whether a rule is wanted by its name.
func (sel *Selection) asks(id string, said map[string]config.Rule) bool {
	if sel.Selected != nil {
		return sel.Exact[id]
	}
	return said[id].Asked
}
