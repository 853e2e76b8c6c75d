package expr

import (
	"math"
	"testing"
)

// constant folds an expression that must be constant.
func constant(t *testing.T, text string) Value {
	t.Helper()
	n, errs := Parse(text)
	if len(errs) > 0 {
		t.Fatalf("%q: %v", text, errs)
	}
	v, ok := Fold(n)
	if !ok {
		t.Fatalf("%q is not constant", text)
	}
	return v
}

// Sources: docs.github.com, "Evaluate expressions in workflows and actions"; actions/runner, EvaluationResult.cs.
func TestOperators(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
	}{
		{"null == 0", true},
		{"null == false", true},
		{"null == ''", true},
		{"null == null", true},
		{"'' == 0", true},
		{"' ' == 0", true},
		{"true == 1", true},
		{"true == '1'", true},
		{"true == 'true'", false}, // NaN
		{"false == ''", true},
		{"'a' == 0", false},
		{"'a' != 0", true},
		{"NaN == NaN", false},
		{"NaN != NaN", true},
		{"'0x1f' == 31", true},
		{"'1e2' == 100", true},
		{"'abc' == 'ABC'", true},
		{"'é' == 'É'", true},
		{"'ß' == 'SS'", false},
		{"'\u212a' == 'k'", false}, // the Kelvin sign is no letter case of k
		{"'\u017f' == 's'", false},
		{"'1' == '1.0'", false},
		{"'1' == 1.0", true},
		{"fromJSON('[]') == fromJSON('[]')", false},
		{"fromJSON('[1]') == 1", false},
		{"fromJSON('{}') == null", false},
		{"1 < 2", true},
		{"2 <= 2", true},
		{"'b' > 'A'", true},
		{"'a' < 'B'", true},
		{"'10' < '9'", true},
		{"'10' < 9", false},
		{"true > false", true},
		{"true >= true", true},
		{"null >= 0", true},
		{"null < 1", true},
		{"'x' < 1", false},
		{"'x' >= 1", false},
		{"NaN <= NaN", false},
		{"fromJSON('[]') < 1", false},
		{"1 == 2 < 3", true}, // 1 == (2 < 3)
		{"!''", true},
		{"!'false'", false},
		{"!null && !0 && !NaN", true},
		{"!fromJSON('[]')", false},
		{"true || false && false", true},
	} {
		if got := constant(t, tt.text); got.Kind != Bool || got.Bool != tt.want {
			t.Errorf("%s is %s, want %v", tt.text, got.Text(), tt.want)
		}
	}
}

func TestEqualIdentity(t *testing.T) {
	list := Value{Kind: Array, Array: []Value{{Kind: Number, Number: 1}}}
	object := Value{Kind: Object, Object: []Member{{Key: "a"}}}
	if !Equal(list, list) || !Equal(object, object) || Equal(list, object) {
		t.Error("a collection equals itself and nothing else")
	}
}

func TestText(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"null", ""},
		{"true", "true"},
		{"'a'", "a"},
		{"fromJSON('[1]')", "Array"},
		{"fromJSON('{}')", "Object"},
		{"0", "0"},
		{"-0.0", "0"},
		{"-2.0", "-2"},
		{"123456.789", "123456.789"},
		{"0.84551240822557006", "0.84551240822557"},
		{"1.2e-2", "0.012"},
		{"0.0001", "0.0001"},
		{"0.00001", "1E-05"},
		{"1234567890123456789", "1.23456789012346E+18"},
		{"999999999999999", "999999999999999"},
		{"1e15", "1E+15"},
		{"1e400", "Infinity"},
		{"-1e400", "-Infinity"},
		{"0.1", "0.1"},
		{"1e100", "1E+100"},
		{"NaN", "NaN"},
	} {
		if got := constant(t, tt.text).Text(); got != tt.want {
			t.Errorf("%s is written %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestToNumber(t *testing.T) {
	for _, tt := range []struct {
		text string
		want float64
	}{
		{"", 0},
		{"  ", 0},
		{" 12 ", 12},
		{"-.5", -0.5},
		{"0x1f", 31},
		{"0xffffffff", -1},
		{"0x1ffffffff", math.NaN()},
		{"0o10", 8},
		{"-0x1", math.NaN()},
		{"0x", math.NaN()},
		{"0x_1", math.NaN()},
		{"1_000", math.NaN()},
		{"1,000", math.NaN()},
		{".", math.NaN()},
		{"1e", math.NaN()},
		{"0x1p4", math.NaN()},
		{"inf", math.NaN()},
		{"abc", math.NaN()},
		{"Infinity", math.Inf(1)},
		{"-Infinity", math.Inf(-1)},
	} {
		got := ToNumber(Value{Kind: String, String: tt.text})
		if got != tt.want && !(math.IsNaN(got) && math.IsNaN(tt.want)) {
			t.Errorf("%q is %v, want %v", tt.text, got, tt.want)
		}
	}
	if !math.IsNaN(ToNumber(Value{Kind: Array})) {
		t.Error("a collection is no number")
	}
}
