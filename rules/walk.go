package rules

import (
	"sekisho/lint"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// eachRunning looks at the composite action that a file is, with a nil job, or at the jobs of the workflow that some run may start.
func eachRunning(p *lint.Pass, check func(p *lint.Pass, job *syntax.Job)) {
	if p.File.Action != nil {
		check(p, nil)
	}
	if p.File.Workflow == nil {
		return
	}
	for _, job := range p.File.Workflow.Jobs {
		if !flow.Never(job.If) {
			check(p, job)
		}
	}
}

// eachEnv calls f for the env: maps that the steps of a file see.
func eachEnv(p *lint.Pass, f func(env *syntax.Map)) {
	look := func(env *syntax.Map) {
		if env != nil {
			f(env)
		}
	}
	steps := p.Survey().Steps
	if len(steps) > 0 && p.File.Workflow != nil {
		look(p.File.Workflow.Env)
	}
	for i := range steps {
		if job := steps[i].Job; job != nil && (i == 0 || steps[i-1].Job != job) {
			look(job.Env)
			if job.Container != nil {
				look(job.Container.Env)
			}
		}
		if i == 0 || steps[i-1].Env != steps[i].Env {
			look(steps[i].Env)
		}
	}
}
