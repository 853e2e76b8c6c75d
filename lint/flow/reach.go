package flow

import (
	"slices"
	"strings"
	"sync"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// Outsider says how far somebody without rights gets who starts a job, or one of its steps, through a trigger. With a nil
// step it speaks of the job.
func (f *Flow) Outsider(t Trigger, file *syntax.File, job *syntax.Job, step *syntax.Step) Access {
	return f.outsider(t, file, job, target{step: step})
}

// OutsiderSecret says how far somebody without rights gets who starts a job through a trigger to one of its secrets: to the
// step that names it, and there to the part of the expression that does.
func (f *Flow) OutsiderSecret(t Trigger, file *syntax.File, job *syntax.Job, s StepSecret) Access {
	return f.outsider(t, file, job, target{s.Step, s.In, s.Span})
}

// target is what an outsider is to get to behind a job: a step, or a part of the value of a scalar; all may be unset.
type target struct {
	step *syntax.Step
	in   *syntax.Str
	at   syntax.Span
}

func (f *Flow) outsider(t Trigger, file *syntax.File, job *syntax.Job, to target) Access {
	a := Access{Trigger: t}
	if reached, guards := f.reached(t, file, job, to, strong); !reached {
		a.Blocked, a.Guards = true, guards
		return a
	}
	if reached, guards := f.reached(t, file, job, to, weak); !reached {
		a.Weak, a.Guards = true, guards
	}
	if job != nil {
		seen := map[*syntax.Job]bool{}
		a.Guards = append(a.Guards, f.approvals(t, file, job, seen)...)
		for _, c := range t.Via {
			a.Guards = append(a.Guards, f.approvals(t, c.File, c.Job, seen)...)
		}
	}
	return a
}

// maxBefore is how many jobs before one are looked through for environments.
const maxBefore = 200

// approvals adds the environments of a job and of those that it needs to succeed. seen holds the jobs that were looked at.
func (f *Flow) approvals(t Trigger, file *syntax.File, job *syntax.Job, seen map[*syntax.Job]bool) []Guard {
	if seen[job] || len(seen) > maxBefore || !f.hasEnvironments(file) {
		return nil
	}
	seen[job] = true
	var out []Guard
	if job.Environment != nil && f.named(t, file, job) {
		out = append(out, Guard{Reviewer, file, job.Environment.Key})
	}
	if job.Needs == nil || hasStatus(job.If) {
		return out
	}
	for _, need := range job.Needs.Values {
		if before := file.Workflow.Job(need.Value); before != nil {
			out = append(out, f.approvals(t, file, before, seen)...)
		}
	}
	return out
}

// hasEnvironments reports a workflow some job of which has an environment.
func (f *Flow) hasEnvironments(file *syntax.File) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	has, known := f.environments[file]
	if !known {
		has = slices.ContainsFunc(file.Workflow.Jobs, func(j *syntax.Job) bool { return j.Environment != nil })
		f.environments[file] = has
	}
	return has
}

// named reports that the environment of a job has a name when an outsider starts it; an expression may leave it empty for them.
func (f *Flow) named(t Trigger, file *syntax.File, job *syntax.Job) bool {
	name := job.Environment.Name
	if name == nil || len(name.Fences) != 1 || name.Fences[0].Len() != len(strings.TrimSpace(name.Value)) {
		return true
	}
	o := &outsider{flow: f, trigger: t, belief: weak, asked: &asked{}, file: file, job: job, str: &name.Str}
	empty, _ := o.truth(name.Fences[0].X)
	return empty != expr.False
}

// roles are the values of author_association that people without rights have.
var roles = []string{"CONTRIBUTOR", "FIRST_TIME_CONTRIBUTOR", "FIRST_TIMER", "NONE"}

