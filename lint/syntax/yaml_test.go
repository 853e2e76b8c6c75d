package syntax

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// documents spell every style in many ways; they seed the fuzz targets too.
var documents = []string{
	"name: x\non: push\njobs: {}\n",
	"a: 1\nb: 'it''s'\nc: \"q\\\"\\n\\x41\\u00e9\\U0001F600\\N\\_\\L\\P\\\\\"\n",
	"a: one\n  two\n\n  three\n\n\n  four # c\nb: x#y\n",
	"a: 'one\n  two\n\n  three'\nb: \"one\n  two \\\n  three\\\n\n   four\n\n\n  five\"\n",
	"a: |\n  one\n   two\n\n  three\n\n\nb: >\n  one\n  two\n\n  three\n   more\n  less\n\n\n   kept\n\n  x\nc: 1\n",
	"a: |+\n  keep\n\n\nb: |-\n  strip\n\n\nc: >+\n  x\n\n\nd: >-\n  x\n  y\n\n",
	"a: |2\n    two more\n  x\nb:\n  - |1-\n    three\nc: >3 # note\n    one\n   two\n",
	"- |\n  x\n- >\n  y\n-   |1\n  z\n",
	"a: |\nb: >\nc: |-\n\n\nd: |+\n\n\n",
	"run: | # header\n  # no comment\n  echo x # none either\n# out\n",
	"a: |\n\n\n  late\n \n   more\n",
	"a: |\n  trail   \n     \n  x\n",
	"a: [1, 'b', \"c\", [d, {e: f}], {g, h: }, i: j, ? k : l, {m: n}: o, ]\nb: {}\nc: []\n",
	"a: {b: c, d: [e], \"f\":g, ? h, ? i : j, k: }\n",
	"a: [ # c ]\n  x, # d\n  y\n  # e\n  ]\nb: {\n  c: d # }\n  }\n",
	"a: &x 1\nb: *x\nc: &m\n  k: v\nd: [*x, *m]\ne: &s\n- 1\nf: &e\ng: *e\n*x : y\n",
	"a: !!str 1\nb: !t &y x\nc: &z !!map {a: b}\nd: !u\n  - 1\ne: ! x\nf: !!null\ng: &n !!str\nh: !\n  a: b\ni: !<x:y> z\n",
	"&top\n&k key: v\n&j other: w\n",
	"? a\n: b\n? [c, d]\n: - e\n  - f\n? |\n  g\n: h\n? i\n? j\n",
	"- - a\n  - b\n-\n  - c\n- d: e\n  f: g\n-\n- # c\n  h\n",
	"k:\n- a\n- b\nl:\n  - c\n\n\n# end\n",
	"k:\nl:   \nm: # none\nn: ~\no: null\np: ''\n",
	"---\na: 1 # x\n...\n",
	"%YAML 1.1 # v\n---\na: 1\n",
	"日本: 語 # コメント\n\"é\": [ü, 'ß', *a-b]\n",
	"日本: &a-b 語\né: [ü, 'ß', \"\\u00e9ä\", *a-b] # 🎉\n🎉: |\n  ä\n  ö\n",
	"a: b\tc\t# d\nb:\t'x'\t\nc: |\n  \ttab\n  x\t\n",
	"a: x\u0085  y\nb: x\u2028  y\nc: 'p\u2029\u2029 q'\nd: |\n  l\u0085  m\u2028  n\ne: >\n  l\u0085  m\u2028  n\n",
	"a: \ufeff x\nb: ' \ufeff'\n\ufeffc: |\n  \ufeffd\n",
	"\n\n# c\n\n  a: 1\n  b:\n    # d\n    - 2\n",
	"just text\nmore\n",
	"'quoted'\n",
	"|\n root\n",
	"[a,\nb]\n",
	"url: http://x:80/y?z=[1]\nglob: a*b\nif: ${{ a && 'b' }}\nx: -1\ny: ?z\nw: :v\n",
	"a: - b\nc: d\n",
	"a: 'open\nb: c\n",
	"a: *none\nb: &r [*r]\na: 2\n<<: *r\n",
	"a:\n\tb: 1\nc: [d\ne: @f\n",
}

