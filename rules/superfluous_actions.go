package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
)

func superfluousActions() *lint.Rule {
	return &lint.Rule{
		ID:       "superfluous-actions",
		Summary:  "an action for what the runner can do by itself",
		Severity: lint.Info,
		Strict:   true,
		Aliases:  []string{"zizmor:superfluous-actions"},
		Tags:     []string{"cwe-1357", "owasp-cicd-sec-3", "prevent", "prevent-pin"},
		Run: func(p *lint.Pass) {
			for use := range p.File.Uses() {
				target, ok := use.Target()
				if !ok {
					continue
				}
				if instead, ok := catalog.Superfluous(strings.TrimSuffix(target.Slug()+"/"+target.Path, "/")); ok {
					p.Report(lint.Finding{
						Span:    use.NameSpan(p.File),
						Message: fmt.Sprintf("`%s` does what the runner brings along: %s; a line of your own needs no trust in anybody", target.Slug(), instead),
					})
				}
			}
		},
	}
}
