package syntax

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// apply returns text with the edits made, which must be in order and apart.
func apply(t *testing.T, text string, edits []Edit) string {
	t.Helper()
	var b strings.Builder
	at := 0
	for _, e := range edits {
		if e.Start < at || e.End < e.Start || e.End > len(text) {
			t.Fatalf("bad edit %v in %d bytes", e, len(text))
		}
		b.WriteString(text[at:e.Start])
		b.WriteString(e.New)
		at = e.End
	}
	b.WriteString(text[at:])
	return b.String()
}

func node(t *testing.T, f *File, path ...any) *Node {
	t.Helper()
	n := f.Root
	for _, step := range path {
		switch step := step.(type) {
		case string:
			p, ok := n.Get(step)
			if !ok {
				t.Fatalf("no %s", step)
			}
			n = p.Value.Resolve()
		case int:
			n = n.Items[step].Resolve()
		}
	}
	return n
}

func TestInsertKey(t *testing.T) {
	read := []string{"contents: read", "id-token: write"}
	for _, test := range []struct {
		name, text    string
		at            []any
		before, after string
		value         []string
		want          string
	}{
		{"after", "on: push\njobs: {}\n", nil, "", "on", read, "on: push\npermissions:\n  contents: read\n  id-token: write\njobs: {}\n"},
		{"before, spaced", "on: push # c\n\n# jobs\njobs:\n    a: {}\n", nil, "jobs", "", read, "on: push # c\n\npermissions:\n    contents: read\n    id-token: write\n\n# jobs\njobs:\n    a: {}\n"},
		{"before, first", "# head\njobs:\n  a: {}\n\non: push\n", nil, "jobs", "", read[:1], "# head\npermissions:\n  contents: read\n\njobs:\n  a: {}\n\non: push\n"},
		{"end without a line end", "on: push\njobs: {}", nil, "", "", []string{"{}"}, "on: push\njobs: {}\npermissions: {}"},
		{"crlf", "on: push\r\njobs:\r\n  a: {}\r\n", nil, "", "on", read, "on: push\r\npermissions:\r\n  contents: read\r\n  id-token: write\r\njobs:\r\n  a: {}\r\n"},
		{"first of an entry", "steps:\n- run: x # c\n- run: y\n", []any{"steps", 0}, "run", "", []string{"bash"}, "steps:\n- permissions: bash\n  run: x # c\n- run: y\n"},
		{"in an entry", "steps:\n  - run: |\n      x\n\n  - run: y\n", []any{"steps", 0}, "", "run", []string{"bash"}, "steps:\n  - run: |\n      x\n    permissions: bash\n\n  - run: y\n"},
		{"behind a kept block", "a: |+\n  x\n\n\nb: c\n", nil, "", "a", []string{"x"}, "a: |+\n  x\n\n\npermissions: x\nb: c\n"},
		{"behind a nested comment", "a:\n  b: c\n  # d\n# e\nf: g\n", nil, "", "a", []string{"x"}, "a:\n  b: c\n  # d\npermissions: x\n# e\nf: g\n"},
		{"flow", "a: {b: c}\n", []any{"a"}, "", "b", read, "a: {b: c, permissions: {contents: read, id-token: write}}\n"},
		{"flow, front", "a: { b: c, d }\n", []any{"a"}, "b", "", []string{"x, y"}, "a: { permissions: 'x, y', b: c, d }\n"},
		{"flow, empty value", "a: {b: , d: }\n", []any{"a"}, "", "", []string{"- x", "- y"}, "a: {b: , d: , permissions: [x, y]}\n"},
		{"flow, empty", "a: {}\n", []any{"a"}, "", "", []string{"x"}, "a: {permissions: x}\n"},
		{"block scalar", "a:\n   b: c\n", []any{"a"}, "", "", []string{"|-", "x: y", "", "z"}, "a:\n   b: c\n   permissions: |-\n      x: y\n\n      z\n"},
		{"list", "a:\n  b: c\n", nil, "", "", []string{"- x", "- y"}, "a:\n  b: c\npermissions:\n  - x\n  - y\n"},
	} {
		f := Parse(NewSource("x.yml", test.text), KindOther)
		m := node(t, f, test.at...)
		var edits []Edit
		var ok bool
		if test.before != "" {
			edits, ok = f.InsertKeyBefore(m, test.before, "permissions", test.value)
		} else {
			edits, ok = f.InsertKey(m, test.after, "permissions", test.value)
		}
		if !ok {
			t.Errorf("%s: refused", test.name)
			continue
		}
		if d := cmp.Diff(test.want, apply(t, test.text, edits)); d != "" {
			t.Errorf("%s:\n%s", test.name, d)
		}
	}
}

