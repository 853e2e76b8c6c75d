package rules

import (
	"fmt"
	"slices"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

func concurrencyLimits() *lint.Rule {
	return &lint.Rule{
		ID:       "concurrency-limits",
		Summary:  "a workflow whose runs pile up, as nothing bounds how many there are at a time",
		Severity: lint.Low,
		Strict:   true,
		Aliases:  []string{"zizmor:concurrency-limits"},
		Tags:     []string{"cwe-400", "limit", "limit-time", "matrix-mining"},
		Run:      runConcurrencyLimits,
	}
}

func runConcurrencyLimits(p *lint.Pass) {
	w := p.File.Workflow
	if w == nil || w.On == nil || len(w.Jobs) == 0 || !slices.ContainsFunc(w.On.Events, pilesUp) {
		return
	}
	if w.Concurrency != nil {
		checkConcurrency(p, w.Concurrency)
		return
	}
	var unbounded []*syntax.Job
	for _, job := range w.Jobs {
		switch {
		case job.Concurrency != nil:
			checkConcurrency(p, job.Concurrency)
		case job.Uses == nil:
			unbounded = append(unbounded, job)
		}
	}
	if len(unbounded) == 0 {
		return
	}
	f := lint.Finding{Span: w.On.Key, Message: "nothing bounds how many runs of this workflow there are at a time; set `concurrency` with a group for what a newer run replaces"}
	if len(unbounded) < len(w.Jobs) {
		f.Message = fmt.Sprintf("%d of the %d jobs run as often at a time as they are started; set `concurrency` for the workflow", len(unbounded), len(w.Jobs))
		for _, job := range unbounded {
			f.Related = append(f.Related, lint.Place{Span: job.ID.Span, Message: fmt.Sprintf("job `%s` has no group", job.ID.Value)})
		}
	}
	p.Report(f)
}

// pilesUp reports an event that may start a run while an older one is still of use to nobody. A called workflow is bounded by its
// callers.
func pilesUp(e *syntax.Event) bool { return e.Name.Value != "workflow_call" }

func checkConcurrency(p *lint.Pass, c *syntax.Concurrency) {
	if c.CancelInProgress == nil && c.Queue == nil && c.Group != nil && c.Group.Key == c.Key {
		p.Report(lint.Finding{
			Span:    c.Group.Span,
			Message: "a newer run waits for the older one of its group instead of taking its place; say with `cancel-in-progress` which of the two is meant",
		})
	}
}
