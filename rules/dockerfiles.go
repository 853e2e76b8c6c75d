package rules

import (
	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// dockerfile is a Dockerfile of the repository that a step builds, or that the action of the file is built from.
type dockerfile struct {
	flow.Built
	job    *syntax.Job
	step   *syntax.Step // an empty one for an action
	action bool
}

// dockerfiles lists the Dockerfiles that the steps of a file build, and that of its action.
func dockerfiles(p *lint.Pass) []dockerfile {
	var out []dockerfile
	for _, b := range p.Survey().Built() {
		out = append(out, dockerfile{b.Built, b.Job, b.Step, false})
	}
	if b, ok := p.Flow.ActionDockerfile(p.File); ok {
		out = append(out, dockerfile{b, nil, &syntax.Step{}, true})
	}
	return out
}

// scripts lists what the RUN instructions execute as far as their text gives a clue. No secret of the step is in reach of them.
func (d *dockerfile) scripts(p *lint.Pass, clue catalog.Clue) []script {
	var out []script
	for i := range d.Docker.Runs {
		if run := &d.Docker.Runs[i]; catalog.Clues(run.Text).Has(clue) {
			out = withInner(out, script{Script: shell.Parse(run.Text, shell.POSIX, nil), p: p, job: d.job, step: d.step, built: d, from: run.Start}, 0)
		}
	}
	return out
}

// at sets where a finding about a span of the Dockerfile stands: at what builds it.
func (d *dockerfile) at(f *lint.Finding, span syntax.Span) {
	f.Span = d.Span
	f.Related = append(f.Related, lint.Place{Path: d.Docker.Path, Span: span, Message: "in this Dockerfile, which is built here"})
}
