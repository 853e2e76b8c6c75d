package rules_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint"
	"sekisho/lint/repo"
	"sekisho/rules"
)

// actionlintOn runs rule actionlint over one workflow.
func actionlintOn(t testing.TB, text string) *lint.Result {
	t.Helper()
	r := repo.Load(fstest.MapFS{".github/workflows/a.yml": {Data: []byte(text)}}, repo.Options{})
	all := rules.All()
	return lint.Run(r, lint.Settings{Rules: []*lint.Rule{all.Find("actionlint")}, Known: all, Strict: true})
}

// TestActionlintSpans checks that each finding stands at the text that it is about, however that is spelled.
func TestActionlintSpans(t *testing.T) {
	const head = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n"
	tests := []struct {
		name, text string
		want       []string // the text of each finding
	}{
		{"plain", head + "    steps: [run: 'echo ${{ github.nope }}']\n", []string{"github.nope"}},
		{"after other characters", head + "    steps:\n      - run: 語 ${{ github.ref }} 語 ${{ github.nope }}\n", []string{"github.nope"}},
		{"after characters within", head + "    steps:\n      - run: echo ${{ format('語𝒳', github.ref) || github.nope }}\n", []string{"format('語𝒳', github.ref)", "github.nope"}},
		{"after a text", head + "    steps:\n      - run: echo ${{ contains('語𝒳語', github.ref) && github.nope }}\n", []string{"github.nope"}},
		{"bare condition", head + "    steps:\n      - if: contains('語𝒳語', github.ref) && github.nope\n        run: echo\n", []string{"github.nope"}},
		{"double quotes", head + "    steps:\n      - run: \"\\u8a9e \\\"${{ github.ref }}\\\" ${{ '\\u8a9e' == github.nope }}\"\n", []string{"github.nope"}},
		{"double quotes over lines", head + "    steps:\n      - run: \"echo a\n\n          b ${{ '語' == \n          github.nope }}\"\n", []string{"github.nope"}},
		{"single quotes over lines", head + "    steps:\n      - run: 'echo ''a''\n          ${{\n          github.nope }}'\n", []string{"github.nope"}},
		{"folded", head + "    steps:\n      - run: >-\n          echo a\n          b ${{ '語' ==\n          github.nope }}\n\n          ${{ github.nop }}\n", []string{"github.nope", "github.nop"}},
		{"folded condition", head + "    steps:\n      - if: >-\n          github.ref == '語' ||\n          github.nope\n        run: echo\n", []string{"github.nope"}},
		{"literal over lines", head + "    steps:\n      - run: |\n          echo ${{\n            '語' ==\n            github.nope\n          }} ${{ github.nop }}\n", []string{"github.nope", "github.nop"}},
		{"several of one text", head + "    steps:\n      - run: ${{ github.a }} ${{ github.b }} ${{ github.c }}\n", []string{"github.a", "github.b", "github.c"}},
		{"key", head + "    env: {'${{ github.語nope }}': x}\n    steps: [run: echo]\n", nil},
		{"matrix value", head + "    strategy: {matrix: {os: ['語 ${{ github.nope }}', {a: ['語\"𝒳 ${{ github.nop }}']}]}}\n    steps: [run: echo]\n", []string{"github.nope", "github.nop"}},
		{"matrix row", head + "    strategy: {matrix: {os: '${{ fromJSON(github.nope) }}', exclude: '${{ fromJSON(github.nop) }}'}}\n    steps: [run: echo]\n", []string{"github.nope", "github.nop"}},
		{"anchors", head + "    steps:\n      - &s {name: '${{ github.nope }}', run: echo}\n      - *s\n      - *s\n  b:\n    runs-on: ubuntu-latest\n    steps: [*s]\n", []string{"github.nope"}},
	}
	forms := []struct {
		name string
		form func(string) string
	}{
		{"", func(s string) string { return s }},
		{" with CRLF", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }},
		{" with a byte order mark", func(s string) string { return "\ufeff" + s }},
	}
	for _, tt := range tests {
		for _, form := range forms {
			t.Run(tt.name+form.name, func(t *testing.T) {
				res := actionlintOn(t, form.form(tt.text))
				var got []string
				for _, f := range res.Findings {
					got = append(got, res.Sources[f.Path].Slice(f.Span))
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s\n%v", diff, res.Findings)
				}
			})
		}
	}
}

