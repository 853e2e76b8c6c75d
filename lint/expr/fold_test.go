package expr

import (
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	const object = `fromJSON('{"A": {"n": 1, "list": [10, 20]}, "b": {"n": "two"}, "c": [3]}')`
	for _, tt := range []struct{ text, want string }{ // want as JSON; none: not constant
		{"1", "1"},
		{"('a')", `"a"`},
		{"false && github.ref", "false"},
		{"'' && github.ref", `""`},
		{"true && 'x'", `"x"`},
		{"'x' || github.ref", `"x"`},
		{"null || 'd'", `"d"`},
		{"github.ref && false", "none"},
		{"github.ref || true", "none"},
		{"true && github.ref", "none"},
		{"!github.ref", "none"},
		{"github.ref == github.ref", "none"},
		{"always()", "none"},
		{"success() || true", "none"},
		{"hashFiles('a')", "none"},

		{"contains('Hello', 'ELL')", "true"},
		{"contains('abc', '')", "true"},
		{"contains(12345, 34)", "true"},
		{"contains(null, '')", "true"},
		{"contains(fromJSON('[\"push\", 1]'), 'PUSH')", "true"},
		{"contains(fromJSON('[\"push\", 1]'), '1')", "true"},
		{"contains(fromJSON('[\"push\"]'), 'pus')", "false"},
		{"contains('abc', fromJSON('[]'))", "false"},
		{"contains(fromJSON('{\"a\": 1}'), 'a')", "false"},
		{"CONTAINS('a', 'A')", "true"},
		{"contains('a')", "none"},
		{"startsWith('refs/heads/x', 'REFS/')", "true"},
		{"startsWith('a', 'ab')", "false"},
		{"endsWith('x.YML', '.yml')", "true"},
		{"endsWith(100, '0')", "true"},
		{"endsWith(fromJSON('[]'), '')", "false"},

		{"format('Hello {0} {1} {0}', 'a', 1)", `"Hello a 1 a"`},
		{"format('{{Hello}} {0}', 'x')", `"{Hello} x"`},
		{"format('{{{0}}}', 'x')", `"{x}"`},
		{"format('{0}')", "none"},
		{"format('{a}', 1)", "none"},
		{"format('}', 1)", "none"},
		{"format('{300}', 1)", "none"},
		{"join(fromJSON('[1, null, true, []]'))", `"1,,true,Array"`},
		{"join(fromJSON('[1, 2]'), '; ')", `"1; 2"`},
		{"join(fromJSON('[1, 2]'), fromJSON('[]'))", `"1,2"`},
		{"join('a', '-')", `"a"`},
		{"join(fromJSON('{}'))", `""`},
		{"toJSON(null)", `"null"`},
		{"toJSON('a\"\\é')", `"\"a\\\"\\\\é\""`},
		{"toJSON(fromJSON('{\"a\": [1, {}], \"b\": []}'))", `"{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}"`},
		{"fromJSON('1e3')", "1000"},
		{"fromJSON('{\"a\": 1, \"A\": 2}').a", "2"},
		{"fromJSON('')", "none"},
		{"fromJSON('1 2')", "none"},
		{"fromJSON('[1')", "none"},
		{"fromJSON(github.x)", "none"},

		{"case(true, 1, 2)", "1"},
		{"case(false, 1, 2)", "2"},
		{"case(1 == 2, github.ref, 'x' == 'X', 'yes', github.ref)", `"yes"`},
		{"case(github.ref, 1, 1)", "none"},
		{"case('a', 1, 2)", "none"},
		{"case(true, 1)", "none"},

		{object + ".a.N", "1"},
		{object + "['A']['n']", "1"},
		{object + ".none", "null"},
		{object + ".none.deeper", "null"},
		{object + ".a.list[1]", "20"},
		{object + ".a.list['1']", "20"},
		{object + ".a.list[1.9]", "20"},
		{object + ".a.list[2]", "null"},
		{object + ".a.list[-1]", "null"},
		{object + ".a.list.x", "null"},
		{object + "[github.x]", "none"},
		{"toJSON(" + object + ".*.n)", `"[\n  1,\n  \"two\"\n]"`},
		{"toJSON(" + object + "[*].list)", `"[\n  [\n    10,\n    20\n  ]\n]"`},
		{"toJSON(" + object + ".*.list.*)", `"[\n  10,\n  20\n]"`},
		{"toJSON(" + object + ".*[0])", `"[\n  3\n]"`},
		{"toJSON(" + object + ".*.none)", `"[]"`},
		{"toJSON(fromJSON('1').*)", `"[]"`},
		{"fromJSON('[1]')[0]", "1"},
	} {
		n, errs := Parse(tt.text)
		if len(errs) > 0 {
			t.Errorf("%s: %v", tt.text, errs)
		}
		got := "none"
		if v, ok := Fold(n); ok {
			b, _ := appendJSON(nil, v, 0)
			got = string(b)
		}
		if got != tt.want {
			t.Errorf("%s folds to %s, want %s", tt.text, got, tt.want)
		}
	}
}

func TestFoldIsBounded(t *testing.T) {
	grow := "'xxxxxxxxxx'"
	for range 20 {
		grow = "format('{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}', " + grow + ")"
	}
	list := "fromJSON('[" + strings.Repeat("0,", 5000) + "0]')"
	for _, text := range []string{
		grow,
		"toJSON(fromJSON('" + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "'))",
		"join(" + list + ", '" + strings.Repeat("y", 1000) + "')",
		"true" + strings.Repeat("&&1", 6000),
	} {
		n, errs := Parse(text)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		if v, ok := Fold(n); ok {
			t.Errorf("folded to %d bytes", len(v.Text()))
		}
	}
}

func TestPath(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"github", "github"},
		{"GitHub.Event.Pull_Request.head.ref", "github.event.pull_request.head.ref"},
		{"github['event'].PULL_request['Title']", "github.event.pull_request.title"},
		{"github[format('{0}', 'event')].x", "github.event.x"},
		{"github.event.commits[0].message", "github.event.commits.*.message"},
		{"github.event.commits['0'].message", "github.event.commits.*.message"},
		{"github.event.commits.*.message", "github.event.commits.*.message"},
		{"github.event.commits[*].author[*]", "github.event.commits.*.author.*"},
		{"((github).event)['x']", "github.event.x"},
		{"inputs['a.b']", "inputs.*"},
		{"inputs['']", "inputs.*"},
		{"secrets[matrix.name]", ""},
		{"secrets[fromJSON('[]')]", ""},
		{"fromJSON(x).y", ""},
		{"a || b", ""},
		{"(a || b).c", ""},
		{"'a'", ""},
		{"!a", ""},
	} {
		n, errs := Parse(tt.text)
		if len(errs) > 0 {
			t.Errorf("%s: %v", tt.text, errs)
		}
		if got, ok := Path(n); got != tt.want || ok != (tt.want != "") {
			t.Errorf("path of %s is %q, %v, want %q", tt.text, got, ok, tt.want)
		}
	}
}

func TestWalkSkips(t *testing.T) {
	n, _ := Parse("a.b && !(c[d] || f(e, g.*))")
	names := func(skip string) string {
		var got []string
		Walk(n, func(n Node) bool {
			if n, ok := n.(*Name); ok {
				got = append(got, n.Name)
			}
			call, ok := n.(*Call)
			return !ok || call.Name != skip
		})
		return strings.Join(got, " ")
	}
	if got, want := names(""), "a c d e g"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := names("f"), "a c d"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
