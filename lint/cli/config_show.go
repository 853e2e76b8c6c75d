package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/lint"
	"sekisho/lint/config"
)

func newShow(s *system, rules lint.RuleSet) *cobra.Command {
	var o common
	cmd := &cobra.Command{
		Use:   "show [PATH]",
		Short: "Show what holds, and where each value comes from",
		Long: `Show the configuration that holds in the repository around the working directory or at PATH, with where each value comes from.
For a PATH that is a file it is what holds for that file. The output is itself a configuration.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return runShow(s, rules, &o, args) },
	}
	o.failOn.value = "never"
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&o.strict, "strict", false, "as with --strict")
	f.StringSliceVar(&o.selected, "select", nil, "as with --select `rules`")
	f.StringSliceVar(&o.ignored, "ignore", nil, "as with --ignore `rules`")
	f.StringVar(&o.config, "config", "", "use this configuration `file` instead of .github/sekisho.yml")
	f.BoolVar(&o.noConfig, "no-config", false, "use no configuration file")
	for _, name := range []string{"select", "ignore"} {
		_ = cmd.RegisterFlagCompletionFunc(name, completeRules(rules))
	}
	return cmd
}

func runShow(s *system, rules lint.RuleSet, o *common, args []string) error {
	c, err := newChecker(s, rules, o)
	if err != nil {
		return err
	}
	c.supposeTools()
	ts, err := s.targets(args, "")
	if err != nil {
		return err
	}
	if len(ts) != 1 {
		return fmt.Errorf("there are %d repositories; name one", len(ts))
	}
	open, err := c.load(ts[0])
	if err != nil {
		return err
	}
	defer open.close()
	sel, err := selection(rules.With(open.conf), o, false)
	if err != nil {
		return err
	}
	w := show{conf: open.conf, sel: sel, settings: open.settings, rules: open.conf.Rules, source: open.source}
	if o.config != "" {
		w.source = o.config
	}
	if len(ts[0].files) == 1 {
		file := ts[0].files[0]
		w.file, w.rules = file, open.conf.For(file)
		if open.settings.At != nil {
			w.settings = *open.settings.At(file)
		}
	}
	_, err = io.WriteString(s.stdout, w.text())
	return failed(err)
}

// show writes what holds.
type show struct {
	strings.Builder
	conf     *config.Config
	sel      lint.Selection
	settings lint.Settings
	rules    map[string]config.Rule // what the file says
	source   string                 // the file; "" for none
	file     string                 // for which it holds; "": for all
}

func (w *show) text() string {
	where := "no configuration file"
	if w.source != "" {
		where = plain(w.source)
	}
	what := "What holds in this repository"
	if w.file != "" {
		what = "What holds for " + plain(w.file)
	}
	w.WriteString("# " + what + ", and where it comes from: " + where + ", flags, or the defaults.\nrules:")
	for _, r := range w.settings.Known {
		if r.ID != config.CustomRule || len(r.Kinds) > 0 {
			w.rule(r)
		}
	}
	for _, key := range config.Keys() {
		n := w.conf.Section(key)
		if n == nil || key == "rules" || key == "paths" && w.file != "" {
			continue
		}
		w.WriteString("\n" + key + ":")
		if n.Resolve().Pairs != nil {
			w.comment(w.at(w.conf.At[key].Line))
		}
		config.Write(&w.Builder, n, 2)
		if n.Resolve().Pairs == nil {
			w.comment(w.at(w.conf.At[key].Line))
		}
	}
	w.WriteString("\n")
	return w.String()
}

// rule writes a rule and those of its kinds that differ from it.
func (w *show) rule(r *lint.Rule) {
	running := slices.ContainsFunc(w.settings.Rules, func(x *lint.Rule) bool { return x.ID == r.ID })
	on := running && !w.settings.Off[r.ID] && (!r.Strict || w.settings.Strict)
	w.head(r.ID, on, w.enabledBy(r, r.ID))
	w.severity(r.ID, r.Severity)
	w.ignorable(r.ID)
	w.options(r)
	for _, kind := range r.Kinds {
		id := r.ID + "/" + kind
		wanted := running && !w.settings.Off[id] && (!r.Strict || w.settings.Strict)
		_, said := w.rules[id]
		if !said && wanted == on && w.sel.Selected == nil {
			continue
		}
		w.head(id, wanted, w.enabledBy(r, id))
		if w.rules[id].Severity != "" {
			w.severity(id, 0)
		}
		w.ignorable(id)
	}
}

func (w *show) ignorable(id string) {
	if firm, said := w.settings.Firm[id]; said {
		w.WriteString("\n    ignorable: " + fmt.Sprint(!firm))
		w.comment(w.origin(id, "ignorable"))
	}
}

func (w *show) head(id string, on bool, by string) {
	w.WriteString("\n  " + id + ":\n    enabled: " + fmt.Sprint(on))
	w.comment(by)
}

// enabledBy says why findings with an id are wanted, or are not.
func (w *show) enabledBy(r *lint.Rule, id string) string {
	switch {
	case w.sel.Ignored[id] || w.sel.Ignored[r.ID]:
		return "--ignore"
	case w.sel.Selected != nil:
		return "--select"
	case w.rules[id].Enabled != nil:
		return w.origin(id, "enabled")
	case w.rules[r.ID].Enabled != nil:
		return w.origin(r.ID, "enabled")
	case r.Strict && w.settings.Strict:
		return "--strict"
	case r.Strict:
		return "default: a strict rule"
	case r.Tool != "":
		return "default: needs " + r.Tool
	}
	return "default"
}

// severity writes that of all findings, or as a comment that of those which have none of their own.
func (w *show) severity(id string, standard lint.Severity) {
	if said := w.rules[id].Severity; said != "" {
		w.WriteString("\n    severity: " + said)
		w.comment(w.origin(id, "severity"))
		return
	}
	w.WriteString("\n    # severity: " + standard.String() + " by default; some findings have one of their own")
}

// options writes those of a rule, but for the rules of the user's own, which have a key at the top level.
func (w *show) options(r *lint.Rule) {
	v := w.settings.Options[r.ID]
	if v == nil && r.NewOptions != nil {
		v = r.NewOptions()
	}
	if v == nil {
		return
	}
	names, values := config.Options(v)
	for i, name := range names {
		if i == 0 {
			w.WriteString("\n    options:")
		}
		w.WriteString("\n      " + name + ":")
		var b strings.Builder
		config.Write(&b, values[i], 8)
		if strings.HasPrefix(b.String(), "\n") {
			w.comment(w.origin(r.ID, "options."+name))
			w.WriteString(b.String())
			continue
		}
		w.WriteString(b.String())
		w.comment(w.origin(r.ID, "options."+name))
	}
}

// origin says where the file says something of a rule.
func (w *show) origin(id, key string) string {
	at, said := w.rules[id].At[key]
	if !said {
		return "default"
	}
	return w.at(at.Line)
}

func (w *show) at(line int) string { return fmt.Sprintf("%s:%d", plain(w.source), line) }

func (w *show) comment(text string) { w.WriteString(" # " + text) }
