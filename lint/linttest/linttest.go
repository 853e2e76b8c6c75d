// Package linttest checks a rule set: that every rule has a page whose examples hold, and that its test repositories give what
// their comments say.
package linttest

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint"
	"sekisho/lint/config"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

var update = flag.Bool("update", false, "rewrite the .fixed files")

// Run tests every rule: pages is the folder of <id>.md, testdata that of <id>/ with repositories and single files.
func Run(t *testing.T, rules lint.RuleSet, pages, testdata string) {
	if !slices.IsSortedFunc(rules, func(a, b *lint.Rule) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the rules are not sorted by id")
	}
	for _, r := range rules {
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			checkMetadata(t, r)
			checkPage(t, rules, r)
			checkFolder(t, rules, r, filepath.Join(testdata, r.ID), true)
		})
	}
	known := func(dir, suffix string) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if id, ok := strings.CutSuffix(e.Name(), suffix); ok && (suffix != "" || e.IsDir()) && rules.Find(id) == nil {
				t.Errorf("%s belongs to no rule", filepath.Join(dir, e.Name()))
			}
		}
	}
	known(pages, ".md")
	known(testdata, "")
}

func checkMetadata(t *testing.T, r *lint.Rule) {
	if r.ID == "" || strings.Trim(r.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		t.Errorf("id %q is not kebab-case", r.ID)
	}
	if r.Summary == "" || strings.HasSuffix(r.Summary, ".") || strings.Contains(r.Summary, "\n") {
		t.Errorf("summary %q is not one sentence without a full stop", r.Summary)
	}
	if r.Severity == 0 {
		t.Error("no severity")
	}
	if len(r.Tags) == 0 {
		t.Error("no tags")
	}
	if !slices.ContainsFunc(r.Tags, func(tag string) bool { return tag == "prevent" || tag == "limit" || tag == "detect" }) {
		t.Error("no layer among the tags: prevent, limit or detect")
	}
}

// checkFolder runs the rule over each entry of its folder: a folder is a repository, a file a workflow or an action.
// With fixes, what they make of it is compared as well.
func checkFolder(t *testing.T, rules lint.RuleSet, r *lint.Rule, dir string, fixes bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Errorf("rule %s has no tests: %v", r.ID, err)
		return
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".fixed") {
			continue
		}
		t.Run(e.Name(), func(t *testing.T) {
			c := tree{rules: rules, rule: r, dir: dir}
			if e.IsDir() {
				c.dir = filepath.Join(dir, e.Name())
				c.fsys = os.DirFS(c.dir)
			} else {
				text, err := os.ReadFile(filepath.Join(dir, e.Name()))
				if err != nil {
					t.Fatal(err)
				}
				c.fsys = fstest.MapFS{e.Name(): {Data: text}}
				c.extra = []string{e.Name()}
			}
			if !fixes {
				c.dir = ""
			}
			c.configure(t)
			c.check(t)
		})
	}
}

// Folders runs the rules over the folders below dir that have their names, as Run does over testdata, but looks at no fixes.
func Folders(t *testing.T, rules lint.RuleSet, dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Run(e.Name(), func(t *testing.T) {
			r := rules.Find(e.Name())
			if r == nil {
				t.Fatal("it belongs to no rule")
			}
			t.Parallel()
			checkFolder(t, rules, r, filepath.Join(dir, e.Name()), false)
		})
	}
}

