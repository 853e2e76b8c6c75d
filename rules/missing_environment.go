package rules

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func missingEnvironment() *lint.Rule {
	return &lint.Rule{
		ID:       "missing-environment",
		Summary:  "a job that deploys or publishes without an environment, so that nobody approves it and its secrets are everybody's",
		Severity: lint.High,
		Tags:     []string{"cwe-862", "owasp-cicd-sec-1", "owasp-cicd-sec-5", "limit"},
		Run:      runMissingEnvironment,
	}
}

func runMissingEnvironment(p *lint.Pass) {
	if p.File.Workflow == nil {
		return
	}
	for _, job := range p.File.Workflow.Jobs {
		// A called workflow is judged where its jobs stand.
		if job.Environment == nil && job.Uses == nil && !never(job.If) {
			checkEnvironment(p, job)
		}
	}
}

// never reports a condition that is constantly false.
func never(c *syntax.Condition) bool {
	if c == nil || c.Cond.X == nil {
		return false
	}
	v, ok := expr.Fold(c.Cond.X)
	return ok && !v.Truthy()
}

func checkEnvironment(p *lint.Pass, job *syntax.Job) {
	named := catalog.DeployName(job.ID.Value)
	best, found := strongest(p.Flow.Deployments(p.File, job))
	if !named && (!found || best.Strength == catalog.Named) {
		return
	}
	f := lint.Finding{Span: job.ID.Span, Severity: lint.Low, Confidence: lint.Unsure}
	holds, at := holding(p, job)
	what := fmt.Sprintf("the job `%s`", job.ID.Value)
	switch {
	case found && holds != "":
		f.Severity = lint.High
	case found && best.Strength > catalog.Named:
		f.Severity = lint.Medium
	case holds != "":
		f.Severity = lint.Medium
	}
	switch {
	case found && best.Strength == catalog.Certain, found && named:
		f.Confidence = lint.Sure
	case found:
		f.Confidence = lint.Likely
	}
	if found {
		what += fmt.Sprintf(" %s with `%s`", verb(best.Kind), best.What)
		f.Related = append(f.Related, lint.Place{Span: best.Span, Message: "this " + verb(best.Kind)})
	} else {
		what += " by its name deploys"
	}
	if holds != "" {
		what += " and holds " + holds
		f.Related = append(f.Related, lint.Place{Span: at, Message: holds})
	}
	f.Message = what + " but has no environment; name one, and require a reviewer and the branches it accepts in its settings"
	p.Report(f)
}

func verb(k catalog.Kind) string {
	switch k {
	case catalog.Publishes:
		return "publishes"
	case catalog.Releases:
		return "releases"
	}
	return "deploys"
}

func strongest(ds []flow.Deployment) (flow.Deployment, bool) {
	var best flow.Deployment
	for i, d := range ds {
		if i == 0 || d.Strength > best.Strength {
			best = d
		}
	}
	return best, len(ds) > 0
}

// holding names what the job has that is worth a gate: a secret, or the right to ask for an identity token.
func holding(p *lint.Pass, job *syntax.Job) (string, syntax.Span) {
	for _, s := range p.Flow.JobSecrets(p.File, job) {
		if s.Token {
			continue
		}
		if s.Name == "" {
			return "all secrets", s.Span
		}
		return "the secret `" + s.Name + "`", s.Span
	}
	grant := flow.Token(p.File, job)
	if grant.Writes("id-token") == expr.True {
		if s := grant.Scope("id-token"); s != nil {
			return "`id-token: write`", s.Name.Span
		}
		return "`id-token: write`", grant.Block.Span
	}
	return "", syntax.Span{}
}
