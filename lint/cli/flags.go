package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// choice is a flag that takes one of a few words.
type choice struct {
	value string
	words []string
}

// String returns the word.
func (c *choice) String() string { return c.value }

// Type returns what help shows as the value.
func (c *choice) Type() string { return strings.Join(c.words, "|") }

// Set fails for any other word.
func (c *choice) Set(word string) error {
	if !slices.Contains(c.words, word) {
		return fmt.Errorf("%q is none of its values; %s", word, suggest(word, c.words))
	}
	c.value = word
	return nil
}

// add defines the flag, with its words as completions.
func (c *choice) add(cmd *cobra.Command, name, usage string) {
	cmd.Flags().Var(c, name, usage)
	// It fails only for a flag that does not exist.
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.words, cobra.ShellCompDirectiveNoFileComp))
}

func suggest(word string, words []string) string {
	if near := syntax.Nearest(word, words); near != "" {
		return "did you mean " + near + "?"
	}
	return "use one of " + strings.Join(words, ", ")
}

// given is a flag that takes a text, which may be empty.
type given struct {
	value string
	set   bool
	kind  string // what help shows as the value
}

// String returns the text.
func (g *given) String() string { return g.value }

// Type returns what help shows as the value.
func (g *given) Type() string { return g.kind }

// Set takes any text.
func (g *given) Set(text string) error {
	g.value, g.set = text, true
	return nil
}

// common are the flags that lint and fix share.
type common struct {
	strict       bool
	selected     []string
	ignored      []string
	failOn       choice
	stdinName    string
	config       string
	noConfig     bool
	baseline     string
	noBaseline   bool
	since        given
	exact        bool // since is meant itself, not where HEAD left it
	color        choice
	jobs         int
	failSeverity lint.Severity // of failOn; above all severities for never
}

func (o *common) add(cmd *cobra.Command, rules lint.RuleSet) {
	o.failOn = choice{"low", append(lint.SeverityNames(), "never")}
	o.color = choice{"auto", []string{"auto", "always", "never"}}
	o.since.kind = "revision"
	f := cmd.Flags()
	o.addRules(cmd, rules)
	o.failOn.add(cmd, "fail-on", "exit with 1 for findings of this severity and above")
	f.StringVar(&o.stdinName, "stdin-filename", "", "the `path` that the text on standard input (PATH -) stands for")
	o.addFiles(cmd)
	f.BoolVar(&o.noBaseline, "no-baseline", false, "take no finding for known")
	f.Var(&o.since, "since", "only findings that are new since this revision: on changed lines, or brought by the change")
	o.color.add(cmd, "color", "colour the output")
	o.addJobs(cmd)
}

// addRules adds the flags that choose rules.
func (o *common) addRules(cmd *cobra.Command, rules lint.RuleSet) {
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&o.strict, "strict", false, "add the strict rules and findings")
	f.StringSliceVar(&o.selected, "select", nil, "run only these `rules`: ids, patterns such as secrets-*, or tags such as tag:cwe-829, separated by commas")
	f.StringSliceVar(&o.ignored, "ignore", nil, "leave these `rules` out")
	for _, name := range []string{"select", "ignore"} {
		_ = cmd.RegisterFlagCompletionFunc(name, completeRules(rules))
	}
}

// addFiles adds the flags that say which files hold settings.
func (o *common) addFiles(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.config, "config", "", "use this configuration `file` instead of .github/sekisho.yml")
	f.BoolVar(&o.noConfig, "no-config", false, "use no configuration file")
	f.StringVar(&o.baseline, "baseline", "", "the `file` that lists the known findings, instead of "+baselinePath)
}

func (o *common) addJobs(cmd *cobra.Command) {
	cmd.Flags().IntVarP(&o.jobs, "jobs", "j", 0, "the `number` of files checked at the same time; 0: one a processor")
}

// check looks at what flags say together.
func (o *common) check() error {
	switch {
	case o.config != "" && o.noConfig:
		return errors.New("--config and --no-config exclude each other; leave one out")
	case o.baseline != "" && o.noBaseline:
		return errors.New("--baseline and --no-baseline exclude each other; leave one out")
	case o.jobs < 0:
		return fmt.Errorf("--jobs is %d; use 0 or more", o.jobs)
	}
	o.failSeverity = lint.Critical + 1
	if o.failOn.value != "never" {
		o.failSeverity, _ = lint.ParseSeverity(o.failOn.value)
	}
	return nil
}

// checkTargets looks at what flags say about the repositories that are given.
func (o *common) checkTargets(ts []*target) error {
	if o.baseline != "" && len(ts) > 1 {
		return fmt.Errorf("--baseline names the file of one repository, but %d are given", len(ts))
	}
	return nil
}

// counted returns the number of findings of this severity and above that are not suppressed.
func counted(fs []lint.Finding, atLeast lint.Severity) int {
	n := 0
	for i := range fs {
		if fs[i].Suppressed == nil && fs[i].Severity >= atLeast {
			n++
		}
	}
	return n
}

// fails tells whether there is a finding that --fail-on speaks of.
func (o *common) fails(fs []lint.Finding, atLeast lint.Severity) bool {
	return counted(fs, max(o.failSeverity, atLeast)) > 0
}

// colored tells whether output has colour.
func (s *system) colored(mode string) bool {
	switch mode {
	case "always":
		return true
	case "never":
		return false
	}
	return s.getenv("NO_COLOR") == "" && s.getenv("TERM") != "dumb" && s.columns() > 0
}

// flagError makes the messages of the flag parser those of this program.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var noValue *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		if short := unknown.GetSpecifiedShortnames(); short != "" {
			return fmt.Errorf("unknown flag -%s; `%s --help` lists the flags", name, cmd.CommandPath())
		}
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := syntax.Nearest(name, names); near != "" {
			return fmt.Errorf("unknown flag --%s; did you mean --%s?", name, near)
		}
		return fmt.Errorf("unknown flag --%s; `%s --help` lists the flags", name, cmd.CommandPath())
	case errors.As(err, &noValue):
		if o, ok := noValue.GetFlag().Value.(*outputs); ok {
			return fmt.Errorf("--%s needs a value: one of %s", noValue.GetFlag().Name, strings.Join(o.formats, ", "))
		}
		return fmt.Errorf("--%s needs a value: %s", noValue.GetFlag().Name, noValue.GetFlag().Value.Type())
	case errors.As(err, &invalid):
		switch invalid.GetFlag().Value.(type) {
		case *choice, *outputs:
			return fmt.Errorf("--%s: %w", invalid.GetFlag().Name, errors.Unwrap(invalid))
		}
		kind := invalid.GetFlag().Value.Type()
		if kind == "int" {
			kind = "whole number"
		}
		return fmt.Errorf("--%s: %q is no %s", invalid.GetFlag().Name, invalid.GetValue(), kind)
	}
	return err
}
