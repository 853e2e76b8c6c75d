package config_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/config"
	"sekisho/lint/syntax"
)

func TestWrite(t *testing.T) {
	root, _, errs := syntax.ParseYAML(syntax.NewSource("c.yml", "a: &x {b: [1, '2', c d], d: true, e: ''}\nf: *x\ng: []\nh: {}\n'i: j': \"k\\nl\"\n"))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for _, tc := range []struct {
		value any
		want  string
	}{
		{true, " true"},
		{7, " 7"},
		{"a b", " a b"},
		{"true", " 'true'"},
		{[]string{"a", "", "1", "b, c"}, " [a, '', '1', 'b, c']"},
		{[]string{strings.Repeat("a", 60), strings.Repeat("b", 60)}, "\n  - " + strings.Repeat("a", 60) + "\n  - " + strings.Repeat("b", 60)},
		{map[string]string{}, " {}"},
		{map[string][]string{"b": nil, "a c": {"x"}}, "\n  a c: [x]\n  b: []"},
		{&options{Max: 3, Words: []string{"x"}, Policy: map[string]string{"*": "any"}},
			"\n  max-days: 3\n  name: ''\n  loud: false\n  words: [x]\n  policy:\n    '*': any\n  owners: {}\n  pattern: ''"},
		{root, "\n  a:\n    b: [1, '2', c d]\n    d: true\n    e: ''\n  f:\n    b: [1, '2', c d]\n    d: true\n    e: ''\n  g: []\n  h: {}\n  'i: j': \"k\\nl\""},
	} {
		var b strings.Builder
		config.Write(&b, tc.value, 2)
		if diff := cmp.Diff(tc.want, b.String()); diff != "" {
			t.Errorf("%v: %s", tc.value, diff)
		}
	}
}

// FuzzWrite checks that what is written is read back as what it was, and that a runner takes none of it for a command.
func FuzzWrite(f *testing.F) {
	for _, text := range []string{"", "a", "::error::x", "a ##[error] b", "- x", "1e3", "a: b #c", "\x00\x1b\r\n", "\ufeff\u2028", "'\"\\", "日本", "<<", "*", " x ", "?", "~"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var b strings.Builder
		config.Write(&b, map[string][]string{text: {text, text}}, 0)
		out := b.String()
		for line := range strings.Lines(out) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "::") || strings.Contains(line, "##[") {
				t.Errorf("%q is written as a command: %q", text, line)
			}
		}
		if !utf8.ValidString(text) || len(text) > 80 { // YAML wants keys shorter than 1024 characters, escapes included
			return
		}
		root, _, errs := syntax.ParseYAML(syntax.NewSource("c.yml", out))
		if len(errs) > 0 {
			t.Fatalf("%q is written as %q: %v", text, out, errs)
		}
		if len(root.Pairs) != 1 || root.Pairs[0].Key.Value != text || len(root.Pairs[0].Value.Items) != 2 || root.Pairs[0].Value.Items[1].Value != text {
			t.Errorf("%q is written as %q", text, out)
		}
	})
}
