package rules

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func selfHostedRunner() *lint.Rule {
	return &lint.Rule{
		ID:       "self-hosted-runner",
		Summary:  "a job that outsiders can start on a machine of the repository's own",
		Severity: lint.High,
		Aliases: []string{"zizmor:self-hosted-runner", "poutine:pr_runs_on_self_hosted", "octoscan:runner-label", "sisakulint:self-hosted-runner",
			"codeql:actions/pr-on-self-hosted-runner"},
		Tags: []string{"cwe-284", "cwe-829", "owasp-cicd-sec-4", "owasp-cicd-sec-7", "limit", "leak-runner", "prevent-fork", "prevent-ephemeral", "matrix-public-repositories", "matrix-runner-compromise", "matrix-mining"},
		Run:  runSelfHostedRunner,
	}
}

func runSelfHostedRunner(p *lint.Pass) {
	if p.File.Workflow == nil || p.File.Workflow.On == nil {
		return
	}
	for _, job := range p.File.Workflow.Jobs {
		if job.RunsOn == nil || plainlyHosted(job.RunsOn) || flow.Never(job.If) {
			continue
		}
		if f, ok := ownMachine(p, job); ok {
			f.Related = append(f.Related, lint.Place{Span: job.ID.Span, Message: "the job `" + job.ID.Value + "`"})
			p.Report(f)
		}
	}
}

// ownMachine returns the worst of what the events that start a job do to a machine of the repository's own.
func ownMachine(p *lint.Pass, job *syntax.Job) (worst lint.Finding, found bool) {
	for _, m := range ownMachines(p, p.File, job, maybeOwn, func(flow.Trigger) bool { return true }) {
		f := machineFinding(p, job, m)
		if f.Severity > 0 && (!found || worst.Strict && !f.Strict || worst.Strict == f.Strict && f.Severity > worst.Severity) {
			worst, found = f, true
		}
	}
	return worst, found
}

// machineFinding judges one machine under one trigger; one without a severity is none.
func machineFinding(p *lint.Pass, job *syntax.Job, m machine) lint.Finding {
	t, r, sure := m.trigger, m.Runner, m.sure
	a := p.Flow.OutsiderRunner(t, p.File, job, r)
	if a.Blocked && len(a.Guards) == 0 {
		return lint.Finding{} // the event does not get there
	}
	f := lint.Finding{Span: r.Span}
	for _, at := range r.Trace {
		f.Trace = append(f.Trace, lint.Place{Path: otherPath(p.File, at.File), Span: at.Span, Message: at.Message})
	}
	name := machineName(r)
	info, _ := catalog.Event(t.Name)
	switch {
	case !a.Blocked && (info.Class == catalog.Outsider || info.Fork):
		f.Severity = lint.High
		f.Message = fmt.Sprintf("`%s` runs the code of anybody's fork on %s, where it can wait for the next job and its secrets; use a hosted runner for it, or demand that `github.event.pull_request.head.repo.full_name` is the repository's own",
			t.Name, name)
	case !a.Blocked && info.Class == catalog.Privileged && p.Flow.StartedByOutsiders(t):
		f.Severity = lint.Medium
		f.Message = fmt.Sprintf("anybody starts the job `%s` on %s by `%s`; use a hosted runner for it, or ask who it is before", job.ID.Value, name, t.Name)
		if c, ok := p.Flow.UntrustedCheckout(p.File, job); ok && c.HeadUnder(t.Name) {
			f.Severity = lint.High
			f.Message = fmt.Sprintf("`%s` brings the code of anybody's pull request to %s, where it can wait for the next job and its secrets; use a hosted runner for it, or ask who it is before", t.Name, name)
		}
	case sure == maybeOwn:
		return lint.Finding{}
	default:
		f.Severity, f.Strict = lint.Low, true
		f.Message = fmt.Sprintf("the job `%s` runs on %s, which keeps what one job leaves for the next; take one that serves a single job", job.ID.Value, name)
	}
	if t.Event != nil {
		f.Related = append(f.Related, lint.Place{Path: otherPath(p.File, t.File), Span: t.Event.Name.Span, Message: "`" + t.Name + "` starts the job"})
	}
	if !a.Blocked && len(a.Guards) > 0 && f.Severity > lint.Low {
		guard := a.Guards[0]
		f.Severity--
		f.Message += "; the only guard is the " + guard.Kind.String()
		f.Related = append(f.Related, lint.Place{Path: otherPath(p.File, guard.File), Span: guard.Span, Message: "the guard: " + guard.Kind.String()})
	}
	switch sure {
	case maybeOwn:
		f.Severity, f.Confidence, f.Strict = lint.Low, lint.Unsure, true
		f.Message += "; if it is none of yours, list yours under `runner-labels`"
	case grouped:
		f.Severity, f.Confidence, f.Strict = min(f.Severity, lint.Medium), lint.Unsure, true
		f.Message += "; if the group holds hosted runners only, it may stay"
	}
	return f
}
