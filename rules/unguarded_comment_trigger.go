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

func unguardedCommentTrigger() *lint.Rule {
	return &lint.Rule{
		ID:       "unguarded-comment-trigger",
		Summary:  "a job with rights that anybody starts by writing a comment",
		Severity: lint.High,
		Aliases:  []string{"codeql:actions/improper-access-control", "octoscan:dangerous-action"},
		Tags:     []string{"cwe-285", "cwe-862", "owasp-cicd-sec-1", "prevent", "leak-trigger", "matrix-public-repositories"},
		Run:      runUnguardedCommentTrigger,
	}
}

func runUnguardedCommentTrigger(p *lint.Pass) {
	if p.File.Workflow == nil {
		return
	}
	for _, t := range p.Flow.Triggers(p.File) {
		if t.Name != "issue_comment" && t.Name != "discussion_comment" || len(t.Via) > 0 {
			continue
		}
		for _, job := range p.File.Workflow.Jobs {
			if f, ok := commentedJob(p, t, job); ok {
				p.Report(f)
			}
		}
	}
}

// commentedJob judges a job that a comment starts; ok is false where its author is looked at, or where there is nothing to gain.
func commentedJob(p *lint.Pass, t flow.Trigger, job *syntax.Job) (f lint.Finding, ok bool) {
	access := p.Flow.Outsider(t, p.File, job, nil)
	if !access.Blocked {
		access = mostGuarded(p, t, job, access)
	}
	if access.Blocked || asksItself(p, job) || calleeGuards(p, t, job) {
		return f, false
	}
	exposure := flow.Exposure{Access: access, File: p.File, Job: job}
	rights := p.Flow.RightsUnder(exposure)
	gain := rights.Text()
	f.Severity = lint.High
	strong := changes(p, p.File, job, flow.Token(p.File, job))
	switch {
	case rights.Secret != nil && !onlyTalks(p.File, job):
	case strong != "":
		gain = "a token with `" + strong + ": write`"
	case len(p.Flow.Checkouts(p.File, job)) > 0 && rights.Any():
		gain = "the code of the pull request, and " + gain
	case rights.Any():
		// Answering comments and setting labels is what such a job is for.
		f.Severity, f.Strict = lint.Medium, true
	default:
		return f, false
	}
	if job.Uses != nil && p.Repo.Callee(job.Uses.Value) == nil {
		f.Strict = true // the workflow elsewhere may look at who it is
	}
	f.Span, f.Same = job.ID.Span, "comment"
	f.Message = fmt.Sprintf("anybody starts the job `%s` by writing a comment, and it holds %s; look at `github.event.comment.author_association` before", job.ID.Value, gain)
	f.Way = &lint.Way{Events: []string{t.Name}, Job: job.ID.Value, Goal: gain}
	f.Related = []lint.Place{{Span: t.Event.Name.Span, Message: "every comment starts the workflow"}}
	if at, who, ok := mayAsk(p, job); ok && len(access.Guards) == 0 {
		f.Severity, f.Confidence = min(f.Severity, lint.Medium), lint.Unsure
		f.Message += ", unless " + who + " does"
		f.Related = append(f.Related, lint.Place{Span: at, Message: "this can tell who wrote the comment"})
	}
	if len(access.Guards) > 0 {
		guard := access.Guards[0]
		f.Severity--
		f.Strict = f.Strict || guard.Kind == flow.Script // what it does is not judged, but it is there for this
		f.Message += "; the only guard is the " + guard.Kind.String()
		f.Related = append(f.Related, lint.Place{Path: otherPath(p.File, guard.File), Span: guard.Span, Message: "the guard: " + guard.Kind.String()})
	}
	return f, true
}

// mostGuarded returns the access to the last step of a job, before which steps may have looked at who it is, and Blocked where all
// but a look and a word to the stranger is kept from outsiders.
func mostGuarded(p *lint.Pass, t flow.Trigger, job *syntax.Job, access flow.Access) flow.Access {
	open, guarded := 0, 0
	for step := range job.Flat() {
		at := p.Flow.Outsider(t, p.File, job, step)
		if at.Blocked {
			guarded++
			continue
		}
		open++
		if len(at.Guards) > 0 {
			access = at
		}
	}
	access.Blocked = guarded > 0 && open <= 2
	return access
}

// changes names a scope of a grant by which a job changes more than the talk about issues and pull requests, and which something in
// it may use: what it has for nothing is for excessive-permissions. It is "" without one.
func changes(p *lint.Pass, file *syntax.File, job *syntax.Job, grant flow.Grant) string {
	if grant.Block == nil {
		return ""
	}
	var names []string
	if grant.Block.All != nil && grant.Block.All.Value == "write-all" {
		names = append([]string{"contents"}, catalog.ScopeNames()...)
	}
	for _, s := range grant.Block.Scopes {
		if s.Value.Value == "write" {
			names = append(names, s.Name.Value)
		}
	}
	need := p.Flow.Needs(file, job)
	i := slices.IndexFunc(names, func(name string) bool { return !talk(name) && need.Of(name, catalog.Write) > flow.Unused })
	if i < 0 {
		return ""
	}
	return names[i]
}

// talk reports a scope that serves to talk about issues and pull requests.
func talk(scope string) bool {
	switch strings.ToLower(scope) {
	case "issues", "pull-requests", "discussions", "statuses", "checks", "repository-projects":
		return true
	}
	return false
}
