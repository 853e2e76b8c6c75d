package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/flow"
	"sekisho/lint/repo"
)

const sample = `name: Release
run-name: r
on:
  push: {branches: [main, "v*"], tags-ignore: [x]}
  pull_request:
  schedule: [{cron: "*/15 3 * * *", timezone: Europe/Berlin}]
  workflow_dispatch: {inputs: {kind: {type: string}}}
permissions: {contents: read}
env: {TOP: a}
concurrency: one
jobs:
  build:
    runs-on: ubuntu-24.04
    strategy: {matrix: {os: [a], node: [1]}}
    steps:
      - uses: Actions/Checkout@11bd71901bbe5b1630ceea73d27597364c9af683
        with: {Persist-Credentials: false}
      - id: t
        run: |
          curl -sSf https://example.com/x | sh
          make test
        shell: bash
        env: {A: "${{ secrets.one }}"}
        continue-on-error: true
      - uses: ./local
      - uses: docker://alpine:3
  publish:
    name: Publish
    needs: build
    if: github.event_name == 'push'
    runs-on: {group: deploy, labels: [self-hosted, gpu]}
    environment: {name: production, url: x}
    timeout-minutes: 30
    permissions: write-all
    container: node:22
    services: {db: {image: postgres}}
    steps:
      - run: npm publish
        env: {NODE_AUTH_TOKEN: "${{ secrets.NPM_TOKEN }}"}
  call:
    uses: octo-org/flows/.github/workflows/x.yml@v1
    with: {Who: me}
    secrets: inherit
`

// model returns what conditions see of a workflow.
func model(t testing.TB, text string) *Model {
	t.Helper()
	r := repo.Load(fstest.MapFS{".github/workflows/a.yml": {Data: []byte(text)}}, repo.Options{})
	return NewModel(r.Files[0], flow.New(r), AsksEvents|AsksDeploys|AsksSecrets|AsksCommands, []string{"gpu"})
}

// holding lists the lines of the subjects of which a condition holds.
func holding(t testing.TB, m *Model, scope Scope, text string) (string, error) {
	p, err := Compile(scope, text)
	if err != nil {
		return "", err
	}
	run := NewRun()
	var lines []string
	for _, s := range m.Subjects(scope) {
		holds, err := run.Holds(p, s)
		if err != nil {
			return "", err
		}
		if holds {
			lines = append(lines, fmt.Sprint(s.Line()))
		}
	}
	return strings.Join(lines, " "), nil
}

