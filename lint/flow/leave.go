package flow

import "sekisho/lint/syntax"

// Left is a secret that the script of a step leaves for the steps behind it.
type Left struct {
	Step     *syntax.Step
	Variable string // that GITHUB_ENV sets; "" for an output
	Output   string // id.outputs.name, lower-cased; "" for a variable
	Secret   HeldSecret
}

// LeftByScripts lists what the scripts of a job, or with a nil job of a composite action, leave by GITHUB_ENV and GITHUB_OUTPUT, in
// the order of the steps.
func (f *Flow) LeftByScripts(file *syntax.File, job *syntax.Job) []Left {
	var out []Left
	var since int // the first that belongs to the next mark
	all := f.left(file, job)
	for i := range all {
		by := all[i].by
		if by == nil {
			continue
		}
		if by.Run != nil {
			for _, l := range all[since:i] {
				out = append(out, Left{by, l.name, l.output, l.secret})
			}
		}
		since = i + 1
	}
	return out
}
