package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/lint"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// fixFlags are the flags of fix.
type fixFlags struct {
	common
	diff   bool
	unsafe bool
	only   []string
}

const fixHelp = `Apply the fixes of the findings. Every change is checked: a fix after which the file does not parse, or that would bring a
new finding, is refused and named. A file is written as a whole or not at all.

PATH is read as without a command. For the path - the repaired text is printed, and what was done goes to standard error.

Exit codes: 0 nothing at or above --fail-on is left (with --diff: nothing to change), 1 something is, 2 wrong usage or
configuration, 3 something could not be checked or written.`

func newFix(s *system, rules lint.RuleSet) *cobra.Command {
	var o fixFlags
	cmd := &cobra.Command{
		Use:   "fix [PATH…]",
		Short: "Repair what can be repaired",
		Long:  fixHelp,
		Args:  cobra.ArbitraryArgs,
		RunE:  func(_ *cobra.Command, args []string) error { return runFix(s, rules, &o, args) },
	}
	f := cmd.Flags()
	f.BoolVar(&o.diff, "diff", false, "print what would change as a unified diff and write nothing")
	f.BoolVar(&o.unsafe, "unsafe", false, "apply fixes that need a look as well")
	f.StringSliceVar(&o.only, "rule", nil, "apply the fixes of these `rules` only")
	_ = cmd.RegisterFlagCompletionFunc("rule", completeRules(rules))
	o.add(cmd, rules)
	return cmd
}

// repair is what fix did in one repository, or would do.
type repair struct {
	*target
	files    []lint.FixedFile
	left     []lint.Finding // that are still there
	problems []lint.Problem
	notes    []string
	unsaved  []error
	reported int
	err      error
}

func runFix(s *system, rules lint.RuleSet, o *fixFlags, args []string) error {
	c, err := newChecker(s, rules, &o.common)
	if err != nil {
		return err
	}
	var only map[string]bool
	if len(o.only) > 0 {
		if only, _, err = choose(rules, "rule", o.only, true); err != nil {
			return err
		}
	}
	ts, err := s.targets(args, o.stdinName)
	if err != nil {
		return err
	}
	if err := o.checkTargets(ts); err != nil {
		return err
	}
	repairs := make([]repair, len(ts))
	repo.Each(len(ts), o.jobs, func(i int) {
		repairs[i].err = contain(func() error {
			var err error
			repairs[i], err = c.repair(ts[i], o, only)
			return err
		})
		repairs[i].target = ts[i]
	})
	seen, bad := 0, 0
	for i := range repairs {
		seen += repairs[i].reported + len(repairs[i].problems)
		if repairs[i].err != nil {
			bad++
		}
	}
	switch {
	case bad == len(ts):
		return verdict(repairs, o)
	case seen+bad == 0:
		return s.nothing(ts)
	}
	if err := s.printRepairs(repairs, o, only); err != nil {
		return failed(fmt.Errorf("the result cannot be written: %w", err))
	}
	return verdict(repairs, o)
}

// repair fixes one repository and writes the files, except with --diff and for standard input.
func (c *checker) repair(t *target, o *fixFlags, only map[string]bool) (r repair, err error) {
	for name, text := range t.overlay {
		if len(text) > syntax.MaxFileSize {
			// Its end was not read: whoever replaces the text by what is printed would lose it.
			return r, &stop{exitProblem, []string{fmt.Sprintf("%s: could not check: the text is larger than %d bytes; make it smaller", name, syntax.MaxFileSize)}}
		}
	}
	open, err := c.open(t)
	if err != nil {
		return r, err
	}
	defer open.close()
	past, err := open.past()
	if err != nil {
		return r, err
	}
	defer past.close()
	files, first := lint.Fixes(open.repo, lint.FixSettings{Settings: open.settings, Unsafe: o.unsafe, Rules: only, Since: past.Past})
	if first, err = past.news(open.repo, first); err != nil {
		return r, err
	}
	r = repair{files: files, left: first.Findings, notes: open.notes, reported: open.reported}
	r.problems = append(first.Problems, open.problems...)
	fixed := open.repo
	for i := range r.files {
		f := &r.files[i]
		if f.New == f.Old {
			continue
		}
		f.New = keepLineEnds(f.Old, f.New)
		if !o.diff && t.overlay == nil {
			if err := save(open.root, f.Path, f.Old, f.New); err != nil {
				r.unsaved = append(r.unsaved, fmt.Errorf("%s%s: not written: %s", t.prefix, f.Path, reason(err)))
				f.New, f.Applied = f.Old, nil
				continue
			}
		}
		fixed = fixed.Replace(f.Path, f.New)
	}
	if fixed != open.repo {
		last, err := past.news(fixed, lint.Run(fixed, open.settings))
		if err != nil {
			return r, err
		}
		r.left = last.Findings
	}
	return r, nil
}

