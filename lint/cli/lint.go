package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/lint"
	"sekisho/lint/repo"
	"sekisho/lint/report"
)

// lintFlags are the flags of the command without a name.
type lintFlags struct {
	common
	format         outputs
	template       string
	minSeverity    choice
	groupBy        choice
	showSuppressed bool
	each           bool
	shellcheck     bool
	step           *step // of the composite action; nil on every other command line
}

const rootHelp = `sekisho finds what is wrong and what is dangerous in the GitHub Actions files of a repository.

Without PATH it checks the repository around the working directory: the folder that holds .git, else the folder itself.
A PATH can be

  a folder    it is taken for the root of a repository: paths are printed relative to it and nothing above it is read.
              A folder inside .github stands for its own files, in the context of the repository around it. A folder that
              has no workflows but holds several repositories stands for all of them
  a file      it alone is reported, in the context of its repository, whatever it is called
  -           standard input; --stdin-filename says which file it stands for

Several paths of one repository are reported relative to its root. Those of several repositories are printed with the
path of their repository in front. A path that is also the name of a command is written with ./ in front.

In a step of GitHub Actions, and without --format, the text is followed by annotations, and a page is appended to the
summary of the step.

%s
Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or configuration, 3 something could not be checked.`

func newLint(s *system, rules lint.RuleSet, o *lintFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sekisho [PATH…]",
		Short: "Check the GitHub Actions files of a repository",
		Long:  fmt.Sprintf(rootHelp, formatHelp(report.Formats())),
		Example: `  sekisho
  sekisho --format json --fail-on high path/to/repository
  sekisho --since origin/main
  sekisho --format text --format json=findings.json
  sekisho --select 'unpinned-*,missing-permissions' .github/workflows/ci.yml
  sekisho - --stdin-filename .github/workflows/ci.yml <buffer`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return runLint(s, cmd, rules, o, args) },
	}
	o.format.formats = report.Formats()
	o.minSeverity = choice{"info", lint.SeverityNames()}
	o.groupBy = choice{"", report.Groupings()}
	o.format.add(cmd, "format", "print findings as NAME, or write them to FILE; may be repeated")
	cmd.Flags().StringVar(&o.template, "template", "", "the template of the format template: a `file`, or the text itself when it holds {{")
	o.minSeverity.add(cmd, "min-severity", "leave findings below this severity out")
	o.groupBy.add(cmd, "group-by", "in the format text, print findings group by group, with a title each")
	cmd.Flags().BoolVar(&o.showSuppressed, "show-suppressed", false, "print suppressed findings as well, marked")
	cmd.Flags().BoolVar(&o.each, "each", false, "report each place by itself, where several places of a file have the same fault")
	cmd.Flags().BoolVar(&o.shellcheck, "shellcheck", false, "let ShellCheck, if it is installed, look at the scripts of steps")
	o.add(cmd, rules)
	return cmd
}

func runLint(s *system, cmd *cobra.Command, rules lint.RuleSet, o *lintFlags, args []string) error {
	start := s.now()
	c, err := newChecker(s, rules, &o.common)
	if err != nil {
		return err
	}
	if err := c.useTools(o.shellcheck); err != nil {
		return err
	}
	template, err := s.template(o.template, o.format.chosen())
	if err != nil {
		return err
	}
	outs, err := s.destinations(o.format.chosen())
	if err != nil {
		return err
	}
	ts, err := s.targets(args, o.stdinName)
	if err != nil {
		return orCommand(cmd, args, err)
	}
	if err := o.checkTargets(ts); err != nil {
		return err
	}
	out, lines, err := c.lint(ts)
	if err != nil {
		return err
	}
	minimum, err := lint.ParseSeverity(o.minSeverity.value)
	if err != nil {
		return err
	}
	files := s.workspace(ts)
	options := report.Options{
		Color:          s.coloredLog(o.color.value),
		Width:          s.columns(),
		ShowSuppressed: o.showSuppressed,
		Each:           o.each || ts[0].overlay != nil, // an editor marks what it is told of a text
		GroupBy:        o.groupBy.value,
		MinSeverity:    minimum,
		Version:        s.version,
		Page:           func(rule string) string { return "sekisho explain " + rule },
		DurationMS:     s.now().Sub(start).Milliseconds(),
		Template:       template,
		Hosted:         files.hosted,
		Blob:           files.blob,
	}
	unwritten := s.writeAll(outs, out, options)
	if len(unwritten) == 0 && (o.step.annotates() || s.onActions() && !cmd.Flags().Changed("format")) {
		if err := s.annotate(out, options); err != nil {
			unwritten = append(unwritten, fmt.Sprintf("the report cannot be written: %s", err))
		}
	}
	if len(unwritten) == 0 {
		o.step.report(out, options)
		found, _ := report.Headline(out, options)
		s.sayWhere(outs, found, len(out.Problems))
	}
	switch {
	case len(unwritten) > 0:
		return &stop{exitProblem, append(unwritten, lines...)}
	case len(lines) > 0:
		return &stop{exitUsage, lines}
	case len(out.Problems) > 0:
		return exit(exitProblem)
	case o.fails(out.Findings, minimum):
		return exit(exitFindings)
	}
	return nil
}

// lint checks the repositories and puts what they give into one report. When there are several, one with a faulty
// configuration does not keep the others from being checked: its faults are the lines.
func (c *checker) lint(ts []*target) (out *report.Report, lines []string, err error) {
	results := make([]*lint.Result, len(ts))
	errs := make([]error, len(ts))
	notes := make([][]string, len(ts))
	reported := make([]int, len(ts))
	repo.Each(len(ts), c.flags.jobs, func(i int) {
		errs[i] = contain(func() error {
			o, err := c.open(ts[i])
			if err != nil {
				return err
			}
			defer o.close()
			results[i], err = o.run()
			notes[i], reported[i] = o.notes, o.reported
			return err
		})
	})
	out = &report.Report{}
	seen := 0
	for i, t := range ts {
		for _, note := range notes[i] {
			c.sys.say(note)
		}
		seen += reported[i]
		if errs[i] == nil {
			out.Add(t.prefix, results[i])
			results[i] = nil
			continue
		}
		var end *stop
		switch {
		case len(ts) == 1:
			return nil, nil, errs[i]
		case errors.As(errs[i], &end) && end.code == exitUsage:
			lines = append(lines, end.lines...)
			out.Problems = append(out.Problems, lint.Problem{Path: strings.TrimSuffix(t.prefix, "/"), Message: "not checked: " + end.Error()})
		default:
			out.Problems = append(out.Problems, lint.Problem{Path: strings.TrimSuffix(t.prefix, "/"), Message: errs[i].Error()})
		}
	}
	if seen == 0 && len(out.Problems) == 0 {
		err := c.sys.nothing(ts)
		if !slices.ContainsFunc(ts, func(t *target) bool { return t.all && c.sys.isRepository(t.dir) }) {
			return nil, nil, err
		}
		c.sys.say(err.Error()) // a repository without workflows has nothing wrong with them
	}
	return out, lines, nil
}

// contain makes a panic in one repository a problem of that repository.
func contain(f func() error) (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = &stop{exitProblem, []string{fmt.Sprintf("could not be checked: internal error: %v", e)}}
		}
	}()
	return f()
}

// orCommand adds to the message about a path that does not exist the command that it may misspell.
func orCommand(cmd *cobra.Command, args []string, err error) error {
	if len(args) == 1 {
		cmd.SuggestionsMinimumDistance = 2
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			return fmt.Errorf("%w; did you mean the command %s?", err, near[0])
		}
	}
	return err
}
