package lint

import (
	"cmp"
	"fmt"
	"slices"

	"sekisho/lint/syntax"
)

// Fold tells as one finding what a rule says of several places in the same words: the first stands for all, the others
// are the first of its related places, and its fixes repair all of them. fs is not changed, and its order is kept. What is
// suppressed stays by itself.
func Fold(fs []Finding) []Finding {
	type advice struct {
		path, rule, same string
		severity         Severity
		confidence       Confidence
	}
	type group struct {
		at  int // in out
		all []*Finding
	}
	out := make([]Finding, 0, len(fs))
	groups := map[advice]*group{}
	for i := range fs {
		f := &fs[i]
		key := advice{f.Path, f.Rule, f.Same, f.Severity, f.Confidence}
		if f.Anywhere && len(f.Fixes) == 0 {
			key.path = ""
		}
		g := groups[key]
		switch {
		case f.Same == "" || f.Suppressed != nil:
			out = append(out, *f)
		case g == nil:
			groups[key] = &group{len(out), []*Finding{f}}
			out = append(out, *f)
		default:
			g.all = append(g.all, f)
		}
	}
	for _, g := range groups {
		if len(g.all) > 1 {
			f := &out[g.at]
			f.Repeats, f.Related, f.Fixes = len(g.all)-1, foldPlaces(g.all), foldFixes(g.all)
		}
	}
	return out
}

// SameHere is what is said of a place where another finding stands for it, unless the finding of that place says more.
const SameHere = "here, too"

// foldPlaces returns where else the fault is, and then the places that the findings speak of, each once.
func foldPlaces(all []*Finding) []Place {
	var out []Place
	for _, f := range all[1:] {
		place := Place{Path: f.Path, Span: f.Span, Message: SameHere}
		if f.Message != all[0].Message {
			place.Message = cmp.Or(f.Here, SameHere)
		}
		out = append(out, place)
	}
	type spot struct {
		path string
		syntax.Span
	}
	seen := map[spot]bool{}
	if all[0].Anywhere {
		all = all[:1] // of other files the place is enough
	}
	for _, f := range all {
		for _, p := range f.Related {
			if p.Path == "" {
				p.Path = f.Path
			}
			at := spot{p.Path, p.Span}
			if !seen[at] {
				seen[at] = true
				out = append(out, p)
			}
		}
	}
	return out
}

// foldFixes offers each fix for all places that have it, and where it is safe for some of them only, for those as well.
func foldFixes(all []*Finding) []Fix {
	var kinds []string
	for _, f := range all {
		for i := range f.Fixes {
			if kind := f.Fixes[i].kind(); !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
	}
	var out []Fix
	for _, kind := range kinds {
		every, safe := joinFixes(all, kind, Unsafe), joinFixes(all, kind, Safe)
		if safe.places < every.places {
			out = append(out, Fix{Title: every.title(len(all)), Safety: Unsafe, Edits: every.edits})
		}
		if safe.places > 0 {
			out = append(out, Fix{Title: safe.title(len(all)), Safety: Safe, Edits: safe.edits})
		}
	}
	return out
}

// kind is what fixes that are joined agree in.
func (x *Fix) kind() string { return cmp.Or(x.Same, x.Title) }

// joint is one fix for several findings.
type joint struct {
	words  string // its title
	edits  []syntax.Edit
	parts  int // fixes that it is made of
	places int // findings that it repairs
}

// joinFixes makes one of the fixes of a kind that need no more of a look than atMost. One whose edits get in the way of others is
// left out; one that repairs what others repair, too, has nothing to add.
func joinFixes(all []*Finding, kind string, atMost Safety) (out joint) {
	for _, f := range all {
		i := slices.IndexFunc(f.Fixes, func(x Fix) bool { return x.kind() == kind && x.Safety <= atMost })
		if i < 0 {
			continue
		}
		switch edits := f.Fixes[i].Edits; {
		case !slices.ContainsFunc(edits, func(e syntax.Edit) bool { return !slices.Contains(out.edits, e) }):
		case overlap(out.edits, edits):
			continue
		default:
			out.edits = append(out.edits, edits...)
			out.parts++
		}
		out.places++
		switch {
		case out.words == "":
			out.words = f.Fixes[i].Title
		case out.words != f.Fixes[i].Title:
			out.words = kind
		}
	}
	return out
}

// title says in how many of all places the fix repairs something, unless it is the fix of each of them.
func (j joint) title(all int) string {
	switch {
	case j.places < all:
		return fmt.Sprintf("%s in %d of %d places", j.words, j.places, all)
	case j.parts < 2:
		return j.words
	case all == 2:
		return j.words + " in both places"
	}
	return fmt.Sprintf("%s in all %d places", j.words, all)
}
