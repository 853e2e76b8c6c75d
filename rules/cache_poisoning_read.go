package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// cacheReaders are the jobs of one workflow that give something out, as far as they were asked for.
type cacheReaders struct {
	*lint.Pass
	deploying *flow.Deploying
	known     map[*syntax.Job]*cacheReader
	out       []*syntax.Job                        // see outlets
	before    map[*syntax.Job]map[*syntax.Job]bool // by job of out, those that it needs
}

// of returns what a job gives out by itself.
func (rs *cacheReaders) of(job *syntax.Job) *cacheReader {
	r := rs.known[job]
	if r == nil {
		if rs.deploying == nil {
			rs.deploying = rs.Flow.Deploying(rs.File)
		}
		r = &cacheReader{Pass: rs.Pass, job: job}
		r.publishes(rs.deploying)
		rs.known[job] = r
	}
	return r
}

// mayRestore reports a job with a step that may restore what other runs left in the cache.
func mayRestore(p *lint.Pass, job *syntax.Job) bool {
	for step := range job.Flat() {
		for _, inner := range p.Flow.InnerCaches(step) {
			if inner.Restores {
				return true
			}
		}
		if flow.MayCache(step) && !flow.OwnEntry(step) {
			if c, caches := p.Flow.Caches(p.File, step); caches != expr.False && c.Restores {
				return true
			}
		}
	}
	return false
}

// cacheReader is a job that gives something out, and restores a cache before.
type cacheReader struct {
	*lint.Pass
	job     *syntax.Job
	moments []flow.Moment // in which it gives something out
	deed    *flow.Deployment
	outlet  *syntax.Job // the job that gives out what this one uploads; nil where it does so itself
	handed  int         // the end of the last upload
	reviews bool        // pull requests start it, too
	sure    bool        // what it gives out is for others to use, and it certainly does
}

// restoring is a step that restores a cache in such a job.
type restoring struct {
	step  *syntax.Step
	inner *flow.InnerCache // the step that does so in a composite action; nil where it is the step itself
	cache catalog.Cache
	sure  bool // in one of the moments it certainly does
	off   bool // in none of them, as an expression says
}

// check reports a job that restores a cache and gives something out, by itself or by another job.
func (rs *cacheReaders) check(job *syntax.Job) {
	if !mayRestore(rs.Pass, job) {
		return
	}
	r := rs.of(job)
	if r.deed == nil {
		if built := rs.builds(r); built != nil {
			r = built
		}
	}
	if len(r.moments) == 0 {
		return
	}
	last := 0
	switch {
	case r.outlet != nil:
		last = r.handed
	case r.deed != nil:
		last = r.deed.Step.End
	}
	var all []restoring
	for step := range job.Flat() {
		if step.Uses == nil || last > 0 && step.Start >= last {
			continue
		}
		if one, ok := r.restores(step); ok {
			all = append(all, one)
		}
		for _, inner := range r.Flow.InnerCaches(step) {
			if one, ok := r.restoresIn(step, &inner); ok {
				all = append(all, one)
				break
			}
		}
	}
	if len(all) > 0 {
		r.Report(r.finding(all))
	}
}

// restores tells whether a step restores what other runs left in the cache.
func (r *cacheReader) restores(step *syntax.Step) (restoring, bool) {
	out := restoring{step: step, off: true}
	static, caches := r.Flow.Caches(r.File, step)
	if caches == expr.False || !static.Restores || flow.OwnEntry(step) || r.mode().Reads == expr.False {
		return out, false
	}
	out.cache = static
	for _, m := range r.moments {
		if _, caches := m.Cache(step); caches != expr.False {
			out.off = false
			out.sure = out.sure || caches == expr.True
		} else if m.Runs(step) == expr.False {
			out.cache.Decides = ""
		}
	}
	return out, !out.off || out.cache.Decides != ""
}

// restoresIn is restores for a step of a composite action that the job uses.
func (r *cacheReader) restoresIn(step *syntax.Step, inner *flow.InnerCache) (restoring, bool) {
	out := restoring{step: step, inner: inner, cache: inner.Cache}
	out.cache.Input = ""
	if !inner.Restores || flow.OwnEntry(inner.Step) || r.mode().Reads == expr.False {
		return out, false
	}
	runs := false
	for _, m := range r.moments {
		t := m.Runs(step)
		runs = runs || t != expr.False
		out.sure = out.sure || t == expr.True && inner.Known == expr.True
	}
	return out, runs
}

// mode is what the cache lets the job do when it gives something out.
func (r *cacheReader) mode() flow.CacheMode {
	return r.Flow.CacheModeUnder(flow.Exposure{Access: flow.Access{Trigger: r.moments[0].Trigger}, File: r.File, Job: r.job})
}

func (r *cacheReader) finding(all []restoring) lint.Finding {
	first := all[0]
	for _, one := range all {
		if !one.off && (first.off || one.sure && !first.sure) {
			first = one
		}
	}
	f := lint.Finding{Span: first.step.Uses.Span, Severity: lint.Medium, Confidence: lint.Unsure, Strict: !r.sure || !first.sure}
	name, _, _ := strings.Cut(first.step.Uses.Value, "@")
	f.Message = fmt.Sprintf("`%s` restores %s in the job `%s`, which %s; whatever ran on the default branch before could have put something else there; %s",
		name, first.cache.What, r.job.ID.Value, r.does(), withoutCache(first.cache))
	if first.off {
		f.Severity = lint.Low
		f.Message = fmt.Sprintf("`%s` restores %s in the job `%s`, which %s, unless an expression turns that off; %s", name, first.cache.What, r.job.ID.Value, r.does(), withoutCache(first.cache))
	}
	for _, one := range all {
		if one.step != first.step {
			f.Related = append(f.Related, lint.Place{Span: one.step.Uses.Span, Message: "this restores " + one.cache.What + ", too"})
		}
	}
	if first.inner != nil {
		f.Related = append(f.Related, lint.Place{Path: first.inner.File.Path, Span: first.inner.Step.Uses.Span, Message: "this restores it"})
	}
	if r.deed != nil {
		f.Related = append(f.Related, lint.Place{Span: r.deed.Span, Message: "this gives it out"})
	}
	f.Fixes = r.fixes(all)
	return f
}

// does says for messages what the job gives out.
func (r *cacheReader) does() string {
	if r.outlet != nil {
		return fmt.Sprintf("builds what `%s` %s with `%s`", r.outlet.ID.Value, verb(r.deed.Kind), r.deed.What)
	}
	if r.deed != nil {
		return fmt.Sprintf("%s with `%s`", verb(r.deed.Kind), r.deed.What)
	}
	switch m := r.moments[0]; {
	case m.Trigger.Name == "release":
		return "a release starts"
	case m.Tag:
		return "a tag starts"
	}
	return "may ask for an identity"
}

// withoutCache says for messages how to do without the cache.
func withoutCache(c catalog.Cache) string {
	switch {
	case c.Input == "":
		return "do without it where something is published"
	case c.Off == "":
		return fmt.Sprintf("leave `%s` out where something is published", c.Input)
	}
	return fmt.Sprintf("set `%s: %s` where something is published", c.Input, c.Off)
}
