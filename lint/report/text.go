package report

import (
	"strconv"
	"strings"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// maxRelated is how many related places a message has links to, and maxShown how many are shown with their lines; the others are
// counted.
const (
	maxRelated = 12
	maxShown   = 5
)

// writeText prints findings for people: what, where, the lines, and what to do.
func writeText(p *printer, v *view) {
	t := &text{printer: p, view: v, width: 120, paged: map[string]bool{}}
	if v.Width > 0 {
		t.width = min(max(v.Width, 40), 500)
	}
	for _, g := range v.grouped() {
		t.heading(&g)
		for _, f := range g.findings {
			t.finding(f)
		}
	}
	if len(v.problems) > 0 {
		t.raw("could not check:")
		t.newline()
		for _, problem := range v.problems {
			t.raw("  - ")
			if problem.Path != "" {
				t.text(problem.Path)
				t.raw(": ")
			}
			t.text(problem.Message)
			t.newline()
		}
		t.newline()
	}
	t.summary()
}

type text struct {
	*printer
	*view
	width  int             // columns that a line may take
	gutter int             // digits of the highest line number of the current finding
	paged  map[string]bool // rules whose page was named, which is once

	found         []mark // memory that is used again, here and below
	hung          []mark
	row           []byte
	cuts, columns []int
}

func (t *text) finding(f *lint.Finding) {
	t.start(styleOf(f.Severity))
	t.raw(f.Severity.String())
	t.raw("[")
	t.text(f.Rule)
	t.raw("]")
	t.stop()
	if f.Suppressed != nil {
		t.raw(" (suppressed)")
	}
	t.raw(": ")
	t.start(bold)
	t.text(f.Message)
	t.stop()
	t.newline()

	near, far, more := t.split(f)
	t.measure(f, near, far)
	t.arrow(f.Path, f.Span)
	if marks := t.marks(f, near); len(marks) > 0 {
		t.spaces(t.gutter + 1)
		t.start(dim)
		t.raw("|")
		t.stop()
		t.newline()
		t.lines(t.Sources[f.Path], marks, styleOf(f.Severity))
	}
	if where := t.repeats(f); where != "" {
		t.note("also", where)
	}
	for _, place := range far {
		if place.Message == "" {
			place.Message = "see also"
		}
		t.note("related", place.Message)
		t.arrow(place.Path, place.Span)
		t.found = t.mark(t.found[:0], place.Path, mark{span: place.Span, sign: '-'})
		t.lines(t.Sources[place.Path], t.found, cyan)
	}
	if more > 0 {
		t.key("related")
		t.int(more)
		t.raw(" more places")
		t.newline()
	}
	t.trace(f)
	t.advice(f)
	t.newline()
}

// split divides the related places, but for those with the same fault, into those of the finding's file, those of others, and a number that is too many.
func (t *text) split(f *lint.Finding) (near, far []lint.Place, more int) {
	rest := f.Related[f.Repeats:]
	for i := range rest {
		place := rest[i]
		place.Path = placePath(f, &place)
		switch {
		case len(near)+len(far) == maxShown:
			return near, far, len(rest) - i
		case place.Path == f.Path && t.Sources[f.Path] != nil:
			near = append(near, place)
		default:
			far = append(far, place)
		}
	}
	return near, far, 0
}

// measure sets the gutter so that all lines of the finding stand below each other.
func (t *text) measure(f *lint.Finding, near, far []lint.Place) {
	last := t.lastLine(f.Path, f.Span)
	for _, list := range [...][]lint.Place{near, far, f.Trace} {
		for i := range list {
			last = max(last, t.lastLine(placePath(f, &list[i]), list[i].Span))
		}
	}
	t.gutter = digits(last)
}

func (t *text) lastLine(path string, span syntax.Span) int {
	src := t.Sources[path]
	if src == nil {
		return 1
	}
	return src.Position(clamp(src, span).End).Line
}

// marks returns the marks of the finding and of the places in its file.
func (t *text) marks(f *lint.Finding, near []lint.Place) []mark {
	marks := t.mark(t.found[:0], f.Path, mark{span: f.Span, sign: '^'})
	for _, place := range near {
		marks = t.mark(marks, f.Path, mark{span: place.Span, sign: '-', label: place.Message})
	}
	t.found = marks
	return marks
}

// shown reports a way that does not leave the line of the finding.
func (t *text) shown(f *lint.Finding) bool {
	line := t.region(f.Path, f.Span).start.Line
	for i := range f.Trace {
		if p := &f.Trace[i]; placePath(f, p) != f.Path || t.region(f.Path, p.Span).start.Line != line {
			return false
		}
	}
	return true
}

// trace prints the way of the data, step by step, unless it is all in one line.
func (t *text) trace(f *lint.Finding) {
	if len(f.Trace) == 0 || t.shown(f) {
		return
	}
	t.key("trace")
	t.raw("from source to sink")
	t.newline()
	for i := range f.Trace {
		place := &f.Trace[i]
		path := placePath(f, place)
		t.spaces(t.gutter + 1)
		t.int(i + 1)
		t.raw(". ")
		t.location(path, place.Span)
		if place.Message != "" {
			t.raw(": ")
			t.text(place.Message)
		}
		t.newline()
		m := mark{span: place.Span, sign: '-'}
		if i == len(f.Trace)-1 {
			m.sign = '^'
		}
		t.found = t.mark(t.found[:0], path, m)
		t.lines(t.Sources[path], t.found, styleOf(f.Severity))
	}
}

// advice prints how sure the finding is, why it is suppressed, its fixes, and with the first of a rule the rule's page.
func (t *text) advice(f *lint.Finding) {
	if sure := sureness(f); sure != lint.Sure {
		t.note("confidence", sure.String())
	}
	if s := f.Suppressed; s != nil {
		t.key("suppressed")
		t.raw("by ")
		t.text(s.Kind)
		if s.Kind == "comment" && s.Span.End > 0 {
			t.raw(" in line ")
			t.int(t.region(f.Path, s.Span).start.Line)
		}
		if s.Reason != "" {
			t.raw(": ")
			t.text(s.Reason)
		}
		t.newline()
	}
	for _, fix := range offered(f) {
		t.key("help")
		t.text(fix.Title)
		t.raw(" (`")
		t.raw(applies(fix))
		t.raw("` applies it)")
		t.newline()
	}
	if page := t.page(f.Rule); page != "" && !t.paged[f.Rule] {
		t.paged[f.Rule] = true
		t.note("page", page)
	}
}

// summary prints the last line: how much was found in how many files.
func (t *text) summary() {
	c := &t.counts
	t.raw(t.headline())
	switch {
	case c.safe > 0 && c.unsafe > 0:
		t.rest(c.safe, " fixable with sekisho fix, ")
		t.int(c.unsafe)
		t.raw(" more with --unsafe")
	case c.safe > 0:
		t.rest(c.safe, " fixable with sekisho fix")
	case c.unsafe > 0:
		t.rest(c.unsafe, " fixable with sekisho fix --unsafe")
	}
	t.rest(c.suppressed, " suppressed")
	if c.milder > 0 {
		t.rest(c.milder, " below "+t.MinSeverity.String())
	}
	t.rest(t.Older, " not new, left out by --since")
	t.rest(len(t.problems), " could not be checked")
	t.newline()
}

// severities lists counts, those of the worst first.
func severities(counts [lint.Critical + 1]int) string {
	var parts []string
	for s := lint.Critical; s >= lint.Info; s-- {
		if counts[s] > 0 {
			parts = append(parts, strconv.Itoa(counts[s])+" "+s.String())
		}
	}
	return strings.Join(parts, ", ")
}

// headline says how much was found in how many files.
func (v *view) headline() string {
	c := &v.counts
	if c.findings == 0 {
		return numbered(v.Files, "file") + " checked, nothing found"
	}
	return numbered(c.findings, "finding") + " (" + severities(c.bySeverity) + ") in " + numbered(v.Files, "file")
}

// rest appends one more part of the last line, unless there is nothing to say.
func (t *text) rest(n int, what string) {
	if n > 0 {
		t.raw("; ")
		t.int(n)
		t.raw(what)
	}
}

// key starts a line such as "   = help: ".
func (t *text) key(word string) {
	t.spaces(t.gutter + 1)
	t.start(dim)
	t.raw("= ")
	t.stop()
	t.raw(word)
	t.raw(": ")
}

func (t *text) note(word, value string) {
	t.key(word)
	t.text(value)
	t.newline()
}

// arrow prints the line that says where.
func (t *text) arrow(path string, span syntax.Span) {
	t.spaces(t.gutter)
	t.start(dim)
	t.raw("--> ")
	t.stop()
	t.location(path, span)
	t.newline()
}

func (t *text) location(path string, span syntax.Span) {
	t.text(path)
	if t.Sources[path] == nil {
		return
	}
	start := t.region(path, span).start
	t.raw(":")
	t.int(start.Line)
	t.raw(":")
	t.int(start.Column)
}

// style is the inside of an ANSI colour sequence.
type style string

const (
	bold   style = "1"
	dim    style = "2"
	red    style = "1;31"
	yellow style = "1;33"
	cyan   style = "1;36"
)

func styleOf(s lint.Severity) style {
	switch {
	case s >= lint.High:
		return red
	case s == lint.Medium:
		return yellow
	}
	return cyan
}

func (t *text) start(s style) {
	if t.Color {
		t.escape("\x1b[")
		t.escape(string(s))
		t.escape("m")
	}
}

func (t *text) stop() {
	if t.Color {
		t.escape("\x1b[0m")
	}
}

// digits returns how many digits n has, for n above 0.
func digits(n int) int {
	d := 1
	for ; n > 9; n /= 10 {
		d++
	}
	return d
}

// blank tells whether a piece of a line shows nothing; a very long one counts as if it did.
func blank(s string) bool { return len(s) <= maxBlank && strings.Trim(s, " \t") == "" }
