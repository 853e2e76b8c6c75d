package syntax

import (
	"slices"
	"strings"
)

// defaultIndent is the indentation of a file that shows none.
const defaultIndent = 2

// eol returns the line end of the file.
func (f *File) eol() string {
	if i := strings.IndexByte(f.Text, '\n'); i > 0 && f.Text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// lineEnd returns the end of the line that holds off, without its line end.
func (f *File) lineEnd(off int) int { return f.LineSpan(f.Position(off).Line).End }

// afterBreak returns the offset behind the line end at off.
func (f *File) afterBreak(off int) int {
	if strings.HasPrefix(f.Text[off:], "\r\n") {
		return off + 2
	}
	return min(off+1, len(f.Text))
}

// column returns the indentation of the keys of a block mapping, "- " of a list in front of it included.
func (f *File) column(m *Node) (int, bool) {
	if len(m.Pairs) == 0 || m.Style == Flow {
		return 0, false
	}
	start := m.Pairs[0].Key.Start
	line := f.LineSpan(f.Position(start).Line)
	at := line.Start
	for at < start {
		switch {
		case f.Text[at] == ' ':
		case f.Text[at] == '-' && f.Text[at+1] == ' ':
		default:
			return 0, false
		}
		at++
	}
	return at - line.Start, !f.explicitKey(line.Start)
}

// explicitKey reports a "?" on the last line with text above an offset: what follows is its key, and is not where the mapping's
// keys begin.
func (f *File) explicitKey(at int) bool {
	above := strings.TrimRight(f.Text[:at], " \t\r\n")
	line := above[strings.LastIndexAny(above, "\r\n")+1:]
	return strings.Contains(line, "?") && slices.Contains(strings.Fields(line), "?")
}

// bare reports whether nothing but layout stands in front of the key of pair i: no anchor, tag or "?".
func (f *File) bare(m *Node, i int) bool {
	start := m.Pairs[i].Key.Start
	before := strings.TrimRight(f.Text[:start], " \t\r\n")
	if m.Style != Flow {
		line := f.LineSpan(f.Position(start).Line).Start
		for before := f.Text[line:start]; before != ""; before = before[1:] {
			if before[0] != ' ' && !strings.HasPrefix(before, "- ") {
				return false
			}
		}
		return true
	}
	return strings.HasSuffix(before, "{") || strings.HasSuffix(before, ",") || f.endsInComment(len(before))
}

func (f *File) endsInComment(off int) bool {
	for _, c := range f.Comments {
		if c.Start < off && off <= c.End {
			return true
		}
	}
	return false
}

// last returns the node that a pair's text ends with.
func last(n *Node) *Node {
	for {
		switch {
		case len(n.Pairs) > 0 && n.Style != Flow:
			p := n.Pairs[len(n.Pairs)-1]
			n = p.Value
		case len(n.Items) > 0 && n.Style != Flow:
			n = n.Items[len(n.Items)-1]
		default:
			return n
		}
	}
}

// scalarEnd returns where a pair ends: trailing blank lines count if a block scalar keeps them.
func (f *File) scalarEnd(p Pair) int {
	end := max(p.Key.End, p.Value.End)
	n := last(p.Value)
	if n.Style != Literal && n.Style != Folded {
		return end
	}
	if head := f.Text[n.Start:f.lineEnd(n.Start)]; !strings.Contains(strings.SplitN(head, "#", 2)[0], "+") {
		return end
	}
	for {
		stop := f.lineEnd(end)
		next := f.afterBreak(stop)
		if next == stop || next >= len(f.Text) || strings.Trim(f.Text[next:f.lineEnd(next)], " ") != "" {
			return stop
		}
		end = next
	}
}

// pairEnd returns the end of the last line of pair i of a block mapping, with the comments below that are indented more
// than its key.
func (f *File) pairEnd(m *Node, i, indent int) int {
	end := f.lineEnd(f.scalarEnd(m.Pairs[i]))
	if v := m.Pairs[i].Value; v.Kind != Mapping && v.Kind != Sequence {
		return end
	}
	for _, c := range f.Comments {
		if c.Start <= end || !c.Own {
			continue
		}
		line := f.LineSpan(f.Position(c.Start).Line)
		if line.Start != f.afterBreak(end) || c.Start-line.Start <= indent {
			break
		}
		end = line.End
	}
	return end
}

// braced reports whether a flow mapping has its braces: a single pair in a list needs none.
func (f *File) braced(m *Node) bool { return strings.HasPrefix(f.Text[m.Start:], "{") }

// flowEnd returns where a pair of a flow mapping ends, its comma left out.
func (f *File) flowEnd(p Pair) int {
	end := max(p.Key.End, p.Value.End)
	if p.Value.Len() == 0 {
		if at := end + len(f.Text[end:]) - len(strings.TrimLeft(f.Text[end:], " ")); strings.HasPrefix(f.Text[at:], ":") {
			return at + 1
		}
	}
	return end
}

// spaced reports whether a blank line stands behind pair i, or behind the pairs of m in general if it is the last.
func (f *File) spaced(m *Node, i int) bool {
	from, to := i, i+1
	if to >= len(m.Pairs) {
		from, to = 0, len(m.Pairs)-1
	}
	for ; from < to; from++ {
		gap := f.Text[f.scalarEnd(m.Pairs[from]):m.Pairs[from+1].Key.Start]
		if strings.Contains(strings.ReplaceAll(gap, "\r", ""), "\n\n") {
			return true
		}
	}
	return false
}

// indentation returns how much deeper the file indents what stands below a key: in m if that shows it, else anywhere.
func (f *File) indentation(m *Node) int {
	if n := f.stepIn(m); n > 0 {
		return n
	}
	if n := f.firstStep(f.Root); n > 0 {
		return n
	}
	return defaultIndent
}

func (f *File) firstStep(n *Node) int {
	if n == nil || n.Style == Flow {
		return 0
	}
	if step := f.stepIn(n); step > 0 {
		return step
	}
	for _, p := range n.Pairs {
		if step := f.firstStep(p.Value); step > 0 {
			return step
		}
	}
	for _, item := range n.Items {
		if step := f.firstStep(item); step > 0 {
			return step
		}
	}
	return 0
}

// stepIn returns by how much the mappings below the keys of m are indented, or 0.
func (f *File) stepIn(m *Node) int {
	outer, ok := f.column(m)
	if !ok {
		return 0
	}
	for _, p := range m.Pairs {
		if p.Value.Kind != Mapping || p.Value.Style == Flow {
			continue
		}
		if inner, ok := f.column(p.Value); ok && inner > outer {
			return inner - outer
		}
	}
	return 0
}

// blockPair spells a pair for a block mapping whose keys are indented by indent; its first line is not.
func (f *File) blockPair(m *Node, indent int, key string, value []string, eol string) (string, bool) {
	head := plainOrQuoted(key, false) + ":"
	step := strings.Repeat(" ", indent+f.indentation(m))
	lines := value
	switch first := value[0]; {
	case nested(first):
	case len(value) == 1:
		return head + " " + first, !strings.ContainsAny(first, "\r\n")
	case strings.HasPrefix(first, "|"), strings.HasPrefix(first, ">"):
		head += " " + first
		lines = value[1:]
	default:
		return "", false
	}
	var b strings.Builder
	b.WriteString(head)
	for _, line := range lines {
		if strings.ContainsAny(line, "\r\n") {
			return "", false
		}
		b.WriteString(eol)
		if line != "" {
			b.WriteString(step)
			b.WriteString(line)
		}
	}
	return b.String(), true
}

// nested reports whether a line is a pair or an entry of a list, so that it must stand below its key.
func nested(line string) bool {
	if line == "" || strings.HasPrefix(line, "- ") || line == "-" {
		return line != ""
	}
	if c := line[0]; c == '{' || c == '[' || c == '|' || c == '>' || c == '#' {
		return false
	}
	at := 0
	switch line[0] {
	case '"':
		at = doubleEnd(line, 0)
	case '\'':
		at = singleEnd(line, 0)
	}
	rest := line[min(max(at, 0), len(line)):]
	if at > 0 {
		return rest == ":" || strings.HasPrefix(rest, ": ")
	}
	return strings.HasSuffix(rest, ":") || strings.Contains(rest, ": ")
}

// flowValue spells a value for a flow collection.
func flowValue(value []string) (string, bool) {
	first := value[0]
	open, shut := "{", "}"
	if !nested(first) {
		if len(value) > 1 || first == "" || strings.ContainsAny(first, "\r\n#") || first[0] == '|' || first[0] == '>' {
			return "", false
		}
		if strings.ContainsAny(first[:1], `"'{[`) {
			return first, true
		}
		return plainOrQuotedAs(first, true, true), true
	}
	if strings.HasPrefix(first, "- ") {
		open, shut = "[", "]"
	}
	parts := make([]string, 0, len(value))
	for _, line := range value {
		item := strings.TrimPrefix(line, "- ")
		if !nested(line) || strings.ContainsAny(line, "\r\n#{}[],") || line[0] == ' ' || strings.HasPrefix(line, "- ") != (open == "[") ||
			strings.HasSuffix(item, ":") || open == "[" && nested(item) {
			return "", false
		}
		parts = append(parts, item)
	}
	return open + strings.Join(parts, ", ") + shut, true
}
