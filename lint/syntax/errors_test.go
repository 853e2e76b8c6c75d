package syntax

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestErrors(t *testing.T) {
	const (
		tab    = "tab is used for indentation; use spaces"
		colon  = `":" cannot start a value here; quote the text around it or fix the indentation`
		dedent = "line belongs to no mapping above it; fix its indentation"
		empty  = "file is empty; add content or remove it"
	)
	for _, test := range []struct {
		text string
		root string // what there is: nil, whole or partial
		want []string
	}{
		{"", "nil", []string{`1:1 "" ` + empty}},
		{"# only\n", "nil", []string{`1:1 "" ` + empty}},
		{"---\n", "nil", []string{`2:1 "" ` + empty}},
		{"a: 1\na: 2\nb: 3\n'a': 4\n", "whole", []string{
			`2:1 "a" key "a" is already given above; remove one`,
			`4:1 "'a'" key "a" is already given above; remove one`,
		}},
		{"a: &x {k: 1}\nb:\n  <<: *x\n", "whole", []string{`3:3 "<<" merge key "<<" is not supported; write the keys out`}},
		{"a: *x\nb: [*y, 1]\n*z : 2\n", "whole", []string{
			`1:4 "*x" alias "*x" stands for no anchor above it; define it or write the value out`,
			`2:5 "*y" alias "*y" stands for no anchor above it; define it or write the value out`,
			`3:1 "*z" alias "*z" stands for no anchor above it; define it or write the value out`,
		}},
		{"a: &x [1, {b: *x}]\n", "whole", []string{`1:15 "*x" alias "*x" stands inside what it stands for; write the value out`}},
		{"a: 1\n---\nb: 2\n", "whole", []string{`2:1 "---" a second document starts here; keep one document in a file`}},
		{"a: 1\n...\nb: [\n", "whole", []string{`2:1 "..." a second document starts here; keep one document in a file`}},
		{"  a: 1\nb: 2\n", "partial", []string{`2:1 "b: 2" text stands behind the end of the document; indent it like the first line or remove it`}},
		{"a:\n\tb: 1\n\tc: 2\nd: 3\n", "partial", []string{`2:1 "\t" ` + tab, `3:1 "\t" ` + tab}},
		{"a: |\n  x\n \ty\nb: 1\n", "partial", []string{`3:2 "\t" ` + tab}},
		{"a: \xffb\xfe\nc: \x01\n", "whole", []string{
			`1:4 "\xff" byte 0xff is not valid UTF-8; save the file as UTF-8`,
			`2:4 "\x01" control character U+0001 is not allowed; remove it`,
		}},
		{"a: b\n\ufeffc: d\n", "whole", []string{`2:1 "\ufeff" a byte order mark stands inside the file; remove it`}},
		{"\xff\xfea\x00", "nil", []string{`1:1 "\xff\xfe" file is encoded in UTF-16; save it as UTF-8`}},
		{"\x00a\x00:", "nil", []string{`1:1 "\x00a" file is encoded in UTF-16; save it as UTF-8`}},
		{"a\x00\x00\x00", "nil", []string{`1:1 "a\x00" file is encoded in UTF-32; save it as UTF-8`}},
		{"a: b: c\nd: 1\n", "partial", []string{`1:5 ":" ` + colon}},
		{"a: b\n  c: d\ne: 1\nf: x http://y: z\n", "partial", []string{`2:4 ":" ` + colon, `4:14 ":" ` + colon}},
		{"a: - b\nc: 1\n", "partial", []string{`1:4 "-" "-" cannot start a list item here; put the item on a line of its own`}},
		{"a: 1\nb\nc:\n  d: 1\n", "partial", []string{`2:1 "b" line is no "key: value"; add the ":" or fix the indentation`}},
		{"a:\n  b: 1\n c: 2\nd: 3\n", "partial", []string{`3:2 "c: 2" ` + dedent}},
		{"a:\n  - b\n  c: 1\nd: 3\n", "partial", []string{`3:3 "c: 1" line belongs to no list above it; fix its indentation or start it with "- "`}},
		{"a: 'b'c'\nd: 1\n", "partial", []string{`1:7 "c'" text cannot follow a complete value; quote the value as a whole`}},
		{"z: 1\na: \"b\nc: 1\n", "partial", []string{`2:4 "\"b" quote " is never closed; add the closing quote`}},
		{"a: ['x', 'y]\nc: 1\n", "partial", []string{`1:10 "'y]" quote ' is never closed; add the closing quote`}},
		{"a: [1, 2\nb: 3\nc: {d\ne: 1\n", "partial", []string{
			`1:4 "[1, 2" bracket '[' is never closed; add ']'`,
			`3:4 "{d" bracket '{' is never closed; add '}'`,
		}},
		{"z: 1\na: [1, 2}\nb: 1\n", "partial", []string{`2:9 "}" bracket '[' is closed by '}'; write ']'`}},
		{"a: @b\nc: `d`\ne: *.js\n", "nil", []string{
			`1:4 "@b" plain text cannot start with '@'; quote it`,
			"2:4 \"`d`\" plain text cannot start with '`'; quote it",
			`3:4 "*.js" "*" and "&" start an alias or an anchor; quote the text`,
		}},
		{"a: \"x\\qy\"\nb: \"\\xZZ\"\nc: 1\n", "partial", []string{
			`1:6 "\\q" escape sequence is not known; write the backslash twice or use single quotes`,
			`2:5 "\\x" escape sequence lacks hexadecimal digits; add them`,
		}},
		{"a: | x\n  b\nc: 1\n", "partial", []string{`1:6 "x" text cannot follow the "|" or ">" of a block on the same line; move it to the next line`}},
		{"a: !x!y z\nb: !(c)[ d\ne: 1\n", "partial", []string{`1:4 "!x!y z" tag uses a handle that is not declared; quote the text`}},
	} {
		src := NewSource("x.yml", test.text)
		root, _, errs := ParseYAML(src)
		checkErrors(t, test.text, errs)
		var got []string
		for _, e := range errs {
			p := src.Position(e.Start)
			got = append(got, fmt.Sprintf("%d:%d %q %s", p.Line, p.Column, src.Slice(e.Span), e.Message))
		}
		state := "nil"
		if root != nil && root.Partial {
			state = "partial"
		} else if root != nil {
			state = "whole"
		}
		if diff := cmp.Diff(test.want, got); diff != "" || state != test.root {
			t.Errorf("%q: %s, want %s: %s", test.text, state, test.root, diff)
		}
	}
}

