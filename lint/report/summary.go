package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// GitHub shows no summary of a step that is larger than 1 MiB; a runner may make it longer where it hides secrets.
const (
	maxSummary  = 900 << 10
	summaryRest = 1 << 10 // bytes kept for what must follow: ends of blocks, how much is left out
)

const (
	maxOpen     = 25 // findings up to which all of them are unfolded
	maxProblems = 20 // listed
)

// writeSummary prints a page in GitHub's Markdown for the summary of a step: how it stands, the way to the worst finding, the
// rules, and below each its findings, all with the worst first.
func writeSummary(p *printer, v *view) {
	s := summary{view: v, room: min(cmp.Or(v.Limit, maxSummary), maxSummary) - summaryRest}
	s.status()
	s.couldNotCheck()
	s.worstWay()
	groups := s.groups()
	s.table(groups)
	for i, g := range groups {
		s.details(g, s.room/(len(groups)-i))
	}
	if s.left > 0 {
		s.b.WriteString("Left out here to stay below what GitHub shows: " + numbered(s.left, "finding") + "; the other formats have them all.\n")
	}
	p.buf = append(p.buf, s.b.String()...)
}

// summary is the page and how much may still be written.
type summary struct {
	*view
	b    strings.Builder
	room int // bytes
	left int // findings that are not on it
}

// add appends text if there is room for it.
func (s *summary) add(text string) bool {
	if len(text) > s.room {
		return false
	}
	s.room -= len(text)
	s.b.WriteString(text)
	return true
}

func (s *summary) status() {
	worst := lint.Severity(0)
	for sev, n := range s.counts.bySeverity {
		if n > 0 {
			worst = lint.Severity(sev)
		}
	}
	state := icon(worst) + " sekisho: " + numbered(s.counts.findings, "finding") + ", the worst " + worst.String()
	switch {
	case s.counts.findings == 1:
		state = icon(worst) + " sekisho: 1 finding, " + worst.String()
	case s.counts.findings == 0 && len(s.problems) > 0:
		state = icon(lint.Medium) + " sekisho: nothing found, but not all could be checked"
	case s.counts.findings == 0:
		state = "🟢 sekisho: nothing found"
	}
	p := &printer{}
	(&text{printer: p, view: s.view}).summary()
	s.add("### " + state + "\n\n" + string(p.buf) + "\n")
}

func (s *summary) couldNotCheck() {
	if len(s.problems) == 0 {
		return
	}
	s.add("**Could not be checked:**\n\n")
	for i, problem := range s.problems {
		if i == maxProblems {
			s.add(fmt.Sprintf("- and %d more\n", len(s.problems)-i))
			break
		}
		where := ""
		if problem.Path != "" {
			where = inCode(problem.Path) + ": "
		}
		s.add("- " + where + markdown(problem.Message) + "\n")
	}
	s.add("\n")
}

// worstWay draws the way of the worst finding that tells one.
func (s *summary) worstWay() {
	var worst *lint.Finding
	drawn := ""
	for _, f := range s.shown {
		if f.Suppressed == nil && (worst == nil || byWeight(f, worst) < 0) {
			if text := s.picture(f); text != "" {
				worst, drawn = f, text
			}
		}
	}
	if worst == nil {
		return
	}
	s.add("From the trigger to what it reaches: " + severity(worst) + ", " + inCode(worst.Rule) + " at " + s.place(worst.Path, worst.Span, "") + "\n\n```mermaid\n" + drawn + "```\n\n")
}

// byWeight puts the more severe and then the surer finding first.
func byWeight(a, b *lint.Finding) int {
	weight := func(f *lint.Finding) lint.Severity {
		if f.Suppressed != nil {
			return 0
		}
		return f.Severity
	}
	return cmp.Or(cmp.Compare(weight(b), weight(a)), cmp.Compare(sureness(b), sureness(a)))
}

// group is the findings of one rule, the worst first.
type group struct {
	rule     string
	findings []*lint.Finding
}

// groups returns the rules that found something, those with the worst findings first, then those with the most.
func (s *summary) groups() []group {
	var all []group
	at := map[string]int{}
	for _, f := range s.shown {
		i, seen := at[f.Rule]
		if !seen {
			i = len(all)
			at[f.Rule] = i
			all = append(all, group{rule: f.Rule})
		}
		all[i].findings = append(all[i].findings, f)
	}
	for _, g := range all {
		slices.SortStableFunc(g.findings, byWeight)
	}
	slices.SortFunc(all, func(a, b group) int {
		return cmp.Or(byWeight(a.findings[0], b.findings[0]), cmp.Compare(len(b.findings), len(a.findings)), strings.Compare(a.rule, b.rule))
	})
	return all
}

