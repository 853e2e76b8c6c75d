package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func aiPromptInjection() *lint.Rule {
	return &lint.Rule{
		ID:       "ai-prompt-injection",
		Summary:  "what anybody writes in the task of an AI agent that has tools or the rights of the repository",
		Severity: lint.High,
		Aliases:  []string{"codeql:actions/prompt-injection/critical", "codeql:actions/prompt-injection/medium", "sisakulint:ai-action-prompt-injection"},
		Tags:     []string{"cwe-1427", "cwe-77", "owasp-cicd-sec-4", "prevent", "leak-trigger", "matrix-public-ppe"},
		Run:      runAIPromptInjection,
	}
}

func runAIPromptInjection(p *lint.Pass) {
	agents := p.Flow.Agents(p.File)
	for i := range agents {
		a := &agents[i]
		prompted := p.Flow.Prompted(p.File, a)
		if len(prompted) == 0 {
			continue
		}
		exposures := p.Flow.Exposures(p.File, a.Job, a.Step)
		found := collected{p: p}
		for j := range prompted {
			if f, ok := judgePrompt(p, a, &prompted[j], exposures); ok {
				found.add(f)
			}
		}
		found.report()
	}
}

// promptReach is Flow.Reach, also for the files of a checkout.
func promptReach(p *lint.Pass, t *flow.Prompted, e flow.Exposure) flow.Reaches {
	if c := t.Checkout; c != nil {
		refuses := c.Refuses && (e.Trigger.Name == "pull_request_target" || e.Trigger.Name == "workflow_run")
		if refuses || !aboutPullRequests(e.Trigger.Name) || !c.HeadUnder(e.Trigger.Name) || p.Flow.Outsider(e.Trigger, e.File, e.Job, nil).Blocked {
			return flow.NotAtAll
		}
	}
	return p.Flow.Reach(t.Taint, e)
}

// aboutPullRequests reports an event by which a pull request of a stranger comes to a job.
func aboutPullRequests(event string) bool {
	return event == "workflow_run" || event == "issue_comment" || strings.HasPrefix(event, "pull_request")
}

// judgePrompt says how bad it is that a value comes into the task of an agent; ok is false where nobody gets there who is not trusted.
func judgePrompt(p *lint.Pass, a *flow.Agent, t *flow.Prompted, exposures []flow.Exposure) (f lint.Finding, ok bool) {
	worst := flow.NotAtAll
	var by flow.Exposure
	for _, e := range exposures {
		reach := promptReach(p, t, e)
		if reach > worst || reach == worst && reach > flow.NotAtAll && by.Weak && !e.Weak {
			worst, by = reach, e
		}
	}
	if worst < flow.ByAnybody {
		return f, false // also a fork's pull request, which has no key with which the agent could ask its model
	}
	rights := p.Flow.RightsUnder(by)
	f.Span = t.Span
	f.Severity = promptSeverity(a, by)
	f.Message = fmt.Sprintf("%s: by `%s` anybody tells `%s` what to do, which %s in a job that holds %s; ",
		intoTask(t), by.Trigger.Name, a.Name, agentPower(a), rights.Text())
	_, open := opened(a)
	switch {
	case a.Power == catalog.NoTools:
		f.Severity, f.Strict = lint.Low, true
	case a.Asks && !open:
		f.Severity, f.Strict = lint.Medium, true
		f.Message = fmt.Sprintf("%s, and the action looks only at who starts it by `%s`: what somebody else wrote tells `%s` what to do, which %s; ", intoTask(t), by.Trigger.Name, a.Name, agentPower(a))
	}
	f.Message += "run it in a job without secrets and write scopes, with tools that only read"
	f.Way = &lint.Way{Events: []string{by.Trigger.Name}, Job: by.Job.ID.Value, Goal: rights.Text()}
	f.Trace = promptTrace(p.File, t)
	f.Related = settingPlaces(a, f)
	if by.Weak {
		weakGuard(p, &f, by)
	}
	return f, true
}

// promptSeverity weighs what an agent can be told to do.
func promptSeverity(a *flow.Agent, e flow.Exposure) lint.Severity {
	switch {
	case a.Power >= catalog.WriteTools:
		return lint.Critical
	case strongRights(e):
		return lint.High
	}
	return lint.Medium // a comment or a label
}

// intoTask says for messages how something comes into the task.
func intoTask(t *flow.Prompted) string {
	switch {
	case t.Checkout != nil:
		return "the agent works among the files of a pull request, and does what these say to agents"
	case t.Via != "":
		return fmt.Sprintf("the task names %s, which holds %s", t.Via, t.Text())
	}
	return t.Text() + " becomes part of the task"
}

func promptTrace(file *syntax.File, t *flow.Prompted) []lint.Place {
	var out []lint.Place
	for _, at := range t.Trace {
		out = append(out, lint.Place{Path: otherPath(file, at.File), Span: at.Span, Message: at.Message})
	}
	if t.Checkout != nil {
		return append(out, lint.Place{Span: t.Checkout.Span, Message: "the code is checked out into `" + t.Checkout.Path + "`"}, lint.Place{Span: t.Span, Message: "the agent works there"})
	}
	return append(out, lint.Place{Span: t.Span, Message: "it becomes part of the task here"})
}
