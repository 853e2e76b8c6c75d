package editors

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pattern is what VS Code looks for in a line; the numbers are those of groups.
type pattern struct {
	Regexp                                      string
	File, Line, Column, Severity, Message, Code int
}

func vscodePattern(t *testing.T) (pattern, []string) {
	t.Helper()
	var file struct {
		Version string
		Tasks   []struct {
			Label, Type, Command string
			Args                 []string
			ProblemMatcher       struct {
				Owner, Source string
				FileLocation  []string
				Pattern       pattern
			}
		}
	}
	d := json.NewDecoder(strings.NewReader(read(t, "tasks.json")))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		t.Fatal(err)
	}
	if len(file.Tasks) != 1 || file.Tasks[0].Command != "sekisho" {
		t.Fatalf("tasks: %+v", file.Tasks)
	}
	return file.Tasks[0].ProblemMatcher.Pattern, file.Tasks[0].Args
}

// TestVSCode runs the task and reads its output by the problem matcher.
func TestVSCode(t *testing.T) {
	p, args := vscodePattern(t)
	// JavaScript and Go read an expression in the same way that has no look-around, references, named groups, flags or classes
	// beyond \d. The point differs only at line ends other than LF, which the concise format never holds.
	if !regexp.MustCompile(`^\^([()a-z|:,.+* ]|\\[d[\]]|\+\?)*\$$`).MatchString(p.Regexp) {
		t.Errorf("%s may mean something else to VS Code than to Go", p.Regexp)
	}
	re := regexp.MustCompile(p.Regexp)
	dir := saved(t)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "${workspaceFolder}", dir)
	}
	var got []finding
	for line := range strings.Lines(sekisho(t, t.TempDir(), "", args...)) {
		m := re.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			t.Errorf("not matched: %s", line)
			continue
		}
		got = append(got, finding{Path: m[p.File], Line: number(t, m[p.Line]), Column: number(t, m[p.Column]), Level: m[p.Severity], Message: m[p.Message], Rule: m[p.Code]})
	}
	want := lint(t, dir)
	for i := range want {
		want[i].Offset, want[i].EndOffset = 0, 0
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}

	for line, want := range map[string][]string{
		"a b:3: c.yml:1:2: note: a: b [c] [d]":        {"a b:3: c.yml", "1", "2", "note", "a: b [c]", "d"},
		"a.yml: could not check: neither":             nil,
		"could not check: 1:2: error: x":              nil,
		"sekisho: .github/sekisho.yml:1:2: no [such]": nil,
	} {
		var groups []string
		if m := re.FindStringSubmatch(line); m != nil {
			groups = m[1:]
		}
		if diff := cmp.Diff(want, groups); diff != "" {
			t.Errorf("%s (-want +got):\n%s", line, diff)
		}
	}
}

// TestGCC checks that the concise format is what the problem matcher $gcc of VS Code reads, which knows errors and warnings only.
func TestGCC(t *testing.T) {
	re := regexp.MustCompile(`^(.*):(\d+):(\d+):\s+(?:fatal\s+)?(warning|error):\s+(.*)$`)
	var got []finding
	for line := range strings.Lines(sekisho(t, saved(t), "", "--format", "concise")) {
		if m := re.FindStringSubmatch(strings.TrimSuffix(line, "\n")); m != nil {
			got = append(got, finding{Path: m[1], Line: number(t, m[2]), Column: number(t, m[3]), Level: m[4], Message: m[5]})
		}
	}
	var want []finding
	for _, f := range lint(t, saved(t)) {
		if f.Level != "note" {
			want = append(want, finding{Path: f.Path, Line: f.Line, Column: f.Column, Level: f.Level, Message: f.Message + " [" + f.Rule + "]"})
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func number(t *testing.T, digits string) int {
	t.Helper()
	n, err := strconv.Atoi(digits)
	if err != nil {
		t.Error(err)
	}
	return n
}
