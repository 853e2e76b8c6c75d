package rules

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// intruder is what an outsider's code is executed by, and how it came into the job.
type intruder struct {
	syntax.Span
	step    *syntax.Step
	program string
	whose   string // for messages
	brought lint.Place
	trigger func(flow.Trigger) bool // under which it is an outsider's
	refused bool
}

// checkCacheWriter reports the worst that an outsider's code in a job does to the cache.
func checkCacheWriter(p *lint.Pass, job *syntax.Job) {
	if !mayShareCache(p, job) {
		return
	}
	var best lint.Finding
	for _, in := range intruders(p, job) {
		for _, e := range p.Flow.Exposures(p.File, job, in.step) {
			if e.Blocked || !in.trigger(e.Trigger) || !flow.SharesCache(e.Trigger) || !p.Flow.StartedByOutsiders(e.Trigger) {
				continue
			}
			f, ok := judgeWriter(p, job, e, in)
			if ok && (best.Severity == 0 || best.Strict && !f.Strict || best.Strict == f.Strict && f.Severity > best.Severity) {
				best = f
			}
		}
	}
	if best.Severity != 0 {
		p.Report(best)
	}
}

// mayShareCache reports a job that outsiders may start on the default branch, and in which the cache is all there is to gain.
func mayShareCache(p *lint.Pass, job *syntax.Job) bool {
	for _, t := range p.Flow.Triggers(p.File) {
		if !outsidersStart(t) || !flow.SharesCache(t) {
			continue
		}
		e := flow.Exposure{Access: flow.Access{Trigger: t}, File: p.File, Job: job}
		if p.Flow.CacheModeUnder(e).Writes != expr.False && !p.Flow.RightsUnder(e).Any() {
			return true
		}
	}
	return false
}

// intruders lists what executes an outsider's code in a job.
func intruders(p *lint.Pass, job *syntax.Job) []intruder {
	var out []intruder
	for _, c := range p.Flow.Checkouts(p.File, job) {
		if c.Branch {
			continue
		}
		for x := range p.Flow.Executions(p.File, job, c) {
			out = append(out, intruder{
				Span: x.Span, step: x.Step, program: x.Program, whose: codeOf(c), refused: c.Refuses,
				brought: lint.Place{Span: c.Span, Message: "the pull request's code is checked out"},
				trigger: func(t flow.Trigger) bool { return outsidersStart(t) && c.HeadUnder(t.Name) },
			})
			break
		}
	}
	for _, a := range p.Flow.Artifacts(p.File, job) {
		for _, x := range p.Flow.ArtifactExecutions(p.File, job, a) {
			out = append(out, intruder{
				Span: x.Span, step: x.Step, program: x.Program, whose: "an artifact that outsiders make",
				refused: a.Checkout != nil && a.Checkout.Refuses,
				brought: lint.Place{Path: otherPath(p.File, a.File), Span: a.Span, Message: "the artifact is downloaded"},
				trigger: func(t flow.Trigger) bool { return outsidersStart(t) && p.Flow.OutsidersUnder(a, t) },
			})
			break
		}
	}
	return out
}

// judgeWriter says how bad it is for the cache that an outsider's code runs in a job; ok is false where it cannot write it, and where
// the job has rights, so that it is worse than that.
func judgeWriter(p *lint.Pass, job *syntax.Job, e flow.Exposure, in intruder) (f lint.Finding, ok bool) {
	mode := p.Flow.CacheModeUnder(e)
	rights := p.Flow.RightsUnder(e)
	if mode.Writes == expr.False || rights.Any() || rights.SelfHosted {
		return f, false
	}
	f = lint.Finding{Span: in.Span, Severity: lint.High, Confidence: lint.Likely}
	if step := saves(p, job); step != nil {
		f.Span = step.Uses.Span
	}
	f.Message = fmt.Sprintf("`%s` executes %s in a job that `%s` starts", in.program, in.whose, e.Trigger.Name)
	f.Way = &lint.Way{Events: []string{e.Trigger.Name}, Job: job.ID.Value, Goal: "the cache of the default branch"}
	switch {
	case mode.Declared == nil || in.refused:
		f.Severity, f.Strict, f.Confidence = lint.Low, true, lint.Unsure
		f.Message += "; what it leaves in the cache other jobs restore with their rights, where events of outsiders may write it, as on servers older than June 2026; set `cache-mode: read`"
	default:
		f.Message += fmt.Sprintf(", and `cache-mode: %s` lets it write the cache that jobs with rights restore; set `cache-mode: read`", mode.Declared.Value)
	}
	if len(e.Guards) > 0 && f.Severity > lint.Low {
		f.Severity--
		f.Message += "; the only guard is the " + e.Guards[0].Kind.String()
		f.Related = append(f.Related, lint.Place{Path: otherPath(p.File, e.Guards[0].File), Span: e.Guards[0].Span, Message: "the guard: " + e.Guards[0].Kind.String()})
	}
	f.Trace = writerTrace(p, e, in, mode, f.Span)
	return f, true
}

// saves returns the first step of a job that saves a cache, or nil.
func saves(p *lint.Pass, job *syntax.Job) *syntax.Step {
	for step := range job.Flat() {
		if c, caches := p.Flow.Caches(p.File, step); caches != expr.False && c.Saves {
			return step
		}
	}
	return nil
}

// writerTrace is the way from the trigger to the cache.
func writerTrace(p *lint.Pass, e flow.Exposure, in intruder, mode flow.CacheMode, at syntax.Span) []lint.Place {
	var out []lint.Place
	if e.Trigger.Event != nil {
		out = append(out, lint.Place{Path: otherPath(p.File, e.Trigger.File), Span: e.Trigger.Event.Name.Span, Message: "`" + e.Trigger.Name + "` starts the workflow"})
	}
	if mode.Declared != nil {
		out = append(out, lint.Place{Path: otherPath(p.File, mode.File), Span: mode.Declared.Span, Message: "the cache may be written"})
	}
	out = append(out, in.brought, lint.Place{Span: in.Span, Message: "`" + in.program + "` executes it"})
	if at != in.Span {
		out = append(out, lint.Place{Span: at, Message: "this saves the cache when the job ends"})
	}
	return out
}
