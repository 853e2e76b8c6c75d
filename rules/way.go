package rules

import (
	"sekisho/lint"
	"sekisho/lint/syntax"
)

// way leads from what starts a job to the goal. A composite action has none: many jobs may use it.
func way(p *lint.Pass, job *syntax.Job, goal string) *lint.Way {
	if job == nil {
		return nil
	}
	return &lint.Way{Events: p.Flow.Starts(p.File, job), Job: job.ID.Value, Goal: goal}
}
