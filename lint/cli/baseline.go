package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"sekisho/lint"
	"sekisho/lint/config"
	"sekisho/lint/syntax"
)

const (
	baselinePath = ".github/sekisho-baseline.json"
	maxBaseline  = 16 << 20 // bytes
)

// baselineFile is the file that lists the known findings of a repository.
type baselineFile struct {
	root  *os.Root
	own   bool   // root was opened for it
	name  string // below root
	shown string
	asked bool // the flag or the configuration names it
}

// baselineFile finds out where the known findings of a repository are listed; nil: nowhere.
func (c *checker) baselineFile(o *opened, conf *config.Config) (*baselineFile, error) {
	switch {
	case c.flags.noBaseline:
		return nil, nil
	case c.flags.baseline != "":
		abs, err := c.sys.abs(c.flags.baseline)
		if err != nil {
			return nil, err
		}
		root, err := c.sys.open(filepath.Dir(abs))
		if err != nil {
			return nil, fmt.Errorf("--baseline: %s: %s", c.flags.baseline, reason(err))
		}
		return &baselineFile{root: root, own: true, name: filepath.Base(abs), shown: c.flags.baseline, asked: true}, nil
	case o.root == nil:
		return nil, nil
	}
	name := cmp.Or(string(conf.Baseline), baselinePath)
	return &baselineFile{root: o.root, name: name, shown: o.prefix + name, asked: conf.Baseline != ""}, nil
}

func (f *baselineFile) close() {
	if f != nil && f.own {
		f.root.Close()
	}
}

// read returns the text of the file.
func (f *baselineFile) read() (*syntax.Source, error) {
	info, err := f.root.Stat(f.name)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		return nil, err
	}
	file, err := f.root.Open(f.name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxBaseline+1))
	if err == nil && len(text) > maxBaseline {
		err = fmt.Errorf("the file is larger than %d bytes", maxBaseline)
	}
	return syntax.NewSource(f.shown, string(text)), err
}

// known reads the list of known findings, where there is one.
func (o *opened) known() error {
	if o.baseline == nil {
		return nil
	}
	src, err := o.baseline.read()
	switch {
	case errors.Is(err, fs.ErrNotExist) && o.baseline.asked:
		return &stop{exitUsage, []string{o.baseline.shown + ": no such file; `sekisho baseline create` makes it"}}
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return &stop{exitUsage, []string{o.baseline.shown + ": " + reason(err)}}
	}
	o.listed = src.Text
	if o.settings.Baseline, err = lint.ParseBaseline(src); err != nil {
		return &stop{exitUsage, []string{err.Error()}}
	}
	return nil
}

// stale notes how many of the known findings are no longer there. res is what was found.
func (o *opened) stale(res *lint.Result) {
	b := o.settings.Baseline
	if b == nil || o.overlay != nil {
		return
	}
	if n := b.Stale(o.repo, res, o.settings); n > 0 {
		o.notes = append(o.notes, fmt.Sprintf("stale in %s: %s; `sekisho baseline prune` removes what is no longer there", o.baseline.shown, number(n, "finding")))
	}
}

const baselineHelp = `A baseline lists the findings that a repository lives with for now. They are suppressed: only others count. The list stands in
` + baselinePath + `, or where the configuration or --baseline says, and is made to be committed and read: one line for
each finding, or for several equal ones of a file. It knows findings by the key, step and text that they stand on, not by lines.

  create   lists what is found now, and fails when there is a list
  update   adds what is new and removes what is no longer there
  prune    removes what is no longer there

What is not looked at stays listed: the files besides PATH, rules that do not run.`

func newBaseline(s *system, rules lint.RuleSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "baseline",
		Short: "List the findings that are there for now, so that only new ones count",
		Long:  baselineHelp,
		Args:  cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			words := []string{"create", "update", "prune"}
			if len(args) == 0 {
				return errors.New("say what to do with the baseline: create, update or prune")
			}
			return fmt.Errorf("baseline cannot %s; %s", args[0], suggest(args[0], words))
		},
	}
	for _, c := range []struct{ name, short string }{
		{"create", "List what is found now"},
		{"update", "Add what is new and remove what is no longer there"},
		{"prune", "Remove what is no longer there"},
	} {
		var o common
		sub := &cobra.Command{
			Use:   c.name + " [PATH…]",
			Short: c.short,
			Args:  cobra.ArbitraryArgs,
			RunE:  func(_ *cobra.Command, args []string) error { return runBaseline(s, rules, &o, c.name, args) },
		}
		o.addRules(sub, rules)
		o.addFiles(sub)
		o.addJobs(sub)
		cmd.AddCommand(sub)
	}
	return cmd
}

