// Package flow answers what a job may do, who can start it, which conditions guard it and which secrets it holds.
package flow

import (
	"sync"

	"sekisho/lint/catalog"
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
	files   map[fileKey]*shell.Script // of the repository; under mu
	looks   map[*syntax.Step]looked   // under mu
	runs    map[*syntax.Step][]Run    // of scripts that hold nothing; under mu
	taints  map[taintKey][]Taint      // under mu
	needs   map[needKey]*Need
	starts  map[*syntax.File]map[*syntax.Job][]string
	ways    map[wayKey][]Trigger

	dockerfiles map[*syntax.Source]*syntax.Dockerfile // of the repository; under mu

	eventNames map[*syntax.File][]string // by file; under mu

	environments map[*syntax.File]bool // whether some job has one; under mu

	gateSteps map[*syntax.Job][]gateStep // by job; under mu
	ends      map[reachKey]*jobEnds      // for triggers of a workflow's own; under mu
	callEnds  map[reachKey]*jobEnds      // for those through calls; under mu
	gitUse    map[owner][]GitUse         // under mu
	innerGit  map[*syntax.File]innerGit  // by composite action; under mu
	deploying map[*syntax.File]bool      // whether a composite action may; under mu
	checkouts map[owner][]Checkout       // under mu

	jobSecrets map[*syntax.Job][]StepSecret // under mu
	choosing   map[owner][]*syntax.Step     // under mu

	agents map[*syntax.File][]Agent // by file; under mu
	whole  map[*syntax.File]bool    // whether an expression has all secrets; under mu

	fileClues map[*syntax.Source]catalog.Clue // of script files; under mu

	deployments map[*syntax.Job][]Deployment // of all who ask; under mu
	uploads     map[*syntax.File][]uploader  // under mu
	caching     map[*syntax.File]bool        // by composite action; under mu

	givens     map[*syntax.Step]given // by the step that Given made; under mu
	givenSteps map[givenKey][]*syntax.Step

	secretFlows map[*syntax.Step][]*SecretFlow // under mu
	mayHold     map[*syntax.File]bool          // under mu

	held heldCache
}

// New prepares the analysis of a repository.
func New(r *repo.Repo) *Flow {
	return &Flow{
		repo:         r,
		scripts:      map[*syntax.Step]*shell.Script{},
		files:        map[fileKey]*shell.Script{},
		looks:        map[*syntax.Step]looked{},
		runs:         map[*syntax.Step][]Run{},
		taints:       map[taintKey][]Taint{},
		needs:        map[needKey]*Need{},
		starts:       map[*syntax.File]map[*syntax.Job][]string{},
		ways:         map[wayKey][]Trigger{},
		environments: map[*syntax.File]bool{},
		deployments:  map[*syntax.Job][]Deployment{},
		uploads:      map[*syntax.File][]uploader{},
		caching:      map[*syntax.File]bool{},
	}
}

// Call is a job that calls a reusable workflow of the same repository.
type Call struct {
	File *syntax.File // of the caller
	Job  *syntax.Job
}

// maxCalls is how deep reusable workflows may call each other; GitHub stops at ten levels.
const maxCalls = 10

// maxFollowed bounds how many local actions are followed from one place. Where each of many calls all others, the ways through them are
// without number long before the calls are too deep.
const maxFollowed = 300

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

// maxTriggers bounds the ways to start one workflow: those through calls of calls multiply.
const maxTriggers = 200

// wayKey is what the triggers of a workflow depend on: how many calls are followed to it.
type wayKey struct {
	file  *syntax.File
	depth int
}

// Triggers returns what starts the workflow in file: its own events, and for a reusable one those of its callers. A reusable
// workflow that nothing here calls has the trigger workflow_call. The answer is shared: it is not to be changed.
func (f *Flow) Triggers(file *syntax.File) []Trigger { return f.triggers(wayKey{file, 0}) }

func (f *Flow) triggers(key wayKey) []Trigger {
	if key.file.Workflow == nil || key.file.Workflow.On == nil || key.depth > maxCalls {
		return nil
	}
	f.mu.Lock()
	out, seen := f.ways[key]
	f.mu.Unlock()
	if seen {
		return out
	}
	for _, e := range key.file.Workflow.On.Events {
		callers := f.Callers(key.file)
		if e.Name.Value != "workflow_call" || len(callers) == 0 {
			out = append(out, Trigger{Name: e.Name.Value, Event: e, File: key.file})
			continue
		}
		out = append(out, f.throughCalls(callers, key.depth+1)...)
	}
	out = out[:min(len(out), maxTriggers)]
	f.mu.Lock()
	f.ways[key] = out
	f.mu.Unlock()
	return out
}

// throughCalls returns what starts a workflow through its callers, in their order. Where that is too much, each of them keeps the
// first of its triggers.
func (f *Flow) throughCalls(callers []Call, depth int) []Trigger {
	callers = callers[:min(len(callers), maxTriggers)]
	lists := make([][]Trigger, len(callers))
	for i, c := range callers {
		lists[i] = f.triggers(wayKey{c.File, depth})
	}
	share := fairShare(lists, maxTriggers)
	var out []Trigger
	for i, c := range callers {
		for _, t := range lists[i][:min(len(lists[i]), share)] {
			t.Via = append(append([]Call(nil), t.Via...), c)
			out = append(out, t)
		}
	}
	return out
}

// fairShare returns how much each list may give so that all of them together give at most limit, but at least one each.
func fairShare(lists [][]Trigger, limit int) int {
	share := 1
	for {
		sum, more := 0, false
		for _, list := range lists {
			sum += min(len(list), share+1)
			more = more || len(list) > share
		}
		if sum > limit || !more {
			return share
		}
		share++
	}
}
