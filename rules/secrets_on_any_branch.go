package rules

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
)

func secretsOnAnyBranch() *lint.Rule {
	return &lint.Rule{
		ID:       "secrets-on-any-branch",
		Summary:  "secrets within reach of the code on any branch that somebody pushes",
		Severity: lint.Medium,
		Tags:     []string{"cwe-200", "cwe-862", "owasp-cicd-sec-1", "owasp-cicd-sec-6", "prevent", "limit-repository-secrets", "limit-events", "matrix-direct-ppe"},
		Run:      runSecretsOnAnyBranch,
	}
}

func runSecretsOnAnyBranch(p *lint.Pass) {
	if p.File.Workflow == nil || p.File.Workflow.On == nil {
		return
	}
	for _, e := range p.File.Workflow.On.Events {
		if e.Name.Value != "push" && (e.Name.Value != "workflow_dispatch" || !p.Strict) {
			continue
		}
		var worst lint.Finding
		var places []lint.Place
		for _, g := range p.Flow.BranchGains(p.File, e) {
			f := branchFinding(p, g)
			if worst.Severity == 0 || worst.Strict && !f.Strict || worst.Strict == f.Strict && f.Severity > worst.Severity {
				worst = f
			}
			places = append(places, gainPlaces(p, g)...)
		}
		if worst.Severity > 0 {
			worst.Span, worst.Related = e.Name.Span, places
			p.Report(worst)
		}
	}
}

func branchFinding(p *lint.Pass, g flow.BranchGain) lint.Finding {
	telling := tellingSecret(g.Secrets)
	goal := gainText(g, telling)
	f := lint.Finding{Severity: lint.Medium, Way: &lint.Way{Events: []string{g.Trigger.Name}, Job: g.Job.ID.Value, Goal: goal}}
	who := "whoever may push a branch, or has stolen a token that may,"
	if g.Trigger.Name == "workflow_dispatch" {
		who, f.Strict = "whoever may start it, on a branch of their own,", true
	}
	f.Message = fmt.Sprintf("%s gets code of theirs to run beside %s in the job `%s`", who, goal, g.Job.ID.Value)
	if g.Runs == nil {
		f.Severity, f.Strict = lint.Low, true
		f.Message = fmt.Sprintf("%s starts the job `%s` with %s", who, g.Job.ID.Value, goal)
	} else {
		f.Message += fmt.Sprintf(", which executes `%s`", g.Runs.Program)
	}
	f.Message += "; name the branches, or ask for the default branch in the condition of what needs it"
	if telling != "" && g.Identity == nil && catalog.SecretFor(telling) == catalog.ReportSecret {
		f.Severity = lint.Low
	}
	if flow.HasEnvironment(g.Job) {
		f.Strict = true
		f.Message += ", unless the environment accepts no other branches"
	}
	return f
}

// tellingSecret names the secret that opens most by its name; "" when there is none, or when it may be any.
func tellingSecret(secrets []flow.StepSecret) string {
	name, use := "", catalog.SecretUse(0)
	for _, s := range secrets {
		switch u := catalog.SecretFor(s.Name); {
		case s.Name == "":
			return ""
		case name == "" || u > use:
			name, use = s.Name, u
		}
	}
	return name
}

func gainText(g flow.BranchGain, telling string) string {
	switch {
	case len(g.Secrets) == 0:
		return "an identity token"
	case telling == "":
		return "every secret"
	case len(g.Secrets) > 1:
		return fmt.Sprintf("the secret `%s` and %d more", telling, len(g.Secrets)-1)
	}
	return "the secret `" + telling + "`"
}

func gainPlaces(p *lint.Pass, g flow.BranchGain) []lint.Place {
	var out []lint.Place
	path := otherPath(p.File, g.File)
	for _, s := range g.Secrets {
		name := "every secret"
		if s.Name != "" {
			name = "`" + s.Name + "`"
		}
		out = append(out, lint.Place{Path: path, Span: s.Span, Message: fmt.Sprintf("the job `%s` gets %s here", g.Job.ID.Value, name)})
	}
	if g.Identity != nil {
		out = append(out, lint.Place{Path: path, Span: g.Identity.Name.Span, Message: fmt.Sprintf("the job `%s` may ask for an identity token", g.Job.ID.Value)})
	}
	if g.Runs != nil {
		out = append(out, lint.Place{Path: path, Span: g.Runs.Span, Message: "`" + g.Runs.Program + "` executes what the branch holds"})
	}
	return out
}
