// Package flow answers what a job may do, who can start it, which conditions guard it and which secrets it holds.
package flow

import (
	"sync"

	"sekisho/lint/repo"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Flow is the analysis of one repository. It is safe for concurrent use; answers are computed when first asked for.
type Flow struct {
	repo *repo.Repo

	callersOnce sync.Once
	callers     map[*syntax.File][]Call

	mu      sync.Mutex
	scripts map[*syntax.Step]*shell.Script
	needs   map[*syntax.Job]Need
	starts  map[*syntax.File]map[*syntax.Job][]string

	eventNames map[*syntax.File][]string // by file; under mu

	gateSteps map[*syntax.Job][]*syntax.Step // by job; under mu
	ends      map[reachKey]*jobEnds          // under mu

	givens     map[*syntax.Step]given // by the step that Given made; under mu
	givenSteps map[givenKey][]*syntax.Step

	held heldCache
}

// New prepares the analysis of a repository.
func New(r *repo.Repo) *Flow {
	return &Flow{repo: r, scripts: map[*syntax.Step]*shell.Script{}, needs: map[*syntax.Job]Need{}, starts: map[*syntax.File]map[*syntax.Job][]string{}}
}

// Call is a job that calls a reusable workflow of the same repository.
type Call struct {
	File *syntax.File // of the caller
	Job  *syntax.Job
}

// maxCalls is how deep reusable workflows may call each other; GitHub stops at ten levels.
const maxCalls = 10

// Callers returns the jobs of this repository that call a reusable workflow, in the order of files and jobs.
func (f *Flow) Callers(callee *syntax.File) []Call {
	f.callersOnce.Do(func() {
		f.callers = map[*syntax.File][]Call{}
		for _, file := range f.repo.Files {
			if file.Workflow == nil {
				continue
			}
			for _, job := range file.Workflow.Jobs {
				if job.Uses == nil {
					continue
				}
				if to := f.repo.Callee(job.Uses.Value); to != nil && to.Workflow != nil {
					f.callers[to] = append(f.callers[to], Call{file, job})
				}
			}
		}
	})
	return f.callers[callee]
}

// Trigger is one way to start a workflow.
type Trigger struct {
	Name  string        // the event: pull_request_target, push …; workflow_call where the callers are not known
	Event *syntax.Event // in File
	File  *syntax.File  // the workflow that the event starts
	Via   []Call        // the calls from there, outermost first; empty for the workflow's own events
}

// Triggers returns what starts the workflow in file: its own events, and for a reusable one those of its callers. A reusable
// workflow that nothing here calls has the trigger workflow_call.
func (f *Flow) Triggers(file *syntax.File) []Trigger { return f.triggers(file, 0) }

func (f *Flow) triggers(file *syntax.File, depth int) []Trigger {
	if file.Workflow == nil || file.Workflow.On == nil || depth > maxCalls {
		return nil
	}
	var out []Trigger
	for _, e := range file.Workflow.On.Events {
		if e.Name.Value != "workflow_call" {
			out = append(out, Trigger{Name: e.Name.Value, Event: e, File: file})
			continue
		}
		callers := f.Callers(file)
		if len(callers) == 0 {
			out = append(out, Trigger{Name: e.Name.Value, Event: e, File: file})
		}
		for _, c := range callers {
			for _, t := range f.triggers(c.File, depth+1) {
				t.Via = append(append([]Call(nil), t.Via...), c)
				out = append(out, t)
			}
		}
	}
	return out
}
