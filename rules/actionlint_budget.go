package rules

import "sekisho/lint/syntax"

// maxActionlintWork bounds the expressions of a file, in pieces of 16 bytes, times the names that they may read: an error about a
// name lists all that there are.
const maxActionlintWork = 10_000_000

// crowded reports a file whose expressions would take too long.
func (t *alTree) crowded() bool {
	if t.work == 0 {
		const contexts = 64 // names that are always there
		names := contexts
		for _, step := range t.file.Steps() {
			if step.ID != nil {
				names++
			}
		}
		if w := t.file.Workflow; w != nil {
			names += len(w.Jobs)
			for _, j := range w.Jobs {
				if j.Outputs != nil {
					names += len(j.Outputs.Entries)
				}
			}
			if w.On != nil {
				for _, e := range w.On.Events {
					names += len(e.Inputs) + len(e.Secrets)
				}
			}
		} else if t.file.Action != nil {
			names += len(t.file.Action.Inputs)
		}
		pieces := 1 + 2*len(t.file.Text) // at most
		if pieces*names > maxActionlintWork {
			pieces = 1
			for _, f := range t.file.Exprs() {
				pieces += 1 + f.Len()/16
			}
		}
		t.work = pieces * names
	}
	return t.work > maxActionlintWork
}

// stepsKey is the key of what holds the steps.
func (t *alTree) stepsKey() syntax.Span {
	if w := t.file.Workflow; w != nil {
		return w.JobsKey
	}
	return t.file.Action.Runs.Key
}
