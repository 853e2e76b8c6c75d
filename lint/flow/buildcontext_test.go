package flow

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/syntax"
)

// TestContextLeaves checks which files a .dockerignore leaves out.
func TestContextLeaves(t *testing.T) {
	for _, tt := range []struct {
		ignore string
		left   []string
	}{
		{"", nil},
		{"# .env\n.git\n", []string{".git/config"}},
		{"**/.env", []string{".env", "a/.env"}},
		{".env*", []string{".env"}},
		{"/a/\n", []string{"a/.env", "a/b.ini"}},
		{"*\n!a\n", []string{".env", ".git/config"}},
		{"a\n!a/*.ini\r\n", []string{"a/.env"}},
		{"!a\n.\n/\n[\n", nil},
		{"../a\n  a/b.*  \n", []string{"a/.env", "a/b.ini"}},
	} {
		c := Context{patterns: ignorePatterns(syntax.NewSource(".dockerignore", tt.ignore))}
		var left []string
		for _, name := range []string{".env", ".git/config", "a/.env", "a/b.ini"} {
			if c.Leaves(name) {
				left = append(left, name)
			}
		}
		if diff := cmp.Diff(tt.left, left); diff != "" {
			t.Errorf("%q leaves other files out (-want +got):\n%s", tt.ignore, diff)
		}
	}
}

func FuzzContextLeaves(f *testing.F) {
	f.Add("**/.env\n!a\n", ".env")
	f.Add("[\n{a,b}\n\\\n", "../a\xff")
	f.Fuzz(func(t *testing.T, ignore, name string) {
		src := syntax.NewSource(".dockerignore", ignore)
		patterns := ignorePatterns(src)
		if len(patterns) > src.Lines() {
			t.Errorf("%q has %d patterns", ignore, len(patterns))
		}
		all := append([]pattern{{text: "/", exclude: true}}, patterns...)
		if (Context{patterns: patterns}).Leaves(name) && !(Context{patterns: all}).Leaves(name) {
			t.Errorf("%q leaves %q out, but not when everything is left out before", ignore, name)
		}
	})
}

// TestComposeArgs checks which variables the arguments in a compose file are filled from.
func TestComposeArgs(t *testing.T) {
	const text = `services:
  web:
    build:
      args:
        A: ${X:-none}
        B:
        C: plain
        D: $$Y and $Z
        E: [list]
  db: {build: {args: [F, "G=a$X", "H=1", [x]]}}
  none: {build: .}
`
	src := syntax.NewSource("compose.yaml", text)
	var got []string
	for _, a := range composeArgs(src, nil) {
		got = append(got, a.Name+" "+a.Variable+" "+src.Slice(a.Span))
	}
	want := []string{"A X ${X:-none}", "B B B", "D Z $$Y and $Z", "F F F", `G X "G=a$X"`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if args := composeArgs(src, []string{"db"}); len(args) != 2 {
		t.Errorf("a service has the arguments %v", args)
	}
}

func FuzzComposeArgs(f *testing.F) {
	for _, text := range []string{"", "services: {a: {build: {args: [B, C=$D]}}}", "services:\n  ? [a]\n  : *x\n", "services: &a {b: *a}", "services: {a: {build: {args: {? : $, $: ${}}}}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, a := range composeArgs(syntax.NewSource("compose.yaml", text), nil) {
			if a.Start < 0 || a.End < a.Start || a.End > len(text) || a.Variable == "" {
				t.Errorf("%q: the argument %v is empty or outside", text, a)
			}
		}
	})
}
