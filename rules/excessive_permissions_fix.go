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

// dropFix removes a scope from the block of a job.
func (c *excess) dropFix(block *syntax.Permissions, jobs []*syntax.Job, s syntax.Scope) []lint.Fix {
	edits, ok := c.remove(block, []syntax.Scope{s})
	if !ok || len(jobs) != 1 {
		return nil
	}
	return []lint.Fix{{Title: "remove " + s.Name.Value + ": write", Safety: safety(c.spare(jobs[0], s)), Edits: edits}}
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
	var gone []syntax.Scope
	var names, users []string
	for _, e := range moved {
		gone = append(gone, e.Scope)
		names = append(names, e.Name.Value+": write")
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
			if s.Value.Value == "write" && !slices.ContainsFunc(gone, func(g syntax.Scope) bool { return g.Name.Span == s.Name.Span }) {
				gone = append(gone, s)
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
	return []lint.Fix{fix}
}

// aliased reports that a job stands behind an alias, so that other jobs would change with it.
func (c *excess) aliased(job *syntax.Job) bool {
	return slices.ContainsFunc(c.File.Aliases, func(a *syntax.Node) bool { return a.Resolve() == job.Node })
}

// inherited is what a job gets from the block of the workflow, without those of the moved scopes that it can do without; uses
// tells whether it needs one of the moved.
func (c *excess) inherited(block *syntax.Permissions, moved []excessScope, job *syntax.Job) (lines []string, uses bool) {
	for _, s := range block.Scopes {
		line := s.Name.Value + ": " + s.Value.Value
		i := slices.IndexFunc(moved, func(e excessScope) bool { return e.Name.Span == s.Name.Span })
		if i >= 0 {
			if !slices.Contains(moved[i].users, job) {
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

// remove takes scopes out of a block and leaves {} when none is left.
func (c *excess) remove(block *syntax.Permissions, gone []syntax.Scope) ([]syntax.Edit, bool) {
	node := block.Node.Resolve()
	shared := slices.ContainsFunc(c.File.Aliases, func(a *syntax.Node) bool { return a.Resolve() == node })
	if len(gone) == 0 || shared {
		return nil, false
	}
	if node.Style == syntax.Flow || len(gone) == len(node.Pairs) {
		return c.rewrite(block, gone)
	}
	var edits []syntax.Edit
	for _, s := range gone {
		more, ok := c.File.RemovePair(node, s.Name.Value)
		if !ok || c.headed(s) {
			return nil, false
		}
		edits = append(edits, more...)
	}
	return edits, true
}

// headed reports that a comment of its own stands right above a scope: it would then stand above another one.
func (c *excess) headed(s syntax.Scope) bool {
	line := c.File.Position(s.Name.Start).Line
	return slices.ContainsFunc(c.File.Comments, func(at syntax.Comment) bool { return at.Own && c.File.Position(at.Start).Line == line-1 })
}

// rewrite spells what is left of a block as a flow mapping.
func (c *excess) rewrite(block *syntax.Permissions, gone []syntax.Scope) ([]syntax.Edit, bool) {
	span := syntax.Span{Start: block.Key.End, End: block.Node.Resolve().End}
	if !strings.HasPrefix(c.File.Text[span.Start:], ":") {
		return nil, false // a quoted key, or blanks
	}
	if head := strings.TrimLeft(c.File.Text[span.Start+1:block.Start], " \r\n"); head != "" {
		return nil, false // a comment, an anchor or a tag
	}
	for _, at := range c.File.Comments {
		if at.Start < span.Start || at.Start > c.File.LineSpan(c.File.Position(span.End).Line).End {
			continue
		}
		if !slices.ContainsFunc(gone, func(s syntax.Scope) bool { own := c.comment(s); return own != nil && own.Start == at.Start }) {
			return nil, false
		}
		span.End = max(span.End, at.End)
	}
	var left []string
	for _, s := range block.Scopes {
		if !slices.ContainsFunc(gone, func(g syntax.Scope) bool { return g.Name.Span == s.Name.Span }) {
			left = append(left, s.Name.Value+": "+s.Value.Value)
		}
	}
	return []syntax.Edit{{Span: span, New: ": " + inFlow(left)}}, true
}

func inFlow(lines []string) string {
	if len(lines) == 0 {
		return "{}"
	}
	return "{ " + strings.Join(lines, ", ") + " }"
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
		if block.All.Value == "read-all" {
			need.Scopes = maps.Clone(need.Scopes)
			delete(need.Scopes, "id-token") // which cannot be read
			for name := range need.Scopes {
				need.Scopes[name] = catalog.Read
			}
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
		if have, ok := need.Scopes[name]; ok && have >= level {
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

// replace puts scopes, one a line, in the place of a scalar behind the key of a block.
func (c *excess) replace(block *syntax.Permissions, old syntax.Span, scopes map[string]catalog.Level) ([]syntax.Edit, bool) {
	line := c.File.LineSpan(c.File.Position(block.Key.Start).Line)
	between := ""
	if block.Key.End <= old.Start {
		between = c.File.Text[block.Key.End:old.Start]
	}
	if strings.TrimRight(between, " ") != ":" {
		return nil, false // an alias, an anchor or another line
	}
	indent, plain := c.indent(block.Key.Start)
	if len(scopes) == 0 || !plain {
		return []syntax.Edit{{Span: old, New: inFlow(scopeLines(scopes))}}, true
	}
	step := 2
	if n, ok := c.indent(c.File.Workflow.Jobs[0].ID.Start); ok && n > 0 {
		step = n
	}
	eol := "\n"
	if strings.HasPrefix(c.File.Text[line.End:], "\r\n") {
		eol = "\r\n"
	}
	var b strings.Builder
	for _, s := range scopeLines(scopes) {
		b.WriteString(eol + strings.Repeat(" ", indent+step) + s)
	}
	return []syntax.Edit{
		{Span: syntax.Span{Start: block.Key.End + 1, End: old.End}},
		{Span: syntax.Span{Start: line.End, End: line.End}, New: b.String()},
	}, true
}

// indent returns by how much the line of off is indented, if nothing but blanks stands before off.
func (c *excess) indent(off int) (int, bool) {
	start := c.File.LineSpan(c.File.Position(off).Line).Start
	return off - start, strings.Trim(c.File.Text[start:off], " ") == ""
}
