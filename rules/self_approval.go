package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func selfApproval() *lint.Rule {
	return &lint.Rule{
		ID:       "self-approval",
		Summary:  "a workflow that approves or merges pull requests, so that nobody else has to",
		Severity: lint.High,
		Aliases:  []string{"poutine:confused_deputy_auto_merge"},
		Tags:     []string{"cwe-284", "cwe-441", "owasp-cicd-sec-1", "prevent", "limit-branch", "matrix-pipeline-change", "matrix-protected-push"},
		Run:      runSelfApproval,
	}
}

func runSelfApproval(p *lint.Pass) {
	if p.File.Action != nil {
		checkApprovals(p, nil)
	}
	if p.File.Workflow != nil {
		for _, job := range p.File.Workflow.Jobs {
			if !flow.Never(job.If) {
				checkApprovals(p, job)
			}
		}
	}
}

// checkApprovals reports the worst that a job does to pull requests under the events that start it.
func checkApprovals(p *lint.Pass, job *syntax.Job) {
	var worst lint.Finding
	var places []lint.Place
	approvals := p.Flow.Approvals(p.File, job)
	slices.SortStableFunc(approvals, func(a, b flow.Approval) int { return cmp.Compare(b.Does, a.Does) })
	for _, a := range approvals {
		for _, e := range p.Flow.Exposures(p.File, job, a.Step) {
			f := judgeApproval(p, job, a, e)
			if f.Severity > 0 && (worst.Severity == 0 || worst.Strict && !f.Strict || worst.Strict == f.Strict && f.Severity > worst.Severity) {
				worst, worst.Span = f, a.Span
			}
		}
		places = append(places, lint.Place{Span: a.Span, Message: "this " + fmt.Sprintf(approves(a.Does), "a pull request")})
	}
	if worst.Severity > 0 {
		for _, at := range places {
			if at.Span != worst.Span {
				worst.Related = append(worst.Related, at)
			}
		}
		p.Report(worst)
	}
}

// judgeApproval judges one approval under one trigger; it has no severity where the event does not get there, or the token may not.
func judgeApproval(p *lint.Pass, job *syntax.Job, a flow.Approval, e flow.Exposure) lint.Finding {
	if e.Blocked && len(e.Guards) == 0 || mayNotApprove(e, a) {
		return lint.Finding{}
	}
	who := authorKnown(p, e, a)
	content := p.Flow.KnowsContent(p.File, job, a.Step)
	does := func(what string) string { return "`" + a.What + "` " + fmt.Sprintf(approves(a.Does), what) }
	f := lint.Finding{Severity: lint.High, Way: &lint.Way{Events: []string{e.Trigger.Name}, Job: e.Job.ID.Value, Goal: "the approval of a pull request"}}
	f.Message = does("the pull request that `"+e.Trigger.Name+"` starts the job for") + ", without a look at who wrote it and what it changes"
	advice := "; leave it to a person, or ask for the author of the event and for what dependabot/fetch-metadata tells of the change"
	switch {
	case !aboutPull(e.Trigger.Name):
		f.Message = does("a pull request") + ", so that no second person has to look at it"
		advice = "; leave it to a person"
		if a.Does < catalog.Approve {
			f.Severity, f.Strict = lint.Low, true // what the repository asks for is still asked for
		}
	case who == byPerson:
		f.Severity, f.Strict = lint.Low, a.Does != catalog.AdminMerge
		f.Message = does("a pull request") + " when somebody trusted asks for it, and counts as one person more"
		advice = "; let that person do it"
	case who == byAuthor && content:
		f.Severity, f.Strict = lint.Low, a.Does < catalog.Approve
		f.Message = does("a pull request") + " by the word of its author and of what it says to change"
		advice = "; see that nothing else can get into it, and that the tests are required"
	case who == byAuthor:
		f.Severity = lint.Medium
		f.Message = does("every pull request of a trusted author") + ", whatever it changes"
		advice = "; ask for the kind of update, too, as dependabot/fetch-metadata tells it"
	case content:
		f.Severity = lint.Medium
		f.Message = does("a pull request") + " by what it says to change, whoever wrote it"
		advice = "; ask for the author of the event"
	}
	f.Message += advice
	if e.Trigger.Event != nil {
		f.Related = append(f.Related, lint.Place{Path: otherPath(p.File, e.Trigger.File), Span: e.Trigger.Event.Name.Span, Message: "`" + e.Trigger.Name + "` starts the job"})
	}
	if len(e.Guards) > 0 {
		guard := e.Guards[0]
		f.Related = append(f.Related, lint.Place{Path: otherPath(p.File, guard.File), Span: guard.Span, Message: "the guard: " + guard.Kind.String()})
	}
	return f
}

// approves says what is done to a pull request, which %s stands for.
func approves(does catalog.Approval) string {
	switch does {
	case catalog.Approve:
		return "approves %s"
	case catalog.AdminMerge:
		return "merges %s past all rules"
	case catalog.AutoMerge:
		return "sets the automatic merge of %s"
	}
	return "merges %s"
}

// knowledge is whom a job asks for before it approves.
type knowledge uint8

const (
	nobody   knowledge = iota
	byAuthor           // the author of the pull request, or the bot that acts
	byPerson           // somebody trusted who comments, reviews or labels
)

func authorKnown(p *lint.Pass, e flow.Exposure, a flow.Approval) knowledge {
	if a.Bots || p.Flow.Withstands(flow.OwnChange, e.Trigger, e.File, e.Job, e.Step) {
		return byAuthor
	}
	for _, g := range e.Guards {
		switch g.Kind {
		case flow.Label, flow.Mark, flow.Activity, flow.Reviewer:
			return byPerson
		case flow.Person, flow.Association, flow.Lookup:
			switch e.Trigger.Name {
			case "issue_comment", "pull_request_review", "pull_request_review_comment":
				return byPerson
			}
		case flow.Script:
			return byAuthor // what it looks at is not judged
		}
	}
	return nobody
}

// aboutPull reports an event about a pull request that somebody else may have opened.
func aboutPull(event string) bool {
	switch event {
	case "pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment", "issue_comment", "workflow_run", "check_run", "check_suite", "status":
		return true
	}
	return false
}

// mayNotApprove reports a token that certainly has no right to it: that of the workflow, without the scope.
func mayNotApprove(e flow.Exposure, a flow.Approval) bool {
	scope := "contents"
	if a.Does == catalog.Approve {
		scope = "pull-requests"
	}
	return flow.Token(e.File, e.Job).Writes(scope) == expr.False && !otherToken(e.File, e.Job, a.Step)
}

// otherToken reports a step that is handed another token than that of the workflow.
func otherToken(file *syntax.File, job *syntax.Job, step *syntax.Step) bool {
	for _, m := range [...]*syntax.Map{step.Env, step.With, job.Env, file.Workflow.Env} {
		if m == nil {
			continue
		}
		for i := range m.Entries {
			e := &m.Entries[i]
			if e.Value == nil || !strings.Contains(strings.ToLower(e.Name.Value), "token") {
				continue
			}
			for _, f := range e.Value.Fences {
				if path, _ := expr.Path(f.X); path != "github.token" && path != "secrets.github_token" {
					return true
				}
			}
		}
	}
	return false
}
