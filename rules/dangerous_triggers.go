package rules

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func dangerousTriggers() *lint.Rule {
	return &lint.Rule{
		ID:       "dangerous-triggers",
		Summary:  "a workflow that runs with the repository's rights for anybody's pull request",
		Severity: lint.Medium,
		Aliases:  []string{"zizmor:dangerous-triggers", "octoscan:dangerous-write"},
		Tags:     []string{"cwe-862", "owasp-cicd-sec-4", "prevent", "leak-trigger", "prevent-fork", "matrix-public-repositories"},
		Run:      runDangerousTriggers,
	}
}

func runDangerousTriggers(p *lint.Pass) {
	if p.File.Workflow == nil {
		return
	}
	for _, t := range p.Flow.Triggers(p.File) {
		if t.Name != "pull_request_target" && t.Name != "workflow_run" || len(t.Via) > 0 || !p.Flow.StartedByOutsiders(t) || onlyLabels(p.File.Workflow) {
			continue
		}
		var worst lint.Finding
		for _, job := range p.File.Workflow.Jobs {
			if f := dangerousJob(p, t, job); f.Severity > 0 && (worst.Severity == 0 || worst.Strict && !f.Strict) {
				worst = f
			}
		}
		if worst.Severity > 0 {
			worst.Span = t.Event.Name.Span
			p.Report(worst)
		}
	}
}

// onlyLabels reports a workflow of one step that answers a pull request and takes in nothing of it.
func onlyLabels(w *syntax.Workflow) bool {
	return len(w.Jobs) == 1 && len(w.Jobs[0].Steps) == 1 && w.Jobs[0].Steps[0].Uses != nil && catalog.Labeler(w.Jobs[0].Steps[0].Uses.Value)
}

// dangerousJob judges one job; it has no severity where outsiders do not get to it.
func dangerousJob(p *lint.Pass, t flow.Trigger, job *syntax.Job) lint.Finding {
	access := p.Flow.Outsider(t, p.File, job, nil)
	if access.Blocked || flow.Never(job.If) {
		return lint.Finding{}
	}
	rights := p.Flow.RightsUnder(flow.Exposure{Access: access, File: p.File, Job: job})
	scope := strongScope(p.File, job)
	f := lint.Finding{Severity: lint.Low, Strict: true, Way: &lint.Way{Events: []string{t.Name}, Job: job.ID.Value, Goal: rights.Text()}}
	f.Related = []lint.Place{{Span: job.ID.Span, Message: fmt.Sprintf("the job `%s` runs with %s", job.ID.Value, rights.Text())}}
	with := "the rights of the repository"
	switch {
	case scope != "":
		with = "`" + scope + ": write`"
	case rights.Default:
		with = "the default rights of its token"
	}
	f.Message = fmt.Sprintf("`%s` runs the job `%s` for anybody's pull request with %s", t.Name, job.ID.Value, with)
	if r, ok := p.Flow.Reads(t.Name, p.File, job); ok {
		f.Severity = lint.Medium
		// Who holds a secret or fetches code is reported for that, and to answer with a comment or a label is what these events are for.
		f.Strict = scope == "" && !rights.Default || rights.Secret != nil || len(p.Flow.Checkouts(p.File, job)) > 0
		f.Message += ", and it takes in " + r.What
		f.Related = append(f.Related, lint.Place{Span: r.Span, Message: "it takes in " + r.What})
	}
	f.Message += "; use pull_request, or keep what needs rights apart from what a stranger wrote"
	if access.Weak || len(access.Guards) > 0 {
		guard := access.Guards[0]
		f.Severity, f.Strict = lint.Low, true
		f.Message += "; the only guard is the " + guard.Kind.String()
		f.Related = append(f.Related, lint.Place{Path: otherPath(p.File, guard.File), Span: guard.Span, Message: "the guard: " + guard.Kind.String()})
	}
	return f
}

// strongScope names a scope by which a job changes more than the talk about issues and pull requests; "" without one.
func strongScope(file *syntax.File, job *syntax.Job) string {
	grant := flow.Token(file, job)
	if grant.Block == nil {
		return ""
	}
	if grant.Block.All != nil {
		if grant.Block.All.Value == "write-all" {
			return "contents"
		}
		return ""
	}
	for _, s := range grant.Block.Scopes {
		if !talk(s.Name.Value) && s.Value.Value == "write" {
			return s.Name.Value
		}
	}
	return ""
}