func (s *summary) table(groups []group) {
	if len(groups) == 0 {
		return
	}
	s.add("| severity | rule | findings | reports |\n| --- | --- | --- | --- |\n")
	for _, g := range groups {
		s.add("| " + severity(g.findings[0]) + " | " + s.rule(g.rule) + " | " + strconv.Itoa(len(g.findings)) + " | " + s.reports(g.rule) + " |\n")
	}
	s.add("\n")
}

// details lists the findings of a rule in no more than room bytes.
func (s *summary) details(g group, room int) {
	open := ""
	if len(s.shown) <= maxOpen {
		open = " open"
	}
	const end = "\n</details>\n\n"
	mixed := severity(g.findings[0]) != severity(g.findings[len(g.findings)-1])
	head := "<details" + open + "><summary>" + severity(g.findings[0]) + ": " + inCode(g.rule) + ", " + numbered(len(g.findings), "finding")
	if mixed {
		var c counts
		for _, f := range g.findings {
			c.add(f)
		}
		head += " (" + severities(c.bySeverity) + ")"
	}
	head += "</summary>\n\n"
	if page := s.page(g.rule); page != "" && !isURL(page) {
		head += "More about it: " + inCode(page) + "\n\n"
	}
	if mixed {
		head += "| severity | place | what is wrong |\n| --- | --- | --- |\n"
	} else {
		head += "| place | what is wrong |\n| --- | --- |\n"
	}
	first := s.row(g.findings[0], mixed)
	room -= len(head) + len(end)
	if len(first) > room || !s.add(head) {
		s.left += len(g.findings)
		return
	}
	s.room -= len(end)
	for i, f := range g.findings {
		row := first
		if i > 0 {
			row = s.row(f, mixed)
		}
		if room -= len(row); room < 0 || !s.add(row) {
			s.left += len(g.findings) - i
			break
		}
	}
	s.b.WriteString(end)
}

// row is one finding, with its severity if it is rated: where, what is wrong, how it comes about, how it is repaired.
func (s *summary) row(f *lint.Finding, rated bool) string {
	var b strings.Builder
	if rated {
		b.WriteString("| " + severity(f) + " ")
	}
	b.WriteString("| " + s.place(f.Path, f.Span, "") + " | " + markdown(f.Message))
	if where := s.repeats(f); where != "" {
		b.WriteString("<br>also " + where)
	}
	if sure := sureness(f); sure != lint.Sure {
		b.WriteString("<br>confidence: " + sure.String())
	}
	if x := f.Suppressed; x != nil && x.Reason != "" {
		b.WriteString("<br>suppressed: " + markdown(x.Reason))
	}
	for i := range f.Trace[:min(len(f.Trace), maxSteps)] {
		step := &f.Trace[i]
		b.WriteString("<br>" + strconv.Itoa(i+1) + ". " + s.place(placePath(f, step), step.Span, f.Path) + " " + markdown(step.Message))
	}
	for _, fix := range offered(f) {
		b.WriteString("<br>fix: " + markdown(fix.Title) + " (" + inCode(applies(fix)) + ")")
	}
	b.WriteString(" |\n")
	return b.String()
}

// place returns where something stands, as a link where GitHub shows the file. The path goes without saying in from.
func (s *summary) place(path string, span syntax.Span, from string) string {
	r := s.region(path, span)
	text := "line " + strconv.Itoa(r.start.Line)
	switch {
	case path != from && s.Sources[path] == nil:
		text = inCode(path)
	case path != from:
		text = inCode(path + ":" + strconv.Itoa(r.start.Line))
	}
	if s.Blob == nil || s.Sources[path] == nil {
		return text
	}
	url := address(s.Blob(path))
	if url == "" {
		return text
	}
	url += "#L" + strconv.Itoa(r.start.Line)
	last := r.end.Line
	if r.end.Column == 1 {
		last-- // the line end before it is the last that belongs to it
	}
	if last > r.start.Line {
		url += "-L" + strconv.Itoa(last)
	}
	return "[" + text + "](" + url + ")"
}

// rule returns the id of a rule, as a link to its page if that has an address.
func (s *summary) rule(id string) string {
	if page := s.page(id); isURL(page) {
		return "[" + inCode(id) + "](" + address(page) + ")"
	}
	return inCode(id)
}

// reports says what a rule reports.
func (s *summary) reports(id string) string {
	for _, r := range s.Rules {
		if r.ID == id {
			return markdown(r.Summary)
		}
	}
	return ""
}

func severity(f *lint.Finding) string {
	if f.Suppressed != nil {
		return icon(0) + " suppressed"
	}
	return icon(f.Severity) + " " + f.Severity.String()
}

func icon(s lint.Severity) string {
	switch s {
	case lint.Critical:
		return "🔴"
	case lint.High:
		return "🟠"
	case lint.Medium:
		return "🟡"
	case lint.Low:
		return "🔵"
	}
	return "⚪"
}

func numbered(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
