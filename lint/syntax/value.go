package syntax

import (
	"slices"
	"strings"
)

// piece says which bytes of a file spell which bytes of a scalar's value.
type piece struct {
	src, width int  // in the file
	val, n     int  // in the value
	copied     bool // byte by byte the same; else the whole stands for the whole
}

// reader walks a scalar's spelling and hands out its pieces in order.
type reader struct {
	text  string
	limit int // length of the value; reading stops there
	val   int // bytes of the value so far
	yield func(piece) bool
}

// copy hands out text[from:to], as far as the value goes. It reports whether to go on.
func (r *reader) copy(from, to int) bool {
	n := min(to-from, r.limit-r.val)
	if n <= 0 {
		return r.val < r.limit
	}
	p := piece{src: from, width: n, val: r.val, n: n, copied: true}
	r.val += n
	return r.yield(p) && r.val < r.limit
}

// emit hands out n bytes of value that text[from:to] stands for. It reports whether to go on.
func (r *reader) emit(from, to, n int) bool {
	n = min(n, r.limit-r.val)
	if n <= 0 {
		return r.val < r.limit
	}
	p := piece{src: from, width: to - from, val: r.val, n: n}
	r.val += n
	return r.yield(p) && r.val < r.limit
}

// newline hands out the line end at text[at:], with what stands before it from the offset from on.
func (r *reader) newline(from, at int) bool {
	return r.emit(from, at+breakAt(r.text, at), breakLen(r.text, at))
}

// pieces walks the scalar spelled at text[start:], whose value is value, until yield returns false.
func pieces(text string, start int, style Style, value string, yield func(piece) bool) {
	r := &reader{text: text, limit: len(value), yield: yield}
	switch style {
	case SingleQuoted:
		r.single(start + 1)
	case DoubleQuoted:
		r.double(start + 1)
	case Literal, Folded:
		r.block(start, style == Folded, value)
	default:
		r.plain(start)
	}
}

// plainEnd returns the offset behind the plain scalar at text[start:]. Nothing marks it, but the value tells.
func plainEnd(text string, start int, value string) int {
	if strings.HasPrefix(text[start:], value) {
		return start + len(value)
	}
	r := &reader{text: text, limit: len(value), yield: func(piece) bool { return true }}
	return r.plain(start)
}

// plain reads as much as the value needs: the spelling of a plain scalar has no mark at its end.
func (r *reader) plain(at int) int {
	for r.val < r.limit && at < len(r.text) {
		end, trimmed := at, at
		for end < len(r.text) && end-at < r.limit-r.val && breakAt(r.text, end) == 0 {
			end++
			if c := r.text[end-1]; c != ' ' && c != '\t' {
				trimmed = end
			}
		}
		if trimmed-at >= r.limit-r.val {
			end = at + r.limit - r.val
			r.copy(at, end)
			return end
		}
		if !r.copy(at, trimmed) {
			return trimmed
		}
		next := skipSpace(r.text, trimmed)
		if next == trimmed || !r.fold(trimmed, next, false) {
			return trimmed
		}
		at = next
	}
	return at
}

// fold reads the blanks and line ends of text[from:to] that stand between two words. A line end that a backslash escaped
// stands before from and counts for nothing. It reports whether to go on.
func (r *reader) fold(from, to int, escaped bool) bool {
	first, breaks, prev := -1, 0, from
	for i := from; i < to; {
		w := breakAt(r.text, i)
		if w == 0 {
			i++
			continue
		}
		breaks++
		switch {
		case breaks > 1 || escaped:
			if !r.newline(prev, i) {
				return false
			}
			prev = i + w
		case breakLen(r.text, i) > 1: // LS and PS are kept
			if !r.newline(prev, i) {
				return false
			}
			prev = i + w
		default:
			first = i
		}
		i += w
	}
	if breaks == 0 && !escaped {
		return r.copy(from, to)
	}
	if breaks == 1 && first >= 0 {
		return r.emit(from, to, 1)
	}
	return true
}

