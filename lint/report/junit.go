package report

import (
	"fmt"
	"strconv"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// writeJUnit prints the XML of JUnit by the strictest schema that a reader checks (junit-10.xsd of the xunit plug-in): a suite a
// file, a failed test a finding. Readers take a report without tests for a broken one, so a clean run has a test that passed.
func writeJUnit(p *printer, v *view) {
	j := &junit{markup{p}, v}
	groups := v.groups()
	j.declaration()
	j.put(`<testsuites name="sekisho"`)
	j.totals(max(len(v.shown)+len(v.problems), 1), v.shown, len(v.problems))
	j.put(` time="`)
	j.buf = strconv.AppendFloat(j.buf, float64(max(v.DurationMS, 0))/1000, 'f', 3, 64)
	j.put(`">`)
	j.newline()
	for i := range groups {
		j.suite(&groups[i])
	}
	if len(groups) == 0 {
		j.put(`<testsuite name="sekisho" tests="1" failures="0" errors="0" skipped="0">`)
		j.newline()
		j.put(`<testcase name="no findings" classname="sekisho"/>`)
		j.newline()
		j.put(`</testsuite>`)
		j.newline()
	}
	j.put(`</testsuites>`)
	j.newline()
}

type junit struct {
	markup
	*view
}

// totals writes the numbers of tests, of failed ones, and of those that could not be run.
func (j *junit) totals(tests int, findings []*lint.Finding, problems int) {
	j.number("tests", tests)
	j.number("failures", len(findings)-j.skipped(findings))
	j.number("errors", problems)
}

// skipped returns the number of suppressed findings.
func (*junit) skipped(findings []*lint.Finding) int {
	n := 0
	for _, f := range findings {
		if f.Suppressed != nil {
			n++
		}
	}
	return n
}

func (j *junit) suite(g *fileGroup) {
	j.put(`<testsuite`)
	j.attribute("name", g.path)
	j.totals(len(g.findings)+len(g.problems), g.findings, len(g.problems))
	j.number("skipped", j.skipped(g.findings))
	j.put(`>`)
	j.newline()
	// Readers merge tests of one name.
	names := map[string]int{}
	for _, f := range g.findings {
		start := j.region(f.Path, f.Span).start
		j.open(g.path, fmt.Sprintf("%s (%d:%d)", f.Rule, start.Line, start.Column), names)
		j.finding(f)
		j.end()
	}
	for _, problem := range g.problems {
		j.open(g.path, "could not check", names)
		j.put(`<error type="problem"`)
		j.attribute("message", problem.Message)
		j.put(`>`)
		j.chars(problem.Message)
		j.put(`</error>`)
		j.end()
	}
	j.put(`</testsuite>`)
	j.newline()
}

func (j *junit) open(class, name string, names map[string]int) {
	names[name]++
	if n := names[name]; n > 1 {
		name = fmt.Sprintf("%s #%d", name, n)
	}
	j.put(`<testcase`)
	j.attribute("name", name)
	j.attribute("classname", class)
	j.put(`>`)
}

func (j *junit) end() {
	j.put(`</testcase>`)
	j.newline()
}

// finding writes a failure, which some readers show by its message and others by its text.
func (j *junit) finding(f *lint.Finding) {
	if s := f.Suppressed; s != nil {
		why := "suppressed by " + s.Kind
		if s.Reason != "" {
			why += ": " + s.Reason
		}
		j.put(`<skipped`)
		j.attribute("message", why)
		j.put(`>`)
		j.text(f)
		j.put(`</skipped>`)
		return
	}
	j.put(`<failure`)
	j.attribute("type", f.Severity.String())
	j.attribute("message", f.Message)
	j.put(`>`)
	j.text(f)
	j.put(`</failure>`)
}

// text says in lines what there is to know about a finding.
func (j *junit) text(f *lint.Finding) {
	j.place(f.Path, f.Span, f.Message)
	for i := range f.Related {
		j.line("related: ")
		j.place(placePath(f, &f.Related[i]), f.Related[i].Span, f.Related[i].Message)
	}
	for i := range f.Trace {
		j.line("trace " + strconv.Itoa(i+1) + ": ")
		j.place(placePath(f, &f.Trace[i]), f.Trace[i].Span, f.Trace[i].Message)
	}
	if len(f.Fixes) > 0 {
		j.line("help: ")
		j.chars(f.Fixes[0].Title)
	}
	if page := j.page(f.Rule); page != "" {
		j.line("page: ")
		j.chars(page)
	}
}

// line begins a line of text with a word, so that no text from a file stands at its start.
func (j *junit) line(word string) {
	j.newline()
	j.put(word)
}

func (j *junit) place(path string, span syntax.Span, message string) {
	start := j.region(path, span).start
	j.chars(fmt.Sprintf("%s:%d:%d: %s", path, start.Line, start.Column, message))
}
