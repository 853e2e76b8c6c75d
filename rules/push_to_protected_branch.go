package rules

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/flow"
)

func pushToProtectedBranch() *lint.Rule {
	return &lint.Rule{
		ID:       "push-to-protected-branch",
		Summary:  "a workflow that pushes to the default branch, so that it cannot be protected from its token",
		Severity: lint.Medium,
		Strict:   true,
		Tags:     []string{"cwe-284", "owasp-cicd-sec-1", "limit", "limit-branch", "matrix-repository-change", "matrix-protected-push"},
		Run:      runPushToProtectedBranch,
	}
}

func runPushToProtectedBranch(p *lint.Pass) {
	if p.File.Workflow == nil {
		return
	}
	for _, job := range p.File.Workflow.Jobs {
		if flow.Never(job.If) {
			continue
		}
		for _, push := range p.Flow.DefaultPushes(p.File, job) {
			target := "the default branch, which the job is on,"
			if push.Target != "" {
				target = "`" + push.Target + "`"
			}
			f := lint.Finding{Span: push.Span, Confidence: lint.Likely}
			f.Message = fmt.Sprintf("`%s` pushes to %s with the token of the workflow, past the review that a protected branch asks for; open a pull request, or let an app with that one right push", push.What, target)
			if push.Force {
				f.Severity = lint.High
				f.Message = fmt.Sprintf("`%s` overwrites %s with the token of the workflow, past the review that a protected branch asks for; open a pull request instead", push.What, target)
			}
			if push.ByHand {
				f.Severity, f.Confidence = lint.Low, lint.Unsure
				f.Message += ", unless it is only started on other branches"
			}
			f.Way = way(p, job, "the default branch")
			p.Report(f)
		}
	}
}
