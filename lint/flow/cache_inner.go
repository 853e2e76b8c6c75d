package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// InnerCache is a step of a composite action that works with the cache.
type InnerCache struct {
	catalog.Cache
	File  *syntax.File
	Step  *syntax.Step
	Known expr.Tri // whether it does, as the action is used
}

// maxInner bounds how many caches of one action are listed.
const maxInner = 20

// InnerCaches lists the steps that work with the cache in a composite action of the repository, as a step uses it.
func (f *Flow) InnerCaches(step *syntax.Step) []InnerCache {
	return f.innerCaches(nil, step, 0)
}

func (f *Flow) innerCaches(out []InnerCache, step *syntax.Step, depth int) []InnerCache {
	if step.Uses == nil || depth >= maxNested {
		return out
	}
	callee := f.repo.Callee(step.Uses.Value)
	if callee == nil || callee.Action == nil || callee.Action.Runs == nil || !f.mayCacheIn(callee) {
		return out
	}
	w := &needs{flow: f, file: callee, outer: &needs{}, call: step}
	for _, inner := range callee.Action.Runs.Steps {
		if len(out) >= maxInner {
			break
		}
		runs := w.runs(inner)
		if runs == expr.False || inner.Uses == nil {
			continue
		}
		if !MayCache(inner) {
			for _, deep := range f.innerCaches(nil, inner, depth+1) {
				deep.Known = and(deep.Known, runs)
				out = append(out, deep)
			}
			continue
		}
		c, caches := f.caches(callee, inner, passedOn(callee.Action, step, inner))
		if caches = and(caches, runs); caches != expr.False {
			out = append(out, InnerCache{c, callee, inner, caches})
		}
	}
	return out
}

// mayCacheIn reports a composite action with a step that may work with the cache, or one that uses such an action.
func (f *Flow) mayCacheIn(action *syntax.File) bool {
	f.mu.Lock()
	may, seen := f.caching[action]
	f.mu.Unlock()
	if seen {
		return may
	}
	may = f.cachesBelow(action, map[*syntax.File]bool{})
	f.mu.Lock()
	f.caching[action] = may
	f.mu.Unlock()
	return may
}

// cachesBelow is mayCacheIn for an action that is not known yet: it looks at each action once, as actions may use each other.
func (f *Flow) cachesBelow(action *syntax.File, seen map[*syntax.File]bool) bool {
	seen[action] = true
	return slices.ContainsFunc(action.Action.Runs.Steps, func(step *syntax.Step) bool {
		if step.Uses == nil || MayCache(step) {
			return step.Uses != nil
		}
		inner := f.repo.Callee(step.Uses.Value)
		return inner != nil && inner.Action != nil && inner.Action.Runs != nil && !seen[inner] && f.cachesBelow(inner, seen)
	})
}

// passedOn gives the catalogue the inputs of a step of a composite action, with what the action is called with filled in.
func passedOn(action *syntax.Action, call, inner *syntax.Step) catalog.With {
	own := inputs(inner.With)
	return func(name string) (string, bool, bool) {
		value, literal, present := own(name)
		s := inner.With.Get(name)
		if literal || s == nil || len(s.Fences) != 1 || s.Fences[0].Len() != len(strings.TrimSpace(s.Value)) {
			return value, literal, present
		}
		path, _ := expr.Path(s.Fences[0].X)
		input, ok := strings.CutPrefix(path, "inputs.")
		if !ok {
			return value, literal, present
		}
		given := call.With.Get(input)
		if given == nil {
			given = inputDefault(action, input)
		}
		if given == nil {
			return "", true, true
		}
		return given.Value, len(given.Fences) == 0, true
	}
}
