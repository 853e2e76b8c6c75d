package lint

import (
	"fmt"
	"slices"

	"sekisho/lint/syntax"
)

// Fold tells as one finding what a rule says of several places of a file in the same words: the first stands for all, the others
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
		out = append(out, Place{Path: f.Path, Span: f.Span, Message: "here, too"})
	}
	type spot struct {
		path string
		syntax.Span
	}
	seen := map[spot]bool{}
	for _, f := range all {
		for _, p := range f.Related {
			at := spot{p.Path, p.Span}
			if at.path == "" {
				at.path = f.Path
			}
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
		every, n := joinFixes(all, title, Unsafe)
		safe, m := joinFixes(all, title, Safe)
		if m < n {
			out = append(out, Fix{Title: inPlaces(title, n, len(all)), Safety: Unsafe, Edits: every})
		}
		if m > 0 {
			out = append(out, Fix{Title: inPlaces(title, m, len(all)), Safety: Safe, Edits: safe})
		}
	}
	return out
}

// joinFixes makes the fixes of this title that need no more of a look than atMost one fix, of n findings. One whose edits get in
// the way of others is left out; one that repairs what others repair, too, has nothing to add.
func joinFixes(all []*Finding, title string, atMost Safety) (edits []syntax.Edit, n int) {
	for _, f := range all {
		i := slices.IndexFunc(f.Fixes, func(x Fix) bool { return x.Title == title && x.Safety <= atMost })
		if i < 0 {
			continue
		}
		switch fix := f.Fixes[i].Edits; {
		case !slices.ContainsFunc(fix, func(e syntax.Edit) bool { return !slices.Contains(edits, e) }):
		case overlap(edits, fix):
			continue
		default:
			edits = append(edits, fix...)
		}
		n++
	}
	return edits, n
}

// inPlaces says in how many places a fix repairs what it can.
func inPlaces(title string, n, all int) string {
	if n == all {
		return fmt.Sprintf("%s in all %d places", title, all)
	}
	return fmt.Sprintf("%s in %d of %d places", title, n, all)
}
