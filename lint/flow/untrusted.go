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
	if job == nil || job.Uses != nil {
		return Untrusted{}, false
	}
	triggers := f.privileged(file)
	if len(triggers) == 0 {
		return Untrusted{}, false
	}
	out, ok := f.UntrustedCheckout(file, job)
	if !ok {
		return Untrusted{}, false
	}
	run, program, ok := f.Executes(file, job, out)
	if !ok {
		return Untrusted{}, false
	}
	for _, t := range triggers {
		if a := f.Outsider(t, file, job, out.Step); !a.Blocked {
			return Untrusted{a, out, run, program}, true
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
