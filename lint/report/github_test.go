package report

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint"
	"sekisho/lint/linttest/runner"
	"sekisho/lint/syntax"
)

// listed is a report with findings written as "rule severity" in the order of their lines, with "unsure" or "suppressed"
// behind it if they are; "!" stands for what could not be checked.
func listed(list ...string) *Report {
	r := &Report{Sources: sources(map[string]string{"w.yml": strings.Repeat("x\n", 1000)})}
	for i, text := range list {
		words := append(strings.Fields(text), "", "")
		if words[0] == "!" {
			r.Problems = append(r.Problems, lint.Problem{Path: fmt.Sprintf("p%d", i), Message: "m"})
			continue
		}
		severity, err := lint.ParseSeverity(words[1])
		if err != nil {
			panic(err)
		}
		f := lint.Finding{Rule: words[0], Severity: severity, Path: "w.yml", Span: syntax.Span{Start: 2 * i, End: 2*i + 1}, Message: "m"}
		switch words[2] {
		case "unsure":
			f.Confidence = lint.Unsure
		case "suppressed":
			f.Suppressed = &lint.Suppression{Kind: "comment"}
		}
		r.Findings = append(r.Findings, f)
	}
	return r
}

func times(n int, text string) []string { return slices.Repeat([]string{text}, n) }

// TestChoice checks which annotations are kept: each is written as its rule and line, what is left out behind "|".
func TestChoice(t *testing.T) {
	for _, tc := range []struct {
		name string
		list []string
		want string
	}{
		{"nothing", nil, ""},
		{"severity", []string{"a info", "a low", "a medium", "a high", "a critical"}, "error a5 a4, warning a3, notice a2 a1"},
		{"ten", times(10, "a high"), "error a1 a2 a3 a4 a5 a6 a7 a8 a9 a10"},
		{"eleven", times(11, "a high"), "error a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 | 1 more error left out: 1 a"},
		{"one of each rule first", append(times(11, "a high"), "b high", "c high", "b high"),
			"error a1 b12 c13 a2 b14 a3 a4 a5 a6 a7 | 4 more errors left out: 4 a"},
		{"the severe before the varied", append(times(9, "a critical"), "b high", "c high", "a high"),
			"error a1 a2 a3 a4 a5 a6 a7 a8 a9 b10 | 2 more errors left out: 1 a, 1 c"},
		{"the sure first", []string{"a low unsure", "a low", "b low unsure"}, "notice a2 b3 a1"},
		{"kinds are counted apart", slices.Concat(times(11, "a high"), times(12, "b medium"), times(10, "c low"), times(3, "d info")),
			"error a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 | 1 more error left out: 1 a, " +
				"warning b12 b13 b14 b15 b16 b17 b18 b19 b20 b21 | 2 more warnings left out: 2 b, " +
				"notice c24 c25 c26 c27 c28 c29 c30 c31 c32 c33 | 3 more notices left out: 3 d"},
		{"what could not be checked is a warning", append(times(20, "!"), "a medium", "b medium", "a medium"),
			"warning !0 a21 b22 !1 a23 !10 !11 !12 !13 !14 | 13 more warnings left out: 13 could not check"},
		{"suppressed ones come last", append(times(9, "a info"), "b critical suppressed", "c critical suppressed"),
			"notice a1 a2 a3 a4 a5 a6 a7 a8 a9 b10 | 1 more notice left out: 1 c"},
		{"rules that are left out", slices.Concat(times(10, "a critical"), times(3, "g high"), times(2, "f high"), []string{"e high", "d high", "c high", "b high", "h high"}),
			"error a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 | 10 more errors left out: 3 g, 2 f, 1 b, 1 c, 1 d, …"},
	} {
		r := listed(tc.list...)
		for range 5 {
			if diff := cmp.Diff(tc.want, kept(render(t, "github", r, Options{ShowSuppressed: true}))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.name, diff)
			}
			rand.Shuffle(len(r.Findings), func(i, j int) { r.Findings[i], r.Findings[j] = r.Findings[j], r.Findings[i] })
			rand.Shuffle(len(r.Problems), func(i, j int) { r.Problems[i], r.Problems[j] = r.Problems[j], r.Problems[i] })
		}
	}
}

