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
