// Package syntax turns the files of a repository into trees in which every key, scalar and collection knows the bytes it
// was read from.
package syntax

import (
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"sekisho/lint/expr"
)

// Span is a half-open range of byte offsets into a Source.
type Span = expr.Span

// Edit replaces the bytes of Span by New.
type Edit struct {
	Span
	New string
}

// Source is the text of one file. It is never changed.
type Source struct {
	Path string // relative to the repository's root, with /
	Text string // as read: byte order mark and line ends included

	lines []int32 // offset at which each line starts, after a byte order mark; filled by NewSource
	plain bool    // Text is ASCII that can be printed, in lines
	ascii bool    // no byte of Text is above 0x7f
	stops []stop  // one for each stopDistance bytes of a text that is not ASCII and has longer lines, so that these need no count from their start
}

// stop is the start of a character, how many characters stand before it in the text, and how many of these are wide: two code
// units in UTF-16.
type stop struct{ off, count, wide int }

// stopDistance is about how many bytes lie between two stops.
const stopDistance = 1 << 10

func stops(text string) []stop {
	list := make([]stop, 0, len(text)/stopDistance+1)
	count, wide, next := 0, 0, 0
	for off, r := range text {
		if off >= next {
			list = append(list, stop{off, count, wide})
			next += stopDistance
		}
		count++
		if r > maxUnit {
			wide++
		}
	}
	return list
}

// maxUnit is the highest character that is one code unit in UTF-16.
const maxUnit = 0xffff

// wide returns how many characters of text are two code units in UTF-16.
func wide(text string) int {
	n := 0
	for _, r := range text {
		if r > maxUnit {
			n++
		}
	}
	return n
}

// stop returns the last stop at or before off.
func (s *Source) stop(off int) stop {
	i := min(off/stopDistance, len(s.stops)-1)
	if s.stops[i].off > off {
		i--
	}
	return s.stops[i]
}

// before returns how many characters stand before off.
func (s *Source) before(off int) int {
	at := s.stop(off)
	return at.count + utf8.RuneCountInString(s.Text[at.off:off])
}

// wideBefore returns how many wide characters stand before off.
func (s *Source) wideBefore(off int) int {
	at := s.stop(off)
	return at.wide + wide(s.Text[at.off:off])
}

// Position is a place for people: 1-based, columns in Unicode code points.
type Position struct{ Line, Column int }

const byteOrderMark = "\ufeff"

// NewSource indexes the lines of text. Lines end with LF, CRLF or CR, as in editors; a last line end starts one more,
// empty line.
func NewSource(path, text string) *Source {
	s := &Source{Path: path, Text: text, lines: lineStarts(text)}
	s.plain = nextUnusual(text, 0) == len(text)
	s.ascii = s.plain || isASCII(text)
	if !s.ascii && s.hasLongLine() {
		s.stops = stops(text)
	}
	return s
}

// hasLongLine reports a line that is longer than stopDistance.
func (s *Source) hasLongLine() bool {
	for i, start := range s.lines {
		if end := s.lineEnd(i); end-int(start) > stopDistance {
			return true
		}
	}
	return false
}

// lineEnd returns where the line with this index ends, its line end included.
func (s *Source) lineEnd(i int) int {
	if i+1 < len(s.lines) {
		return int(s.lines[i+1])
	}
	return len(s.Text)
}

func lineStarts(text string) []int32 {
	start := 0
	if strings.HasPrefix(text, byteOrderMark) {
		start = len(byteOrderMark)
	}
	lines := make([]int32, 1, strings.Count(text, "\n")+2)
	lines[0] = int32(start)
	if strings.IndexByte(text, '\r') < 0 {
		i := 0
		for ; i+8 <= len(text); i += 8 {
			for found := newlines(word(text, i)); found != 0; found &= found - 1 {
				lines = append(lines, int32(i+bits.TrailingZeros64(found)/8+1))
			}
		}
		for ; i < len(text); i++ {
			if text[i] == '\n' {
				lines = append(lines, int32(i+1))
			}
		}
		return lines
	}
	for i := start; i < len(text); i++ {
		switch text[i] {
		case '\r':
			if i+1 < len(text) && text[i+1] == '\n' {
				i++
			}
			lines = append(lines, int32(i+1))
		case '\n':
			lines = append(lines, int32(i+1))
		}
	}
	return lines
}

// A byte repeated eight times, and the bits of eight bytes that are set above 0x7f.
const (
	eight     = 0x0101010101010101
	highBits  = 0x80 * eight
	otherBits = 0x7f * eight
)

