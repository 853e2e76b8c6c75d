package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// headPath is a part of the payload that names the head of a pull request, and the events that carry it.
type headPath struct {
	path   string // below github.
	events []string
}

var pullEvents = []string{"pull_request_target", "pull_request", "pull_request_review", "pull_request_review_comment"}

var headPaths = [...]headPath{
	{"event.pull_request.head", pullEvents},
	{"event.pull_request.merge_commit_sha", pullEvents},
	{"head_ref", pullEvents[:2]},
	{"event.workflow_run.head_sha", []string{"workflow_run"}},
	{"event.workflow_run.head_branch", []string{"workflow_run"}},
	{"event.workflow_run.head_commit", []string{"workflow_run"}},
	{"event.workflow_run.head_repository", []string{"workflow_run"}},
	{absentHead, []string{"workflow_run"}},
}

// absentHead is what people write who mean event.workflow_run.head_sha and the like: the event has no such field.
const absentHead = "event.workflow_run.head"

// Absent reports that the head is named by a field that the event does not have, so that something else is fetched in its place.
func (c Checkout) Absent() bool { return strings.HasPrefix(c.Head.Field, absentHead+".") }

// HeadUnder reports that a checkout fetches an outsider's head when an event starts its job.
func (c Checkout) HeadUnder(event string) bool {
	if event == "workflow_call" {
		return true
	}
	for _, h := range headPaths {
		if c.Head.Field == h.path || strings.HasPrefix(c.Head.Field, h.path+".") {
			return slices.Contains(h.events, event)
		}
	}
	info, known := catalog.Event(event)
	return known && info.Class != catalog.Insider
}

// Moves reports a head that is another one after the next push: a branch, or the pull request itself, and not a commit.
func (c Checkout) Moves() bool {
	return !strings.HasSuffix(c.Head.Field, "sha") && !strings.HasSuffix(c.Head.Field, "head_commit.id")
}

// isBranchName reports a head of which only the name of the branch is known, without its repository.
func isBranchName(t Taint) bool {
	return t.Field == "head_ref" || t.Field == askedBranch || t.Field == "event.pull_request.head.ref" || t.Field == "event.workflow_run.head_branch"
}

// heads tells what of a pull request's head a scalar names, through variables, outputs and inputs.
func (f *Flow) heads(file *syntax.File, job *syntax.Job, step *syntax.Step, s *syntax.Str) []Taint {
	if s == nil || len(s.Fences) == 0 && !pullRef(s.Value) {
		return nil
	}
	t := &tainter{flow: f, busy: map[busyKey]bool{}, heads: true}
	return tidy(t.str(scope{file, job, step}, s, 0))
}

// pullRef reports a text that names the head of a pull request by its number.
func pullRef(text string) bool {
	_, rest, ok := strings.Cut(text, "pull/")
	return ok && (strings.Contains(rest, "/head") || strings.Contains(rest, "/merge") || strings.Contains(text, "refs/pull/"))
}

// pull is the head that refs/pull names.
func (t *tainter) pull(in scope, span syntax.Span) Taint {
	one := Taint{Shape: catalog.Ref, Who: ByOutsider, Name: "the pull request's ref"}
	one.Trace = []Step{{in.file, in.file.Source, span, "it names the head of a pull request, whose commits anybody can write"}}
	return one
}

// pulled is the head that a command names by the number of the pull request.
func (s *shellTaint) pulled(c *shell.Command) Taint { return s.t.pull(s.at, s.span(c.Span)) }

// headField follows a field of the github context that names a head.
func (t *tainter) headField(in scope, at spot, path string) []Taint {
	for _, h := range headPaths {
		if path != h.path && !strings.HasPrefix(path, h.path+".") {
			continue
		}
		for _, event := range t.flow.events(in.file) {
			if event == "workflow_call" || slices.Contains(h.events, event) {
				one := Taint{Shape: catalog.Ref, Who: ByOutsider, Name: "github." + path, Field: path}
				if event == "workflow_call" {
					one.Who = ByCaller
				}
				one.Trace = []Step{{in.file, in.file.Source, at.span(in.file), "`github." + path + "` belongs to the head of a pull request, whose commits anybody can write"}}
				return []Taint{one}
			}
		}
	}
	return nil
}

// headLiteral reports an expression with a text such as refs/pull/{0}/merge in it.
func headLiteral(n expr.Node) bool {
	found := false
	expr.Walk(n, func(n expr.Node) bool {
		if l, ok := n.(*expr.Literal); ok {
			found = found || pullRef(l.Value.String)
		}
		return true
	})
	return found
}

// headMember reports an access to .head.sha, .head.ref or .head.repo of something that is read from JSON.
func headMember(n expr.Node) bool {
	below := ""
	for {
		p, ok := n.(*expr.Property)
		if !ok {
			return false
		}
		if strings.EqualFold(p.Name, "head") {
			return strings.EqualFold(below, "sha") || strings.EqualFold(below, "ref") || strings.EqualFold(below, "repo")
		}
		below, n = p.Name, p.Of
	}
}

// asksHead reports a command that asks GitHub for the head of a pull request, or picks it from an answer.
func asksHead(words []string) bool {
	for _, w := range words {
		for _, part := range [...]string{"headRefOid", "headRefName", "headRepository", ".head.sha", ".head.ref", ".head.repo"} {
			if strings.Contains(w, part) {
				return true
			}
		}
	}
	return false
}

// askedBranch stands for a field of the payload where a command asks GitHub for the name of the head's branch.
const askedBranch = "(asked).head.ref"

// asksBranch reports a command that asks for no more than that of the head.
func asksBranch(words []string) bool {
	text := strings.Join(words, " ")
	return containsAny(text, "headRefName", ".head.ref") && !containsAny(text, "headRefOid", "headRepository", ".head.sha", ".head.repo")
}

// headOutput follows an output of an action that looks the head of a pull request up, or of a script that does.
func (t *tainter) headOutput(at scope, name string) []Taint {
	uses := at.step.Uses.Value
	known := catalog.HeadOutput(uses, name)
	if script := at.step.With.Get("script"); !known && script != nil && strings.EqualFold(actionName(uses), "actions/github-script") {
		known = asksHead([]string{script.Value})
	}
	if !known {
		return nil
	}
	one := Taint{Shape: catalog.Ref, Who: ByOutsider, Name: "the output `" + name + "` of `" + actionName(uses) + "`"}
	one.Trace = []Step{{at.file, at.file.Source, at.step.Uses.Span, "the action gives out the head of the pull request as `" + name + "`"}}
	return []Taint{one}
}
