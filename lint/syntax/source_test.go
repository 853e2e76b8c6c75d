package syntax

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestPosition(t *testing.T) {
	for _, test := range []struct {
		text  string
		lines []string
	}{
		{"", []string{""}},
		{"a\nb", []string{"a", "b"}},
		{"a\r\nb\rc\n\n\r\r\nd", []string{"a", "b", "c", "", "", "", "d"}},
		{"a\n", []string{"a", ""}},
		{"\ufeffä\u0085\u2028b\nc", []string{"ä\u0085\u2028b", "c"}},
		{"日本\r\n語", []string{"日本", "語"}},
	} {
		src := NewSource("x", test.text)
		var lines []string
		for i := 1; i <= src.Lines(); i++ {
			span := src.LineSpan(i)
			lines = append(lines, src.Slice(span))
			column := 1
			for off := span.Start; off <= span.End; column++ {
				p := Position{Line: i, Column: column}
				if got := src.Position(off); got != p {
					t.Errorf("%q: offset %d is %v, want %v", test.text, off, got, p)
				}
				if got := src.Offset(p); got != off {
					t.Errorf("%q: %v is offset %d, want %d", test.text, p, got, off)
				}
				_, w := utf8.DecodeRuneInString(test.text[off:])
				off += max(w, 1)
			}
		}
		if diff := cmp.Diff(test.lines, lines); diff != "" {
			t.Errorf("%q: %s", test.text, diff)
		}
	}
}

func TestPositionOutside(t *testing.T) {
	src := NewSource("x", "\ufeffab\ncd")
	for off, want := range map[int]Position{-1: {1, 1}, 0: {1, 1}, 2: {1, 1}, 3: {1, 1}, 99: {2, 3}} {
		if got := src.Position(off); got != want {
			t.Errorf("offset %d is %v, want %v", off, got, want)
		}
	}
	for p, want := range map[Position]int{{0, 0}: 0, {1, 0}: 3, {1, 99}: 5, {9, 1}: 8} {
		if got := src.Offset(p); got != want {
			t.Errorf("%v is offset %d, want %d", p, got, want)
		}
	}
}
