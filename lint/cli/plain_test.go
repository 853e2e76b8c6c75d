package cli

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		"a/b c.yml: ×2":              "a/b c.yml: ×2",
		"\x1b[31m":                   `\x1b[31m`,
		"a\nb\r\tc":                  `a\x0ab\x0d\x09c`,
		"::error::x":                 `\x3a:error::x`,
		" \u00a0\u0301::error::x":    " \u00a0\u0301\\x3a:error::x",
		"a ::error::x":               "a ::error::x",
		"##[error]":                  `##\[error]`,
		"#\u0301#\u0301[error] #[x]": "#\u0301#\u0301\\[error] #[x]",
		"\u202e\u200b\u2028\ufe0f":   "<U+202E><U+200B><U+2028><U+FE0F>",
		"\xff\u0085":                 `\xff<U+0085>`,
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("\x1b##[error]::x\u202e")
	f.Fuzz(func(t *testing.T, text string) {
		out := plain(text)
		if !utf8.ValidString(out) || strings.ContainsFunc(out, func(r rune) bool { return r < ' ' || !unicode.IsGraphic(r) }) {
			t.Errorf("plain(%q) = %q", text, out)
		}
		if strings.HasPrefix(strings.TrimSpace(out), "::") || strings.Contains(out, "##[") {
			t.Errorf("plain(%q) = %q is a command", text, out)
		}
	})
}

func TestMarkdown(t *testing.T) {
	for _, tc := range []struct{ name, page, want string }{
		{"paragraph", "aa bb\ncc dd ee", "aa bb cc\ndd ee\n"},
		{"code is one word", "aa `b b` cccc", "aa b b\ncccc\n"},
		{"strong is one word", "a **b b b b** c", "a b b b b\nc\n"},
		{"link", "[a](b) c", "a (b) c\n"},
		{"long word", "aaaaaaaaaaaaa b", "aaaaaaaaaaaaa\nb\n"},
		{"marks that enclose nothing", "a * b ` c [d e ** f", "a * b ` c\n[d e ** f\n"},
		{"nested list", "- aa bb cc\n  - dd ee ff\n", "- aa bb cc\n  - dd ee\n    ff\n"},
		{"heading", "# A\n\n\n## B #\ntext\n#no", "A\n\nB\ntext #no\n"},
		{"fence", "````\n```\n  **a**\n````\nb", "    ```\n      **a**\nb\n"},
		{"open fence", "~~~\na", "    a\n"},
		{"blank lines at the start", "\n\na", "a\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var b strings.Builder
			markdown(&b, tc.page, 10, false)
			if diff := cmp.Diff(tc.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
	var b strings.Builder
	markdown(&b, "# A\n`b` **c**\n```\nd\n```\n", 80, true)
	want := "\x1b[1;36mA\x1b[0m\n\x1b[33mb\x1b[0m \x1b[1mc\x1b[0m\n    \x1b[2md\x1b[0m\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}
