package config_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sekisho/lint/config"
	"sekisho/lint/syntax"
)

type options struct {
	Max     int                 `yaml:"max-days"`
	Name    string              `yaml:"name"`
	Loud    bool                `yaml:"loud"`
	Words   []string            `yaml:"words"`
	Policy  map[string]string   `yaml:"policy"`
	Owners  map[string][]string `yaml:"owners"`
	Pattern config.Glob         `yaml:"pattern"`
}

// Valid is asked once everything has its type.
func (o *options) Valid() error {
	if o.Max < 0 {
		return errors.New("max-days is negative; write 0 or more")
	}
	return nil
}

func known() config.Known {
	return config.Known{
		Severities: []string{"info", "low", "medium", "high", "critical"},
		Rules: []config.KnownRule{
			{ID: "long-retention-days", Aliases: []string{"retention"}, NewOptions: func() any { return &options{Max: 7, Loud: true} }},
			{ID: "missing-environment"},
		},
	}
}

func parse(text string) (*config.Config, []string) {
	c, errs := config.Parse(syntax.NewSource("c.yml", text), known())
	var lines []string
	for _, e := range errs {
		lines = append(lines, e.Error())
	}
	return c, lines
}

// plain compares what a file says, not where.
func plain() cmp.Options {
	return cmp.Options{cmpopts.IgnoreUnexported(config.Config{}), cmpopts.IgnoreFields(config.Rule{}, "At"), cmpopts.IgnoreFields(config.Config{}, "At")}
}

