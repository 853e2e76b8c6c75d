package rules_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"sekisho/lint"
	"sekisho/lint/linttest/sarifschema"
	"sekisho/lint/repo"
	"sekisho/lint/report"
	"sekisho/rules"
)

// corpus returns the folders of real repositories that the tests of this file read, the only ones that look outside the project.
// SEKISHO_CORPUS names another place. Without either they are skipped: everything else passes on a fresh clone.
func corpus(t testing.TB) []string {
	t.Helper()
	dir := os.Getenv("SEKISHO_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "corpus")
	}
	repos, err := filepath.Glob(filepath.Join(dir, "*", ".github"))
	if err != nil || len(repos) == 0 {
		t.Skip("no corpus here; SEKISHO_CORPUS may name a folder of repositories")
	}
	for i := range repos {
		repos[i] = filepath.Dir(repos[i])
	}
	return repos
}

// corpusFiles returns the texts of the workflows and actions that sekisho reads in the corpus, by repository.
func corpusFiles(t testing.TB) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, dir := range corpus(t) {
		for _, f := range repo.Load(os.DirFS(dir), repo.Options{}).Files {
			out[dir] = append(out[dir], f.Path)
		}
	}
	return out
}

// TestCorpus checks every repository: no problem, no span outside its file, and the same result however many workers there are.
func TestCorpus(t *testing.T) {
	all := rules.All()
	for _, dir := range corpus(t) {
		r := repo.Load(os.DirFS(dir), repo.Options{})
		one := lint.Run(r, lint.Settings{Rules: all, Strict: true, Workers: 1})
		many := lint.Run(r, lint.Settings{Rules: all, Strict: true, Workers: 4})
		for _, p := range one.Problems {
			t.Errorf("%s/%s: %s", dir, p.Path, p.Message)
		}
		if len(one.Findings) != len(many.Findings) {
			t.Errorf("%s: %d findings with one worker, %d with four", dir, len(one.Findings), len(many.Findings))
			continue
		}
		for i, f := range one.Findings {
			if g := many.Findings[i]; f.Rule != g.Rule || f.Path != g.Path || f.Span != g.Span || f.Message != g.Message {
				t.Errorf("%s: finding %d differs with the number of workers:\n%v\n%v", dir, i, f, g)
			}
			if src := one.Sources[f.Path]; f.Start < 0 || f.End <= f.Start || f.End > len(src.Text) {
				t.Errorf("%s/%s: the span %v of %s is empty or outside the file", dir, f.Path, f.Span, f.Rule)
			}
		}
	}
}

// TestCorpusFixes applies every fix there is: none may be refused.
func TestCorpusFixes(t *testing.T) {
	all := rules.All()
	for _, dir := range corpus(t) {
		r := repo.Load(os.DirFS(dir), repo.Options{})
		files, _ := lint.Fixes(r, lint.FixSettings{Settings: lint.Settings{Rules: all}, Unsafe: true})
		for _, f := range files {
			for _, refused := range f.Refused {
				t.Errorf("%s/%s:%d: the fix %q of %s was refused: %s", dir, f.Path, refused.Position.Line, refused.Title, refused.Rule, refused.Reason)
			}
		}
	}
}

// TestCorpusSARIF validates the SARIF document of each repository, and of all together, which must be one that code scanning takes.
func TestCorpusSARIF(t *testing.T) {
	schema := sarifschema.Compile(t)
	var all report.Report
	for _, dir := range corpus(t) {
		res := lint.Run(repo.Load(os.DirFS(dir), repo.Options{}), lint.Settings{Rules: rules.All(), Strict: true})
		var one report.Report
		one.Add("", res)
		all.Add(filepath.Base(dir)+"/", res)
		if err := validSARIF(schema, sarif(t, &one)); err != nil {
			t.Errorf("%s: %v", dir, err)
		}
	}
	text := sarif(t, &all)
	if err := validSARIF(schema, text); err != nil {
		t.Error(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d findings in %d files: %d bytes, %d with gzip", len(all.Findings), all.Files, len(text), packed.Len())
	if packed.Len() > 10_000_000 {
		t.Error("the document is too large to be uploaded")
	}
}

func sarif(t *testing.T, r *report.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := report.Write(&out, "sarif", r, report.Options{ShowSuppressed: true, Version: "0.1.0"}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func validSARIF(schema *jsonschema.Schema, text []byte) error {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(doc)
}

// BenchmarkCorpus runs over the corpus five ways, to be compared within one run: nodes is gopkg.in/yaml.v3 reading the same bytes
// into nodes, card a whole run with the six rules that the tool began with, own a whole run with all rules but the one that embeds
// actionlint, sekisho one with all, actionlint a whole run of that linter over the workflows. Each collects garbage as often as its
// program does.
func BenchmarkCorpus(b *testing.B) {
	files := corpusFiles(b)
	texts := map[string][]byte{}
	size := int64(0)
	for dir, names := range files {
		for _, name := range names {
			text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
			if err != nil {
				b.Fatal(err)
			}
			texts[filepath.Join(dir, name)] = text
			size += int64(len(text))
		}
	}
	b.Run("nodes", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			for _, text := range texts {
				var n yaml.Node
				_ = yaml.Unmarshal(text, &n) // some files are no YAML: that costs what it costs
			}
		}
	})
	trees := map[string]fs.FS{}
	for dir := range files {
		trees[dir] = os.DirFS(dir)
	}
	own := slices.DeleteFunc(rules.All(), func(r *lint.Rule) bool { return r.ID == "actionlint" })
	card := slices.DeleteFunc(rules.All(), func(r *lint.Rule) bool {
		switch r.ID {
		case "long-retention-days", "missing-environment", "missing-permissions", "secrets-on-pull-request-target", "unpinned-uses", "xtrace-with-secrets":
			return false
		}
		return true
	})
	for _, run := range []struct {
		name  string
		rules lint.RuleSet
	}{{"card", card}, {"own", own}, {"sekisho", rules.All()}} {
		b.Run(run.name, func(b *testing.B) {
			defer debug.SetGCPercent(debug.SetGCPercent(1000)) // as the program does
			b.SetBytes(size)
			for b.Loop() {
				for _, tree := range trees {
					lint.Run(repo.Load(tree, repo.Options{}), lint.Settings{Rules: run.rules})
				}
			}
		})
	}
	b.Run("actionlint", func(b *testing.B) {
		b.SetBytes(size)
		linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			for name := range texts {
				if strings.Contains(filepath.ToSlash(name), repo.WorkflowDir) {
					text, err := os.ReadFile(name) // as the program does, and as the others above
					if err != nil {
						b.Fatal(err)
					}
					_, _ = linter.Lint(name, text, nil)
				}
			}
		}
	})
}
