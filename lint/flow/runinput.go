package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// RunsInput tells whether a called workflow runs what an input holds as code. It is not sure of a workflow that is not here and not
// known, where the name has to tell.
func (f *Flow) RunsInput(uses, name string) (runs, sure bool) {
	return f.runsInput(uses, name, map[[2]string]bool{})
}

// runsInput looks at each input of each workflow once, however many calls lead there.
func (f *Flow) runsInput(uses, name string, seen map[[2]string]bool) (runs, sure bool) {
	key := [2]string{uses, strings.ToLower(name)}
	if seen[key] {
		return false, true
	}
	seen[key] = true
	for _, in := range catalog.ScriptInputs(uses) {
		if strings.EqualFold(in.Name, name) {
			return true, true
		}
	}
	callee := f.repo.Callee(uses)
	switch {
	case len(seen) > maxTriggers || callee == nil && strings.HasPrefix(uses, "."):
		return false, false
	case callee == nil:
		return namesScript(name), false
	case callee.Workflow == nil:
		return false, true
	}
	for _, job := range callee.Workflow.Jobs {
		if job.Uses != nil && job.With != nil {
			for i := range job.With.Entries {
				if e := &job.With.Entries[i]; e.Value != nil && handsLine(e.Value, name) {
					if runs, sure := f.runsInput(job.Uses.Value, e.Name.Value, seen); runs {
						return true, sure
					}
				}
			}
		}
		for step := range job.Flat() {
			if stepRunsLine(step, name) {
				return true, true
			}
		}
	}
	return false, true
}

// stepRunsLine reports a step whose code has an input as a line of its own.
func stepRunsLine(step *syntax.Step, name string) bool {
	if step.Run != nil {
		return handsLine(&step.Run.Str, name)
	}
	if step.Uses == nil {
		return false
	}
	for _, in := range catalog.ScriptInputs(step.Uses.Value) {
		if s := step.With.Get(in.Name); s != nil && handsLine(s, name) {
			return true
		}
	}
	return false
}

// handsLine reports a value with a line that is an input and nothing else.
func handsLine(s *syntax.Str, name string) bool {
	for i := range s.Fences {
		if path, ok := expr.Path(s.Fences[i].X); ok && strings.EqualFold(path, "inputs."+name) && OwnLine(s, i) {
			return true
		}
	}
	return false
}

// OwnLine reports an expression that shares its line with nothing.
func OwnLine(s *syntax.Str, fence int) bool {
	before, after := s.Value[:s.Fences[fence].Start], s.Value[s.Fences[fence].End:]
	before = before[strings.LastIndexByte(before, '\n')+1:]
	after, _, _ = strings.Cut(after, "\n")
	return strings.TrimSpace(before) == "" && strings.TrimSpace(after) == ""
}

// namesScript reports a name of an input that says that it is code: script, test-command, pre_script.
func namesScript(name string) bool {
	name = strings.ToLower(name)
	if i := strings.LastIndexAny(name, "-_"); i >= 0 {
		name = name[i+1:]
	}
	switch name {
	case "script", "run", "command", "commands", "cmd":
		return true
	}
	return false
}

// OnlyCalled reports an input that nothing but calls of a workflow fill.
func OnlyCalled(file *syntax.File, name string) bool {
	if file.Workflow == nil || file.Workflow.On == nil {
		return false
	}
	called := false
	for _, e := range file.Workflow.On.Events {
		for _, in := range e.Inputs {
			if strings.EqualFold(in.Name.Value, name) {
				if e.Name.Value != "workflow_call" {
					return false
				}
				called = true
			}
		}
	}
	return called
}