// reached reports that there is an activity, an association and an event behind the run with which an outsider gets there.
func (f *Flow) reached(t Trigger, file *syntax.File, job *syntax.Job, to target, b belief) (bool, []Guard) {
	actions := activities(t, b.in(Activity, t.Name))
	if len(actions) == 0 {
		if passed, guards := f.reach(t, file, job, to, b, variant{}, &asked{}); !passed {
			return false, guards
		}
		return false, []Guard{{Activity, t.File, t.Event.Types.Span}}
	}
	var read, last asked
	as := []variant{{}}
	for {
		passed, guards := false, []Guard(nil)
		for _, v := range as {
			ok, behind := f.reach(t, file, job, to, b, v, &read)
			if passed = ok; passed {
				guards = behind
				break
			}
			if first(behind) == Mark || first(guards) == NoGuard || first(guards) == Activity {
				guards = behind // of those that keep out, the one that keeps out least is to be named
			}
		}
		if read == last || !passed && first(guards) != Mark {
			return passed, guards
		}
		last = read
		as = f.variants(t, actions, read)
	}
}

func first(guards []Guard) GuardKind {
	if len(guards) == 0 {
		return NoGuard
	}
	return guards[0].Kind
}

// variants lists what an outsider can be and do, as far as conditions ask for it.
func (f *Flow) variants(t Trigger, actions []string, read asked) []variant {
	out := []variant{{}}
	expand := func(asked bool, values []string, set func(*variant, string)) {
		if !asked || len(values) == 0 {
			return
		}
		var next []variant
		for _, v := range out {
			for _, x := range values {
				set(&v, x)
				next = append(next, v)
			}
		}
		out = next
	}
	expand(read.action, actions, func(v *variant, x string) { v.action = x })
	expand(read.role, roles, func(v *variant, x string) { v.role = x })
	expand(read.parent, f.parents(t), func(v *variant, x string) { v.parent = x })
	return out
}

// activities lists the activity types of a trigger, without those that take triage rights when these are a guard. An event that
// has none counts as having the type "".
func activities(t Trigger, guarded bool) []string {
	var types []string
	if t.Event != nil && t.Event.Types != nil {
		for _, v := range t.Event.Types.Values {
			types = append(types, v.Value)
		}
	}
	if len(types) == 0 {
		info, _ := catalog.Event(t.Name)
		types = info.Types[:info.Defaults]
	}
	if len(types) == 0 {
		return []string{""}
	}
	if !guarded {
		return types
	}
	return slices.DeleteFunc(slices.Clone(types), insiderAction)
}

// insiderAction reports an activity on an issue or pull request that takes triage or write rights.
func insiderAction(name string) bool {
	switch name {
	case "labeled", "unlabeled", "assigned", "unassigned", "milestoned", "demilestoned", "pinned", "unpinned", "transferred", "locked", "unlocked",
		"auto_merge_enabled", "enqueued":
		return true
	}
	return false
}

// reachKey is what the ends of jobs depend on.
type reachKey struct {
	event  *syntax.Event
	via    *Call // the first of the calls, which stands for all: Triggers makes a list of its own for each trigger
	belief belief
	as     variant
}

// jobEnds are the ends of the jobs judged so far.
type jobEnds struct {
	sync.Mutex
	of map[*syntax.Job]outcome
}

// maxEnds is how many of the ends behind calls are kept: those of one trigger are asked for in a row.
const maxEnds = 64

// endsFor returns the ends that are known for a trigger.
func (f *Flow) endsFor(t Trigger, b belief, as variant) *jobEnds {
	f.mu.Lock()
	defer f.mu.Unlock()
	key, kept := reachKey{event: t.Event, belief: b, as: as}, &f.ends
	if len(t.Via) > 0 {
		key.via, kept = &t.Via[0], &f.callEnds
	}
	if ends, ok := (*kept)[key]; ok {
		return ends
	}
	if *kept == nil || key.via != nil && len(*kept) >= maxEnds {
		*kept = map[reachKey]*jobEnds{}
	}
	ends := &jobEnds{of: map[*syntax.Job]outcome{}}
	(*kept)[key] = ends
	return ends
}