// configure takes what the configuration of the repository under test says, if it has one.
func (c *tree) configure(t *testing.T) {
	src, err := config.Read(c.fsys, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.conf = &config.Config{}
	if src == nil {
		return
	}
	var faults []config.Error
	c.conf, faults = config.Parse(src, c.rules.Known())
	for _, f := range faults {
		t.Error(f.Error())
	}
}

// tree is one repository under test.
type tree struct {
	rules lint.RuleSet
	rule  *lint.Rule
	fsys  fs.FS
	extra []string
	dir   string // where .fixed files stand; "" for examples
	conf  *config.Config
}

func (c tree) settings(strict bool) lint.Settings {
	sel := lint.Selection{Strict: strict, Ignored: map[string]bool{}, Tools: map[string]func(*lint.Pass){c.rule.Tool: c.rule.Run}, UseTools: true}
	for _, r := range c.rules {
		sel.Ignored[r.ID] = r.ID != c.rule.ID && c.rule.ID != lint.SuppressionRule
	}
	return lint.Configure(c.rules.With(c.conf), c.conf, sel)
}

func (c tree) check(t *testing.T) {
	t.Helper()
	if c.rule.Tool != "" && c.rule.Run == nil {
		t.Skipf("the program %s is not here", c.rule.Tool)
	}
	r := repo.Load(c.fsys, repo.Options{Extra: c.extra})
	for _, p := range r.Problems {
		t.Errorf("%s: %s", p.Path, p.Message)
	}
	if len(r.Files) == 0 {
		t.Fatal("nothing to check")
	}
	for _, strict := range []bool{false, true} {
		res := lint.Run(r, c.settings(strict))
		for _, p := range res.Problems {
			t.Errorf("%s: %s", p.Path, p.Message)
		}
		var got []string
		for _, f := range res.Findings {
			if lint.Base(f.Rule) == c.rule.ID && f.Suppressed == nil {
				got = append(got, render(res.Sources[f.Path], f))
			}
			checkFinding(t, res, f)
		}
		want := wants(t, r, strict)
		if diff := match(want, got); diff != "" {
			t.Errorf("strict %v: findings that differ from the # want comments:\n%s", strict, diff)
		}
	}
	if c.dir != "" {
		c.checkFixed(t, r)
	}
}

func checkFinding(t *testing.T, res *lint.Result, f lint.Finding) {
	t.Helper()
	src := res.Sources[f.Path]
	if f.End <= f.Start || f.End > len(src.Text) {
		t.Errorf("%s: the span %v is empty or outside the file: %s", f.Path, f.Span, f.Message)
	}
	if f.Message == "" || strings.HasSuffix(f.Message, ".") {
		t.Errorf("%s: message %q ends in a full stop or is empty", f.Path, f.Message)
	}
	for _, places := range [][]lint.Place{f.Related, f.Trace} {
		for _, p := range places {
			at := src
			if p.Path != "" {
				at = res.Sources[p.Path]
			}
			if at == nil || p.End < p.Start || p.End > len(at.Text) {
				t.Errorf("%s: the place %v of %q is outside its file", f.Path, p, f.Message)
			}
		}
	}
}

func render(src *syntax.Source, f lint.Finding) string {
	return fmt.Sprintf("%s:%d: %s %s", f.Path, src.Position(f.Start).Line, f.Severity, f.Message)
}

// checkFixed compares each file with the .fixed beside it: the text after all fixes of the rule, unsafe ones too.
func (c tree) checkFixed(t *testing.T, r *repo.Repo) {
	files, _ := lint.Fixes(r, lint.FixSettings{Settings: c.settings(true), Unsafe: true, Rules: map[string]bool{c.rule.ID: true}})
	changed := map[string]string{}
	for _, f := range files {
		for _, refused := range f.Refused {
			t.Errorf("%s: the fix %q was refused: %s", f.Path, refused.Title, refused.Reason)
		}
		if f.New != f.Old {
			changed[f.Path] = f.New
		}
	}
	for _, f := range r.Files {
		name := filepath.Join(c.dir, filepath.FromSlash(f.Path)) + ".fixed"
		got, fixed := changed[f.Path]
		if *update && fixed {
			if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil && !fixed {
			continue
		}
		if err != nil {
			t.Errorf("%s is fixed, but there is no %s; run the test with -update and read it", f.Path, path.Base(f.Path)+".fixed")
			continue
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s after its fixes (-want +got):\n%s", f.Path, diff)
		}
	}
}
