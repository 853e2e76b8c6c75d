package expr

import (
	"strings"
	"testing"
)

func TestTruth(t *testing.T) {
	// T, F and U are leaves that are true, false and unknown.
	leaf := func(n Node) Tri {
		name, ok := n.(*Name)
		switch {
		case !ok:
			return Unknown
		case name.Name == "T":
			return True
		case name.Name == "F":
			return False
		}
		return Unknown
	}
	for _, tt := range []struct {
		text string
		want Tri
	}{
		{"T", True},
		{"F", False},
		{"U", Unknown},
		{"(T)", True},
		{"!T", False},
		{"!!U", Unknown},
		{"!F", True},
		{"T && T", True},
		{"T && U", Unknown},
		{"U && F", False},
		{"F && U", False},
		{"U || T", True},
		{"T || U", True},
		{"F || U", Unknown},
		{"F || F", False},
		{"U && U || T", True},
		{"U && F || F", False},
		{"!(U || T)", False},
		{"!(U && F)", True},
		{"T && U || F", Unknown},
		{"'x'", True},
		{"''", False},
		{"U && ''", False},
		{"U || 'false'", True},
		{"T && 'a' == 'A'", True},
		{"contains('a', 'b') || F", False},
		{"T == true", Unknown}, // the value of T may be text
		{"!T == true", False},
		{"(!T) == false", True},
		{"false != !F", True},
		{"(T && !F) == true", Unknown},
		{"(!F && !F) == true", True},
		{"!F == 1", Unknown},
		{"case(T, F, T)", False},
		{"case(F, F, T)", True},
		{"case(U, T, T)", True},
		{"case(U, T, F)", Unknown},
		{"case(U, F, T, F, T)", False},
		{"case(F, F, F, F, U)", Unknown},
		{"f(T)", Unknown},
		{"T.x", Unknown},
	} {
		n, errs := Parse(tt.text)
		if len(errs) > 0 {
			t.Errorf("%s: %v", tt.text, errs)
		}
		if got := Truth(n, leaf); got != tt.want {
			t.Errorf("%s is %d, want %d", tt.text, got, tt.want)
		}
	}
}

func TestTruthAsks(t *testing.T) {
	n, _ := Parse("!(a.b && contains(c, 'd')) || 'x' == 'y' || e == 'f'")
	var asked []string
	Truth(n, func(n Node) Tri {
		asked = append(asked, shape(n))
		return Unknown
	})
	if got, want := strings.Join(asked, "; "), `a.b; contains(c, "d"); <e == "f">`; got != want {
		t.Errorf("asked about %s, want %s", got, want)
	}
	if got := Truth(n, nil); got != Unknown {
		t.Errorf("without an oracle: %d", got)
	}
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct{ text, at, words string }{ // every at is marked by one error with these words
		{"github.x && ENV.y || inputs.z", "", ""},
		{"toJson(fromjson(secrets)) && HASHFILES('a', 'b')", "", ""},
		{"success() && failure('a', 'b') && always() && cancelled()", "", ""},
		{"case(true, 1, 2) && case(a(), 1, true, 2, 3)", "a", "unknown function"},
		{"insert", "", ""},
		{"githb.ref", "githb", `did you mean "github"`},
		{"secret.x", "secret", `did you mean "secrets"`},
		{"main", "main", "single quotes"},
		{"x == True", "x|True", "single quotes|spelled true"},
		{"NULL", "NULL", "spelled null"},
		{"success && always", "success|always", "not called|not called"},
		{"contain(github.x, 'a')", "contain", `did you mean "contains"`},
		{"fromJsno('1')", "fromJsno", `did you mean "fromJSON"`},
		{"toUpper('a')", "toUpper", "the functions are"},
		{"contains('a')", "contains", "1 argument; it takes 2"},
		{"always(1)", "always", "1 argument; it takes 0"},
		{"join()", "join", "0 arguments; it takes 1 or 2"},
		{"format()", "format", "it takes 1 or more"},
		{"case(true, 1, false, 2)", "case", "odd number"},
		{"format('{0} {1}', 1)", "'{0} {1}'", "{1} of format() has no argument"},
		{"format('{0} {1} {0}', 1, 2)", "", ""},
		{"format('a {b}', 1)", "'a {b}'", `"{b}" is no placeholder`},
		{"format('a } b {', 1)", "'a } b {'|'a } b {'", "single }|no placeholder"},
		{"format('{{}} {999}', 1)", "'{{}} {999}'", "too large"},
		{"format(github.x, 1)", "", ""},
		{"contains(foo.bar[baz], 'x')", "foo|baz", "unknown context|unknown context"},
	} {
		n, errs := Parse(tt.text)
		if len(errs) > 0 {
			t.Errorf("%s: %v", tt.text, errs)
		}
		errs = Check(n)
		var at []string
		for _, e := range errs {
			at = append(at, tt.text[e.Start:e.End])
		}
		got := render(tt.text, errs)
		if strings.Join(at, "|") != tt.at {
			t.Errorf("want %q marked in\n%s%s", tt.at, tt.text, got)
			continue
		}
		for i, w := range strings.Split(tt.words, "|") {
			if w != "" && !strings.Contains(errs[i].Message, w) {
				t.Errorf("want message with %q in\n%s", w, got)
			}
		}
	}
}

func TestNamesAreKnown(t *testing.T) {
	for _, name := range Functions() {
		if fn, ok := lookupFunction(strings.ToUpper(name)); !ok || fn.spelling != name {
			t.Errorf("function %s is listed but not known", name)
		}
	}
	for _, name := range Contexts() {
		if !isContext(strings.ToUpper(name)) {
			t.Errorf("context %s is listed but not known", name)
		}
	}
}