func TestHolds(t *testing.T) {
	m := model(t, sample)
	for _, tc := range []struct {
		scope      Scope
		when, want string
	}{
		{OfStep, `step.uses != ""`, "16 25 26"},
		{OfStep, `step.owner == "actions" and step.repo == "checkout" && step.pinned`, "16"},
		{OfStep, `step.with["persist-credentials"] == "false"`, "16"},
		{OfStep, `step.with["persist-credentials"] not in ["false"] && step.local`, "25"},
		{OfStep, `step.docker && !step.pinned`, "26"},
		{OfStep, `step.run contains "curl" && step.shell == "bash"`, "19"},
		{OfStep, `step.run matches "(?i)CURL.*\\| *(ba)?sh"`, "19"},
		{OfStep, `any(step.commands, .name == "curl" && "-sSf" in .words)`, "19"},
		{OfStep, `count(step.commands, .name == "make") == 1`, "19"},
		{OfStep, `"ONE" in step.secrets`, "19"},
		{OfStep, `step.continueOnError == "true" && step.id == "t" && "shell" in step.keys`, "19"},
		{OfStep, `step.env.NODE_AUTH_TOKEN startsWith "${{"`, "38"},
		{OfStep, `job.id == "publish" && workflow.name == "Release" && file.kind == "workflow"`, "38"},
		{OfStep, `#index == 0 ? true : false`, "!"},
		{OfJob, `job.deploys`, "27"},
		{OfJob, `"NPM_TOKEN" in job.secrets`, "27"},
		{OfJob, `job.events == 1`, "!"},
		{OfJob, `"pull_request" in job.events`, "12 40"},
		{OfJob, `len(job.events) == 1`, "27"},
		{OfJob, `job.runsOn.group == "deploy" && "gpu" in job.runsOn.labels && any(job.runsOn.labels, # in runnerLabels)`, "27"},
		{OfJob, `job.environment.name == "production" && job.timeoutMinutes == 30 && job.container == "node:22" && job.services[0] == "postgres"`, "27"},
		{OfJob, `job.timeoutMinutes == 0`, "12 40"},
		{OfJob, `job.permissions.all == "write-all"`, "27"},
		{OfJob, `job.permissions.scopes["contents"] == "read" && not ("permissions" in job.keys)`, "12 40"},
		{OfJob, `job.inherits && job.uses endsWith "@v1" && job.with.who == "me"`, "40"},
		{OfJob, `"os" in job.matrix && job.concurrency == ""`, "12"},
		{OfJob, `let mine = filter(job.steps, .run != ""); len(mine) > 0 && all(mine, .env != 1)`, "!"},
		{OfJob, `let mine = filter(job.steps, .run != ""); len(mine) > 0 && all(mine, len(.env) == 1)`, "12 27"},
		{OfJob, `job.steps | map(.uses) | any(# startsWith "./")`, "12"},
		{OfJob, `"build" in job.needs`, "27"},
		{OfUses, `!uses.pinned`, "26 41"},
		{OfUses, `uses.kind == "workflow" && uses.owner == "octo-org" && uses.path == ".github/workflows/x.yml" && job.id == "call"`, "41"},
		{OfTrigger, `trigger.name == "pull_request"`, "5"},
		{OfTrigger, `any(trigger.schedules, .interval < 60 && .timezone != "")`, "6"},
		{OfTrigger, `"v*" in trigger.branches && "x" in trigger.tagsIgnore`, "4"},
		{OfTrigger, `"kind" in trigger.inputs`, "7"},
		{OfWorkflow, `"schedule" in workflow.events && workflow.concurrency == "one" && workflow.env.TOP == "a" && len(workflow.jobs) == 3`, "3"},
		{OfWorkflow, `any(workflow.jobs, any(.steps, .uses == "./local"))`, "3"},
		{OfWorkflow, `any(workflow.jobs, {let j = #; any(workflow.jobs, .id in j.needs)})`, "3"},
		{OfWorkflow, `"contents" in workflow.permissions.scopes && keys(workflow.env)[0] == "TOP" && values(workflow.env)[0] == "a"`, "3"},
		{OfWorkflow, `lower(upper(workflow.name)) == "release" && trim(" a ") == "a" && int("3") == 3 && float("1.5") > 1 && split(workflow.path, "/")[0] == ".github"`, "3"},
		{OfWorkflow, `1 + 2 == 3 && 7 % 2 == 1 && workflow.name[:3] == "Rel" && len(workflow.triggers) == 4`, "3"},
		{OfWorkflow, `"name" in workflow.keys && file.path == workflow.path && trimPrefix(workflow.runName, "r") == ""`, "3"},
	} {
		got, err := holding(t, m, tc.scope, tc.when)
		if err != nil {
			got = "!"
		}
		if got != tc.want {
			t.Errorf("%s: %s\nlines %q, error %v; want %q", tc.scope, tc.when, got, err, tc.want)
		}
	}
}

func TestHoldsInActions(t *testing.T) {
	r := repo.Load(fstest.MapFS{"action.yml": {Data: []byte("name: a\nruns:\n  using: composite\n  steps:\n    - run: make\n      shell: bash\n    - uses: a/b@v1\n")}}, repo.Options{})
	m := NewModel(r.Files[0], flow.New(r), AsksCommands|AsksSecrets|AsksEvents|AsksDeploys, nil)
	for when, want := range map[string]string{
		`file.kind == "action" && step.run == "make" && any(step.commands, .name == "make")`: "5",
		`job.id == "" && workflow.path == "" && len(job.events) == 0 && !job.deploys`:        "5 7",
	} {
		if got, err := holding(t, m, OfStep, when); got != want || err != nil {
			t.Errorf("%s: lines %q, error %v; want %q", when, got, err, want)
		}
	}
	if len(m.Subjects(OfJob))+len(m.Subjects(OfWorkflow))+len(m.Subjects(OfTrigger)) > 0 || len(m.Subjects(OfUses)) != 1 {
		t.Error("an action has jobs, a workflow or triggers, or not one use")
	}
}

