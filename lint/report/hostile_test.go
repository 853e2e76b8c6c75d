package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"sekisho/lint"
	"sekisho/lint/linttest/runner"
	"sekisho/lint/syntax"
)

// hostile texts try to drive the terminal or the runner.
func hostile() []string {
	return []string{
		"::error file=a::owned",
		" \t\u00a0\u3000::error::owned",
		"\u00a0\u3000::error::owned",
		"\ufe0f::error::owned",
		"\u0301 ::error::owned",
		"a\n::error::owned",
		"a\r::error::owned",
		"a\u2028::error::owned\u0085::error::owned\v::error::owned",
		"##[error]owned",
		"x ###[error]owned ##\u200b[error] #\ufe0f#[error] ##\u0301[error] ##\u00ad[error]",
		"\x1b[31mred\x1b]8;;http://x\x07link\x1b]8;;\x07",
		"\u009b31m \x7f \x00 \x08\x08\x08",
		"\u202eevil\u2066\u200b\u200d\ufeff\u2069",
		"\xff\xfe\xed\xa0\x80 half \xe6\x97",
		"👩\u200d👩 ⚠\ufe0f a\ufe0f \U000e0041 \ue000 \U0010ffff \u3164",
		"e\u0301 日本語 ＃＃［error］",
		"\t\t::error::\ttabs",
		"a|b [c](d) ![e](f) <script>g</script> <!-- h --> &amp; **i** _j_ ~~k~~ `l|m` ``n`` $o$ \\| https://p.example www.q.example r@s.example",
		"\"]\n```\n%%{init: {}}%% --> x; subgraph end `",
		"</code></summary></details>\n# heading\n- item",
	}
}

// attack builds a report that has text in every place that a file can reach.
func attack(text string, start, end int) *Report {
	path := text + ".yml"
	span := syntax.Span{Start: start, End: end}
	places := []lint.Place{
		{Span: syntax.Span{Start: end, End: start}, Message: text},
		{Path: "b" + text, Span: span, Message: text},
		{Path: text, Span: span},
	}
	f := lint.Finding{
		Rule: text, Path: path, Span: span, Severity: lint.High, Confidence: lint.Unsure, Message: text,
		Related: places, Trace: places, Fingerprint: text,
		Fixes: []lint.Fix{{Title: text, Safety: lint.Safe, Edits: []syntax.Edit{{Span: span, New: text}}}},
		Way:   &lint.Way{Events: []string{text, "b" + text}, Job: text, Goal: text},
	}
	marked := f
	marked.Suppressed = &lint.Suppression{Span: span, Reason: text, Kind: text}
	return &Report{
		Files:    1,
		Rules:    []*lint.Rule{{ID: text, Summary: text, Doc: text, Severity: lint.High, Tags: []string{text, "cwe-" + text, "owasp-cicd-sec-1"}}},
		Findings: []lint.Finding{f, marked},
		Problems: []lint.Problem{{Path: path, Message: text}, {Message: text}},
		Sources:  sources(map[string]string{path: text, "b" + text: "a\n\n" + text + "\n" + text, text: ""}),
	}
}

// harm returns what a terminal or a runner would obey in out, or what a page would take for a part of itself; else "".
func harm(format, out string, color bool) string {
	if color {
		for _, s := range []style{bold, dim, red, yellow, cyan, "0"} {
			out = strings.ReplaceAll(out, "\x1b["+string(s)+"m", "")
		}
	}
	if !utf8.ValidString(out) {
		return "invalid UTF-8"
	}
	last := rune(0)
	for _, r := range out {
		if r != '\n' && (r < ' ' || r >= 0x7f && hidden(r, last)) {
			return "hidden character"
		}
		last = r
	}
	seen := strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, out)
	switch format {
	case "github":
		return onlyAnnotations(seen)
	case "summary":
		if h := badPage(out); h != "" {
			return h
		}
	}
	for line := range strings.SplitSeq(seen, "\n") {
		if strings.Contains(line, "##[") || strings.HasPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "::") {
			return "command: " + line
		}
	}
	return ""
}

// unreadable tells why out is no document of its format.
func unreadable(format, out string) error {
	switch format {
	case "json", "sarif", "rdjson", "gitlab":
		return json.Unmarshal([]byte(out), new(any))
	case "junit", "checkstyle":
		return xml.Unmarshal([]byte(out), new(struct{}))
	}
	return nil
}

// onlyAnnotations checks that each line is one annotation and nothing else.
func onlyAnnotations(out string) string {
	for line := range strings.Lines(out) {
		cs := runner.Commands(line)
		if len(cs) != 1 || !strings.HasPrefix(line, "::"+cs[0].Name+" ") {
			return "no annotation: " + line
		}
		switch cs[0].Name {
		case "error", "warning", "notice":
		default:
			return "another command: " + line
		}
		for key := range cs[0].Properties {
			if !strings.Contains("col endColumn endLine file line title", key) {
				return "another property: " + line
			}
		}
	}
	return ""
}

func TestHostile(t *testing.T) {
	var all strings.Builder
	for _, text := range hostile() {
		for _, format := range Formats() {
			for _, color := range []bool{false, true} {
				out := render(t, format, attack(text, 0, len(text)), Options{Color: color, ShowSuppressed: true, Version: text,
					Page: func(string) string { return text }, Hosted: hosted, Blob: func(string) string { return "https://" + text }})
				if h := harm(format, out, color); h != "" {
					t.Errorf("%s of %q: %s\n%q", format, text, h, out)
				}
				if err := unreadable(format, out); err != nil {
					t.Errorf("%s of %q: %v\n%s", format, text, err, out)
				}
			}
		}
	}
	for _, text := range hostile() {
		r := attack(text, 0, len(text))
		r.Findings[0].Trace, r.Findings[0].Related = nil, r.Findings[0].Related[:2]
		r.Findings = r.Findings[:1]
		all.WriteString(render(t, "text", r, Options{}) + render(t, "concise", r, Options{}))
	}
	golden(t, filepath.Join("testdata", "hostile"), []byte(all.String()))
}

// TestReversible shows that the json format hides nothing: what is valid comes back as it was.
func TestReversible(t *testing.T) {
	for _, text := range hostile() {
		var doc struct{ Findings []struct{ Message string } }
		if err := json.Unmarshal([]byte(render(t, "json", attack(text, 0, 1), Options{})), &doc); err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var same string
		if err := json.Unmarshal(want, &same); err != nil {
			t.Fatal(err)
		}
		if got := doc.Findings[0].Message; got != same {
			t.Errorf("got %q, want %q", got, same)
		}
	}
}

func render(t *testing.T, format string, r *Report, o Options) string {
	t.Helper()
	if o.Template == nil {
		o.Template = mustParse(t, everyField)
	}
	var out bytes.Buffer
	if err := Write(&out, format, r, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func FuzzText(f *testing.F) {
	for i, text := range hostile() {
		f.Add(text, i, len(text)-i, i%2 == 0, 20*i)
	}
	f.Add(workflow, 300, 420, false, 50)
	f.Fuzz(func(t *testing.T, text string, start, end int, color bool, width int) {
		o := Options{Color: color, ShowSuppressed: true, Width: width, Page: pages, Blob: func(path string) string { return path }}
		for _, format := range Formats() {
			out := render(t, format, attack(text, start, end), o)
			if h := harm(format, out, color); h != "" {
				t.Errorf("%s: %s\n%q", format, h, out)
			}
			if err := unreadable(format, out); err != nil {
				t.Errorf("%s: %v\n%s", format, err, out)
			}
		}
	})
}
