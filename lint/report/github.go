package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/sethvargo/go-githubactions"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// What a runner keeps of the annotations of a step (actions/runner, ExecutionContext.cs); the rest it drops without a word.
const (
	maxAnnotations = 10   // of each kind
	maxData        = 4096 // UTF-16 code units of a message
)

// maxTitle is how many UTF-16 code units of a title are sent; GitHub's API for checks takes 255 characters.
const maxTitle = 250

// writeGitHub prints annotations as workflow commands: errors, warnings, notices, the most important ones first.
func writeGitHub(p *printer, v *view) {
	a := annotator{p, v}
	for _, kind := range [...]lint.Level{lint.Error, lint.Warning, lint.Note} {
		a.write(kind)
	}
}

type annotator struct {
	*printer
	*view
}

// candidate is what may become an annotation: a finding, or what could not be checked.
type candidate struct {
	*lint.Finding
	problem *lint.Problem
	round   int // how many of the same rule matter as much or more
}

// rank is higher for what matters more. What could not be checked counts as a warning, and what is suppressed least of all.
func (c *candidate) rank() lint.Severity {
	switch {
	case c.problem != nil:
		return lint.Medium
	case c.Suppressed != nil:
		return 0
	}
	return c.Severity
}

func (c *candidate) rule() string {
	if c.problem != nil {
		return ""
	}
	return c.Rule
}

// name is what the candidate is counted as.
func (c *candidate) name() string { return cmp.Or(c.rule(), "could not check") }

// candidates returns those of one kind, the most important first: by severity, and among equals one of each rule before a
// second one of any, by confidence and place.
func (a *annotator) candidates(kind lint.Level) []candidate {
	var all []candidate
	if kind == lint.Warning {
		for i := range a.problems {
			all = append(all, candidate{problem: &a.problems[i]})
		}
	}
	for _, f := range a.shown {
		if c := (candidate{Finding: f}); c.rank().Level() == kind {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(y.rank(), x.rank()), cmp.Compare(y.confidence(), x.confidence()))
	})
	seen := map[string]int{}
	for i := range all {
		all[i].round = seen[all[i].rule()]
		seen[all[i].rule()]++
	}
	slices.SortStableFunc(all, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(y.rank(), x.rank()), cmp.Compare(x.round, y.round))
	})
	return all
}

func (c *candidate) confidence() lint.Confidence {
	if c.problem != nil {
		return lint.Sure
	}
	return sureness(c.Finding)
}

// write prints the annotations of one kind; the last one tells what is left out.
func (a *annotator) write(kind lint.Level) {
	all := a.candidates(kind)
	kept := all[:min(len(all), maxAnnotations)]
	for i := range kept {
		rest := ""
		if i == len(kept)-1 {
			rest = leftOut(kind, all[len(kept):])
		}
		a.issue(kind, a.fields(&kept[i]), cut(a.message(&kept[i]), maxData-units(rest))+rest)
	}
}

// leftOut says how many annotations would not be shown, or nothing.
func leftOut(kind lint.Level, rest []candidate) string {
	if len(rest) == 0 {
		return ""
	}
	count := map[string]int{}
	for i := range rest {
		count[rest[i].name()]++
	}
	names := slices.SortedFunc(maps.Keys(count), func(x, y string) int {
		return cmp.Or(cmp.Compare(count[y], count[x]), strings.Compare(x, y))
	})
	var parts []string
	for i, name := range names {
		if i == 5 {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, fmt.Sprintf("%d %s", count[name], cut(visible(name), maxTitle)))
	}
	noun := command(kind)
	if len(rest) > 1 {
		noun += "s"
	}
	return fmt.Sprintf("\n\n%d more %s left out here, as GitHub shows %d of a kind for each step: %s", len(rest), noun, maxAnnotations, strings.Join(parts, ", "))
}

// command returns the workflow command of a level.
func command(kind lint.Level) string {
	if kind == lint.Note {
		return "notice"
	}
	return string(kind)
}

// issue prints one command. The library only spells it: what it writes by itself ends in a panic when it cannot be written,
// and takes messages for formats.
func (a *annotator) issue(kind lint.Level, fields map[string]string, message string) {
	c := githubactions.Command{Name: command(kind), Message: message, Properties: fields}
	a.buf = append(a.buf, c.String()...)
	a.newline()
}

// fields returns the properties of an annotation, none of them empty. GitHub puts an annotation below its last line, so
// that of several lines is given its first one; the runner would drop the columns of the others anyway.
func (a *annotator) fields(c *candidate) map[string]string {
	if c.problem != nil {
		fields := map[string]string{"title": "could not check"}
		if path := a.path(c.problem.Path); path != "" {
			fields["file"] = path
		}
		return fields
	}
	title := fmt.Sprintf("%s (%s)", visible(c.Rule), c.Severity)
	if c.Suppressed != nil {
		title = fmt.Sprintf("%s (%s, suppressed)", visible(c.Rule), c.Severity)
	}
	fields := map[string]string{"title": cut(title, maxTitle)}
	if path := a.path(c.Path); path != "" {
		fields["file"] = path
	}
	src := a.Sources[c.Path]
	if src == nil {
		return fields
	}
	start, end := firstLine(src, c.Span)
	fields["line"], fields["endLine"] = strconv.Itoa(start.Line), strconv.Itoa(start.Line)
	// The last column of an annotation is within it: where it is missing, GitHub takes the first one.
	fields["col"], fields["endColumn"] = strconv.Itoa(start.Column), strconv.Itoa(max(start.Column, end.Column-1))
	return fields
}

// firstLine returns where a span starts and where it, or its first line, ends.
func firstLine(src *syntax.Source, span syntax.Span) (start, end syntax.Position) {
	span = clamp(src, span)
	start = src.Position(span.Start)
	line := overlap(src.LineSpan(start.Line), span)
	return start, src.Position(line.End)
}

// path returns the path under which GitHub shows a file. What cannot be seen in it is made visible: such a file is not to
// be found by its name, but the name drives no terminal either.
func (a *annotator) path(path string) string {
	if path == "" {
		return ""
	}
	return visible(a.hosted(path))
}

// message returns what is wrong, and how it is repaired.
func (a *annotator) message(c *candidate) string {
	if c.problem != nil {
		return "could not check: " + visible(c.problem.Message)
	}
	var b strings.Builder
	b.WriteString(visible(c.Message))
	if where := a.repeats(c.Finding); where != "" {
		b.WriteString("\nalso " + where)
	}
	if sure := sureness(c.Finding); sure != lint.Sure {
		fmt.Fprintf(&b, "\nconfidence: %s", sure)
	}
	if s := c.Suppressed; s != nil {
		fmt.Fprintf(&b, "\nsuppressed by %s", visible(s.Kind))
		if s.Reason != "" {
			b.WriteString(": " + visible(s.Reason))
		}
	}
	for _, fix := range offered(c.Finding) {
		fmt.Fprintf(&b, "\nfix: %s (`%s` applies it)", visible(fix.Title), applies(fix))
	}
	if page := a.page(c.Rule); page != "" {
		b.WriteString("\npage: " + visible(page))
	}
	return b.String()
}

// cutMark ends a text that was cut.
const cutMark = " … (cut)"

// cut returns s, or as much of it as fits into limit UTF-16 code units with a mark.
func cut(s string, limit int) string {
	if units(s) <= limit {
		return s
	}
	room := max(limit-units(cutMark), 0)
	for i, r := range s {
		if room -= utf16.RuneLen(r); room < 0 {
			return s[:i] + cutMark
		}
	}
	return s
}

// units returns how many UTF-16 code units a valid text has.
func units(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
