package rules

import (
	"fmt"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// outsideOptions are the user's settings of secrets-outside-env.
type outsideOptions struct {
	Allow []string `yaml:"allow"`
}

func secretsOutsideEnv() *lint.Rule {
	return &lint.Rule{
		ID:         "secrets-outside-env",
		Summary:    "a job that uses secrets without an environment to keep them",
		Severity:   lint.Medium,
		Strict:     true,
		Aliases:    []string{"zizmor:secrets-outside-env"},
		Tags:       []string{"cwe-522", "owasp-cicd-sec-6", "owasp-cicd-sec-5", "limit", "prevent-approval", "limit-environment", "limit-repository-secrets"},
		NewOptions: func() any { return &outsideOptions{} },
		Run:        runSecretsOutsideEnv,
	}
}

func runSecretsOutsideEnv(p *lint.Pass) {
	w := p.File.Workflow
	if w == nil || !p.Flow.MayHold(p.File) || onlyCalled(w) {
		return
	}
	d := p.Flow.Deploying(p.File)
	for _, job := range w.Jobs {
		if job.Uses != nil || flow.HasEnvironment(job) || flow.Never(job.If) {
			continue
		}
		secrets := keptOutside(p, job)
		if len(secrets) == 0 {
			continue
		}
		if _, told := withoutEnvironment(p, d, job); told {
			continue // missing-environment says so
		}
		p.Report(outsideEnv(p, job, secrets))
	}
}

// keptOutside lists the secrets of a job that an environment could keep, each once.
func keptOutside(p *lint.Pass, job *syntax.Job) []flow.StepSecret {
	var out []flow.StepSecret
	allow := p.Options.(*outsideOptions).Allow
	for _, s := range p.Flow.JobSecrets(p.File, job) {
		held := flow.HeldSecret{Secret: s.Secret}
		if s.Token || held.Public() || slices.ContainsFunc(allow, func(name string) bool { return strings.EqualFold(name, s.Name) }) {
			continue
		}
		if !slices.ContainsFunc(out, func(old flow.StepSecret) bool { return old.Name == s.Name }) {
			out = append(out, s)
		}
	}
	return out
}

func outsideEnv(p *lint.Pass, job *syntax.Job, secrets []flow.StepSecret) lint.Finding {
	first := flow.HeldSecret{Secret: secrets[0].Secret}
	more, them := "", "it"
	if n := len(secrets) - 1; n > 0 {
		more, them = fmt.Sprintf(" and %d more", n), "them"
	}
	f := lint.Finding{Span: job.ID.Span, Severity: lint.Low, Way: way(p, job, first.Text())}
	for _, s := range secrets {
		if catalog.SecretFor(s.Name) != catalog.ReportSecret {
			f.Severity = lint.Medium
		}
	}
	i := slices.IndexFunc(secrets, func(s flow.StepSecret) bool { return job.Contains(s.Span) })
	if i >= 0 { // what the workflow's env: has, every job has
		f.Span = secrets[i].Span
	}
	for k, s := range secrets[:min(len(secrets), maxPlaces)] {
		if k == i {
			continue
		}
		f.Related = append(f.Related, lint.Place{Span: s.Span, Message: (flow.HeldSecret{Secret: s.Secret}).Text() + " is used here"})
	}
	f.Message = fmt.Sprintf("the job `%s` uses %s%s without an environment, so that every workflow on every branch can have %s; keep %s in an environment and name that in the job",
		job.ID.Value, first.Text(), more, them, them)
	return f
}
