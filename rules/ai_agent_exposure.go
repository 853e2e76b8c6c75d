package rules

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
)

func aiAgentExposure() *lint.Rule {
	return &lint.Rule{
		ID:       "ai-agent-exposure",
		Summary:  "an AI agent with tools that anybody can start, or that runs without its protection",
		Severity: lint.High,
		Aliases:  []string{"sisakulint:ai-action-unrestricted-trigger", "sisakulint:ai-action-excessive-tools", "sisakulint:ai-action-unsafe-sandbox"},
		Tags:     []string{"cwe-862", "cwe-1427", "owasp-cicd-sec-1", "prevent", "leak-trigger", "matrix-public-ppe"},
		Run:      runAIAgentExposure,
	}
}

func runAIAgentExposure(p *lint.Pass) {
	agents := p.Flow.Agents(p.File)
	for i := range agents {
		if f, ok := exposedAgent(p, &agents[i]); ok {
			p.Report(f)
		}
	}
}

// exposedAgent reports the worst that the ways to start an agent make of its settings.
func exposedAgent(p *lint.Pass, a *flow.Agent) (best lint.Finding, ok bool) {
	_, loose := a.Set(catalog.AgentSandbox)
	_, open := opened(a)
	if !open && !loose && a.Power < catalog.WriteTools {
		return best, false
	}
	for _, e := range p.Flow.Exposures(p.File, a.Job, a.Step) {
		if !privilegedExposure(p, e) {
			continue
		}
		f, found := judgeAgent(p, a, e)
		if found && (!ok || best.Strict && !f.Strict || best.Strict == f.Strict && f.Severity > best.Severity) {
			best, ok = f, true
		}
	}
	return best, ok
}

// judgeAgent judges an agent that one trigger starts; ok is false where nobody gets there who is not trusted.
func judgeAgent(p *lint.Pass, a *flow.Agent, e flow.Exposure) (f lint.Finding, ok bool) {
	rights := p.Flow.RightsUnder(e)
	open, isOpen := opened(a)
	loose, isLoose := a.Set(catalog.AgentSandbox)
	refused := e.Blocked || a.Asks && !isOpen
	f.Severity = lint.High
	switch {
	case refused && (!isLoose || e.Blocked && !aboutPeople(e)):
		return f, false
	case refused:
		f.Span, f.Severity, f.Strict = loose.Span, lint.Medium, true
		f.Message = fmt.Sprintf("`%s`: %s, and what others write still reaches `%s` when somebody trusted starts it by `%s`; allow only the tools that it needs",
			oneLine(loose.Text), loose.Meaning, a.Name, e.Trigger.Name)
	case isOpen:
		f.Span = open.Span
		f.Severity = openSeverity(a, e, open)
		f.Message = fmt.Sprintf("`%s`: by `%s` %s, which %s in a job that holds %s; name those who may, or look at who it is in the condition of the job",
			oneLine(open.Text), e.Trigger.Name, open.Meaning, agentPower(a), rights.Text())
	case isLoose:
		f.Span, f.Severity = loose.Span, lint.Critical
		f.Message = fmt.Sprintf("`%s`: %s, and by `%s` anybody starts `%s` in a job that holds %s; allow only the tools that it needs and look at who it is",
			oneLine(loose.Text), loose.Meaning, e.Trigger.Name, a.Name, rights.Text())
	case promptedByOutsider(p, a, e):
		return f, false // ai-prompt-injection tells more
	default:
		f.Span = a.Span
		if tools, given := a.Set(catalog.AgentTools); given {
			f.Span = tools.Span
		}
		f.Message = fmt.Sprintf("by `%s` anybody starts `%s`, which %s in a job that holds %s; allow only the tools that it needs, or look at who it is in the condition of the job",
			e.Trigger.Name, a.Name, agentPower(a), rights.Text())
	}
	if !rights.Any() && !rights.SelfHosted {
		f.Severity = min(f.Severity, lint.Medium)
	}
	f.Way = &lint.Way{Events: []string{e.Trigger.Name}, Job: e.Job.ID.Value, Goal: rights.Text()}
	f.Related = settingPlaces(a, f)
	if e.Weak && !refused {
		weakGuard(p, &f, e)
	}
	return f, true
}

// aboutPeople reports a guard that looks at who starts the run, and not at what it is about: others may have written that.
func aboutPeople(e flow.Exposure) bool {
	if len(e.Guards) == 0 {
		return false
	}
	switch e.Guards[0].Kind {
	case flow.Association, flow.Person, flow.Lookup:
		return true
	}
	return false
}

// openSeverity weighs what an agent that anybody may start can do: what is made to label issues is open on purpose.
func openSeverity(a *flow.Agent, e flow.Exposure, open flow.AgentSetting) lint.Severity {
	severity := lint.Medium
	switch {
	case a.Power >= catalog.WriteTools:
		severity = lint.Critical
	case strongRights(e):
		severity = lint.High
	}
	if open.Role == catalog.AgentBots && severity > lint.Medium {
		severity--
	}
	return severity
}

// promptedByOutsider reports a task in which there is what anybody writes.
func promptedByOutsider(p *lint.Pass, a *flow.Agent, e flow.Exposure) bool {
	for _, t := range p.Flow.Prompted(p.File, a) {
		if promptReach(p, &t, e) == flow.ByAnybody {
			return true
		}
	}
	return false
}

// weakGuard makes a finding milder by a guard that can be met, and names it.
func weakGuard(p *lint.Pass, f *lint.Finding, e flow.Exposure) {
	guard := e.Guards[0]
	if f.Severity > lint.Low {
		f.Severity--
	}
	f.Message += "; the only guard is the " + guard.Kind.String()
	f.Related = append(f.Related, lint.Place{Path: otherPath(p.File, guard.File), Span: guard.Span, Message: "the guard: " + guard.Kind.String()})
}
