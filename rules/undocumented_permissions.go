package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

func undocumentedPermissions() *lint.Rule {
	return &lint.Rule{
		ID:       "undocumented-permissions",
		Summary:  "a scope of the token without a comment that says what it is for",
		Severity: lint.Low,
		Strict:   true,
		Aliases:  []string{"zizmor:undocumented-permissions"},
		Tags:     []string{"cwe-1116", "owasp-cicd-sec-5", "limit", "limit-permissions"},
		Run: func(p *lint.Pass) {
			if p.File.Workflow == nil {
				return
			}
			checkDocumented(p, p.File.Workflow.Permissions)
			for _, job := range p.File.Workflow.Jobs {
				checkDocumented(p, job.Permissions)
			}
		},
	}
}

// checkDocumented reports a block once, at the first scope without a comment.
func checkDocumented(p *lint.Pass, block *syntax.Permissions) {
	if block == nil {
		return
	}
	var bare []syntax.Scope
	for _, s := range block.Scopes {
		plain := s.Value.Value == "none" || s.Name.Value == "contents" && s.Value.Value == "read"
		if !plain && !documented(p.File, s) {
			bare = append(bare, s)
		}
	}
	if len(bare) == 0 {
		return
	}
	f := lint.Finding{
		Span:    bare[0].Name.Span,
		Message: fmt.Sprintf("nothing says what `%s: %s` is for; add a comment behind it, so that it goes when its reason does", bare[0].Name.Value, bare[0].Value.Value),
	}
	for _, s := range bare[1:] {
		f.Related = append(f.Related, lint.Place{Span: s.Name.Span, Message: fmt.Sprintf("nor what `%s: %s` is for", s.Name.Value, s.Value.Value)})
	}
	p.Report(f)
}

// documented reports a comment with words on the line of a scope, or alone on the line above it. What speaks to a linter says
// nothing to people.
func documented(f *syntax.File, s syntax.Scope) bool {
	line := f.Position(s.Name.Start).Line
	for _, c := range f.Comments {
		at := f.Position(c.Start).Line
		if at == line || c.Own && at == line-1 && c.Start > 0 {
			text := strings.TrimSpace(strings.TrimLeft(c.Text, "#- "))
			if text != "" && !strings.HasPrefix(text, "zizmor: ignore") && !strings.HasPrefix(text, "sekisho: ignore") {
				return true
			}
		}
	}
	return false
}
