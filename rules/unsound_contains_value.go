package rules

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
)

// values lists what a value can be when that is known in full: events, roles, and what nobody chooses freely.
func (c *contained) values(n expr.Node, path string) (out []string, all bool) {
	switch {
	case path == "github.event_name":
		for _, t := range c.triggers() {
			out = append(out, t.Name)
		}
		return out, !slices.Contains(out, "workflow_call")
	case strings.HasSuffix(path, ".author_association"):
		return []string{"OWNER", "MEMBER", "COLLABORATOR", "CONTRIBUTOR", "FIRST_TIME_CONTRIBUTOR", "FIRST_TIMER", "MANNEQUIN", "NONE"}, true
	case identities[path]:
		return nil, false
	}
	if !c.Flow.FixedValue(c.File, c.job, c.step, n) {
		return nil, false
	}
	for _, v := range flow.Possible(c.File, c.job, c.step, n) {
		out = append(out, v.Text())
	}
	return out, true
}

// triggers are those of the workflow; of an action none are known.
func (c *contained) triggers() []flow.Trigger {
	if c.File.Workflow == nil {
		return nil
	}
	return c.Flow.Triggers(c.File)
}

// wrong reports a value that is found in the text and is no item of it.
func (c *contained) wrong(value string) bool {
	if value == "" || !strings.Contains(strings.ToLower(c.list), strings.ToLower(value)) {
		return false
	}
	return !slices.ContainsFunc(c.items, func(item string) bool { return strings.EqualFold(item, value) })
}

// identities are the fields that hold a name which somebody gave an account or a repository of theirs.
var identities = map[string]bool{
	"github.actor": true, "github.triggering_actor": true, "github.event.sender.login": true, "github.event.pull_request.user.login": true,
	"github.event.issue.user.login": true, "github.event.comment.user.login": true, "github.event.review.user.login": true, "github.event.discussion.user.login": true,
	"github.event.pull_request.head.user.login": true, "github.event.pull_request.head.repo.owner.login": true, "github.event.pull_request.head.repo.full_name": true,
	"github.event.pull_request.head.repo.name": true, "github.event.workflow_run.actor.login": true, "github.event.workflow_run.head_repository.full_name": true,
	"github.event.workflow_run.head_repository.owner.login": true,
}

// choosers tells by which event an outsider chooses a value, and whether others do who have rights in the repository.
func (c *contained) choosers(n expr.Node, path string) (event string, insider bool) {
	if identities[path] {
		for _, t := range c.triggers() {
			if mayBeOutsiders(t) && t.Name != "workflow_call" {
				return t.Name, true
			}
		}
		return "", true
	}
	for _, taint := range c.Flow.NodeTaints(c.File, c.job, c.step, c.s, n) {
		insider = insider || taint.Who != flow.ByUnknown
		if taint.Who != flow.ByOutsider {
			continue
		}
		for _, t := range c.triggers() {
			info, known := catalog.Event(t.Name)
			if known && info.Class != catalog.Insider && info.Class != catalog.Caller && taint.Under(t) {
				return t.Name, true
			}
		}
	}
	return "", insider
}
