package rules

import (
	"path"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
)

// mayInstallNode tells whether an action may install the packages that the project's lockfile binds: local ones may do anything.
func mayInstallNode(uses string) bool {
	name, _, _ := strings.Cut(strings.ToLower(uses), "@")
	if strings.HasPrefix(name, "./") || strings.HasPrefix(name, "$/") {
		return true
	}
	switch name {
	case "actions/cache", "actions/cache/restore", "actions/download-artifact", "pnpm/action-setup", "cypress-io/github-action":
		return true // the packages may come along
	}
	return strings.Contains(name, "install") && (strings.Contains(name, "npm") || strings.Contains(name, "node") || strings.Contains(name, "dependencies"))
}

// installsNode tells whether a command installs the packages that the project's lockfile binds, or may do so by a script.
func installsNode(c *shell.Command) bool {
	switch c.Name {
	case "npm", "pnpm", "yarn", "bun", "lerna", "rush", "ni", "nci", "yarnpkg":
	case "make", "just", "task", "mise", "nx":
		return true
	default:
		return len(c.Words) > 0 && strings.HasPrefix(c.Words[0].Text, "./")
	}
	if c.Name == "yarn" && len(c.Words) == 1 {
		return true
	}
	for _, w := range c.Words[1:] {
		switch w.Text {
		case "ci", "install", "i", "install-clean", "clean-install", "bootstrap", "immutable", "--immutable", "--frozen-lockfile":
			return true
		}
	}
	return len(c.Words) == 1
}

// runsOwn tells whether npx and the like mostly run a package of the project: one that its package.json names, or any where the job has
// installed the project's packages and nothing asks for another version.
func runsOwn(s *script, in catalog.Install, words []string, node bool) bool {
	switch in.Manager {
	case "npx", "bunx", "npm", "bun", "pnpx":
	default:
		return false
	}
	if slices.Contains(words, "create") || slices.Contains(words, "init") {
		return false
	}
	for _, i := range in.Packages {
		if spec := words[i]; strings.LastIndexByte(spec, '@') > 0 {
			return false
		}
	}
	if node && !slices.Contains(words, "-y") && !slices.Contains(words, "--yes") {
		return true
	}
	for _, i := range in.Packages {
		dir, _ := flow.WorkingDirectory(s.p.File, s.job, s.step)
		for _, name := range [...]string{path.Join(dir, "package.json"), "package.json"} {
			if src := s.p.Repo.Script(name); src != nil && strings.Contains(src.Text, `"`+strings.TrimPrefix(words[i], "--package=")+`"`) {
				return true
			}
		}
	}
	return false
}