func TestParse(t *testing.T) {
	on, off := true, false
	for _, tc := range []struct {
		name, text string
		want       config.Config
	}{
		{"empty", "", config.Config{}},
		{"comments", "\ufeff# a\r\n\n  # b", config.Config{}},
		{"nothing in it", "{}", config.Config{}},
		{"short form", "rules: {missing-environment: false, retention: true}", config.Config{Rules: map[string]config.Rule{
			"missing-environment": {Enabled: &off}, "long-retention-days": {Enabled: &on, Asked: true},
		}}},
		{"long form", `
rules:
  long-retention-days:
    enabled: true
    severity: medium
    options:
      max-days: 14
      name: 1.10
      loud: False
      words: [a, "b c"]
      policy: {a: x, 1: y}
      owners:
        me: [x]
        you: []
      pattern: "**/*.{yml,yaml}"
exclude: ["testdata/**", 'a']
baseline: .github/known.json
`, config.Config{
			Baseline: ".github/known.json",
			Rules: map[string]config.Rule{"long-retention-days": {Enabled: &on, Asked: true, Severity: "medium", Options: &options{
				Max: 14, Name: "1.10", Words: []string{"a", "b c"},
				Policy: map[string]string{"a": "x", "1": "y"}, Owners: map[string][]string{"me": {"x"}, "you": {}}, Pattern: "**/*.{yml,yaml}",
			}}},
			Exclude: []config.Glob{"testdata/**", "a"},
		}},
		{"defaults stay", "rules: {long-retention-days: {options: {name: x}}}", config.Config{
			Rules: map[string]config.Rule{"long-retention-days": {Options: &options{Max: 7, Loud: true, Name: "x"}}},
		}},
		{"aliases", "rules: {long-retention-days: {options: {words: &w [a], owners: {x: *w}}}}", config.Config{
			Rules: map[string]config.Rule{"long-retention-days": {Options: &options{Max: 7, Loud: true, Words: []string{"a"}, Owners: map[string][]string{"x": {"a"}}}}},
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, errs := parse(tc.text)
			if len(errs) > 0 {
				t.Fatalf("faults: %s", strings.Join(errs, "\n"))
			}
			if diff := cmp.Diff(&tc.want, got, plain()...); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	opts := func(text string) string { return "rules: {long-retention-days: {options: {" + text + "}}}" }
	for _, tc := range []struct {
		text string
		want []string
	}{
		{"rules", []string{"c.yml:1:1: the file holds a text; write keys with values"}},
		{"baseline: ../x", []string{"c.yml:1:11: `../x` is no path of a file in the repository; write it as paths are from the root, without ./, ../ or / in front"}},
		{"baseline: .", []string{"c.yml:1:11: `.` is no path of a file in the repository; write it as paths are from the root, without ./, ../ or / in front"}},
		{"- rules", []string{"c.yml:1:1: the file holds a list; write keys with values"}},
		{"rulse: {}", []string{"c.yml:1:1: unknown key `rulse`; did you mean `rules`?"}},
		{"? [a]\n: b", []string{"c.yml:1:3: unknown key ``; use one of rules, paths, exclude, baseline, runner-labels, trusted-hosts, custom"}},
		{"rules: []\nexclude: x", []string{
			"c.yml:1:8: `rules` is a list; write keys with values",
			"c.yml:2:10: `exclude` is a text; write a list",
		}},
		{"rules:\nexclude:", []string{
			"c.yml:1:7: `rules` is empty; write keys with values",
			"c.yml:2:9: `exclude` is empty; write a list",
		}},
		{"rules: {missing-environmnt: true}", []string{"c.yml:1:9: there is no rule `missing-environmnt`; did you mean `missing-environment`?"}},
		{"rules: {zzzzzzzz: true}", []string{"c.yml:1:9: there is no rule `zzzzzzzz`; `sekisho rules` lists them"}},
		{"rules: {missing-environment: }", []string{"c.yml:1:29: `rules.missing-environment` is empty; write true, false, or keys such as enabled, severity and options"}},
		{"rules: {missing-environment: yes}", []string{"c.yml:1:30: `rules.missing-environment` is a text; write true, false, or keys such as enabled, severity and options"}},
		{"rules: {missing-environment: {severity: none}}", []string{"c.yml:1:41: `none` is no severity; use one of info, low, medium, high, critical"}},
		{"rules: {missing-environment: {options: {}}}", []string{"c.yml:1:31: rule `missing-environment` has no options; remove the key"}},
		{"rules: {retention: true, long-retention-days: false}", []string{"c.yml:1:26: rule `long-retention-days` is named twice, under its id and an old one; keep one of them"}},
		{opts("max-day: 3"), []string{"c.yml:1:41: unknown key `max-day` in `rules.long-retention-days.options`; did you mean `max-days`?"}},
		{opts("max-days: '3'"), []string{"c.yml:1:51: `rules.long-retention-days.options.max-days` is a text; write a whole number"}},
		{opts("max-days: 3.5"), []string{"c.yml:1:51: `rules.long-retention-days.options.max-days` is 3.5; write a whole number"}},
		{opts("max-days: 99999999999999999999"), []string{"c.yml:1:51: `rules.long-retention-days.options.max-days` is 99999999999999999999; write a whole number"}},
		{opts("max-days: -1"), []string{"c.yml:1:40: max-days is negative; write 0 or more"}},
		{opts("name: true"), []string{"c.yml:1:47: `rules.long-retention-days.options.name` is true; write a text"}},
		{opts("name: "), []string{"c.yml:1:46: `rules.long-retention-days.options.name` is empty; write a text"}},
		{opts("words: [a, [b]]"), []string{"c.yml:1:52: `rules.long-retention-days.options.words[1]` is a list; write a text"}},
		{opts("owners: {a: b}"), []string{"c.yml:1:53: `rules.long-retention-days.options.owners.a` is a text; write a list"}},
		{opts("pattern: '{'"), []string{"c.yml:1:50: `{` is no valid pattern; check its brackets and braces"}},
		{"exclude: ['', ./a, /a, ../a]", []string{
			"c.yml:1:11: the pattern is empty; remove it",
			"c.yml:1:15: `./a` matches nothing; write the pattern as paths are from the root of the repository, without ./, ../ or / in front",
			"c.yml:1:20: `/a` matches nothing; write the pattern as paths are from the root of the repository, without ./, ../ or / in front",
			"c.yml:1:24: `../a` matches nothing; write the pattern as paths are from the root of the repository, without ./, ../ or / in front",
		}},
	} {
		_, got := parse(tc.text)
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s\n%s", tc.text, diff)
		}
	}
	for _, text := range []string{"rules: [", "a: 1\n---\nb: 2", "rules: {}\nrules: {}", "rules: *x", strings.Repeat("[", 10_000)} {
		if _, got := parse(text); len(got) == 0 {
			t.Errorf("%.40q has no faults", text)
		}
	}
}

func TestExcludes(t *testing.T) {
	c := &config.Config{Exclude: []config.Glob{"testdata", "gen/**/*.yml", "*.tmp/", "a/{b,c}"}}
	for path, want := range map[string]bool{
		"testdata/x/action.yml":   true,
		"testdata":                true,
		"testdata2/action.yml":    false,
		"sub/testdata/x.yml":      false,
		"gen/x.yml":               true,
		"gen/a/b/x.yml":           true,
		"gen/a/b/x.yaml":          false,
		"x.tmp/y/action.yml":      true,
		"a/c/d":                   true,
		"a/d":                     false,
		".github/workflows/x.yml": false,
	} {
		if got := c.Excludes(path); got != want {
			t.Errorf("Excludes(%q) = %v", path, got)
		}
	}
	if (&config.Config{}).Excludes("a") {
		t.Error("an empty configuration excludes")
	}
}

func TestRead(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	large := strings.Repeat("#", syntax.MaxFileSize+1)
	for _, tc := range []struct {
		name       string
		fsys       fstest.MapFS
		path, text string
		err        string
	}{
		{"none", fstest.MapFS{}, "", "", ""},
		{"yml", fstest.MapFS{".github/sekisho.yml": file("a")}, ".github/sekisho.yml", "a", ""},
		{"yaml", fstest.MapFS{".github/sekisho.yaml": file("a")}, ".github/sekisho.yaml", "a", ""},
		{"elsewhere", fstest.MapFS{"sekisho.yml": file("a")}, "", "", ""},
		{"both", fstest.MapFS{".github/sekisho.yml": file("a"), ".github/sekisho.yaml": file("a")}, "", "",
			".github/sekisho.yaml: there is .github/sekisho.yml as well; keep one of them"},
		{"folder", fstest.MapFS{".github/sekisho.yml/x": file("a")}, "", "", ".github/sekisho.yml: not a regular file"},
		{"large", fstest.MapFS{".github/sekisho.yml": file(large)}, "", "", ".github/sekisho.yml: the file is larger than 1048576 bytes"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			src, err := config.Read(tc.fsys, nil)
			if (err == nil && tc.err != "") || (err != nil && err.Error() != tc.err) {
				t.Fatalf("error %v, want %q", err, tc.err)
			}
			if src == nil {
				src = &syntax.Source{}
			}
			if src.Path != tc.path || src.Text != tc.text {
				t.Errorf("got %q at %q", src.Text, src.Path)
			}
		})
	}
}

func TestReadOverlay(t *testing.T) {
	fsys := fstest.MapFS{".github/sekisho.yml": {Data: []byte("disk")}}
	for _, tc := range []struct {
		name, path, want, err string
	}{
		{"in the place of the file", ".github/sekisho.yml", "buffer", ""},
		{"beside the file", ".github/sekisho.yaml", "", ".github/sekisho.yaml: there is .github/sekisho.yml as well; keep one of them"},
		{"another file", ".github/workflows/ci.yml", "disk", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			src, err := config.Read(fsys, map[string]string{tc.path: "buffer"})
			switch {
			case err != nil:
				if err.Error() != tc.err {
					t.Errorf("error %v, want %q", err, tc.err)
				}
			case tc.err != "" || src == nil || src.Text != tc.want:
				t.Errorf("got %+v, want %q, error %q", src, tc.want, tc.err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"", "#", "rules:\n  long-retention-days:\n    options:\n      max-days: 14\n", "rules: {missing-environment: false}\nexclude: [a]",
		"rules: &a {long-retention-days: {options: {words: [*a]}}}", "exclude: ['[', '{a,b', '\\\\']", "? {a: b}\n: c", "rules: {? : }",
		"paths: {a/**: {rules: {retention: {options: {words: [a]}}, '*': false, tag:limit: {ignorable: false}}}}", "paths: {? [a] : b, '[': {}, a: &x {rules: *x}}",
		"custom: {a: {text: bb}, 'x!': {color: red}}\nrules: {custom/a: false, custom: true}", "runner-labels: [a, '[']", "trusted-hosts: [a, '*.b', 'http://c', 3]",
		"rules: {retention: {options: {policy: {a: b, a: c}}}}", "rules: !!str {}", "rules: {long-retention-days: {options: {max-days: 0x1F}}}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		src := syntax.NewSource("c.yml", text)
		c, errs := config.Parse(src, knownOwn())
		if c == nil {
			t.Fatal("no configuration")
		}
		last := syntax.Position{}
		for _, e := range errs {
			if e.Message == "" || e.Line < 1 || e.Column < 1 || e.Line > src.Lines() {
				t.Errorf("fault %+v", e)
			}
			if e.Line < last.Line || e.Line == last.Line && e.Column < last.Column {
				t.Errorf("fault %+v stands behind one at %+v", e, last)
			}
			last = e.Position
		}
		for id := range c.Rules {
			if !strings.HasPrefix(id, config.CustomRule+"/") && len(knownOwn().Match(id)) != 1 {
				t.Errorf("rule %q is not known", id)
			}
		}
		if len(errs) == 0 {
			c.Excludes("a/b/c.yml")
			c.For("a/b/c.yml")
		}
	})
}
