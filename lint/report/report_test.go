package report

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const workflow = `name: 日本語 🚀 build
on: pull_request_target
env:
  TOKEN: ${{ secrets.TOKEN }}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - name: 見出し
        run: |
          set -euxo pipefail
          echo "${{ github.event.pull_request.title }}" "${{ github.head_ref }}"

          make
      - run:	echo	${{ github.actor }}	# tabs
      - run: echo 日本語 🚀 ${{ github.event.issue.title }} end
`

const callee = "on: workflow_call\njobs:\n  a:\n    secrets: inherit\n"

// at returns the span of the n-th needle in text, counted from 0.
func at(text, needle string, n int) syntax.Span {
	start := strings.Index(text, needle)
	for ; n > 0; n-- {
		start += len(needle) + strings.Index(text[start+len(needle):], needle)
	}
	return syntax.Span{Start: start, End: start + len(needle)}
}

func sources(texts map[string]string) map[string]*syntax.Source {
	all := map[string]*syntax.Source{}
	for path, text := range texts {
		all[path] = syntax.NewSource(path, text)
	}
	return all
}

const (
	ci    = ".github/workflows/ci.yml"
	other = ".github/workflows/reuse.yml"
)

func pages(rule string) string { return "sekisho explain " + rule }

func urls(rule string) string { return "https://example.com/rules/" + rule }

func sampleRules() []*lint.Rule {
	return []*lint.Rule{
		{ID: "secret-in-env", Summary: "a secret in the `env` of a workflow | all its jobs see it", Severity: lint.Medium, Tags: []string{"limit"}},
		{ID: "style", Summary: "a name that says little", Severity: lint.Low, Tags: []string{"detect"}},
		{
			ID: "template-injection", Summary: "`${{ }}` with text of an outsider in a script", Severity: lint.Critical,
			Tags: []string{"cwe-94", "cwe-1336", "owasp-cicd-sec-4", "prevent"},
			Doc: "# template-injection\n\n## What it reports\n\nText that becomes part of a script.\n\n## Why it matters\n\nThe shell runs `it`,\nand\n" +
				"nobody looked.\n\nMore.\n\n## Examples\n\n```yaml\nrun: echo ${{ github.head_ref }} # want high \"part\"\n```\n",
		},
		{ID: "unpinned-uses", Summary: "an action called by a tag", Severity: lint.High, Tags: []string{"cwe-829", "owasp-cicd-sec-3", "prevent"}},
	}
}

func hosted(path string) string { return "sub/" + path }

func blob(path string) string {
	if path == other {
		return ""
	}
	return "https://git.example.com/o/r/blob/0a1b/sub/" + path
}