// reach judges the callers, the needed jobs, the job and the step in turn.
func (f *Flow) reach(t Trigger, file *syntax.File, job *syntax.Job, to target, b belief, as variant, read *asked) (bool, []Guard) {
	if job == nil {
		return true, nil
	}
	o := outsider{flow: f, trigger: t, as: as, belief: b, asked: read, ends: f.endsFor(t, b, as)}
	o.ends.Lock()
	defer o.ends.Unlock()
	for i, c := range t.Via {
		outer := o
		outer.trigger.Via = t.Via[:i]
		if end := f.reachJob(outer, c.File, c.Job); !end.runs {
			return false, end.guards
		}
	}
	end := f.reachJob(o, file, job)
	if !end.runs {
		return false, end.guards
	}
	end.o.asked = read
	if to.step != nil {
		if reached, guards := end.reachStep(to.step); !reached {
			return false, guards
		}
	}
	if to.in == nil {
		return true, nil
	}
	part := end.o
	part.step = to.step
	return part.reachPart(to.in, to.at)
}

// reachStep judges a step of a job that runs, behind the step that ends it.
func (end *outcome) reachStep(step *syntax.Step) (bool, []Guard) {
	o := end.o
	o.failed = end.last != nil && end.last.Start < step.Start
	if o.failed && !hasStatus(step.If) {
		return false, end.ended
	}
	o.step = step
	if runs, guards := o.judge(step.If); runs == expr.False {
		return false, guards
	}
	return true, nil
}

// reachPart judges what decides whether a part of a scalar's expressions becomes its value.
func (o *outsider) reachPart(in *syntax.Str, at syntax.Span) (bool, []Guard) {
	o.str = in
	for i := range in.Fences {
		if guards, kept := o.keptFrom(in.Fences[i].X, at); kept {
			if len(guards) == 0 && o.counts(Activity) {
				guards = []Guard{{Activity, o.file, at}}
			}
			return false, guards
		}
	}
	return true, nil
}

// keptFrom reports that a left side of && or ||, or a condition of case(), keeps an outsider from the part of an expression that
// stands at a place of the file.
func (o *outsider) keptFrom(n expr.Node, at syntax.Span) ([]Guard, bool) {
	if span := o.file.ValueSpan(o.str, n.Range()); at.Start < span.Start || span.End < at.End {
		return nil, false
	}
	switch n := n.(type) {
	case *expr.Group:
		return o.keptFrom(n.X, at)
	case *expr.Binary:
		if n.Op != expr.And && n.Op != expr.Or {
			return nil, false
		}
		if left := o.file.ValueSpan(o.str, n.X.Range()); at.End <= left.End {
			return o.keptFrom(n.X, at)
		}
		if t, guards := o.truth(n.X); t == expr.TriOf(n.Op == expr.Or) {
			return guards, true
		}
		return o.keptFrom(n.Y, at)
	case *expr.Call:
		for i, arg := range n.Args {
			if strings.EqualFold(n.Name, "case") {
				if span := o.file.ValueSpan(o.str, arg.Range()); span.Start <= at.Start && at.End <= span.End {
					if guards, kept := o.passedBy(n.Args, i); kept {
						return guards, true
					}
				}
			}
			if guards, kept := o.keptFrom(arg, at); kept {
				return guards, true
			}
		}
	}
	return nil, false
}

// passedBy reports that the conditions of case() keep an outsider from its argument at i: its own is false, or one before it is true.
func (o *outsider) passedBy(args []expr.Node, i int) ([]Guard, bool) {
	for j := 0; j+1 < len(args) && j < i; j += 2 {
		if t, guards := o.truth(args[j]); t == expr.True && j+1 != i || t == expr.False && j+1 == i {
			return guards, true
		}
	}
	return nil, false
}

// outcome is how a job ends for an outsider.
type outcome struct {
	runs   bool
	result string // of a job that does not succeed: skipped or failure
	broken bool   // it, or a job before it, does not succeed, so that what comes after is skipped too
	guards []Guard
	o      outsider     // to judge its steps with
	last   *syntax.Step // that ends the job with an error
	ended  []Guard      // behind that
	asked  asked        // what the answer depends on
}

// maxGuards is how many guards are kept for one answer; messages name the first.
const maxGuards = 8

