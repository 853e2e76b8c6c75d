package report

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"

	"sekisho/lint/syntax"
)

// minCells is how many columns of source are shown even when the terminal is narrower.
const minCells = 20

// maxBlank is how many blank lines, or blanks of a line, are searched for something to underline. It bounds what a file
// of nothing but blanks costs.
const maxBlank = 200

// mark is a span to underline. In the list that mark makes, each one lies within its line.
type mark struct {
	span  syntax.Span
	line  int
	sign  byte // ^ for the finding itself, - for what explains it
	label string

	from, to int // columns of the printed line, set by line; offsets while it measures
}

// mark appends m as one mark, or two when it covers several lines: on the first and on the last that shows anything.
func (t *text) mark(marks []mark, path string, m mark) []mark {
	src := t.Sources[path]
	if src == nil {
		return marks
	}
	span := clamp(src, m.span)
	first := src.Position(span.Start).Line
	last := first
	if span.End > span.Start {
		last = src.Position(span.End - 1).Line
	}
	for n := 0; n < maxBlank && last > first && blank(src.Slice(overlap(src.LineSpan(last), span))); n++ {
		last--
	}
	head := m
	head.line, head.span = first, overlap(src.LineSpan(first), span)
	if last == first {
		return append(marks, head)
	}
	tail := m
	tail.line, tail.span = last, overlap(src.LineSpan(last), span)
	for n := 0; n < maxBlank && tail.span.Start < tail.span.End && blank(src.Text[tail.span.Start:tail.span.Start+1]); n++ {
		tail.span.Start++
	}
	head.label = ""
	return append(marks, head, tail)
}

// overlap returns the part of span inside line, which is empty at an end of line when they do not meet.
func overlap(line, span syntax.Span) syntax.Span {
	start := min(max(span.Start, line.Start), line.End)
	return syntax.Span{Start: start, End: max(start, min(span.End, line.End))}
}

// lines prints the marked lines of src with the marks below.
func (t *text) lines(src *syntax.Source, marks []mark, s style) {
	slices.SortStableFunc(marks, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.span.Start, b.span.Start))
	})
	before := 0
	for len(marks) > 0 {
		line := marks[0].line
		n := 1
		for n < len(marks) && marks[n].line == line {
			n++
		}
		switch {
		case before == 0 || line == before+1:
		case line == before+2:
			t.line(src, line-1, nil)
		default:
			t.raw("...")
			t.newline()
		}
		t.line(src, line, marks[:n])
		t.underline(marks[:n], s)
		before, marks = line, marks[n:]
	}
}

// line prints one line of source and sets the columns of its marks.
func (t *text) line(src *syntax.Source, line int, marks []mark) {
	span := src.LineSpan(line)
	t.spaces(t.gutter - digits(line))
	t.start(dim)
	t.int(line)
	t.raw(" |")
	t.stop()
	shown := window(src.Text, span, marks, max(t.width-t.gutter-3, minCells))
	if shown == span && blank(src.Slice(span)) {
		for i := range marks {
			marks[i].from, marks[i].to = 0, 1
		}
		t.newline()
		return
	}
	t.raw(" ")
	base := len(t.buf)
	if shown.Start > span.Start {
		t.raw("…")
	}
	t.source(src.Text, shown, base, marks)
	if shown.End < span.End {
		t.raw("…")
	}
	t.newline()
}

// source prints the shown part of a line, with tabs expanded, and measures where the marks come to stand.
func (t *text) source(all string, shown syntax.Span, base int, marks []mark) {
	t.cuts = append(t.cuts[:0], shown.End)
	for i := range marks {
		marks[i].from, marks[i].to = align(all, shown, marks[i].span.Start), align(all, shown, marks[i].span.End)
		t.cuts = append(t.cuts, marks[i].from, marks[i].to)
	}
	slices.Sort(t.cuts)
	t.columns = t.columns[:0]
	at := shown.Start
	for _, cut := range t.cuts {
		t.expanded(all[at:cut], base)
		t.columns = append(t.columns, cells(t.buf[base:]))
		at = cut
	}
	column := func(off int) int {
		i, _ := slices.BinarySearch(t.cuts, off)
		return t.columns[i]
	}
	for i := range marks {
		from := column(marks[i].from)
		marks[i].from, marks[i].to = from, max(column(marks[i].to), from+1)
	}
}

// align moves an offset into the shown part and to the start of its character.
func align(all string, shown syntax.Span, off int) int {
	off = min(max(off, shown.Start), shown.End)
	for off > shown.Start && off < shown.End && !utf8.RuneStart(all[off]) {
		off--
	}
	return off
}

// expanded prints s; a tab fills up to the next stop, counted from base.
func (t *text) expanded(s string, base int) {
	start := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '\t' {
			t.text(s[start:i])
			t.spaces(tabWidth - cells(t.buf[base:])%tabWidth)
			start = i + 1
		}
	}
	t.text(s[start:])
}

// underline prints the marks below the line just printed, and their labels: the last one beside its mark, the others
// on lines of their own.
func (t *text) underline(marks []mark, s style) {
	end := 0
	for i := range marks {
		end = max(end, marks[i].to)
	}
	signs := t.row[:0]
	for range end {
		signs = append(signs, ' ')
	}
	t.row = signs
	for _, sign := range [...]byte{'-', '^'} {
		for i := range marks {
			if marks[i].sign == sign {
				for j := marks[i].from; j < marks[i].to; j++ {
					signs[j] = sign
				}
			}
		}
	}
	t.bar()
	t.signs(signs, s)
	last := len(marks) - 1
	if marks[last].to == end && marks[last].label != "" {
		t.raw(" ")
		t.text(marks[last].label)
		last--
	}
	t.newline()
	t.hung = t.hung[:0]
	for _, m := range marks[:last+1] {
		if m.label != "" {
			t.hung = append(t.hung, m)
		}
	}
	t.hang(t.hung)
}

// signs prints a row of signs, those of the finding itself in the colour s.
func (t *text) signs(row []byte, s style) {
	for i := 0; i < len(row); {
		n := i + 1
		for n < len(row) && row[n] == row[i] {
			n++
		}
		switch row[i] {
		case ' ':
			t.spaces(n - i)
		case '^':
			t.start(s)
			t.repeat('^', n-i)
			t.stop()
		default:
			t.start(cyan)
			t.repeat('-', n-i)
			t.stop()
		}
		i = n
	}
}

// hang prints the labels of marks, which are sorted by column, from the last to the first.
func (t *text) hang(marks []mark) {
	if len(marks) == 0 {
		return
	}
	t.bar()
	t.pillars(marks, math.MaxInt)
	t.newline()
	for i := len(marks) - 1; i >= 0; i-- {
		t.bar()
		t.spaces(marks[i].from - t.pillars(marks[:i], marks[i].from))
		t.text(marks[i].label)
		t.newline()
	}
}

// pillars prints a bar below the start of each mark left of limit and returns the columns it took.
func (t *text) pillars(marks []mark, limit int) int {
	at := 0
	for i := range marks {
		if from := marks[i].from; from >= at && from < limit {
			t.spaces(from - at)
			t.raw("|")
			at = from + 1
		}
	}
	return at
}

// bar prints the start of a line without a number, up to the source.
func (t *text) bar() {
	t.spaces(t.gutter + 1)
	t.start(dim)
	t.raw("|")
	t.stop()
	t.raw(" ")
}
