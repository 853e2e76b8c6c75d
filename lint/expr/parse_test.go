package expr

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shape writes a tree without its spans.
func shape(n Node) string {
	switch n := n.(type) {
	case *Literal:
		if n.Value.Kind == String {
			return strconv.Quote(n.Value.String)
		}
		if n.Value.Kind == Null {
			return "null"
		}
		return n.Value.Text()
	case *Name:
		return n.Name
	case *Property:
		return shape(n.Of) + "." + n.Name
	case *Index:
		return shape(n.Of) + "[" + shape(n.Index) + "]"
	case *Star:
		return shape(n.Of) + ".*"
	case *Call:
		args := make([]string, len(n.Args))
		for i, arg := range n.Args {
			args[i] = shape(arg)
		}
		return n.Name + "(" + strings.Join(args, ", ") + ")"
	case *Not:
		return "!" + shape(n.X)
	case *Binary:
		return "<" + shape(n.X) + " " + string(n.Op) + " " + shape(n.Y) + ">"
	case *Group:
		return "(" + shape(n.X) + ")"
	case *Bad:
		return "BAD"
	}
	return fmt.Sprintf("%T", n)
}

func TestParse(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"null", "null"},
		{"true", "true"},
		{"false", "false"},
		{"NaN", "NaN"},
		{"Infinity", "Infinity"},
		{"-Infinity", "-Infinity"},
		{"True", "True"}, // keywords have one spelling; this is a context
		{"0", "0"},
		{"-9.2", "-9.2"},
		{"+5", "5"},
		{".5", "0.5"},
		{"-.5", "-0.5"},
		{"1.", "1"},
		{"-2.99e-2", "-0.0299"},
		{"1E3", "1000"},
		{"1e+3", "1000"},
		{"0xff", "255"},
		{"0xFFFFFFFF", "-1"},
		{"0o17", "15"},
		{"''", `""`},
		{"'It''s'", `"It's"`},
		{"''''", `"'"`},
		{"'}} ${{ x'", `"}} ${{ x"`},
		{"github", "github"},
		{"GitHub.Event", "GitHub.Event"},
		{"github.event_name", "github.event_name"},
		{"needs.build-it.outputs.a_b", "needs.build-it.outputs.a_b"},
		{"x.true.null.NaN.format", "x.true.null.NaN.format"},
		{"github . event", "github.event"},
		{"github['event']", `github["event"]`},
		{"a[b.c][0]", "a[b.c][0]"},
		{"a[.5]", "a[0.5]"},
		{"a.*.b", "a.*.b"},
		{"a[*].b", "a.*.b"},
		{"a[ * ] [ 1 ]", "a.*[1]"},
		{"a.*.*", "a.*.*"},
		{"(a).b", "(a).b"},
		{"fromJSON(x).y[0]", "fromJSON(x).y[0]"},
		{"contains ( a , 'b' )", `contains(a, "b")`},
		{"always()", "always()"},
		{"f(.5, -1)", "f(0.5, -1)"},
		{"f((a), g(b))", "f((a), g(b))"},
		{"!a", "!a"},
		{"!!a.b", "!!a.b"},
		{"! (a == b)", "!(<a == b>)"},
		{"!a == b", "<!a == b>"},
		{"a == !b", "<a == !b>"},
		{"a || b && c", "<a || <b && c>>"},
		{"a && b || c", "<<a && b> || c>"},
		{"a && b && c", "<<a && b> && c>"},
		{"a == b && c != d", "<<a == b> && <c != d>>"},
		{"a == b < c", "<a == <b < c>>"},
		{"a < b == c >= d", "<<a < b> == <c >= d>>"},
		{"a == b == c", "<<a == b> == c>"},
		{"a>1&&b<=2||c", "<<<a > 1> && <b <= 2>> || c>"},
		{"1<2", "<1 < 2>"},
		{"a==.5", "<a == 0.5>"},
		{"a\n  ||\tb\r\n", "<a || b>"},
		{"\u00a0a\u00a0", "a"},
		{"(((a)))", "(((a)))"},
	} {
		n, errs := Parse(tt.text)
		if len(errs) > 0 {
			t.Errorf("%q: %v", tt.text, errs)
		}
		if got := shape(n); got != tt.want {
			t.Errorf("%q:\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

func TestSpans(t *testing.T) {
	const text = "  contains( github.event['a b'] , x.* ) && !( a == 'é' ) "
	n, errs := Parse(text)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var got []string
	Walk(n, func(n Node) bool {
		s := n.Range()
		got = append(got, fmt.Sprintf("%T %s", n, text[s.Start:s.End]))
		switch n := n.(type) {
		case *Property:
			got = append(got, "name "+text[n.NameSpan.Start:n.NameSpan.End])
		case *Call:
			got = append(got, "name "+text[n.NameSpan.Start:n.NameSpan.End])
		case *Binary:
			got = append(got, "op "+text[n.OpSpan.Start:n.OpSpan.End])
		}
		return true
	})
	want := []string{
		"*expr.Binary contains( github.event['a b'] , x.* ) && !( a == 'é' )", "op &&",
		"*expr.Call contains( github.event['a b'] , x.* )", "name contains",
		"*expr.Index github.event['a b']",
		"*expr.Property github.event", "name event",
		"*expr.Name github",
		"*expr.Literal 'a b'",
		"*expr.Star x.*",
		"*expr.Name x",
		"*expr.Not !( a == 'é' )",
		"*expr.Group ( a == 'é' )",
		"*expr.Binary a == 'é'", "op ==",
		"*expr.Name a",
		"*expr.Literal 'é'",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// render writes each error under the text it speaks of.
func render(text string, errs []Error) string {
	var b strings.Builder
	for _, e := range errs {
		mark := strings.Repeat("^", e.Len())
		if mark == "" {
			mark = "|"
		}
		b.WriteString(text + "\n" + strings.Repeat(" ", e.Start) + mark + " " + e.Message + "\n")
	}
	return b.String()
}

func TestSyntaxErrors(t *testing.T) {
	for _, tt := range []struct{ text, marks, words, shape string }{
		{`a == "b"`, `     ^^^`, "double quotes", "<a == BAD>"},
		{`"a" == "b" && c`, "^^^|       ^^^", "double quotes|double quotes", "<<BAD == BAD> && c>"},
		{`f("a, b", c)`, `  ^^^^^^`, "double quotes", "f(BAD, c)"},
		{`a = b`, `  ^`, "write ==", "<a == b>"},
		{`a === b && c !== d`, "  ^^^|             ^^^", "write ==|write !=", "<<a == b> && <c != d>>"},
		{`a & b | c`, "  ^|      ^", "write &&|write ||", "<<a && b> || c>"},
		{`a and b OR c`, "  ^^^|        ^^", "write &&|write ||", "<<a && b> || c>"},
		{`not a`, "^^^", "write !", "BAD"},
		{`a &&`, "  ^^", "missing operand after &&", "<a && BAD>"},
		{`&& a`, "^^", "missing operand before &&", "<BAD && a>"},
		{`a == && b ||`, "  ^^|          ^^", "missing operand after ==|missing operand after ||", "<<<a == BAD> && b> || BAD>"},
		{`!`, "^", "missing operand after !", "!BAD"},
		{`(a`, "^", "unclosed (", "(a)"},
		{`((a) && b`, "^", "unclosed (", "(<(a) && b>)"},
		{`f(a, g(b)`, " ^", "unclosed (", "f(a, g(b))"},
		{`a[b`, " ^", "unclosed [", "a[b]"},
		{`a[(b]`, "  ^", "unclosed (", "a[(b)]"},
		{`a)`, " ^", "unmatched", "BAD"},
		{`a) && b] == "c"`, " ^|       ^|            ^^^", "unmatched|unmatched|double quotes", "BAD"},
		{`()`, "^^", "empty parentheses", "(BAD)"},
		{`a[]`, " ^^", "empty index", "a[BAD]"},
		{`a[*x]`, "   ^", "write [*]", "a.*"},
		{`a.`, " ^", "missing property name", "a"},
		{`a.b. == c`, "   ^", "missing property name", "<a.b == c>"},
		{`a.0`, "  ^", "write it as [0]", "a"},
		{`a.3x.b`, "  ^^^^", "write it as ['3x.b']", "a"},
		{`a.b@r`, "  ^^^", "unexpected", "a"},
		{`'a'.b`, "   ^", "after a literal", "BAD"},
		{`'a'[0].b == c`, "   ^", "after a literal", "<BAD == c>"},
		{`a 'b' c`, "  ^^^", "missing operator before", "BAD"},
		{`a b == c d`, "  ^|         ^", "missing operator before|missing operator before", "BAD"},
		{`f(a b, c)`, "    ^", "missing operator before", "f(BAD, c)"},
		{`f(a, )`, "   ^", "missing argument", "f(a, BAD)"},
		{`f(, a)`, " ^", "missing argument", "f(BAD, a)"},
		{`(a, b)`, "  ^", `unexpected ","`, "(BAD)"},
		{`a *`, "  ^", `unexpected "*"`, "BAD"},
		{`a + b`, "  ^", "no arithmetic", "BAD"},
		{`1+2`, "^^^", "not a number", "BAD"},
		{`a ? b : c`, "  ^", "case(", "BAD"},
		{`a == refs/heads/main`, "     ^^^^^^^^^^^^^^^", "single quotes", "<a == BAD>"},
		{`$FOO == 'a'`, "^^^^", "shell variables", "<BAD == \"a\">"},
		{`f(${{ a`, " ^|  ^^^", "unclosed (|within an expression", "f(a)"},
		{`a.contains('b')`, "  ^^^^^^^^", "called like a method", "BAD"},
		{`a == 'b`, "     ^^", "unclosed string", "<a == BAD>"},
		{`f(a, 'b)  `, "     ^^^", "unclosed string", "f(a, BAD)"},
		{`true()`, "    ^|    ^^", "missing operator|empty parentheses", "BAD"},
		{`0x`, "^^", "not a number", "BAD"},
		{`0X1F`, "^^^^", "not a number", "BAD"},
		{`1.2.3`, "^^^^^", "not a number", "BAD"},
		{``, "|", "empty expression", "BAD"},
		{` `, "^", "empty expression", "BAD"},
	} {
		n, errs := Parse(tt.text)
		got := render(tt.text, errs)
		var marks []string
		for _, e := range errs {
			mark := strings.Repeat(" ", e.Start) + strings.Repeat("^", e.Len())
			marks = append(marks, mark)
		}
		if tt.text == "" {
			marks = []string{"|"}
			tt.marks = "|"
		}
		if strings.Join(marks, "|") != tt.marks {
			t.Errorf("marks of\n%swant %q", got, tt.marks)
		}
		for i, w := range strings.Split(strings.ReplaceAll(tt.words, "||", "\x00"), "|") {
			w = strings.ReplaceAll(w, "\x00", "||")
			if i >= len(errs) || !strings.Contains(errs[i].Message, w) {
				t.Errorf("want message with %q in\n%s", w, got)
			}
		}
		if got := shape(n); got != tt.shape {
			t.Errorf("%q: got %s, want %s", tt.text, got, tt.shape)
		}
	}
}

func TestLimits(t *testing.T) {
	deep := func(open, inner, end string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	for _, tt := range []struct{ name, text, want string }{
		{"groups", deep("(", "a", ")", 49), ""},
		{"too many groups", deep("(", "a", ")", 50), "levels deep"},
		{"unclosed groups", strings.Repeat("(", 20000), "levels deep"},
		{"not", strings.Repeat("!", 20000) + "a", "levels deep"},
		{"calls", deep("f(", "a", ")", 60), "levels deep"},
		{"indexes", deep("a[", "a", "]", 60), "levels deep"},
		{"properties", "a" + strings.Repeat(".a", 49), ""},
		{"too many properties", "a" + strings.Repeat(".a", 50), "levels deep"},
		{"equalities", "a" + strings.Repeat("==a", 60), "levels deep"},
		{"alternatives are one level", "a" + strings.Repeat("||a", 6000), ""},
		{"length", "'" + strings.Repeat("é", MaxLength-2) + "'", ""},
		{"too long", "'" + strings.Repeat("é", MaxLength-1) + "'", "characters"},
	} {
		n, errs := Parse(tt.text)
		if tt.want == "" {
			if len(errs) > 0 {
				t.Errorf("%s: %v", tt.name, errs)
			}
			continue
		}
		if len(errs) != 1 || !strings.Contains(errs[0].Message, tt.want) {
			t.Errorf("%s: %v", tt.name, errs)
		}
		if _, bad := n.(*Bad); !bad {
			t.Errorf("%s: got a %T", tt.name, n)
		}
	}
	_, errs := Parse(strings.Repeat("a b == ", 2000))
	if len(errs) != maxErrors {
		t.Errorf("%d errors, want %d", len(errs), maxErrors)
	}
}
