package repo

import (
	"strings"
	"sync"

	"sekisho/lint/syntax"
)

// LockPath is the lock file that GitHub reads beside the workflows.
const LockPath = WorkflowDir + "/actions.lock"

// lock holds which uses: of which workflows are locked to a commit.
type lock struct {
	once      sync.Once
	workflows map[string]bool // path + "\x00" + owner/repo@ref, lower-cased but for the ref
}

// Locked reports that the lock file pins this uses: value of a workflow to a commit. Sub-paths of an action share the entry of
// its repository.
func (r *Repo) Locked(workflow, uses string) bool {
	r.lock.once.Do(func() { r.lock.workflows = r.readLock() })
	if len(r.lock.workflows) == 0 {
		return false
	}
	return r.lock.workflows[workflow+"\x00"+lockKey(uses)]
}

func lockKey(uses string) string {
	name, ref, _ := strings.Cut(uses, "@")
	parts := strings.SplitN(name, "/", 3)
	if len(parts) < 2 {
		return uses
	}
	return strings.ToLower(parts[0]+"/"+parts[1]) + "@" + ref
}

func (r *Repo) readLock() map[string]bool {
	src := r.Script(LockPath)
	if src == nil {
		return nil
	}
	root, _, errs := syntax.ParseYAML(src)
	if root == nil || len(errs) > 0 {
		return nil
	}
	commits := map[string]bool{}
	if deps, ok := root.Get("dependencies"); ok {
		for _, p := range deps.Value.Resolve().Pairs {
			if commit, ok := p.Value.Get("commit"); ok && isCommit(commit.Value.Value) {
				commits[lockKey(p.Key.Value)] = true
			}
		}
	}
	locked := map[string]bool{}
	if workflows, ok := root.Get("workflows"); ok {
		for _, p := range workflows.Value.Resolve().Pairs {
			for _, item := range p.Value.Resolve().Items {
				if key := lockKey(item.Value); commits[key] {
					locked[p.Key.Value+"\x00"+key] = true
				}
			}
		}
	}
	return locked
}

// isCommit reports a digest as the lock writes it: sha1-… or sha256-… and hexadecimal digits.
func isCommit(s string) bool {
	algorithm, digits, ok := strings.Cut(s, "-")
	return ok && (algorithm == "sha1" && len(digits) == 40 || algorithm == "sha256" && len(digits) == 64) && IsHex(digits)
}

// IsHex reports that s consists of hexadecimal digits.
func IsHex(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}
