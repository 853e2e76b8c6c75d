package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// Checkout is a step that fetches what an outsider wrote.
type Checkout struct {
	syntax.Span // what names the outsider's commit or repository
	Step        *syntax.Step
}

// UntrustedCheckout returns the first step of a job that checks out the head of somebody else's pull request with
// actions/checkout in a version that lets it, or with the opt-in that makes a newer one do so.
func (f *Flow) UntrustedCheckout(file *syntax.File, job *syntax.Job) (Checkout, bool) {
	for step := range job.Flat() {
		if step.Uses == nil || !strings.EqualFold(actionName(step.Uses.Value), "actions/checkout") {
			continue
		}
		s := step.With.Get("ref")
		if !namesHead(s) {
			if s = step.With.Get("repository"); !namesHead(s) {
				continue
			}
		}
		if refusesForks(file, step.Uses) && !optsIn(step) {
			continue
		}
		return Checkout{s.Span, step}, true
	}
	return Checkout{}, false
}

// optsIn reports an allow-unsafe-pr-checkout that is, or may be, true.
func optsIn(step *syntax.Step) bool {
	s := step.With.Get("allow-unsafe-pr-checkout")
	return s != nil && !strings.EqualFold(strings.TrimSpace(s.Value), "false")
}

// headPaths are the parts of the payload that name the head of a pull request.
var headPaths = [...]string{
	"github.event.pull_request.head", "github.head_ref", "github.event.pull_request.merge_commit_sha",
	"github.event.workflow_run.head_sha", "github.event.workflow_run.head_branch", "github.event.workflow_run.head_commit",
	"github.event.workflow_run.head_repository",
}

func namesHead(s *syntax.Str) bool {
	if s == nil {
		return false
	}
	if strings.HasPrefix(s.Value, "refs/pull/") {
		return true
	}
	for i := range s.Fences {
		found := false
		expr.Walk(s.Fences[i].X, func(n expr.Node) bool {
			if path, ok := expr.Path(n); ok {
				for _, head := range headPaths {
					found = found || path == head || strings.HasPrefix(path, head+".")
				}
				return false
			}
			if l, ok := n.(*expr.Literal); ok && strings.Contains(l.Value.String, "refs/pull/") {
				found = true
			}
			return true
		})
		if found {
			return true
		}
	}
	return false
}

// refusesForks reports a version of actions/checkout that does not fetch a fork's code under pull_request_target: version 7,
// and the moving major tags, which got the change in July 2026.
func refusesForks(file *syntax.File, uses *syntax.Field) bool {
	name, ref, _ := strings.Cut(uses.Value, "@")
	if version, ok := catalog.PinVersion(name, ref); ok {
		ref = version
		return major(ref) >= 7
	}
	if strings.Trim(strings.TrimPrefix(ref, "v"), "0123456789") == "" && len(ref) < 5 {
		return major(ref) >= 2
	}
	if len(ref) >= 40 {
		return major(versionComment(file, uses.Span)) >= 7
	}
	return major(ref) >= 7 || ref == "main"
}

// major returns the first number of a version such as v4.2.2, or 0.
func major(version string) int {
	n := 0
	for _, c := range strings.TrimPrefix(version, "v") {
		if c < '0' || c > '9' || n > 1000 {
			break
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// versionComment returns the version that the comment on the line of a pin claims.
func versionComment(file *syntax.File, at syntax.Span) string {
	line := file.LineSpan(file.Position(at.Start).Line)
	for _, c := range file.Comments {
		if c.Start >= at.End && c.End <= line.End {
			for word := range strings.FieldsSeq(c.Text) {
				if major(word) > 0 {
					return word
				}
			}
		}
	}
	return ""
}

// Executes returns the first step after a checkout that runs what was checked out: a script or build tool of the workspace, or
// a local action.
func (f *Flow) Executes(file *syntax.File, job *syntax.Job, after *syntax.Step) (syntax.Span, string, bool) {
	passed := false
	for step := range job.Flat() {
		if step == after {
			passed = true
			continue
		}
		if !passed {
			continue
		}
		if step.Uses != nil && strings.HasPrefix(step.Uses.Value, "./") {
			return step.Uses.Span, step.Uses.Value, true
		}
		script := f.Script(file, job, step)
		if script == nil {
			continue
		}
		for _, c := range script.Commands {
			if len(c.Words) > 0 && catalog.RunsWorkspace(words(c)) {
				span := file.ValueSpan(&step.Run.Str, syntax.Span{Start: c.Words[0].Start, End: c.Words[len(c.Words)-1].End})
				return span, c.Name, true
			}
		}
	}
	return syntax.Span{}, "", false
}
