package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// Survey is what one walk over the steps of a file tells of all of them, so that a rule that finds nothing of what it needs there is
// done. It is not safe for concurrent use.
type Survey struct {
	// Steps are those of the file in its order, behind each the scripts that it hands to an action, and at the end those that jobs hand to
	// reusable workflows: see Given.
	Steps []Surveyed
	Clues catalog.Clue // of all scripts together
	Runs  bool         // a script may run a script file of the repository
	Local bool         // a step or a job calls a path of the repository

	flow  *Flow
	file  *syntax.File
	built []BuiltBy // once it was asked for; see builds
	moved []Moving  // once it was asked for; see moves

	builds, moves bool
	secrets       expr.Tri // see NamesSecrets
}

// Surveyed is a step, and what a look at its script tells.
type Surveyed struct {
	*syntax.Step
	Job   *syntax.Job  // nil in a composite action
	Clues catalog.Clue // none where it has no script
	Runs  bool         // the script may run a script file of the repository
	Given bool         // it stands for a script that is handed on
}

// May tells whether the step, or a script file that it runs, may have one of the clues.
func (s *Surveyed) May(clue catalog.Clue) bool { return s.Runs || s.Clues.Has(clue) }

// Survey walks over the steps of a file.
func (f *Flow) Survey(file *syntax.File) *Survey {
	s := &Survey{flow: f, file: file}
	for job, step := range file.Steps() {
		s.add(job, step, false)
		for _, given := range f.Given(job, step) {
			s.add(job, given, true)
		}
	}
	if file.Workflow == nil {
		return s
	}
	for _, job := range file.Workflow.Jobs {
		s.Local = s.Local || job.Uses != nil && isLocal(job.Uses.Value)
		for _, given := range f.Given(job, nil) {
			s.add(job, given, true)
		}
	}
	return s
}

func (s *Survey) add(job *syntax.Job, step *syntax.Step, given bool) {
	one := Surveyed{Step: step, Job: job, Given: given}
	if step.Run != nil {
		look := s.flow.look(step)
		one.Clues, one.Runs = look.clues, look.names
		s.Clues |= one.Clues
		s.Runs = s.Runs || one.Runs
	}
	s.Local = s.Local || step.Uses != nil && isLocal(step.Uses.Value)
	s.Steps = append(s.Steps, one)
}

func isLocal(uses string) bool { return strings.HasPrefix(uses, "./") || strings.HasPrefix(uses, "$/") }

// May tells whether a script of the file, or a script file that one runs, may have one of the clues.
func (s *Survey) May(clue catalog.Clue) bool { return s.Runs || s.Clues.Has(clue) }

// NamesSecrets answers false when no expression of the file reads the secrets context.
func (s *Survey) NamesSecrets() bool {
	if s.secrets == expr.Unknown {
		s.secrets = expr.False
		for _, fence := range s.file.Exprs() {
			if namesSecrets(fence.X) {
				s.secrets = expr.True
				break
			}
		}
	}
	return s.secrets == expr.True
}

// namesSecrets tells whether the secrets context stands in an expression.
func namesSecrets(n expr.Node) bool {
	found := false
	expr.Walk(n, func(n expr.Node) bool {
		name, ok := n.(*expr.Name)
		found = found || ok && strings.EqualFold(name.Name, "secrets")
		return !found
	})
	return found
}

// BuiltBy is a Dockerfile and the step that builds it.
type BuiltBy struct {
	Built
	Job  *syntax.Job // nil in a composite action
	Step *syntax.Step
}

// Built lists the Dockerfiles of the repository that the steps build.
func (s *Survey) Built() []BuiltBy {
	if !s.builds {
		s.builds = true
		for i := range s.Steps {
			step := &s.Steps[i]
			for _, b := range s.flow.Built(s.file, step.Job, step.Step) {
				s.built = append(s.built, BuiltBy{b, step.Job, step.Step})
			}
		}
	}
	return s.built
}

// Moving is a script in which a secret moves, and the step that runs it.
type Moving struct {
	*SecretFlow
	Job  *syntax.Job // nil in a composite action
	Step *syntax.Step
}

// SecretFlows lists the scripts of all steps in which a secret moves.
func (s *Survey) SecretFlows() []Moving {
	if !s.moves {
		s.moves = true
		for i := range s.Steps {
			step := &s.Steps[i]
			for _, moved := range s.flow.SecretFlows(s.file, step.Job, step.Step) {
				s.moved = append(s.moved, Moving{moved, step.Job, step.Step})
			}
		}
	}
	return s.moved
}