func limit(guards []Guard) []Guard { return guards[:min(len(guards), maxGuards)] }

// reachJob judges one job and those it needs.
func (f *Flow) reachJob(o outsider, file *syntax.File, job *syntax.Job) outcome {
	end, seen := o.ends.of[job]
	if !seen {
		caller, own := o.asked, &asked{}
		o.asked = own
		o.ends.of[job] = outcome{runs: true, o: o} // what a cycle finds
		end = f.endOf(o, file, job)
		end.asked, end.guards = *own, limit(end.guards)
		o.ends.of[job] = end
		o.asked = caller
	}
	o.asked.add(end.asked)
	return end
}

func (f *Flow) endOf(o outsider, file *syntax.File, job *syntax.Job) outcome {
	o.file, o.job, o.step = file, job, nil
	o.results, o.failed = nil, false
	var needed []Guard
	if job.Needs != nil {
		for _, need := range job.Needs.Values {
			before := file.Workflow.Job(need.Value)
			if before == nil {
				continue
			}
			end := f.reachJob(o, file, before)
			if !end.broken {
				continue
			}
			o.failed = true
			needed = limit(append(needed, end.guards...))
			if end.result != "" {
				if o.results == nil {
					o.results = map[string]string{}
				}
				o.results[strings.ToLower(need.Value)] = end.result
			}
		}
	}
	if o.failed && !hasStatus(job.If) {
		return outcome{result: "skipped", broken: true, guards: needed}
	}
	if runs, guards := o.judge(job.If); runs == expr.False {
		return outcome{result: "skipped", broken: true, guards: append(guards, needed...)}
	}
	end := outcome{runs: true, broken: o.failed, guards: needed, o: o}
	end.o.failed = false // the steps of a job that runs do not see what became of the jobs before
	f.judgeGates(&end)
	return end
}

// hasStatus reports that a condition calls a status function, which takes the place of the success() that is added otherwise.
func hasStatus(c *syntax.Condition) bool {
	if c == nil || c.Cond.X == nil {
		return false
	}
	found := false
	expr.Walk(c.Cond.X, func(n expr.Node) bool {
		if call, ok := n.(*expr.Call); ok {
			switch strings.ToLower(call.Name) {
			case "always", "failure", "cancelled", "success":
				found = true
			}
		}
		return !found
	})
	return found
}

// StartedByOutsiders reports that somebody without rights can start a workflow through a privileged trigger. A workflow_run
// whose parents, looked up by name in the repository, run only on events of insiders is started by insiders; so is one that only
// maintainers' activities trigger.
func (f *Flow) StartedByOutsiders(t Trigger) bool {
	return len(activities(t, true)) > 0 && (t.Name != "workflow_run" || len(f.parents(t)) > 0)
}

// parents lists the events by which outsiders start the workflows behind a workflow_run, none when only insiders can. Of a
// workflow that the repository does not have it is assumed that pull requests start it.
func (f *Flow) parents(t Trigger) []string {
	if t.Event == nil || t.Event.Workflows == nil {
		return []string{"pull_request"}
	}
	var out []string
	for _, name := range t.Event.Workflows.Values {
		found := false
		for _, file := range f.repo.Files {
			if file.Workflow == nil || !sameWorkflow(file, name.Value) || file.Workflow.On == nil {
				continue
			}
			found = true
			for _, e := range file.Workflow.On.Events {
				info, ok := catalog.Event(e.Name.Value)
				if ok && (info.Class == catalog.Privileged || info.Class == catalog.Outsider) && !slices.Contains(out, info.Name) {
					out = append(out, info.Name)
				}
			}
		}
		if !found && !slices.Contains(out, "pull_request") {
			out = append(out, "pull_request")
		}
	}
	return out
}

// sameWorkflow reports that a name in on.workflow_run.workflows means the workflow in file: its name, or its path without one.
func sameWorkflow(file *syntax.File, name string) bool {
	if file.Workflow.Name != nil {
		return file.Workflow.Name.Value == name
	}
	return file.Path == name
}
