package flow_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/flow"
	"sekisho/lint/repo"
)

// TestWithstands tells for conditions which attacks they keep out: p a stranger, l a later push, a the artifact of a
// stranger, o an own change.
func TestWithstands(t *testing.T) {
	tests := []struct{ event, cond, want string }{
		{"pull_request_target", "github.event.pull_request.head.repo.full_name == github.repository", "pla"},
		{"pull_request_target", "github.event.pull_request.merged", "pl"},
		{"pull_request_target", "github.event.pull_request.author_association == 'MEMBER'", "pla"},
		{"pull_request_target", "github.actor == 'mona'", "plao"},
		{"pull_request_target", "github.event.label.name == 'ok'", ""},
		{"pull_request_target", "contains(github.event.pull_request.labels.*.name, 'ok')", ""},
		{"pull_request_target", "github.actor == 'dependabot[bot]'", "lao"},
		{"pull_request_target", "github.event.label.name == 'ok' && github.event.pull_request.merged", "pl"},
		{"pull_request_target", "github.event.label.name == 'ok' || github.event.pull_request.merged", ""},
		{"{pull_request_target: {types: [labeled]}}", "github.actor == 'mona'", "p"},
		{"{pull_request_target: {types: [labeled]}}", "github.event.pull_request.user.login == 'mona'", "plao"},
		{"{pull_request_target: {types: [labeled]}}", "true", ""},
		{"issue_comment", "github.event.comment.author_association == 'MEMBER'", "p"},
		{"issue_comment", "github.event.comment.user.login == 'mona'", "p"},
		{"issue_comment", "github.event.comment.body == '/test'", ""},
		{"workflow_run", "github.event.workflow_run.event == 'push'", "pla"},
		{"workflow_run", "github.event.workflow_run.head_repository.full_name == github.repository", "pla"},
		{"workflow_run", "github.event.workflow_run.actor.login == 'mona'", "plao"},
		{"workflow_run", "github.event.workflow_run.conclusion == 'success'", ""},
		{"issues", "false", "plao"},
	}
	for _, tt := range tests {
		text := "on: " + tt.event + "\njobs: {a: {if: \"" + tt.cond + "\", runs-on: x, steps: [run: echo]}}\n"
		r := repo.Load(fstest.MapFS{".github/workflows/w.yml": {Data: []byte(text)}}, repo.Options{})
		f, file := flow.New(r), r.Files[0]
		got := ""
		for attack, letter := range [...]string{flow.WrongPerson: "p", flow.LaterPush: "l", flow.WrongArtifact: "a", flow.OwnChange: "o"} {
			if f.Withstands(flow.Attack(attack), f.Triggers(file)[0], file, file.Workflow.Jobs[0], nil) {
				got += letter
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tt.event, tt.cond, diff)
		}
	}
}
