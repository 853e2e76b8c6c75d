package syntax

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// both reads text by the quick reader and by yaml.v3; root is nil where the quick reader gives up.
func both(text string) (got, want *Node, gotB, wantB *builder) {
	src := NewSource("x.yml", text)
	clean, _, ok := screen(src)
	if !ok || clean != text {
		return nil, nil, nil, nil
	}
	if got, gotB = readQuick(src, text); got == nil {
		return nil, nil, nil, nil
	}
	gotB.comments.upTo(len(text))
	wantB = newBuilder(src, text)
	doc := decode(text)
	if doc.err == nil && doc.root != nil && doc.next == nil {
		want = wantB.build(doc.root)
		wantB.comments.upTo(len(text))
	}
	return got, want, gotB, wantB
}

func compareQuick(t *testing.T, text string) bool {
	t.Helper()
	got, want, gotB, wantB := both(text)
	if got == nil {
		return false
	}
	if want == nil {
		t.Errorf("%q: read, but yaml.v3 finds fault with it", text)
		return true
	}
	if !alike(want, got) { // cmp alone takes a hundred times as long
		t.Errorf("%q: other nodes (- yaml.v3, + quick)\n%s", text, cmp.Diff(want, got, cmpopts.EquateEmpty()))
	}
	if diff := cmp.Diff(wantB.comments.found, gotB.comments.found, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%q: other comments (- yaml.v3, + quick)\n%s", text, diff)
	}
	if diff := cmp.Diff(wantB.errs, gotB.errs, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%q: other errors (- yaml.v3, + quick)\n%s", text, diff)
	}
	if wantB.over != nil {
		t.Errorf("%q: beyond a cap: %s", text, wantB.over.Message)
	}
	return true
}

// FuzzQuick compares what the quick reader makes of a text with what yaml.v3 makes of it.
func FuzzQuick(f *testing.F) {
	for _, text := range quickTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) <= 1<<12 {
			compareQuick(t, text)
		}
	})
}

// quickTexts are read by the quick reader.
var quickTexts = []string{
	"a: b\n",
	"---\n# head\non: push # tail\njobs:\n  a:\n    steps:\n    - run: |\n        echo 1\n\n        echo 2\n\n    - uses: x\n",
	"a:\n- b\n- - c\n  - d: e\n    f: g\n-\n  - h\n-\nb:\n",
	"a: >-\n  one\n  two\n\n   three\n\n\n  four\n\nb: |+\n  x\n\n\nc: >+\n\n  y\nz: 1",
	"a: 'it''s'\nb: \"x\\n\\\"y\\\"\"\n\"c\" : d\n'e': f\n",
	"a: [b, 'c', \"d\", [e], {f: g, h: 'i'},]\nb: {}\nc: []\nd: [\n  x, # one\n  y\n]\n",
	"a: one\n  two\n\n  three # four\nb:\n  five\n  six\nc:\n- seven\n  eight\n",
	"a: 1\nb: 1.5\nc: 0x1f\nd: 2021-01-01\ne: true\nf: ~\ng: .5\nh: 1_000\ni: -0b11\nj: 0o17\nk: +.inf\nl: 1.2.3\nm: 08\n",
	"a: b\r\nc: |\r\n  d\r\n\r\n  e\r\nf:\r\n  - g\r\n",
	"a: é # ü\n日本: |\n  語\n",
	"a: x:y\nb: http://z#w\nc: :d\ne: ?f\ng: -h\n",
	"a: b\na: c\n",
	"a: >",
	"a: |\n\n\n  x\n  \n   y\n    \nb: |-\nc: >\n  \n  z",
}

// TestQuick holds what is read fast to be read right, and to be read fast at all.
func TestQuick(t *testing.T) {
	for _, text := range quickTexts {
		if !compareQuick(t, text) {
			t.Errorf("%q: the quick reader gave up", text)
		}
	}
}

// quickParts are what FuzzQuickParts builds texts of: bytes alone seldom make YAML.
var quickParts = []string{
	"a", "b", "key", "one two", ":", ": ", ":\n", "\n", "\n", "\n  ", "\n    ", "\n      ", " ", "  ", "- ", "-", "\n- ", "\n  - ", "\n    - ", "|", ">", "|-", ">-", "|+", ">+",
	"#", " # c", "'", "''", "\"", "\\", "\\n", "[", "]", "{", "}", ", ", ",", "\t", "\r\n", "---", "...", "1", "0.5", "é", "?", "&x ", "*x", "!t ", "%", "~", "<<", "a: b", "\na: ", "\n  c: ", "\n    d: |\n      e\n",
}

// FuzzQuickParts is FuzzQuick over texts that are put together from parts, a byte of its input each.
func FuzzQuickParts(f *testing.F) {
	f.Add([]byte{0, 5, 1, 7})
	f.Fuzz(func(t *testing.T, parts []byte) {
		if len(parts) <= 40 {
			compareQuick(t, partsText(parts))
		}
	})
}

func partsText(parts []byte) string {
	var text strings.Builder
	for _, p := range parts {
		text.WriteString(quickParts[int(p)%len(quickParts)])
	}
	return text.String()
}

// alike compares two trees without aliases.
func alike(a, b *Node) bool {
	if a.Span != b.Span || a.Kind != b.Kind || a.Style != b.Style || a.Partial != b.Partial || a.Tag != b.Tag || a.Custom != b.Custom || a.Value != b.Value || a.Anchor != b.Anchor ||
		a.Target != nil || b.Target != nil || len(a.Items) != len(b.Items) || len(a.Pairs) != len(b.Pairs) {
		return false
	}
	for i := range a.Items {
		if !alike(a.Items[i], b.Items[i]) {
			return false
		}
	}
	for i := range a.Pairs {
		if !alike(a.Pairs[i].Key, b.Pairs[i].Key) || !alike(a.Pairs[i].Value, b.Pairs[i].Value) {
			return false
		}
	}
	return true
}

// TestQuickCorpus compares the two readers over the workflows of real repositories, those below SEKISHO_CORPUS.
func TestQuickCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(os.Getenv("SEKISHO_CORPUS"), "*", ".github", "workflows", "*.y*ml"))
	if err != nil || os.Getenv("SEKISHO_CORPUS") == "" || len(files) == 0 {
		t.Skip("SEKISHO_CORPUS names no folder of repositories")
	}
	read := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if compareQuick(t, string(text)) {
			read++
		}
	}
	if t.Logf("%d of %d files read", read, len(files)); read < len(files)*9/10 {
		t.Errorf("the quick reader gave up on more than a tenth of the files")
	}
}
