package syntax

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// outline writes a tree in one line: {key: value}, [item], "quoted", plain.
func outline(n *Node) string {
	switch n.Kind {
	case Mapping:
		var parts []string
		for _, p := range n.Pairs {
			parts = append(parts, p.Key.Value+": "+outline(p.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case Sequence:
		var parts []string
		for _, item := range n.Items {
			parts = append(parts, outline(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	if n.Style == Plain {
		return n.Value
	}
	return fmt.Sprintf("%q", n.Value)
}

func TestParseBlocks(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"a = 1\nb = \"x\"\n", `{a: 1, b: "x"}`},
		{"resource \"aws_iam_role\" \"ci\" {\n  name = \"ci\" # why\n  tags = { a = 1, b = 2 }\n}\n", `{resource aws_iam_role ci: {name: "ci", tags: {a: 1, b: 2}}}`},
		{"x = [\n  \"a\", // one\n  \"b\",\n]\n", `{x: ["a", "b"]}`},
		{"p = jsonencode({\n  Statement = [{ Effect = \"Allow\" }]\n})\nq = 1\n", `{p: {Statement: [{Effect: "Allow"}]}, q: 1}`},
		{"x = [for s in var.a : \"repo:${s}:*\"]\n", `{x: ["repo:${s}:*"]}`},
		{"x = [for k, v in { a = 1 } : \"${k}\" if v != \"]\"]\ny = [\n  for s in var.a :\n  { a = s }\n  if s\n]\n", `{x: ["${k}"], y: [{a: s}]}`},
		{"x = [for s in a]\ny = [for]\nz = [format]\n", `{x: [for s in a], y: [for], z: [format]}`},
		{"resource f 'T@1' = if (a == ')') {\n  b: 'c'\n}\nd = iffy\n", `{resource f T@1: {b: "c"}, d: iffy}`},
		{"x = format(\"repo:%s/%v:*\", a, b[\"c\"])\ny = format(a)\n", `{x: "repo:${}/${}:*", y: format(a)}`},
		{"x = distinct(concat([\"a\"], [\n  \"b\",\n]))\ny = f(1, 2)\n", `{x: ["a", "b"], y: f(1, 2)}`},
		{"x = a ? \"b\" : \"c\"\ny = \"b\" == c\n", `{x: a ? "b" : "c", y: "b" == c}`},
		{"x = concat([\"a\"], var.b)\ny = 2\n", `{x: ["a", var.b], y: 2}`},
		{"p = <<EOF\n{ \"a\": [\"${x[\"y\"]}\"] }\nEOF\nq = 1\n", `{p: {a: ["${x[\"y\"]}"]}, q: 1}`},
		{"p = <<-EOF\n  text {\n  EOF\n", `{p: "  text {\n"}`},
		{"/* x { */\nlocals { a = \"\\\"}\" }\n", `{locals: {a: "\"}"}}`},
		{"resource f 'T@1' = {\n  properties: {\n    issuer: 'https://x'\n    audiences: [\n      'a'\n    ]\n  }\n}\n", `{resource f T@1: {properties: {issuer: "https://x", audiences: ["a"]}}}`},
		{"{\"a\": {\"b\": [1, true, null]}}", `{a: {b: [1, true, null]}}`},
		{"[1, {\"a\": 2}]", `[1, {a: 2}]`},
		{"a = {\n", `{a: {}}`},
		{"a = \"x\nb = 1\n", `{a: "x", b: 1}`},
		{"}\n]\n= 3\nb = 1\n", `{b: 1}`},
		{"a = <<EOF\nnever ends", `{a: "never ends"}`},
		{"", `{}`},
	} {
		root, _ := ParseBlocks(NewSource("x.tf", tt.text))
		if diff := cmp.Diff(tt.want, outline(root)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, diff)
		}
	}
}

func FuzzParseBlocks(f *testing.F) {
	for _, s := range []string{"a = 1", "x \"y\" {\n z = [\"${a[\"b\"]}\"]\n}", "{\"a\": [1, {}]}", "p = <<-E\n{ \"a\": 1 }\nE\n", "a = f({b = c})", "a = [for b in c : format(\"%s\", d) if e]", "a = concat([1], f(g(", "a = if (b) {", "/*", "a = '''x'''", "a={a={a={a={", "\xff={\"\xff\"}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root, comments := ParseBlocks(NewSource("x.tf", text))
		var check func(n *Node, in Span, depth int)
		check = func(n *Node, in Span, depth int) {
			if n.Start < in.Start || n.End > in.End || n.End < n.Start || depth > MaxDepth+2 {
				t.Fatalf("%v is not within %v at depth %d", n.Span, in, depth)
			}
			for _, item := range n.Items {
				check(item, n.Span, depth+1)
			}
			for _, p := range n.Pairs {
				if p.Key.Start < n.Start || p.Key.End > n.End || p.Key.End < p.Key.Start {
					t.Fatalf("key %v is not within %v", p.Key.Span, n.Span)
				}
				check(p.Value, n.Span, depth+1)
			}
		}
		check(root, Span{End: len(text)}, 0)
		for _, c := range comments {
			if c.Start < 0 || c.End > len(text) || c.End < c.Start {
				t.Fatalf("comment %v", c.Span)
			}
		}
	})
}
