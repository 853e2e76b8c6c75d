package rules

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/catalog"
)

func typosquatUses() *lint.Rule {
	return &lint.Rule{
		ID:       "typosquat-uses",
		Summary:  "an action whose owner is a letter away from that of a well-known one",
		Severity: lint.High,
		Aliases:  []string{"zizmor:typosquat-uses"},
		Tags:     []string{"cwe-1357", "owasp-cicd-sec-3", "prevent", "leak-third-party", "prevent-pin", "matrix-typosquatting"},
		Run: func(p *lint.Pass) {
			for use := range p.File.Uses() {
				target, ok := use.Target()
				if !ok {
					continue
				}
				if real := catalog.LookAlike(target.Slug()); real != "" {
					p.Report(lint.Finding{
						Span:       use.NameSpan(p.File),
						Confidence: lint.Unsure,
						Message:    fmt.Sprintf("`%s` looks like `%s`, but belongs to somebody else, or to whoever takes the name; correct it, or say in an ignore comment that it is meant", target.Slug(), real),
					})
				}
			}
		},
	}
}