// variants returns text with the other line ends and with a byte order mark.
func variants(text string) map[string]string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return map[string]string{
		"LF":   text,
		"CRLF": strings.ReplaceAll(text, "\n", "\r\n"),
		"CR":   strings.ReplaceAll(text, "\n", "\r"),
		"BOM":  byteOrderMark + text,
		"cut":  strings.TrimRight(text, "\n"),
	}
}

func TestSpans(t *testing.T) {
	nodes := 0
	for _, doc := range documents {
		for name, text := range variants(doc) {
			root, comments, errs := ParseYAML(NewSource("x.yml", text))
			if root == nil {
				if len(errs) == 0 {
					t.Errorf("%s %q: neither node nor error", name, text)
				}
				continue
			}
			checkErrors(t, text, errs)
			for _, c := range comments {
				if !strings.HasPrefix(text[c.Start:], "#") || hasBreak(text, c.Start, c.End) || c.End < len(text) && breakAt(text, c.End) == 0 {
					t.Errorf("%s %q: comment %q", name, text, text[c.Start:c.End])
				}
			}
			if len(errs) > 0 || strings.Contains(text, "\ufeff\ufeff") || strings.Contains(text, "\n\ufeff") {
				continue
			}
			for _, bad := range CheckTree(text, root, &nodes) {
				t.Errorf("%s %q: %s", name, text, bad)
			}
			if y, err := alone(text); err != nil || !same(root, y) {
				t.Errorf("%s %q: other values than yaml.v3, %v", name, text, err)
			}
		}
	}
	if nodes < 500 {
		t.Errorf("only %d nodes were looked at", nodes)
	}
}

func checkErrors(t *testing.T, text string, errs []Error) {
	t.Helper()
	last := 0
	for _, e := range errs {
		if e.Start < last || e.End < e.Start || e.End > len(text) || e.Message == "" {
			t.Errorf("%q: error %+v out of order or out of the text", text, e)
		}
		last = e.Start
	}
}

func TestComments(t *testing.T) {
	const text = "# top\na: b # one\nc: 'd # no' #two\nrun: | # head\n  # in\n# out\ne: f#g\nh: [ # open\n  i, #j\n  ]# close\n  #\tlast"
	want := []Comment{
		{Text: "top", Own: true},
		{Text: "one"},
		{Text: "two"},
		{Text: "head"},
		{Text: "out", Own: true},
		{Text: "open"},
		{Text: "j"},
		{Text: "close"},
		{Text: "last", Own: true},
	}
	for name, text := range variants(text) {
		_, got, _ := ParseYAML(NewSource("x.yml", text))
		for i, c := range got {
			if s := text[c.Start:c.End]; strings.Trim(s, "# \t") != c.Text {
				t.Errorf("%s: comment %q is at %q", name, c.Text, s)
			}
			got[i].Span = Span{}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestNode(t *testing.T) {
	src := NewSource("x.yml", "a: &x {k: v}\nb: *x\nc: !t 'y ${{ z }}'\na: 2\nd: 2020-01-01\n")
	root, _, _ := ParseYAML(src)
	a, ok := root.Get("a")
	if !ok || a.Value.Anchor != "x" || src.Slice(a.Value.Span) != "{k: v}" {
		t.Errorf("a: %+v %v", a.Value, ok)
	}
	b, _ := root.Get("b")
	if b.Value.Kind != Alias || b.Value.Resolve() != a.Value || src.Slice(b.Value.Span) != "*x" {
		t.Errorf("b: %+v", b.Value)
	}
	if k, ok := b.Value.Get("k"); !ok || k.Value.Str().Value != "v" {
		t.Errorf("k: %+v %v", k, ok)
	}
	c, _ := root.Get("c")
	if s := c.Value.Str(); s.Value != "y ${{ z }}" || s.Style != SingleQuoted || s.Tag != TagCustom || len(s.Fences) != 1 {
		t.Errorf("c: %+v", s)
	}
	if d, _ := root.Get("d"); d.Value.Tag != TagString {
		t.Errorf("d: %+v", d.Value)
	}
	if _, ok := root.Get("none"); ok {
		t.Error("none is there")
	}
	var none *Node
	if _, ok := none.Get("x"); ok || none.Resolve() != nil || none.Str().Value != "" {
		t.Error("a nil node is something")
	}
}
