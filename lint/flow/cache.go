package flow

import (
	"encoding/json"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// MayCache answers false, and fast, when a step is certainly none that works with the cache.
func MayCache(step *syntax.Step) bool { return step.Uses != nil && catalog.KnowsCache(step.Uses.Value) }

// caches tells how a step works with the cache that the jobs of a repository share.
func (f *Flow) caches(file *syntax.File, step *syntax.Step, with catalog.With) (catalog.Cache, expr.Tri) {
	if !MayCache(step) {
		return catalog.Cache{}, expr.False
	}
	version, _ := Version(file, step.Uses)
	return catalog.CachesAt(step.Uses.Value, version, func(name string) (string, bool, bool) {
		if name == catalog.NPMInput {
			return map[bool]string{true: "true", false: "false"}[f.namesNPM()], true, true
		}
		return with(name)
	})
}

// Caches tells how a step works with the cache, whatever starts it.
func (f *Flow) Caches(file *syntax.File, step *syntax.Step) (catalog.Cache, expr.Tri) {
	return f.caches(file, step, inputs(step.With))
}

// namesNPM reports a package.json that names npm as its package manager. Where there is none to read, it may.
func (f *Flow) namesNPM() bool {
	src := f.repo.Script("package.json")
	if src == nil {
		return false
	}
	var manifest struct {
		PackageManager string `json:"packageManager"`
	}
	return json.Unmarshal([]byte(src.Text), &manifest) == nil && strings.HasPrefix(manifest.PackageManager, "npm")
}

// OwnEntry reports a step with actions/cache that restores only what this very run or commit saved: its key names the run or the
// commit, and no other key is tried.
func OwnEntry(step *syntax.Step) bool {
	key := step.With.Get("key")
	if key == nil || step.With.Get("restore-keys") != nil {
		return false
	}
	for i := range key.Fences {
		own := false
		expr.Walk(key.Fences[i].X, func(n expr.Node) bool {
			path, ok := expr.Path(n)
			own = own || ok && (path == "github.sha" || path == "github.run_id")
			return !ok
		})
		if own {
			return true
		}
	}
	return false
}

// CacheMode is what the cache of the default branch lets a job do.
type CacheMode struct {
	Declared *syntax.Field // the cache-mode that decides; nil where GitHub's default does
	File     *syntax.File  // in which it stands
	Reads    expr.Tri
	Writes   expr.Tri
}

// CacheModeUnder returns what the cache lets a job do under an exposure. A called workflow gets no more than its callers have. By
// default, events that people without rights cause may only read since June 2026, as far as they run on the default branch; a
// server of one's own may be older.
func (f *Flow) CacheModeUnder(e Exposure) CacheMode {
	mode := declaredMode(e.File, e.Job)
	for _, c := range e.Trigger.Via {
		outer := declaredMode(c.File, c.Job)
		if outer.Declared != nil {
			mode.Reads, mode.Writes = and(mode.Reads, outer.Reads), and(mode.Writes, outer.Writes)
			if mode.Declared == nil || mode.Writes == expr.False {
				mode.Declared, mode.File = outer.Declared, outer.File
			}
		}
	}
	if mode.Declared == nil {
		if info, ok := catalog.Event(e.Trigger.Name); ok && info.Class == catalog.Privileged {
			mode.Writes = expr.Unknown
		}
	}
	return mode
}

// declaredMode is the cache-mode of a job, else that of its workflow; without one it has no bound.
func declaredMode(file *syntax.File, job *syntax.Job) CacheMode {
	m := CacheMode{File: file, Reads: expr.True, Writes: expr.True}
	if m.Declared = job.CacheMode; m.Declared == nil && file.Workflow != nil {
		m.Declared = file.Workflow.CacheMode
	}
	if m.Declared != nil {
		switch strings.ToLower(m.Declared.Value) {
		case "read":
			m.Writes = expr.False
		case "write-only":
			m.Reads = expr.False
		case "none":
			m.Reads, m.Writes = expr.False, expr.False
		}
	}
	return m
}

// SharesCache reports a trigger under which jobs work with the cache of the default branch, which all others can read.
func SharesCache(t Trigger) bool {
	switch t.Name {
	case "workflow_dispatch", "repository_dispatch":
		return true
	case "pull_request_target":
		return t.Event == nil || mayNameDefault(t.Event)
	}
	info, ok := catalog.Event(t.Name)
	return ok && info.DefaultBranch && !info.Fork
}

// mayNameDefault reports filters that may let the default branch through.
func mayNameDefault(e *syntax.Event) bool {
	if e.Branches == nil {
		return true
	}
	return slices.ContainsFunc(e.Branches.Values, func(b *syntax.Str) bool {
		switch b.Value {
		case "main", "master", "develop", "trunk", "dev", "default", "next", "development", "canary":
			return true
		}
		return strings.ContainsAny(b.Value, "*?[$")
	})
}

// CachedPaths returns what a step with actions/cache, or one that has the same inputs, saves; nil where it names no path.
func (f *Flow) CachedPaths(file *syntax.File, job *syntax.Job, step *syntax.Step) *Upload {
	s := step.With.Get("path")
	if s == nil || step.Uses == nil {
		return nil
	}
	u := f.patterns(file, job, step, s)
	u.hidden, u.cache = true, true
	return &u
}
