package rules

import (
	"path"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
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

// nodeInstalls finds out which jobs may have installed the project's own packages for Node.js. Few ask.
type nodeInstalls struct {
	p     *lint.Pass
	steps []flow.Surveyed
	seen  int // how many of steps were looked at
	jobs  map[*syntax.Job]bool
}

// before tells whether a step, or one before it in its job, uses an action that may do so, or one before it runs such a command.
func (n *nodeInstalls) before(i int) bool {
	step := &n.steps[i]
	for ; n.seen < i; n.seen++ {
		if one := &n.steps[n.seen]; !n.jobs[one.Job] && n.installs(one) {
			if n.jobs == nil {
				n.jobs = map[*syntax.Job]bool{}
			}
			n.jobs[one.Job] = true
		}
	}
	return n.jobs[step.Job] || step.Uses != nil && mayInstallNode(step.Uses.Value)
}

func (n *nodeInstalls) installs(step *flow.Surveyed) bool {
	if step.Uses != nil && mayInstallNode(step.Uses.Value) {
		return true
	}
	return slices.ContainsFunc(scriptsOf(n.p, step, catalog.ClueInstalls), func(s script) bool { return slices.ContainsFunc(s.Commands, installsNode) })
}

// runsOwn tells whether npx and the like mostly run a package of the project: one that its package.json names, or any where the job has
// installed the project's packages and nothing asks for another version.
func runsOwn(s *script, in catalog.Install, words []string, node func() bool) bool {
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
	if !slices.Contains(words, "-y") && !slices.Contains(words, "--yes") && node() {
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
