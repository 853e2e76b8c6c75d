package lint

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/syntax"
)

func TestJoinAlike(t *testing.T) {
	span := func(start int) syntax.Span { return syntax.Span{Start: start, End: start + 2} }
	fix := func(start int) []Fix {
		return []Fix{{Title: "wait", Safety: Safe, Edits: []syntax.Edit{{Span: syntax.Span{Start: start, End: start}, New: "x"}}}}
	}
	alike := func(start int) Finding {
		return Finding{Rule: "alike", Path: "a.yml", Span: span(start), Severity: Low, Message: "m", Fixes: fix(start)}
	}
	change := func(f Finding, how func(*Finding)) Finding {
		how(&f)
		return f
	}
	r := &Result{
		Rules: []*Rule{{ID: "alike", Alike: true}, {ID: "each"}},
		Findings: []Finding{
			alike(10),
			{Rule: "each", Path: "a.yml", Span: span(12), Message: "m"},
			{Rule: "each", Path: "a.yml", Span: span(14), Message: "m"},
			change(alike(20), func(f *Finding) { f.Related = []Place{{Span: span(5), Message: "the secret"}} }),
			change(alike(22), func(f *Finding) { f.Message = "other" }),
			change(alike(24), func(f *Finding) { f.Suppressed = &Suppression{} }),
			change(alike(26), func(f *Finding) { f.Trace = []Place{{Span: span(1)}} }),
			change(alike(28), func(f *Finding) { f.Related = []Place{{Span: span(5), Message: "the secret"}} }),
			change(alike(30), func(f *Finding) { f.Path = "b.yml" }),
			change(alike(32), func(f *Finding) { f.Path, f.Fixes = "b.yml", nil }),
		},
	}
	r.JoinAlike()
	first := alike(10)
	first.Message = "m (2 more in this file)"
	first.Related = []Place{{Span: span(20), Message: "here, too"}, {Span: span(5), Message: "the secret"}, {Span: span(28), Message: "here, too"}}
	first.Fixes[0].Edits = []syntax.Edit{fix(10)[0].Edits[0], fix(20)[0].Edits[0], fix(28)[0].Edits[0]}
	other := change(alike(30), func(f *Finding) {
		f.Path, f.Message = "b.yml", "m (1 more in this file)"
		f.Related = []Place{{Span: span(32), Message: "here, too"}}
	})
	want := []Finding{
		first,
		{Rule: "each", Path: "a.yml", Span: span(12), Message: "m"},
		{Rule: "each", Path: "a.yml", Span: span(14), Message: "m"},
		change(alike(22), func(f *Finding) { f.Message = "other" }),
		change(alike(24), func(f *Finding) { f.Suppressed = &Suppression{} }),
		change(alike(26), func(f *Finding) { f.Trace = []Place{{Span: span(1)}} }),
		other,
	}
	if diff := cmp.Diff(want, r.Findings); diff != "" {
		t.Error(diff)
	}
}

func TestJoinAlikeKeepsFixesApart(t *testing.T) {
	same := []Fix{{Title: "t", Safety: Safe, Edits: []syntax.Edit{{Span: syntax.Span{Start: 3, End: 5}, New: "x"}}}}
	r := &Result{Rules: []*Rule{{ID: "r", Alike: true}}, Findings: []Finding{
		{Rule: "r", Span: syntax.Span{Start: 1, End: 2}, Fixes: same},
		{Rule: "r", Span: syntax.Span{Start: 7, End: 9}, Fixes: same},
	}}
	r.JoinAlike()
	if diff := cmp.Diff(same, r.Findings[0].Fixes); diff != "" || len(r.Findings) != 1 {
		t.Errorf("%d findings; %s", len(r.Findings), diff)
	}
}

// TestJoinAlikeByText checks that findings which tell how things go on are joined only where the same text stands.
func TestJoinAlikeByText(t *testing.T) {
	at := func(start int) Finding {
		return Finding{Rule: "r", Path: "a.yml", Span: syntax.Span{Start: start, End: start + 2}, Trace: []Place{{Span: syntax.Span{Start: start}}}}
	}
	r := &Result{
		Rules:    []*Rule{{ID: "r", Alike: true}},
		Sources:  map[string]*syntax.Source{"a.yml": syntax.NewSource("a.yml", "ab cd ab")},
		Findings: []Finding{at(0), at(3), at(6)},
	}
	r.JoinAlike()
	first := at(0)
	first.Message = " (1 more in this file)"
	first.Related = []Place{{Span: at(6).Span, Message: "here, too"}}
	if diff := cmp.Diff([]Finding{first, at(3)}, r.Findings); diff != "" {
		t.Error(diff)
	}
}
