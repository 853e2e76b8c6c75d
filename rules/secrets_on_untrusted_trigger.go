package rules

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func secretsOnUntrustedTrigger() *lint.Rule {
	return &lint.Rule{
		ID:       "secrets-on-untrusted-trigger",
		Summary:  "a secret in a job that anybody starts by a comment, an issue, a discussion or a workflow before it",
		Severity: lint.Medium,
		Tags:     []string{"cwe-200", "cwe-862", "owasp-cicd-sec-4", "owasp-cicd-sec-6", "prevent", "leak-trigger", "limit-events"},
		Run:      runSecretsOnUntrustedTrigger,
	}
}

func runSecretsOnUntrustedTrigger(p *lint.Pass) {
	if p.File.Workflow == nil {
		return
	}
	for _, t := range p.Flow.Triggers(p.File) {
		info, known := catalog.Event(t.Name)
		if !known || info.Class != catalog.Privileged || info.Fork || t.Name == "pull_request_target" || len(t.Via) > 0 || !p.Flow.StartedByOutsiders(t) {
			continue
		}
		for _, job := range p.File.Workflow.Jobs {
			c := startedCheck{Pass: p, trigger: t, job: job}
			c.run()
		}
	}
}

// startedCheck judges one job that an event of outsiders starts.
type startedCheck struct {
	*lint.Pass
	trigger flow.Trigger
	job     *syntax.Job
}

func (c *startedCheck) run() {
	var first lint.Finding
	seen := map[string]bool{}
	for _, s := range c.secrets() {
		if s.Token || seen[s.Name] || (flow.HeldSecret{Secret: s.Secret}).Public() {
			continue
		}
		access := c.Flow.OutsiderSecret(c.trigger, c.File, c.job, s)
		if access.Blocked || access.Deliberate() {
			continue
		}
		seen[s.Name] = true
		if first.Severity > 0 {
			first.Related = append(first.Related, lint.Place{Span: s.Span, Message: "so is " + secretName(s)})
			continue
		}
		first = c.finding(s, access)
	}
	if first.Severity > 0 {
		c.Report(first)
	}
}

func (c *startedCheck) secrets() []flow.StepSecret {
	all := c.Flow.JobSecrets(c.File, c.job)
	if s := c.job.Secrets; s != nil && s.Inherit {
		all = append(all, flow.StepSecret{Secret: flow.Secret{Span: s.Span}})
	}
	return all
}

func secretName(s flow.StepSecret) string {
	if s.Name == "" {
		return "every secret"
	}
	return "the secret `" + s.Name + "`"
}

func (c *startedCheck) finding(s flow.StepSecret, access flow.Access) lint.Finding {
	what := secretName(s)
	f := lint.Finding{Span: s.Span, Severity: lint.Medium, Way: &lint.Way{Events: []string{c.trigger.Name}, Job: c.job.ID.Value, Goal: what}}
	f.Message = fmt.Sprintf("%s is given to the job `%s`, which anybody starts by `%s`", what, c.job.ID.Value, c.trigger.Name)
	f.Related = []lint.Place{{Span: c.trigger.Event.Name.Span, Message: "anybody can cause this event"}}
	if r, ok := c.Flow.Reads(c.trigger.Name, c.File, c.job); ok {
		f.Message += " and which takes in " + r.What
		f.Related = append(f.Related, lint.Place{Span: r.Span, Message: "it takes in " + r.What})
	} else {
		f.Strict = true
	}
	f.Message += "; ask who it is in its condition, or move the secret behind an environment with reviewers"
	if c.trigger.Name == "workflow_run" {
		f.Message += ", or demand `github.event.workflow_run.event == 'push'`"
	}
	if len(access.Guards) > 0 {
		guard := access.Guards[0]
		f.Severity, f.Strict = lint.Low, f.Strict || guard.Kind == flow.Reviewer
		f.Message += "; the only guard is the " + guard.Kind.String()
		f.Related = append(f.Related, lint.Place{Path: otherPath(c.File, guard.File), Span: guard.Span, Message: "the guard: " + guard.Kind.String()})
	}
	if comment, ok := commented(c.Pass, c.trigger, c.job); ok && !comment.Strict {
		f.Strict = true // unguarded-comment-trigger says so already
	}
	return f
}

func commented(p *lint.Pass, t flow.Trigger, job *syntax.Job) (lint.Finding, bool) {
	if t.Name != "issue_comment" && t.Name != "discussion_comment" {
		return lint.Finding{}, false
	}
	return commentedJob(p, t, job)
}
