package rules_test

import (
	"testing"

	"sekisho/lint/linttest"
	"sekisho/rules"
)

// TestAdversarial runs rules over files that try to slip past them, and over those that look alike and are no fault.
func TestAdversarial(t *testing.T) {
	linttest.Folders(t, rules.All(), "../testdata/adversarial")
}
