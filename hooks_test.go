package main

import (
	"os"
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"sekisho/lint/config"
	"sekisho/lint/repo"
)

// hook is what pre-commit reads of a hook. files and exclude are searched in the path of a file; they hold nothing that Python and
// Go read differently.
type hook struct {
	ID            string `yaml:"id"`
	Name          string `yaml:"name"`
	Description   string `yaml:"description"`
	Entry         string `yaml:"entry"`
	Language      string `yaml:"language"`
	Files         string `yaml:"files"`
	Exclude       string `yaml:"exclude"`
	PassFilenames *bool  `yaml:"pass_filenames"`
}

func hooks(t *testing.T) (list []hook) {
	t.Helper()
	f, err := os.Open(".pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	if err := d.Decode(&list); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestHooks(t *testing.T) {
	languages := map[string]string{}
	for _, h := range hooks(t) {
		languages[h.ID] = h.Language
		if h.Name == "" || h.Description == "" || h.Entry != "sekisho" || h.PassFilenames == nil || *h.PassFilenames {
			t.Errorf("%+v", h)
		}
	}
	if diff := cmp.Diff(map[string]string{"sekisho": "golang", "sekisho-system": "system"}, languages); diff != "" {
		t.Errorf("hooks (-want +got):\n%s", diff)
	}
}

// TestHookFiles checks that the hooks run for the files that sekisho checks, its configuration and the lock file, and for no others. That a folder
// which has workflows of its own is left out, with the actions in it, no path tells; the hooks run for these once too often.
func TestHookFiles(t *testing.T) {
	bases := []string{
		"action.yml", "action.yaml", "Action.yml", "action.yml.orig", "reaction.yml", "action_yml", "action.json", "action.yml/x",
		"ci.yml", "ci.yaml", "ci.YML", "ci.yml~", "ci.ymlx", "ci_yml", ".yml", "a b\u3042.yml", "README.md", "actions.lock", "actions.locks",
		"sekisho.yml", "sekisho.yaml", "sekisho.yml.orig", "dependabot.yml", "dependabot.yaml", ".pre-commit-config.yaml", ".pre-commit-config.yml", "pre-commit-config.yaml", "main.go", "CODEOWNERS", "codeowners",
	}
	dirs := []string{
		"", ".github/", ".github/workflows/", ".github/workflows/sub/", ".github/actions/x/", ".github/node_modules/x/", "github/", "xgithub/workflows/",
		"x/", "x/y/", "x/.github/", "x/.github/workflows/", "x/.github/actions/y/", ".github/.github/workflows/", "node_modules/x/", "x/node_modules/y/", "x_node_modules/", "node_modules.d/", "docs/",
	}
	for _, h := range hooks(t) {
		files, exclude := regexp.MustCompile(h.Files), regexp.MustCompile(h.Exclude)
		matched := 0
		for _, dir := range dirs {
			for _, base := range bases {
				name := dir + base
				got := files.MatchString(name) && !exclude.MatchString(name)
				if got != isRead(t, name) {
					t.Errorf("%s: a change of %s starts the hook: %v; sekisho reads it: %v", h.ID, name, got, !got)
				}
				if got {
					matched++
				}
			}
		}
		if matched == 0 {
			t.Errorf("%s never runs", h.ID)
		}
	}
}

// isRead tells whether sekisho finds a file of this name without being told of it.
func isRead(t *testing.T, name string) bool {
	t.Helper()
	fsys := fstest.MapFS{name: {Data: []byte("{}")}}
	conf, err := config.Read(fsys, nil)
	if err != nil {
		t.Fatal(err)
	}
	return name == repo.LockPath || conf != nil && conf.Path == name || repo.Load(fsys, repo.Options{}).File(name) != nil
}
