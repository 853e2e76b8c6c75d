package lint

import (
	"maps"
	"slices"
	"strings"

	"znkr.io/diff"
	"znkr.io/diff/textdiff"

	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// Past is an older state of a repository, with which findings are compared. It is for one goroutine.
type Past struct {
	repo     *repo.Repo
	settings Settings
	was      map[string]string    // the paths of renamed files: then by now
	findings map[string][]Finding // of the files that were asked about, by their paths then
}

// NewPast pairs the files of a repository with what they were. s are the settings with which it is checked now.
func NewPast(then, now *repo.Repo, s Settings) *Past {
	s.Baseline = nil // what it lists was there as well
	return &Past{repo: then, settings: s, was: renames(then, now), findings: map[string][]Finding{}}
}

// Since returns what a run found without the findings that are older than the change: those that stand on no changed line and
// were there before. The open ones among them are counted. now is the repository in which they were found.
func (p *Past) Since(now *repo.Repo, r *Result) *Result {
	out := *r
	out.Findings = nil
	byPath := map[string][]Finding{}
	for _, f := range r.Findings {
		byPath[f.Path] = append(byPath[f.Path], f)
	}
	paths := slices.Sorted(maps.Keys(byPath))
	p.check(paths)
	for _, path := range paths {
		out.Findings = append(out.Findings, p.news(now.File(path), byPath[path])...)
	}
	out.Older += open(r.Findings) - open(out.Findings)
	return &out
}

// open counts the findings that are not suppressed.
func open(fs []Finding) int {
	n := 0
	for i := range fs {
		if fs[i].Suppressed == nil {
			n++
		}
	}
	return n
}

// file returns what the file at a path was, or nil.
func (p *Past) file(path string) *syntax.File {
	if then, renamed := p.was[path]; renamed {
		path = then
	}
	return p.repo.File(path)
}

// check finds what was to be found in the files that are at these paths now.
func (p *Past) check(paths []string) {
	open := map[string]bool{}
	now := map[string]string{} // by then
	for _, path := range paths {
		if then := p.file(path); then != nil && p.findings[then.Path] == nil {
			open[then.Path] = true
			now[then.Path] = path
			p.findings[then.Path] = []Finding{}
		}
	}
	if len(open) == 0 {
		return
	}
	s := p.settings
	s.Only = func(path string) bool { return open[path] }
	if at := s.At; at != nil {
		s.At = func(path string) *Settings { return at(now[path]) } // a renamed file is held to what holds where it is now
	}
	for _, f := range Run(p.repo, s).Findings {
		p.findings[f.Path] = append(p.findings[f.Path], f)
	}
}

// news returns those of the findings of a file that stand on changed lines or that were not there.
func (p *Past) news(f *syntax.File, fs []Finding) []Finding {
	then := p.file(f.Path)
	if then == nil {
		return fs
	}
	p.check([]string{f.Path})
	before := newMatcher(then, p.findings[then.Path])
	lines := unchanged(then.Source, f.Source)
	var news, moved []int
	for i := range fs {
		switch at, same := before.position(f, lines, &fs[i]); {
		case !same:
			news = append(news, i)
		case !before.takePlace(at, &fs[i]):
			moved = append(moved, i)
		}
	}
	// What stands on unchanged lines and had no counterpart there may still be an old finding that another line gave before.
	for _, i := range moved {
		if !before.takeFault(&fs[i]) {
			news = append(news, i)
		}
	}
	slices.Sort(news)
	var out []Finding
	for _, i := range news {
		out = append(out, fs[i])
	}
	return out
}

// maxExact is the number of lines of two texts above which only lines that stand once in each anchor the comparison: an exact
// one would take minutes for texts that are made for it.
const maxExact = 8000

// unchanged returns for each 1-based line of a text the line that it was before, 0 for one that is new or another. Line ends
// do not count.
func unchanged(then, now *syntax.Source) []int {
	lines := make([]int, now.Lines()+1)
	if then.Text == now.Text {
		for i := range lines {
			lines[i] = i
		}
		return lines
	}
	how := []textdiff.Option{textdiff.IndentHeuristic()}
	if then.Lines()+now.Lines() > maxExact {
		how = append(how, diff.Fast())
	}
	for _, e := range textdiff.Edits(plainLines(then), plainLines(now), how...) {
		if e.LineNoX >= 0 && e.LineNoY >= 0 {
			lines[e.LineNoY+1] = e.LineNoX + 1
		}
	}
	return lines
}

// plainLines returns the text of a file with LF behind every line.
func plainLines(s *syntax.Source) string {
	var b strings.Builder
	b.Grow(len(s.Text) + 1)
	for line := 1; line <= s.Lines(); line++ {
		b.WriteString(s.Slice(s.LineSpan(line)))
		b.WriteByte('\n')
	}
	return b.String()
}

// matcher finds the counterparts of findings among those that were there before, each once.
type matcher struct {
	findings []Finding
	taken    []bool
	byPlace  map[place][]int
	byFault  map[string][]int
}

// place is where a finding of a rule starts: a 1-based line of the old text, and the bytes before it in that line.
type place struct {
	rule       string
	line, byte int
}

func newMatcher(f *syntax.File, fs []Finding) *matcher {
	m := &matcher{findings: fs, taken: make([]bool, len(fs)), byPlace: map[place][]int{}, byFault: map[string][]int{}}
	for i := range fs {
		line := f.Position(fs[i].Start).Line
		at := place{fs[i].Rule, line, fs[i].Start - f.LineSpan(line).Start}
		m.byPlace[at] = append(m.byPlace[at], i)
		m.byFault[fs[i].fault()] = append(m.byFault[fs[i].fault()], i)
	}
	return m
}

// position returns where a finding stood, and whether all its lines are unchanged.
func (m *matcher) position(f *syntax.File, lines []int, x *Finding) (at place, same bool) {
	first := f.Position(x.Start).Line
	last := max(first, f.Position(max(x.Start, x.End-1)).Line)
	if slices.Contains(lines[first:last+1], 0) {
		return place{}, false
	}
	return place{x.Rule, lines[first], x.Start - f.LineSpan(first).Start}, true
}

func (m *matcher) takePlace(at place, x *Finding) bool { return m.take(m.byPlace[at], x) }

func (m *matcher) takeFault(x *Finding) bool { return m.take(m.byFault[x.fault()], x) }

// take uses up one of the old findings that can stand for x: one that was as severe and not suppressed, unless x is.
func (m *matcher) take(candidates []int, x *Finding) bool {
	for _, i := range candidates {
		old := &m.findings[i]
		if !m.taken[i] && old.Severity >= x.Severity && (old.Suppressed == nil || x.Suppressed != nil) {
			m.taken[i] = true
			return true
		}
	}
	return false
}
