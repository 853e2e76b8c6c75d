package shellcheck

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// TestMain plays the program when the test binary is called as one.
func TestMain(m *testing.M) {
	if slices.Contains(os.Args, "--format=json1") {
		os.Exit(fake())
	}
	os.Exit(m.Run())
}

// fake does what the first comment of the script asks for.
func fake() int {
	in := bufio.NewReader(os.Stdin)
	first, _ := in.ReadString('\n')
	if strings.HasPrefix(first, "set ") {
		first, _ = in.ReadString('\n')
	}
	word, rest, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(first, "# fake ")), " ")
	if word != "deaf" {
		io.Copy(io.Discard, in)
	}
	switch word {
	case "say", "deaf":
		fmt.Print(rest)
		return 1
	case "fail":
		fmt.Fprintln(os.Stderr, rest)
		return 3
	case "silent":
		return 4
	case "chatty":
		fmt.Fprint(os.Stderr, strings.Repeat("more ", 1<<20))
		return 0
	case "flood":
		for range maxOutput/1000 + 1000 {
			fmt.Println(strings.Repeat("x", 1000))
		}
	case "hang":
		r, _, _ := os.Pipe()
		r.Read(make([]byte, 1))
	case "env":
		b, _ := json.Marshal(map[string]any{"comments": []comment{{Line: 1, Column: 1, Message: strings.Join(os.Environ(), " ")}}})
		os.Stdout.Write(b)
	case "args":
		b, _ := json.Marshal(map[string]any{"comments": []comment{{Line: 1, Column: 1, Message: strings.Join(os.Args[1:], " ")}}})
		os.Stdout.Write(b)
	}
	return 0
}

