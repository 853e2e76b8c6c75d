package shell

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSubstitutions(t *testing.T) {
	for _, tt := range []struct {
		word string
		want []string
	}{
		{`plain`, nil},
		{`a$(cat b)c`, []string{`$(cat b)`}},
		{`"a$(cat b | head -n 1)c"`, []string{`$(cat b | head -n 1) quoted`}},
		{"a`cat b`c", []string{"`cat b`"}},
		{`"$(echo "$(cat b)")"$(cat c)`, []string{`$(echo "$(cat b)") quoted`, `$(cat c)`}},
		{`"$(echo ')' && cat b)"`, []string{`$(echo ')' && cat b) quoted`}},
		{`"\"$(cat b)"`, []string{`$(cat b) quoted`}},
		{`$( (cat b) )`, []string{`$( (cat b) )`}},
	} {
		text := "echo " + tt.word
		s := Parse(text, Bash, nil)
		var got []string
		for _, sub := range s.Substitutions(&s.Commands[0].Words[1]) {
			quoted := ""
			if sub.Quoted {
				quoted = " quoted"
			}
			got = append(got, fmt.Sprint(text[sub.Start:sub.End], quoted))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.word, diff)
		}
	}
}

func TestOutput(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`echo x >> f`, "f"},
		{`echo x > a > b`, "b"},
		{`{ echo x; } >> f`, "f"},
		{`{ echo x > g; } >> f`, "g"},
		{`{ echo x | cat; } >> f`, ""},
		{`echo x | tee f`, ""},
		{`echo x 2> f`, ""},
		{`for x in a; do echo x; done >> f`, "f"},
	} {
		s := Parse(tt.text, Bash, nil)
		for _, c := range s.Commands {
			if c.Name != "echo" {
				continue
			}
			got := ""
			if w, ok := c.Output(); ok {
				got = w.Text
			}
			if got != tt.want {
				t.Errorf("%s: %q, want %q", tt.text, got, tt.want)
			}
		}
	}
}
