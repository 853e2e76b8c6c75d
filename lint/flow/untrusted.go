package flow

import (
	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

// Untrusted is how a job comes to run what an outsider wrote, with rights.
type Untrusted struct {
	Access   Access      // of the outsider who starts it
	Checkout Checkout    // what brings the code
	Run      syntax.Span // what runs it
	Program  string      // what that is, for messages
}

// RunsUntrusted reports a job that an outsider can start through a privileged event and that checks out and runs their code.
func (f *Flow) RunsUntrusted(file *syntax.File, job *syntax.Job) (Untrusted, bool) {
	if job == nil || job.Uses != nil || len(f.privileged(file)) == 0 {
		return Untrusted{}, false
	}
	for _, c := range f.Checkouts(file, job) {
		if c.Refuses || c.Branch {
			continue
		}
		run, program, ok := f.Executes(file, job, c)
		if !ok {
			continue
		}
		for _, t := range f.privileged(file) {
			if a := f.Outsider(t, file, job, c.Step); c.HeadUnder(t.Name) && !a.Blocked {
				return Untrusted{a, c, run, program}, true
			}
		}
	}
	return Untrusted{}, false
}

// privileged returns the triggers of a workflow by which outsiders can start it with rights.
func (f *Flow) privileged(file *syntax.File) []Trigger {
	var out []Trigger
	for _, t := range f.Triggers(file) {
		info, ok := catalog.Event(t.Name)
		if ok && info.Class == catalog.Privileged && !info.Fork && f.StartedByOutsiders(t) {
			out = append(out, t)
		}
	}
	return out
}
