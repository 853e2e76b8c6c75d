package rules

import (
	"maps"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// loss is a write scope that a block loses, all of it or all but reading.
type loss struct {
	syntax.Scope
	read bool
}

// dropFix removes scopes from a block, or lowers those that the jobs read with.
func (c *excess) dropFix(block *syntax.Permissions, jobs []*syntax.Job, list []loss) []lint.Fix {
	edits, ok := c.remove(block, list)
	if !ok || c.sharedBlock(block, jobs) {
		return nil
	}
	fix := lint.Fix{Safety: lint.Safe, Edits: edits}
	var removed, lowered []string
	for _, l := range list {
		for _, job := range jobs {
			fix.Safety = max(fix.Safety, safety(c.uses(job, l.Scope)))
		}
		if l.read {
			lowered = append(lowered, l.Name.Value)
		} else {
			removed = append(removed, l.Name.Value+": "+l.Value.Value)
		}
	}
	switch {
	case len(lowered) == 0:
		fix.Title = "remove " + strings.Join(removed, ", ")
	case len(removed) == 0:
		fix.Title = "lower " + strings.Join(lowered, ", ") + " to read"
	default:
		fix.Title = "remove " + strings.Join(removed, ", ") + "; lower " + strings.Join(lowered, ", ") + " to read"
	}
	return []lint.Fix{fix}
}

// sharedBlock reports the block of a job that other jobs have by an alias.
func (c *excess) sharedBlock(block *syntax.Permissions, jobs []*syntax.Job) bool {
	return block != c.File.Workflow.Permissions && len(jobs) != 1
}

// anyReads reports that one of the jobs reads, or may read, what a scope gives access to.
func (c *excess) anyReads(jobs []*syntax.Job, s syntax.Scope) bool {
	return slices.ContainsFunc(jobs, func(job *syntax.Job) bool {
		return slices.ContainsFunc(c.Flow.Needs(c.File, job).Uses, func(u flow.TokenUse) bool {
			return u.Confidence >= flow.Likely && u.Scope == s.Name.Value
		})
	})
}

// safety is that of taking something from a job that may use it.
func safety(uses flow.Confidence) lint.Safety {
	if uses == flow.Unused {
		return lint.Safe
	}
	return lint.Unsafe
}

// moveFix takes scopes from the block of the workflow and gives the jobs that use them a block of their own, with all else that
// they use of what they had.
func (c *excess) moveFix(block *syntax.Permissions, moved []excessScope) []lint.Fix {
	fix := lint.Fix{Safety: lint.Safe}
	var gone []loss
	var names, kept []string
	for _, e := range moved {
		gone = append(gone, loss{e.Scope, e.read})
		names = append(names, e.Name.Value+": write")
		if e.read {
			kept = append(kept, e.Name.Value+": read")
		}
		for _, job := range e.users {
			if c.uses(job, e.Scope) < flow.Certain {
				fix.Safety = lint.Unsafe
			}
		}
		for _, job := range e.spare {
			fix.Safety = max(fix.Safety, safety(c.uses(job, e.Scope)))
		}
	}
	edits, users, ok := c.ownBlocks(block, moved)
	if !ok {
		return nil
	}
	var idle []string
	all := slices.Clone(gone)
	for _, s := range c.leftOver(block, gone, users) {
		all = append(all, loss{Scope: s})
		idle = append(idle, s.Name.Value+": "+s.Value.Value)
	}
	more, ok := c.remove(block, all)
	if !ok && len(idle) > 0 { // a comment may stand in the way of these only
		idle = nil
		more, ok = c.remove(block, gone)
	}
	if !ok {
		return nil
	}
	fix.Title, fix.Edits = "remove "+strings.Join(names, ", "), append(edits, more...)
	if len(users) > 0 {
		fix.Title = "move " + strings.Join(names, ", ") + " to " + strings.Join(jobNames(users), ", ")
	}
	if len(kept) > 0 {
		fix.Title += " and leave " + strings.Join(kept, ", ")
	}
	if len(idle) > 0 {
		fix.Title += "; remove " + strings.Join(idle, ", ")
	}
	return []lint.Fix{fix}
}

// ownBlocks gives a block to each of the jobs that use what is moved, and returns these jobs.
func (c *excess) ownBlocks(block *syntax.Permissions, moved []excessScope) (edits []syntax.Edit, users []*syntax.Job, ok bool) {
	for _, job := range c.heirs {
		lines, uses := c.inherited(block, moved, job)
		if !uses {
			continue
		}
		more, ok := c.File.InsertKey(job.Node, lastHead(job.Node), "permissions", lines)
		if !ok || c.aliased(job) {
			return nil, nil, false
		}
		edits = append(edits, more...)
		users = append(users, job)
	}
	return edits, users, true
}

// leftOver lists the scopes that nobody uses any more once some jobs have blocks of their own.
func (c *excess) leftOver(block *syntax.Permissions, gone []loss, users []*syntax.Job) []syntax.Scope {
	if len(users) == 0 {
		return nil
	}
	heirs := slices.DeleteFunc(slices.Clone(c.heirs), func(j *syntax.Job) bool { return slices.Contains(users, j) })
	var out []syntax.Scope
	for _, s := range block.Scopes {
		if readsCode(s) || s.Value.Value == "none" || slices.ContainsFunc(gone, func(l loss) bool { return l.Name.Span == s.Name.Span }) {
			continue
		}
		if most, _ := c.mostUse(heirs, s); most == flow.Unused && (s.Value.Value == "write" || len(heirs) > 0) && !c.anyReads(heirs, s) {
			out = append(out, s)
		}
	}
	return out
}

func jobNames(jobs []*syntax.Job) []string {
	var out []string
	for _, job := range jobs {
		out = append(out, job.ID.Value)
	}
	return out
}

// aliased reports that a job stands behind an alias, so that other jobs would change with it.
func (c *excess) aliased(job *syntax.Job) bool {
	return slices.ContainsFunc(c.File.Aliases, func(a *syntax.Node) bool { return a.Resolve() == job.Node })
}

// inherited is what a job gets from the block of the workflow, without those of the moved scopes that it can do without, without
// what it does not use, and with reading where it needs no more; uses tells whether it needs one of the moved.
func (c *excess) inherited(block *syntax.Permissions, moved []excessScope, job *syntax.Job) (lines []string, uses bool) {
	for _, s := range block.Scopes {
		i := slices.IndexFunc(moved, func(e excessScope) bool { return e.Name.Span == s.Name.Span })
		gets := readsCode(s) || s.Value.Value == "none" || c.uses(job, s) > flow.Unused
		if i >= 0 {
			gets = slices.Contains(moved[i].users, job)
			uses = uses || gets
		}
		switch {
		case gets:
			line := s.Name.Value + ": " + s.Value.Value
			if at := c.comment(s); i >= 0 && at != nil && job.Node != nil && job.Node.Style != syntax.Flow {
				line += " " + c.File.Slice(at.Span)
			}
			lines = append(lines, line)
		case s.Value.Value == "write" && c.anyReads([]*syntax.Job{job}, s):
			lines = append(lines, s.Name.Value+": read")
		}
	}
	return lines, uses
}

// readsCode reports contents: read, which every job may have.
func readsCode(s syntax.Scope) bool { return s.Name.Value == "contents" && s.Value.Value == "read" }

// comment returns the comment on the line of a scope.
func (c *excess) comment(s syntax.Scope) *syntax.Comment {
	line := c.File.Position(s.Value.Start).Line
	for i := range c.File.Comments {
		if at := &c.File.Comments[i]; !at.Own && c.File.Position(at.Start).Line == line {
			return at
		}
	}
	return nil
}

// narrowFix puts what the jobs need in the place of read-all or write-all, when all of it is known.
func (c *excess) narrowFix(block *syntax.Permissions, jobs []*syntax.Job) []lint.Fix {
	fix := lint.Fix{Safety: lint.Safe}
	var all []grants
	for _, job := range jobs {
		need := c.Flow.Needs(c.File, job)
		if len(need.Doubts()) > 0 {
			return nil
		}
		scopes := withReads(need)
		if block.All.Value == "read-all" {
			scopes = onlyReads(need)
		}
		all = append(all, scopes)
		fix.Safety = max(fix.Safety, c.narrowing(block, need, scopes))
	}
	base := grants{}
	if len(all) > 0 {
		base = shared(all)
	}
	edits, ok := c.replace(block, block.All.Span, base)
	if !ok || slices.ContainsFunc(jobs, c.aliased) {
		return nil
	}
	for i, job := range jobs {
		if job.Permissions != nil || maps.Equal(all[i], base) {
			continue
		}
		more, ok := c.File.InsertKey(job.Node, lastHead(job.Node), "permissions", scopeLines(all[i]))
		if !ok {
			return nil
		}
		edits = append(edits, more...)
	}
	fix.Title, fix.Edits = "grant what is needed: "+describe(all), edits
	return []lint.Fix{fix}
}

// onlyReads returns what a job can have of what it needs, or may need, when all that it has is reading.
func onlyReads(need *flow.Need) grants {
	scopes := grants{}
	for _, all := range []map[string]catalog.Level{need.Scopes(flow.Certain), need.Scopes(flow.Likely)} {
		for name := range all {
			if name != "id-token" { // which cannot be read
				scopes[name] = catalog.Read
			}
		}
	}
	return scopes
}

// narrowing tells how safe it is to leave a job nothing of a block but some scopes.
func (c *excess) narrowing(block *syntax.Permissions, need *flow.Need, left grants) lint.Safety {
	level := catalog.Write
	if block.All.Value == "read-all" {
		level = catalog.Read
	}
	for _, name := range catalog.ScopeNames() {
		have, ok := left[name]
		if ok && have >= level || level == catalog.Read && name == "id-token" {
			continue
		}
		if need.Of(name, level) > flow.Unused || !ok && need.Of(name, catalog.Read) >= flow.Hinted {
			return lint.Unsafe
		}
	}
	return lint.Safe
}
