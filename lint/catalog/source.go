package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed sources.tsv
var sourceText string

var sourceTable = lazy(&sourceText, 2)

// Sources lists the words of a command that are addresses, or options with one, from which it fetches or to which it publishes.
func Sources(words []string) []int {
	if len(words) > maxWords {
		words = words[:maxWords]
	}
	inner := Manager(words)
	if len(inner) < 2 {
		return nil
	}
	fetches := false
	sourceTable().each(managerOf(inner[0]), func(row []string) bool {
		i := nextWord(inner[1:], "-C -c --prefix --cwd --directory -m")
		fetches = row[1] == "" || i >= 0 && matchAny(row[1], inner[1+i])
		return false
	})
	if !fetches {
		return nil
	}
	var out []int
	skipped := len(words) - len(inner)
	for i := 1; i < len(inner); i++ {
		w := strings.ToLower(inner[i])
		name, _, _ := strings.Cut(w, "://")
		if len(name) < len(w) && !strings.Contains(name, "proxy") && !strings.Contains(strings.ToLower(inner[i-1]), "proxy") {
			out = append(out, skipped+i)
		}
	}
	return out
}

// RegistryVariable tells whether a variable of the environment, in lower case, holds the address that packages come from or go to.
func RegistryVariable(name string) bool {
	switch name {
	case "goproxy", "rubygems_host", "rustup_dist_server", "rustup_update_root", "homebrew_bottle_domain", "homebrew_artifact_domain", "uv_index", "uv_default_index",
		"pip_find_links", "twine_repository_url", "yarn_npm_registry_server":
		return true
	}
	for _, end := range [...]string{"_registry", "_index_url", "_mirror", "_registry_url"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return strings.HasPrefix(name, "cargo_registries_") && strings.HasSuffix(name, "_index")
}

// RegistryInput tells whether an input of an action, in lower case, holds such an address.
func RegistryInput(name string) bool {
	switch name {
	case "registry", "registry-url", "repository-url", "repository_url", "index-url", "source-url", "extra-index-url":
		return true
	}
	return false
}