// word returns the eight bytes of text from i.
func word(text string, i int) uint64 {
	b := text[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// newlines returns the highest bit of each byte of w that is a line feed.
func newlines(w uint64) uint64 {
	w ^= '\n' * eight
	return ^((w&otherBits + otherBits) | w | otherBits)
}

func isASCII(text string) bool {
	i := 0
	for ; i+8 <= len(text); i += 8 {
		if word(text, i)&highBits != 0 {
			return false
		}
	}
	for ; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// nextUnusual returns the offset of the first byte of text from i that is neither printable ASCII nor part of a line end nor a tab, or
// the length of text.
func nextUnusual(text string, i int) int {
	for {
		for ; i+8 <= len(text); i += 8 {
			w := word(text, i)
			w |= newlines(w) >> 2 // '\n' | 0x20 is printable
			if (w|(w-' '*eight)|(w+eight))&highBits != 0 {
				break
			}
		}
		end := min(i+8, len(text))
		for ; i < end; i++ {
			if c := text[i]; (c < ' ' || c >= 0x7f) && c != '\n' && c != '\t' && c != '\r' {
				return i
			}
		}
		if i == len(text) {
			return i
		}
	}
}

// Position returns the line and column of the byte at off. An offset outside the text is taken for its nearest end.
func (s *Source) Position(off int) Position {
	off = min(max(off, 0), len(s.Text))
	if len(s.lines) == 0 {
		return Position{1, 1}
	}
	line, found := slices.BinarySearch(s.lines, int32(off))
	if !found {
		line--
	}
	if line < 0 { // inside the byte order mark
		return Position{1, 1}
	}
	start := int(s.lines[line])
	if s.ascii {
		return Position{line + 1, off - start + 1}
	}
	if off-start > stopDistance {
		return Position{line + 1, s.before(off) - s.before(start) + 1}
	}
	return Position{line + 1, utf8.RuneCountInString(s.Text[start:off]) + 1}
}

// PositionUTF16 is Position with the column in UTF-16 code units, which is how SARIF and most editors count.
func (s *Source) PositionUTF16(off int) Position {
	p := s.Position(off)
	if s.ascii || len(s.lines) == 0 {
		return p
	}
	off = min(off, len(s.Text))
	switch start := int(s.lines[p.Line-1]); {
	case off-start > stopDistance:
		p.Column += s.wideBefore(off) - s.wideBefore(start)
	case off > start:
		p.Column += wide(s.Text[start:off])
	}
	return p
}

// Offset returns the offset of the character at p, the opposite of Position. A column behind the line's end gives that
// end, a line behind the last one the end of the text.
func (s *Source) Offset(p Position) int {
	if p.Line > len(s.lines) {
		return len(s.Text)
	}
	line := s.LineSpan(p.Line)
	if s.ascii {
		return min(line.Start+max(p.Column-1, 0), line.End)
	}
	off := line.Start
	for i := 1; i < p.Column && off < line.End; i++ {
		_, w := utf8.DecodeRuneInString(s.Text[off:line.End])
		off += w
	}
	return off
}

// Contains is strings.Contains for a text as long as a file: the word is looked for by the letter at rare, which should be one that few
// words of a workflow have.
func (s *Source) Contains(word string, rare int) bool {
	for at := rare; at < len(s.Text); at++ {
		i := strings.IndexByte(s.Text[at:], word[rare])
		if i < 0 {
			return false
		}
		at += i
		if strings.HasPrefix(s.Text[at-rare:], word) {
			return true
		}
	}
	return false
}

// Slice returns the bytes of span.
func (s *Source) Slice(span Span) string { return s.Text[span.Start:span.End] }

// LineSpan returns the bytes of a 1-based line without its line end. A line that does not exist gives an empty span at
// the nearest end of the text.
func (s *Source) LineSpan(line int) Span {
	if line < 1 || len(s.lines) == 0 {
		return Span{}
	}
	if line > len(s.lines) {
		return Span{Start: len(s.Text), End: len(s.Text)}
	}
	start, end := int(s.lines[line-1]), len(s.Text)
	if line == len(s.lines) {
		return Span{Start: start, End: end}
	}
	end = int(s.lines[line]) - 1
	if s.Text[end] == '\n' && end > start && s.Text[end-1] == '\r' {
		end--
	}
	return Span{Start: start, End: end}
}

// Lines returns the number of lines.
func (s *Source) Lines() int { return len(s.lines) }
