package lint

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/config"
	"sekisho/lint/syntax"
)

type wordOptions struct {
	Word  string `yaml:"word"`
	Other string `yaml:"other"`
}

// testRules find a word: bad, or the one of their options.
func configuredRules() RuleSet {
	option := &Rule{ID: "option", Severity: Low, Tags: []string{"cwe-1"}, NewOptions: func() any { return &wordOptions{Word: "odd", Other: "x"} }}
	option.Run = func(p *Pass) {
		o := p.Options.(*wordOptions)
		if strings.Contains(p.File.Text, o.Word) {
			p.Report(Finding{Span: syntax.Span{End: 1}, Message: o.Word + " " + o.Other})
		}
	}
	kinds := &Rule{ID: "kinds", Severity: Medium, Kinds: []string{"a", "b"}, Tags: []string{"cwe-2", "limit"}}
	kinds.Run = func(p *Pass) {
		p.Report(Finding{Span: syntax.Span{End: 1}, Message: "base"})
		p.ReportKind("a", Finding{Span: syntax.Span{End: 1}, Message: "a"})
		p.ReportKind("b", Finding{Span: syntax.Span{End: 1}, Message: "b"})
	}
	strict := wordRule("strict", "bad", "")
	strict.Strict = true
	strict.Tags = []string{"cwe-2"}
	return RuleSet{kinds, option, strict, {ID: SuppressionRule, Severity: Low, NewOptions: func() any { return &SuppressionOptions{RequireReason: true} }}}
}

func configured(t *testing.T, text string, sel Selection, files map[string]string) []string {
	t.Helper()
	c, faults := config.Parse(syntax.NewSource("c.yml", text), configuredRules().Known())
	for _, f := range faults {
		t.Fatal(f)
	}
	var got []string
	for _, f := range Run(load(files), Configure(configuredRules(), c, sel)).Findings {
		line := f.Path[len(".github/workflows/"):] + " " + f.Rule + " " + f.Severity.String() + " " + f.Message
		if f.Suppressed != nil {
			line += " (suppressed)"
		}
		got = append(got, line)
	}
	return got
}

