package lint

import (
	"fmt"
	"slices"

	"sekisho/lint/syntax"
)

// JoinAlike tells findings that say the same about several places of a file once, where their rule asks for it: the first stays, the
// others become related places of it. Comments, the baseline and a comparison with the past have judged each by itself before.
func (r *Result) JoinAlike() {
	joins := map[string]bool{}
	for _, rule := range r.Rules {
		if rule.Alike {
			joins[rule.ID] = true
		}
	}
	at := map[likeness]int{}
	var groups [][]Finding
	for _, f := range r.Findings {
		key, ok := r.likeness(&f)
		if i, seen := at[key]; ok && seen && joins[f.Rule] {
			groups[i] = append(groups[i], f)
			continue
		}
		at[key] = len(groups)
		groups = append(groups, []Finding{f})
	}
	if len(groups) == len(r.Findings) {
		return
	}
	joined := make([]Finding, 0, len(groups))
	for _, group := range groups {
		joined = append(joined, join(group))
	}
	r.Findings = joined
}

// likeness is what findings share that can be told as one.
type likeness struct {
	path, rule, message string
	text                string // where it stands, for one that tells how things go on from there
	severity            Severity
	confidence          Confidence
	strict              bool
}

// likeness returns the likeness of a finding. It fails for one that has a story of its own to tell.
func (r *Result) likeness(f *Finding) (likeness, bool) {
	if f.Suppressed != nil || f.Way != nil {
		return likeness{}, false
	}
	like := likeness{path: f.Path, rule: f.Rule, message: f.Message, severity: f.Severity, confidence: f.Confidence, strict: f.Strict}
	if len(f.Trace) > 0 {
		src := r.Sources[f.Path]
		if src == nil {
			return likeness{}, false
		}
		like.text = src.Slice(f.Span)
	}
	return like, true
}

// join makes one finding of a group in the order of the file.
func join(group []Finding) Finding {
	first := group[0]
	if len(group) == 1 {
		return first
	}
	first.Message += fmt.Sprintf(" (%d more in this file)", len(group)-1) // not every format shows the related places
	first.Related = slices.Clone(first.Related)
	for _, f := range group[1:] {
		first.Related = append(first.Related, Place{Span: f.Span, Message: "here, too"})
		for _, place := range f.Related {
			if !slices.Contains(first.Related, place) {
				first.Related = append(first.Related, place)
			}
		}
	}
	first.Fixes = joinFixes(group)
	return first
}

// joinFixes makes one fix of those of a group that do the same. A fix that only some of them have is left to the first.
func joinFixes(group []Finding) []Fix {
	fixes := slices.Clone(group[0].Fixes)
	for i := range fixes {
		if edits, ok := joinEdits(group, &fixes[i]); ok {
			fixes[i].Edits = edits
		}
	}
	return fixes
}

// joinEdits returns the edits of a fix and of those of the same title in the rest of a group.
func joinEdits(group []Finding, fix *Fix) ([]syntax.Edit, bool) {
	edits := slices.Clone(fix.Edits)
	for _, f := range group[1:] {
		i := slices.IndexFunc(f.Fixes, func(x Fix) bool { return x.Title == fix.Title && x.Safety == fix.Safety })
		if i < 0 || overlap(edits, f.Fixes[i].Edits) {
			return nil, false
		}
		edits = append(edits, f.Fixes[i].Edits...)
	}
	return edits, true
}
