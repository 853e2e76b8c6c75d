package rules

import (
	"slices"

	"sekisho/lint/syntax"
)

// grantEdits adds scopes to the block of the job. The block of a workflow stays as it is where other jobs have it, too: the job gets
// one of its own then.
func (l *lacks) grantEdits(more []lack) ([]syntax.Edit, bool) {
	block := l.grant.Block
	w := l.File.Workflow
	switch {
	case l.aliased(block.Node) || l.aliased(l.job.Node):
		return nil, false
	case l.grant.OfJob, len(w.Jobs) == 1:
		return l.widen(block, more)
	}
	if block.All != nil {
		return nil, false
	}
	return l.File.InsertKey(l.job.Node, lastHead(l.job.Node), "permissions", widened(block, more))
}

// aliased reports that other places stand behind the same node, so that they would change with it.
func (l *lacks) aliased(n *syntax.Node) bool {
	return slices.ContainsFunc(l.File.Aliases, func(a *syntax.Node) bool { return a.Resolve() == n.Resolve() })
}

// widen raises and adds scopes in a block.
func (l *lacks) widen(block *syntax.Permissions, more []lack) ([]syntax.Edit, bool) {
	node := block.Node.Resolve()
	switch {
	case block.All != nil:
		return nil, false // read-all cannot stand beside a scope
	case l.File.Slice(node.Span) == "{}":
		c := excess{Pass: l.Pass}
		return c.replace(block, node.Span, missing(more))
	}
	var edits []syntax.Edit
	for _, m := range more {
		if s := l.grant.Scope(m.scope); s != nil {
			edits = append(edits, l.File.ReplaceScalar(&s.Value, m.level.String())...)
			continue
		}
		added, ok := l.File.InsertKey(node, "", m.scope, []string{m.level.String()})
		if !ok {
			return nil, false
		}
		edits = append(edits, added...)
	}
	return merged(edits), true
}

// merged makes one edit of those that insert at the same place.
func merged(edits []syntax.Edit) []syntax.Edit {
	var out []syntax.Edit
	for _, e := range edits {
		i := slices.IndexFunc(out, func(o syntax.Edit) bool { return o.Span == e.Span })
		if i < 0 {
			out = append(out, e)
		} else {
			out[i].New += e.New
		}
	}
	return out
}

func missing(more []lack) grants {
	out := grants{}
	for _, m := range more {
		out[m.scope] = m.level
	}
	return out
}

// widened spells what a block grants, with more.
func widened(block *syntax.Permissions, more []lack) []string {
	add := missing(more)
	var lines []string
	for _, s := range block.Scopes {
		value := s.Value.Value
		if level, ok := add[s.Name.Value]; ok {
			value = level.String()
			delete(add, s.Name.Value)
		}
		lines = append(lines, s.Name.Value+": "+value)
	}
	return append(lines, scopeLines(add)...)
}
