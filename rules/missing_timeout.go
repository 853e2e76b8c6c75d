package rules

import (
	"fmt"
	"strconv"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

type timeoutOptions struct {
	Minutes int `yaml:"minutes"`
}

func missingTimeout() *lint.Rule {
	return &lint.Rule{
		ID:         "missing-timeout",
		Summary:    "a job that may run for six hours, because nothing says when it has gone wrong",
		Severity:   lint.Low,
		Strict:     true,
		Aliases:    []string{"ghalint:job_timeout_minutes_is_required"},
		Tags:       []string{"cwe-400", "limit", "limit-time", "matrix-mining"},
		NewOptions: func() any { return &timeoutOptions{Minutes: 30} },
		Run: func(p *lint.Pass) {
			if p.File.Workflow == nil {
				return
			}
			for _, job := range p.File.Workflow.Jobs {
				if job.Uses == nil && job.TimeoutMinutes == nil && len(job.Steps) > 0 && !everyStepEnds(job) {
					reportTimeout(p, job, strconv.Itoa(p.Options.(*timeoutOptions).Minutes))
				}
			}
		},
	}
}

// everyStepEnds reports that each step has a timeout of its own.
func everyStepEnds(job *syntax.Job) bool {
	for step := range job.Flat() {
		if step.TimeoutMinutes == nil {
			return false
		}
	}
	return true
}

func reportTimeout(p *lint.Pass, job *syntax.Job, minutes string) {
	f := lint.Finding{
		Span:    job.ID.Span,
		Message: fmt.Sprintf("job `%s` has no `timeout-minutes`, so a hanging step holds a runner, and whatever credentials it has, for 6 hours; set how long the job may take", job.ID.Value),
	}
	if edits, ok := p.File.InsertKey(job.Node, "runs-on", "timeout-minutes", []string{minutes}); ok {
		f.Fixes = []lint.Fix{{Title: "allow " + minutes + " minutes", Safety: lint.Unsafe, Edits: edits}}
	}
	p.Report(f)
}
