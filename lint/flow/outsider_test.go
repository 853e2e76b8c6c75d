package flow_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/flow"
	"sekisho/lint/repo"
)

// access describes how far an outsider gets to the last step of the last job of the first workflow, through its first event.
func access(t *testing.T, texts ...string) string {
	t.Helper()
	fsys := fstest.MapFS{}
	for i, text := range texts {
		fsys[fmt.Sprintf(".github/workflows/w%d.yml", i)] = &fstest.MapFile{Data: []byte(text)}
	}
	r := repo.Load(fsys, repo.Options{})
	file := r.File(".github/workflows/w0.yml")
	f := flow.New(r)
	triggers := f.Triggers(file)
	if len(triggers) == 0 {
		t.Fatalf("nothing triggers\n%s", texts[0])
	}
	jobs := file.Workflow.Jobs
	job := jobs[len(jobs)-1]
	a := f.Outsider(triggers[0], file, job, nil)
	if n := len(job.Steps); n > 0 {
		a = f.Outsider(triggers[0], file, job, job.Steps[n-1])
	}
	state := "open"
	switch {
	case a.Blocked:
		state = "blocked"
	case a.Weak:
		state = "weak"
	}
	if len(a.Guards) > 0 {
		state += ", " + a.Guards[0].Kind.String()
	}
	return state
}