func TestFaults(t *testing.T) {
	for _, tc := range []struct {
		scope      Scope
		text, want string // want starts with the part of text that is at fault
	}{
		{OfStep, `step.usess == ""`, "usess: there is no `usess` in a step; did you mean `uses`?"},
		{OfStep, `stepp.uses == ""`, "stepp: there is no `stepp` in the scope step; did you mean `step`?"},
		{OfJob, `step.uses == ""`, "step: there is no `step` in the scope job; use one of file, workflow, runnerLabels, job"},
		{OfJob, `job.runsOn.grup == ""`, "grup: there is no `grup` in a runs-on; did you mean `group`?"},
		{OfJob, `job.steps.uses == ""`, "uses: this is a list; look through it with any(…), all(…), filter(…) or map(…), or take one element as in [0]"},
		{OfJob, `any(job.steps, .used)`, "used: there is no `used` in a step; did you mean `uses`?"},
		{OfJob, `job.id`, "id: the condition gives a text; write one that is true or false"},
		{OfJob, `job`, "job: the condition gives a job; write one that is true or false"},
		{OfJob, `1`, "1: the condition gives a number; write one that is true or false"},
		{OfJob, `job.id == 3`, "==: invalid operation: == (mismatched types a text and a number)"},
		{OfJob, `job == job`, "==: `==` compares texts, numbers and truth values; compare what a job holds"},
		{OfJob, `job.needs == ["a"]`, "==: `==` compares texts, numbers and truth values; compare what a list of texts holds"},
		{OfJob, `job.id == nil`, "nil: nothing is nil here: what is absent is \"\", 0, false or empty; compare with that"},
		{OfJob, `job?.id == ""`, "id: nothing is nil here: write . for ?."},
		{OfJob, `(job.id ?? "") == ""`, "??: nothing is nil here: what is absent is \"\", 0, false or empty; compare with that"},
		{OfJob, `job.id + "x" == "ax"`, "+: texts cannot be put together here; compare their parts"},
		{OfJob, `len(1..3) > 0`, "..: ranges are not available here; write the numbers out"},
		{OfJob, `repeat("a", 1000000) == ""`, "repeat: the function `repeat` is not available here; use one of "},
		{OfJob, `reduce(job.needs, #acc, "") == ""`, "reduce: the function `reduce` is not available here; use one of "},
		{OfJob, `startsWith(job.id, "a")`, "startsWith: the expression cannot be read: unexpected token (\"startsWith\")"},
		{OfJob, `job.id.lower()`, "lower: there is no function `lower`; did you mean `lower`?"},
		{OfJob, `$env["job"] == 1`, "$env: there is no `$env` in the scope job; use one of "},
		{OfJob, `0 < job.timeoutMinutes < 60`, "timeoutMinutes: this stands for two things at once"},
		{OfJob, `job.deploys ?: true`, "deploys: this stands for two things at once"},
		{OfJob, `{"a": 1}.a == 1`, "{: this has no use in a condition; remove it"},
		{OfJob, `any([job.id, 1], # == 1)`, "#: what type this has is not certain; compare and list things of one type"},
		{OfJob, `(job.deploys ? 1 : "a") == 1`, "): what type this has is not certain; compare and list things of one type"},
		{OfJob, `job.id matches job.name`, "matches: what stands behind matches is not fixed; write the regular expression in quotes"},
		{OfJob, `job.id matches "("`, "\"(\": error parsing regexp: missing closing ): `(`; see the syntax of RE2"},
		{OfJob, `job.id matches "(a{100}){10}b{900}(c{100}){10}(d{100}){10}(e{100}){10}"`, "\"(a{100}){10}b{900}(c{100}){10}(d{100}){10}(e{100}){10}\": the regular expression is too large; make several of it"},
		{OfJob, `3 in job.needs`, "in: cannot use a number as type a text in array"},
		{OfJob, `job.id in "abc"`, "in: "},
		{OfJob, `job.id ==`, "=: the expression cannot be read: unexpected end"},
		{OfJob, `job.id = "a"`, "=: the expression cannot be read: unexpected token (\"=\")"},
		{OfJob, `"日本" == job.idd`, "idd: there is no `idd` in a job; did you mean `id`?"},
		{OfJob, ``, ": the expression cannot be read: unexpected end"},
		{OfJob, `"a`, ": the expression cannot be read: literal not terminated"},
		{OfJob, `count(job.needs) > 0`, "count: count takes a list and a condition; len counts all that is in a list"},
		{OfJob, `keys == "a"`, "==: invalid operation: == (mismatched types a function and a text)"},
		{OfJob, `len(keys(job.steps)) > 0`, "steps: cannot use a list of steps as argument (type a mapping of texts) to call keys"},
		{OfJob, `job.id.x == ""`, "x: a text has no parts such as `x`"},
		{OfJob, `let a = nil; true`, "nil: nothing is nil here"},
		{OfJob, `any(job.steps, #acc == 1)`, "#: `#acc` means nothing here; # is the element and #index its number"},
		{OfJob, `all(job.needs, #)`, "#: what stands in the brackets gives neither true nor false (but a text)"},
		{OfJob, `all(job.env, true)`, "env: all looks through a list only (got a mapping of texts)"},
	} {
		_, err := Compile(tc.scope, tc.text)
		if err == nil {
			t.Errorf("%s: no fault; want %q", tc.text, tc.want)
			continue
		}
		var e Error
		if !errors.As(err, &e) {
			t.Fatalf("%s: %v is no Error", tc.text, err)
		}
		got := e.Message
		if e.Start < 0 || e.Start > e.End || e.End > len(tc.text) {
			t.Errorf("%s: span %v", tc.text, e.Span)
		} else {
			got = tc.text[e.Start:e.End] + ": " + got
		}
		if !strings.HasPrefix(got, tc.want) {
			t.Errorf("%s\n got %s\nwant %s", tc.text, got, tc.want)
		}
	}
}

