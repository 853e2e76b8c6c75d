package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

type gitlabIssue struct {
	Description string `json:"description"`
	Check       string `json:"check_name"`
	Fingerprint string `json:"fingerprint"`
	Severity    string `json:"severity"`
	Location    struct {
		Path  string `json:"path"`
		Lines struct {
			Begin int `json:"begin"`
			End   int `json:"end"`
		} `json:"lines"`
	} `json:"location"`
}

func TestGitLab(t *testing.T) {
	severities := map[lint.Severity]string{lint.Critical: "blocker", lint.High: "critical", lint.Medium: "major", lint.Low: "minor", lint.Info: "info"}
	for name, r := range reports() {
		v := newView(r, Options{ShowSuppressed: true})
		want, got := map[string]int{}, map[string]int{}
		for _, f := range v.shown {
			severity, message := severities[f.Severity], f.Message
			if f.Suppressed != nil {
				severity, message = "info", "suppressed: "+message
			}
			want[readableOf(strings.Join([]string{orRoot(f.Path), f.Rule, severity, message}, "\n"))]++
		}
		for _, p := range v.problems {
			want[readableOf(strings.Join([]string{orRoot(p.Path), "problem", "major", "could not check: " + p.Message}, "\n"))]++
		}
		var issues []gitlabIssue
		decodeStrictly(t, render(t, "gitlab", r, Options{ShowSuppressed: true}), &issues)
		seen := map[string]bool{}
		for _, issue := range issues {
			got[strings.Join([]string{issue.Location.Path, issue.Check, issue.Severity, issue.Description}, "\n")]++
			if seen[issue.Fingerprint] || issue.Fingerprint == "" {
				t.Errorf("%q: the fingerprint %q is not unique", name, issue.Fingerprint)
			}
			seen[issue.Fingerprint] = true
			if lines := issue.Location.Lines; lines.Begin < 1 || lines.End < lines.Begin {
				t.Errorf("%q: no lines: %+v", name, lines)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", name, diff)
		}
	}
}

func TestGitLabFingerprints(t *testing.T) {
	finding := func(path, print string) lint.Finding {
		return lint.Finding{Rule: "r", Path: path, Message: "m", Fingerprint: print}
	}
	list := func(fs ...lint.Finding) (prints []string) {
		var issues []gitlabIssue
		decodeStrictly(t, render(t, "gitlab", &Report{Findings: fs}, Options{}), &issues)
		for _, issue := range issues {
			prints = append(prints, issue.Fingerprint)
		}
		return prints
	}
	one := list(finding("one/a.yml", "f"), finding("two/a.yml", "f"))
	if one[0] != "f" || one[1] == "f" {
		t.Errorf("got %q, want that of the finding first", one)
	}
	more := list(finding("one/a.yml", "f"), finding("one/b.yml", "g"), finding("two/a.yml", "f"))
	if diff := cmp.Diff(one, []string{more[0], more[2]}); diff != "" {
		t.Errorf("another finding changes the fingerprints:\n%s", diff)
	}
}

func TestGitLabLines(t *testing.T) {
	text := "a\nb\nc\n"
	cases := []struct {
		span       syntax.Span
		begin, end int
	}{
		{syntax.Span{Start: 0, End: 1}, 1, 1},
		{syntax.Span{Start: 0, End: 2}, 1, 1},
		{syntax.Span{Start: 0, End: 3}, 1, 2},
		{syntax.Span{Start: 2, End: 2}, 2, 2},
		{syntax.Span{Start: 6, End: 6}, 4, 4},
	}
	for _, c := range cases {
		var issues []gitlabIssue
		r := &Report{Findings: []lint.Finding{{Path: "a", Span: c.span}}, Sources: sources(map[string]string{"a": text})}
		decodeStrictly(t, render(t, "gitlab", r, Options{}), &issues)
		if lines := issues[0].Location.Lines; lines.Begin != c.begin || lines.End != c.end {
			t.Errorf("%v: got lines %d to %d, want %d to %d", c.span, lines.Begin, lines.End, c.begin, c.end)
		}
	}
}
