package rules_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"sekisho/lint"
	"sekisho/lint/repo"
	"sekisho/rules"
)

// FuzzActionlint hands any text to rule actionlint and to the rule of local calls, as a workflow and as an action that call each other.
func FuzzActionlint(f *testing.F) {
	for _, dir := range []string{"actionlint", "unresolved-uses"} {
		err := filepath.WalkDir(filepath.Join("..", "testdata", "rules", dir), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, "ml") {
				return err
			}
			text, err := os.ReadFile(name)
			f.Add(string(text))
			return err
		})
		if err != nil {
			f.Fatal(err)
		}
	}
	for _, text := range []string{
		"on: push\njobs:\n  a:\n    runs-on: ${{ matrix.x }}\n    strategy: {matrix: {x: [&a 1, *a, {b: [c, '${{ github.x }}']}], include: [{x: 1}], exclude: '${{ fromJSON(x) }}'}}\n    steps: [{uses: ./, with: {a: b}}]\n",
		"on: workflow_call\njobs:\n  a: {uses: ./.github/workflows/a.yml, with: {x: '${{ needs.a.outputs.b }}'}, secrets: inherit}\n",
		"name: x\ninputs: {a: {required: true}}\nruns:\n  using: composite\n  steps: [{id: x, uses: ./}, {run: '${{ steps.x.outputs.y }}', shell: bash}]\n",
		"on: {schedule: [{cron: '* * * * *', timezone: x}], workflow_dispatch: {inputs: {a: {type: choice, options: [x, x], default: y}}}}\njobs: {a: {runs-on: x, container: {image: x, credentials: '${{ 1 }}'}, if: 1, steps: [{run: '::set-output'}]}}\n",
	} {
		f.Add(text)
	}
	all := rules.All()
	settings := lint.Settings{Rules: []*lint.Rule{all.Find("actionlint"), all.Find("unresolved-uses")}, Known: all, Strict: true, Workers: 1}
	f.Fuzz(func(t *testing.T, text string) {
		r := repo.Load(fstest.MapFS{".github/workflows/a.yml": {Data: []byte(text)}, "action.yml": {Data: []byte(text)}}, repo.Options{Workers: 1})
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
