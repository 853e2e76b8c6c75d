package linttest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"sekisho/lint"
)

// headings are those of every page, in order; Options only where the rule has some.
var headings = []string{"What it reports", "Why it matters", "Examples", "How to repair it", "What it leaves alone", "Options"}

// checkPage checks the headings, that each option is described, and runs the YAML examples.
func checkPage(t *testing.T, rules lint.RuleSet, r *lint.Rule) {
	if !strings.HasPrefix(r.Doc, "# "+r.ID+"\n") {
		t.Errorf("the page does not begin with %q", "# "+r.ID)
		return
	}
	var got []string
	inBlock := false
	for line := range strings.Lines(r.Doc) {
		if strings.HasPrefix(line, "```") {
			inBlock = !inBlock
		}
		if h, ok := strings.CutPrefix(strings.TrimSpace(line), "## "); ok && !inBlock {
			got = append(got, h)
		}
	}
	want := slices.Clone(headings)
	if r.NewOptions == nil {
		want = want[:len(want)-1]
	}
	if !slices.Equal(got, want) {
		t.Errorf("the page has the headings %q, not %q", got, want)
	}
	for _, name := range options(r) {
		if r.OptionHelp(name) == "" {
			t.Errorf("the page does not say what the option %s means: it has no line that begins with \"| `%s` | \"", name, name)
		}
	}
	Examples(t, rules, r, r.Doc)
}

// options returns the names of the options of a rule.
func options(r *lint.Rule) []string {
	if r.NewOptions == nil {
		return nil
	}
	typ := reflect.TypeOf(r.NewOptions()).Elem()
	if typ.Kind() == reflect.Map {
		typ = typ.Elem().Elem()
	}
	var names []string
	for i := range typ.NumField() {
		if name, _, _ := strings.Cut(typ.Field(i).Tag.Get("yaml"), ","); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// Examples runs the YAML examples of a text about a rule. One that is a configuration holds for those below it.
func Examples(t *testing.T, rules lint.RuleSet, r *lint.Rule, text string) {
	examples := blocks(text)
	reports, silent := 0, 0
	files := fstest.MapFS{}
	for i, ex := range examples {
		if ex.name == configName {
			files = fstest.MapFS{configName: {Data: []byte(ex.text)}}
			continue
		}
		if strings.Contains(ex.text, "# want") {
			reports++
		} else {
			silent++
		}
		t.Run(fmt.Sprintf("example %d", i+1), func(t *testing.T) {
			fsys := maps.Clone(files)
			fsys[ex.name] = &fstest.MapFile{Data: []byte(ex.text)}
			if ex.name == ownersName { // there has to be something to own
				fsys[workflowName] = &fstest.MapFile{Data: []byte("on: push\njobs: {}\n")}
			}
			c := tree{rules: rules, rule: r, fsys: fsys}
			c.configure(t)
			c.check(t)
		})
	}
	if reports == 0 || silent == 0 {
		t.Errorf("the page has %d examples that report and %d that do not; it needs one of each", reports, silent)
	}
}

const (
	configName   = ".github/sekisho.yml"
	ownersName   = ".github/CODEOWNERS"
	workflowName = ".github/workflows/example.yml"
)

// exampleName returns the path of the file that an example in a language shows, "" when it is none that is linted.
func exampleName(language, text string) string {
	switch language {
	case "codeowners":
		return ownersName
	case "dotenv":
		return ".env"
	case "yaml":
	default:
		return ""
	}
	for _, kind := range [...]struct{ key, name string }{
		{"jobs:", workflowName},
		{"runs:", "action.yml"},
		{"updates:", ".github/dependabot.yml"},
		{"repos:", ".pre-commit-config.yaml"},
		{"Resources:", "cloudformation.yml"},
		{"rules:", configName},
		{"custom:", configName},
		{"paths:", configName},
		{"exclude:", configName},
		{"runner-labels:", configName},
		{"trusted-hosts:", configName},
	} {
		if strings.Contains("\n"+text, "\n"+kind.key) {
			return kind.name
		}
	}
	return ""
}

// example is a fenced block of a page that shows a file.
type example struct{ name, text string }

// blocks returns the examples of a page.
func blocks(doc string) []example {
	var out []example
	for rest := doc; ; {
		_, after, ok := strings.Cut(rest, "\n```")
		if !ok {
			return out
		}
		language, after, _ := strings.Cut(after, "\n")
		block, next, ok := strings.Cut("\n"+after, "\n```")
		if !ok {
			return out
		}
		if name := exampleName(language, block); name != "" {
			out = append(out, example{name, strings.TrimPrefix(block, "\n") + "\n"})
		}
		rest = next
	}
}
