// Package editors holds what connects editors with sekisho, as docs/editors.md describes it, and tests it in the editors.
package editors

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the files into the page")

func TestMain(m *testing.M) {
	flag.Parse()
	dir, err := os.MkdirTemp("", "sekisho")
	if err == nil {
		err = build(dir)
	}
	code := 1
	if err == nil {
		code = m.Run()
	} else {
		fmt.Fprintln(os.Stderr, err)
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

// build makes the binary in dir and lets the tests and what they start find it.
func build(dir string) error {
	out, err := exec.Command("go", "build", "-o", dir+string(filepath.Separator), "sekisho").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return os.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// TestPage checks that the page shows every file as it is; -update writes them into it.
func TestPage(t *testing.T) {
	old, err := os.ReadFile("../editors.md")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	text, shown := string(old), 0
	for _, e := range entries {
		if e.IsDir() || strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		if !strings.Contains(text, "](editors/"+e.Name()+")") {
			t.Errorf("the page has no link to %s", e.Name())
		}
		before, rest, ok := strings.Cut(text, "<!-- file: editors/"+e.Name()+" -->\n")
		if !ok {
			continue // only linked
		}
		shown++
		_, after, closed := strings.Cut(rest, "<!-- end -->")
		content, err := os.ReadFile(e.Name())
		if err != nil || !closed {
			t.Fatalf("%s: %v; the section in the page is closed: %v", e.Name(), err, closed)
		}
		language := strings.TrimPrefix(filepath.Ext(e.Name()), ".")
		text = fmt.Sprintf("%s<!-- file: editors/%s -->\n```%s\n%s```\n<!-- end -->%s", before, e.Name(), language, content, after)
	}
	if marks := strings.Count(text, "<!-- file: "); marks != shown {
		t.Errorf("the page shows %d files, of which %d exist", marks, shown)
	}
	if *update {
		if err := os.WriteFile("../editors.md", []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(old), text); diff != "" {
		t.Errorf("the page shows files otherwise than they are (-page +files); run with -update:\n%s", diff)
	}
}

const workflow = ".github/workflows/ci.yml"

// found is a finding as an editor shows it: text is what it marks.
type found struct {
	Level, Rule, Text string
}

// inBuffer is what must be found in testdata/buffer.yml. Two of these findings depend on other files of the repository, one on its
// configuration, and all stand behind characters of three and four bytes.
func inBuffer() []found {
	return []found{
		{"warning", "unpinned-uses", "actions/checkout@v4"},
		{"error", "xtrace-with-secrets", "sh scripts/trace.sh"},
		{"note", "long-retention-days", "90"},
		{"error", "syntax", "[ \"見出し 🚀\",\n        🚀 ]"},
		{"warning", "missing-environment", "release"},
	}
}

// onDisk is found in the file whose place the buffer takes.
func onDisk() found { return found{"warning", "unpinned-uses", "actions/setup-go@v5"} }

// all returns what sekisho itself says of the buffer, in the order of byText: inBuffer, and what rules to come may add.
func all(t *testing.T, dir string) (list []found) {
	t.Helper()
	for _, f := range lintBuffer(t, dir) {
		list = append(list, f.in(buffer(t)))
	}
	slices.SortFunc(list, byText)
	return list
}

// byText is an order that does not depend on the editor.
func byText(a, b found) int {
	return strings.Compare(a.Text+"\n"+a.Rule, b.Text+"\n"+b.Rule)
}

// finding is what sekisho itself prints of a finding.
type finding struct {
	Rule, Level, Path, Message string
	Line, Column               int
	Offset, EndOffset          int
}

func (f finding) in(text string) found { return found{f.Level, f.Rule, text[f.Offset:f.EndOffset]} }

// repository copies testdata/repository into a folder of its own, of which it returns the name.
func repository(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "mein Ordner 庫")
	if err := os.CopyFS(dir, os.DirFS("testdata/repository")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// saved returns a repository in which the workflow holds the text of the buffer.
func saved(t *testing.T) string {
	t.Helper()
	dir := repository(t)
	write(t, filepath.Join(dir, workflow), buffer(t))
	return dir
}

func buffer(t *testing.T) string { return read(t, "testdata/buffer.yml") }

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// sekisho runs the binary in dir and returns its output.
func sekisho(t *testing.T, dir, stdin string, args ...string) string {
	t.Helper()
	cmd := exec.Command("sekisho", args...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(stdin)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) || errs.Len() > 0 {
		t.Fatalf("sekisho %s: %v: %s", args, err, errs.String())
	}
	return string(out)
}

// lint returns the findings of the repository in dir, or of the buffer with the arguments for it.
func lint(t *testing.T, dir string, args ...string) []finding {
	t.Helper()
	var doc struct{ Findings []finding }
	if err := json.Unmarshal([]byte(sekisho(t, dir, buffer(t), append(args, "--format", "json")...)), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Findings
}

// lintBuffer returns the findings of the buffer in the place of the workflow in dir.
func lintBuffer(t *testing.T, dir string) []finding {
	t.Helper()
	return lint(t, dir, "-", "--stdin-filename", workflow)
}

// TestFindings checks that the buffer has the findings that the editors are to show.
func TestFindings(t *testing.T) {
	got := all(t, repository(t))
	for _, want := range inBuffer() {
		if !slices.Contains(got, want) {
			t.Errorf("%+v is not found in %+v", want, got)
		}
	}
}

// editor runs an editor in dir with some variables set and decodes what the script that it ran wrote to the file OUT.
func editor(t *testing.T, dir string, env []string, out any, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // an editor that waits for a key waits for ever
	defer cancel()
	file := filepath.Join(t.TempDir(), "out.json")
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), append(env, "OUT="+file, "HOME="+t.TempDir(), "LC_ALL=C.UTF-8")...)
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, said)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%s wrote nothing: %s", name, said)
	}
	if err := json.Unmarshal(text, out); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}

// installed skips the test where there is no such editor.
func installed(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed, so the recipe for it is not tested", name)
	}
}

func absolute(t *testing.T, name string) string {
	t.Helper()
	abs, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}
