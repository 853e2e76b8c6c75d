package rules_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"sekisho/lint"
	"sekisho/lint/repo"
	"sekisho/rules"
)

// FuzzRunnerFiles hands any text to the rules on what is written to the runner's files and on arguments, as a script of three shells, as a
// script of github-script, and as the text of a whole workflow.
func FuzzRunnerFiles(f *testing.F) {
	ids := []string{"argument-injection", "github-env", "github-output"}
	for _, id := range ids {
		names, err := filepath.Glob(filepath.Join("..", "testdata", "adversarial", id, "*.yml"))
		if err != nil || len(names) == 0 {
			f.Fatal(id, err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
			for part := range strings.SplitSeq(string(text), "run: ") {
				f.Add(part)
			}
		}
	}
	all := rules.All()
	settings := lint.Settings{Known: all, Strict: true, Workers: 1}
	for _, id := range ids {
		settings.Rules = append(settings.Rules, all.Find(id))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsRune(text, 0) {
			return
		}
		var b strings.Builder
		b.WriteString("on: [pull_request_target, workflow_run]\njobs:\n  a:\n    runs-on: x\n    env: {T: '${{ github.event.pull_request.body }}'}\n    steps:\n    - {uses: dawidd6/action-download-artifact@v2}\n")
		for _, shell := range [...]string{"bash", "sh", "pwsh", "cmd", "python"} {
			b.WriteString("    - {shell: " + shell + ", run: " + strconv.Quote(text) + "}\n")
		}
		b.WriteString("    - {uses: actions/github-script@v7, with: {script: " + strconv.Quote(text) + "}}\n")
		r := repo.Load(fstest.MapFS{
			".github/workflows/a.yml": {Data: []byte(b.String())}, ".github/workflows/b.yml": {Data: []byte(text)}, "x.sh": {Data: []byte(text)},
		}, repo.Options{Workers: 1})
		res := lint.Run(r, settings)
		for _, p := range res.Problems {
			if strings.Contains(p.Message, "failed") {
				t.Errorf("%s: %s", p.Path, p.Message)
			}
		}
		for _, f := range res.Findings {
			if src := res.Sources[f.Path]; f.Start < 0 || f.End <= f.Start || f.End > len(src.Text) {
				t.Errorf("%s: the span %v of %q is empty or outside the file", f.Path, f.Span, f.Message)
			}
		}
	})
}
