package rules

import (
	"fmt"
	"slices"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func untrustedCheckout() *lint.Rule {
	return &lint.Rule{
		ID:       "untrusted-checkout",
		Summary:  "code of somebody else's pull request in a job with the repository's rights",
		Severity: lint.High,
		Aliases:  []string{"codeql:actions/untrusted-checkout/critical", "codeql:actions/untrusted-checkout/high", "poutine:untrusted_checkout_exec", "octoscan:dangerous-checkout"},
		Tags:     []string{"cwe-829", "owasp-cicd-sec-4", "prevent", "leak-trigger", "matrix-public-repositories", "matrix-indirect-ppe", "matrix-public-ppe"},
		Run:      runUntrustedCheckout,
	}
}

func runUntrustedCheckout(p *lint.Pass) {
	check := func(job *syntax.Job) {
		for _, c := range p.Flow.Checkouts(p.File, job) {
			checkCheckout(p, job, c)
		}
	}
	if p.File.Action != nil {
		check(nil)
	}
	if p.File.Workflow != nil && slices.ContainsFunc(p.Flow.Triggers(p.File), mayBeOutsiders) {
		for _, job := range p.File.Workflow.Jobs {
			check(job)
		}
	}
}

// mayBeOutsiders reports a trigger that others than people with rights may cause.
func mayBeOutsiders(t flow.Trigger) bool {
	info, known := catalog.Event(t.Name)
	return known && info.Class != catalog.Insider
}

// checkCheckout reports the worst that a checkout does under the events that start its job.
func checkCheckout(p *lint.Pass, job *syntax.Job, c flow.Checkout) {
	var best lint.Finding
	for _, e := range p.Flow.Exposures(p.File, job, c.Step) {
		if !c.HeadUnder(e.Trigger.Name) {
			continue
		}
		f, ok := judgeCheckout(p, c, e)
		if ok && (best.Severity == 0 || best.Strict && !f.Strict || best.Strict == f.Strict && f.Severity > best.Severity) {
			best = f
		}
	}
	if best.Severity == 0 {
		return
	}
	best.Span = c.Span
	if s := c.Step.With.Get("allow-unsafe-pr-checkout"); s != nil && !c.Refuses {
		best.Related = append(best.Related, lint.Place{Span: s.Span, Message: "this lets the action fetch a fork's code"})
	}
	p.Report(best)
}

// judgeCheckout says how bad a checkout is when one trigger starts its job; ok is false where nobody gets there who is not trusted.
func judgeCheckout(p *lint.Pass, c flow.Checkout, e flow.Exposure) (f lint.Finding, ok bool) {
	info, known := catalog.Event(e.Trigger.Name)
	if !known {
		return f, false
	}
	rights := p.Flow.RightsUnder(e)
	nothing := rights.Secret == nil && p.Flow.ReadOnly(e.File, e.Job) && !rights.SelfHosted
	executed := executions(p, c, e)
	f.Message = fmt.Sprintf("%s is checked out in a job that `%s` starts and that holds %s", codeOf(c), e.Trigger.Name, rights.Text())
	f.Way = &lint.Way{Events: []string{e.Trigger.Name}, Job: e.Job.ID.Value, Goal: rights.Text()}
	switch {
	case info.Class == catalog.Caller:
		f.Severity, f.Strict = lint.Low, true
		f.Message = codeOf(c) + " is checked out when the caller was started by a pull request; whether that caller has rights is not known here"
	case e.Blocked:
		if _, stale := staleGate(p, c, e); !stale || len(executed) == 0 {
			return f, false
		}
		f.Severity, f.Strict = lint.Medium, true
		f.Message = fmt.Sprintf("%s is checked out after the %s, and may have changed since; check out the commit that was looked at", codeOf(c), e.Guards[0].Kind)
	case info.Class == catalog.Outsider || info.Fork:
		if !rights.Explicit() && !rights.SelfHosted {
			return f, false
		}
		f.Severity, f.Strict = lint.Medium, true
		f.Message = fmt.Sprintf("%s is checked out in a job that holds %s, which it gets for branches of this repository; who may push one can take it", codeOf(c), rights.Text())
	case info.Class != catalog.Privileged || !p.Flow.StartedByOutsiders(e.Trigger):
		return f, false
	case c.Absent():
		f.Severity, f.Strict = lint.Low, true
		f.Message = fmt.Sprintf("`%s` is no field of the event, so the default branch is checked out where the code of a pull request is meant; the right name would bring it into a job that holds %s: use pull_request, or leave the ref out", c.Head.Name, rights.Text())
	case c.Refuses && (e.Trigger.Name == "pull_request_target" || e.Trigger.Name == "workflow_run"):
		f.Severity, f.Strict = lint.Low, true
		f.Message = fmt.Sprintf("%s is named here, but this version of actions/checkout refuses a fork's under `%s`, so that the step works for branches of this repository only; use pull_request", codeOf(c), e.Trigger.Name)
	case c.Branch:
		f.Severity, f.Strict = lint.Low, true
		f.Message = fmt.Sprintf("the branch that `%s` names is looked for in this repository, where a fork may choose the name of one that is there; `%s` starts the job", c.Head.Name, e.Trigger.Name)
	case nothing && len(executed) > 0 && onlyCache(p, e, rights):
		return f, false // the cache is what there is to gain: see cache-poisoning
	default:
		judgeOpen(&f, c, e, executed, nothing)
		_, f.Strict = staleGate(p, c, e) // which is the matter of checkout-toctou
	}
	if rights.Secret != nil && !f.Strict {
		f.Related = append(f.Related, lint.Place{Path: otherPath(p.File, e.File), Span: rights.Secret.Span, Message: rights.Text() + " is given here"})
	}
	f.Trace = checkoutTrace(p, c, e, executed)
	return f, true
}

// onlyCache reports a job that has no rights, but a cache-mode that lets it write what other jobs restore.
func onlyCache(p *lint.Pass, e flow.Exposure, rights flow.Rights) bool {
	mode := p.Flow.CacheModeUnder(e)
	return !rights.Any() && mode.Declared != nil && mode.Writes == expr.True && flow.SharesCache(e.Trigger)
}

// judgeOpen judges a checkout that anybody reaches.
func judgeOpen(f *lint.Finding, c flow.Checkout, e flow.Exposure, executed []flow.Execution, nothing bool) {
	f.Severity = lint.High
	if len(executed) > 0 {
		f.Severity = lint.Critical
		f.Message += fmt.Sprintf("; `%s` then executes it", executed[0].Program)
		if executed[0].File != "" {
			f.Message += ", as its " + quoteFile(executed[0].File) + " says"
		}
	}
	if nothing {
		f.Severity--
	}
	f.Message += "; use pull_request, or split the work: build without rights there, and use the results here as data"
	if e.Weak || len(e.Guards) > 0 {
		guard := e.Guards[0]
		f.Severity--
		f.Message += "; the only guard is the " + guard.Kind.String()
		if c.Moves() {
			f.Message += ", after which the head may still change"
		}
		f.Related = append(f.Related, lint.Place{Path: guard.File.Path, Span: guard.Span, Message: "the guard: " + guard.Kind.String()})
	}
}

func quoteFile(name string) string { return "`" + name + "`" }

// executions lists what runs files of the checkout and that the trigger reaches.
func executions(p *lint.Pass, c flow.Checkout, e flow.Exposure) []flow.Execution {
	var out []flow.Execution
	job := e.Job
	if p.File.Action != nil {
		job = nil
	}
	for x := range p.Flow.Executions(p.File, job, c) {
		if job == nil || e.Blocked || !p.Flow.Outsider(e.Trigger, p.File, job, x.Step).Blocked {
			out = append(out, x)
		}
	}
	return out
}

func codeOf(c flow.Checkout) string {
	if c.Head.Name == "" || c.Head.Field == "" {
		return "the code of a pull request"
	}
	return "the code of a pull request (`" + c.Head.Name + "`)"
}

// checkoutTrace is the way from the trigger to what runs the code.
func checkoutTrace(p *lint.Pass, c flow.Checkout, e flow.Exposure, executed []flow.Execution) []lint.Place {
	place := func(file *syntax.File, span syntax.Span, message string) lint.Place {
		return lint.Place{Path: otherPath(p.File, file), Span: span, Message: message}
	}
	var out []lint.Place
	if e.Trigger.Event != nil {
		out = append(out, place(e.Trigger.File, e.Trigger.Event.Name.Span, "`"+e.Trigger.Name+"` starts the workflow"))
	}
	for _, at := range c.Head.Trace {
		out = append(out, place(at.File, at.Span, at.Message))
	}
	out = append(out, lint.Place{Span: c.Span, Message: "the code is checked out into `" + c.Path + "`"})
	for _, x := range executed[:min(len(executed), 8)] {
		out = append(out, lint.Place{Span: x.Span, Message: "`" + x.Program + "` executes it"})
	}
	return out
}