func TestRemovePair(t *testing.T) {
	for _, test := range []struct {
		name, text string
		at         []any
		key, want  string // want is "" when nothing may be removed
	}{
		{"line", "a: b\nc: d # e\nf: g\n", nil, "c", "a: b\nf: g\n"},
		{"block", "a: b\nc:\n  d: e\n  # x\n  f: g # y\n# z\nh: i\n", nil, "c", "a: b\n# z\nh: i\n"},
		{"last without a line end", "a: b\r\nc: d", nil, "c", "a: b\r\n"},
		{"first of an entry", "- a: b # x\n  c: d\n", []any{0}, "a", "- c: d\n"},
		{"first of an entry, comment", "-   a: b # x\n    # y\n    c: d\n", []any{0}, "a", "-\n    # y\n    c: d\n"},
		{"only", "a:\n  b: c\n", []any{"a"}, "b", ""},
		{"absent", "a: b\nc: d\n", nil, "x", ""},
		{"anchor", "a: &x b\nc: *x\n", nil, "a", ""},
		{"alias", "a: &x b\nc: *x\n", nil, "c", "a: &x b\n"},
		{"flow", "a: {b: c, d: [e, f], g}\n", []any{"a"}, "d", "a: {b: c, g}\n"},
		{"flow, first", "a: { b: c, d: e }\n", []any{"a"}, "b", "a: { d: e }\n"},
		{"flow, last", "a: { b: c, d: e }\n", []any{"a"}, "d", "a: { b: c }\n"},
		{"flow, comment", "a: { b: c, # x\n  d: e }\n", []any{"a"}, "b", ""},
		{"key with an anchor", "&k a: b\nc: d\n", nil, "a", ""},
	} {
		f := Parse(NewSource("x.yml", test.text), KindOther)
		edits, ok := f.RemovePair(node(t, f, test.at...), test.key)
		if ok != (test.want != "") {
			t.Errorf("%s: %v", test.name, ok)
		} else if ok {
			if d := cmp.Diff(test.want, apply(t, test.text, edits)); d != "" {
				t.Errorf("%s:\n%s", test.name, d)
			}
		}
	}
}

func TestReplaceScalar(t *testing.T) {
	for _, test := range []struct{ text, value, want string }{
		{"a: b # c\n", "d", "a: d # c\n"},
		{"a: b\n", "true", "a: 'true'\n"},
		{"a: true\n", "false", "a: false\n"},
		{"a: 1\n", "2.5", "a: 2.5\n"},
		{"a: b\n", "1.10", "a: '1.10'\n"},
		{"a: b\n", "2026-11-01", "a: '2026-11-01'\n"},
		{"a: b\n", "10:30", "a: '10:30'\n"},
		{"a: ${{ x }}\n", "true", "a: true\n"},
		{"a: 'b'\n", "it's", "a: 'it''s'\n"},
		{"a: 'b'\n", "x\ny", "a: \"x\\ny\"\n"},
		{"a: \"b\"\n", "say \"x\" \\ \t\x00é\u2028😀", "a: \"say \\\"x\\\" \\\\ \\t\\x00é\\u2028😀\"\n"},
		{"a: b\n", "c: d", "a: 'c: d'\n"},
		{"a: b\n", "c #d", "a: 'c #d'\n"},
		{"a: b\n", "- c", "a: '- c'\n"},
		{"a: b\n", "-c", "a: -c\n"},
		{"a: b\n", "", "a: ''\n"},
		{"a: b\n", "b", "a: b\n"},
		{"a:\n", "b", "a: b\n"},
		{"a: [b]\n", "c, d", "a: ['c, d']\n"},
		{"a: b\n", "c, d", "a: c, d\n"},
		{"a: [b]\n", "${{ x }}", "a: ['${{ x }}']\n"},
		{"a: |\n  x\n  y\nb: c\n", "z\n\n w\n", "a: |\n  z\n\n   w\nb: c\n"},
		{"a: | # c\n  x\nb: c\n", "z", "a: |- # c\n  z\nb: c\n"},
		{"a: >-\n    x\nb: c\n", "z", "a: >-\n    z\nb: c\n"},
		{"a: >-\n  x\nb: c\n", "y\nz", "a: |-\n  y\n  z\nb: c\n"},
		{"a: |\n  x\nb: c\n", "", "a: \"\"\nb: c\n"},
		{"a: |\r\n  x\r\nb: c\r\n", "y\nz\n", "a: |\r\n  y\r\n  z\r\nb: c\r\n"},
	} {
		f := Parse(NewSource("x.yml", test.text), KindOther)
		n := node(t, f, "a")
		if n.Kind == Sequence {
			n = n.Items[0]
		}
		s := n.Str()
		got := apply(t, test.text, f.ReplaceScalar(&s, test.value))
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("%q:\n%s", test.text, d)
		}
	}
}

