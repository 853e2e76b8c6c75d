package rules

import (
	"iter"
	"path"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// publishes finds out whether, and when, the job gives something out that was built with what the cache holds.
func (r *cacheReader) publishes(d *flow.Deploying) {
	var deeds []flow.Deployment
	for _, dep := range d.Deployments(r.job) {
		if !dep.Review && dep.Strength != catalog.Named && (dep.Kind == catalog.Publishes || dep.Kind == catalog.Releases) {
			deeds = append(deeds, dep)
		}
	}
	if len(deeds) == 0 && !r.Strict {
		return // when only the event says so, it is for --strict
	}
	all := d.Moments(r.job)
	r.reviews = slices.ContainsFunc(all, func(m flow.Moment) bool { return strings.HasPrefix(m.Trigger.Name, "pull_request") })
	for _, m := range all {
		if info, ok := catalog.Event(m.Trigger.Name); !ok || info.Class != catalog.Insider && info.Class != catalog.Caller {
			continue
		}
		given := r.byEvent(m)
		for i := range deeds {
			if m.Runs(deeds[i].Step) == expr.False {
				continue
			}
			given = true
			if r.deed == nil || deeds[i].Strength > r.deed.Strength {
				r.deed = &deeds[i]
			}
		}
		if given {
			r.moments = append(r.moments, m)
		}
	}
	r.sure = r.deed != nil && r.deed.Strength == catalog.Certain && (!r.deed.Draft || r.deed.Kind == catalog.Publishes) && !r.deed.Open
}

// builds returns what another job gives out that a job uploads as an artifact; nil where none does.
func (rs *cacheReaders) builds(r *cacheReader) *cacheReader {
	uploads := rs.Flow.Uploads(rs.File, r.job)
	if len(uploads) == 0 {
		return nil
	}
	for _, other := range rs.outlets() {
		if !rs.before[other][r.job] {
			continue
		}
		handed := 0
		for _, u := range uploads {
			if takes(other, u.Step.With.Get("name")) {
				handed = u.Step.End
			}
		}
		out := rs.of(other)
		started := slices.DeleteFunc(rs.deploying.Moments(r.job), func(m flow.Moment) bool {
			return !slices.ContainsFunc(out.moments, func(o flow.Moment) bool { return o.Trigger.Name == m.Trigger.Name && o.Tag == m.Tag })
		})
		if handed > 0 && len(started) > 0 {
			return &cacheReader{Pass: rs.Pass, job: r.job, moments: started, deed: out.deed, sure: out.sure, outlet: other, handed: handed}
		}
	}
	return nil
}

// outlets lists the jobs that download artifacts of their run and give something out.
func (rs *cacheReaders) outlets() []*syntax.Job {
	if rs.before == nil {
		rs.before = map[*syntax.Job]map[*syntax.Job]bool{}
		for _, job := range rs.File.Workflow.Jobs {
			if job.Uses == nil && job.Needs != nil && takes(job, nil) && rs.of(job).deed != nil {
				rs.before[job] = before(rs.File, job)
				rs.out = append(rs.out, job)
			}
		}
	}
	return rs.out
}

// before lists the jobs that have to end before a job starts.
func before(file *syntax.File, job *syntax.Job) map[*syntax.Job]bool {
	seen := map[*syntax.Job]bool{}
	for queue := []*syntax.Job{job}; len(queue) > 0; queue = queue[1:] {
		if queue[0].Needs == nil {
			continue
		}
		for _, id := range queue[0].Needs.Values {
			if one := file.Workflow.Job(id.Value); one != nil && !seen[one] {
				seen[one] = true
				queue = append(queue, one)
			}
		}
	}
	return seen
}

// downloads ranges over the steps of a job that download artifacts of its run.
func downloads(job *syntax.Job) iter.Seq[*syntax.Step] {
	return func(yield func(*syntax.Step) bool) {
		for step := range job.Flat() {
			if step.Uses == nil {
				continue
			}
			if d, ok := catalog.Downloads(step.Uses.Value, nil); ok && !d.Newest && step.With.Get(d.RunInput) == nil && !yield(step) {
				return
			}
		}
	}
}

// takes reports a job that may download the artifact of a name.
func takes(job *syntax.Job, name *syntax.Str) bool {
	for step := range downloads(job) {
		wanted, pattern := step.With.Get("name"), step.With.Get("pattern")
		if pattern == nil {
			pattern = wanted
		}
		if name == nil || pattern == nil || len(name.Fences)+len(pattern.Fences) > 0 {
			return true
		}
		if fits, err := path.Match(pattern.Value, name.Value); fits || err != nil {
			return true
		}
	}
	return false
}

// byEvent reports a job that a release or the push of a tag starts for something else than tests, or that may ask for an identity.
func (r *cacheReader) byEvent(m flow.Moment) bool {
	switch {
	case flow.Tests(r.File, r.job):
		return false
	case m.Trigger.Name == "release":
		return true
	case m.Trigger.Name == "push" && m.Tag && m.Trigger.Event != nil && m.Trigger.Event.Tags != nil:
		both := m.Trigger.Event.Branches != nil || m.Trigger.Event.BranchesIgnore != nil
		return !both || catalog.DeployName(r.job.ID.Value) || !r.reviews && r.Flow.Rights(r.File, r.job).Explicit()
	}
	return r.job.Permissions != nil && flow.Token(r.File, r.job).Writes("id-token") == expr.True
}
