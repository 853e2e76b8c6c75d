package flow

import (
	"path"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// DraftsOnly reports that the workflow makes releases, all of them drafts.
func (d *Deploying) DraftsOnly() bool {
	if d.drafts == expr.Unknown {
		d.drafts = expr.TriOf(d.draftsOnly())
	}
	return d.drafts == expr.True
}

func (d *Deploying) draftsOnly() bool {
	drafts := false
	for _, job := range d.file.Workflow.Jobs {
		for _, dep := range d.Deployments(job) {
			drafts = drafts || dep.Draft
			if dep.Kind == catalog.Releases && dep.Strength > catalog.Named && !dep.Draft && !dep.Upload {
				return false
			}
		}
	}
	return drafts
}

// OnlyReviews reports that a job runs for pull requests that nobody merged yet, and for nothing else.
func (d *Deploying) OnlyReviews(job *syntax.Job) bool {
	only := false
	times := d.occasions()
	for i := range times {
		if times[i].at(d.file, job).runs() == expr.False {
			continue
		}
		if only = times[i].trigger.review(); !only {
			return false
		}
	}
	return only
}

// Rehearses reports a job that by its name deploys, but only runs for pull requests, or speaks of a preview or a dry run.
func (d *Deploying) Rehearses(job *syntax.Job) bool {
	said := func(s string) bool {
		s = strings.ToLower(s)
		return strings.Contains(s, "dry-run") || strings.Contains(s, "dry_run") || strings.Contains(s, "dryrun") || strings.Contains(s, "preview") ||
			strings.Contains(s, "--snapshot") || strings.Contains(s, "drafter") || strings.Contains(s, "pkg-pr-new")
	}
	if said(d.file.Path) || d.OnlyReviews(job) {
		return true
	}
	for step := range job.Flat() {
		if step.Uses != nil && said(step.Uses.Value) {
			return true
		}
		for _, s := range StepStrs(step) {
			if said(s.Value) {
				return true
			}
		}
		if step.With != nil {
			for i := range step.With.Entries {
				if e := &step.With.Entries[i]; said(e.Name.Value) && (e.Value == nil || e.Value.Value != "false") {
					return true
				}
			}
		}
	}
	return false
}

// HandsOver reports a job that opens a pull request or starts another workflow: if something is deployed, that is done behind
// that, where it has a gate of its own.
func (d *Deploying) HandsOver(job *syntax.Job) bool {
	for step := range job.Flat() {
		if step.Uses != nil && catalog.HandsOver(step.Uses.Value) {
			return true
		}
		if step.Run == nil || !strings.Contains(step.Run.Value, "gh ") && !strings.Contains(step.Run.Value, "release-please") {
			continue
		}
		for _, c := range d.flow.Script(d.file, job, step).Commands {
			if catalog.HandsOverCommand(words(c)) {
				return true
			}
		}
	}
	return false
}

// OwnRunner reports a runner that may hold credentials of its own.
func OwnRunner(job *syntax.Job) bool {
	if job.RunsOn == nil {
		return false
	}
	return job.RunsOn.Group != nil || slices.ContainsFunc(job.RunsOn.Labels, func(l *syntax.Str) bool { return strings.EqualFold(l.Value, "self-hosted") })
}

// Tests reports that a job, or the workflow of a job whose name does not say that it deploys, is there to test or to report.
func Tests(file *syntax.File, job *syntax.Job) bool {
	if catalog.TestName(job.ID.Value) || strings.Contains(strings.ToLower(job.ID.Value), "report") {
		return true
	}
	if catalog.DeployName(job.ID.Value) {
		return false
	}
	name := file.Workflow.Name
	return catalog.TestName(path.Base(file.Path)) || name != nil && catalog.TestName(name.Value)
}
