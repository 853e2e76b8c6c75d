package rules

import (
	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
)

// privilegedExposure reports a way by which somebody without rights in the repository starts a job that has its own.
func privilegedExposure(p *lint.Pass, e flow.Exposure) bool {
	info, known := catalog.Event(e.Trigger.Name)
	return known && info.Class == catalog.Privileged && !info.Fork && p.Flow.StartedByOutsiders(e.Trigger)
}

// agentPower says for messages what an agent may do.
func agentPower(a *flow.Agent) string {
	switch a.Power {
	case catalog.ShellTools:
		return "may run any command"
	case catalog.WriteTools:
		return "may change files"
	case catalog.ReadTools:
		return "may use tools"
	}
	return "only answers"
}

// opened reports an input that lets people, or bots, start an agent whose action would refuse them.
func opened(a *flow.Agent) (flow.AgentSetting, bool) {
	if s, ok := a.Set(catalog.AgentUsers); ok {
		return s, true
	}
	return a.Set(catalog.AgentBots)
}

// strongRights tells that the token of a job does more than talk in issues and pull requests, or log in.
func strongRights(e flow.Exposure) bool {
	grant := flow.Token(e.File, e.Job)
	if grant.Block == nil {
		return true
	}
	if grant.Block.All != nil {
		return grant.Block.All.Value != "read-all"
	}
	for _, s := range grant.Block.Scopes {
		if s.Value.Value == "write" && !talk(s.Name.Value) && s.Name.Value != "id-token" {
			return true
		}
	}
	return false
}

// settingPlaces are the settings of an agent as related places, but for the one at a span.
func settingPlaces(a *flow.Agent, but lint.Finding) (out []lint.Place) {
	for _, s := range a.Settings {
		message := s.Meaning
		if s.Role == catalog.AgentTools {
			message = "this gives it tools"
		}
		if s.Span != but.Span && message != "" {
			out = append(out, lint.Place{Span: s.Span, Message: message})
		}
	}
	return out
}