func TestSetLineComment(t *testing.T) {
	for _, test := range []struct{ text, comment, want string }{
		{"a: x@1\n", "v1.2.3", "a: x@1 # v1.2.3\n"},
		{"a: x@1  \n", "v1.2.3", "a: x@1 # v1.2.3\n"},
		{"a: x@1", "v1.2.3", "a: x@1 # v1.2.3"},
		{"a: x@1 # v1\r\n", "v1.2.3", "a: x@1 # v1.2.3\r\n"},
		{"a: x@1   # v1 keep this\n", "v1.2.3", "a: x@1   # v1.2.3 keep this\n"},
		{"a: x@1 # tag=v1\n", "v1.2.3", "a: x@1 # v1.2.3\n"},
		{"a: x@1 # ratchet:a/b@v1\n", "v1.2.3", "a: x@1 # v1.2.3\n"},
		{"a: x@1 #v1 # sekisho: ignore[x] y\n", "v1.2.3", "a: x@1 # v1.2.3 # sekisho: ignore[x] y\n"},
		{"a: x@1 # sekisho: ignore[x] y\n", "v1.2.3", "a: x@1 # v1.2.3 # sekisho: ignore[x] y\n"},
		{"a: x@1 # main branch\n", "v1.2.3", "a: x@1 # v1.2.3 # main branch\n"},
		{"a: x@1 # v1.2.3 # main branch\n", "v1.2.3", "a: x@1 # v1.2.3 # main branch\n"},
		{"a: x@1 # v1\n", "why\nnot", "a: x@1 # why not # v1\n"},
		{"- {a: x@1}\n", "v1", "- {a: x@1} # v1\n"},
		{"- {a: x@1, b: c}\n", "v1", ""},
		{"- {a: x@1,\n   b: c}\n", "v1", "- {a: x@1, # v1\n   b: c}\n"},
		{"a: |\n  x@1\n", "v1", ""},
		{"a: 'x@1'\n", "v1", "a: 'x@1' # v1\n"},
	} {
		f := Parse(NewSource("x.yml", test.text), KindOther)
		n := f.Root
		if n.Kind == Sequence {
			n = n.Items[0]
		}
		p, _ := n.Get("a")
		edits, ok := f.SetLineComment(p.Value.Span, test.comment)
		if ok != (test.want != "") {
			t.Errorf("%q: %v", test.text, ok)
		} else if d := cmp.Diff(test.want, apply(t, test.text, edits)); ok && d != "" {
			t.Errorf("%q:\n%s", test.text, d)
		}
	}
}

// dump writes a tree down without places and styles.
func dump(b *strings.Builder, n *Node) {
	switch n.Kind {
	case Alias:
		fmt.Fprintf(b, "*%s", n.Target.Anchor)
	case Scalar:
		fmt.Fprintf(b, "&%s %d%s %q", n.Anchor, n.Tag, n.Custom, n.Value)
	case Sequence:
		fmt.Fprintf(b, "&%s [", n.Anchor)
		for _, item := range n.Items {
			dump(b, item)
			b.WriteString(", ")
		}
		b.WriteString("]")
	case Mapping:
		fmt.Fprintf(b, "&%s {", n.Anchor)
		for _, p := range n.Pairs {
			dump(b, p.Key)
			b.WriteString(": ")
			dump(b, p.Value)
			b.WriteString(", ")
		}
		b.WriteString("}")
	}
}

func tree(n *Node) string {
	var b strings.Builder
	if n != nil {
		dump(&b, n)
	}
	return b.String()
}

func walk(n *Node, f func(*Node)) {
	f(n)
	for _, item := range n.Items {
		walk(item, f)
	}
	for _, p := range n.Pairs {
		walk(p.Key, f)
		walk(p.Value, f)
	}
}

func scalar(value string) *Node { return &Node{Tag: TagString, Value: value, Parts: noParts} }

// editor makes every edit that a text allows and compares the tree after it with the one that it should give.
type editor struct {
	t *testing.T
	f *File
}

// expect changes the tree with change, makes the edits, compares, and changes the tree back with undo.
func (e editor) expect(what string, edits []Edit, change, undo func()) {
	e.t.Helper()
	change()
	want := tree(e.f.Root)
	undo()
	text := apply(e.t, e.f.Text, edits)
	got, _, errs := ParseYAML(NewSource("x.yml", text))
	if got == nil || tree(got) != want {
		at, have := 0, tree(got)
		for at < len(have) && at < len(want) && have[at] == want[at] {
			at++
		}
		e.t.Fatalf("%s: edits %#v, errors %v\nwant …%s\ngot …%s\n%s", what, edits, errs, near(want, at), near(tree(got), at), near(text, edits[0].Start))
	}
}