func sample() *Report {
	title := at(workflow, "${{ github.event.pull_request.title }}", 0)
	return &Report{
		Files:   12,
		Rules:   sampleRules(),
		Sources: sources(map[string]string{ci: workflow, other: callee}),
		Problems: []lint.Problem{
			{Path: "z.yml", Message: "file has 3 MiB, more than 1 MiB; raise max-size"},
			{Path: "", Message: "cannot list tags; check the network"},
		},
		Findings: []lint.Finding{
			{
				Rule: "template-injection", Path: ci, Span: title, Severity: lint.Critical, Confidence: lint.Sure,
				Message: "title of the pull request becomes part of the script; pass it through env",
				Related: []lint.Place{
					{Span: at(workflow, "pull_request_target", 0), Message: "outsiders start this"},
					{Span: at(workflow, "${{ github.head_ref }}", 0), Message: "and this one as well"},
					{Path: other, Span: at(callee, "secrets: inherit", 0), Message: "the called workflow gets all secrets"},
				},
				Trace: []lint.Place{
					{Span: at(workflow, "pull_request_target", 0), Message: "an outsider writes the title"},
					{Path: other, Span: at(callee, "workflow_call", 0), Message: "it is handed over"},
					{Span: title, Message: "the shell runs it"},
				},
				Fixes: []lint.Fix{
					{Title: "move the expression to env", Safety: lint.Unsafe, Edits: []syntax.Edit{{Span: title, New: "$TITLE"}}},
					{Title: "quote it", Safety: lint.Safe, Edits: []syntax.Edit{{Span: title, New: "\"$TITLE\"\n"}}},
				},
				Way:         &lint.Way{Events: []string{"pull_request_target"}, Job: "build", Goal: "the secret `TOKEN`"},
				Fingerprint: "aa11",
			},
			{
				Rule: "secret-in-env", Path: ci, Span: at(workflow, "env:\n  TOKEN: ${{ secrets.TOKEN }}", 0), Severity: lint.Medium,
				Confidence: lint.Likely, Message: "every job sees TOKEN; move it to the step that needs it",
				Related: []lint.Place{{Span: at(workflow, "${{ secrets.TOKEN }}", 0), Message: "the secret"}},
			},
			{
				Rule: "long-block", Path: ci, Span: at(workflow, workflow[strings.Index(workflow, "- name: 見出し"):strings.Index(workflow, "- run:\t")], 0),
				Severity: lint.Info, Confidence: lint.Unsure, Message: "step does much",
			},
			{
				Rule: "tabs", Path: ci, Span: at(workflow, "${{ github.actor }}", 0), Severity: lint.Low, Confidence: lint.Sure, Message: "tab before the expression; use a blank",
				Fixes: []lint.Fix{{Title: "drop the tab", Safety: lint.Safe, Edits: []syntax.Edit{{Span: at(workflow, "\techo", 0), New: " echo"}}}},
			},
			{
				Rule: "wide", Path: ci, Span: at(workflow, "${{ github.event.issue.title }}", 0), Severity: lint.High, Confidence: lint.Sure, Message: "wide characters before",
				Related: []lint.Place{{Span: at(workflow, "🚀", 1), Message: "rocket"}, {Span: at(workflow, "日本語", 1), Message: "three letters"}},
				Fixes:   []lint.Fix{{Title: "rewrite", Safety: lint.Unsafe}},
			},
			{
				Rule: "empty-span", Path: ci, Span: syntax.Span{Start: len(workflow), End: len(workflow)}, Severity: lint.Low, Message: "something is missing at the end",
			},
			{
				Rule: "no-source", Path: "gone.yml", Span: syntax.Span{Start: 5, End: 9}, Severity: lint.Low, Message: "text of this file is not known",
			},
			{
				Rule: "unpinned-uses", Path: ci, Span: at(workflow, "actions/checkout@v4", 0), Severity: lint.High, Confidence: lint.Sure, Message: "v4 is not a commit; pin it",
				Suppressed: &lint.Suppression{Span: at(workflow, "# tabs", 0), Reason: "our own action", Kind: "comment"},
			},
			{Rule: "style", Path: ci, Span: at(workflow, "build", 0), Severity: lint.Low, Message: "name says little"},
		},
	}
}

func long() *Report {
	head := "      - run: " + strings.Repeat("echo one; ", 40)
	text := head + "${{ github.head_ref }}" + strings.Repeat("; echo 二", 40) + "\n" + "short: " + strings.Repeat("x", 300) + "\n"
	path := "long.yml"
	return &Report{Files: 1, Sources: sources(map[string]string{path: text}), Findings: []lint.Finding{
		{Rule: "middle", Path: path, Span: at(text, "${{ github.head_ref }}", 0), Severity: lint.High, Message: "in the middle"},
		{Rule: "start", Path: path, Span: at(text, "run", 0), Severity: lint.High, Message: "near the start"},
		{Rule: "end", Path: path, Span: at(text, "二", 39), Severity: lint.High, Message: "at the end"},
		{Rule: "wider", Path: path, Span: at(text, strings.Repeat("x", 300), 0), Severity: lint.High, Message: "wider than the terminal"},
		{Rule: "apart", Path: path, Span: at(text, "run", 0), Severity: lint.High, Message: "two spans that do not fit together",
			Related: []lint.Place{{Span: at(text, "head_ref", 0), Message: "the other"}}},
	}}
}