func TestConditions(t *testing.T) {
	const (
		target  = "pull_request_target"
		same    = "blocked, same-repository check"
		person  = "blocked, check of a person's name"
		role    = "blocked, author-association check"
		merged  = "blocked, check that the pull request was merged"
		label   = "weak, label check"
		mark    = "weak, check of a label or milestone"
		bot     = "weak, check that the actor is a bot"
		part    = "weak, search for the actor's name in a text"
		types   = "weak, limit to activities of maintainers"
		parent  = "blocked, check of the event behind the run"
		blocked = "blocked"
		open    = "open"
	)
	tests := []struct{ event, cond, want string }{
		// The head's repository.
		{target, "github.event.pull_request.head.repo.full_name == github.repository", same},
		{target, "github.repository == github.event.pull_request.head.repo.full_name", same},
		{target, "${{ github.event.pull_request.head.repo.full_name == github.repository }}", same},
		{target, "GitHub.Event.Pull_Request.HEAD.Repo.Full_Name == GITHUB.REPOSITORY", same},
		{target, "github['event']['pull_request']['head']['repo']['full_name'] == github['repository']", same},
		{target, "github.event.pull_request['head'].repo['full_name'] == 'octo/hello'", same},
		{target, "(((github.event.pull_request.head.repo.full_name))) == (github.repository)", same},
		{target, "github.event.pull_request.head.repo.full_name != github.repository", open},
		{target, "!(github.event.pull_request.head.repo.full_name != github.repository)", same},
		{target, "!(github.event.pull_request.head.repo.full_name == github.repository)", open},
		{target, "!!(github.event.pull_request.head.repo.full_name == github.repository)", same},
		{target, "(github.event.pull_request.head.repo.full_name == github.repository) == true", same},
		{target, "(github.event.pull_request.head.repo.full_name == github.repository) == false", open},
		{target, "(github.event.pull_request.head.repo.full_name == github.repository) != false", same},
		{target, "github.event.pull_request.head.repo.full_name == github.repository || true", open},
		{target, "github.event.pull_request.head.repo.full_name == github.repository || github.actor == 'mona'", same},
		{target, "github.event.pull_request.head.repo.full_name == github.repository || github.event.pull_request.draft", open},
		{target, "github.event.pull_request.head.repo.full_name == github.repository && github.event.pull_request.draft == false", same},
		{target, "!(github.event.pull_request.head.repo.full_name != github.repository || github.event.pull_request.draft)", same},
		{target, "!(github.event.pull_request.head.repo.full_name != github.repository && github.event.pull_request.draft)", open},
		{target, "case(github.event.pull_request.head.repo.full_name == github.repository, true, false)", same},
		{target, "case(github.event.pull_request.head.repo.full_name == github.repository, true, github.event.pull_request.draft, false, true)", open},
		{target, "github.event.pull_request.head.repo.full_name == github.event.pull_request.base.repo.full_name", same},
		{target, "github.event.pull_request.head.repo.id == github.event.repository.id", same},
		{target, "github.event.pull_request.head.repo.id == github.repository_id", same},
		{target, "github.event.pull_request.head.repo.owner.login == github.repository_owner", same},
		{target, "github.event.pull_request.head.user.login == github.repository_owner", same},
		{target, "github.event.pull_request.head.repo.full_name == github.event.pull_request.head.repo.full_name", open},
		{target, "github.event.pull_request.head.repo.full_name == github.head_ref", open},
		{target, "github.event.pull_request.head.repo.full_name != ''", open},
		{target, "github.event.pull_request.head.repo.full_name == ''", blocked},
		{target, "github.event.pull_request.head.repo.fork == false", same},
		{target, "github.event.pull_request.head.repo.fork", open},
		{target, "!github.event.pull_request.head.repo.fork", same},
		{target, "! github.event.pull_request.head.repo.fork && true", same},
		{target, "github.event.pull_request.head.repo.fork != true", same},
		{target, "github.event.pull_request.head.repo.fork == 'false'", same}, // the text is no number, so never equal to a boolean
		{target, "startsWith(github.event.pull_request.head.repo.full_name, 'octo/')", same},
		{target, "startsWith(github.event.pull_request.head.repo.full_name, 'octo')", open},
		{target, "startsWith(github.event.pull_request.head.repo.full_name, format('{0}/', github.repository_owner))", same},
		{target, "startsWith(github.event.pull_request.head.label, 'octo:')", same},
		{target, "contains(github.event.pull_request.head.repo.full_name, github.repository_owner)", open},
		{target, "contains(fromJSON('[\"octo/hello\"]'), github.event.pull_request.head.repo.full_name)", same},
		{target, "startsWith(github.head_ref, 'release/')", open},
		{target, "github.event.pull_request.head.ref == 'main'", open},
		{target, "github.base_ref == 'main'", open},
		{target, "github.ref == 'refs/heads/main'", open},
		{target, "startsWith(github.ref, 'refs/tags/')", blocked},
		{target, "github.ref_type == 'tag'", blocked},
		{target, "github.repository == 'octo/hello'", open},
		{target, "vars.ENABLED == 'true'", open},
		{target, "text ${{ github.event.pull_request.head.repo.full_name == github.repository }}", open},
		{target, "false", blocked},
		// Who acted, who wrote.
		{target, "github.actor == 'mona'", person},
		{target, "github.actor != 'mona'", open},
		{target, "github.actor == github.repository_owner", person},
		{target, "github.actor == github.event.pull_request.user.login", open},
		{target, "github.triggering_actor == 'mona' || github.triggering_actor == 'lisa'", person},
		{target, "contains(fromJSON('[\"mona\",\"lisa\"]'), github.actor)", person},
		{target, "!contains(fromJSON('[\"mona\",\"lisa\"]'), github.actor)", open},
		{target, "contains(fromJSON(vars.MAINTAINERS), github.actor)", person},
		{target, "contains('mona,lisa', github.actor)", part},
		{target, "contains(vars.MAINTAINERS, github.actor)", part},
		{target, "github.actor_id == 12345", person},
		{target, "github.actor == 'dependabot[bot]'", bot},
		{target, "github.actor != 'dependabot[bot]'", open},
		{target, "contains(fromJSON('[\"dependabot[bot]\",\"renovate[bot]\"]'), github.actor)", bot},
		{target, "endsWith(github.actor, '[bot]')", bot},
		{target, "contains(github.actor, '[bot]')", bot},
		{target, "startsWith(github.actor, 'dependabot')", open},
		{target, "github.event.sender.type == 'Bot'", bot},
		{target, "github.event.pull_request.user.login == 'dependabot[bot]'", person},
		{target, "github.event.pull_request.user.type == 'Bot'", bot},
		{target, "github.event.pull_request.user.login == 'mona'", person},
		{target, "github.event.pull_request.user.login != 'mona' && github.event.label.name == 'ok'", label},
		{target, "github.event.pull_request.author_association == 'MEMBER'", role},
		{target, "github.event.pull_request.author_association != 'MEMBER'", open},
		{target, "github.event.pull_request.author_association == 'CONTRIBUTOR'", open},
		{target, "github.event.pull_request.author_association != 'NONE'", open},
		{target, "github.event.pull_request.author_association != 'NONE' && github.event.pull_request.author_association != 'CONTRIBUTOR' && !startsWith(github.event.pull_request.author_association, 'FIRST_TIME')", role},
		{target, "contains(fromJSON('[\"OWNER\",\"MEMBER\",\"COLLABORATOR\"]'), github.event.pull_request.author_association)", role},
		{target, "contains(fromJSON('[\"OWNER\",\"CONTRIBUTOR\"]'), github.event.pull_request.author_association)", open},
		{target, "contains('OWNER MEMBER', github.event.pull_request.author_association)", role},
		{target, "contains('OWNER CONTRIBUTOR', github.event.pull_request.author_association)", open},
		{target, "github.event.comment.author_association == 'MEMBER'", blocked}, // the event has no comment
		// What became of the pull request.
		{target, "github.event.pull_request.merged", merged},
		{target, "github.event.pull_request.merged == true", merged},
		{target, "github.event.pull_request.merged == 'true'", merged},
		{target, "!github.event.pull_request.merged", open},
		{target, "github.event.pull_request.merged_at != null", merged},
		{target, "github.event.pull_request.draft == false", open},
		{target, "github.event.pull_request", open},
		{target, "!github.event.pull_request", blocked},
		{target, "github.event.pull_request != null", open},
		{target, "github.event.issue", blocked},
		// Labels and activities.
		{target, "github.event.label.name == 'safe to test'", label},
		{target, "github.event.label.name != 'safe to test'", open},
		{target, "github.event.label", label},
		{target, "contains(github.event.pull_request.labels.*.name, 'safe')", mark},
		{target, "contains(toJSON(github.event.pull_request.labels.*.name), 'safe')", mark},
		{target, "contains(join(github.event.pull_request.labels.*.name, ','), 'safe')", mark},
		{target, "github.event.pull_request.labels[0].name == 'safe'", mark},
		{target, "!contains(github.event.pull_request.labels.*.name, 'wip')", open},
		{target, "startsWith(github.event.label.name, 'ci/')", label},
		{target, "toJSON(github.event.pull_request.labels)", open},
		{target, "toJSON(github.event.pull_request.labels) == '[]'", open},
		{target, "toJSON(github.event.pull_request.labels.*.name) != '[]'", mark},
		{target, "github.event.label.name == ''", open},
		{target, "github.event.label != null", label},
		{target, "github.event.label.name == 'ok' || github.event.pull_request.head.repo.full_name == github.repository", label},
		{target, "github.event.pull_request.auto_merge != null", types},
		{target, "github.event.pull_request.milestone.title == 'next'", mark},
		{"pull_request_target: {types: [labeled]}", "contains(github.event.pull_request.labels.*.name, 'ok')", label},
		{"pull_request_target: {types: [opened, labeled]}", "contains(github.event.pull_request.labels.*.name, 'ok')", label},
		{"pull_request_target: {types: [synchronize, labeled]}", "contains(github.event.pull_request.labels.*.name, 'ok')", mark},
		{"pull_request_target: {types: [closed, labeled]}", "contains(github.event.pull_request.labels.*.name, 'ok')", mark},
		{target, "github.event.action == 'opened' && contains(github.event.pull_request.labels.*.name, 'ok')", label},
		{"pull_request_target: {types: [labeled]}", "", types},
		{"pull_request_target: {types: [labeled]}", "github.event.label.name == 'ok'", label},
		{"pull_request_target: {types: [labeled, synchronize]}", "", open},
		{"pull_request_target: {types: [labeled, synchronize]}", "github.event.action == 'labeled'", types},
		{"pull_request_target: {types: [labeled, synchronize]}", "github.event.action != 'labeled'", open},
		{"pull_request_target: {types: [labeled, synchronize]}", "github.event.action != 'synchronize'", types},
		{"pull_request_target: {types: [labeled, opened]}", "github.event.action == 'closed'", blocked},
		{"pull_request_target: {types: auto_merge_enabled}", "", types},
		{"pull_request_target: {types: [closed]}", "github.event.action == 'closed' && github.event.pull_request.merged", merged},
		{"pull_request_target: {types: [closed]}", "github.event.action == 'closed'", open},
		// Events.
		{target, "github.event_name == 'pull_request_target'", open},
		{target, "github.event_name != 'pull_request_target'", blocked},
		{target, "github.event_name == 'push' || github.event.pull_request.head.repo.full_name == github.repository", same},
		{target, "github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository", open},
		{target, "startsWith(github.event_name, 'pull_request')", open},
		{target, "contains(fromJSON('[\"push\",\"schedule\"]'), github.event_name)", blocked},
		{target, "inputs.deploy", blocked},
		{target, "github.event.inputs.deploy == 'true'", blocked},
		// env.
		{target, "env.TRUSTED == 'true'", same},
		{target, "env.TRUSTED != 'true'", open},
		{target, "env.HEAD == github.repository", same},
		{target, "env.LOOP == 'x'", open},
		{target, "contains(fromJSON(env.ADMINS), github.actor)", person},
		// Status functions do not change who comes in.
		{target, "always()", open},
		{target, "always() && github.event.pull_request.head.repo.full_name == github.repository", same},
		// Other events.
		{"issue_comment", "github.event.comment.author_association == 'OWNER'", role},
		{"issue_comment", "github.event.issue.author_association == 'OWNER'", open},
		{"issue_comment", "github.event.issue.user.login == github.actor", open},
		{"issue_comment", "github.event.comment.user.login == 'mona'", person},
		{"issue_comment", "github.event.issue.pull_request && startsWith(github.event.comment.body, '/test')", open},
		{"issues", "github.event.issue.user.login == 'mona'", person},
		{"workflow_run: {workflows: [CI]}", "github.event.workflow_run.event == 'push'", parent},
		{"workflow_run: {workflows: [CI]}", "github.event.workflow_run.event != 'pull_request'", parent},
		{"workflow_run: {workflows: [CI]}", "github.event.workflow_run.event == 'pull_request'", open},
		{"workflow_run: {workflows: [CI]}", "github.event.workflow_run.head_repository.full_name == github.repository", same},
		{"workflow_run: {workflows: [CI]}", "github.event.workflow_run.head_branch == 'main'", open},
		{"workflow_run: {workflows: [CI]}", "github.event.workflow_run.conclusion == 'success'", open},
	}
	for _, tt := range tests {
		t.Run(tt.event+" "+tt.cond, func(t *testing.T) {
			cond := ""
			if tt.cond != "" {
				cond = "    if: '" + strings.ReplaceAll(tt.cond, "'", "''") + "'\n"
			}
			text := "on: {" + tt.event + "}\nenv:\n" +
				"  TRUSTED: ${{ github.event.pull_request.head.repo.full_name == github.repository }}\n" +
				"  HEAD: ${{ github.event.pull_request.head.repo.full_name }}\n" +
				"  LOOP: ${{ env.LOOP }}\n  ADMINS: '[\"mona\"]'\n" +
				"jobs:\n  a:\n" + cond + "    runs-on: x\n    steps: [{run: make}]\n"
			if !strings.Contains(tt.event, ":") {
				text = strings.Replace(text, "on: {"+tt.event+"}", "on: "+tt.event, 1)
			}
			if diff := cmp.Diff(tt.want, access(t, text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
