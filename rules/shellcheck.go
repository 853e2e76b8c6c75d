package rules

import "sekisho/lint"

func shellcheckRule() *lint.Rule {
	return &lint.Rule{
		ID:       "shellcheck",
		Summary:  "what ShellCheck finds in the scripts of steps, when it is installed and asked for",
		Severity: lint.Low,
		Aliases:  []string{"actionlint:shellcheck"},
		Tags:     []string{"cwe-1286", "prevent", "detect-mistakes"},
		Tool:     "shellcheck",
	}
}
