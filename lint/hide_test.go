package lint

import (
	"testing"
	"unicode/utf8"

	"sekisho/lint/syntax"
)

func TestHidden(t *testing.T) {
	for _, tt := range []struct {
		text string
		span syntax.Span
		want string
	}{
		{"a: secret # b", syntax.Span{Start: 3, End: 9}, "a: ****** # b"},
		{"a: x\n y\tz", syntax.Span{Start: 3, End: 100}, "a: *\n *\t*"},
		{"é日😀\xff", syntax.Span{Start: 0, End: 10}, "·•🔒*"},
		{"a", syntax.Span{Start: -1, End: 0}, "a"},
	} {
		if got := hidden(tt.text, []syntax.Span{tt.span}); got != tt.want {
			t.Errorf("%q is hidden as %q, not %q", tt.text, got, tt.want)
		}
	}
}

func FuzzHidden(f *testing.F) {
	f.Add("a: é\r\nb", 1, 6)
	f.Add("\xff\xfe", 0, 9)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		got := hidden(text, []syntax.Span{{Start: start, End: end}})
		if len(got) != len(text) || start >= 0 && start < len(text) && utf8.RuneStart(text[start]) && utf8.RuneCountInString(got) != utf8.RuneCountInString(text) {
			t.Errorf("%q is hidden as %q", text, got)
		}
	})
}
