package syntax

import (
	"strings"
	"testing"
	"unicode/utf16"
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

// TestPositionUTF16 compares every offset with a plain count, on lines that are shorter and longer than the distance of stops.
func TestPositionUTF16(t *testing.T) {
	for _, text := range []string{
		"", "abc\ndef", "a🚀b\n日本🚀🚀語\r\n", "\ufeff🚀a\rb🚀", "\xf0\x9f\x9a x \xff🚀\xed\xa0\x80",
		strings.Repeat("a🚀日", 500) + "\n" + strings.Repeat("🚀", 700) + "z", strings.Repeat("x", 3000) + "🚀\n🚀",
	} {
		src := NewSource("x", text)
		for off := -1; off <= len(text)+1; off++ {
			want := src.Position(off)
			start := src.LineSpan(want.Line).Start
			want.Column = len(utf16.Encode([]rune(text[start:min(max(off, start), len(text))]))) + 1
			if got := src.PositionUTF16(off); got != want {
				t.Fatalf("%.20q: offset %d is %v, want %v", text, off, got, want)
			}
		}
	}
}

// TestEightBytes compares what is read eight bytes at a time with what is read one by one, for each byte at each place of a word.
func TestEightBytes(t *testing.T) {
	for c := range 256 {
		for at := range 19 {
			for _, around := range []string{"a", "\n", "\x7f", "\x00", "\xff", "\x0b"} {
				text := strings.Repeat(around, at) + string([]byte{byte(c)}) + strings.Repeat(around, 18-at)
				if got, want := isASCII(text), strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0; got != want {
					t.Errorf("%q: ASCII: %v", text, got)
				}
				for from := range len(text) + 1 {
					want := from
					for want < len(text) && (text[want] >= ' ' && text[want] < 0x7f || strings.IndexByte("\n\t\r", text[want]) >= 0) {
						want++
					}
					if got := nextUnusual(text, from); got != want {
						t.Errorf("%q: the first unusual byte from %d is that at %d, want %d", text, from, got, want)
					}
				}
				if strings.Contains(text, "\r") {
					continue
				}
				want := []int32{0}
				for i := range len(text) {
					if text[i] == '\n' {
						want = append(want, int32(i+1))
					}
				}
				if diff := cmp.Diff(want, lineStarts(text)); diff != "" {
					t.Errorf("%q: other lines (- want, + got)\n%s", text, diff)
				}
			}
		}
	}
}

func TestSourceContains(t *testing.T) {
	for _, text := range [...]string{"", "k", "token", "a token", "to ken, tokn, ken", "ttoken", "kkk toke", "toktoken"} {
		src := NewSource("x", text)
		for rare := range len("token") {
			if got, want := src.Contains("token", rare), strings.Contains(text, "token"); got != want {
				t.Errorf("%q contains token by its letter %d: %v, want %v", text, rare, got, want)
			}
		}
	}
}
