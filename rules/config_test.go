package rules_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"sekisho/lint/cli"
	"sekisho/lint/config"
	"sekisho/lint/linttest"
	"sekisho/lint/policy"
	"sekisho/lint/syntax"
	"sekisho/rules"
)

// TestCustomRules runs the examples of the page about them, and compares its tables with what there is; -update rewrites these.
func TestCustomRules(t *testing.T) {
	const name = "../docs/custom-rules.md"
	old, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	linttest.Examples(t, rules.All(), rules.All().Find(config.CustomRule), string(old))
	text := section(t, string(old), "<!-- model -->\n", policy.Tables())
	if update := flag.Lookup("update"); update != nil && update.Value.String() == "true" {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(old), text); diff != "" {
		t.Errorf("the page differs from what is (-page +program); run with -update:\n%s", diff)
	}
	for _, f := range policy.Functions() {
		if !strings.Contains(text, "`"+f+"`") {
			t.Errorf("the page does not name the function %s", f)
		}
	}
}

// examples are the configurations in pages.
func examples(t *testing.T, names ...string) []string {
	t.Helper()
	block := regexp.MustCompile("(?s)\n```yaml\n(.*?\n)```\n")
	top := regexp.MustCompile(`(?m)^(` + strings.Join(config.Keys(), "|") + `):`)
	var out []string
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range block.FindAllStringSubmatch(string(text), -1) {
			if top.MatchString(m[1]) {
				out = append(out, m[1])
			}
		}
	}
	return out
}

// TestConfigurationPage checks that the examples are right and that each key is spoken of.
func TestConfigurationPage(t *testing.T) {
	page, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range examples(t, "../docs/configuration.md", "../docs/custom-rules.md") {
		_, faults := config.Parse(syntax.NewSource("example.yml", text), rules.All().Known())
		for _, f := range faults {
			t.Errorf("%s\n%s", f, text)
		}
	}
	for _, key := range append(config.Keys(), config.RuleKeys()...) {
		if !strings.Contains(string(page), "\n## "+key+"\n") && !strings.Contains(string(page), "| `"+key+"` |") {
			t.Errorf("the page does not speak of the key %s", key)
		}
		if !regexp.MustCompile(`(?m)^ *` + key + `:`).Match(page) {
			t.Errorf("the page has no example of the key %s", key)
		}
	}
}

// TestConfigSchema checks that the schema takes what the program takes, and refuses what a schema can know to be wrong.
func TestConfigSchema(t *testing.T) {
	known := rules.All().Known()
	schema := compile(t, config.Schema(known))
	check := func(text string, want bool) {
		t.Helper()
		var value any
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		_, faults := config.Parse(syntax.NewSource("example.yml", text), known)
		if (len(faults) == 0) != want {
			t.Errorf("the program takes it: %v, faults %v\n%s", !want, faults, text)
		}
		if err := schema.Validate(asJSON(t, value)); (err == nil) != want {
			t.Errorf("the schema takes it: %v, error %v\n%s", !want, err, text)
		}
	}
	for _, text := range examples(t, "../docs/configuration.md", "../docs/custom-rules.md", "../README.md") {
		check(text, true)
	}
	for _, r := range rules.All() {
		for _, text := range examples(t, r.ID+".md") {
			check(text, true)
		}
	}
	for _, text := range []string{
		"", "# nothing", "{}", "rules: {}", "rules: {actionlint/expression: {severity: low, ignorable: false}}", "rules: {'tag:prevent': false, 'a*': true}",
		"rules: {unpinned-uses: {options: {policies: {a/b: tag, '*': any}}}}", "exclude: [1, a]", "paths: {a: {rules: {}}}", "custom: {}",
	} {
		check(text, true)
	}
	for _, text := range []string{
		"[]", "rule: {}", "rules: []", "rules: {unpinned: false}", "rules: {unpinned-uses: no-no}", "rules: {unpinned-uses: {severity: hihg}}",
		"rules: {unpinned-uses: {options: {policies: {a/b: maybe}}}}", "rules: {unpinned-uses: {options: {policy: {}}}}", "rules: {syntax: {options: {}}}",
		"rules: {'tag:prevent': {options: {}}}", "rules: {long-retention-days: {options: {max-days: many}}}", "exclude: a", "exclude:", "paths: {a: {}}",
		"paths: {a: {rules: {x: true}}}", "runner-labels: {a: b}", "custom: {a: {message: b}}", "custom: {a: {message: b, scope: jobs, when: 'true'}}",
		"custom: {a: {message: b, scope: job, when: 'true', ats: id}}", "rules: {custom: {options: {}}}",
	} {
		check(text, false)
	}
}

func compile(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("config.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("config.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asJSON gives a value the types that JSON has.
func asJSON(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestInit checks that what init writes as comments is right once it is none.
func TestInit(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o777); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := cli.Main(rules.All(), "test", []string{"init", dir}, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	text, err := os.ReadFile(filepath.Join(dir, ".github", "sekisho.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		if code, ok := strings.CutPrefix(line, "# "); ok && regexp.MustCompile(`^ *["a-z]`).MatchString(code) && !strings.HasPrefix(code, "yaml-language-server") {
			line = code
		}
		b.WriteString(line)
	}
	c, faults := config.Parse(syntax.NewSource("sekisho.yml", b.String()), rules.All().Known())
	for _, f := range faults {
		t.Errorf("%s\n%s", f, b.String())
	}
	for _, key := range config.Keys() {
		if _, shown := c.At[key]; !shown {
			t.Errorf("what init writes does not show the key %s", key)
		}
	}
}

// TestOptions checks that options are of types that the decoder takes and the schema describes.
func TestOptions(t *testing.T) {
	var check func(string, reflect.Type)
	check = func(where string, typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Bool, reflect.Int, reflect.String:
		case reflect.Slice, reflect.Map, reflect.Pointer:
			check(where, typ.Elem())
		case reflect.Struct:
			for i := range typ.NumField() {
				if f := typ.Field(i); f.Tag.Get("yaml") != "" {
					check(where+"."+f.Name, f.Type)
				}
			}
		default:
			t.Errorf("%s is a %s", where, typ)
		}
	}
	for _, r := range rules.All() {
		if r.NewOptions != nil {
			check(r.ID, reflect.TypeOf(r.NewOptions()))
		}
	}
}
