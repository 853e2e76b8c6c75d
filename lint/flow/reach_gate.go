package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// maxGates is how many steps of a job are looked at as gates; more would be no workflow of a person.
const maxGates = 50

// gateStep is a step that may end its job with an error.
type gateStep struct {
	*syntax.Step
	script  bool // its script may do so
	looksUp bool // the script looks up the rights of a person
}

// gates returns those of a job.
func (f *Flow) gates(job *syntax.Job) []gateStep {
	f.mu.Lock()
	defer f.mu.Unlock()
	if out, seen := f.gateSteps[job]; seen {
		return out
	}
	var out []gateStep
	for s := range job.Flat() {
		if s.ContinueOnError != nil && s.ContinueOnError.Value != "false" {
			continue
		}
		if len(out) >= maxGates {
			break
		}
		script := fails(scriptText(s))
		gate := script
		if s.Uses != nil && !gate {
			_, gate = catalog.Gate(s.Uses.Value, inputs(s.With))
		}
		if gate {
			out = append(out, gateStep{s, script, script && lookup(s) == Script})
		}
	}
	if f.gateSteps == nil {
		f.gateSteps = map[*syntax.Job][]gateStep{}
	}
	f.gateSteps[job] = out
	return out
}

// ended reports that a step makes the job of an outsider fail, and the guards behind that: it stops them outright, or looks up
// who they are.
func (f *Flow) ended(o outsider, s gateStep) (bool, []Guard) {
	o.step = s.Step
	kind, span := o.gate(s)
	stops := f.stops(o.file, o.job, s.Step)
	if kind == NoGuard && !stops {
		return false, nil
	}
	runs, guards := o.judge(s.If)
	switch {
	case runs != expr.True:
		return false, nil
	case stops:
		return true, guards
	}
	return o.counts(kind), []Guard{{kind, o.file, span}}
}

// stops reports that a step, when it runs, always fails the job: a script that only prints and then exits with an error.
func (f *Flow) stops(file *syntax.File, job *syntax.Job, s *syntax.Step) bool {
	if s.Run == nil || s.If == nil || s.ContinueOnError != nil && s.ContinueOnError.Value != "false" || !strings.Contains(s.Run.Value, "exit") {
		return false
	}
	commands := f.Script(file, job, s).Commands
	for i, c := range commands {
		switch c.Name {
		case "echo", "printf":
		case "exit":
			return i == len(commands)-1 && exitsWithError(c)
		default:
			return false
		}
	}
	return false
}

// judgeGates finds what ends a job that runs with an error: a step that stops outsiders, or a call of a workflow that does.
func (f *Flow) judgeGates(end *outcome) {
	o := end.o
	if o.job.Uses != nil {
		if _, fails := catalog.Gate(o.job.Uses.Value, nil); !fails || !o.counts(Lookup) {
			return
		}
		end.ended = []Guard{{Lookup, o.file, o.job.Uses.Span}}
	} else {
		for _, s := range f.gates(o.job) {
			if ended, guards := f.ended(o, s); ended {
				end.last, end.ended = s.Step, guards
				break
			}
		}
		if end.last == nil {
			return
		}
	}
	if o.job.ContinueOnError == nil || o.job.ContinueOnError.Value == "false" {
		end.result, end.broken, end.guards = "failure", true, end.ended
	}
}