func near(text string, at int) string {
	at = min(at, len(text))
	return text[max(at-200, 0):min(at+200, len(text))]
}

// open reports whether the text ends within a block scalar, whose last line gets its line end when something follows.
func (e editor) open() bool {
	style := last(e.f.Root).Style
	return (style == Literal || style == Folded) && !strings.HasSuffix(e.f.Text, "\n")
}

func (e editor) mapping(n *Node) {
	pairs := n.Pairs
	undo := func() { n.Pairs = pairs }
	for i := range pairs {
		name := key(pairs[i])
		first := slices.IndexFunc(pairs, func(p Pair) bool { return key(p) == name })
		if first != i || name == "" {
			continue
		}
		if edits, ok := e.f.RemovePair(n, name); ok {
			e.expect("remove "+name, edits, func() { n.Pairs = slices.Delete(slices.Clone(pairs), i, i+1) }, undo)
		}
		for _, value := range [][]string{{"x"}, {"contents: read", "id-token: write"}} {
			v := scalar("x")
			if len(value) > 1 {
				v = &Node{Kind: Mapping, Parts: &Parts{Links: noLinks, Pairs: []Pair{
					{scalar("contents"), scalar("read")}, {scalar("id-token"), scalar("write")},
				}}}
			}
			added := Pair{scalar("new-key"), v}
			if edits, ok := e.f.InsertKey(n, name, "new-key", value); ok && !e.open() {
				e.expect("insert after "+name, edits, func() { n.Pairs = slices.Insert(slices.Clone(pairs), i+1, added) }, undo)
			}
			if edits, ok := e.f.InsertKeyBefore(n, name, "new-key", value); ok {
				e.expect("insert before "+name, edits, func() { n.Pairs = slices.Insert(slices.Clone(pairs), i, added) }, undo)
			}
		}
	}
}

func (e editor) scalar(n *Node, values []string) {
	old, tag := n.Value, n.Tag
	undo := func() { n.Value, n.Tag = old, tag }
	s := n.Str()
	for _, value := range values {
		if tag != TagString && (tag != TagCustom || strings.HasPrefix(n.Custom, "!!")) || strings.Contains(old, "${{") {
			continue // may be read as anything
		}
		if tag == TagCustom && n.Style == Plain {
			continue
		}
		e.expect("replace by "+value, e.f.ReplaceScalar(&s, value), func() { n.Value = value }, undo)
	}
	if edits, ok := e.f.SetLineComment(n.Span, "v1.2.3"); ok {
		e.expect("comment", edits, func() {}, func() {})
		f := Parse(NewSource("x.yml", apply(e.t, e.f.Text, edits)), KindOther)
		line := f.lineEnd(n.End)
		if i := slices.IndexFunc(f.Comments, func(c Comment) bool { return c.End == line }); i < 0 || !strings.HasPrefix(f.Comments[i].Text, "v1.2.3") {
			e.t.Fatalf("no comment on the line of %q", n.Value)
		}
	}
}

func editAll(t *testing.T, text string, values []string) {
	t.Helper()
	f := Parse(NewSource("x.yml", text), KindOther)
	if f.Root == nil || len(f.Errs) > 0 {
		return
	}
	e := editor{t, f}
	var nodes []*Node
	values0 := map[*Node]bool{}
	walk(f.Root, func(n *Node) {
		nodes = append(nodes, n)
		for _, p := range n.Pairs {
			values0[p.Value] = true
		}
		for _, item := range n.Items {
			values0[item] = true
		}
	})
	for _, n := range nodes {
		switch {
		case n.Kind == Mapping:
			e.mapping(n)
		case n.Kind == Scalar && values0[n]:
			e.scalar(n, values)
		}
	}
}

var editValues = []string{"plain", "", "true", "a: b", "it's \"x\"", "one\ntwo\n", "a, b", "-", "[x", "x #y", "é\u2028"}

func TestEditsKeepTheRest(t *testing.T) {
	for pattern, values := range map[string][]string{"testdata/valid/*.yml": editValues[3:4], "testdata/edit/*.yml": editValues} {
		paths, _ := filepath.Glob(pattern)
		if len(paths) == 0 {
			t.Fatal(pattern)
		}
		for _, path := range paths {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			editAll(t, string(b), values)
			editAll(t, strings.ReplaceAll(string(b), "\n", "\r\n"), values)
			editAll(t, strings.TrimRight(string(b), "\n"), values)
		}
	}
}

func FuzzEdits(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*/*.yml")
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		if len(b) < 800 {
			f.Add(string(b), "a: b")
		}
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		if len(text) < 1000 && len(value) < 100 && utf8.ValidString(value) {
			editAll(t, text, []string{value})
		}
	})
}
