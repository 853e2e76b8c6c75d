package rules

import (
	"fmt"

	"sekisho/lint"
)

func anonymousDefinition() *lint.Rule {
	return &lint.Rule{
		ID:       "anonymous-definition",
		Summary:  "a workflow, job or action without a name",
		Severity: lint.Info,
		Strict:   true,
		Aliases:  []string{"zizmor:anonymous-definition"},
		Tags:     []string{"cwe-1078", "detect", "detect-mistakes"},
		Run:      runAnonymousDefinition,
	}
}

func runAnonymousDefinition(p *lint.Pass) {
	if a := p.File.Action; a != nil && a.Name == nil && a.Runs != nil {
		p.Report(lint.Finding{Span: a.Runs.Key, Message: "the action has no name; give it one for whoever reads the log"})
	}
	w := p.File.Workflow
	if w == nil {
		return
	}
	if w.Name == nil && w.On != nil && !onlyCalled(w) {
		p.Report(lint.Finding{Span: w.On.Key, Message: "the workflow has no name and is listed by its path; give it one"})
	}
	for _, job := range w.Jobs {
		if job.Name == nil && job.Uses == nil && job.Node != nil {
			p.Report(lint.Finding{Span: job.ID.Span, Message: fmt.Sprintf("job `%s` has no name; give it one for whoever reads the log", job.ID.Value)})
		}
	}
}
