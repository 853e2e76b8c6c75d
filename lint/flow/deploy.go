package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Deployment is one reason to say that a job deploys or publishes.
type Deployment struct {
	syntax.Span // the uses: value, or the command in a script
	Step        *syntax.Step
	What        string // the action or the command, for messages
	Kind        catalog.Kind
	Strength    catalog.Strength
}

// Deployments lists what in a job deploys or publishes, in source order. Previews and dry runs are not among it, nor what
// works on a cluster or registry that the job made for itself.
func (f *Flow) Deployments(file *syntax.File, job *syntax.Job) []Deployment {
	var out []Deployment
	local := false
	for step := range job.Flat() {
		switch {
		case step.Uses != nil:
			local = local || catalog.LocalClusterAction(step.Uses.Value)
			if d, ok := catalog.Deploy(step.Uses.Value, inputs(step)); ok {
				out = append(out, Deployment{step.Uses.Span, step, actionName(step.Uses.Value), d.Kind, d.Strength})
			}
		case step.Run != nil:
			if catalog.MayDeploy(step.Run.Value) {
				out = append(out, f.deployCommands(file, job, step, &local)...)
			}
		}
	}
	return out
}

func (f *Flow) deployCommands(file *syntax.File, job *syntax.Job, step *syntax.Step, local *bool) []Deployment {
	script := f.Script(file, job, step)
	var out []Deployment
	for _, c := range script.Commands {
		if len(c.Words) == 0 || printsOnly(c) {
			continue
		}
		ws := words(c)
		*local = *local || catalog.LocalCluster(ws)
		d, ok := catalog.DeployCommand(ws)
		if !ok || d.Cluster && *local {
			continue
		}
		span := file.ValueSpan(&step.Run.Str, syntax.Span{Start: c.Words[0].Start, End: c.Words[len(c.Words)-1].End})
		out = append(out, Deployment{span, step, d.Command, d.Kind, d.Strength})
	}
	return out
}

// printsOnly reports a command whose words are text, not something done.
func printsOnly(c *shell.Command) bool { return c.Name == "echo" || c.Name == "printf" }

// inputs gives the catalogue the inputs of a step.
func inputs(step *syntax.Step) catalog.With {
	return func(name string) (string, bool, bool) {
		s := step.With.Get(name)
		if s == nil {
			return "", false, false
		}
		return s.Value, len(s.Fences) == 0, true
	}
}

// actionName returns uses without its ref.
func actionName(uses string) string {
	name, _, _ := strings.Cut(uses, "@")
	return name
}