// run has the fake program look at a workflow with these scripts.
func run(t *testing.T, timeout time.Duration, shell string, scripts ...string) *lint.Result {
	t.Helper()
	var b strings.Builder
	b.WriteString("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n")
	for _, s := range scripts {
		b.WriteString("      - shell: " + shell + "\n        run: |\n")
		for line := range strings.Lines(s) {
			b.WriteString("          " + line)
		}
		b.WriteString("\n")
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := New(program)
	c.timeout = timeout
	rule := &lint.Rule{ID: "shellcheck", Severity: lint.Low, Tool: Tool, Run: c.Run}
	r := repo.Load(fstest.MapFS{".github/workflows/a.yml": {Data: []byte(b.String())}}, repo.Options{})
	return lint.Run(r, lint.Settings{Rules: []*lint.Rule{rule}})
}

func TestProtocol(t *testing.T) {
	const place = `"line":3,"endLine":3,"column":6,"endColumn":8`
	tests := []struct {
		name     string
		scripts  []string
		findings []string
		problems []string
	}{
		{
			name:     "comments",
			scripts:  []string{`# fake say {"comments":[{` + place + `,"level":"error","code":1,"message":"Is wrong. Mend it."},{"line":3,"endLine":3,"column":1,"endColumn":5,"level":"style","code":2,"message":"SC says so."}]}` + "\necho $x\n"},
			findings: []string{"info echo: SC says so (SC0002)", "medium $x: is wrong; Mend it (SC0001)"},
		},
		{
			name:     "two of one place",
			scripts:  []string{`# fake say {"comments":[{` + place + `,"level":"info","code":1,"message":"A."},{` + place + `,"level":"warning","code":2,"message":"B"}]}` + "\necho $x\n"},
			findings: []string{"low $x: a (SC0001); besides, b (SC0002)"},
		},
		{
			name:     "none of them",
			scripts:  []string{`# fake say {"comments":[]}` + "\necho\n"},
			findings: nil,
		},
		{
			name:     "places that do not exist",
			scripts:  []string{`# fake say {"comments":[{"line":99,"endLine":0,"column":-1,"endColumn":7,"level":"x","code":1,"message":"far"},{"line":-5,"endLine":3,"column":99,"endColumn":1,"level":"","code":2,"message":""}]}` + "\necho語\n"},
			findings: []string{"info 語: far (SC0001); besides,  (SC0002)"},
		},
		{
			name:     "control characters",
			scripts:  []string{`# fake say {"comments":[{` + place + `,"level":"info","code":1,"message":"a\nb\u001b[31m"}]}` + "\necho $x\n"},
			findings: []string{"info $x: a b\x1b[31m (SC0001)"},
		},
		{name: "no JSON", scripts: []string{"# fake say <html>\n"}, problems: []string{"shellcheck failed: it prints no JSON of the form json1; use version 0.7 or newer"}},
		{name: "failure", scripts: []string{"# fake fail unrecognized option `--norc'.\n"}, problems: []string{"shellcheck failed: unrecognized option `--norc'"}},
		{name: "silent failure", scripts: []string{"# fake silent\n"}, problems: []string{"shellcheck failed: exit status 4"}},
		{name: "much on stderr", scripts: []string{"# fake chatty\n"}, problems: []string{"shellcheck failed: it prints no JSON of the form json1; use version 0.7 or newer"}},
		{name: "too much output", scripts: []string{"# fake flood\n"}, problems: []string{"shellcheck failed: it has more than 8388608 bytes to say about the script in line 7"}},
		{
			name:     "a script that is not read and larger than a pipe",
			scripts:  []string{`# fake deaf {"comments":[{"line":2,"endLine":2,"column":1,"endColumn":2,"level":"info","code":1,"message":"x"}]}` + "\n" + strings.Repeat("echo\n", 40_000)},
			findings: []string{"info #: x (SC0001)"},
		},
		{name: "too long", scripts: []string{"# fake fail\n" + strings.Repeat("echo\n", 60_000)}},
		{
			name:     "two failures end the file",
			scripts:  []string{"# fake silent\n", "# fake silent\n", "# fake silent\n"},
			problems: []string{"shellcheck failed: exit status 4", "shellcheck failed: exit status 4"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := run(t, time.Minute, "bash", tt.scripts...)
			var findings, problems []string
			for _, f := range res.Findings {
				findings = append(findings, f.Severity.String()+" "+res.Sources[f.Path].Slice(f.Span)+": "+f.Message)
			}
			for _, p := range res.Problems {
				problems = append(problems, p.Message)
			}
			if diff := cmp.Diff(tt.findings, findings); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.problems, problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTimeout(t *testing.T) {
	res := run(t, 50*time.Millisecond, "bash", "# fake hang\n")
	if len(res.Problems) != 1 || !strings.Contains(res.Problems[0].Message, "did not end within 50ms on the script in line 7") {
		t.Errorf("problems: %v", res.Problems)
	}
}

func TestCall(t *testing.T) {
	t.Setenv("SHELLCHECK_OPTS", "--enable=all")
	res := run(t, time.Minute, "bash", "# fake env\n")
	if len(res.Findings) != 1 || strings.Contains(res.Findings[0].Message, "SHELLCHECK_OPTS") {
		t.Errorf("the environment is handed on: %v", res.Findings)
	}
	for shell, want := range map[string]string{"bash": "--shell=bash", "sh": "--shell=sh", "bash -x {0}": "--shell=bash", "/bin/sh -e {0}": "--shell=sh"} {
		res := run(t, time.Minute, shell, "# fake args\n")
		if len(res.Findings) != 1 || !strings.Contains(res.Findings[0].Message, want) || !strings.Contains(res.Findings[0].Message, "--norc") {
			t.Errorf("%s: %v", shell, res.Findings)
		}
	}
	for _, shell := range []string{"python", "pwsh", "dash {0}", "zsh {0}", "cmd", "bash.exe"} {
		if res := run(t, time.Minute, shell, "# fake args\n"); len(res.Findings)+len(res.Problems) > 0 {
			t.Errorf("%s: %v", shell, res)
		}
	}
}

// FuzzPlace maps any place that the program may name into any script.
func FuzzPlace(f *testing.F) {
	f.Add("a: |\n  echo ${{ x }} $y\n", 1, 1, 2, 3)
	f.Add("a: \"e\\n語 ${{ x\\n }}\"", 2, 3, 2, 3)
	f.Add("a: >-\n  x\n\n  ${{ y }}\n", 0, -1, 99, 99)
	f.Fuzz(func(t *testing.T, text string, line, column, endLine, endColumn int) {
		src := syntax.NewSource("x.yml", text)
		root, _, _ := syntax.ParseYAML(src)
		if root == nil || len(root.Pairs) == 0 {
			return
		}
		run := root.Pairs[0].Value.Str()
		if run.Value == "" || run.Len() == 0 {
			return
		}
		s := newScript(&syntax.File{Source: src}, &run, "bash", "set -e\n")
		at := s.span(comment{Line: line, Column: column, EndLine: endLine, EndColumn: endColumn})
		if at.Start < run.Start || at.End > max(run.End, at.Start) || at.End <= at.Start {
			t.Errorf("%q: %v of %v", text, at, run.Span)
		}
	})
}
