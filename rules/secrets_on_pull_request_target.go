package rules

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func secretsOnPullRequestTarget() *lint.Rule {
	return &lint.Rule{
		ID:       "secrets-on-pull-request-target",
		Summary:  "a secret in a job that pull_request_target starts for anybody's pull request",
		Severity: lint.High,
		Tags:     []string{"cwe-200", "cwe-862", "owasp-cicd-sec-4", "owasp-cicd-sec-6", "prevent"},
		Run:      runSecretsOnPullRequestTarget,
	}
}

func runSecretsOnPullRequestTarget(p *lint.Pass) {
	if p.File.Workflow == nil {
		return
	}
	for _, t := range p.Flow.Triggers(p.File) {
		// What a caller hands to this workflow is reported where it is handed over.
		if t.Name != "pull_request_target" || len(t.Via) > 0 {
			continue
		}
		for _, job := range p.File.Workflow.Jobs {
			checkTargetJob(p, t, job)
		}
	}
}

func checkTargetJob(p *lint.Pass, t flow.Trigger, job *syntax.Job) {
	for _, s := range p.Flow.JobSecrets(p.File, job) {
		if s.Token {
			continue
		}
		what := "the secret `" + s.Name + "`"
		if s.Name == "" {
			what = "every secret"
		}
		reportTarget(p, t, job, s.Step, s.Span, what)
	}
	if job.Secrets != nil && job.Secrets.Inherit && inheritsSome(p, job) {
		reportTarget(p, t, job, nil, job.Secrets.Span, "every secret, through `secrets: inherit`,")
	}
}

// inheritsSome reports that the called workflow may use an inherited secret: it is not in this repository, or names one.
func inheritsSome(p *lint.Pass, job *syntax.Job) bool {
	if job.Uses == nil {
		return false
	}
	callee := p.Repo.Callee(job.Uses.Value)
	if callee == nil || callee.Workflow == nil {
		return true
	}
	for _, j := range callee.Workflow.Jobs {
		if j.Uses != nil && j.Secrets != nil && j.Secrets.Inherit {
			return true
		}
		for _, s := range p.Flow.JobSecrets(callee, j) {
			if !s.Token {
				return true
			}
		}
	}
	return false
}

func reportTarget(p *lint.Pass, t flow.Trigger, job *syntax.Job, step *syntax.Step, at syntax.Span, what string) {
	access := p.Flow.Outsider(t, p.File, job, step)
	if access.Blocked {
		return
	}
	f := lint.Finding{Span: at}
	start := lint.Place{Span: t.Event.Name.Span, Message: "anybody can start this by opening a pull request from a fork"}
	switch guard := firstGuard(access); {
	case access.Weak:
		f.Severity = lint.Low
		f.Message = fmt.Sprintf("%s is given to a job that pull_request_target starts; the %s keeps strangers out only until it is met, so demand the same repository or move the secret behind an environment", what, guard.Kind)
		f.Related = []lint.Place{start, guardPlace(guard)}
	case guard.Kind == flow.Approval:
		f.Severity = lint.Medium
		f.Message = fmt.Sprintf("%s is given to a job that pull_request_target starts for anybody's pull request; its environment helps only if it requires a reviewer", what)
		f.Related = []lint.Place{start, guardPlace(guard)}
	default:
		f.Message = fmt.Sprintf("%s is given to a job that pull_request_target starts for anybody's pull request; use pull_request without secrets, demand the same repository, or move it behind an environment with reviewers", what)
		f.Related = []lint.Place{start}
	}
	executed(p, job, &f, start, what)
	p.Report(f)
}

func firstGuard(a flow.Access) flow.Guard {
	if len(a.Guards) == 0 {
		return flow.Guard{}
	}
	return a.Guards[0]
}

func guardPlace(g flow.Guard) lint.Place {
	return lint.Place{Path: g.File.Path, Span: g.Span, Message: "the " + g.Kind.String()}
}

// executed makes the finding critical when the job also runs what the pull request brings.
func executed(p *lint.Pass, job *syntax.Job, f *lint.Finding, start lint.Place, what string) {
	checkout, ok := p.Flow.UntrustedCheckout(p.File, job)
	if !ok {
		return
	}
	run, program, ok := p.Flow.Executes(p.File, job, checkout.Step)
	if !ok {
		return
	}
	if f.Severity == 0 {
		f.Severity = lint.Critical
	}
	f.Message += fmt.Sprintf("; the job runs `%s` on the pull request's code, which can read it", program)
	f.Related = f.Related[1:]
	f.Trace = []lint.Place{
		start,
		{Span: checkout.Span, Message: "the pull request's code is checked out"},
		{Span: run, Message: fmt.Sprintf("`%s` executes it", program)},
		{Span: f.Span, Message: what + " is within its reach"},
	}
}
