// Package shellcheck has the program of that name look at the shell scripts of workflows and actions. The scripts are its input:
// they are never run, and nothing is written to a file.
package shellcheck

import (
	"runtime"
	"time"

	"sekisho/lint"
)

// Tool is the program's name, and what the rule whose work it does says in lint.Rule.Tool.
const Tool = "shellcheck"

// Limits of one file.
const (
	maxScript   = 256 << 10 // bytes of a script; longer ones are not looked at
	maxOutput   = 8 << 20   // bytes that the program may print about one script
	maxComments = 200       // of one script that are reported
	maxFailures = 2         // after which the rest of the file is left out
)

// Checker runs the program. It is safe for concurrent use.
type Checker struct {
	program string
	timeout time.Duration
	slots   chan struct{}
}

// New returns a checker that runs the program at this path, at most one a processor at the same time and none longer than a minute.
func New(program string) *Checker {
	return &Checker{program: program, timeout: time.Minute, slots: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// Run does the work of the rule for one file.
func (c *Checker) Run(p *lint.Pass) {
	failures := 0
	for _, s := range scripts(p.File) {
		comments, err := c.check(s)
		if err != nil {
			p.Problem(Tool + " failed: " + err.Error())
			if failures++; failures >= maxFailures {
				return
			}
			continue
		}
		for _, f := range s.findings(comments) {
			p.Report(f)
		}
	}
}
