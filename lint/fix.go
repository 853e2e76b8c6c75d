package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// MaxRounds is how often a file is fixed and checked again: one fix may make room for the next.
const MaxRounds = 10

// FixedFile is a file that fixes changed.
type FixedFile struct {
	Path     string
	Old, New string
	Applied  []Applied // in the order in which they were applied
	Refused  []Refusal // fixes that were tried and taken back
}

// Applied is a fix that was applied.
type Applied struct{ Rule, Title string }

// Refusal is a fix that did not keep the contract, and why.
type Refusal struct {
	Rule, Title, Reason string
	Position            syntax.Position // where the finding stood in the text that the fix was tried on
}

// FixSettings say which fixes are applied.
type FixSettings struct {
	Settings
	Unsafe bool
	Rules  map[string]bool // whose fixes to apply; nil means all
	Since  *Past           // fix only what is new since then; nil means all
}

// Fixes applies the fixes of the findings in r and returns the files that they would change, sorted by path. After each round
// the file is parsed and checked again: a fix after which the file does not parse or has a new finding is refused, and named.
// Nothing is written.
func Fixes(r *repo.Repo, s FixSettings) ([]FixedFile, *Result) {
	first := Run(r, s.Settings)
	var out []FixedFile
	for start := 0; start < len(first.Findings); {
		end := start
		for end < len(first.Findings) && first.Findings[end].Path == first.Findings[start].Path {
			end++
		}
		fixer := fixer{repo: r, s: s, path: first.Findings[start].Path, findings: first.Findings[start:end], refused: map[string]bool{}}
		if f := fixer.run(); f.New != f.Old || len(f.Refused) > 0 {
			out = append(out, f)
		}
		start = end
	}
	return out, first
}

// fixer works on one file.
type fixer struct {
	repo     *repo.Repo
	s        FixSettings
	path     string
	findings []Finding // of the present text
	refused  map[string]bool
}

// candidate is a fix that may be applied in this round.
type candidate struct {
	Finding
	fix Fix
}

func (x *fixer) run() FixedFile {
	file := x.repo.File(x.path)
	out := FixedFile{Path: x.path, Old: file.Text, New: file.Text}
	for range MaxRounds {
		round := x.candidates()
		if len(round) == 0 {
			break
		}
		if x.try(&out, round) {
			continue
		}
		// One of them is to blame. From the end of the file, so that the offsets of those before stay right; one that reaches
		// behind what was changed, or that no longer fits, waits for the next round.
		all := len(x.repo.File(x.path).Text) + 1
		limit := all
		for _, c := range slices.Backward(round) {
			start, end := reach(c.fix.Edits)
			switch {
			case end >= limit:
			case x.try(&out, []candidate{c}):
				limit = start
			case limit == all:
				x.refuse(&out, c)
			}
		}
	}
	return out
}

// reach is where the first of some edits starts and the last ends.
func reach(edits []syntax.Edit) (start, end int) {
	start = edits[0].Start
	for _, e := range edits {
		start, end = min(start, e.Start), max(end, e.End)
	}
	return start, end
}

func refusalKey(c candidate) string {
	return fmt.Sprintf("%s\x00%s\x00%s", c.Rule, c.Fingerprint, c.fix.Title)
}

func (x *fixer) refuse(out *FixedFile, c candidate) {
	x.refused[refusalKey(c)] = true
	_, reason := x.apply([]candidate{c})
	out.Refused = append(out.Refused, Refusal{
		Rule: c.Rule, Title: c.fix.Title, Reason: reason,
		Position: x.repo.File(x.path).Position(c.Start),
	})
}

// candidates picks, in source order, the first admissible fix of each finding that does not touch the edits of one before.
func (x *fixer) candidates() []candidate {
	var out []candidate
	var taken []syntax.Edit
	findings := x.findings
	if x.s.Since != nil {
		findings = x.s.Since.news(x.repo.File(x.path), findings)
	}
	for _, f := range findings {
		if f.Suppressed != nil || x.s.Rules != nil && !x.s.Rules[f.Rule] && !x.s.Rules[Base(f.Rule)] {
			continue
		}
		for _, fix := range f.Fixes {
			c := candidate{f, fix}
			if (fix.Safety != Safe && !x.s.Unsafe) || len(fix.Edits) == 0 || x.refused[refusalKey(c)] {
				continue
			}
			if overlap(taken, fix.Edits) {
				break
			}
			taken = append(taken, fix.Edits...)
			out = append(out, c)
			break
		}
	}
	return out
}

// overlap reports that two edits touch the same bytes or the same place.
func overlap(a, b []syntax.Edit) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Start <= y.End && y.Start <= x.End {
				return true
			}
		}
	}
	return false
}

// try applies the fixes of a round and keeps the new text when it holds what the contract says.
func (x *fixer) try(out *FixedFile, round []candidate) bool {
	next, reason := x.apply(round)
	if reason != "" {
		return false
	}
	x.repo, x.findings = next.repo, next.findings
	out.New = x.repo.File(x.path).Text
	for _, c := range round {
		out.Applied = append(out.Applied, Applied{c.Rule, c.fix.Title})
	}
	return true
}

type outcome struct {
	repo     *repo.Repo
	findings []Finding
}

// apply makes the edits and checks the result; reason says why it cannot stand.
func (x *fixer) apply(round []candidate) (next outcome, reason string) {
	var edits []syntax.Edit
	for _, c := range round {
		edits = append(edits, c.fix.Edits...)
	}
	old := x.repo.File(x.path)
	text, err := ApplyEdits(old.Text, edits)
	if err != nil {
		return next, err.Error()
	}
	if text == old.Text {
		return next, "it changes nothing"
	}
	next.repo = x.repo.Replace(x.path, text)
	if more := len(next.repo.File(x.path).Errs) - len(old.Errs); more > 0 {
		return next, "the file would no longer be valid: " + next.repo.File(x.path).Errs[0].Message
	}
	s := x.s.Settings
	s.Only = func(path string) bool { return path == x.path }
	s.Workers = 1
	next.findings = Run(next.repo, s).Findings
	applied := map[string]int{}
	for _, c := range round {
		applied[c.Rule]++
	}
	before, after := count(x.findings), count(next.findings)
	for _, f := range next.findings {
		if after[f.Rule] > before[f.Rule] {
			return next, "it would bring a new finding of " + f.Rule + ": " + f.Message
		}
	}
	for rule, n := range applied {
		if after[rule] > before[rule]-n {
			return next, "the finding would stay, or another take its place"
		}
	}
	return next, ""
}

func count(fs []Finding) map[string]int {
	n := map[string]int{}
	for _, f := range fs {
		if f.Suppressed == nil {
			n[f.Rule]++
		}
	}
	return n
}

// ApplyEdits returns text with the edits made. Edits may come in any order; those that overlap or lie outside are an error.
func ApplyEdits(text string, edits []syntax.Edit) (string, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b syntax.Edit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	var b strings.Builder
	at := 0
	for _, e := range edits {
		if e.Start < at || e.End < e.Start || e.End > len(text) {
			return "", fmt.Errorf("the fix has edits that overlap or lie outside the file")
		}
		b.WriteString(text[at:e.Start])
		b.WriteString(e.New)
		at = e.End
	}
	b.WriteString(text[at:])
	return b.String(), nil
}
