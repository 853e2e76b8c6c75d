package report

import (
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"sekisho/lint/syntax"
)

// tabWidth is the distance of tab stops.
const tabWidth = 4

// cells returns the columns that printed text takes in a terminal.
func cells(b []byte) int {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return widths().StringWidth(string(b))
		}
	}
	return len(b)
}

// widths does not follow the locale, so that the same input always looks the same.
func widths() *runewidth.Condition { return &runewidth.Condition{StrictEmojiNeutral: true} }

// reach returns the columns that a character takes at most, in the form in which it is printed.
func reach(r rune, size int) int {
	switch {
	case r == '\t':
		return tabWidth
	case r < ' ' || r == 0x7f || r == utf8.RuneError && size == 1:
		return len(`\x1b`)
	case r < utf8.RuneSelf:
		return 1
	case hidden(r, 0):
		return len("<U+10FFFF>")
	}
	return widths().RuneWidth(r)
}

// forward returns the offset up to which the characters of s from start fit into room columns. What takes no room of
// its own counts as well when there is much of it.
func forward(s string, start, end, room int) int {
	at := start
	for stop := start + 8*room; at < end && at < stop; {
		r, size := utf8.DecodeRuneInString(s[at:end])
		if room -= reach(r, size); room < 0 {
			break
		}
		at += size
	}
	return at
}

// backward is forward towards the start: it returns the offset from which the characters up to end fit.
func backward(s string, start, end, room int) int {
	at := end
	for stop := end - 8*room; at > start && at > stop; {
		r, size := utf8.DecodeLastRuneInString(s[start:at])
		if room -= reach(r, size); room < 0 {
			break
		}
		at -= size
	}
	return at
}

// window returns the part of a line that is shown: all of it when it fits into room columns, else what surrounds the
// marks, with a column left for the sign of a cut on each side.
func window(s string, line syntax.Span, marks []mark, room int) syntax.Span {
	if forward(s, line.Start, line.End, room) == line.End {
		return line
	}
	from, to := line.Start, line.Start
	if len(marks) > 0 {
		from, to = marks[0].span.Start, marks[0].span.End
	}
	for i := range marks {
		from, to = min(from, marks[i].span.Start), max(to, marks[i].span.End)
	}
	room -= 2
	if end := forward(s, line.Start, line.End, room); end >= to {
		return syntax.Span{Start: line.Start, End: end}
	}
	start := backward(s, line.Start, from, room/3)
	if start > line.Start && backward(s, line.Start, line.End, room) < start {
		// The end of the line fits as well: show more of what stands before.
		start = backward(s, line.Start, line.End, room)
	}
	return syntax.Span{Start: start, End: forward(s, start, line.End, room)}
}
