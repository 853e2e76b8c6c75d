package rules

import (
	"slices"
	"strings"
	"sync"

	"github.com/rhysd/actionlint"

	"sekisho/lint/syntax"
)

// stepsInDoubt adds the steps in which actionlint may find something, and reports whether there are any.
func (s *alScope) stepsInDoubt(d *alDoubts, steps []*syntax.Step) bool {
	before := len(d.steps)
	for _, step := range steps {
		if step.ParallelKey.Len() > 0 {
			s.stepsInDoubt(d, step.Parallel)
			continue
		}
		if step.Run == nil && step.Uses == nil {
			continue // not handed over
		}
		if s.stepInDoubt(step) {
			d.steps = append(d.steps, step)
		}
		if step.ID != nil && len(s.ran) < mostRan {
			s.ran = append(s.ran, step)
		}
	}
	return len(d.steps) > before
}

func (s *alScope) stepInDoubt(step *syntax.Step) bool {
	return step.ID != nil && s.idInDoubt(step.ID.Value) ||
		step.Name != nil && s.valueInDoubt(&step.Name.Str, alStepName, inStep) ||
		s.conditionInDoubt(step.If, alStepIf) ||
		s.envInDoubt(step.Env, alStepEnv, inStep) ||
		s.notBool(step.ContinueOnError, alStepContinue) ||
		s.notNumber(step.TimeoutMinutes, alStepTimeout) ||
		step.Run != nil && s.runInDoubt(step) ||
		step.Run == nil && s.usesInDoubt(step)
}

func (s *alScope) idInDoubt(id string) bool {
	return !plainID(id) || len(s.ran) == mostRan ||
		slices.ContainsFunc(s.ran, func(other *syntax.Step) bool { return strings.EqualFold(id, other.ID.Value) })
}

func (s *alScope) runInDoubt(step *syntax.Step) bool {
	return mayCommand(step.Run.Value) || s.valueInDoubt(&step.Run.Str, alStepRun, inStep) ||
		s.shellInDoubt(step.Shell) || s.doubt(step.WorkingDirectory, alStepDirectory)
}

// mayCommand reports a script that may hold a deprecated command.
func mayCommand(script string) bool {
	return strings.Contains(script, "::") &&
		(strings.Contains(script, "::set-") || strings.Contains(script, "::save-state") || strings.Contains(script, "::add-path"))
}

func (s *alScope) usesInDoubt(step *syntax.Step) bool {
	return len(step.Uses.Fences) > 0 || s.valuesInDoubt(step.With, alStepWith, inStep) || actionInDoubt(step.Uses.Value, step.With)
}

// shellInDoubt reports a shell that the runner may not have.
func (s *alScope) shellInDoubt(f *syntax.Field) bool {
	if f == nil {
		return false
	}
	switch f.Value {
	case "bash", "pwsh", "python":
		return false
	case "sh":
		return s.runsOn("windows")
	case "cmd", "powershell":
		return s.runsOn("ubuntu", "macos", "linux")
	}
	return len(f.Fences) > 0 || !strings.Contains(f.Value, "{0}")
}

// runsOn reports a job with a label that may say that its runner has one of these operating systems.
func (s *alScope) runsOn(systems ...string) bool {
	return s.job != nil && s.job.RunsOn != nil && slices.ContainsFunc(s.job.RunsOn.Labels, func(l *syntax.Str) bool {
		return slices.ContainsFunc(systems, func(system string) bool { return begins(l.Value, system) })
	})
}

// actionInDoubt reports the call of an action that may be misspelt, or one with inputs that the action may not take.
func actionInDoubt(uses string, with *syntax.Map) bool {
	if strings.HasPrefix(uses, "./") || strings.HasPrefix(uses, "$/") {
		return false
	}
	path, ref, _ := strings.Cut(uses, "@")
	owner, rest, _ := strings.Cut(path, "/")
	repository, _, _ := strings.Cut(rest, "/")
	if owner == "" || repository == "" || ref == "" || owner == "docker:" {
		return true
	}
	const commit = 40
	if len(ref) == commit {
		return false // actionlint knows no action by its commit
	}
	a, known := alActions()[uses]
	if !known {
		return false
	}
	if a.of == nil {
		return true
	}
	missing := a.required
	if with != nil {
		for i := range with.Entries {
			in, ok := a.of.Inputs[strings.ToLower(with.Entries[i].Name.Value)]
			switch {
			case !ok, in.Deprecated && !in.Required:
				return true
			case in.Required:
				missing--
			}
		}
	}
	return missing > 0
}

// alAction is an action that actionlint knows by its inputs; of an outdated one nothing.
type alAction struct {
	of       *actionlint.ActionMetadata
	required int
}

var alActions = sync.OnceValue(func() map[string]alAction {
	actions := make(map[string]alAction, len(actionlint.PopularActions)+len(actionlint.OutdatedPopularActionSpecs))
	for name := range actionlint.OutdatedPopularActionSpecs {
		actions[name] = alAction{}
	}
	for name, of := range actionlint.PopularActions {
		a := alAction{of: of}
		for _, in := range of.Inputs {
			if in.Required {
				a.required++
			}
		}
		if of.SkipInputs {
			delete(actions, name)
			continue
		}
		actions[name] = a
	}
	return actions
})
