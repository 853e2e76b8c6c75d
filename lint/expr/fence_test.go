package expr

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// describe writes a fence as its text, its expression and its errors.
func describe(text string, f Fence) string {
	s := text[f.Start:f.End] + " " + shape(f.X)
	for _, e := range f.Errs {
		s += fmt.Sprintf(" [%s: %s]", text[e.Start:e.End], strings.SplitN(e.Message, ";", 2)[0])
	}
	return s
}

func TestParseFences(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"echo $HOME ${x} {{ y }} $ {{", nil},
		{"${{a}}", []string{"${{a}} a"}},
		{"x ${{ a }}${{ b }} y", []string{"${{ a }} a", "${{ b }} b"}},
		{"${{ '}}' }}", []string{`${{ '}}' }} "}}"`}},
		{"${{ 'it''s }}' }} }}", []string{`${{ 'it''s }}' }} "it's }}"`}},
		{"${{ a }}}", []string{"${{ a }} a"}},
		{"it's ${{ a }}", []string{"${{ a }} a"}},
		{"${{ a\n  && b }}\n", []string{"${{ a\n  && b }} <a && b>"}},
		{"${{}} ${{ a }}", []string{"${{}} BAD [${{}}: empty expression]", "${{ a }} a"}},
		{"${{ \n }}", []string{"${{ \n }} BAD [${{ \n }}: empty expression]"}},
		{"${{ a == }} and ${{ \"b\" }}", []string{
			"${{ a == }} <a == BAD> [==: missing operand after ==]",
			`${{ "b" }} BAD ["b": string in double quotes]`,
		}},
		{"${{ a", []string{"${{ a a [${{: unclosed ${{]"}},
		{"${{ a }\necho ${{ b }}", []string{
			"${{ a } BAD [${{: unclosed ${{]",
			"${{ b }} b",
		}},
		{"${{ a\n${{ b\n", []string{"${{ a a [${{: unclosed ${{]", "${{ b b [${{: unclosed ${{]"}},
		{"${{ it's }} ${{ b }}", []string{
			"${{ it's }} BAD ['s: unclosed string]",
			"${{ b }} b",
		}},
		{"${{ 'a }} ${{ 'b' }} ${{ c }}", []string{
			"${{ 'a }} BAD ['a: unclosed string]",
			`${{ 'b' }} "b"`,
			"${{ c }} c",
		}},
		{"${{ f(${{ a }}) }}", []string{"${{ f(${{ a }} f(a) [(: unclosed (] [${{: ${{ within an expression]"}},
		{"${{ a == ${{ b }} }}", []string{"${{ a == ${{ b }} <a == b> [${{: ${{ within an expression]"}},
		{"${{ a ${{ b }}", []string{"${{ a a [${{: unclosed ${{]", "${{ b }} b"}},
		{"${{ f('${{') }}", []string{"${{ f('${{') }} f(\"${{\")"}},
	} {
		var got []string
		for _, f := range ParseFences(tt.text) {
			got = append(got, describe(tt.text, f))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestParseFencesHostile(t *testing.T) {
	const n = 1 << 20
	for _, piece := range []string{
		"${{", "${{'", "${{ '}}", "${{ }}", "${{}}'", "${{(", "'${{", "${{ a'b }}", "(", "!", "a.", "'", "}}",
	} {
		text := "${{ " + strings.Repeat(piece, n/len(piece))
		for _, f := range ParseFences(text) {
			if len(f.Errs) == 0 && f.X == nil {
				t.Fatalf("%q: fence without an expression", piece)
			}
		}
	}
}

func TestParseFencesAllocations(t *testing.T) {
	text := strings.Repeat("echo \"$HOME\" # {{ x }}\n", 100)
	if n := testing.AllocsPerRun(100, func() { ParseFences(text) }); n != 0 {
		t.Errorf("%v allocations for text without a fence", n)
	}
}

func TestTextLength(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       int
	}{
		{"short", "${{ a }}" + strings.Repeat("x", 20000), 0},
		{"long", "${{ a }}" + strings.Repeat("x", 21000), 1},
		{"escapes", "${{ a }}" + strings.Repeat("{", 11000), 1},
		{"many fences", strings.Repeat("${{ a }}${{ b }}", 2000), 1},
		{"no fence", strings.Repeat("x", 30000), 0},
		{"one fence", "${{ " + strings.Repeat(" ", 30000) + " a }}", 0},
	} {
		got := 0
		for _, f := range ParseFences(tt.text) {
			got += len(f.Errs)
		}
		if got != tt.want {
			t.Errorf("%s: %d errors, want %d", tt.name, got, tt.want)
		}
	}
}

func TestParseCondition(t *testing.T) {
	for _, tt := range []struct {
		text, want string // shape of X, or always
		fences     int
		errs       int // of the condition and its fences
	}{
		{"a == 'b'", `<a == "b">`, 0, 0},
		{"a == 'b'\n", `<a == "b">`, 0, 0},
		{"", "success()", 0, 0},
		{" \n", "success()", 0, 0},
		{"always()", "always()", 0, 0},
		{"${{ a == 'b' }}", `<a == "b">`, 1, 0},
		{"${{ a == 'b' }}\n", "always", 1, 0},
		{" ${{ a }}", "always", 1, 0},
		{"${{ a }} == 'b'", "always", 1, 0},
		{"!${{ a }}", "always", 1, 0},
		{"${{ a }}${{ b }}", "always", 2, 0},
		{"${{ a }} && ${{ b }}", "always", 2, 0},
		{"contains(a, '${{ b }}')", "always", 1, 0},
		{"contains(a, '${{')", `contains(a, "${{")`, 1, 1},
		{"a == ${{ b", "BAD", 1, 1},
		{"${{ a", "a", 1, 1},
		{"a ==", "<a == BAD>", 0, 1},
		{"${{ a == }}", "<a == BAD>", 1, 1},
		{"${{ }}", "BAD", 1, 1},
		{"a == \"b\" && c d", "BAD", 0, 2},
	} {
		c := ParseCondition(tt.text)
		got := "always"
		if c.X != nil {
			got = shape(c.X)
		}
		if c.AlwaysTrue != (c.X == nil) {
			t.Errorf("%q: AlwaysTrue is %v, X is %s", tt.text, c.AlwaysTrue, got)
		}
		errs := len(c.Errs)
		for _, f := range c.Fences {
			errs += len(f.Errs)
		}
		if got != tt.want || len(c.Fences) != tt.fences || errs != tt.errs {
			t.Errorf("%q: %s, %d fences, %d errors; want %s, %d, %d", tt.text, got, len(c.Fences), errs, tt.want, tt.fences, tt.errs)
		}
	}
}

func BenchmarkParseFences(b *testing.B) {
	text := "set -euo pipefail\n" +
		"gh release create ${{ github.ref_name }} --title \"${{ inputs.title || github.ref_name }}\" \\\n" +
		"  --notes '${{ steps.notes.outputs.text }}' dist/*\n" +
		"if ${{ github.event_name == 'push' && contains(github.event.head_commit.message, '[release]') }}; then\n" +
		"  echo done\nfi\n"
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		ParseFences(text)
	}
}

func BenchmarkParseFencesNone(b *testing.B) {
	text := strings.Repeat("npm ci && npm test -- --coverage # $HOME\n", 20)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		ParseFences(text)
	}
}