// TestActionlintHostile runs the rule over files that are made to exhaust it.
func TestActionlintHostile(t *testing.T) {
	const head = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n"
	numbered := func(n int, form string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(form, "#", strconv.Itoa(i)))
		}
		return b.String()
	}
	tests := []struct {
		name, text string
		findings   int
	}{
		{"matrix values", head + "    strategy: {matrix: {a: [" + strings.Repeat("x,", 100_000) + "]}}\n    steps: [run: echo]\n", 0},
		{"matrix and exclusions", head + "    strategy: {matrix: {a: [" + numbered(1400, "x#,") + "], exclude: [" + numbered(700, "{a: y#},") + "]}}\n    steps: [run: echo]\n", 700},
		{"deep matrix", head + "    strategy: {matrix: {a: [" + strings.Repeat("[", 90) + strings.Repeat("]", 90) + "]}}\n    steps: [run: echo]\n", 0},
		{"aliases", head + "    strategy:\n      matrix:\n        a: [&a [" + strings.Repeat("x,", 100) + "], " + strings.Repeat("*a,", 150) + "]\n    steps: [run: echo]\n", 0},
		{"faults in one script", head + "    steps:\n      - run: |\n" + strings.Repeat("          echo ${{ github.nope }}\n", 500), 20},
		{"faults in many scripts", head + "    steps:\n" + strings.Repeat("      - run: echo ${{ github.nope }}\n", 5000), lint.MaxFindings},
		{"long condition", head + "    if: " + strings.Repeat("github.nope || ", 1300) + "true\n    steps: [run: echo]\n", lint.MaxFindings},
		{"deep condition", head + "    if: " + strings.Repeat("(", 5000) + "true" + strings.Repeat(")", 5000) + "\n    steps: [run: echo]\n", 0},
		{"many signs", head + "    if: ${{ " + strings.Repeat("!", 10_000) + "true }}\n    steps: [run: echo]\n", 0},
		{"long path", head + "    if: github" + strings.Repeat(".event", 3000) + "\n    steps: [run: echo]\n", 0},
		{"many lines", head + "    if: |\n" + strings.Repeat("\n", 10_000) + "      github.nope\n    steps: [run: echo]\n", 0},
		{"names and expressions", head + "    steps:\n" + numbered(5000, "      - {id: s#, run: 'echo ${{ steps.t#.outputs.x }}'}\n"), 1},
		{"deep JSON", head + "    steps:\n      - run: echo ${{ fromJSON('" + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "').x }}\n", 1},
		{"patterns", "on:\n  push:\n    branches: [" + strings.Repeat("'[a',", 20_000) + "]\njobs: {a: {runs-on: ubuntu-latest, steps: [run: echo]}}\n", lint.MaxFindings},
		{"no number", head + "    timeout-minutes: .nan\n    steps: [{run: echo, timeout-minutes: .inf}]\n", 0},
		{"controls", head + "    steps:\n      - run: \"${{ github.nope\\u2028::error::x }} ${{ github['\\u0007\\u001b[31m'] }}\"\n", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := actionlintOn(t, tt.text)
			for _, p := range res.Problems {
				if strings.Contains(p.Message, "failed") {
					t.Error(p.Message)
				}
			}
			if len(res.Findings) != tt.findings {
				t.Errorf("%d findings, want %d", len(res.Findings), tt.findings)
				for _, f := range res.Findings[:min(len(res.Findings), 3)] {
					t.Log(f.Rule, f.Message)
				}
			}
			for _, f := range res.Findings {
				if len(f.Message) > 2000 {
					t.Errorf("message of %d bytes: %.200s", len(f.Message), f.Message)
				}
			}
		})
	}
}

// TestActionlintOutside checks that nothing outside the repository is read for a path that leads there.
func TestActionlintOutside(t *testing.T) {
	dir := t.TempDir()
	inner := filepath.Join(dir, "repo", ".github", "workflows")
	if err := os.MkdirAll(inner, 0o777); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		filepath.Join(dir, "action.yml"):  "name: outside\ninputs: {must: {required: true}}\nruns: {using: composite, steps: []}\n",
		filepath.Join(dir, "called.yml"):  "on: {workflow_call: {inputs: {must: {type: string, required: true}}}}\njobs: {}\n",
		filepath.Join(inner, "a.yml"):     "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - uses: ./../\n        with: {x: y}\n      - uses: ./../../..\n  b: {uses: ./../called.yml, with: {x: y}}\n",
		filepath.Join(inner, "link.yml"):  "",
		filepath.Join(inner, "other.yml"): "on: push\njobs:\n  b: {uses: ./.github/workflows/link.yml, with: {x: y}}\n",
	}
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(inner, "link.yml")
	if os.Remove(link) != nil || os.Symlink("../../../called.yml", link) != nil {
		t.Skip("no links here")
	}
	root, err := os.OpenRoot(filepath.Join(dir, "repo"))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	all := rules.All()
	res := lint.Run(repo.Load(root.FS(), repo.Options{}), lint.Settings{Rules: []*lint.Rule{all.Find("actionlint"), all.Find("unresolved-uses")}, Known: all})
	for _, f := range res.Findings {
		if f.Rule == "unresolved-uses" && f.Path == ".github/workflows/a.yml" || strings.Contains(f.Message, "must") {
			t.Errorf("%s: %s", f.Path, f.Message)
		}
	}
}
