package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// repeated is a report with a fault in each of the lines 2 to n+1 of a file.
func repeated(n int) *Report {
	text := "steps:\n" + strings.Repeat("- uses: a/b@v1\n", n)
	r := &Report{Sources: sources(map[string]string{ci: text}), Files: 1}
	for i := range n {
		span := at(text, "a/b@v1", i)
		r.Findings = append(r.Findings, lint.Finding{
			Rule: "unpinned-uses", Path: ci, Span: span, Severity: lint.High, Confidence: lint.Sure, Message: "by a tag", Same: "by a tag",
			Fixes: []lint.Fix{{Title: "pin it", Safety: lint.Safe, Edits: []syntax.Edit{{Span: span, New: "x"}}}},
		})
	}
	return r
}

func TestRepeats(t *testing.T) {
	tests := []struct {
		n    int
		want string
	}{
		{1, ""},
		{2, "in line 3"},
		{3, "in the lines 3 and 4"},
		{4, "in the lines 3, 4 and 5"},
		{16, "in the lines 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 and 3 more"},
	}
	for _, tt := range tests {
		v := newView(repeated(tt.n), Options{})
		if diff := cmp.Diff(tt.want, v.repeats(v.shown[0])); diff != "" {
			t.Errorf("%d places (-want +got):\n%s", tt.n, diff)
		}
	}
}

// What is said of other places is said with their lines, the place's own words last.
func TestRepeatsInWords(t *testing.T) {
	r := repeated(12)
	for i := range r.Findings[2:] {
		f := &r.Findings[i+2]
		f.Message, f.Here = "by another tag", fmt.Sprintf("`x%d`", i/2*i/3)
	}
	v := newView(r, Options{})
	want := "in line 3; `x0` in the lines 4, 5 and 6; `x1` in line 7; `x2` in line 8; `x3` in line 9; `x6` in line 10; `x7` in line 11; and 2 more"
	if diff := cmp.Diff(want, v.repeats(v.shown[0])); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

// What can be told with findings of other files is told with those of the same repository.
func TestRepeatsInRepository(t *testing.T) {
	var all Report
	for _, prefix := range []string{"one/", "two/"} {
		r := repeated(2)
		res := &lint.Result{Sources: r.Sources, Findings: r.Findings, Files: 2}
		third := r.Findings[1]
		third.Path = other
		res.Findings = append(res.Findings, third)
		res.Sources[other] = res.Sources[ci]
		for i := range res.Findings {
			res.Findings[i].Anywhere, res.Findings[i].Fixes = true, nil
		}
		all.Add(prefix, res)
	}
	v := newView(&all, Options{})
	var got []string
	for _, f := range v.shown {
		got = append(got, f.Path+" "+v.repeats(f))
	}
	want := []string{"one/" + ci + " in line 3; in one/" + other + ":3", "two/" + ci + " in line 3; in two/" + other + ":3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// Formats whose readers look at one line print each place by itself; the others tell it once, with all places.
func TestRepeatedInFormats(t *testing.T) {
	const one = "also in the lines 3 and 4"
	tests := []struct {
		format string
		each   bool
		count  string // a text that stands there once a finding
		want   int
		part   string
	}{
		{"text", false, "by a tag", 1, "= also: in the lines 3 and 4\n  = help: pin it in all 3 places (`sekisho fix` applies it)"},
		{"text", true, "by a tag", 3, "= help: pin it (`sekisho fix` applies it)"},
		{"json", false, `"message":"by a tag"`, 1, `"title":"pin it in all 3 places"`},
		{"json", true, `"message":"by a tag"`, 3, `"title":"pin it"`},
		{"sarif", false, `"message":{"text":"by a tag`, 1, `[here, too](1), [2](2)`},
		{"junit", false, "<failure", 1, "related: " + ci + ":4:9: here, too"},
		{"github", false, "::error ", 1, "by a tag%0Aalso in the lines 3 and 4"},
		{"summary", false, "by a tag", 1, one},
		{"concise", false, "by a tag", 3, ":4:9: error: by a tag"},
		{"checkstyle", false, "<error", 3, `<error line="4"`},
		{"gitlab", false, `"description"`, 3, `"begin":4`},
		{"rdjson", false, `"message":"by a tag"`, 3, `"line":4`},
	}
	for _, tt := range tests {
		var out bytes.Buffer
		if err := Write(&out, tt.format, repeated(3), Options{Each: tt.each}); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(out.String(), tt.count); n != tt.want || !strings.Contains(out.String(), tt.part) {
			t.Errorf("%s: %d times %q, want %d, and %q, in:\n%s", tt.format, n, tt.count, tt.want, tt.part, out.String())
		}
	}
}

// A rule's page is named with its first finding only.
func TestPageOnce(t *testing.T) {
	var out bytes.Buffer
	if err := Write(&out, "text", repeated(3), Options{Each: true, Page: pages}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "page: "); n != 1 {
		t.Errorf("the page is named %d times in:\n%s", n, out.String())
	}
}
