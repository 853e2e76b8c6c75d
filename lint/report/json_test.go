package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("output.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("output.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(s *jsonschema.Schema, text string) error {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return s.Validate(doc)
}

func TestSchemaHolds(t *testing.T) {
	s := schema(t)
	reports := map[string]*Report{"sample": sample(), "empty": {}, "zero finding": {Findings: []lint.Finding{{Rule: "a", Severity: lint.Info}}}}
	for _, text := range hostile() {
		reports[text] = attack(text, -3, 99)
	}
	for name, r := range reports {
		for _, o := range []Options{{}, {ShowSuppressed: true, Page: urls, DurationMS: -1}} {
			if err := validate(s, render(t, "json", r, o)); err != nil {
				t.Errorf("%q: %v", name, err)
			}
		}
	}
}

func TestSchemaIsStrict(t *testing.T) {
	s := schema(t)
	good := render(t, "json", sample(), Options{ShowSuppressed: true})
	cases := []struct{ name, old, new string }{
		{"member of the document", `{"version":1,`, `{"version":1,"more":1,`},
		{"version", `"version":1,`, `"version":2,`},
		{"member of the tool", `{"name":"sekisho",`, `{"name":"sekisho","more":1,`},
		{"member of a finding", `{"rule":`, `{"more":1,"rule":`},
		{"severity", `"severity":"medium"`, `"severity":"bad"`},
		{"level", `"level":"warning"`, `"level":"bad"`},
		{"line", `"line":3,`, `"line":0,`},
		{"null array", `"trace":[]`, `"trace":null`},
		{"member of a place", `"related":[{`, `"related":[{"more":1,`},
		{"member of a fix", `"fixes":[{`, `"fixes":[{"more":1,`},
		{"member of an edit", `"edits":[{`, `"edits":[{"more":1,`},
		{"member of a suppression", `"suppressed":{`, `"suppressed":{"more":1,`},
		{"suppression", `"suppressed":null`, `"suppressed":false`},
		{"member of a problem", `"problems":[` + "\n{", `"problems":[{"more":1,`},
		{"member of the summary", `"summary":{`, `"summary":{"more":1,`},
		{"unknown severity counted", `"bySeverity":{`, `"bySeverity":{"bad":1,`},
	}
	if err := validate(s, good); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		bad := strings.Replace(good, c.old, c.new, 1)
		if bad == good {
			t.Fatalf("%s: the sample has no %s", c.name, c.old)
		}
		if validate(s, bad) == nil {
			t.Errorf("%s: accepted", c.name)
		}
	}
}

// TestMembers keeps the order of members, which people who read the output rely on.
func TestMembers(t *testing.T) {
	got := map[string]string{}
	d := json.NewDecoder(strings.NewReader(render(t, "json", sample(), Options{ShowSuppressed: true, Version: "0.1.0"})))
	if err := members(d, "", got); err != nil {
		t.Fatal(err)
	}
	place := "path line column endLine endColumn message"
	want := map[string]string{
		"":                      "version tool findings problems summary",
		".tool":                 "name version",
		".findings":             "rule severity confidence level path line column endLine endColumn offset endOffset message url related trace fixes suppressed fingerprint",
		".findings.related":     place,
		".findings.trace":       place,
		".findings.fixes":       "title safety edits",
		".findings.fixes.edits": "offset endOffset line column endLine endColumn text",
		".findings.suppressed":  "reason kind",
		".problems":             "path message",
		".summary":              "files findings suppressed fixable bySeverity durationMs",
		".summary.bySeverity":   "critical high medium low info",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// members notes the member names of every object below path, in order.
func members(d *json.Decoder, path string, into map[string]string) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	var names []string
	switch token {
	case json.Delim('{'):
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return err
			}
			names = append(names, name.(string))
			if err := members(d, path+"."+name.(string), into); err != nil {
				return err
			}
		}
		into[path] = strings.Join(names, " ")
	case json.Delim('['):
		for d.More() {
			if err := members(d, path, into); err != nil {
				return err
			}
		}
	default:
		return nil
	}
	_, err = d.Token()
	return err
}

func TestOrder(t *testing.T) {
	text := "aaaa"
	var r Report
	r.Sources = sources(map[string]string{"a": text, "b": text})
	r.Findings = append(r.Findings,
		lint.Finding{Rule: "z", Path: "b", Span: syntax.Span{Start: 1, End: 2}},
		lint.Finding{Rule: "a", Path: "b", Span: syntax.Span{Start: 1, End: 2}},
		lint.Finding{Rule: "z", Path: "b", Span: syntax.Span{Start: 0, End: 2}},
		lint.Finding{Rule: "z", Path: "a", Span: syntax.Span{Start: 3, End: 4}},
	)
	want := "a:1:4: note:  [z]\nb:1:1: note:  [z]\nb:1:2: note:  [a]\nb:1:2: note:  [z]\n"
	if diff := cmp.Diff(want, render(t, "concise", &r, Options{})); diff != "" {
		t.Error(diff)
	}
	if r.Findings[0].Path != "b" {
		t.Error("the report was changed")
	}
}