// runBaseline does with the baselines of all repositories what the name of the command says.
func runBaseline(s *system, rules lint.RuleSet, o *common, do string, args []string) error {
	if slices.Contains(args, "-") {
		return errors.New("a baseline is that of files; standard input has none")
	}
	c, err := newChecker(s, rules, o)
	if err == nil {
		err = c.useTools(false)
	}
	if err != nil {
		return err
	}
	ts, err := s.targets(args, "")
	if err == nil {
		err = o.checkTargets(ts)
	}
	if err != nil {
		return err
	}
	end, usage := &stop{}, false
	for _, t := range ts {
		err := contain(func() error { return c.writeBaseline(t, do) })
		if err == nil {
			continue
		}
		var fault *stop
		if !errors.As(err, &fault) {
			fault = &stop{exitUsage, []string{err.Error()}}
		}
		usage = usage || fault.code == exitUsage
		end.code = max(end.code, fault.code)
		end.lines = append(end.lines, fault.lines...)
	}
	switch {
	case usage:
		end.code = exitUsage
	case end.code == exitClean && len(end.lines) == 0:
		return nil
	}
	return end
}

// writeBaseline makes or changes the baseline of a repository and says what it did.
func (c *checker) writeBaseline(t *target, do string) error {
	open := c.open
	if do == "create" {
		open = c.load
	}
	o, err := open(t)
	if err != nil {
		return err
	}
	defer o.close()
	before, file := o.settings.Baseline, o.baseline
	if do != "create" && before == nil {
		return &stop{exitUsage, []string{file.shown + ": no such file; `sekisho baseline create` makes it"}}
	}
	if _, err := file.root.Lstat(file.name); do == "create" && err == nil {
		return &stop{exitUsage, []string{file.shown + " is there already; `sekisho baseline update` brings it up to date"}}
	}
	res := lint.Run(o.repo, o.settings)
	res.Problems = append(res.Problems, o.problems...)
	if do == "create" && o.reported == 0 && len(res.Problems) == 0 {
		return c.sys.nothing([]*target{t})
	}
	next, done := o.changed(res, do)
	switch text := next.String(); {
	case len(text) > maxBaseline:
		err = errors.New("there are too many findings; exclude files or leave rules out")
	case do == "create":
		err = saveNew(file.root, file.name, text)
	default:
		err = save(file.root, file.name, o.listed, text)
	}
	if err != nil {
		return &stop{exitProblem, []string{file.shown + ": not written: " + reason(err)}}
	}
	if _, err := io.WriteString(c.sys.stdout, plain(file.shown+": "+done)+"\n"); err != nil {
		return failed(err)
	}
	return troubles(t, res.Problems, o.notes)
}

// changed returns what a baseline becomes, and says how it differs. res is what was found.
func (o *opened) changed(res *lint.Result, do string) (next *lint.Baseline, done string) {
	before := o.settings.Baseline
	if do == "create" {
		next = lint.NewBaseline(res.Findings)
		return next, number(next.Size(), "finding") + " listed"
	}
	stale := before.Stale(o.repo, res, o.settings)
	if do == "prune" {
		next = before.Pruned(o.repo, res, o.settings)
		return next, fmt.Sprintf("%s removed, %d listed", number(stale, "finding"), next.Size())
	}
	next = before.Updated(o.repo, res, o.settings)
	added := 0
	for i := range res.Findings {
		if res.Findings[i].Suppressed == nil {
			added++
		}
	}
	return next, fmt.Sprintf("%s added, %d removed, %d listed", number(added, "finding"), stale, next.Size())
}

// troubles says what could not be checked.
func troubles(t *target, problems []lint.Problem, notes []string) error {
	lines := slices.Clone(notes)
	for _, p := range problems {
		lines = append(lines, cmp.Or(t.prefix+p.Path, t.dir)+": could not check: "+p.Message)
	}
	if len(problems) > 0 {
		return &stop{exitProblem, lines}
	}
	if len(lines) > 0 {
		return &stop{exitClean, lines}
	}
	return nil
}
