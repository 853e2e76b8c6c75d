package syntax

import (
	"strings"
	"testing"
)

func FuzzParseYAML(f *testing.F) {
	for _, doc := range documents {
		for _, text := range variants(doc) {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			t.Skip()
		}
		root, comments, errs := ParseYAML(NewSource("x.yml", text))
		checkErrors(t, text, errs)
		for _, c := range comments {
			if c.End > len(text) || text[c.Start] != '#' {
				t.Fatalf("%q: comment %v", text, c)
			}
		}
		if root == nil {
			if len(errs) == 0 {
				t.Fatalf("%q: neither node nor error", text)
			}
			return
		}
		// A byte order mark, and the line breaks of YAML 1.1, mean something else at the start of a text than within it.
		if len(errs) > 0 || strings.ContainsAny(text, "\ufeff\u0085\u2028\u2029") {
			return
		}
		n := 0
		for _, bad := range CheckTree(text, root, &n) {
			t.Errorf("%q: %s", text, bad)
		}
	})
}

// FuzzValueSpan spells a text in a style and maps every byte of its value.
func FuzzValueSpan(f *testing.F) {
	for _, text := range []string{"a", "it''s", "one\n  two\n\n  three", "\\x41\\\n  b\\n", "x # y", "  more\n x\n\n", "é\r\n  ü\u2028  z"} {
		for style := range uint8(5) {
			f.Add(text, style)
		}
	}
	f.Fuzz(func(t *testing.T, body string, style uint8) {
		if len(body) > 1024 {
			t.Skip()
		}
		text := []string{"k: " + body, "k: '" + body + "'", "k: \"" + body + "\"", "k: |\n  " + body, "k: >-\n  " + body}[style%5]
		root, _, errs := ParseYAML(NewSource("x.yml", text))
		if root == nil || len(errs) > 0 {
			return
		}
		c := &checker{text: text}
		c.values(root)
		for _, bad := range c.bad {
			t.Errorf("%q: %s", text, bad)
		}
	})
}

func (c *checker) values(n *Node) {
	if n.Kind == Scalar {
		c.pieces(n)
	}
	for _, item := range n.Items {
		c.values(item)
	}
	for _, p := range n.Pairs {
		c.values(p.Key)
		c.values(p.Value)
	}
}
