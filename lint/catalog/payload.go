package catalog

import "slices"

// carriers lists the events whose payload holds an object of github.event, after GitHub's documentation of webhook events
// and payloads.
var carriers = map[string][]string{
	"client_payload": {"repository_dispatch"},
	"comment":        {"issue_comment", "discussion_comment", "commit_comment", "pull_request_review_comment"},
	"commits":        {"push"},
	"discussion":     {"discussion", "discussion_comment"},
	"head_commit":    {"push"},
	"inputs":         {"workflow_dispatch"},
	"issue":          {"issues", "issue_comment"},
	"merge_group":    {"merge_group"},
	"pull_request":   {"pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"},
	"ref":            {"push", "create", "delete", "workflow_dispatch"},
	"release":        {"release"},
	"review":         {"pull_request_review"},
	"schedule":       {"schedule"},
	"workflow_run":   {"workflow_run"},
}

// Absent reports that github.event has no such object under an event. It is false for objects and events it does not know.
func Absent(event, object string) bool {
	events, known := carriers[object]
	if !known || event == "workflow_call" {
		return false
	}
	_, ok := Event(event)
	return ok && !slices.Contains(events, event)
}
