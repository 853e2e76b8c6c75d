package rules

import (
	"fmt"
	"slices"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func checkoutTOCTOU() *lint.Rule {
	return &lint.Rule{
		ID:       "checkout-toctou",
		Summary:  "a pull request that somebody let in, and whose code is then fetched as it has become since",
		Severity: lint.High,
		Aliases: []string{"codeql:actions/untrusted-checkout-toctou/critical", "codeql:actions/untrusted-checkout-toctou/high",
			"sisakulint:untrusted-checkout-toctou-critical", "sisakulint:untrusted-checkout-toctou-high"},
		Tags: []string{"cwe-367", "owasp-cicd-sec-4", "prevent", "leak-trigger", "matrix-indirect-ppe"},
		Run:  runCheckoutTOCTOU,
	}
}

func runCheckoutTOCTOU(p *lint.Pass) {
	check := func(job *syntax.Job) {
		for _, c := range p.Flow.Checkouts(p.File, job) {
			checkStale(p, job, c)
		}
	}
	if p.File.Action != nil {
		check(nil)
	}
	if p.File.Workflow == nil || !slices.ContainsFunc(p.Flow.Triggers(p.File), hasRights) {
		return
	}
	for _, job := range p.File.Workflow.Jobs {
		if mayGate(p, job) {
			check(job)
		}
	}
}

// hasRights reports a trigger by which others than people with rights get a run that has them.
func hasRights(t flow.Trigger) bool {
	info, known := catalog.Event(t.Name)
	return known && info.Class == catalog.Privileged && !info.Fork
}

// mayGate answers false when nothing stands between an outsider and what a job does.
func mayGate(p *lint.Pass, job *syntax.Job) bool {
	if job.If != nil || job.Environment != nil || job.Needs != nil {
		return true
	}
	var last *syntax.Step
	for step := range job.Flat() {
		if step.If != nil {
			return true
		}
		last = step
	}
	return slices.ContainsFunc(p.Flow.Triggers(p.File), func(t flow.Trigger) bool {
		return hasRights(t) && (len(t.Via) > 0 || len(p.Flow.Outsider(t, p.File, job, last).Guards) > 0)
	})
}

// checkStale reports the worst that comes of a checkout which a person lets through and which fetches what is there later.
func checkStale(p *lint.Pass, job *syntax.Job, c flow.Checkout) {
	var worst lint.Finding
	for _, e := range p.Flow.Exposures(p.File, job, c.Step) {
		if !c.HeadUnder(e.Trigger.Name) {
			continue
		}
		guard, ok := staleGate(p, c, e)
		if !ok {
			continue
		}
		if f := staleFinding(p, c, e, guard); f.Severity > worst.Severity {
			worst = f
		}
	}
	if worst.Severity > 0 {
		worst.Span = c.Span
		p.Report(worst)
	}
}

// staleGate returns the guard that lets a state of the pull request in, though the checkout may fetch a later one.
func staleGate(p *lint.Pass, c flow.Checkout, e flow.Exposure) (flow.Guard, bool) {
	if len(e.Guards) == 0 || !hasRights(e.Trigger) || c.Branch || c.Refuses && (e.Trigger.Name == "pull_request_target" || e.Trigger.Name == "workflow_run") {
		return flow.Guard{}, false
	}
	i := slices.IndexFunc(e.Guards, func(g flow.Guard) bool {
		switch g.Kind {
		case flow.Association, flow.Person, flow.Lookup, flow.Script, flow.Activity, flow.Label, flow.Reviewer:
			return c.Moves()
		case flow.Mark:
			return true // it lets the event of a later push through, too
		}
		return false
	})
	if i < 0 || p.Flow.Withstands(flow.LaterPush, e.Trigger, e.File, e.Job, e.Step) || p.Flow.NoticesPush(e.File, e.Job) {
		return flow.Guard{}, false
	}
	return e.Guards[i], true
}

func staleFinding(p *lint.Pass, c flow.Checkout, e flow.Exposure, guard flow.Guard) lint.Finding {
	rights := p.Flow.RightsUnder(e)
	executed := executions(p, c, e)
	f := lint.Finding{Severity: lint.High, Way: &lint.Way{Events: []string{e.Trigger.Name}, Job: e.Job.ID.Value, Goal: rights.Text()}}
	f.Message = fmt.Sprintf("`%s` starts the job behind the %s, but %s is fetched as it is when the job gets there: its author can push something else in between, beside %s",
		e.Trigger.Name, guard.Kind, codeOf(c), rights.Text())
	if guard.Kind == flow.Mark {
		f.Message = fmt.Sprintf("`%s` starts the job behind the %s, which stays when the author of the pull request pushes more: what is new in %s gets in unseen, beside %s",
			e.Trigger.Name, guard.Kind, codeOf(c), rights.Text())
	}
	if len(executed) > 0 {
		f.Severity = lint.Critical
		f.Message += fmt.Sprintf("; `%s` then executes it", executed[0].Program)
	}
	if rights.Secret == nil && p.Flow.ReadOnly(e.File, e.Job) && !rights.SelfHosted {
		f.Severity--
	}
	f.Message += "; " + staleAdvice(e, guard)
	f.Related = []lint.Place{{Path: otherPath(p.File, guard.File), Span: guard.Span, Message: "the guard: " + guard.Kind.String()}}
	f.Trace = checkoutTrace(p, c, e, executed)
	f.Fixes = staleFix(p, c, guard)
	return f
}

// staleAdvice says what to do about a guard that does not cover what is pushed later.
func staleAdvice(e flow.Exposure, guard flow.Guard) string {
	switch {
	case guard.Kind == flow.Mark:
		return "start it by `types: [labeled]` alone, for the commit `github.event.pull_request.head.sha`"
	case e.Trigger.Name == "pull_request_target":
		return "check out `github.event.pull_request.head.sha`, which was there when it was let in"
	case e.Trigger.Name == "workflow_run":
		return "check out `github.event.workflow_run.head_sha`"
	}
	return "have the comment name the commit, or stop where that is younger than `github.event.comment.created_at`"
}

// staleFix takes the commit of the event in place of the branch.
func staleFix(p *lint.Pass, c flow.Checkout, guard flow.Guard) []lint.Fix {
	ref := c.Step.With.Get("ref")
	if guard.Kind == flow.Mark || ref == nil || ref.Span != c.Span || len(c.Head.Trace) != 1 || len(ref.Fences) != 1 || ref.Fences[0].Len() != len(ref.Value) {
		return nil
	}
	switch c.Head.Field {
	case "head_ref", "event.pull_request.head.ref":
	default:
		return nil
	}
	at := p.File.ValueSpan(ref, ref.Fences[0].X.Range())
	return []lint.Fix{{Title: "check out the commit of the event", Safety: lint.Unsafe, Edits: []syntax.Edit{{Span: at, New: "github.event.pull_request.head.sha"}}}}
}
