package rules_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"sekisho/lint"
	"sekisho/lint/repo"
	"sekisho/rules"
)

// soundly runs all rules, and checks that none fails and that all that is found stands in a file.
func soundly(t *testing.T, files fstest.MapFS) {
	t.Helper()
	res := lint.Run(repo.Load(files, repo.Options{}), lint.Settings{Rules: rules.All(), Strict: true})
	for _, p := range res.Problems {
		if strings.Contains(p.Message, "failed") {
			t.Errorf("%s: %s\n%s", p.Path, p.Message, files[p.Path].Data)
		}
	}
	for _, f := range res.Findings {
		src := res.Sources[f.Path]
		if src == nil || f.Start < 0 || f.End < f.Start || f.End > len(src.Text) {
			t.Errorf("%s: the span %v of %s is outside the file", f.Path, f.Span, f.Rule)
		}
	}
}

// broken returns a text in which some lines are gone, doubled, put elsewhere or without their values.
func broken(r *rand.Rand, text string) string {
	lines := strings.Split(text, "\n")
	for range 1 + r.IntN(4) {
		i := r.IntN(len(lines))
		switch r.IntN(5) {
		case 0:
			lines = append(lines[:i:i], lines[i+1:]...)
		case 1:
			lines = append(lines[:i+1:i+1], lines[i:]...)
		case 2:
			lines[i], lines[0] = lines[0], lines[i]
		case 3:
			key, _, _ := strings.Cut(lines[i], ":")
			lines[i] = key + ":"
		case 4:
			lines[i] = strings.TrimPrefix(lines[i], "  ")
		}
		if len(lines) == 0 {
			return ""
		}
	}
	return strings.Join(lines, "\n")
}

// TestBroken breaks each file among the test data in several ways.
func TestBroken(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	files := fstest.MapFS{}
	err := filepath.WalkDir(filepath.Join("..", "testdata"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".yml") {
			return err
		}
		text, err := os.ReadFile(name)
		for range 4 {
			files[fmt.Sprintf("%s/%d.yml", repo.WorkflowDir, len(files))] = &fstest.MapFile{Data: []byte(broken(r, string(text)))}
		}
		if len(files) > 400 {
			soundly(t, files)
			clear(files)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	soundly(t, files)
}

// FuzzRules hands any text to all rules, as each kind of file.
func FuzzRules(f *testing.F) {
	for _, text := range []string{
		"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    env: {A: '${{ secrets.A }}'}\n    steps: [{uses: actions/checkout@v4}, {run: 'npm i x; echo $A'}]\n",
		"jobs: {a: , b: {steps: [{run: '${{ toJSON(secrets) }}'}]}}\nenv: {A: '${{ secrets.A }}'}\npermissions: {contents: write}\n",
		"on: pull_request_target\npermissions: write-all\njobs: {a: {uses: ./.github/workflows/a.yml, secrets: inherit}, b: 1}\n",
		"name: x\nruns: {using: composite, steps: [{uses: ./, with: {a: b}}, {run: x, shell: bash}]}\n",
		"version: 2\nupdates: [{package-ecosystem: npm, directory: /, schedule: {interval: daily}}]\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		one := &fstest.MapFile{Data: []byte(text)}
		soundly(t, fstest.MapFS{repo.WorkflowDir + "/a.yml": one, "action.yml": one, ".github/dependabot.yml": one})
	})
}
