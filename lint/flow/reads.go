package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// Reading is something of an outsider's that a job takes in.
type Reading struct {
	syntax.Span
	What string // for messages: the code of the pull request, github.event.issue.title, an artifact of the run before
}

// Reads finds the first thing that somebody without rights wrote and that a job takes in when an event starts it: a text of the
// payload, the code of a pull request, an artifact of the run before, or the whole payload.
func (f *Flow) Reads(event string, file *syntax.File, job *syntax.Job) (Reading, bool) {
	for _, c := range f.Checkouts(file, job) {
		if c.HeadUnder(event) && !c.Branch && (!c.Refuses || event != "pull_request_target" && event != "workflow_run") {
			return Reading{c.Span, "the code of the pull request"}, true
		}
	}
	for step := range job.Flat() {
		if r, ok := stepReads(event, file, step); ok {
			return r, true
		}
	}
	for _, s := range append(MapStrs(job.Env), MapStrs(job.With)...) {
		if r, ok := strReads(event, file, s); ok {
			return r, true
		}
	}
	return Reading{}, false
}

func stepReads(event string, file *syntax.File, step *syntax.Step) (Reading, bool) {
	for _, s := range StepStrs(step) {
		if r, ok := strReads(event, file, s); ok {
			return r, true
		}
	}
	if event == "workflow_run" && step.Uses != nil && strings.Contains(strings.ToLower(actionName(step.Uses.Value)), "download") &&
		strings.Contains(strings.ToLower(actionName(step.Uses.Value)), "artifact") && !ownRun(step) {
		return Reading{step.Uses.Span, "an artifact of the run before"}, true
	}
	text := scriptText(step)
	if text == "" {
		return Reading{}, false
	}
	span := step.Span
	if step.Run != nil {
		span = step.Run.Span
	}
	switch {
	case event == "workflow_run" && containsAny(text, "gh run download", "artifacts_url", "listWorkflowRunArtifacts", "downloadArtifact"):
		return Reading{span, "an artifact of the run before"}, true
	case containsAny(text, "GITHUB_EVENT_PATH", "context.payload", "gh issue view", "gh pr view", "gh pr diff", "pulls.get", "issues.get", "listFiles", "listCommits"):
		return Reading{span, "what the event or GitHub tells of it"}, true
	}
	return Reading{}, false
}

// ownRun reports a download that takes the artifacts of the run that it is part of.
func ownRun(step *syntax.Step) bool {
	return strings.EqualFold(actionName(step.Uses.Value), "actions/download-artifact") && step.With.Get("run-id") == nil
}

// strReads finds a text of the payload that the value of a scalar may hold.
func strReads(event string, file *syntax.File, s *syntax.Str) (r Reading, ok bool) {
	for i := range s.Fences {
		eachPart(s.Fences[i].X, func(n expr.Node) {
			path, isPath := expr.Path(n)
			path, isGithub := strings.CutPrefix(path, "github.")
			if ok || !isPath || !isGithub {
				return
			}
			for field := range catalog.Fields(path, event) {
				if field.Shape >= catalog.Ref && !field.Insider {
					r, ok = Reading{file.ValueSpan(s, n.Range()), "`github." + field.Path + "`"}, true
					return
				}
			}
		})
	}
	return r, ok
}
