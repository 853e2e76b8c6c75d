// Package report prints findings: one file a format.
package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// Report is what is printed: the findings of one or several repositories, with paths as the reader should see them.
type Report struct {
	Findings []lint.Finding            // any order, suppressed ones included
	Problems []lint.Problem            // what could not be checked
	Sources  map[string]*syntax.Source // texts by path; a place without one is printed without its line
	Files    int                       // files checked
	Older    int                       // open findings that are left out because they are not new
	Rules    []*lint.Rule              // the rules that could report, kinds as rules of their own; sorted by id
}

// Options say what is printed, and how.
type Options struct {
	Color          bool                     // text: ANSI colours
	Width          int                      // text: columns of the terminal; 0: 120
	ShowSuppressed bool                     // print suppressed findings as well, marked
	Each           bool                     // print each place by itself where one finding stands for several
	GroupBy        string                   // text: one of Groupings; "": by place
	MinSeverity    lint.Severity            // leave milder findings out; 0: none
	Version        string                   // of sekisho
	Page           func(rule string) string // URL of a rule's page, or the command that shows it; may be nil
	DurationMS     int64                    // of the run, in milliseconds
	Template       *Template                // template: what to print
	Hosted         func(path string) string // github: where the repository that GitHub shows has a file; nil: at the same path
	Blob           func(path string) string // summary: URL of a file as it was checked, "" for none; nil: there are none
	Limit          int                      // summary: bytes it may have, at most 900 KiB; 0: so many
}

// Add appends what a run found, with prefix in front of every path; res is not changed.
func (r *Report) Add(prefix string, res *lint.Result) {
	places := func(list []lint.Place) []lint.Place {
		list = slices.Clone(list)
		for i := range list {
			if list[i].Path != "" {
				list[i].Path = prefix + list[i].Path
			}
		}
		return list
	}
	for _, f := range res.Findings {
		if prefix != "" {
			f.Path, f.Related, f.Trace = prefix+f.Path, places(f.Related), places(f.Trace)
			if f.Same != "" {
				f.Same = prefix + f.Same // repositories have nothing in common
			}
		}
		r.Findings = append(r.Findings, f)
	}
	for _, p := range res.Problems {
		r.Problems = append(r.Problems, lint.Problem{Path: prefix + p.Path, Message: p.Message})
	}
	if r.Sources == nil {
		r.Sources = make(map[string]*syntax.Source, len(res.Sources))
	}
	for path, src := range res.Sources {
		r.Sources[prefix+path] = src
	}
	r.Files += res.Files
	r.Older += res.Older
	r.addRules(res.Rules)
}

// addRules keeps one rule for each id: the most severe, where configurations differ.
func (r *Report) addRules(rules []*lint.Rule) {
	for _, rule := range rules {
		i, found := slices.BinarySearchFunc(r.Rules, rule.ID, func(r *lint.Rule, id string) int { return strings.Compare(r.ID, id) })
		switch {
		case !found:
			r.Rules = slices.Insert(r.Rules, i, rule)
		case rule.Severity > r.Rules[i].Severity:
			r.Rules[i] = rule
		}
	}
}

type format struct {
	name  string
	write func(*printer, *view)
	lines bool // its readers look at one line: each place is printed by itself
}

func formats() []format {
	return []format{
		{"text", writeText, false},
		{"concise", writeConcise, true},
		{"json", writeJSON, false},
		{"sarif", writeSARIF, false},
		{"rdjson", writeRDJSON, true},
		{"gitlab", writeGitLab, true},
		{"junit", writeJUnit, false},
		{"checkstyle", writeCheckstyle, true},
		{"template", writeTemplate, false},
		{"github", writeGitHub, false},
		{"summary", writeSummary, false},
	}
}

// Formats returns the names that Write takes, the default first.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// Write prints r to w. It fails for an unknown format, or with the first error of w.
func Write(w io.Writer, name string, r *Report, o Options) error {
	for _, f := range formats() {
		if f.name == name {
			p := newPrinter(w)
			o.Each = o.Each || f.lines
			f.write(p, newView(r, o))
			return p.flush()
		}
	}
	return fmt.Errorf("unknown format %q; use %s", name, strings.Join(Formats(), ", "))
}

