package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func unguardedCommentTrigger() *lint.Rule {
	return &lint.Rule{
		ID:       "unguarded-comment-trigger",
		Summary:  "a job with rights that anybody starts by writing a comment",
		Severity: lint.High,
		Aliases:  []string{"codeql:actions/improper-access-control", "octoscan:dangerous-action"},
		Tags:     []string{"cwe-285", "cwe-862", "owasp-cicd-sec-1", "prevent"},
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
	if access.Blocked || asksItself(job) {
		return f, false
	}
	exposure := flow.Exposure{Access: access, File: p.File, Job: job}
	rights := p.Flow.RightsUnder(exposure)
	gain := rights.Text()
	f.Severity = lint.High
	switch {
	case rights.Secret != nil:
	case strongScope(p.File, job) != "":
		gain = "a token with `" + strongScope(p.File, job) + ": write`"
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
	f.Span = job.ID.Span
	f.Message = fmt.Sprintf("anybody starts the job `%s` by writing a comment, and it holds %s; look at `github.event.comment.author_association` before", job.ID.Value, gain)
	f.Way = &lint.Way{Events: []string{t.Name}, Job: job.ID.Value, Goal: gain}
	f.Related = []lint.Place{{Span: t.Event.Name.Span, Message: "every comment starts the workflow"}}
	if at, ok := handsAuthor(p.File, job); ok && len(access.Guards) == 0 {
		f.Severity, f.Confidence = lint.Medium, lint.Unsure
		f.Message += ", unless the program that is told who wrote it does"
		f.Related = append(f.Related, lint.Place{Span: at, Message: "the author of the comment is handed on here"})
	}
	if len(access.Guards) > 0 {
		guard := access.Guards[0]
		f.Severity--
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

// asksItself reports a job whose actions, but for checkouts, look up the rights of whoever commented on their own.
func asksItself(job *syntax.Job) bool {
	asks := false
	for step := range job.Flat() {
		switch {
		case step.Uses == nil:
			return false
		case flow.ChecksAuthor(step):
			asks = true
		default:
			switch name, _, _ := strings.Cut(step.Uses.Value, "@"); strings.ToLower(name) {
			case "actions/checkout", "actions/create-github-app-token":
			default:
				return false
			}
		}
	}
	return asks
}

// handsAuthor finds where a job hands the name of the comment's author to a program, which may look up their rights.
func handsAuthor(file *syntax.File, job *syntax.Job) (syntax.Span, bool) {
	for step := range job.Flat() {
		list := []*syntax.Str{}
		if step.Run != nil {
			list = append(list, &step.Run.Str)
		}
		for _, m := range [...]*syntax.Map{step.Env, step.With} {
			if m != nil {
				for i := range m.Entries {
					list = append(list, m.Entries[i].Value)
				}
			}
		}
		for _, s := range list {
			if s == nil {
				continue
			}
			for i := range s.Fences {
				switch path, _ := expr.Path(s.Fences[i].X); path {
				case "github.event.comment.user.login", "github.actor", "github.triggering_actor", "github.event.sender.login":
					return file.ValueSpan(s, s.Fences[i].Span), true
				}
			}
		}
	}
	return syntax.Span{}, false
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
		if s.Value.Value == "write" && !talkScope(s.Name.Value) {
			return s.Name.Value
		}
	}
	return ""
}

// talkScope reports a scope by which a job takes part in the talk about issues and pull requests.
func talkScope(name string) bool {
	switch name {
	case "issues", "pull-requests", "discussions", "statuses", "checks", "repository-projects":
		return true
	}
	return false
}
