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

// TestReadme checks that the README shows what the program prints and lists the rules that there are; -update rewrites it.
func TestReadme(t *testing.T) {
	t.Chdir("..")
	old, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	text := section(t, string(old), "<!-- rules -->\n", ruleTable())
	text = section(t, text, "<!-- output: go run . docs/example/release.yml -->\n", output(t, "docs/example/release.yml"))
	if update := flag.Lookup("update"); update != nil && update.Value.String() == "true" {
		if err := os.WriteFile("README.md", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(old), text); diff != "" {
		t.Errorf("the README differs from what is (-README +program); run with -update:\n%s", diff)
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

func ruleTable() string {
	var b strings.Builder
	b.WriteString("| rule | severity | reports |\n| --- | --- | --- |\n")
	for _, r := range rules.All() {
		fmt.Fprintf(&b, "| [`%s`](rules/%s.md) | %s | %s |\n", r.ID, r.ID, r.Severity, r.Summary)
	}
	return b.String()
}

func output(t *testing.T, path string) string {
	t.Helper()
	t.Setenv("GITHUB_ACTIONS", "") // there it prints more
	var out, errs bytes.Buffer
	if code := cli.Main(rules.All(), "test", []string{path}, strings.NewReader(""), &out, &errs); code != 1 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	return "```console\n$ sekisho " + path + "\n" + out.String() + "```\n"
}
