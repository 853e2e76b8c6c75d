package rules

import (
	"maps"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// loss is a write scope that a block loses, all of it or all but reading.
type loss struct {
	syntax.Scope
	read bool
}

// dropFix removes a scope from the block of a job, or lowers it when the job reads there.
func (c *excess) dropFix(block *syntax.Permissions, jobs []*syntax.Job, s syntax.Scope) []lint.Fix {
	read := c.anyReads(jobs, s)
	edits, ok := c.remove(block, []loss{{s, read}})
	if !ok || len(jobs) != 1 {
		return nil
	}
	title := "remove " + s.Name.Value + ": write"
	if read {
		title = "lower " + s.Name.Value + ": write to read"
	}
	return []lint.Fix{{Title: title, Safety: safety(c.spare(jobs[0], s)), Edits: edits}}
}

// anyReads reports that one of the jobs reads, or may read, what a scope gives access to.
func (c *excess) anyReads(jobs []*syntax.Job, s syntax.Scope) bool {
	return slices.ContainsFunc(jobs, func(job *syntax.Job) bool {
		need := c.Flow.Needs(c.File, job)
		_, sure := need.Scopes[s.Name.Value]
		_, maybe := need.Maybe[s.Name.Value]
		return sure || maybe
	})
}

func safety(certain expr.Tri) lint.Safety {
	if certain == expr.True {
		return lint.Safe
	}
	return lint.Unsafe
}

// moveFix takes scopes from the block of the workflow and gives the jobs that use them a block of their own, with all else that
// they had.
func (c *excess) moveFix(block *syntax.Permissions, moved []excessScope) []lint.Fix {
	fix := lint.Fix{Safety: lint.Safe}
	var gone []loss
	var names, kept, users []string
	for _, e := range moved {
		gone = append(gone, loss{e.Scope, e.read})
		names = append(names, e.Name.Value+": write")
		if e.read {
			kept = append(kept, e.Name.Value+": read")
		}
		for _, job := range e.users {
			if !c.needs(job, e.Scope) {
				fix.Safety = lint.Unsafe
			}
		}
		for _, job := range e.spare {
			fix.Safety = max(fix.Safety, safety(c.spare(job, e.Scope)))
		}
	}
	var edits []syntax.Edit
	for _, job := range c.heirs {
		lines, uses := c.inherited(block, moved, job)
		if !uses {
			continue
		}
		more, ok := c.File.InsertKey(job.Node, lastHead(job.Node), "permissions", lines)
		if !ok || c.aliased(job) {
			return nil
		}
		edits = append(edits, more...)
		users = append(users, job.ID.Value)
	}
	if len(users) == len(c.heirs) { // nobody gets what is left
		for _, s := range block.Scopes {
			if s.Value.Value == "write" && !slices.ContainsFunc(gone, func(l loss) bool { return l.Name.Span == s.Name.Span }) {
				gone = append(gone, loss{Scope: s})
				names = append(names, s.Name.Value+": write")
			}
		}
	}
	more, ok := c.remove(block, gone)
	if !ok {
		return nil
	}
	edits = append(edits, more...)
	fix.Title, fix.Edits = "remove "+strings.Join(names, ", "), edits
	if len(users) > 0 {
		fix.Title = "move " + strings.Join(names, ", ") + " to " + strings.Join(users, ", ")
	}
	if len(kept) > 0 {
		fix.Title += " and leave " + strings.Join(kept, ", ")
	}
	return []lint.Fix{fix}
}

// aliased reports that a job stands behind an alias, so that other jobs would change with it.
func (c *excess) aliased(job *syntax.Job) bool {
	return slices.ContainsFunc(c.File.Aliases, func(a *syntax.Node) bool { return a.Resolve() == job.Node })
}

// inherited is what a job gets from the block of the workflow, without those of the moved scopes that it can do without and with
// reading where it needs no more; uses tells whether it needs one of the moved.
func (c *excess) inherited(block *syntax.Permissions, moved []excessScope, job *syntax.Job) (lines []string, uses bool) {
	for _, s := range block.Scopes {
		line := s.Name.Value + ": " + s.Value.Value
		i := slices.IndexFunc(moved, func(e excessScope) bool { return e.Name.Span == s.Name.Span })
		if i >= 0 {
			if !slices.Contains(moved[i].users, job) {
				if c.anyReads([]*syntax.Job{job}, s) {
					lines = append(lines, s.Name.Value+": read")
				}
				continue
			}
			uses = true
			if at := c.comment(s); at != nil && job.Node.Style != syntax.Flow {
				line += " " + c.File.Slice(at.Span)
			}
		}
		lines = append(lines, line)
	}
	return lines, uses
}

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
	var needs []flow.Need
	for _, job := range jobs {
		need := c.Flow.Needs(c.File, job)
		if len(need.Unknown) > 0 {
			return nil
		}
		need.Scopes = withReads(need)
		if block.All.Value == "read-all" {
			need.Scopes = onlyReads(need)
		}
		needs = append(needs, need)
		fix.Safety = max(fix.Safety, c.narrowing(block, job, need))
	}
	base := map[string]catalog.Level{}
	if len(needs) > 0 {
		base = shared(needs)
	}
	edits, ok := c.replace(block, block.All.Span, base)
	if !ok || slices.ContainsFunc(jobs, c.aliased) {
		return nil
	}
	for i, job := range jobs {
		if job.Permissions != nil || maps.Equal(needs[i].Scopes, base) {
			continue
		}
		more, ok := c.File.InsertKey(job.Node, lastHead(job.Node), "permissions", scopeLines(needs[i].Scopes))
		if !ok {
			return nil
		}
		edits = append(edits, more...)
	}
	fix.Title, fix.Edits = "grant what is needed: "+describe(needs), edits
	return []lint.Fix{fix}
}

// onlyReads returns what a job can have of what it needs, or may need, when all that it has is reading.
func onlyReads(need flow.Need) map[string]catalog.Level {
	scopes := map[string]catalog.Level{}
	for _, all := range []map[string]catalog.Level{need.Scopes, need.Maybe} {
		for name := range all {
			if name != "id-token" { // which cannot be read
				scopes[name] = catalog.Read
			}
		}
	}
	return scopes
}

// scopeNames are the scopes of GITHUB_TOKEN.
var scopeNames = []string{
	"actions", "artifact-metadata", "attestations", "checks", "contents", "deployments", "discussions", "id-token", "issues", "models", "packages",
	"pages", "pull-requests", "repository-projects", "security-events", "statuses",
}

// narrowing tells how safe it is to take from a job all but what it certainly needs.
func (c *excess) narrowing(block *syntax.Permissions, job *syntax.Job, need flow.Need) lint.Safety {
	level := catalog.Write
	if block.All.Value == "read-all" {
		level = catalog.Read
	}
	for _, name := range scopeNames {
		if have, ok := need.Scopes[name]; ok && have >= level || level == catalog.Read && name == "id-token" {
			continue
		}
		if c.Flow.Spare(c.File, job, name, level) != expr.True || c.Flow.Spare(c.File, job, name, catalog.Read) == expr.False && !hasScope(need, name) {
			return lint.Unsafe
		}
	}
	return lint.Safe
}

func hasScope(need flow.Need, name string) bool {
	_, ok := need.Scopes[name]
	return ok
}
