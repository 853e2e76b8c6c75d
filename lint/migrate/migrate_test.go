package migrate

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/syntax"
)

var update = flag.Bool("update", false, "rewrite the .want files")

// same gives a check of zizmor the rules that it has here; some have none, and one has two.
func same(tool, id string) []string {
	switch {
	case tool != "zizmor" || id == "artipacked" || id == "secrets-outside-env":
		return nil
	case id == "excessive-permissions":
		return []string{"missing-permissions", id}
	}
	return []string{id}
}

func TestRead(t *testing.T) {
	files, err := filepath.Glob("testdata/*.y*ml")
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	var sources []*syntax.Source
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		src := syntax.NewSource(filepath.Base(name), string(text))
		sources = append(sources, src)
		golden(t, name+".want", []*syntax.Source{src})
	}
	golden(t, "testdata/all.want", sources)
}

func golden(t *testing.T, name string, sources []*syntax.Source) {
	t.Helper()
	got, faults := Read(sources, same)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestReadFaults(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"x.yml", "a: b", "x.yml: neither a configuration of zizmor (rules) nor one of actionlint (self-hosted-runner, config-variables, paths)"},
		{"x.yml", "", "x.yml:1:1: file is empty; add content or remove it"},
		{"zizmor.yml", "rules: [", "zizmor.yml:1:8: "},
	} {
		_, faults := Read([]*syntax.Source{syntax.NewSource(tc.name, tc.text)}, same)
		if len(faults) != 1 || !strings.HasPrefix(faults[0].Error(), tc.want) {
			t.Errorf("%q: %v, want %s", tc.text, faults, tc.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"testdata/zizmor.yml", "testdata/actionlint.yaml", "testdata/none.yaml"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	for _, text := range []string{
		"rules: {unpinned-uses: {config: {policies: {\"a\\n##[x]\": any}}, ignore: [\"::x\"]}}", "paths: {\"::error::x\": {ignore: ['.*']}}",
		"rules: {forbidden-uses: {config: {deny: [\"\\u202e\", null, 1.0, true, '']}}}", "rules: &a {b: *a}", "self-hosted-runner: {labels: [~, \"a: b\", '# x']}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"zizmor.yml", "actionlint.yml"} {
			got, faults := Read([]*syntax.Source{syntax.NewSource(name, text)}, same)
			if len(faults) > 0 {
				continue
			}
			if _, _, errs := syntax.ParseYAML(syntax.NewSource("sekisho.yml", got+"\nend: 1\n")); len(errs) > 0 {
				t.Errorf("%q gives %q: %v", text, got, errs)
			}
			if strings.Contains(got, "##[") || strings.ContainsFunc(strings.ReplaceAll(got, "\n", ""), unicode.IsControl) {
				t.Errorf("%q gives %q", text, got)
			}
		}
	})
}
