package rules

import (
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func spoofableBotCheck() *lint.Rule {
	return &lint.Rule{
		ID:       "spoofable-bot-check",
		Summary:  "a condition that takes whoever acted last for the author",
		Severity: lint.High,
		Aliases:  []string{"zizmor:bot-conditions"},
		Tags:     []string{"cwe-290", "cwe-863", "owasp-cicd-sec-1", "prevent", "leak-trigger"},
		Run:      runSpoofableBotCheck,
	}
}

func runSpoofableBotCheck(p *lint.Pass) {
	if p.File.Workflow == nil {
		return
	}
	for _, job := range p.File.Workflow.Jobs {
		c := botCheck{Pass: p, job: job}
		c.condition(job.If)
		for step := range job.Flat() {
			c.condition(step.If)
		}
	}
}

// botCheck looks at the conditions of one job.
type botCheck struct {
	*lint.Pass
	job *syntax.Job

	trigger *flow.Trigger // by which somebody else's work comes with a bot as the actor; nil when there is none
	strict  bool          // the job has nothing that a stranger could want
	known   bool          // trigger and strict are
}

func (c *botCheck) condition(cond *syntax.Condition) {
	if cond == nil || cond.Cond.AlwaysTrue {
		return
	}
	for _, found := range actorChecks(nil, cond.Cond.X, true) {
		if !c.known {
			c.look()
		}
		if c.trigger == nil {
			return
		}
		f := lint.Finding{Span: c.File.ValueSpan(&cond.Str, found.check.Range()), Strict: c.strict}
		f.Message = "`" + found.path + "` is whoever acted last: a stranger has the bot act on a pull request of their own, and passes; compare the author of what the event is about"
		f.Related = []lint.Place{{Path: otherPath(c.File, c.trigger.File), Span: c.trigger.Event.Name.Span, Message: "a stranger's work starts the workflow here"}}
		if author := authorOf(c.trigger.Name); author != "" {
			id := ".login"
			if found.path == "github.actor_id" {
				id = ".id"
			}
			f.Message += ", `github.event." + author + id + "`"
			if len(c.Flow.Triggers(c.File)) == 1 {
				at := c.File.ValueSpan(&cond.Str, found.actor.Range())
				f.Fixes = []lint.Fix{{Title: "compare the author", Safety: lint.Safe, Edits: []syntax.Edit{{Span: at, New: "github.event." + author + id}}}}
			}
		}
		c.Report(f)
	}
}

// look finds the worst trigger of the job, and whether there is something to gain.
func (c *botCheck) look() {
	c.known = true
	for _, t := range c.Flow.Triggers(c.File) {
		info, ok := catalog.Event(t.Name)
		if !ok || t.Event == nil || authorOf(t.Name) == "" && t.Name != "workflow_run" || c.Flow.Outsider(t, c.File, c.job, nil).Blocked {
			continue
		}
		strict := info.Class == catalog.Outsider || info.Fork || !c.Flow.RightsUnder(flow.Exposure{Access: flow.Access{Trigger: t}, File: c.File, Job: c.job}).Any()
		if c.trigger == nil || c.strict && !strict {
			c.trigger, c.strict = &t, strict
		}
	}
}

// authorOf names the part of an event's payload that tells who wrote what it is about.
func authorOf(event string) string {
	switch event {
	case "pull_request", "pull_request_target":
		return "pull_request.user"
	case "pull_request_review":
		return "review.user"
	case "issue_comment", "discussion_comment", "pull_request_review_comment":
		return "comment.user"
	case "issues":
		return "issue.user"
	case "discussion":
		return "discussion.user"
	}
	return ""
}

// actorCheck is a part of a condition that lets an actor pass for being a bot.
type actorCheck struct {
	check, actor expr.Node
	path         string // github.actor, github.actor_id …
}

// actorChecks finds the parts of a condition that are met when the actor is a bot; wanted is the value they need to have.
func actorChecks(out []actorCheck, n expr.Node, wanted bool) []actorCheck {
	switch n := n.(type) {
	case *expr.Group:
		return actorChecks(out, n.X, wanted)
	case *expr.Not:
		return actorChecks(out, n.X, !wanted)
	case *expr.Binary:
		switch n.Op {
		case expr.And, expr.Or:
			return actorChecks(actorChecks(out, n.X, wanted), n.Y, wanted)
		case expr.Eq, expr.Ne:
			if (n.Op == expr.Eq) != wanted {
				return out
			}
			for _, pair := range [...][2]expr.Node{{n.X, n.Y}, {n.Y, n.X}} {
				if path, ok := actorPath(pair[0]); ok && namesBot(path, pair[1]) {
					return append(out, actorCheck{n, pair[0], path})
				}
			}
		}
	case *expr.Call:
		if !wanted || len(n.Args) != 2 {
			return out
		}
		actor, text := n.Args[0], n.Args[1]
		switch strings.ToLower(n.Name) {
		case "contains":
			if path, ok := actorPath(n.Args[1]); ok && namesBot(path, n.Args[0]) {
				return append(out, actorCheck{n, n.Args[1], path})
			}
		case "startswith", "endswith":
		default:
			return out
		}
		if path, ok := actorPath(actor); ok && namesBot(path, text) {
			return append(out, actorCheck{n, actor, path})
		}
	}
	return out
}

func actorPath(n expr.Node) (string, bool) {
	if g, ok := n.(*expr.Group); ok {
		return actorPath(g.X)
	}
	path, ok := expr.Path(n)
	if !ok {
		return "", false
	}
	switch path {
	case "github.actor", "github.actor_id", "github.triggering_actor", "github.event.sender.login", "github.event.sender.id", "github.event.workflow_run.actor.login":
		return path, true
	}
	return "", false
}

// botIDs are the account numbers of Dependabot (preview and current), Renovate and GitHub Actions.
// Source: the public profiles of the accounts.
var botIDs = []string{"27856297", "49699333", "29139614", "41898282"}

// namesBot reports a constant text, list or number with a bot in it.
func namesBot(path string, n expr.Node) bool {
	if call, ok := n.(*expr.Call); ok && strings.EqualFold(call.Name, "fromjson") && len(call.Args) == 1 {
		n = call.Args[0]
	}
	v, ok := expr.Fold(n)
	if !ok {
		return false
	}
	text := strings.ToLower(v.Text())
	if strings.HasSuffix(path, "id") {
		return slices.ContainsFunc(botIDs, func(id string) bool { return strings.Contains(text, id) })
	}
	return strings.Contains(text, "[bot]") || text == "dependabot" || text == "renovate"
}
