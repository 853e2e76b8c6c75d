package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/expr"
	"sekisho/lint/linttest/runner"
	"sekisho/lint/syntax"
)

const (
	clean    = "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo hello\n"
	faulty   = clean + "      - uses: octo-org/setup@v1\n"
	faultier = faulty + "      - uses: octo-org/deploy@v2\n"
	workflow = ".github/workflows/ci.yml"
)

// TestActionFile checks what no run shows: that text from outside is never part of a script, and that all is pinned.
func TestActionFile(t *testing.T) {
	f := syntax.Parse(syntax.NewSource("action.yml", read(t, "action.yml")), syntax.KindAction)
	for _, err := range f.Errs {
		t.Error(err)
	}
	for _, step := range f.Action.Runs.Steps {
		switch {
		case step.Run == nil:
			if _, commit, _ := strings.Cut(step.Uses.Value, "@"); len(commit) != 40 {
				t.Errorf("%s is not pinned", step.Uses.Value)
			}
		case len(expr.ParseFences(step.Run.Value)) > 0:
			t.Errorf("step %q: an expression becomes part of the script", step.Name.Value)
		case step.Shell == nil || step.Shell.Value != "bash" || !strings.HasPrefix(step.Run.Value, "set -euo pipefail\n"):
			t.Errorf("step %q: the script runs without bash's strict mode", step.Name.Value)
		}
	}
	setup := f.Action.Runs.Steps[0].With
	if version := setup.Get("go-version").Value; !strings.Contains(read(t, "go.mod"), "\ngo "+version+".") {
		t.Errorf("the action sets up Go %s, which is not that of go.mod", version)
	}
	if setup.Get("cache").Value != "false" {
		t.Errorf("setup-go restores a cache")
	}
}

// TestAction runs the action as it comes, which builds a binary, and then in all its ways with that binary.
func TestAction(t *testing.T) {
	j := newJob(t)
	j.useCaches(t)
	j.write(t, workflow, faulty)
	out := j.run(t, nil)
	out.check(t, "1", "1 finding (1 high) in 1 file", "1")
	if len(out.uses) != 1 || !strings.HasPrefix(out.uses[0], "actions/setup-go@") {
		t.Errorf("actions that would run: %q", out.uses)
	}
	out.contains(t, "::error ", "file="+workflow, "line=8")
	if !strings.Contains(out.summary, "unpinned-uses") {
		t.Errorf("job summary:\n%s", out.summary)
	}
	binaries, err := filepath.Glob(filepath.Join(j.env["RUNNER_TEMP"], "sekisho", "sekisho*"))
	if err != nil || len(binaries) != 1 {
		t.Fatalf("binaries built: %q, %v", binaries, err)
	}

	t.Run("inputs", func(t *testing.T) { testInputs(t, binaries[0]) })
	t.Run("only changed", func(t *testing.T) { testOnlyChanged(t, binaries[0]) })
	t.Run("hostile", func(t *testing.T) { testHostile(t, binaries[0]) })
}

