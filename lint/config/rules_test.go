package config_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/config"
	"sekisho/lint/syntax"
)

type color string

func (color) Words() []string { return []string{"red", "green"} }

type name string

// Valid wants names without a bang.
func (n name) Valid() error {
	if n == "x!" {
		return errors.New("the name has a bang; remove it")
	}
	return nil
}

type own struct {
	Text  string `yaml:"text,required"`
	Color color  `yaml:"color"`
	Size  int    `yaml:"size"`
}

// Valid finds fault with b in the text, and with a size above 9.
func (o *own) Valid() error {
	var errs []error
	for i, c := range []byte(o.Text) {
		if c == 'b' {
			errs = append(errs, config.Fault{Key: "text", Span: syntax.Span{Start: i, End: i + 1}, Message: "there is a b"})
		}
	}
	if o.Size > 9 {
		errs = append(errs, config.Fault{Key: "size", Message: "too large"})
	}
	return errors.Join(errs...)
}

// knownOwn are rules with tags and kinds, and one whose kinds the file defines.
func knownOwn() config.Known {
	k := known()
	k.Rules[0].Tags = []string{"cwe-200", "limit"}
	k.Rules[1].Tags = []string{"cwe-862"}
	k.Rules = append(k.Rules, config.KnownRule{ID: "many"}, config.KnownRule{ID: "many/one"}, config.KnownRule{ID: "many/other"},
		config.KnownRule{ID: config.CustomRule, NewOptions: func() any { return &map[name]*own{} }})
	return k
}

func TestMatch(t *testing.T) {
	k := knownOwn()
	for _, tc := range []struct {
		name string
		want []string
	}{
		{"many", []string{"many"}},
		{"many/one", []string{"many/one"}},
		{"retention", []string{"long-retention-days"}},
		{"*", []string{"long-retention-days", "missing-environment", "many", "custom"}},
		{"many/*", []string{"many/one", "many/other"}},
		{"m*", []string{"missing-environment", "many"}},
		{"[", nil},
		{"tag:limit", []string{"long-retention-days"}},
		{"tag:cwe-*", []string{"long-retention-days", "missing-environment"}},
		{"tag:", nil},
		{"cwe-200", nil},
		{"", nil},
	} {
		if diff := cmp.Diff(tc.want, k.Match(tc.name)); diff != "" {
			t.Errorf("Match(%q): %s", tc.name, diff)
		}
	}
}