// single reads a single-quoted scalar from behind its quote.
func (r *reader) single(at int) {
	from := at
	for at < len(r.text) {
		switch c := r.text[at]; {
		case c == '\'':
			r.copy(from, at)
			if at+1 >= len(r.text) || r.text[at+1] != '\'' {
				return
			}
			if !r.emit(at, at+2, 1) {
				return
			}
			at += 2
			from = at
		case c == ' ' || c == '\t' || breakAt(r.text, at) > 0:
			next := skipSpace(r.text, at)
			if hasBreak(r.text, at, next) {
				r.copy(from, at)
				if !r.fold(at, next, false) {
					return
				}
				from = next
			}
			at = next
		default:
			at++
		}
	}
	r.copy(from, at)
}

// double reads a double-quoted scalar from behind its quote.
func (r *reader) double(at int) {
	from := at
	for at < len(r.text) {
		switch c := r.text[at]; {
		case c == '"':
			r.copy(from, at)
			return
		case c == '\\':
			r.copy(from, at)
			if at+1 < len(r.text) && breakAt(r.text, at+1) > 0 {
				end := at + 1 + breakAt(r.text, at+1)
				next := skipSpace(r.text, end)
				if !r.fold(end, next, true) {
					return
				}
				at = next
			} else {
				w, n := escape(r.text, at)
				if !r.emit(at, at+w, n) {
					return
				}
				at += w
			}
			from = at
		case c == ' ' || c == '\t' || breakAt(r.text, at) > 0:
			next := skipSpace(r.text, at)
			if hasBreak(r.text, at, next) {
				r.copy(from, at)
				if !r.fold(at, next, false) {
					return
				}
				from = next
			}
			at = next
		default:
			at++
		}
	}
	r.copy(from, at)
}

