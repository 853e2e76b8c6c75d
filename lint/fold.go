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

// foldPlaces returns where else the fault is, and then the places that the findings speak of, each once.
func foldPlaces(all []*Finding) []Place {
	var out []Place
	for _, f := range all[1:] {
		out = append(out, Place{Path: f.Path, Span: f.Span, Message: cmp.Or(f.Here, "here, too")})
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
	var titles []string
	for _, f := range all {
		for _, fix := range f.Fixes {
			if !slices.Contains(titles, fix.Title) {
				titles = append(titles, fix.Title)
			}
		}
	}
	var out []Fix
	for _, title := range titles {
		every, safe := joinFixes(all, title, Unsafe), joinFixes(all, title, Safe)
		if safe.places < every.places {
			out = append(out, Fix{Title: every.title(title, len(all)), Safety: Unsafe, Edits: every.edits})
		}
		if safe.places > 0 {
			out = append(out, Fix{Title: safe.title(title, len(all)), Safety: Safe, Edits: safe.edits})
		}
	}
	return out
}

// joint is one fix for several findings.
type joint struct {
	edits  []syntax.Edit
	parts  int // fixes that it is made of
	places int // findings that it repairs
}

// joinFixes makes the fixes of this title that need no more of a look than atMost one fix, of n findings. One whose edits get in
// the way of others is left out; one that repairs what others repair, too, has nothing to add.
func joinFixes(all []*Finding, title string, atMost Safety) (out joint) {
	for _, f := range all {
		i := slices.IndexFunc(f.Fixes, func(x Fix) bool { return x.Title == title && x.Safety <= atMost })
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
	}
	return out
}

// title says in how many of all places the fix repairs something, unless it is the fix of each of them.
func (j joint) title(title string, all int) string {
	switch {
	case j.places < all:
		return fmt.Sprintf("%s in %d of %d places", title, j.places, all)
	case j.parts < 2:
		return title
	}
	if all == 2 {
		return title + " in both places"
	}
	return fmt.Sprintf("%s in all %d places", title, all)
}
