package lint

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/syntax"
)

func TestFold(t *testing.T) {
	at := func(start int) syntax.Span { return syntax.Span{Start: start, End: start + 1} }
	fix := func(title string, safety Safety, starts ...int) Fix {
		f := Fix{Title: title, Safety: safety}
		for _, start := range starts {
			f.Edits = append(f.Edits, syntax.Edit{Span: at(start), New: "x"})
		}
		return f
	}
	// finding is one of a rule that folds.
	finding := func(start int, fixes ...Fix) Finding {
		return Finding{Rule: "r", Path: "a.yml", Span: at(start), Severity: Low, Confidence: Sure, Message: "m", Same: "m", Fixes: fixes}
	}
	with := func(f Finding, change func(*Finding)) Finding {
		change(&f)
		return f
	}
	// folded is the finding at start that stands for those at others, too.
	folded := func(start int, others []int, fixes ...Fix) Finding {
		f := finding(start, fixes...)
		f.Repeats = len(others)
		for _, o := range others {
			f.Related = append(f.Related, Place{Path: "a.yml", Span: at(o), Message: "here, too"})
		}
		return f
	}
	see := Place{Span: at(90), Message: "see"}
	tests := []struct {
		name     string
		in, want []Finding
	}{
		{"nothing", nil, []Finding{}},
		{"one", []Finding{finding(1)}, []Finding{finding(1)}},
		{"three", []Finding{finding(1), finding(5), finding(9)}, []Finding{folded(1, []int{5, 9})}},
		{
			"what differs stays",
			[]Finding{
				finding(1),
				with(finding(2), func(f *Finding) { f.Path = "b.yml" }),
				with(finding(3), func(f *Finding) { f.Rule = "other" }),
				with(finding(4), func(f *Finding) { f.Severity = High }),
				with(finding(5), func(f *Finding) { f.Confidence = Likely }),
				with(finding(6), func(f *Finding) { f.Same = "n" }),
			},
			[]Finding{
				finding(1),
				with(finding(2), func(f *Finding) { f.Path = "b.yml" }),
				with(finding(3), func(f *Finding) { f.Rule = "other" }),
				with(finding(4), func(f *Finding) { f.Severity = High }),
				with(finding(5), func(f *Finding) { f.Confidence = Likely }),
				with(finding(6), func(f *Finding) { f.Same = "n" }),
			},
		},
		{
			"in other files, but for what has a fix",
			[]Finding{
				with(finding(1), func(f *Finding) { f.Anywhere = true }),
				with(finding(2, fix("set", Safe, 2)), func(f *Finding) { f.Anywhere = true }),
				with(finding(3), func(f *Finding) { f.Path, f.Anywhere, f.Related = "b.yml", true, []Place{see} }),
			},
			[]Finding{
				with(finding(1), func(f *Finding) {
					f.Anywhere, f.Repeats = true, 1
					f.Related = []Place{{Path: "b.yml", Span: at(3), Message: "here, too"}}
				}),
				with(finding(2, fix("set", Safe, 2)), func(f *Finding) { f.Anywhere = true }),
			},
		},
		{
			"what stands alone and what is suppressed",
			[]Finding{
				with(finding(1), func(f *Finding) { f.Same = "" }),
				with(finding(2), func(f *Finding) { f.Same = "" }),
				with(finding(3), func(f *Finding) { f.Suppressed = &Suppression{Kind: "comment"} }),
				finding(4),
			},
			[]Finding{
				with(finding(1), func(f *Finding) { f.Same = "" }),
				with(finding(2), func(f *Finding) { f.Same = "" }),
				with(finding(3), func(f *Finding) { f.Suppressed = &Suppression{Kind: "comment"} }),
				finding(4),
			},
		},
		{
			"places that both speak of are told once",
			[]Finding{
				with(finding(1), func(f *Finding) { f.Related = []Place{see} }),
				with(finding(5), func(f *Finding) {
					f.Related = []Place{{Path: "a.yml", Span: see.Span, Message: "see"}, {Path: "b.yml", Span: see.Span}}
				}),
			},
			[]Finding{with(folded(1, []int{5}), func(f *Finding) {
				f.Related = append(f.Related, Place{Path: "a.yml", Span: see.Span, Message: "see"}, Place{Path: "b.yml", Span: see.Span})
			})},
		},
		{
			"a fix for all",
			[]Finding{finding(1, fix("set", Safe, 1)), finding(5, fix("set", Safe, 5))},
			[]Finding{folded(1, []int{5}, fix("set in both places", Safe, 1, 5))},
		},
		{
			"a fix that is safe in some places",
			[]Finding{finding(1, fix("set", Safe, 1)), finding(5, fix("set", Unsafe, 5)), finding(9)},
			[]Finding{folded(1, []int{5, 9}, fix("set in 2 of 3 places", Unsafe, 1, 5), fix("set in 1 of 3 places", Safe, 1))},
		},
		{
			"alternatives",
			[]Finding{finding(1, fix("pin", Unsafe, 1), fix("drop", Safe, 2)), finding(5, fix("drop", Safe, 6))},
			[]Finding{folded(1, []int{5}, fix("pin in 1 of 2 places", Unsafe, 1), fix("drop in both places", Safe, 2, 6))},
		},
		{
			"the same fix for all",
			[]Finding{finding(1, fix("move", Safe, 1, 5)), finding(5, fix("move", Safe, 1, 5))},
			[]Finding{folded(1, []int{5}, fix("move", Safe, 1, 5))},
		},
		{
			"fixes of one kind",
			[]Finding{
				finding(1, Fix{Title: "pin to v1", Same: "pin", Safety: Safe, Edits: fix("", Safe, 1).Edits}),
				finding(5, Fix{Title: "pin to v2", Same: "pin", Safety: Safe, Edits: fix("", Safe, 5).Edits}),
				finding(7),
			},
			[]Finding{folded(1, []int{5, 7}, fix("pin in 2 of 3 places", Safe, 1, 5))},
		},
		{
			"edits in common and in the way",
			[]Finding{finding(1, fix("set", Safe, 1, 2)), finding(5, fix("set", Safe, 1)), finding(7, fix("set", Safe, 2, 8))},
			[]Finding{folded(1, []int{5, 7}, fix("set in 2 of 3 places", Safe, 1, 2))},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Fold(tt.in)); diff != "" {
				t.Errorf("Fold (-want +got):\n%s", diff)
			}
		})
	}
}
