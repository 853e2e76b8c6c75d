package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// The messages of the Reviewdog Diagnostic Format that are written, by the names of its proto.
type (
	rdResult struct {
		Source      rdSource       `json:"source"`
		Diagnostics []rdDiagnostic `json:"diagnostics"`
	}
	rdSource     struct{ Name string }
	rdDiagnostic struct {
		Message     string         `json:"message"`
		Location    rdLocation     `json:"location"`
		Severity    string         `json:"severity"`
		Code        *rdCode        `json:"code"`
		Suggestions []rdSuggestion `json:"suggestions"`
		Related     []rdRelated    `json:"related_locations"`
	}
	rdCode struct {
		Value string `json:"value"`
		URL   string `json:"url"`
	}
	rdLocation struct {
		Path  string   `json:"path"`
		Range *rdRange `json:"range"`
	}
	rdRange    struct{ Start, End rdPosition }
	rdPosition struct {
		Line   int32 `json:"line"`
		Column int32 `json:"column"`
	}
	rdSuggestion struct {
		Range rdRange `json:"range"`
		Text  string  `json:"text"`
	}
	rdRelated struct {
		Message  string     `json:"message"`
		Location rdLocation `json:"location"`
	}
)

func decodeStrictly(t *testing.T, text string, into any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}

// readableOf returns what a JSON reader gets for a text.
func readableOf(s string) string { return string([]rune(s)) }

func TestRDJSON(t *testing.T) {
	for name, r := range reports() {
		text := render(t, "rdjson", r, Options{ShowSuppressed: true, Page: urls})
		if strings.Contains(text, "null") && !strings.Contains(name, "null") {
			t.Errorf("%q: there is a null", name)
		}
		var doc rdResult
		decodeStrictly(t, text, &doc)
		v := newView(r, Options{ShowSuppressed: true})
		if got, want := len(doc.Diagnostics), len(v.shown)+len(v.problems); got != want {
			t.Fatalf("%q: %d diagnostics, want %d", name, got, want)
		}
		for _, d := range doc.Diagnostics {
			if d.Message == "" && name != "zero finding" || d.Location.Path == "" || !strings.Contains(" ERROR WARNING INFO ", " "+d.Severity+" ") {
				t.Errorf("%q: incomplete: %+v", name, d)
			}
			for _, s := range d.Suggestions {
				checkRange(t, &s.Range)
			}
			for _, l := range d.Related {
				checkRange(t, l.Location.Range)
			}
			checkRange(t, d.Location.Range)
		}
	}
}

func checkRange(t *testing.T, r *rdRange) {
	t.Helper()
	if r != nil && (r.Start.Line < 1 || r.Start.Column < 1 || r.End.Line < r.Start.Line || r.End.Line == r.Start.Line && r.End.Column < r.Start.Column) {
		t.Errorf("no range: %+v", *r)
	}
}

// TestByteColumns shows that a reader who cuts the lines of the file at the columns finds the span.
func TestByteColumns(t *testing.T) {
	for _, text := range []string{"a𐐀b: c\r\n日本: ${{ x }}\nlast", "\ufeffkey: 日本\nsecond"} {
		src := syntax.NewSource("a.yml", text)
		lines := strings.SplitAfter(text, "\n")
		for start := range len(text) + 1 {
			p := bytePosition(src, start)
			off := p.Column - 1
			for _, line := range lines[:p.Line-1] {
				off += len(line)
			}
			if off != start {
				t.Errorf("%q at %d: %+v leads to %d", text, start, p, off)
			}
		}
	}
}

// TestSuggestions applies each suggestion as a reader does and compares it with the fix.
func TestSuggestions(t *testing.T) {
	const text = "on: push\njobs:\n  日本: {a: 1, b: 2}\n  last: x\n"
	edit := func(needle, new string) syntax.Edit { return syntax.Edit{Span: at(text, needle, 0), New: new} }
	cases := []struct {
		name  string
		edits []syntax.Edit
		want  string // the text after the fix; "": no suggestion
	}{
		{"one", []syntax.Edit{edit("push", "pull_request")}, "on: pull_request\njobs:\n  日本: {a: 1, b: 2}\n  last: x\n"},
		{"several, out of order", []syntax.Edit{edit("b: 2", "b: 3"), edit("a: 1", "a: 日")}, "on: push\njobs:\n  日本: {a: 日, b: 3}\n  last: x\n"},
		{"over lines", []syntax.Edit{edit("push\n", "x\n"), edit("last", "first")}, "on: x\njobs:\n  日本: {a: 1, b: 2}\n  first: x\n"},
		{"insertions at one place", []syntax.Edit{{Span: syntax.Span{Start: 9, End: 9}, New: "a"}, {Span: syntax.Span{Start: 9, End: 9}, New: "b"}}, "on: push\nabjobs:\n  日本: {a: 1, b: 2}\n  last: x\n"},
		{"removal", []syntax.Edit{edit("  last: x\n", "")}, "on: push\njobs:\n  日本: {a: 1, b: 2}\n"},
		{"none", nil, ""},
		{"overlap", []syntax.Edit{edit("on: push", "x"), edit("push", "y")}, ""},
		{"outside", []syntax.Edit{{Span: syntax.Span{Start: 5, End: 500}, New: "x"}}, ""},
		{"not UTF-8", []syntax.Edit{edit("push", "\xff")}, ""},
		{"long", []syntax.Edit{edit("push", strings.Repeat("x", maxSuggestion+1))}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := lint.Finding{Rule: "a", Path: "a.yml", Message: "m", Fixes: []lint.Fix{{Edits: c.edits}, {Edits: []syntax.Edit{edit("on", "never")}}}}
			r := &Report{Findings: []lint.Finding{f}, Sources: sources(map[string]string{"a.yml": text})}
			var doc rdResult
			decodeStrictly(t, render(t, "rdjson", r, Options{}), &doc)
			got := ""
			for _, s := range doc.Diagnostics[0].Suggestions {
				got += apply(text, s)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// apply is what reviewdog does: it keeps what stands in front of the range in its first line and behind it in its last.
func apply(text string, s rdSuggestion) string {
	lines := strings.SplitAfter(text, "\n")
	first, last := s.Range.Start.Line-1, s.Range.End.Line-1
	changed := lines[first][:s.Range.Start.Column-1] + s.Text + lines[last][s.Range.End.Column-1:]
	return strings.Join(lines[:first], "") + changed + strings.Join(lines[last+1:], "")
}

func TestRDJSONSays(t *testing.T) {
	var doc rdResult
	decodeStrictly(t, render(t, "rdjson", sample(), Options{ShowSuppressed: true, Page: pages}), &doc)
	got := map[string]string{}
	for _, d := range doc.Diagnostics {
		if d.Code != nil {
			got[d.Code.Value] = d.Severity + " " + d.Message + d.Code.URL
		}
	}
	want := map[string]string{}
	for _, f := range sample().Findings {
		severity := map[lint.Level]string{lint.Error: "ERROR", lint.Warning: "WARNING", lint.Note: "INFO"}[f.Severity.Level()]
		want[f.Rule] = severity + " " + f.Message
		if f.Suppressed != nil {
			want[f.Rule] = "INFO suppressed: " + f.Message
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