func TestGolden(t *testing.T) {
	cases := []struct {
		name   string
		report *Report
		o      Options
	}{
		{"sample", sample(), Options{Version: "0.1.0", Page: pages, DurationMS: 14}},
		{"all", sample(), Options{Version: "0.1.0", ShowSuppressed: true, Page: urls, Hosted: hosted, Blob: blob}},
		{"severe", sample(), Options{MinSeverity: lint.High, Page: pages}},
		{"color", sample(), Options{MinSeverity: lint.High, Color: true, Page: pages}},
		{"long", long(), Options{Width: 80}},
		{"clean", &Report{Files: 12, Rules: sampleRules()}, Options{Version: "0.1.0"}},
		{"suppressed", &Report{Files: 1, Findings: sample().Findings[7:8]}, Options{}},
	}
	for _, c := range cases {
		for _, format := range Formats() {
			t.Run(c.name+"."+format, func(t *testing.T) {
				golden(t, filepath.Join("testdata", c.name+"."+format), []byte(render(t, format, c.report, c.o)))
			})
		}
	}
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestWriteErrors(t *testing.T) {
	err := Write(&bytes.Buffer{}, "xml", &Report{}, Options{})
	if want := `unknown format "xml"; use ` + strings.Join(Formats(), ", "); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	for _, format := range Formats() {
		if err := Write(broken{}, format, sample(), Options{Template: mustParse(t, everyField)}); !errors.Is(err, errBroken) {
			t.Errorf("%s: got %v, want the writer's error", format, err)
		}
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestAdd(t *testing.T) {
	src := syntax.NewSource("a.yml", "x")
	res := &lint.Result{
		Files:    2,
		Findings: []lint.Finding{{Path: "a.yml", Related: []lint.Place{{Path: "a.yml"}, {}}, Trace: []lint.Place{{Path: "a.yml"}}}},
		Problems: []lint.Problem{{Path: "b.yml", Message: "m"}},
		Sources:  map[string]*syntax.Source{"a.yml": src},
		Rules:    []*lint.Rule{{ID: "m", Severity: lint.Low}, {ID: "z", Severity: lint.High}},
	}
	var r Report
	r.Add("", res)
	res.Rules = []*lint.Rule{{ID: "a"}, {ID: "m", Severity: lint.High}, {ID: "z", Severity: lint.Low}}
	r.Add("lib/", res)
	if diff := cmp.Diff([]string{"a.yml", "lib/a.yml"}, []string{r.Findings[0].Path, r.Findings[1].Path}); diff != "" {
		t.Error(diff)
	}
	want := []lint.Place{{Path: "lib/a.yml"}, {}}
	if diff := cmp.Diff(want, r.Findings[1].Related); diff != "" {
		t.Error(diff)
	}
	if r.Findings[1].Trace[0].Path != "lib/a.yml" || res.Findings[0].Related[0].Path != "a.yml" {
		t.Error("trace keeps its path, or the result was changed")
	}
	if r.Files != 4 || r.Sources["lib/a.yml"] != src || r.Problems[1].Path != "lib/b.yml" {
		t.Errorf("files %d, problems %v", r.Files, r.Problems)
	}
	var rules []string
	for _, rule := range r.Rules {
		rules = append(rules, rule.ID+" "+rule.Severity.String())
	}
	if diff := cmp.Diff([]string{"a default", "m high", "z high"}, rules); diff != "" {
		t.Error(diff)
	}
}

func TestOlder(t *testing.T) {
	r := &Report{Files: 3}
	r.Add("", &lint.Result{Older: 3})
	r.Add("b/", &lint.Result{Older: 4})
	if got, want := render(t, "text", r, Options{}), "3 files checked, nothing found; 7 not new, left out by --since\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	doc := render(t, "json", r, Options{})
	if err := validate(schema(t), doc); err != nil || !strings.Contains(doc, `"suppressed":0,"older":7,`) {
		t.Errorf("%v: %s", err, doc)
	}
	if got := render(t, "template", r, Options{Template: mustParse(t, "{{.Summary.Older}} {{json .Summary}}")}); !strings.HasPrefix(got, "7 ") || !strings.Contains(doc, got[2:]) {
		t.Errorf("template: %s", got)
	}
}