func TestMessage(t *testing.T) {
	m := model(t, sample)
	for text, want := range map[string]string{
		"plain": "plain",
		"job `{job.id}` has {len(job.steps)} steps":       "job `publish` has 1 steps",
		"{{job.id}} {job.deploys} {job.timeoutMinutes}{{": "{job.id} true 30{",
		"{ job.name }\n  and   more":                      "Publish and more",
		"":                                                "",
	} {
		c, err := CompileMessage(OfJob, text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := NewRun().Text(c, m.Subjects(OfJob)[1]); got != want || err != nil {
			t.Errorf("%s: %q, error %v; want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"a {job.idd}":   "idd: there is no `idd` in a job; did you mean `id`?",
		"a {job.id":     "{: a brace that belongs to no other; write it twice if it is meant as text",
		"a } b":         "}: a brace that belongs to no other; write it twice if it is meant as text",
		"{a {job.id}}":  "{: a brace that belongs to no other; write it twice if it is meant as text",
		"{}":            "",
		"a {job.needs}": "needs: the value is a list of texts; only a text, a number or a truth value can be printed",
	} {
		_, err := CompileMessage(OfJob, text)
		var e Error
		if !errors.As(err, &e) || e.End > len(text) || !strings.HasPrefix(text[e.Start:e.End]+": "+e.Message, want) {
			t.Errorf("%s: %+v; want %s", text, err, want)
		}
	}
}

func TestInterval(t *testing.T) {
	for cron, want := range map[string]int{
		"0 * * * *": 60, "*/15 * * * *": 15, "0 3 * * *": 1440, "0 3 * * 1": 1440, "0,59 * * * *": 1, "0 0,23 * * *": 60, "50 23 * * *": 1440,
		"5/20 * * * *": 20, "10-12 4 * * *": 1, "*/7 * * * *": 4, "0 */6 * * *": 360, "0 0-23/5 * * *": 240, "30 1,13 1 * *": 720,
		"": 0, "* * * *": 0, "60 * * * *": 0, "0 24 * * *": 0, "a * * * *": 0, "*/0 * * * *": 0, "5-1 * * * *": 0, "-1 * * * *": 0, "*/x * * * *": 0, "1, * * * *": 0,
	} {
		if got := interval(cron); got != want {
			t.Errorf("interval(%q) = %d, want %d", cron, got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	r := repo.Load(fstest.MapFS{".github/workflows/a.yml": {Data: []byte(sample)}}, repo.Options{})
	m := NewModel(r.Files[0], flow.New(r), 0, nil)
	var got []string
	for _, tc := range []struct {
		scope Scope
		n     int
		key   string
	}{
		{OfStep, 0, ""}, {OfStep, 0, "with"}, {OfStep, 1, ""}, {OfStep, 1, "run"}, {OfStep, 1, "shell"}, {OfStep, 1, "timeout-minutes"},
		{OfJob, 1, ""}, {OfJob, 1, "runs-on"}, {OfJob, 1, "timeout-minutes"}, {OfJob, 1, "if"}, {OfJob, 0, "permissions"},
		{OfWorkflow, 0, ""}, {OfWorkflow, 0, "permissions"}, {OfWorkflow, 0, "name"},
		{OfTrigger, 0, ""}, {OfTrigger, 0, "branches"}, {OfTrigger, 1, "branches"}, {OfTrigger, 2, "cron"}, {OfUses, 0, ""}, {OfUses, 3, ""},
	} {
		s := m.Subjects(tc.scope)[tc.n]
		got = append(got, sample[s.Span(tc.key).Start:s.Span(tc.key).End])
	}
	want := []string{
		"Actions/Checkout@11bd71901bbe5b1630ceea73d27597364c9af683", "with", "run", "run", "bash", "run",
		"publish", "runs-on", "30", "github.event_name == 'push'", "build",
		"on", "permissions", "Release",
		"push", "branches", "pull_request", `"*/15 3 * * *"`, "Actions/Checkout@11bd71901bbe5b1630ceea73d27597364c9af683", "octo-org/flows/.github/workflows/x.yml@v1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
