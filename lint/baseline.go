package lint

import (
	"cmp"
	"slices"

	"sekisho/lint/repo"
)

// BaselineKind is the kind of suppression of findings that a baseline lists.
const BaselineKind = "baseline"

// Baseline lists the findings that a repository lives with for now, so that only others count. It is never changed.
type Baseline struct {
	entries []entry // sorted by path, rule and fault
	at      map[entryKey]int
}

// entry is one or several equal faults of a file.
type entry struct {
	Path, Rule, Fault string
	Count             int  // 1 or more
	Strict            bool // found only with --strict
}

// entryKey tells an entry from others: a fault has one rule.
type entryKey struct{ path, fault string }

func (e *entry) key() entryKey { return entryKey{e.Path, e.Fault} }

func newBaseline(entries []entry) *Baseline {
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Fault, b.Fault))
	})
	b := &Baseline{entries: entries, at: make(map[entryKey]int, len(entries))}
	for i := range entries {
		b.at[entries[i].key()] = i
	}
	return b
}

// NewBaseline returns the baseline of what a run found, save what comments silence.
func NewBaseline(fs []Finding) *Baseline {
	var entries []entry
	at := map[entryKey]int{}
	for i := range fs {
		f := &fs[i]
		if f.Suppressed != nil && f.Suppressed.Kind != BaselineKind {
			continue
		}
		e := entry{Path: validUTF8(f.Path), Rule: f.Rule, Fault: f.fault(), Strict: f.Strict}
		j, seen := at[e.key()]
		if !seen {
			j = len(entries)
			at[e.key()] = j
			entries = append(entries, e)
		}
		entries[j].Count++
	}
	return newBaseline(entries)
}

// Size returns the number of findings in the list.
func (b *Baseline) Size() int { return size(b.entries) }

func size(entries []entry) int {
	n := 0
	for _, e := range entries {
		n += e.Count
	}
	return n
}

// mark suppresses the findings that are in the list. Of more equal ones than it has the last are not.
func (b *Baseline) mark(fs []Finding, r *repo.Repo) {
	t := newTally(b, r)
	for i := range fs {
		if fs[i].Suppressed == nil && t.take(&fs[i]) {
			fs[i].Suppressed = &Suppression{Kind: BaselineKind}
		}
	}
}

// tally counts how much of a baseline is used up.
type tally struct {
	*Baseline
	repo *repo.Repo
	used []int            // of the count of each entry
	gone map[string][]int // the entries of files that are gone, by fault; nil until asked for
}

func newTally(b *Baseline, r *repo.Repo) *tally {
	return &tally{Baseline: b, repo: r, used: make([]int, len(b.entries))}
}

// take uses up one of an entry for a finding: of its file, or else of a file that is gone, as one that was renamed is.
func (t *tally) take(f *Finding) bool {
	fault := f.fault()
	if i, listed := t.at[entryKey{validUTF8(f.Path), fault}]; listed && t.used[i] < t.entries[i].Count {
		t.used[i]++
		return true
	}
	if t.gone == nil {
		t.gone = map[string][]int{}
		for i := range t.entries {
			if e := &t.entries[i]; !t.repo.Exists(e.Path) {
				t.gone[e.Fault] = append(t.gone[e.Fault], i)
			}
		}
	}
	for left := t.gone[fault]; len(left) > 0; left = left[1:] {
		if i := left[0]; t.used[i] < t.entries[i].Count {
			t.used[i]++
			t.gone[fault] = left
			return true
		}
	}
	return false
}

// Stale counts the listed findings that are no longer there. res is what a run with these settings found in r.
func (b *Baseline) Stale(r *repo.Repo, res *Result, s Settings) int { return size(b.stale(r, res, s)) }

// stale lists what the entries have too much. Nothing is said of what was not looked at: files that were not checked in
// whole, and rules that did not run.
func (b *Baseline) stale(r *repo.Repo, res *Result, s Settings) []entry {
	t := newTally(b, r)
	for i := range res.Findings {
		if f := &res.Findings[i]; f.Suppressed != nil && f.Suppressed.Kind == BaselineKind {
			t.take(f)
		}
	}
	seen := newCoverage(r, res, s)
	var out []entry
	for i, e := range b.entries {
		if e.Count -= t.used[i]; e.Count > 0 && seen.holds(&e) {
			out = append(out, e)
		}
	}
	return out
}

// Pruned returns the list without the findings that are no longer there.
func (b *Baseline) Pruned(r *repo.Repo, res *Result, s Settings) *Baseline {
	gone := map[entryKey]int{}
	for _, e := range b.stale(r, res, s) {
		gone[e.key()] = e.Count
	}
	var left []entry
	for _, e := range b.entries {
		if e.Count -= gone[e.key()]; e.Count > 0 {
			left = append(left, e)
		}
	}
	return newBaseline(left)
}

// Updated returns the list of what a run found, and of what is listed and was not looked at.
func (b *Baseline) Updated(r *repo.Repo, res *Result, s Settings) *Baseline {
	found := NewBaseline(res.Findings)
	entries := found.entries
	seen := newCoverage(r, res, s)
	for _, e := range b.entries {
		if seen.holds(&e) {
			continue
		}
		if i, again := found.at[e.key()]; again {
			entries[i].Count = max(entries[i].Count, e.Count)
		} else {
			entries = append(entries, e)
		}
	}
	return newBaseline(entries)
}

// coverage is what a run looked at.
type coverage struct {
	repo     *repo.Repo
	settings Settings
	problems map[string]bool // paths of files and folders that could not be checked in whole
}

func newCoverage(r *repo.Repo, res *Result, s Settings) coverage {
	c := coverage{r, s, map[string]bool{}}
	for _, p := range res.Problems {
		c.problems[p.Path] = true
	}
	return c
}

// holds tells whether a run would have found what an entry stands for.
func (c coverage) holds(e *entry) bool {
	if c.settings.Only != nil && !c.settings.Only(e.Path) || c.troubled(e.Path) {
		return false
	}
	f := c.repo.File(e.Path)
	if f == nil {
		return !c.repo.Exists(e.Path)
	}
	s := c.settings.at(e.Path)
	rule := s.known().Find(e.Rule)
	if rule == nil {
		return true // it will never be found again
	}
	return ran(rule, s) && !s.Off[e.Rule] && (s.Strict || !e.Strict) && f.Root != nil && !f.Root.Partial
}

// troubled tells whether a file, or a folder that holds it, could not be checked.
func (c coverage) troubled(path string) bool {
	for i := 0; i < len(path); i++ {
		if path[i] == '/' && c.problems[path[:i]] {
			return true
		}
	}
	return c.problems[path] || c.problems[""] || c.problems["."]
}
