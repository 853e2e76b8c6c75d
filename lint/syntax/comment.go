package syntax

import "strings"

// commenter collects the comments that stand between scalars. Whatever is no scalar, a # in it starts a comment.
type commenter struct {
	text  string // what was parsed
	raw   string // what the file holds; the same length
	next  int    // offset of the first # that has not been looked at; len(text) when there is none
	found []Comment
}

func newCommenter(text, raw string) *commenter {
	c := &commenter{text: text, raw: raw}
	c.seek(0)
	return c
}

func (c *commenter) seek(from int) {
	from = min(from, len(c.text))
	if i := strings.IndexByte(c.text[from:], '#'); i >= 0 {
		c.next = from + i
		return
	}
	c.next = len(c.text)
}

// upTo collects the comments that start before end.
func (c *commenter) upTo(end int) {
	for c.next < end && c.next < len(c.text) {
		span := Span{Start: c.next, End: lineEnd(c.text, c.next)}
		text := c.raw[span.Start:span.End]
		c.found = append(c.found, Comment{
			Span: span,
			Text: strings.Trim(strings.TrimPrefix(text, "#"), " \t"),
			Own:  c.own(span.Start),
		})
		c.seek(span.End)
	}
}

// skip passes a scalar that ends at end.
func (c *commenter) skip(end int) {
	if c.next < end {
		c.seek(end)
	}
}

func (c *commenter) own(at int) bool {
	for at--; at >= 0; at-- {
		switch c.text[at] {
		case ' ', '\t':
		case '\n', '\r':
			return true
		default:
			return at < len(byteOrderMark) && strings.HasPrefix(c.text, byteOrderMark) || breakEnds(c.text, at)
		}
	}
	return true
}

// breakEnds reports whether the byte at text[i] is the last one of a line end.
func breakEnds(text string, i int) bool {
	for back := 0; back < 3 && i-back >= 0; back++ {
		if breakAt(text, i-back) == back+1 {
			return true
		}
	}
	return false
}
