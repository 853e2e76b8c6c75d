package rules

import "sekisho/lint"

func syntaxRule() *lint.Rule {
	return &lint.Rule{
		ID:       "syntax",
		Summary:  "a file, a key or an expression that GitHub would refuse or read otherwise than written",
		Severity: lint.High,
		Tags:     []string{"cwe-1286", "prevent", "detect-mistakes"},
		Run: func(p *lint.Pass) {
			for _, e := range p.File.Errs {
				p.Report(lint.Finding{Span: e.Span, Message: e.Message})
			}
			for _, e := range p.File.Ignored {
				p.Report(lint.Finding{Span: e.Span, Severity: lint.Medium, Message: e.Message})
			}
		},
	}
}
