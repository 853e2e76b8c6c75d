package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

// given is where the script of a step that stands for an input comes from, and what it sees.
type given struct {
	by *syntax.Step // the step that hands it to an action; nil for a job that hands it to a workflow
	in catalog.ScriptInput
}

// Given returns the scripts that a step hands to an action, or a job (with a nil step) to a reusable workflow, in the inputs that
// these run: each as a step with the script in run:. Ask Held and Tracings about them as about any other step.
func (f *Flow) Given(job *syntax.Job, step *syntax.Step) []*syntax.Step {
	var uses *syntax.Field
	var like syntax.Step
	switch {
	case step != nil:
		uses, like = step.Uses, *step
	case job != nil && job.Uses != nil && job.With != nil:
		uses, like = job.Uses, syntax.Step{Span: syntax.Span{Start: job.ID.Start, End: job.With.End}, If: job.If, With: job.With}
	}
	if uses == nil || like.With == nil {
		return nil
	}
	inputs := catalog.ScriptInputs(uses.Value)
	if len(inputs) == 0 {
		return nil
	}
	key := givenKey{job, step}
	f.mu.Lock()
	defer f.mu.Unlock()
	if out, seen := f.givenSteps[key]; seen {
		return out
	}
	var out []*syntax.Step
	for _, in := range inputs {
		script := like.With.Get(in.Name)
		if script == nil || in.Shell == "" {
			continue
		}
		s := like
		s.Uses, s.Run = nil, &syntax.Field{Str: *script}
		s.Shell = &syntax.Field{Str: syntax.Str{Value: in.Shell}}
		if f.givens == nil {
			f.givens, f.givenSteps = map[*syntax.Step]given{}, map[givenKey][]*syntax.Step{}
		}
		f.givens[&s] = given{step, in}
		out = append(out, &s)
	}
	if f.givenSteps != nil {
		f.givenSteps[key] = out
	}
	return out
}

// givenKey is what hands scripts on.
type givenKey struct {
	job  *syntax.Job
	step *syntax.Step
}

// given tells of a step that Given made. Only such a step has both run: and with:, so that the others are told fast.
func (f *Flow) given(step *syntax.Step) (given, bool) {
	if step.Run == nil || step.With == nil {
		return given{}, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	g, ok := f.givens[step]
	return g, ok
}

// givenHeld returns what a script holds that runs elsewhere.
func (f *Flow) givenHeld(file *syntax.File, job *syntax.Job, step *syntax.Step, g given) Held {
	h := &holder{f: f, file: file, job: job}
	if g.by != nil {
		h = f.holder(file, job, g.by, f.left(file, job))
	}
	listed := step.With.Get(g.in.Listed)
	if !g.in.All {
		kept := map[string]HeldSecret{}
		for _, name := range names(listed) {
			if s, ok := h.held.vars[name]; ok && g.in.Prefix == "" {
				kept[name] = s
			}
			if g.in.Prefix != "" && hands(job, name) {
				kept[g.in.Prefix+variable(name)] = HeldSecret{Secret: Secret{Span: listed.Span, Name: strings.ToUpper(name)}, At: listed.Span}
			}
		}
		h.held.vars = kept
	}
	h.script(&step.Run.Str)
	h.held.list()
	return h.held
}

// names splits a list of names as actions read them: at blanks, commas and line ends.
func names(list *syntax.Str) []string {
	if list == nil || len(list.Fences) > 0 {
		return nil
	}
	return strings.FieldsFunc(list.Value, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' || r == '\r' })
}

// variable is the name of the variable for a secret.
func variable(name string) string { return strings.ToUpper(strings.ReplaceAll(name, "-", "_")) }

// hands reports that a job hands a secret to the workflow it calls.
func hands(job *syntax.Job, name string) bool {
	if job == nil || job.Secrets == nil {
		return false
	}
	return job.Secrets.Inherit || job.Secrets.Map != nil && job.Secrets.Map.Get(name) != nil
}
