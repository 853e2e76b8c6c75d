package rules

import (
	"fmt"
	"strings"
	"sync"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// maxLevels is how many workflows, or composite actions, may be nested: the first and nine that are called.
const maxLevels = 10

// maxCallsFollowed bounds the calls that are followed from one file.
const maxCallsFollowed = 100_000

// circles reports the calls of a file that lead back to it, and those that lead too deep.
func (c *localCalls) circles() {
	topmost := sync.OnceValue(c.topmost)
	for _, call := range c.calls(c.File) {
		if path := c.wayBack(call.callee, map[*syntax.File]bool{}, nil); path != nil {
			c.add(lint.Finding{
				Span:    call.Span,
				Message: fmt.Sprintf("the call leads back to this file, which GitHub does not allow: %s; break the circle", ring(c.File, path)),
			})
			continue
		}
		if n := c.levels(call.callee, map[*syntax.File]int{}); n+1 > maxLevels && topmost() {
			c.add(lint.Finding{Span: call.Span, Message: fmt.Sprintf("the calls from here are nested %d levels deep, and GitHub allows %d; call some of them directly", n+1, maxLevels)})
		}
	}
}

// localCall is a call of a file of the repository.
type localCall struct {
	*syntax.Field // the uses:
	callee        *syntax.File
}

// calls returns what a file calls that can call on: reusable workflows from a workflow, composite actions from such an action.
func (c *localCalls) calls(file *syntax.File) []localCall {
	out, seen := c.graph[file]
	if !seen {
		out = c.find(file)
		if c.graph == nil {
			c.graph = map[*syntax.File][]localCall{}
		}
		c.graph[file] = out
	}
	return out
}

func (c *localCalls) find(file *syntax.File) []localCall {
	var out []localCall
	add := func(uses *syntax.Field) {
		if uses == nil {
			return
		}
		if to := c.Repo.Callee(uses.Value); to != nil && (to.Workflow != nil) == (file.Workflow != nil) {
			out = append(out, localCall{uses, to})
		}
	}
	if file.Workflow != nil {
		for _, job := range file.Workflow.Jobs {
			add(job.Uses)
		}
		return out
	}
	for _, step := range file.Steps() {
		add(step.Uses)
	}
	return out
}

// wayBack returns the files from one to the file that is checked, or nil when no calls lead there.
func (c *localCalls) wayBack(from *syntax.File, seen map[*syntax.File]bool, path []*syntax.File) []*syntax.File {
	path = append(path, from)
	if from == c.File {
		return path
	}
	if seen[from] || c.followed > maxCallsFollowed {
		return nil
	}
	seen[from] = true
	for _, call := range c.calls(from) {
		c.followed++
		if found := c.wayBack(call.callee, seen, path); found != nil {
			return found
		}
	}
	return nil
}

// levels returns how many files the longest chain of calls from a file goes through, that file included.
func (c *localCalls) levels(from *syntax.File, known map[*syntax.File]int) int {
	if n, ok := known[from]; ok || c.followed > maxCallsFollowed {
		return n
	}
	known[from] = 1 // while it is on the way
	most := 1
	for _, call := range c.calls(from) {
		c.followed++
		most = max(most, 1+c.levels(call.callee, known))
	}
	known[from] = most
	return most
}

// topmost reports a file that nothing of its kind calls: what is nested too deep is reported once, where it starts.
func (c *localCalls) topmost() bool {
	for _, f := range c.Repo.Files {
		if (f.Workflow != nil) != (c.File.Workflow != nil) {
			continue
		}
		for _, call := range c.calls(f) {
			if call.callee == c.File {
				return false
			}
		}
	}
	return true
}

func ring(start *syntax.File, path []*syntax.File) string {
	names := []string{start.Path}
	const most = 6
	for i, f := range path {
		if i == most {
			return strings.Join(names, " → ") + " → … → " + start.Path
		}
		names = append(names, f.Path)
	}
	return strings.Join(names, " → ")
}
