package rules

import "sekisho/lint"

// suppression has no Run: the engine knows which comments silenced something only after all rules have run.
func suppression() *lint.Rule {
	return &lint.Rule{
		ID:         lint.SuppressionRule,
		Summary:    "an ignore comment without a reason, with an unknown rule, or that silences nothing",
		Severity:   lint.Low,
		Tags:       []string{"cwe-1164", "detect", "detect-scanners", "detect-mistakes"},
		NewOptions: func() any { return &lint.SuppressionOptions{RequireReason: true} },
	}
}
