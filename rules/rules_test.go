package rules_test

import (
	"os/exec"
	"testing"

	"sekisho/lint/linttest"
	"sekisho/lint/shellcheck"
	"sekisho/rules"
)

func TestRules(t *testing.T) {
	all := rules.All()
	for _, r := range all {
		if program, err := exec.LookPath(r.Tool); r.Tool == shellcheck.Tool && err == nil {
			r.Run = shellcheck.New(program).Run
		}
	}
	linttest.Run(t, all, ".", "../testdata/rules")
}