func TestConfigure(t *testing.T) {
	on := func(ids ...string) map[string]bool {
		set := map[string]bool{}
		for _, id := range ids {
			set[id] = true
		}
		return set
	}
	files := map[string]string{
		".github/workflows/a.yml": workflow + "# odd\n", ".github/workflows/b.yml": workflow + "# even\n",
	}
	kinds := []string{"a.yml kinds medium base", "a.yml kinds/a medium a", "a.yml kinds/b medium b"}
	for _, tc := range []struct {
		name, text string
		sel        Selection
		want       []string // of a.yml, then those of b.yml that differ
	}{
		{"nothing said", "", Selection{}, append(kinds[:3:3], "a.yml option low odd x", "b.yml kinds medium base", "b.yml kinds/a medium a", "b.yml kinds/b medium b")},
		{"a pattern, and an id that comes before it", "rules: {option: true, '*': false}", Selection{}, []string{"a.yml option low odd x"}},
		{"a later pattern before an earlier", "rules: {'*': false, opt*: true, strict: false}", Selection{}, []string{"a.yml option low odd x"}},
		{"a tag", "rules: {tag:cwe-2: false}", Selection{}, []string{"a.yml option low odd x"}},
		{"a pattern of tags does not ask for strict rules", "rules: {'*': false, 'tag:cwe-*': true, kinds: false}", Selection{}, []string{"a.yml option low odd x"}},
		{"an id asks for a strict rule", "rules: {'*': false, strict: true}", Selection{}, []string{"a.yml strict medium bad is wrong", "b.yml strict medium bad is wrong"}},
		{"kinds without their rule", "rules: {'*': false, kinds/a: true}", Selection{}, []string{"a.yml kinds/a medium a", "b.yml kinds/a medium a"}},
		{"a rule without a kind", "rules: {option: false, kinds/*: false, kinds/b: true}", Selection{},
			[]string{"a.yml kinds medium base", "a.yml kinds/b medium b", "b.yml kinds medium base", "b.yml kinds/b medium b"}},
		{"flags come first", "rules: {option: false}", Selection{Selected: on("option", "kinds/a"), Ignored: on("kinds/a")}, []string{"a.yml option low odd x"}},
		{"flags do not come before what is off for some paths", "rules: {option: false}\npaths: {'**/a.yml': {rules: {kinds: false}}, '**/b.yml': {rules: {kinds/b: false, option: true}}}",
			Selection{Selected: on("option", "kinds")}, []string{"a.yml option low odd x", "b.yml kinds medium base", "b.yml kinds/a medium a"}},
		{"severity of a rule and of its kind", "rules: {option: false, kinds: {severity: high}, kinds/b: {severity: info, enabled: true}}", Selection{Selected: on("kinds/a", "kinds/b")},
			[]string{"a.yml kinds/a high a", "a.yml kinds/b info b", "b.yml kinds/a high a", "b.yml kinds/b info b"}},
		{"one file, with its options", `
rules: {kinds: false, option: {options: {word: "on: push", other: y}}}
paths:
  "**/b.yml": {rules: {option: {severity: high, options: {other: z}}}}
`, Selection{}, []string{"a.yml option low on: push y", "b.yml option high on: push z"}},
		{"a later path before an earlier", `
rules: {kinds: false, option: false}
paths:
  ".github/workflows": {rules: {option: {enabled: true, severity: high}}}
  "**/b.yml": {rules: {option: {severity: info, options: {word: even}}, kinds/a: true}}
`, Selection{}, []string{"a.yml option high odd x", "b.yml kinds/a medium a", "b.yml option info even x"}},
		{"a pattern of a path before an id of all", `
rules: {kinds: false, option: true}
paths: {"**/a.yml": {rules: {"*": false}}}
`, Selection{}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, configured(t, tc.text, tc.sel, files)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFirm(t *testing.T) {
	files := map[string]string{".github/workflows/a.yml": "# sekisho: ignore-file[option, kinds] why\n" + workflow + "# odd\n"}
	option := "a.yml option low odd x"
	held := func(id string) string {
		return "a.yml suppression low the configuration lets no comment silence `" + id + "`; repair what is found, and remove the rule from the comment"
	}
	kinds := []string{"a.yml kinds medium base (suppressed)", "a.yml kinds/a medium a (suppressed)", "a.yml kinds/b medium b (suppressed)"}
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"all may be silenced", "", append(kinds[:3:3], option+" (suppressed)")},
		{"a rule", "rules: {option: {ignorable: false}}", append(kinds[:3:3], option, held("option"))},
		{"a kind", "rules: {kinds/b: {ignorable: false}}", []string{kinds[0], kinds[1], "a.yml kinds/b medium b", option + " (suppressed)", held("kinds/b")}},
		{"a rule but for a kind", "rules: {kinds: {ignorable: false}, kinds/a: {ignorable: true}}",
			[]string{"a.yml kinds medium base", kinds[1], "a.yml kinds/b medium b", option + " (suppressed)", held("kinds/b")}},
		{"elsewhere", "paths: {'**/b.yml': {rules: {'*': {ignorable: false}}}}", append(kinds[:3:3], option+" (suppressed)")},
		{"in this file", "paths: {'**/a.yml': {rules: {option: {ignorable: false}}}}", append(kinds[:3:3], option, held("option"))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, want := configured(t, tc.text, Selection{}, files), slices.Sorted(slices.Values(tc.want))
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestConfiguredRules checks that a rule which only some files have is among those of the run, with its highest severity.
func TestConfiguredRules(t *testing.T) {
	c, faults := config.Parse(syntax.NewSource("c.yml", "rules: {'*': false}\npaths: {'**/a.yml': {rules: {option: {enabled: true, severity: high}}}, '**/b.yml': {rules: {option: true}}}"), configuredRules().Known())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	var got []string
	for _, r := range Run(load(map[string]string{".github/workflows/a.yml": workflow, ".github/workflows/b.yml": workflow}), Configure(configuredRules(), c, Selection{})).Rules {
		got = append(got, r.ID+" "+r.Severity.String())
	}
	if diff := cmp.Diff([]string{"option high"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestSinceHoldsRenamedFiles checks that a renamed file is held to what holds for it now, so that its old findings stay old.
func TestSinceHoldsRenamedFiles(t *testing.T) {
	c, faults := config.Parse(syntax.NewSource("c.yml", "rules: {'*': false}\npaths: {'**/b.yml': {rules: {option: true}}}"), configuredRules().Known())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	s := Configure(configuredRules(), c, Selection{})
	text := workflow + "# odd\n"
	then, now := load(map[string]string{".github/workflows/a.yml": text}), load(map[string]string{".github/workflows/b.yml": text})
	res := NewPast(then, now, s).Since(now, Run(now, s))
	if len(res.Findings) != 0 || res.Older != 1 {
		t.Errorf("%d findings, %d older; want 0 and 1", len(res.Findings), res.Older)
	}
}
