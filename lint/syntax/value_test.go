package syntax

import (
	"strings"
	"testing"
)

func TestValueSpan(t *testing.T) {
	for _, test := range []struct {
		text string // one key
		part string // of its value
		want string // of the file
	}{
		{"k: plain ${{ x }} y", "${{ x }}", "${{ x }}"},
		{"k: a\n  ${{ x\n  }} y", "${{ x }}", "${{ x\n  }}"},
		{"k: 'it''s ${{ x }}'", "${{ x }}", "${{ x }}"},
		{"k: 'it''s'", "'", "''"},
		{"k: 'a\n\n  b'", "a\nb", "a\n\n  b"},
		{"k: \"\\t${{ x }}\"", "${{ x }}", "${{ x }}"},
		{"k: \"a\\x41b\"", "A", "\\x41"},
		{"k: \"a\\u00e9b\"", "é", "\\u00e9"},
		{"k: \"a \\\n  b\"", "a b", "a \\\n  b"},
		{"k: |\n  one ${{ x }}\n  two", "${{ x }}", "${{ x }}"},
		{"k: |\n  one ${{ x\n  }}\n  two", "${{ x\n}}", "${{ x\n  }}"},
		{"k: |\r\n  one\r\n  two\r\n", "one\n", "one\r\n"},
		{"k: |\r\n  one\r\n  two\r\n", "two", "two"},
		{"k: |2-\n    one\n   two\n", " two", " two"},
		{"k: >\n  one ${{ x\n  }}\n\n  two", "${{ x }}", "${{ x\n  }}"},
		{"k: >\n  one\n\n  two\n   three\n  four", "two\n three\nfour", "two\n   three\n  four"},
		{"k: >-\n\n\n  one\n  two", "two", "two"},
		{"k: é${{ ü }}ß", "${{ ü }}", "${{ ü }}"},
		{"\ufeffk: \"é\\n${{ ü }}ß\"", "${{ ü }}", "${{ ü }}"},
	} {
		src := NewSource("x.yml", test.text)
		root, _, _ := ParseYAML(src)
		pair, _ := root.Get("k")
		s := pair.Value.Str()
		at := strings.Index(s.Value, test.part)
		if at < 0 {
			t.Errorf("%q: %q is not in %q", test.text, test.part, s.Value)
			continue
		}
		if got := src.Slice(src.ValueSpan(&s, Span{Start: at, End: at + len(test.part)})); got != test.want {
			t.Errorf("%q: %q is spelled %q, want %q", test.text, test.part, got, test.want)
		}
	}
}

func TestValueSpanOfEmptyRanges(t *testing.T) {
	for _, test := range []struct {
		text     string
		at, want int
	}{
		{"k: ''", 0, 4},
		{"k: \"\"", 7, 4},
		{"k:", 0, 2},
		{"k: abc", 3, 6},
		{"k: 'a''b'", 3, 8},
		{"k: |\n  a\n", 2, 9},
		{"k: |\n  a\n", 1, 8},
		{"k: |\n  a\n", -5, 7},
	} {
		src := NewSource("x.yml", test.text)
		root, _, _ := ParseYAML(src)
		s := root.Pairs[0].Value.Str()
		if got := src.ValueSpan(&s, Span{Start: test.at, End: test.at}); got != (Span{Start: test.want, End: test.want}) {
			t.Errorf("%q at %d: %v, want %d", test.text, test.at, got, test.want)
		}
	}
}

// TestMayEqualFold compares each two characters up to the last that has another case with one of ASCII.
func TestMayEqualFold(t *testing.T) {
	for a := range rune(0x80) {
		for b := range rune(0x2200) {
			if x, y := string(a), string(b); strings.EqualFold(x, y) && (!mayEqualFold(x, y) || !mayEqualFold(y, x)) {
				t.Errorf("%q and %q are equal", x, y)
			}
		}
	}
}
