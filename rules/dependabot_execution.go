package rules

import (
	"sekisho/lint"
)

func dependabotExecution() *lint.Rule {
	return &lint.Rule{
		ID:       "dependabot-execution",
		Summary:  "a Dependabot update that may run code of the packages it updates",
		Severity: lint.High,
		Aliases:  []string{"zizmor:dependabot-execution"},
		Tags:     []string{"cwe-829", "owasp-cicd-sec-3", "owasp-cicd-sec-4", "prevent", "prevent-pin"},
		Run: func(p *lint.Pass) {
			if p.File.Dependabot == nil {
				return
			}
			for _, u := range p.File.Dependabot.Updates {
				if u.Execution == nil || u.Execution.Value != "allow" {
					continue
				}
				p.Report(lint.Finding{
					Span:    u.Execution.Span,
					Message: "Dependabot may run the code of packages while it resolves them, with the credentials of the private registries in reach; deny it",
					Fixes:   []lint.Fix{{Title: "deny it", Safety: lint.Unsafe, Edits: p.File.ReplaceScalar(&u.Execution.Str, "deny")}},
				})
			}
		},
	}
}
