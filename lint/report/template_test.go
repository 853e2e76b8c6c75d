package report

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint"
)

// everyField prints all that a document has, in ways that people use.
const everyField = `{{- /* a report */ -}}
# {{.Tool.Name}} {{.Tool.Version}}
{{range $i, $f := .Findings}}
{{add $i 1}}. {{.Severity | upper}} {{.Rule}} at {{.Path}}:{{.Line}}:{{.Column}}
{{printf "  %s-%d: %s\n" (base .Path) .EndLine .Message -}}
{{range .Related}}  see {{.Path}}:{{.Line}} {{.Message}}
{{end}}{{range .Trace}}  via {{dir .Path}} {{.Line}} {{.Message}}
{{end}}{{range .Fixes}}  {{.Safety}}: {{.Title}}{{range .Edits}} {{.Offset}}-{{.EndOffset}} {{json .Text}}{{end}}
{{end}}{{with .Suppressed}}  suppressed by {{.Kind}}: {{.Reason}}
{{end}}{{end}}{{range .Problems}}! {{.Path}} {{.Message}}
{{end}}{{json .Summary}} {{.Summary.BySeverity.critical}}
`

func mustParse(t testing.TB, text string) *Template {
	t.Helper()
	tmpl, err := ParseTemplate("test", text)
	if err != nil {
		t.Fatal(err)
	}
	return tmpl
}

// run returns what a template prints of a report.
func run(t *testing.T, text string, r *Report) string {
	t.Helper()
	return render(t, "template", r, Options{ShowSuppressed: true, Version: "0.1.0", Page: pages, Template: mustParse(t, text)})
}

// TestDocument shows that templates see exactly what the json format prints.
func TestDocument(t *testing.T) {
	for name, r := range reports() {
		o := Options{ShowSuppressed: true, Version: "0.1.0", Page: urls, DurationMS: 14, Template: mustParse(t, "{{json .}}")}
		var got, want any
		if err := json.Unmarshal([]byte(render(t, "template", r, o)), &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(render(t, "json", r, o)), &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-json +template):\n%s", name, diff)
		}
	}
}

func TestTemplateFunctions(t *testing.T) {
	cases := []struct{ text, want string }{
		{`{{"a\nb"}}`, "a\nb"},
		{`{{range .Findings}}{{.Rule}}{{end}}`, "r"},
		{`{{.Summary.BySeverity.high}} {{.Summary.BySeverity.low}}`, "1 0"},
		{`{{with index .Findings 0}}{{.Message}}{{end}}`, `a; b\nc`},
		{`{{with index .Findings 0}}{{raw .Message}}{{end}}`, "a; b\nc"},
		{`{{with index .Findings 0}}{{.Message | replace "; " ", " | upper}}{{end}}`, `A, B\nC`},
		{`{{with index .Findings 0}}{{.Message | split "; " | join "\n- "}}{{end}}`, "a\n- b\\nc"},
		{`{{with index .Findings 0}}{{printf "%s\n%d\n" .Message .Line}}{{end}}`, "a; b\\nc\n1\n"},
		{`{{with index .Findings 0}}{{printf "%s\n" .Message | upper}}{{end}}`, "A; B\\NC\n"},
		{`{{with index .Findings 0}}{{println .Line .Rule}}{{print .Rule .Line}}{{end}}`, "1 r\nr1"},
		{`{{with index .Findings 0}}{{base .Path}} {{dir .Path}} {{add .Line -1}}{{end}}`, "f.yml d/e 0"},
		{`{{with index .Findings 0}}{{contains "e/" .Path}} {{hasPrefix "e/" .Path}} {{hasSuffix ".yml" .Path}}{{end}}`, "true false true"},
		{`{{with index .Findings 0}}{{json .Message}} {{json .Suppressed}}{{end}}`, `"a; b\nc" null`},
		{`{{trim "  x "}}{{lower "ABC"}}`, "xabc"},
		{`{{html "<a>"}}`, "&lt;a&gt;"},
		{`{{define "x"}}<{{.}}>{{end}}{{template "x" .Version}}{{block "y" 2}}({{.}}){{end}}`, "<1>(2)"},
		{`{{$n := .Version}}{{$n = 2}}{{$n}}`, "2"},
		{``, ""},
	}
	r := &Report{Files: 1, Findings: []lint.Finding{{Rule: "r", Path: "d/e/f.yml", Severity: lint.High, Message: "a; b\nc"}}}
	for _, c := range cases {
		if diff := cmp.Diff(c.want, run(t, c.text, r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.text, diff)
		}
	}
}

