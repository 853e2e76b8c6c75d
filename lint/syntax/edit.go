package syntax

import (
	"slices"
	"strings"
)

// InsertKey returns the edits that add a key to the mapping m, which must be of f, behind its pair called after, or at its
// end when after is "" or no pair of it. One line of value stands behind the key; several, or one that is itself a
// pair or an entry ("contents: read", "- main"), stand below it, indented as the file does. It reports false, and
// returns no edits, where the key cannot be added without touching other bytes.
func (f *File) InsertKey(m *Node, after, key string, value []string) ([]Edit, bool) {
	m = m.Resolve()
	if m == nil || m.Kind != Mapping || len(value) == 0 {
		return nil, false
	}
	i := len(m.Pairs) - 1
	if at := slices.IndexFunc(m.Pairs, func(p Pair) bool { return keyIs(p, after) }); at >= 0 && after != "" {
		i = at
	}
	if m.Style == Flow {
		return f.insertFlow(m, i, key, value)
	}
	return f.insertBlock(m, i, key, value)
}

// InsertKeyBefore is InsertKey in front of the pair called before; without such a pair the key comes at the end.
func (f *File) InsertKeyBefore(m *Node, before, key string, value []string) ([]Edit, bool) {
	m = m.Resolve()
	if m == nil || m.Kind != Mapping || len(value) == 0 {
		return nil, false
	}
	at := slices.IndexFunc(m.Pairs, func(p Pair) bool { return keyIs(p, before) })
	switch {
	case at < 0:
		return f.InsertKey(m, "", key, value)
	case m.Style == Flow:
		return f.insertFlow(m, at-1, key, value)
	case at > 0:
		return f.insertBlock(m, at-1, key, value)
	}
	return f.insertFirst(m, key, value)
}

func keyIs(p Pair, name string) bool {
	k := p.Key.Resolve()
	return k.Kind == Scalar && k.Value == name
}

// insertBlock adds the key behind pair i of a block mapping.
func (f *File) insertBlock(m *Node, i int, key string, value []string) ([]Edit, bool) {
	indent, ok := f.column(m)
	if !ok || i < 0 {
		return nil, false
	}
	eol := f.eol()
	text, ok := f.blockPair(m, indent, key, value, eol)
	if !ok {
		return nil, false
	}
	gap := eol
	if m == f.Root.Resolve() && f.spaced(m, i) {
		gap += eol
	}
	at := f.pairEnd(m, i, indent)
	return []Edit{{Span{Start: at, End: at}, gap + strings.Repeat(" ", indent) + text}}, true
}

// insertFirst adds the key in front of the first pair of a block mapping.
func (f *File) insertFirst(m *Node, key string, value []string) ([]Edit, bool) {
	indent, ok := f.column(m)
	if !ok || !f.bare(m, 0) {
		return nil, false
	}
	eol := f.eol()
	text, ok := f.blockPair(m, indent, key, value, eol)
	if !ok {
		return nil, false
	}
	gap := eol
	if m == f.Root.Resolve() && f.spaced(m, 0) {
		gap += eol
	}
	at := m.Pairs[0].Key.Start
	return []Edit{{Span{Start: at, End: at}, text + gap + strings.Repeat(" ", indent)}}, true
}

// insertFlow adds the key behind pair i of a flow mapping; -1 is its front.
func (f *File) insertFlow(m *Node, i int, key string, value []string) ([]Edit, bool) {
	inline, ok := flowValue(value)
	if !ok || !f.braced(m) {
		return nil, false
	}
	text := plainOrQuoted(key, true) + ": " + inline
	switch {
	case len(m.Pairs) == 0:
		at := m.Start + 1
		return []Edit{{Span{Start: at, End: at}, text}}, true
	case i < 0:
		if !f.bare(m, 0) {
			return nil, false
		}
		at := m.Pairs[0].Key.Start
		return []Edit{{Span{Start: at, End: at}, text + ", "}}, true
	}
	at, gap := f.flowEnd(m.Pairs[i]), ""
	if f.Text[at-1] == ':' { // a comma right behind it would make the colon part of the key
		if f.Text[at] == ' ' {
			at++
		} else {
			gap = " "
		}
	}
	return []Edit{{Span{Start: at, End: at}, gap + ", " + text}}, true
}

// RemovePair returns the edits that remove a pair of the mapping m with the comment on its last line. It reports false
// where the pair is the only one, holds an anchor that is needed elsewhere, or cannot be cut out cleanly.
func (f *File) RemovePair(m *Node, key string) ([]Edit, bool) {
	m = m.Resolve()
	if m == nil || m.Kind != Mapping || len(m.Pairs) < 2 {
		return nil, false
	}
	i := slices.IndexFunc(m.Pairs, func(p Pair) bool { return keyIs(p, key) })
	if i < 0 || !f.bare(m, i) || f.anchors(m.Pairs[i]) {
		return nil, false
	}
	if m.Style == Flow {
		return f.removeFlow(m, i)
	}
	indent, ok := f.column(m)
	if !ok {
		return nil, false
	}
	start, end := m.Pairs[i].Key.Start, f.lineEnd(f.scalarEnd(m.Pairs[i]))
	line := f.LineSpan(f.Position(start).Line)
	if start-line.Start == indent && strings.TrimLeft(f.Text[line.Start:start], " ") == "" {
		start = line.Start
		return []Edit{{Span{Start: start, End: f.afterBreak(end)}, ""}}, true
	}
	// The first pair on the line of its "- ": the next one moves up, unless something stands between them.
	if next := m.Pairs[1].Key.Start; strings.TrimSpace(f.Text[end:next]) == "" && f.Position(next).Line == f.Position(end).Line+1 && f.bare(m, 1) {
		return []Edit{{Span{Start: start, End: next}, ""}}, true
	}
	for start > line.Start && f.Text[start-1] == ' ' {
		start--
	}
	return []Edit{{Span{Start: start, End: end}, ""}}, true
}

func (f *File) removeFlow(m *Node, i int) ([]Edit, bool) {
	if !f.braced(m) {
		return nil, false
	}
	span := Span{Start: m.Pairs[i].Key.Start, End: f.flowEnd(m.Pairs[i])}
	if i+1 < len(m.Pairs) {
		if !f.bare(m, i+1) {
			return nil, false
		}
		span.End = m.Pairs[i+1].Key.Start
	} else if m.Pairs[i-1].Value.Len() == 0 {
		return nil, false // its colon may need the comma behind it
	} else {
		span.Start = f.flowEnd(m.Pairs[i-1])
	}
	for _, c := range f.Comments {
		if span.Contains(c.Span) {
			return nil, false
		}
	}
	return []Edit{{span, ""}}, true
}

// anchors reports whether p holds an anchor that an alias outside of it stands for.
func (f *File) anchors(p Pair) bool {
	span := Span{Start: p.Key.Start, End: max(p.Key.End, p.Value.End)}
	for _, a := range f.Aliases {
		if t := a.Resolve(); !span.Contains(a.Span) && (span.Contains(t.Span) || t == p.Key.Resolve()) {
			return true
		}
	}
	return false
}
