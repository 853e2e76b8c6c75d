package flow

import (
	"slices"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// Starts lists the events that may start a job, by name, each once and in the order of the file; those of its callers for a
// reusable workflow. The answer is shared and not to be changed.
func (f *Flow) Starts(file *syntax.File, job *syntax.Job) []string {
	f.mu.Lock()
	all, seen := f.starts[file]
	f.mu.Unlock()
	if !seen {
		all = f.startsOf(file)
		f.mu.Lock()
		f.starts[file] = all
		f.mu.Unlock()
	}
	return all[job]
}

// startsOf answers for all jobs of a workflow, which may need each other.
func (f *Flow) startsOf(file *syntax.File) map[*syntax.Job][]string {
	all := map[*syntax.Job][]string{}
	if file.Workflow == nil {
		return all
	}
	d := f.Deploying(file)
	open := map[string]int{} // jobs that no trigger of a name is known to start so far
	for _, t := range f.Triggers(file) {
		left, seen := open[t.Name]
		if seen && left == 0 {
			continue // callers of callers bring the same event many times
		}
		o := occasion{deploying: d, trigger: t, memo: map[*syntax.Job]expr.Tri{}, where: file}
		left = 0
		for _, job := range file.Workflow.Jobs {
			switch {
			case slices.Contains(all[job], t.Name):
			case o.at(file, job).runs() != expr.False:
				all[job] = append(all[job], t.Name)
			default:
				left++
			}
		}
		open[t.Name] = left
	}
	return all
}
