package syntax

import "strings"

// scalar reads the scalar at pos as far as its line goes: a quoted one, or the start of a plain one.
func (q *quick) scalar(flow bool) *Node {
	var n *Node
	switch c := q.text[q.pos]; c {
	case '\'':
		n = q.single()
	case '"':
		n = q.double()
	case ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '%', '@', '`', '\t':
		return nil
	case '?', ':':
		if flow || q.blankAt(q.pos+1) {
			return nil
		}
		n = q.plain(false)
	default:
		n = q.plain(flow)
	}
	if n == nil {
		return nil
	}
	q.b.comments.upTo(n.Start)
	q.b.comments.skip(n.End)
	return n
}

// quoted is the scalar that ends before pos, in quotes.
func (q *quick) quoted(style Style, start int, value string) *Node {
	n := q.new(Scalar, style, TagString, start)
	n.End, n.Value = q.pos, value
	return n
}

func (q *quick) single() *Node {
	start := q.pos
	doubled := false
	for i := start + 1; i < len(q.text); i++ {
		switch q.text[i] {
		case '\n':
			return nil
		case '\'':
			if i+1 < len(q.text) && q.text[i+1] == '\'' {
				doubled = true
				i++
				continue
			}
			q.pos = i + 1
			value := q.text[start+1 : i]
			if doubled {
				value = strings.ReplaceAll(value, "''", "'")
			}
			return q.quoted(SingleQuoted, start, value)
		}
	}
	return nil
}

func (q *quick) double() *Node {
	start := q.pos
	escaped := false
	for i := start + 1; i < len(q.text); i++ {
		switch q.text[i] {
		case '\n':
			return nil
		case '\\':
			escaped = true
			i++
			if i < len(q.text) && (q.text[i] == '\n' || q.text[i] == '\r') {
				return nil
			}
		case '"':
			q.pos = i + 1
			value := q.text[start+1 : i]
			if escaped {
				var ok bool
				if value, ok = q.unescape(value); !ok {
					return nil
				}
			}
			return q.quoted(DoubleQuoted, start, value)
		}
	}
	return nil
}

// unescape replaces the usual escape sequences; it fails for the others.
func (q *quick) unescape(s string) (string, bool) {
	out := q.scratch[:0]
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' {
			i++
			switch s[i] {
			case 'n':
				c = '\n'
			case 't':
				c = '\t'
			case 'r':
				c = '\r'
			case '"', '\\', '\'', ' ':
				c = s[i]
			default:
				return "", false
			}
		}
		out = append(out, c)
	}
	q.scratch = out
	return string(out), true
}

// plain reads the first line of a plain scalar.
func (q *quick) plain(flow bool) *Node {
	start := q.pos
	if q.text[start] == '-' && q.blankAt(start+1) {
		return nil
	}
	end := q.plainLine(start, flow)
	if end < 0 {
		return nil
	}
	q.pos = end
	value := q.text[start:end]
	n := q.new(Scalar, Plain, plainTag(value), start)
	n.End, n.Value = end, value
	return n
}

// plainLine returns where the text of a plain scalar that starts or goes on at i ends on its line, blanks behind it not
// included; -1 to give up.
func (q *quick) plainLine(i int, flow bool) int {
	end := i
	for ; i < len(q.text); i++ {
		switch c := q.text[i]; c {
		case '\n', '\r':
			return end
		case ' ', '\t':
			continue
		case ':':
			if q.blankAt(i + 1) {
				return end
			}
		case '#':
			if i > 0 && q.blankAt(i-1) {
				return end
			}
		case ',', ']', '}':
			if flow {
				return end
			}
		case '?', '[', '{':
			if flow {
				return -1
			}
		}
		end = i + 1
	}
	return end
}

// continued reads the further lines of a plain scalar in a block collection that is indented by indent.
func (q *quick) continued(n *Node, indent int) *Node {
	out := q.scratch[:0]
	for {
		end := q.pos
		if q.blankAt(end) {
			for end < len(q.text) && (q.text[end] == ' ' || q.text[end] == '\t') {
				end++
			}
		}
		breaks := 0
		for at := end; at < len(q.text); at = end {
			if q.text[at] == '\r' {
				at++
			}
			if q.text[at] != '\n' {
				break
			}
			breaks++
			q.line = at + 1
			for end = at + 1; end < len(q.text) && q.text[end] == ' '; end++ {
			}
		}
		if end < len(q.text) && q.text[end] == '\t' {
			return nil
		}
		if breaks == 0 || end == len(q.text) || end-q.line <= indent || q.text[end] == '#' {
			break
		}
		if q.pos = end; q.marker() {
			return nil
		}
		last := q.plainLine(end, false)
		if last == end || last < len(q.text) && !q.blankAt(last) {
			return nil // a colon
		}
		if len(out) == 0 {
			out = append(out, n.Value...)
		}
		if breaks == 1 {
			out = append(out, ' ')
		}
		for range breaks - 1 {
			out = append(out, '\n')
		}
		out = append(out, q.text[end:last]...)
		q.pos, n.End = last, last
		q.b.comments.skip(last)
	}
	// Lines that were looked at and are not part of the scalar are read again.
	q.line = q.lineStart(q.pos)
	if len(out) > 0 {
		n.Value = string(out)
		n.Tag = plainTag(n.Value)
	}
	q.scratch = out
	return n
}
