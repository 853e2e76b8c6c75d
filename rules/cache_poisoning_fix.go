package rules

import (
	"strings"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// fixes turns the caches off, where inputs of the actions can do so for all of them.
func (r *cacheReader) fixes(all []restoring) []lint.Fix {
	fix := lint.Fix{Title: "restore no cache in this job", Safety: lint.Unsafe}
	for _, one := range all {
		if one.off {
			continue
		}
		edits, ok := turnOff(r.File, one)
		if !ok {
			return nil
		}
		fix.Edits = append(fix.Edits, edits...)
	}
	if len(fix.Edits) == 0 {
		return nil
	}
	return []lint.Fix{fix}
}

// turnOff sets the input that turns a cache off, or takes the one out that turns it on.
func turnOff(file *syntax.File, one restoring) ([]syntax.Edit, bool) {
	with := one.step.With
	switch {
	case one.cache.Input == "":
		return nil, false
	case one.cache.Off != "":
		return setInput(file, one.step, one.cache.Input, one.cache.Off)
	case len(with.Entries) == 1:
		return file.RemovePair(one.step.Node, "with")
	}
	for i := range with.Entries {
		if strings.EqualFold(with.Entries[i].Name.Value, one.cache.Input) {
			return file.RemovePair(with.Node, with.Entries[i].Name.Value)
		}
	}
	return nil, false
}

// setInput gives an input of a step a value.
func setInput(file *syntax.File, step *syntax.Step, name, value string) ([]syntax.Edit, bool) {
	if s := step.With.Get(name); s != nil {
		return file.ReplaceScalar(s, value), true
	}
	if step.With != nil {
		return file.InsertKey(step.With.Node, "", name, []string{value})
	}
	return file.InsertKey(step.Node, "uses", "with", []string{name + ": " + value})
}
