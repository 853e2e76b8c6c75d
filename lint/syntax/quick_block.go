package syntax

// block reads the block scalar at pos, whose parent is indented by parent, up to the start of the line behind it.
func (q *quick) block(parent int) *Node {
	style := Literal
	if q.text[q.pos] == '>' {
		style = Folded
	}
	n := q.new(Scalar, style, TagString, q.pos)
	q.pos++
	chomp := byte(0)
	if q.pos < len(q.text) && (q.text[q.pos] == '+' || q.text[q.pos] == '-') {
		chomp = q.text[q.pos]
		q.pos++
	}
	n.End = q.pos
	if !q.ends() {
		return nil
	}
	q.pos = q.lineEnd(q.pos)
	q.b.comments.upTo(q.pos)
	q.newline()
	if q.scratch == nil {
		q.scratch = make([]byte, 0, firstScratch)
	}
	s := blockReader{quick: q, indent: 0, parent: parent, folded: style == Folded}
	if !s.read(n) {
		return nil
	}
	n.Value = s.chomped(chomp)
	q.scratch = s.out
	q.b.comments.upTo(n.Start)
	q.b.comments.skip(n.End)
	return n
}

// newline passes the line end at pos.
func (q *quick) newline() bool {
	if q.pos < len(q.text) && q.text[q.pos] == '\r' {
		q.pos++
	}
	if q.pos >= len(q.text) || q.text[q.pos] != '\n' {
		return false
	}
	q.pos++
	q.line = q.pos
	return true
}

// blockReader reads the lines of a block scalar.
type blockReader struct {
	*quick
	indent, parent int
	folded         bool
	out            []byte
	ended          bool // the last line of text has a line end
	empty          int  // empty lines since
}

// read takes lines as long as they are indented. It sets where n ends.
func (s *blockReader) read(n *Node) bool {
	s.out = s.scratch[:0]
	if !s.breaks(true) {
		return false
	}
	blankBefore, any := false, false
	for s.pos-s.line == s.indent && s.pos < len(s.text) {
		blank := s.text[s.pos] == ' ' || s.text[s.pos] == '\t'
		if s.folded && any && !blankBefore && !blank {
			if s.empty == 0 {
				s.out = append(s.out, ' ')
			}
		} else if any {
			s.out = append(s.out, '\n')
		}
		for range s.empty {
			s.out = append(s.out, '\n')
		}
		end := s.lineEnd(s.pos)
		s.out = append(s.out, s.text[s.pos:end]...)
		n.End = end
		s.pos = end
		any, blankBefore = true, blank
		s.ended = s.newline()
		if !s.breaks(false) {
			return false
		}
	}
	if s.line >= n.End {
		s.pos = s.line // what was passed of the line behind belongs to that line
	}
	return true
}

// breaks passes the indentation and the empty lines before the next line of text, and finds out the indentation if first.
func (s *blockReader) breaks(first bool) bool {
	s.empty = 0
	deepest := 0
	for {
		for s.pos < len(s.text) && s.text[s.pos] == ' ' && (s.indent == 0 || s.pos-s.line < s.indent) {
			s.pos++
		}
		column := s.pos - s.line
		deepest = max(deepest, column)
		if s.pos < len(s.text) && s.text[s.pos] == '\t' && (s.indent == 0 || column < s.indent) {
			return false
		}
		if !s.newline() {
			if first {
				s.indent = max(deepest, s.parent+1, 1)
				// A line of blanks that is longer than the text is deep leaves the text out.
				return column == s.indent || column <= s.parent
			}
			return true
		}
		s.empty++
	}
}

// chomped returns the text with the line ends that the header asks for.
func (s *blockReader) chomped(chomp byte) string {
	if chomp != '-' && s.ended {
		s.out = append(s.out, '\n')
	}
	if chomp == '+' {
		for range s.empty {
			s.out = append(s.out, '\n')
		}
	}
	return string(s.out)
}