// escape returns the bytes of the escape sequence at text[at:] and of the UTF-8 text it stands for.
func escape(text string, at int) (width, n int) {
	if at+1 >= len(text) {
		return 1, 1
	}
	digits := 0
	switch text[at+1] {
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	case 'N', '_':
		return 2, 2
	case 'L', 'P':
		return 2, 3
	default:
		return 2, 1
	}
	code := 0
	end := min(at+2+digits, len(text))
	for _, c := range []byte(text[at+2 : end]) {
		switch {
		case c >= '0' && c <= '9':
			code = code<<4 + int(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			code = code<<4 + int(c|0x20-'a') + 10
		}
	}
	switch {
	case code <= 0x7f:
		n = 1
	case code <= 0x7ff:
		n = 2
	case code <= 0xffff:
		n = 3
	default:
		n = 4
	}
	return end - at, n
}

// block reads a block scalar from its header on.
func (r *reader) block(at int, folded bool, value string) {
	at = blockBody(r.text, at)
	indent := blockIndent(r.text, at, value)
	lead := -1 // the line end of the line before, when folding may drop it
	blankLine := false
	for r.val < r.limit && at < len(r.text) {
		content, isText := blockLine(r.text, at, indent)
		w := breakAt(r.text, content)
		switch {
		case isText:
			blank := r.text[content] == ' ' || r.text[content] == '\t'
			if lead >= 0 && !r.joint(lead, at, !blankLine && !blank) {
				return
			}
			lead, blankLine = -1, blank
			end := lineEnd(r.text, content)
			if !r.copy(content, end) {
				return
			}
			at = end
			if folded {
				lead = end
			} else if end < len(r.text) && !r.newline(end, end) {
				return
			}
		case w == 0: // a line further out, or the end of the text
			if lead >= 0 {
				r.joint(lead, at, false)
			}
			return
		case lead < 0 && !r.newline(content, content):
			return
		default:
			at = content
		}
		at += breakAt(r.text, at)
	}
	if lead >= 0 {
		r.joint(lead, at, false)
	}
}

// joint reads the line ends of a folded scalar that stand between two lines of text: the one at lead and those of the
// empty lines up to text[to:]. It reports whether to go on.
func (r *reader) joint(lead, to int, join bool) bool {
	w := breakAt(r.text, lead)
	at, from := lead+w, lead
	if !join || breakLen(r.text, lead) > 1 {
		if !r.newline(lead, lead) {
			return false
		}
		from = at
	} else if strings.IndexFunc(r.text[at:to], isBreakRune) < 0 {
		return r.emit(lead, lead+w, 1)
	}
	for at < to {
		w := breakAt(r.text, at)
		if w == 0 {
			at++
			continue
		}
		if from > lead {
			from = at
		}
		if !r.newline(from, at) {
			return false
		}
		at += w
		from = at
	}
	return true
}

// ValueSpan maps a range of offsets in s.Value to the bytes of the file that spell it. In a block scalar a range that
// crosses lines includes the indentation between them; the last line end of a value lies behind s.Span. A range that
// holds part of an escape sequence gets all of it.
func (src *Source) ValueSpan(s *Str, in Span) Span {
	n := len(s.Value)
	in.Start = min(max(in.Start, 0), n)
	in.End = min(max(in.End, in.Start), n)
	if s.Start < 0 || s.Start > s.End || s.End > len(src.Text) {
		return s.Span
	}
	if shift, ok := src.shift(s); ok {
		return in.Shift(shift)
	}
	if lines, ok := src.literalLines(s, in); ok {
		return lines
	}
	return src.walkedSpan(s, in)
}

// literalLines is ValueSpan for a literal block whose lines end as in the value, so that line for line the one is the other behind
// some blanks: then nothing between the block's start and the range has to be looked at.
func (src *Source) literalLines(s *Str, in Span) (Span, bool) {
	if s.Style != Literal || in.Start == len(s.Value) {
		return Span{}, false
	}
	body := blockBody(src.Text, s.Start)
	first, found := slices.BinarySearch(src.lines, int32(body))
	behind := first + strings.Count(s.Value, "\n")
	if !found || behind >= len(src.lines) {
		return Span{}, false // the last line has no end
	}
	text := src.Text[s.Start:max(s.End, int(src.lines[behind]))]
	if strings.IndexByte(text, '\r') >= 0 || !src.ascii && (oddBreaks(text) || oddBreaks(s.Value)) { // the span ends before the last
		return Span{}, false
	}
	indent := blockIndent(src.Text, body, s.Value)
	offset := func(at int) int {
		line := first + strings.Count(s.Value[:at], "\n")
		if s.Value[at] == '\n' {
			return int(src.lines[line+1]) - 1
		}
		return int(src.lines[line]) + indent + at - (strings.LastIndexByte(s.Value[:at], '\n') + 1)
	}
	out := Span{Start: offset(in.Start)}
	out.End = out.Start
	if in.End > in.Start {
		out.End = offset(in.End-1) + 1
	}
	return out, true
}

// walkedSpan is ValueSpan for every scalar: it reads the spelling up to the end of the range.
func (src *Source) walkedSpan(s *Str, in Span) Span {
	out := Span{Start: -1, End: -1}
	last := s.Start
	pieces(src.Text, s.Start, s.Style, s.Value, func(p piece) bool {
		last = p.src + p.width
		if out.Start < 0 && in.Start < p.val+p.n {
			out.Start = p.src
			if p.copied {
				out.Start += in.Start - p.val
			}
			out.End = out.Start
		}
		if out.Start >= 0 && in.End > in.Start && in.End > p.val {
			out.End = last
			if p.copied {
				out.End = p.src + min(in.End-p.val, p.n)
			}
		}
		return in.End > p.val+p.n || out.Start < 0
	})
	if out.Start < 0 {
		if len(s.Value) == 0 && (s.Style == SingleQuoted || s.Style == DoubleQuoted) {
			last = min(s.Start+1, s.End)
		}
		return Span{Start: last, End: last}
	}
	return out
}

// shift returns the distance from offsets in the value to offsets in the file when it is the same for all of them.
func (src *Source) shift(s *Str) (int, bool) {
	text := src.Text[s.Start:s.End]
	switch s.Style {
	case Plain:
		return s.Start, len(text) == len(s.Value)
	case SingleQuoted:
		return s.Start + 1, len(text) == len(s.Value)+2
	case DoubleQuoted:
		return s.Start + 1, len(text) == len(s.Value)+2 && strings.IndexByte(text, '\\') < 0
	}
	return 0, false
}

// decoded returns the value of the scalar n, read from text. like is a value of the same length and line ends.
func decoded(text string, n *Node, like string) string {
	var out strings.Builder
	pieces(text, n.Start, n.Style, like, func(p piece) bool {
		if p.copied {
			out.WriteString(text[p.src : p.src+p.width])
		} else {
			out.WriteString(like[p.val : p.val+p.n])
		}
		return true
	})
	return out.String()
}