// kept names the annotations in out.
func kept(out string) string {
	var b strings.Builder
	last := ""
	for _, c := range runner.Commands(out) {
		if c.Name != last {
			if last != "" {
				b.WriteString(", ")
			}
			b.WriteString(c.Name)
		}
		last = c.Name
		title, _, _ := strings.Cut(c.Properties["title"], " (")
		if title == "could not check" {
			title = "!" + strings.TrimPrefix(c.Properties["file"], "p")
		}
		b.WriteString(" " + title + c.Properties["line"])
		if _, rest, ok := strings.Cut(c.Data, "\n\n"); ok {
			b.WriteString(" | " + strings.Replace(rest, " here, as GitHub shows 10 of a kind for each step", "", 1))
		}
	}
	return b.String()
}

// TestPlaces checks where annotations come to stand after the runner has dropped what it does not take.
func TestPlaces(t *testing.T) {
	text := "日本語: ab\nb:\n  c\n\nlast"
	for _, tc := range []struct {
		name string
		span syntax.Span
		want map[string]string
	}{
		{"a part of a line", at(text, "ab", 0), map[string]string{"line": "1", "endLine": "1", "col": "6", "endColumn": "7"}},
		{"one character", at(text, "本", 0), map[string]string{"line": "1", "endLine": "1", "col": "2", "endColumn": "2"}},
		{"a line and its end", at(text, "ab\n", 0), map[string]string{"line": "1", "endLine": "1", "col": "6", "endColumn": "7"}},
		{"several lines", at(text, "b:\n  c\n", 0), map[string]string{"line": "2", "endLine": "2", "col": "1", "endColumn": "2"}},
		{"a line end", at(text, "\n\nlast", 0), map[string]string{"line": "3", "endLine": "3", "col": "4", "endColumn": "4"}},
		{"nothing", syntax.Span{Start: len(text), End: len(text)}, map[string]string{"line": "5", "endLine": "5", "col": "5", "endColumn": "5"}},
		{"outside", syntax.Span{Start: 900, End: -3}, map[string]string{"line": "5", "endLine": "5", "col": "5", "endColumn": "5"}},
	} {
		r := &Report{Sources: sources(map[string]string{"a,b:c%.yml": text}), Findings: []lint.Finding{{Rule: "r", Severity: lint.High, Path: "a,b:c%.yml", Span: tc.span, Message: "m"}}}
		tc.want["file"], tc.want["title"] = "a,b:c%.yml", "r (high)"
		if diff := cmp.Diff([]runner.Command{{Name: "error", Properties: tc.want, Data: "m"}}, runner.Commands(render(t, "github", r, Options{}))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func TestLongAnnotation(t *testing.T) {
	for _, n := range []int{1, 11} {
		r := listed(times(n, "a high")...)
		for i := range r.Findings {
			r.Findings[i].Message = strings.Repeat("🚀", 3000)
			r.Findings[i].Rule = strings.Repeat("r", 300)
		}
		cs := runner.Commands(render(t, "github", r, Options{}))
		last := cs[len(cs)-1]
		message, rest, _ := strings.Cut(last.Data, "\n\n")
		if units(last.Data) > maxData || units(last.Data) < maxData-1 || !strings.HasSuffix(message, "🚀 … (cut)") {
			t.Errorf("%d units, ends with %q", units(last.Data), last.Data[len(last.Data)-40:])
		}
		if (n > 10) != strings.HasPrefix(rest, "1 more error left out here") {
			t.Errorf("what is left out: %q", rest)
		}
		if title := last.Properties["title"]; units(title) > maxTitle || !strings.HasSuffix(title, cutMark) {
			t.Errorf("title %q", title)
		}
	}
}

// TestFormat checks that nothing in a message is taken for a verb of a format, and that what is hidden is shown.
func TestFormat(t *testing.T) {
	r := listed("a high", "!")
	r.Findings[0].Message = "100% of %s at %d::x\n##[error]y\x1b[1m"
	r.Problems[0] = lint.Problem{Message: "%v,\x00"}
	want := []runner.Command{
		{Name: "error", Properties: map[string]string{"file": "w.yml", "line": "1", "endLine": "1", "col": "1", "endColumn": "1", "title": "a (high)"}, Data: `100% of %s at %d::x\n##\[error]y\x1b[1m`},
		{Name: "warning", Properties: map[string]string{"title": "could not check"}, Data: `could not check: %v,\x00`},
	}
	if diff := cmp.Diff(want, runner.Commands(render(t, "github", r, Options{}))); diff != "" {
		t.Error(diff)
	}
}