// keepLineEnds gives the text that fixes brought the line ends of a file that has CRLF throughout.
func keepLineEnds(old, text string) string {
	if n := strings.Count(old, "\r\n"); n == 0 || n != strings.Count(old, "\n") {
		return text
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
}

func (s *system) printRepairs(repairs []repair, o *fixFlags, only map[string]bool) error {
	var out, report strings.Builder
	for i := range repairs {
		r := &repairs[i]
		for _, note := range r.notes {
			s.say(note)
		}
		for _, p := range r.problems {
			s.say(cmp.Or(r.prefix+p.Path, r.dir) + ": could not check: " + p.Message)
		}
		for _, f := range r.files {
			describe(&report, r.prefix, &f, o.diff)
			if o.diff && f.New != f.Old {
				out.WriteString(s.diff(r.prefix+f.Path, f.Old, f.New, o.color.value))
			}
		}
		if r.overlay != nil && !o.diff && r.err == nil {
			out.WriteString(buffer(r))
		}
	}
	summary(&report, repairs, o, only)
	if out.Len() == 0 && !o.diff && repairs[0].overlay == nil {
		_, err := io.WriteString(s.stdout, report.String())
		return err
	}
	io.WriteString(s.stderr, report.String())
	_, err := io.WriteString(s.stdout, out.String())
	return err
}

// buffer returns the repaired text of standard input.
func buffer(r *repair) string {
	for _, f := range r.files {
		return f.New
	}
	for _, text := range r.overlay {
		return text
	}
	return ""
}

// describe says what was done in a file: path: 2 fixed (unpinned-uses ×2).
func describe(b *strings.Builder, prefix string, f *lint.FixedFile, diff bool) {
	if len(f.Applied) > 0 {
		count := map[string]int{}
		for _, a := range f.Applied {
			count[a.Rule]++
		}
		var parts []string
		for _, rule := range slices.Sorted(maps.Keys(count)) {
			if count[rule] > 1 {
				rule = fmt.Sprintf("%s ×%d", rule, count[rule])
			}
			parts = append(parts, rule)
		}
		done := "fixed"
		if diff {
			done = "to fix"
		}
		fmt.Fprintf(b, "%s: %d %s (%s)\n", plain(prefix+f.Path), len(f.Applied), done, strings.Join(parts, ", "))
	}
	for _, r := range f.Refused {
		place := fmt.Sprintf("%s%s:%d:%d", prefix, f.Path, r.Position.Line, r.Position.Column)
		fmt.Fprintf(b, "%s\n", plain(fmt.Sprintf("%s: not fixed: %s: %s [%s]", place, r.Title, r.Reason, r.Rule)))
	}
}

// summary says what is left. only are the rules of --rule; nil: all.
func summary(b *strings.Builder, repairs []repair, o *fixFlags, only map[string]bool) {
	applied, left, unsafe, known := 0, 0, 0, 0
	for _, r := range repairs {
		for _, f := range r.files {
			applied += len(f.Applied)
		}
		for _, f := range lint.Fold(r.left) {
			wanted := (only == nil || only[f.Rule]) && len(f.Fixes) > 0
			safe := slices.ContainsFunc(f.Fixes, func(x lint.Fix) bool { return x.Safety == lint.Safe })
			switch {
			case f.Suppressed != nil:
				if f.Suppressed.Kind == lint.BaselineKind && wanted && (safe || o.unsafe) {
					known++
				}
				continue
			case wanted && !safe:
				unsafe++
			}
			left++
		}
	}
	if applied == 0 {
		b.WriteString("nothing to fix\n")
	}
	if unsafe > 0 && !o.unsafe {
		fmt.Fprintf(b, "%d more can be fixed with --unsafe, which needs a look\n", unsafe)
	}
	if known > 0 {
		fmt.Fprintf(b, "%s of the baseline can be fixed with --no-baseline\n", number(known, "finding"))
	}
	if left > 0 {
		verb := "remain"
		switch {
		case o.diff:
			verb = "would remain"
		case left == 1:
			verb = "remains"
		}
		again := "sekisho"
		if o.since.set {
			again += " --since " + plain(o.since.value)
		}
		fmt.Fprintf(b, "%s %s; `%s` lists them\n", number(left, "finding"), verb, again)
	}
}

func number(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// verdict turns what fix did into an exit code.
func verdict(repairs []repair, o *fixFlags) error {
	end := &stop{}
	worse := func(code int, lines ...string) {
		end.code = max(end.code, code)
		end.lines = append(end.lines, lines...)
	}
	usage := false
	for i := range repairs {
		r := &repairs[i]
		var fault *stop
		switch {
		case errors.As(r.err, &fault):
			usage = usage || fault.code == exitUsage
			worse(fault.code, fault.lines...)
		case r.err != nil:
			worse(exitProblem, r.err.Error())
		}
		if len(r.problems) > 0 {
			worse(exitProblem)
		}
		for _, err := range r.unsaved {
			worse(exitProblem, err.Error())
		}
		if o.diff {
			if slices.ContainsFunc(r.files, func(f lint.FixedFile) bool { return f.Old != f.New }) {
				worse(exitFindings)
			}
		} else if o.fails(r.left, 0) {
			worse(exitFindings)
		}
	}
	if usage {
		end.code = exitUsage
	}
	if end.code == exitClean {
		return nil
	}
	return end
}
