package flow

import (
	"slices"
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Shell returns what the runner starts a step's script with: the step's shell:, else the job's or the workflow's default, and
// the scalar that says so. It is "" and nil when nothing does.
func Shell(file *syntax.File, job *syntax.Job, step *syntax.Step) (string, *syntax.Field) {
	if step.Shell != nil {
		return step.Shell.Value, step.Shell
	}
	if job != nil && job.Defaults != nil && job.Defaults.Shell != nil {
		return job.Defaults.Shell.Value, job.Defaults.Shell
	}
	if file.Workflow != nil && file.Workflow.Defaults != nil && file.Workflow.Defaults.Shell != nil {
		return file.Workflow.Defaults.Shell.Value, file.Workflow.Defaults.Shell
	}
	return "", nil
}

// Windows reports that a job certainly runs on Windows.
func Windows(job *syntax.Job) bool {
	if job == nil || job.RunsOn == nil {
		return false
	}
	for _, l := range job.RunsOn.Labels {
		if strings.HasPrefix(strings.ToLower(l.Value), "windows") {
			return true
		}
	}
	return false
}

// MaybeWindows reports a job that runs on Windows, in some of its variants, or of which that cannot be told.
func MaybeWindows(file *syntax.File, job *syntax.Job) bool {
	if Windows(job) || job == nil || job.RunsOn == nil {
		return true
	}
	for _, l := range job.RunsOn.Labels {
		for i := range l.Fences {
			values := Possible(file, job, nil, l.Fences[i].X)
			if len(values) == 0 || slices.ContainsFunc(values, func(v expr.Value) bool { return strings.HasPrefix(strings.ToLower(v.Text()), "windows") }) {
				return true
			}
		}
	}
	return false
}

// Script returns the facts of a step's run: value; spans in it are offsets into the value. It is nil for a step without one.
func (f *Flow) Script(file *syntax.File, job *syntax.Job, step *syntax.Step) *shell.Script {
	if step.Run == nil {
		return nil
	}
	f.mu.Lock()
	s, seen := f.scripts[step]
	f.mu.Unlock()
	if seen {
		return s
	}
	name, _ := Shell(file, job, step)
	holes := make([]shell.Hole, len(step.Run.Fences))
	for i, fence := range step.Run.Fences {
		holes[i] = shell.Hole{Span: shell.Span{Start: fence.Start, End: fence.End}}
	}
	s = shell.Parse(step.Run.Value, shell.DialectOf(name, Windows(job)), holes)
	f.mu.Lock()
	f.scripts[step] = s
	f.mu.Unlock()
	return s
}

// words returns the words of a command as the catalogue reads them.
func words(c *shell.Command) []string {
	return appendWords(make([]string, 0, 16), c) // inlined, so that the array mostly stays with who asks
}

func appendWords(out []string, c *shell.Command) []string {
	for i := range c.Words {
		out = append(out, c.Words[i].Text)
	}
	return out
}