// Headline returns how many findings are printed and not suppressed, and says so in words, by severity.
func Headline(r *Report, o Options) (findings int, words string) {
	v := newView(r, o)
	return v.counts.findings, v.headline()
}

// view is a report with the options applied: what is printed, in order, and counted.
type view struct {
	*Report
	Options
	shown    []*lint.Finding
	problems []lint.Problem
	counts   counts
}

// counts leave suppressed findings out, except where the name says otherwise.
type counts struct {
	findings   int
	suppressed int
	safe       int // findings that a safe fix repairs
	unsafe     int // findings that only an unsafe fix repairs
	milder     int // findings below MinSeverity
	bySeverity [lint.Critical + 1]int
}

func newView(r *Report, o Options) *view {
	findings := r.Findings
	if !o.Each {
		findings = lint.Fold(findings)
	}
	v := &view{Report: r, Options: o, shown: make([]*lint.Finding, 0, len(findings))}
	for i := range findings {
		f := &findings[i]
		if f.Severity < o.MinSeverity {
			if f.Suppressed == nil {
				v.counts.milder++
			}
			continue
		}
		v.counts.add(f)
		if f.Suppressed == nil || o.ShowSuppressed {
			v.shown = append(v.shown, f)
		}
	}
	slices.SortStableFunc(v.shown, byPlace)
	v.problems = slices.Clone(r.Problems)
	slices.SortStableFunc(v.problems, func(a, b lint.Problem) int { return strings.Compare(a.Path, b.Path) })
	return v
}

func byPlace(a, b *lint.Finding) int {
	return cmp.Or(
		strings.Compare(a.Path, b.Path),
		cmp.Compare(a.Start, b.Start),
		strings.Compare(a.Rule, b.Rule),
		cmp.Compare(a.End, b.End),
		strings.Compare(a.Message, b.Message),
	)
}

func (c *counts) add(f *lint.Finding) {
	if f.Suppressed != nil {
		c.suppressed++
		return
	}
	c.findings++
	if int(f.Severity) < len(c.bySeverity) {
		c.bySeverity[f.Severity]++
	}
	switch {
	case slices.ContainsFunc(f.Fixes, isSafe):
		c.safe++
	case len(f.Fixes) > 0:
		c.unsafe++
	}
}

func isSafe(f lint.Fix) bool { return f.Safety == lint.Safe }

// page returns the URL or command of a rule's page, or "".
func (v *view) page(rule string) string {
	if v.Page == nil {
		return ""
	}
	return v.Page(rule)
}

// hosted returns where the repository that GitHub shows has the file at path.
func (v *view) hosted(path string) string {
	if v.Hosted == nil {
		return path
	}
	return v.Hosted(path)
}

// offered returns the fixes that a command would choose: the best one, and the best safe one.
func offered(f *lint.Finding) []lint.Fix {
	safe := slices.IndexFunc(f.Fixes, isSafe)
	switch {
	case len(f.Fixes) == 0:
		return nil
	case safe <= 0:
		return f.Fixes[:1]
	}
	return []lint.Fix{f.Fixes[0], f.Fixes[safe]}
}

// applies returns the command that applies a fix.
func applies(x lint.Fix) string {
	if isSafe(x) {
		return "sekisho fix"
	}
	return "sekisho fix --unsafe"
}

// sureness is the confidence of a finding, which the zero value leaves to the rule.
func sureness(f *lint.Finding) lint.Confidence {
	if f.Confidence == lint.Unsure || f.Confidence == lint.Likely {
		return f.Confidence
	}
	return lint.Sure
}

// region is a span as people read it; end is exclusive.
type region struct{ start, end syntax.Position }

// region locates span in the file at path. A file whose text is not known gives its first character.
func (v *view) region(path string, span syntax.Span) region {
	src := v.Sources[path]
	if src == nil {
		return region{syntax.Position{Line: 1, Column: 1}, syntax.Position{Line: 1, Column: 1}}
	}
	span = clamp(src, span)
	r := region{start: src.Position(span.Start)}
	r.end = r.start
	if span.End > span.Start {
		r.end = src.Position(span.End)
	}
	return r
}

// clamp keeps a span inside the text, whatever a rule made of it.
func clamp(src *syntax.Source, s syntax.Span) syntax.Span {
	s.Start = min(max(s.Start, 0), len(src.Text))
	s.End = min(max(s.End, s.Start), len(src.Text))
	return s
}