func TestRuleFaults(t *testing.T) {
	for _, tc := range []struct {
		text string
		want []string
	}{
		{"rules: {cwe-862: false}", []string{"c.yml:1:9: there is no rule `cwe-862`; did you mean `tag:cwe-862`?"}},
		{"rules: {tag:cwe-826: false}", []string{"c.yml:1:9: no rule has the tag `cwe-826`; did you mean `cwe-862`?"}},
		{"rules: {'tag:x*': false, 'y*': true, tag:zzzzzzzz: true}", []string{
			"c.yml:1:9: no rule matches `tag:x*`; `sekisho rules` lists them",
			"c.yml:1:26: no rule matches `y*`; `sekisho rules` lists them",
			"c.yml:1:38: no rule has the tag `zzzzzzzz`; `sekisho explain` shows those of a rule",
		}},
		{"rules: {'*': {options: {}}}", []string{"c.yml:1:15: options belong to one rule; name it in the place of the pattern"}},
		{"rules: {many/one: {ignorable: 1}}", []string{"c.yml:1:31: `rules.many/one.ignorable` is 1; write true or false"}},
		{"rules: {many/on: false}", []string{"c.yml:1:9: there is no rule `many/on`; did you mean `many/one`?"}},
		{"rules: {[a]: false}", []string{"c.yml:1:9: a key in `rules` is a list; write a text"}},
		{"rules: {many: {paths: {}}}", []string{"c.yml:1:16: unknown key `paths` in `rules.many`; it is one of the top level: move it there"}},
		{"rules: {custom: {options: {}}}", []string{"c.yml:1:18: the rules of your own stand under `custom` at the top level; move them there"}},
		{"rules: {custom/a: false}\ncustom: {ab: {text: c}}", []string{"c.yml:1:9: there is no rule `custom/a`; did you mean `custom/ab`?"}},
		{"custom: {a: {}, 'x!': {text: c, color: blue}, b: {text: \"abcb\", size: 10}}", []string{
			"c.yml:1:13: `custom.a` has no `text`; add it",
			"c.yml:1:17: the name has a bang; remove it",
			"c.yml:1:40: `custom.x!.color` cannot be `blue`; use one of red, green",
			"c.yml:1:59: there is a b",
			"c.yml:1:61: there is a b",
			"c.yml:1:71: too large",
		}},
		{"custom:\n  a:\n    text: ab # c\n    size: 10", []string{
			"c.yml:3:12: there is a b; a # behind a blank starts a comment, so put the value in quotes if it was meant to go on",
			"c.yml:4:11: too large",
		}},
		{"paths: []", []string{"c.yml:1:8: `paths` is a list; write patterns of paths with keys below them"}},
		{"paths: {[a]: {}, /x: {}, b: {rules: {manny: true}}, c: {rule: {}}, d: true}", []string{
			"c.yml:1:9: a key in `paths` is a list; write a pattern of paths",
			"c.yml:1:18: `/x` matches nothing; write the pattern as paths are from the root of the repository, without ./, ../ or / in front",
			"c.yml:1:22: `paths./x` has no `rules`; add it",
			"c.yml:1:38: there is no rule `manny`; did you mean `many`?",
			"c.yml:1:56: `paths.c` has no `rules`; add it",
			"c.yml:1:57: unknown key `rule` in `paths.c`; did you mean `rules`?",
			"c.yml:1:71: `paths.d` is true; write keys with values",
		}},
		{"paths: {a: {rules: {long-retention-days: {options: {max: 3}}}}}", []string{
			"c.yml:1:53: unknown key `max` in `paths.a.rules.long-retention-days.options`; use one of max-days, name, loud, words, policy, owners, pattern",
		}},
		{"runner-labels: ['', ' ', '[', gpu-*]", []string{
			"c.yml:1:17: the label is empty; remove it",
			"c.yml:1:21: the label is empty; remove it",
			"c.yml:1:26: `[` is no valid pattern; check its brackets",
		}},
		{"trusted-hosts: ['', 'https://a.example.com/x', a.example.com:443, '*.com', 'a.*.com', '*', 'a b', a.example.com, '*.example.com', 10.0.0.1, '::1']", []string{
			"c.yml:1:17: the host is empty; remove it",
			"c.yml:1:21: `https://a.example.com/x` is an address; write the host alone",
			"c.yml:1:48: `a.example.com:443` has a port; leave it out, as a host is trusted on all of them",
			"c.yml:1:67: `*.com` stands for every host of a top-level domain; name your own domain",
			"c.yml:1:76: `a.*.com` is no pattern that is known; write a host, or *. and a domain for all hosts below it",
			"c.yml:1:87: `*` is no pattern that is known; write a host, or *. and a domain for all hosts below it",
			"c.yml:1:92: `a b` is no name of a host; write letters, digits, dots and hyphens",
		}},
	} {
		_, errs := config.Parse(syntax.NewSource("c.yml", tc.text), knownOwn())
		var got []string
		for _, e := range errs {
			got = append(got, e.Error())
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s\n%s", tc.text, diff)
		}
	}
}

func TestFor(t *testing.T) {
	c, errs := config.Parse(syntax.NewSource("c.yml", `
rules:
  long-retention-days: {severity: low, options: {max-days: 3, name: a, words: [x, y]}}
  many: false
paths:
  "a/**": {rules: {long-retention-days: {ignorable: false, options: {max-days: 4}}}}
  "*/b/**": {rules: {retention: {severity: high, options: {words: [z]}}, many/*: true}}
custom: {one: {text: c}}
`), knownOwn())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	on, off := true, false
	days := func(severity string, o options, ignorable *bool) config.Rule {
		return config.Rule{Severity: severity, Ignorable: ignorable, Options: &o}
	}
	base := map[string]config.Rule{
		"long-retention-days": days("low", options{Max: 3, Name: "a", Loud: true, Words: []string{"x", "y"}}, nil),
		"many":                {Enabled: &off},
		"custom":              {Options: &map[name]*own{"one": {Text: "c"}}},
	}
	with := func(more map[string]config.Rule) map[string]config.Rule {
		out := map[string]config.Rule{}
		for _, rules := range []map[string]config.Rule{base, more} {
			for id, r := range rules {
				out[id] = r
			}
		}
		return out
	}
	for path, want := range map[string]map[string]config.Rule{
		"x.yml":     base,
		"a/x.yml":   with(map[string]config.Rule{"long-retention-days": days("low", options{Max: 4, Name: "a", Loud: true, Words: []string{"x", "y"}}, &off)}),
		"x/b/c.yml": with(map[string]config.Rule{"long-retention-days": days("high", options{Max: 3, Name: "a", Loud: true, Words: []string{"z"}}, nil), "many/one": {Enabled: &on, Local: true}, "many/other": {Enabled: &on, Local: true}}),
		"a/b/c.yml": with(map[string]config.Rule{"long-retention-days": days("high", options{Max: 4, Name: "a", Loud: true, Words: []string{"z"}}, &off), "many/one": {Enabled: &on, Local: true}, "many/other": {Enabled: &on, Local: true}}),
	} {
		if diff := cmp.Diff(want, c.For(path), plain()...); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	if got := c.For("a/b/c.yml")["long-retention-days"].At; got["severity"].Line != 7 || got["options.max-days"].Line != 6 || got["options.name"].Line != 3 {
		t.Errorf("places: %v", got)
	}
}