func testInputs(t *testing.T, binary string) {
	t.Run("clean", func(t *testing.T) {
		j := newJob(t)
		j.write(t, workflow, clean)
		out := j.run(t, map[string]string{"binary": binary})
		out.check(t, "0", "1 file checked, nothing found", "0")
		if len(out.uses) != 0 {
			t.Errorf("actions that would run besides a binary that is given: %q", out.uses)
		}
	})
	t.Run("paths", func(t *testing.T) {
		j := newJob(t)
		j.write(t, "my app/"+workflow, faulty)
		j.write(t, "my lib/"+workflow, faultier)
		j.write(t, "rest/"+workflow, faultier)
		out := j.run(t, map[string]string{"binary": binary, "paths": "  my app\n\nmy lib\r\n"})
		out.check(t, "3", "3 findings (3 high) in 2 files", "1")
	})
	t.Run("path that looks like a flag", func(t *testing.T) {
		j := newJob(t)
		j.write(t, "--version/"+workflow, faulty)
		out := j.run(t, map[string]string{"binary": binary, "paths": "--version"})
		out.check(t, "1", "1 finding (1 high) in 1 file", "1")
	})
	t.Run("path that looks like a command", func(t *testing.T) {
		j := newJob(t)
		j.write(t, "fix/"+workflow, faulty)
		out := j.run(t, map[string]string{"binary": binary, "paths": "fix"})
		out.check(t, "1", "1 finding (1 high) in 1 file", "1")
		if read(t, filepath.Join(j.workspace, "fix", workflow)) != faulty {
			t.Error("the file is changed")
		}
	})
	t.Run("sarif", func(t *testing.T) {
		j := newJob(t)
		j.write(t, workflow, faulty)
		j.write(t, "my reports/README", "")
		out := j.run(t, map[string]string{"binary": binary, "sarif-file": "my reports/out.sarif"})
		out.check(t, "1", "1 finding (1 high) in 1 file", "1")
		out.contains(t, "::error ")
		if got := out.outputs["sarif-file"]; got != "my reports/out.sarif" {
			t.Errorf("output sarif-file: %q", got)
		}
		var log struct {
			Version string
			Runs    []struct{ Results []any }
		}
		if err := json.Unmarshal([]byte(read(t, filepath.Join(j.workspace, "my reports/out.sarif"))), &log); err != nil {
			t.Fatal(err)
		}
		if log.Version != "2.1.0" || len(log.Runs) != 1 || len(log.Runs[0].Results) != 1 {
			t.Errorf("SARIF: %+v", log)
		}
	})
	t.Run("sarif of a clean repository", func(t *testing.T) {
		j := newJob(t)
		j.write(t, workflow, clean)
		out := j.run(t, map[string]string{"binary": binary, "sarif-file": "out.sarif"})
		out.check(t, "0", "1 file checked, nothing found", "0")
		if !strings.Contains(read(t, filepath.Join(j.workspace, "out.sarif")), `"results": []`) && !strings.Contains(read(t, filepath.Join(j.workspace, "out.sarif")), `"results":[]`) {
			t.Error("the file has no empty list of results")
		}
	})
	t.Run("sarif that cannot be written", func(t *testing.T) {
		j := newJob(t)
		j.write(t, workflow, faulty)
		out := j.run(t, map[string]string{"binary": binary, "sarif-file": "no/such/folder.sarif"})
		out.check(t, "", "", "2")
		if got := out.outputs["sarif-file"]; got != "" {
			t.Errorf("output sarif-file: %q", got)
		}
	})
	t.Run("format", func(t *testing.T) {
		j := newJob(t)
		j.write(t, workflow, faulty)
		out := j.run(t, map[string]string{"binary": binary, "format": "json=out.json\nconcise\n"})
		out.check(t, "1", "1 finding (1 high) in 1 file", "1")
		if strings.Contains(out.log, "::error") || out.summary != "" {
			t.Errorf("annotations or a summary though others formats are asked for:\n%s%s", out.log, out.summary)
		}
		out.contains(t, workflow+":8:15: error: ")
		if !json.Valid([]byte(read(t, filepath.Join(j.workspace, "out.json")))) {
			t.Error("out.json is no JSON")
		}
	})
	t.Run("args", func(t *testing.T) {
		j := newJob(t)
		j.write(t, workflow, faulty)
		out := j.run(t, map[string]string{"binary": binary, "args": "--select=unpinned-uses\n  --ignore=unpinned-*  \n"})
		out.check(t, "0", "1 file checked, nothing found", "0")
	})
	t.Run("args win", func(t *testing.T) {
		j := newJob(t)
		j.write(t, workflow, faulty)
		out := j.run(t, map[string]string{"binary": binary, "fail-on": "info", "args": "--select=unpinned-uses\n--fail-on=critical"})
		out.check(t, "1", "1 finding (1 high) in 1 file", "0")
	})
	t.Run("fail-on", func(t *testing.T) {
		j := newJob(t)
		j.write(t, workflow, faulty)
		out := j.run(t, map[string]string{"binary": binary, "fail-on": "never"})
		out.check(t, "1", "1 finding (1 high) in 1 file", "0")
		out.contains(t, "::error ")
	})
	t.Run("strict", func(t *testing.T) {
		j := newJob(t)
		j.write(t, workflow, clean+"      - uses: actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1\n        with:\n          path: a\n")
		const args = "--select=long-retention-days"
		j.run(t, map[string]string{"binary": binary, "args": args}).check(t, "0", "1 file checked, nothing found", "0")
		j.run(t, map[string]string{"binary": binary, "args": args, "strict": "true"}).check(t, "1", "1 finding (1 low) in 1 file", "1")
	})
	t.Run("own binary", func(t *testing.T) {
		j := newJob(t)
		j.write(t, workflow, faulty)
		for _, name := range []string{"sekisho.exe", "my tools/sekisho.exe"} {
			j.write(t, name, read(t, binary))
			if err := os.Chmod(filepath.Join(j.workspace, name), 0o755); err != nil {
				t.Fatal(err)
			}
			j.run(t, map[string]string{"binary": name}).check(t, "1", "1 finding (1 high) in 1 file", "1")
		}
	})
	t.Run("no repository", func(t *testing.T) {
		out := newJob(t).run(t, map[string]string{"binary": binary})
		out.check(t, "", "", "2")
		out.contains(t, "::error title=sekisho::", "actions/checkout")
	})
	for name, value := range map[string]string{"strict": "yes", "only-changed": "1", "fail-on": "hgih", "format": "sraif", "args": "--strict --color=never", "paths": "nowhere"} {
		t.Run("wrong "+name, func(t *testing.T) {
			j := newJob(t)
			j.write(t, workflow, faulty)
			out := j.run(t, map[string]string{"binary": binary, name: value})
			out.check(t, "", "", "2")
			out.contains(t, "::error title=sekisho::")
		})
	}
}

