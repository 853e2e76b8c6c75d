package rules_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/cli"
	"sekisho/lint/report"
	"sekisho/rules"
)

// TestReadme checks that the README and docs/inventory.md show what the program prints, and that the README and docs/rules.md list the
// rules that there are; -update rewrites them.
func TestReadme(t *testing.T) {
	t.Chdir("..")
	readme := read(t, "README.md")
	text := section(t, readme, "<!-- rules -->\n", ruleIndex())
	text = section(t, text, "<!-- output: go run . docs/example/release.yml -->\n", output(t, "docs/example/release.yml"))
	same(t, "README.md", readme, text)
	list := read(t, "docs/rules.md")
	same(t, "docs/rules.md", list, section(t, list, "<!-- rules -->\n", ruleTable()))
	page := read(t, "docs/inventory.md")
	asked := output(t, "inventory", "--action", "docker/login-action", "lint/inventory/testdata/sample")
	same(t, "docs/inventory.md", page, section(t, page, "<!-- output: go run . inventory -->\n", asked))
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func same(t *testing.T, name, old, text string) {
	t.Helper()
	if update := flag.Lookup("update"); update != nil && update.Value.String() == "true" {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(old, text); diff != "" {
		t.Errorf("%s differs from what is (-file +program); run with -update:\n%s", name, diff)
	}
}

// TestReadmeFormats checks that the README says what each format is for.
func TestReadmeFormats(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range report.Formats() {
		if !strings.Contains(string(text), "--format "+name) {
			t.Errorf("the README does not name --format %s", name)
		}
	}
}

// section replaces what stands between a marker and the next end mark.
func section(t *testing.T, text, marker, body string) string {
	t.Helper()
	before, rest, ok := strings.Cut(text, marker)
	_, after, closed := strings.Cut(rest, "<!-- end -->")
	if !ok || !closed {
		t.Fatalf("the README has no section %q", marker)
	}
	return before + marker + body + "<!-- end -->" + after
}

// ruleIndex names the rules by severity, those that must be asked for apart.
func ruleIndex() string {
	rows := map[string][]string{}
	for _, r := range rules.All() {
		row := r.Severity.String()
		switch {
		case r.Strict:
			row = "with `--strict`"
		case r.Tool == "shellcheck":
			row = "with `--shellcheck`"
		}
		rows[row] = append(rows[row], fmt.Sprintf("[%s](rules/%s.md)", r.ID, r.ID))
	}
	var b strings.Builder
	b.WriteString("| severity | rules |\n| --- | --- |\n")
	for _, row := range []string{"critical", "high", "medium", "low", "info", "with `--strict`", "with `--shellcheck`"} {
		if len(rows[row]) > 0 {
			fmt.Fprintf(&b, "| %s | %s |\n", row, strings.Join(rows[row], ", "))
		}
	}
	return b.String()
}

func ruleTable() string {
	var b strings.Builder
	b.WriteString("| rule | severity | reports |\n| --- | --- | --- |\n")
	for _, r := range rules.All() {
		severity := r.Severity.String()
		if r.Strict {
			severity += ", strict"
		}
		fmt.Fprintf(&b, "| [`%s`](../rules/%s.md) | %s | %s |\n", r.ID, r.ID, severity, r.Summary)
	}
	return b.String()
}

func output(t *testing.T, args ...string) string {
	t.Helper()
	t.Setenv("GITHUB_ACTIONS", "") // there it prints more
	var out, errs bytes.Buffer
	if code := cli.Main(rules.All(), "test", args, strings.NewReader(""), &out, &errs); code != 1 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	return "```console\n$ sekisho " + strings.Join(args, " ") + "\n" + out.String() + "```\n"
}
