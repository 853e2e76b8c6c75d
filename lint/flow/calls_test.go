package flow_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/repo"
)

// tower is a repository with levels of reusable workflows, each of which calls the next one several times. The last one has a
// chain of jobs that need each other.
func tower(levels, calls, jobs int) *repo.Repo {
	fsys := fstest.MapFS{}
	for level := range levels {
		var b strings.Builder
		if level == 0 {
			b.WriteString("on: [push, pull_request_target]\njobs:\n")
		} else {
			b.WriteString("on: workflow_call\njobs:\n")
		}
		if level == levels-1 {
			chain(&b, jobs)
		} else {
			for i := range calls {
				fmt.Fprintf(&b, "  c%d: {uses: ./.github/workflows/w%d.yml}\n", i, level+1)
			}
		}
		fsys[fmt.Sprintf(".github/workflows/w%d.yml", level)] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return repo.Load(fsys, repo.Options{})
}

// chain writes jobs each of which needs the one before.
func chain(b *strings.Builder, jobs int) {
	for i := range jobs {
		fmt.Fprintf(b, "  j%d:\n    runs-on: x\n", i)
		if i > 0 {
			fmt.Fprintf(b, "    needs: j%d\n", i-1)
		}
		b.WriteString("    steps: [{uses: actions/checkout@v6}, {run: git push}]\n")
	}
}

// TestNestedCalls asks what grows with every level of calls: there are 262,144 ways into the last workflow.
func TestNestedCalls(t *testing.T) {
	const levels = 10
	r := tower(levels, 4, 200)
	f := flow.New(r)
	bottom := r.File(fmt.Sprintf(".github/workflows/w%d.yml", levels-1))
	triggers := f.Triggers(bottom)
	if n := len(triggers); n < 4 || n > 200 {
		t.Errorf("%d triggers", n)
	}
	events, callers := map[string]bool{}, map[string]bool{}
	for _, tr := range triggers {
		events[tr.Name] = true
		callers[tr.Via[len(tr.Via)-1].Job.ID.Value] = true
		if len(tr.Via) != levels-1 {
			t.Fatalf("a way of %d calls", len(tr.Via))
		}
	}
	if len(events) != 2 || len(callers) != 4 {
		t.Errorf("events %v, callers %v: some have no way in", events, callers)
	}
	last := bottom.Workflow.Jobs[199]
	for _, tr := range triggers {
		if a := f.Outsider(tr, bottom, last, nil); a.Blocked {
			t.Errorf("%s is blocked", tr.Name)
		}
	}
	top := r.File(".github/workflows/w0.yml")
	need := f.Needs(top, top.Workflow.Jobs[0])
	if got := need.Of("contents", catalog.Write); got != flow.Certain {
		t.Errorf("the call at the top needs contents: write with confidence %d", got)
	}
	if n := len(need.Uses); n > 10 {
		t.Errorf("%d uses of the same call", n)
	}
}

// TestNestedActions does the same for composite actions.
func TestNestedActions(t *testing.T) {
	fsys := fstest.MapFS{".github/workflows/w.yml": {Data: []byte("on: push\njobs: {a: {runs-on: x, permissions: {contents: write}, steps: [{uses: ./a0}]}}\n")}}
	for level := range 10 {
		steps := strings.Repeat(fmt.Sprintf("    - uses: ./a%d\n", level+1), 4)
		fsys[fmt.Sprintf("a%d/action.yml", level)] = &fstest.MapFile{Data: []byte("name: x\nruns:\n  using: composite\n  steps:\n" + steps)}
	}
	fsys["a10/action.yml"] = &fstest.MapFile{Data: []byte("name: x\nruns: {using: composite, steps: [{run: echo, shell: bash}]}\n")}
	r := repo.Load(fsys, repo.Options{})
	f := flow.New(r)
	file := r.File(".github/workflows/w.yml")
	if got := f.Needs(file, file.Workflow.Jobs[0]).Of("issues", catalog.Write); got != flow.Unknown {
		t.Errorf("what is too deep to follow has confidence %d", got)
	}
	if got := f.TokenWrites(r.File("a10/action.yml"), nil); got != expr.True {
		t.Errorf("the innermost action writes: %v", got)
	}
}

func BenchmarkNestedCalls(b *testing.B) {
	for b.Loop() {
		r := tower(10, 4, 200)
		f := flow.New(r)
		for _, file := range r.Files {
			for _, tr := range f.Triggers(file) {
				for _, job := range file.Workflow.Jobs {
					f.Outsider(tr, file, job, nil)
				}
			}
			for _, job := range file.Workflow.Jobs {
				f.Needs(file, job)
			}
		}
	}
}

// TestManyValues follows variables that name others: there are 40 to the sixth ways to the last.
func TestManyValues(t *testing.T) {
	var b strings.Builder
	b.WriteString("on: push\njobs:\n  a:\n    runs-on: x\n    permissions: {contents: write}\n    env:\n")
	for i := range 6 {
		fmt.Fprintf(&b, "      V%d: '%s'\n", i, strings.Repeat(fmt.Sprintf("${{ env.V%d }}", i+1), 40))
	}
	b.WriteString("      V6: x\n    steps: [{run: gh release create v1, env: {GH_TOKEN: '${{ env.V0 }}'}}]\n")
	r := repo.Load(fstest.MapFS{".github/workflows/w.yml": {Data: []byte(b.String())}}, repo.Options{})
	file := r.File(".github/workflows/w.yml")
	need := flow.New(r).Needs(file, file.Workflow.Jobs[0])
	for _, u := range need.Uses {
		if u.Scope == "contents" && u.Confidence == flow.Certain && !u.Sometimes {
			t.Error("a value that is not followed to its end counts as the token")
		}
	}
}
