package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"sekisho/lint/syntax"
)

// TestScripts has shellcheck read every script that this repository runs, where there is a shellcheck.
func TestScripts(t *testing.T) {
	checker, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Skip("there is no shellcheck")
	}
	names, err := filepath.Glob(".github/workflows/*.yml")
	if err != nil {
		t.Fatal(err)
	}
	files := []string{".ci/run"}
	dir := t.TempDir()
	for _, name := range append(names, "action.yml") {
		kind := syntax.KindWorkflow
		if name == "action.yml" {
			kind = syntax.KindAction
		}
		f := syntax.Parse(syntax.NewSource(name, read(t, name)), kind)
		for _, step := range f.Steps() {
			if step.Run == nil {
				continue
			}
			script := filepath.Join(dir, fmt.Sprintf("%s-line-%d.bash", filepath.Base(name), f.Position(step.Run.Start).Line))
			if err := os.WriteFile(script, []byte("# shellcheck shell=bash\n"+step.Run.Value), 0o666); err != nil {
				t.Fatal(err)
			}
			files = append(files, script)
		}
	}
	if out, err := exec.Command(checker, files...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
