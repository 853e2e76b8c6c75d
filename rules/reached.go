package rules

import (
	"fmt"
	"iter"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// reacher tells who gets to a step by the values that they choose.
type reacher struct {
	*lint.Pass
	job  *syntax.Job
	step *syntax.Step

	exposures []flow.Exposure
	asked     bool
}

// reached is the worst way to a step by one value.
type reached struct {
	worst  flow.Reaches
	by     flow.Exposure
	rights flow.Rights
}

// reach finds the worst way in which a value gets to the step; ok is false where nobody chooses it who is not trusted anyway.
func (r *reacher) reach(v flow.Chosen) (out reached, ok bool) {
	if !r.asked {
		r.exposures, r.asked = r.Flow.Exposures(r.File, r.job, r.step), true
	}
	for _, e := range r.exposures {
		if v.Head != nil && !v.Head.HeadUnder(e.Trigger.Name) {
			continue
		}
		if v.Artifact != nil && !r.Flow.OutsidersUnder(*v.Artifact, e.Trigger) {
			continue
		}
		reach := r.Flow.Reach(v.Taint, e)
		if reach > out.worst || reach == out.worst && reach > flow.NotAtAll && out.by.Weak && !e.Weak {
			out.worst, out.by = reach, e
		}
	}
	if out.worst < flow.ByForks {
		return out, false
	}
	out.rights = r.Flow.RightsUnder(out.by)
	return out, true
}

// opens tells the event by which anybody starts the step with rights, if there is one.
func (r *reacher) opens() (event string, ok bool) {
	if !r.asked {
		r.exposures, r.asked = r.Flow.Exposures(r.File, r.job, r.step), true
	}
	for _, e := range r.exposures {
		if info, known := catalog.Event(e.Trigger.Name); known && info.Class == catalog.Privileged && !e.Blocked && r.Flow.StartedByOutsiders(e.Trigger) {
			return e.Trigger.Name, true
		}
	}
	return "", false
}

// severity weighs a way for something with which one comes to run commands. What a fork's run gives away its author has already:
// such a finding is strict unless the machine or a secret is at stake.
func (r *reacher) severity(out reached) (s lint.Severity, strict bool) {
	s = severityOfReach(out.worst, out.rights, r.Flow.ReadOnly(out.by.File, out.by.Job))
	return s, out.worst == flow.ByForks && !out.rights.Explicit() && !out.rights.SelfHosted
}

// guarded takes a guard that can be met into account.
func (r *reacher) guarded(f *lint.Finding, out reached) {
	if !out.by.Weak || f.Severity <= lint.Low {
		return
	}
	guard := out.by.Guards[0]
	f.Severity--
	f.Message += fmt.Sprintf("; the only guard is the %s", guard.Kind)
	f.Related = append(f.Related, lint.Place{Path: otherPath(r.File, guard.File), Span: guard.Span, Message: "the guard: " + guard.Kind.String()})
}

// trace is the way of a value to a place, with a last sentence about that.
func (r *reacher) trace(t flow.Taint, at syntax.Span, end string) []lint.Place {
	var out []lint.Place
	for _, s := range t.Trace {
		out = append(out, lint.Place{Path: otherPath(r.File, s.File), Span: s.Span, Message: s.Message})
	}
	return append(out, lint.Place{Span: at, Message: end})
}

// freeText reports a value of which somebody chooses nearly any letter.
func freeText(t flow.Taint) bool { return t.Shape == catalog.Arbitrary || t.Shape == catalog.Ref }

// outsiderSteps ranges over the steps that others than people with rights may start so that it is worth a finding, as far as a look at
// them says that they may matter. Unless strict findings are kept these are the steps of jobs with something to gain in a run for a fork,
// and all under an event that gives outsiders rights.
func outsiderSteps(p *lint.Pass, may func(*syntax.Step) bool) iter.Seq2[*syntax.Job, *syntax.Step] {
	return func(yield func(*syntax.Job, *syntax.Step) bool) {
		rights, forks := othersStart(p)
		if !rights && !forks {
			return
		}
		var last *syntax.Job
		gains := rights || p.Strict
		for job, step := range p.File.Steps() {
			if !may(step) {
				continue
			}
			if job != last {
				last, gains = job, rights || p.Strict || gainsByFork(p, job)
			}
			if gains && (step.Run == nil || p.Flow.MayChoose(p.File, job, step)) && !yield(job, step) {
				return
			}
		}
	}
}

// gainsByFork reports a job that has something to gain in a run for a fork: a secret, a right that it names, the machine.
func gainsByFork(p *lint.Pass, job *syntax.Job) bool {
	rights := p.Flow.Rights(p.File, job)
	return rights.Explicit() || rights.SelfHosted
}

// othersStart reports a file whose steps others than people with rights may start: with the rights of the repository, or in a run for a
// fork or a call.
func othersStart(p *lint.Pass) (rights, forks bool) {
	if p.File.Workflow == nil && p.File.Action == nil {
		return false, false
	}
	for _, name := range p.Flow.EventNames(p.File) {
		switch info, known := catalog.Event(name); {
		case !known || info.Class == catalog.Insider:
		case info.Class == catalog.Privileged, info.Class == catalog.Outsider && p.File.Action != nil:
			rights = true
		default:
			forks = true
		}
	}
	return rights, forks && (p.File.Workflow != nil || p.Strict)
}
