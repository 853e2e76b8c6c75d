package rules_test

import (
	"testing"

	"sekisho/lint/linttest"
	"sekisho/rules"
)

func TestRules(t *testing.T) {
	linttest.Run(t, rules.All(), ".", "../testdata/rules")
}
