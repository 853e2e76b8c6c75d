package expr

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func seeds(f *testing.F) {
	for _, s := range []string{
		"", "a", "github.event.pull_request.head.ref", "!a && (b || c.d[0]['x'].*)", "f(a, 'it''s', -.5e3, 0xff)",
		"${{ a }} ${{ b", "x ${{ '}}' }} y", "a == \"b\"", "a = b & c", "(((", ")))", "a.b(c)", "'", "a ? b : c",
		"format('{0}{{}}', fromJSON('[1,{\"a\":2}]')[*].a)", "case(a, 1, 2) != true", "a.0.b", "[*]", "f(,,)", "not a and b",
		"${{ f(${{ a }}) }}", "${{ a }\n${{ b }}", "\u00a0é\u2028", "a[*b]", "1.2.3 NaN Infinity", "!!", "a\x85b",
	} {
		f.Add(s)
	}
}

// verify checks what every tree promises.
func verify(t *testing.T, text string, n Node, errs []Error) {
	t.Helper()
	whole := Span{0, len(text)}
	for _, e := range errs {
		if !whole.Contains(e.Span) || e.Len() < 0 || e.Message == "" {
			t.Errorf("%q: error %v is outside", text, e)
		}
	}
	if n == nil {
		t.Fatalf("%q: no node", text)
	}
	checks := 0
	Walk(n, func(n Node) bool {
		s := n.Range()
		if !whole.Contains(s) || s.Len() < 0 {
			t.Fatalf("%q: %s is outside", text, shape(n))
		}
		for _, c := range children(n) {
			if !s.Contains(c.Range()) {
				t.Errorf("%q: %s %v is not within %s %v", text, shape(c), c.Range(), shape(n), s)
			}
		}
		slice := text[s.Start:s.End]
		first, _ := utf8.DecodeRuneInString(slice)
		last, _ := utf8.DecodeLastRuneInString(slice)
		if slice != "" && (unicode.IsSpace(first) || unicode.IsSpace(last)) {
			t.Errorf("%q: blanks at the edge of %q", text, slice)
		}
		if checks++; len(errs) == 0 && checks < 50 {
			again, errs := Parse(slice)
			if len(errs) > 0 || shape(again) != shape(n) {
				t.Errorf("%q: %q is %s, alone %s %v", text, slice, shape(n), shape(again), errs)
			}
		}
		return true
	})
	Path(n)
	Check(n)
	v, ok := Fold(n)
	if truth := Truth(n, nil); ok && truth != TriOf(v.Truthy()) {
		t.Errorf("%q: folds to %q, but its truth is %d", text, v.Text(), truth)
	}
}

func children(n Node) []Node {
	switch n := n.(type) {
	case *Property:
		return []Node{n.Of}
	case *Index:
		return []Node{n.Of, n.Index}
	case *Star:
		return []Node{n.Of}
	case *Call:
		return n.Args
	case *Not:
		return []Node{n.X}
	case *Binary:
		return []Node{n.X, n.Y}
	case *Group:
		return []Node{n.X}
	}
	return nil
}

func verifyFences(t *testing.T, text string, fences []Fence) {
	t.Helper()
	at := 0
	for _, f := range fences {
		if f.Start < at || f.End > len(text) || !f.Contains(f.Inner) || text[f.Start:f.Inner.Start] != fenceOpen {
			t.Fatalf("%q: fence %v %v after %d", text, f.Span, f.Inner, at)
		}
		at = f.End
		verify(t, text, f.X, f.Errs)
		if len(f.Errs) == 0 && text[f.Inner.End:f.End] != fenceClose {
			t.Errorf("%q: fence %v is not closed", text, f.Span)
		}
	}
}

func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		n, errs := Parse(text)
		verify(t, text, n, errs)
		whole := Span{0, len(text)}
		if short := dotted(text, whole); short != nil {
			long, errs := parseTokens(text, whole)
			if diff := cmp.Diff(long, short, cmp.AllowUnexported(Property{})); diff != "" || errs != nil {
				t.Fatalf("%q: other nodes (- tokens, + names and dots)\n%s%v", text, diff, errs)
			}
		}
		Walk(n, func(n Node) bool {
			f := folder{work: foldWork}
			if _, _, ok := f.fold(n); ok && !mayFold(n) {
				t.Fatalf("%q: the constant at %v is taken for none", text, n.Range())
			}
			return true
		})
	})
}

func FuzzFences(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) { verifyFences(t, text, ParseFences(text)) })
}

func FuzzCondition(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		c := ParseCondition(text)
		verifyFences(t, text, c.Fences)
		if c.AlwaysTrue != (c.X == nil) {
			t.Fatalf("%q: AlwaysTrue is %v", text, c.AlwaysTrue)
		}
		if c.X != nil && len(c.Fences) == 0 && text != "" {
			if call, ok := c.X.(*Call); !ok || call.Len() > 0 {
				verify(t, text, c.X, c.Errs)
			}
		}
	})
}
