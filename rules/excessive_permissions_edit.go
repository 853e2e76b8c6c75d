package rules

import (
	"slices"
	"strings"

	"sekisho/lint/syntax"
)

// remove takes scopes out of a block, or lowers them, and leaves {} when none is left.
func (c *excess) remove(block *syntax.Permissions, gone []loss) ([]syntax.Edit, bool) {
	node := block.Node.Resolve()
	shared := slices.ContainsFunc(c.File.Aliases, func(a *syntax.Node) bool { return a.Resolve() == node })
	if len(gone) == 0 || shared {
		return nil, false
	}
	lowered := slices.ContainsFunc(gone, func(l loss) bool { return l.read })
	if node.Style == syntax.Flow || len(gone) == len(node.Pairs) && !lowered {
		return c.rewrite(block, gone)
	}
	var edits []syntax.Edit
	for _, s := range gone {
		more, ok := c.lower(s), true
		if !s.read {
			more, ok = c.File.RemovePair(node, s.Name.Value)
		}
		if !ok || c.headed(s.Scope) {
			return nil, false
		}
		edits = append(edits, more...)
	}
	return edits, true
}

// lower makes a write scope one that reads. The comment on its line, which says why it writes, goes.
func (c *excess) lower(l loss) []syntax.Edit {
	edits := c.File.ReplaceScalar(&l.Value, "read")
	if at := c.comment(l.Scope); at != nil {
		edits = append(edits, syntax.Edit{Span: syntax.Span{Start: l.Value.End, End: at.End}})
	}
	return edits
}

// headed reports that a comment of its own stands right above a scope: it would then stand above another one.
func (c *excess) headed(s syntax.Scope) bool {
	line := c.File.Position(s.Name.Start).Line
	return slices.ContainsFunc(c.File.Comments, func(at syntax.Comment) bool { return at.Own && c.File.Position(at.Start).Line == line-1 })
}

// rewrite spells what is left of a block as a flow mapping.
func (c *excess) rewrite(block *syntax.Permissions, gone []loss) ([]syntax.Edit, bool) {
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
		if !slices.ContainsFunc(gone, func(l loss) bool { own := c.comment(l.Scope); return own != nil && own.Start == at.Start }) {
			return nil, false
		}
		span.End = max(span.End, at.End)
	}
	var left []string
	for _, s := range block.Scopes {
		i := slices.IndexFunc(gone, func(l loss) bool { return l.Name.Span == s.Name.Span })
		switch {
		case i < 0:
			left = append(left, s.Name.Value+": "+s.Value.Value)
		case gone[i].read:
			left = append(left, s.Name.Value+": read")
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

// replace puts scopes, one a line, in the place of a scalar behind the key of a block.
func (c *excess) replace(block *syntax.Permissions, old syntax.Span, scopes grants) ([]syntax.Edit, bool) {
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