// Every damaged key of a workflow is reported, and the rest is read.
func TestErrorsInJobs(t *testing.T) {
	const text = `on: push
jobs:
  one:
    steps:
      - run: echo "a": b
        name: x
      - uses: ok
      - run: 'open
  two:
    if: @x
    steps:
      - run: good
`
	src := NewSource("x.yml", text)
	root, _, errs := ParseYAML(src)
	var lines []int
	for _, e := range errs {
		lines = append(lines, src.Position(e.Start).Line)
	}
	if diff := cmp.Diff([]int{5, 8, 10}, lines); diff != "" {
		t.Error(diff)
	}
	jobs, _ := root.Get("jobs")
	two, _ := jobs.Value.Get("two")
	if steps, ok := two.Value.Get("steps"); !ok || len(steps.Value.Items) != 1 {
		t.Errorf("the good job is not whole: %+v", two)
	}
}

func TestCaps(t *testing.T) {
	laughs := "a: &a0 [x,x,x,x,x,x,x,x,x]\n"
	for i := 1; i < 10; i++ {
		laughs += fmt.Sprintf("%c: &a%d [%s]\n", 'a'+i, i, strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9))
	}
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for name, test := range map[string]struct{ text, want string }{
		"size":           {strings.Repeat("#", MaxFileSize+1), "file has 1048577 bytes and is not checked above 1048576; make it smaller"},
		"depth":          {deep(MaxDepth + 1), tooDeep},
		"open brackets":  {strings.Repeat("[", 1<<20), tooDeep},
		"open braces":    {strings.Repeat("{", 1<<20), tooDeep},
		"dashes":         {strings.Repeat("- ", MaxDepth+1) + "x", tooDeep},
		"many dashes":    {strings.Repeat("- ", 1<<19), tooDeep},
		"laughs":         {laughs, tooExpanded},
		"deep aliases":   {"a: &a " + deep(60) + "\nb: &b " + strings.Repeat("[", 60) + "*a" + strings.Repeat("]", 60), tooDeep},
		"as deep as can": {deep(MaxDepth), ""},
		"as large":       {"a: " + strings.Repeat("(", MaxFileSize-3), ""},
	} {
		root, _, errs := ParseYAML(NewSource("x.yml", test.text))
		switch {
		case test.want == "" && (root == nil || len(errs) > 0):
			t.Errorf("%s: %v", name, errs)
		case test.want != "" && (root != nil || len(errs) != 1 || errs[0].Message != test.want):
			t.Errorf("%s: %v, want %s", name, errs, test.want)
		}
	}
}
