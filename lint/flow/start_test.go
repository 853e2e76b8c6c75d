package flow_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/flow"
	"sekisho/lint/repo"
)

func TestStarts(t *testing.T) {
	const run = "runs-on: x, steps: [{run: echo}]"
	fsys := fstest.MapFS{
		".github/workflows/a.yml": {Data: []byte("on: [push, pull_request, push, schedule]\njobs:\n" +
			"  all: {" + run + "}\n" +
			"  never: {if: false, " + run + "}\n" +
			"  pushed: {if: github.event_name == 'push', " + run + "}\n" +
			"  after: {needs: pushed, " + run + "}\n" +
			"  not: {if: github.event_name != 'push', " + run + "}\n" +
			"  unknown: {if: vars.X, " + run + "}\n" +
			"  calls: {if: github.event_name == 'schedule', uses: ./.github/workflows/b.yml}\n")},
		".github/workflows/b.yml":      {Data: []byte("on: [workflow_call, workflow_dispatch]\njobs: {called: {" + run + "}}\n")},
		".github/workflows/c.yml":      {Data: []byte("on: workflow_call\njobs: {alone: {" + run + "}}\n")},
		".github/actions/x/action.yml": {Data: []byte("name: x\nruns: {using: composite, steps: []}\n")},
	}
	r := repo.Load(fsys, repo.Options{})
	f := flow.New(r)
	got := map[string][]string{}
	for range 2 {
		for _, file := range r.Files {
			if file.Workflow == nil {
				continue
			}
			for _, job := range file.Workflow.Jobs {
				got[job.ID.Value] = f.Starts(file, job)
			}
		}
	}
	want := map[string][]string{
		"all":     {"push", "pull_request", "schedule"},
		"never":   nil,
		"pushed":  {"push"},
		"after":   {"push"},
		"not":     {"pull_request", "schedule"},
		"unknown": {"push", "pull_request", "schedule"},
		"calls":   {"schedule"},
		"called":  {"schedule", "workflow_dispatch"},
		"alone":   {"workflow_call"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if events := f.Starts(r.File(".github/actions/x/action.yml"), nil); events != nil {
		t.Errorf("an action is started by %v", events)
	}
}