func TestTemplateFaults(t *testing.T) {
	cases := []struct{ text, want string }{
		{"{{range .Findings}}{{.Paht}}{{end}}", "t:1:22: .Paht: there is no field Paht; did you mean Path?"},
		{"a\n日本 {{ .findings }}", "t:2:7: .findings: there is no field findings; did you mean Findings?"},
		{"{{.Nope}}", "t:1:3: .Nope: there is no field Nope; use one of Version, Tool, Findings, Problems, Summary"},
		{"{{.Findings.Rule}}", "t:1:12: .Findings.Rule: a list has no field Rule; use it inside range"},
		{"{{range .Findings}}{{.Suppressed.Reason}}{{end}}", "t:1:33: .Suppressed.Reason: there is none here; ask with {{with}} or {{if}} first"},
		{"{{.Version}} 日 {{ .Findings | uper }} {{.Tool}}", "t:1:16: there is no function uper; did you mean upper?"},
		{"\n{{.Version}} {{if}} {{.Tool}}", "t:2:14: missing value for if"},
		{"x\n{{range .Findings}}", "t:2:1: the template ends too early; an {{end}} is missing"},
		{"{{end}}", "t:1:1: unexpected {{end}}"},
		{"a {{/* x", "t:1:3: unclosed comment"},
		{"a {{ .Version", "t:1:3: unclosed action"},
		{`{{.Version}}{{"x}}`, "t:1:13: unterminated quoted string"},
		{`{{template "nope"}}`, `t:1:12: {{template "nope"}}: template "nope" not defined`},
		{`{{define "a"}}{{template "a"}}{{end}}{{template "a"}}`, `t:1:26: {{template "a"}}: exceeded maximum template depth (100000)`},
		{`{{readFile "/etc/passwd"}}`, "t:1:1: there is no function readFile; use one of add, and, base, call, contains, dir, eq, ge, gt, hasPrefix, hasSuffix, html, index, join, js, json, le, len, lower, lt, ne, not, or, print, printf, println, raw, replace, slice, split, trim, upper, urlquery"},
	}
	for _, c := range cases {
		_, err := ParseTemplate("t", c.text)
		if err == nil || err.Error() != c.want {
			t.Errorf("%q:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

// TestTemplateFails shows that a template that fails because of the findings prints nothing.
func TestTemplateFails(t *testing.T) {
	long := &Report{Findings: []lint.Finding{{Message: strings.Repeat("x", 1<<20)}}}
	cases := []struct{ text, want string }{
		{"some text\n{{index .Findings 5}}", "test:2:3: index .Findings 5: error calling index: index out of range: 5"},
		{"{{range 1000}}{{range $.Findings}}{{.Message}}{{end}}{{end}}", "test: it prints more than 64 MiB"},
	}
	for _, c := range cases {
		var out strings.Builder
		err := Write(&out, "template", long, Options{Template: mustParse(t, c.text)})
		if err == nil || err.Error() != c.want || out.Len() > 0 {
			t.Errorf("%q:\n got %v and %d bytes\nwant %s", c.text, err, out.Len(), c.want)
		}
	}
	if err := Write(io.Discard, "template", long, Options{}); err == nil {
		t.Error("no template, no error")
	}
}

// TestCommandsOfTemplates shows that a template may write commands, and that a value adds none.
func TestCommandsOfTemplates(t *testing.T) {
	cases := []struct{ text, message, want string }{
		{"::notice::{{.Message}}", "m", "::notice::m"},
		{"##[group]{{.Message}}", "::m", "##[group]::m"},
		{"{{.Message}}::x", "a", "a::x"},
		{"{{.Message}}", "::x", `\x3a:x`},
		{":{{.Message}}", ":x", ":" + `\x3ax`},
		{"  :{{.Message}}:", "\u0301", "  :\u0301" + `\x3a`},
		{"a:{{.Message}}", ":x", "a::x"},
		{"\n:{{.Message}}", ":x", "\n:" + `\x3ax`},
		{"##{{.Message}}", "[x]", `##\[x]`},
		{"#{{.Message}}", "#[x]", `##\[x]`},
		{"{{.Message}}[x]", "##", `##\[x]`},
		{"{{.Message}}#[x]", "#", `##\[x]`},
		{"{{.Message}} [x] ##[y]", "##", "## [x] ##[y]"},
		{"{{.Message}}{{.Rule}}", "#", `##\[r]`},
		{"{{printf \"::%s\" .Message}}", "x", `\x3a:x`},
		{"{{printf \"%s\\n%s\" .Rule .Message}}", "::x", "#[r]\n" + `\x3a:x`},
		{"##{{json .Related}}", "", "## []"},
		{"{{json .Message}}", "##[x]", `"##\u005bx]"`},
		{"{{.Message}}", "a\n::x\r::y\x1b", `a\n::x\r::y\x1b`},
		{"{{raw .Message}}", "a\n::x", "a\n::x"},
	}
	for _, c := range cases {
		r := &Report{Findings: []lint.Finding{{Rule: "#[r]", Message: c.message}}}
		got := run(t, "{{with index .Findings 0}}"+c.text+"{{end}}", r)
		if got != c.want {
			t.Errorf("%q of %q: got %q, want %q", c.text, c.message, got, c.want)
		}
	}
}

// FuzzTemplate puts a text between pieces of a template that are harmless by themselves.
func FuzzTemplate(f *testing.F) {
	for i, text := range hostile() {
		f.Add(text, uint(i*7919), uint(i*104729))
	}
	pieces := []string{"#", "##", "[", ":", "x", " ", "\n", "\u0301", "{{.Message}}", "{{json .Message}}", "{{print .Message}}", "{{.Message | upper}}", "{{json .Related}}"}
	f.Fuzz(func(t *testing.T, message string, before, after uint) {
		text := "{{with index .Findings 0}}"
		for _, n := range []uint{before, after} {
			for range 3 {
				text += pieces[n%uint(len(pieces))] + "{{.Message}}"
				n /= uint(len(pieces))
			}
		}
		r := &Report{Findings: []lint.Finding{{Rule: "r", Message: message}}}
		out := render(t, "template", r, Options{Template: mustParse(t, text+"{{end}}")})
		if h := harm("template", out, false); h != "" {
			t.Errorf("%s: %q of %q", h, text, out)
		}
	})
}

// FuzzParseTemplate shows that no template brings the program down, and that a fault has a place in it.
func FuzzParseTemplate(f *testing.F) {
	f.Add(everyField)
	for _, text := range []string{"{{", "{{.Nope}}", "{{range .Findings}}{{.Suppressed.Reason}}", "{{/*", "\n{{\"a}}", "{{template \"x\"}}", "{{define \"x\"}}", "{{printf \"%*d\" 9}}", "{{- 日 -}}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "range") && strings.ContainsAny(text, "123456789") {
			t.Skip("it may count for a long time")
		}
		tmpl, err := ParseTemplate("t", text)
		var fault *templateError
		switch {
		case err == nil:
			_ = Write(io.Discard, "template", sample(), Options{Template: tmpl})
		case errors.As(err, &fault) && (fault.line < 1 || fault.line > 1+strings.Count(text, "\n") || fault.column < 1 || fault.message == ""):
			t.Errorf("%q: %v", text, err)
		}
	})
}

// TestTemplatePage checks that the page names all fields and functions, and that its examples work.
func TestTemplatePage(t *testing.T) {
	text, err := os.ReadFile("../../docs/templates.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, names := range documentFields(reflect.TypeFor[document]()) {
		row := "`." + strings.Join(names, "`, `.") + "`"
		if !strings.Contains(page, row) {
			t.Errorf("the page has no %s", row)
		}
	}
	for name := range templateFunctions() {
		if !strings.Contains(page, "`"+name) {
			t.Errorf("the page does not name the function %s", name)
		}
	}
	examples := regexp.MustCompile("(?s)```template\n(.*?)```").FindAllStringSubmatch(page, -1)
	if len(examples) < 3 {
		t.Fatalf("%d examples", len(examples))
	}
	var out strings.Builder
	for _, example := range examples {
		out.WriteString(run(t, example[1], sample()) + "\n----\n")
	}
	golden(t, "testdata/templates", []byte(out.String()))
}

// documentFields returns the fields of each struct within t.
func documentFields(t reflect.Type) [][]string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return documentFields(t.Elem())
	case reflect.Struct:
	default:
		return nil
	}
	var names []string
	var below [][]string
	for f := range t.Fields() {
		names = append(names, f.Name)
		below = append(below, documentFields(f.Type)...)
	}
	return slices.Concat([][]string{names}, below)
}
