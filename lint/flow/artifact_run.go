package flow

import (
	"path"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// OutsidersUnder tells whether an outsider made what is downloaded when a trigger starts the job, as far as no guard of the job
// stands in the way.
func (f *Flow) OutsidersUnder(a Artifact, t Trigger) bool {
	info, known := catalog.Event(t.Name)
	if !known || info.Class == catalog.Outsider || info.Fork {
		return false
	}
	privileged := info.Class == catalog.Privileged && f.StartedByOutsiders(t)
	switch {
	case a.Checkout != nil:
		return privileged && a.Checkout.HeadUnder(t.Name) && !f.Outsider(t, a.home, a.Uploader, a.Checkout.Step).Blocked
	case t.Name == "workflow_run" && (a.run == parentRun || a.run == parentOrNewest):
		return privileged && f.madeByOutsiders(t)
	case a.run == parentRun:
		return false // there is none
	case a.run == pullRun:
		return privileged
	}
	return info.Class != catalog.Caller && f.anyRun(a.of)
}

// madeByOutsiders tells whether outsiders decide what the runs behind a workflow_run upload. Those for pull requests run the
// workflow as the pull request has it; others only when they run its code.
func (f *Flow) madeByOutsiders(t Trigger) bool {
	for _, name := range f.parents(t) {
		if info, ok := catalog.Event(name); ok && (info.Class == catalog.Outsider || info.Fork) {
			return true
		}
	}
	for _, name := range t.Event.Workflows.Values {
		for _, file := range f.repo.Files {
			if file.Workflow == nil || !sameWorkflow(file, name.Value) {
				continue
			}
			for _, job := range file.Workflow.Jobs {
				if _, runs := f.RunsUntrusted(file, job); runs {
					return true
				}
			}
		}
	}
	return false
}

// anyRun tells whether outsiders can start runs of a workflow, named by its file or its name; "" is any workflow.
func (f *Flow) anyRun(of string) bool {
	if strings.Contains(of, "${{") {
		return true
	}
	for _, file := range f.repo.Files {
		if of == "" || file.Workflow == nil || file.Workflow.On == nil || path.Base(file.Path) != path.Base(of) && !sameWorkflow(file, of) {
			continue
		}
		return slices.ContainsFunc(file.Workflow.On.Events, func(e *syntax.Event) bool {
			info, ok := catalog.Event(e.Name.Value)
			return ok && (info.Class == catalog.Outsider || info.Fork)
		})
	}
	return true
}

// runRef is which run an artifact is taken from.
type runRef uint8

const (
	thisRun        runRef = iota // none is named, or the very run
	trustedRun                   // one that people with rights chose, or of which nothing is known
	parentRun                    // the run behind a workflow_run
	parentOrNewest               // the same; where there is none the newest run
	pullRun                      // one that is looked up for a pull request
	newestRun                    // the newest that fits
)

// runOf follows what names a run.
func (f *Flow) runOf(at calledScope, s *syntax.Str, depth int) runRef {
	if depth > maxIndirect {
		return trustedRun
	}
	best := trustedRun
	if len(s.Fences) == 0 {
		return trustedRun
	}
	for i := range s.Fences {
		eachPart(s.Fences[i].X, func(n expr.Node) {
			if name, ok := expr.Path(n); ok {
				if r := f.runNamed(at, name, depth); best == trustedRun || r == parentRun {
					best = r
				}
			}
		})
	}
	return best
}

// runNamed follows one access to a context.
func (f *Flow) runNamed(at calledScope, name string, depth int) runRef {
	context, rest, _ := strings.Cut(name, ".")
	switch context {
	case "github":
		switch {
		case strings.HasPrefix(rest, "event.workflow_run."):
			return parentRun
		case rest == "run_id":
			return thisRun
		}
	case "env":
		for _, env := range f.Environments(at.file, at.job, at.step) {
			if s := env.Get(rest); s != nil {
				return f.runOf(at, s, depth+1)
			}
		}
		return f.runWritten(at, rest)
	case "inputs":
		return f.runInput(at, rest, depth)
	case "steps":
		id, _, _ := strings.Cut(rest, ".")
		for step := range (owner{at.file, at.job}).steps() {
			if step.ID != nil && strings.EqualFold(step.ID.Value, id) {
				return f.runStep(at, step)
			}
		}
	case "needs":
		id, output, _ := strings.Cut(rest, ".outputs.")
		if at.file.Workflow == nil {
			break
		}
		if job := at.file.Workflow.Job(id); job != nil && job.Outputs.Get(output) != nil {
			in := scope{at.file, job, &syntax.Step{}}
			return f.runOf(calledScope{in, in}, job.Outputs.Get(output), depth+1)
		}
	}
	return trustedRun
}

// runWritten follows a variable to the step before that wrote it to GITHUB_ENV.
func (f *Flow) runWritten(at calledScope, name string) runRef {
	for step := range (owner{at.file, at.job}).steps() {
		if step == at.step {
			break
		}
		if text := scriptText(step); strings.Contains(text, name) && (strings.Contains(text, "GITHUB_ENV") || strings.Contains(text, "exportVariable")) {
			return f.runStep(at, step)
		}
	}
	return trustedRun
}

// runInput follows an input to what the caller passes.
func (f *Flow) runInput(at calledScope, name string, depth int) runRef {
	if at.file.Action != nil {
		if s := at.caller.step.With.Get(name); s != nil && at.caller.step != at.step {
			return f.runOf(calledScope{at.caller, at.caller}, s, depth+1)
		}
		return trustedRun
	}
	callers := f.Callers(at.file)
	for _, c := range callers[:min(len(callers), maxUsers)] {
		if s := c.Job.With.Get(name); s != nil {
			in := scope{c.File, c.Job, &syntax.Step{}}
			if r := f.runOf(calledScope{in, in}, s, depth+1); r != trustedRun {
				return r
			}
		}
	}
	return trustedRun
}

// runStep tells which run a step looks up.
func (f *Flow) runStep(at calledScope, step *syntax.Step) runRef {
	at.step = step
	if text := scriptText(step); text != "" {
		return f.runIn(at, text)
	}
	return trustedRun
}

// runIn tells from the text of a script, and the variables it sees, which run it works on.
func (f *Flow) runIn(at calledScope, text string) runRef {
	best := trustedRun
	consider := func(text string) {
		switch {
		case strings.Contains(text, "workflow_run."):
			best = parentRun
		case best != trustedRun:
		case strings.Contains(text, "context.runId") || strings.Contains(text, "github.run_id") || strings.Contains(text, "GITHUB_RUN_ID"):
			best = thisRun
		case restrictsRuns(text):
		case listsArtifacts(text):
			best = newestRun
		case !looksUpRuns(text):
		case looksUpPull(text):
			best = pullRun
		}
	}
	consider(text)
	for _, env := range f.Environments(at.file, at.job, at.step) {
		for i := range env.Entries {
			e := &env.Entries[i]
			if e.Value == nil || len(e.Value.Fences) == 0 || !strings.Contains(text, e.Name.Value) {
				continue
			}
			if r := f.runOf(at, e.Value, 0); r == parentRun || best == trustedRun && r != trustedRun && looksUpRun(e.Name.Value) {
				best = r
			}
		}
	}
	return best
}

// looksUpRun reports a variable that by its name holds the number of a run.
func looksUpRun(name string) bool { return strings.Contains(strings.ToUpper(name), "RUN") }

// looksUpRuns reports a text that lists runs of workflows.
func looksUpRuns(text string) bool {
	for _, part := range [...]string{"run list", "listWorkflowRuns", "actions/runs", "/runs"} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// listsArtifacts reports a text that looks for artifacts of the repository by their names, whichever run they are from.
func listsArtifacts(text string) bool {
	return strings.Contains(text, "listArtifactsForRepo") || strings.Contains(text, "actions/artifacts?") || strings.Contains(text, "actions/artifacts --") ||
		strings.Contains(text, `actions/artifacts" --`) || strings.Contains(text, "actions/artifacts -q")
}

// restrictsRuns reports a text that looks for runs of a branch or of events that only people with rights cause.
func restrictsRuns(text string) bool {
	for _, part := range [...]string{"--branch", "-b ", "branch:", "branch=", "head_branch", "event=push", "event: 'push'", `event: "push"`, "--event push", "-e push"} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// looksUpPull reports a text that names the head of a pull request.
func looksUpPull(text string) bool {
	for _, part := range [...]string{"pull_request", "head.sha", "head_sha", "headRefOid", "headRefName", "head.ref", "pulls"} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// ghRun tells which run gh run download takes.
func (w *artifacts) ghRun(at scope, script *shell.Script, c *shell.Command, id *shell.Word) runRef {
	if id == nil {
		return newestRun
	}
	best := trustedRun
	for _, i := range id.Holes {
		hole := at.step.Run.Str
		hole.Fences = at.step.Run.Fences[i : i+1]
		best = w.f.runOf(w.call(at), &hole, 0)
	}
	for _, v := range id.Vars {
		if v.Name == "GITHUB_RUN_ID" {
			return thisRun
		}
		for _, env := range w.f.Environments(at.file, at.job, at.step) {
			if s := env.Get(v.Name); s != nil {
				return w.f.runOf(w.call(at), s, 0)
			}
		}
		if r := w.f.runWritten(w.call(at), v.Name); r != trustedRun {
			return r
		}
	}
	if len(id.Vars)+len(id.From) > 0 && best == trustedRun {
		return w.f.runIn(w.call(at), at.step.Run.Value)
	}
	return best
}