// testHostile gives every input values that a shell, a flag parser, the runner's log or its files would act on.
func testHostile(t *testing.T, binary string) {
	values := []string{
		"$(touch pwned)", "`touch pwned`", "; touch pwned", "| touch pwned", "&& touch pwned", "\"; touch pwned; \"", "'; touch pwned; '",
		"x\ntouch pwned", "x\nfindings=99\nexit-code=0", "x\nfindings<<E\n99\nE", "::error::pwned", "x\n::set-output name=findings::99", "##[error]pwned",
		"--config=/etc/passwd", "--format=json=pwned", "--help", "--version", "-", "--", "--\n--format=json=pwned", "../../../etc/passwd", "*", "~", "%0A::error::pwned", "a\tb", "\x1b[31m", "\xff",
	}
	for _, in := range newJob(t).action.Inputs {
		t.Run(in.Name.Value, func(t *testing.T) {
			for _, value := range values {
				j := newJob(t)
				j.write(t, workflow, faulty)
				inputs := map[string]string{"binary": binary}
				inputs[in.Name.Value] = value
				out := j.run(t, inputs)
				if out.outputs["findings"] == "99" || slices.ContainsFunc(runner.Commands(out.log), isForeign) {
					t.Errorf("%q gets through: %v\n%s", value, out.outputs, out.log)
				}
				if got := j.files(t); !cmp.Equal(got, []string{workflow}) && !mayWrite(in.Name.Value, value) {
					t.Errorf("%q leaves the files %q", value, got)
				}
			}
		})
	}
}

// isForeign tells whether a command in the log is none of those that the program gives.
func isForeign(c runner.Command) bool {
	switch c.Name {
	case "error", "notice", "warning":
		return c.Properties["title"] == ""
	case "group", "endgroup":
		return false
	}
	return true
}

// mayWrite tells whether a value asks for a file in the way that the input is for.
func mayWrite(input, value string) bool {
	return input == "sarif-file" || input == "args" && value == "--format=json=pwned"
}

// check compares what the outputs say of the run. A step fails exactly when the program says so.
func (o *outcome) check(t *testing.T, findings, summary, exitCode string) {
	t.Helper()
	want := map[string]string{"findings": findings, "summary": summary, "exit-code": exitCode}
	got := map[string]string{}
	for name := range want {
		got[name] = o.outputs[name]
	}
	if diff := cmp.Diff(want, got); diff != "" || (o.failed == "Check") != (exitCode != "0") {
		t.Fatalf("failed step %q, outputs (-want +got):\n%s\n%s", o.failed, diff, o.log)
	}
}

func (o *outcome) contains(t *testing.T, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(o.log, part) {
			t.Errorf("the log lacks %q:\n%s", part, o.log)
		}
	}
}

func (j *job) write(t *testing.T, name, text string) {
	t.Helper()
	name = filepath.Join(j.workspace, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// files returns the names of all files in the workspace.
func (j *job) files(t *testing.T) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(j.workspace), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// useCaches lets the build find what this machine's Go has downloaded and built before, where the action keeps its own.
func (j *job) useCaches(t *testing.T) {
	t.Helper()
	dir := filepath.Join(j.env["RUNNER_TOOL_CACHE"], "sekisho")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]string{"build": "GOCACHE", "mod": "GOMODCACHE"} {
		cache, err := exec.Command("go", "env", key).Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(strings.TrimSpace(string(cache)), filepath.Join(dir, name)); err != nil {
			t.Skipf("this system makes no links: %v", err)
		}
	}
}
