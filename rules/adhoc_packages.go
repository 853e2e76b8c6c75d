package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

func adhocPackages() *lint.Rule {
	return &lint.Rule{
		ID:       "adhoc-packages",
		Summary:  "a package that a script installs by name alone, past the lockfile, so that the newest version of the day runs",
		Severity: lint.Low,
		Aliases:  []string{"zizmor:adhoc-packages"},
		Tags:     []string{"cwe-829", "cwe-1357", "owasp-cicd-sec-3", "prevent"},
		Run:      runAdhocPackages,
	}
}

func runAdhocPackages(p *lint.Pass) {
	out := collected{p: p}
	jobs := map[*syntax.Job]bool{} // those that may have installed the project's own packages for Node.js
	for job, step := range scriptSteps(p) {
		if step.Uses != nil {
			jobs[job] = jobs[job] || mayInstallNode(step.Uses.Value)
		}
		if step.Run == nil {
			continue
		}
		for _, s := range scriptsOf(p, job, step, mayInstall) {
			for _, c := range s.Commands {
				jobs[job] = jobs[job] || installsNode(c)
				adhoc(&out, &s, c, jobs[job])
			}
		}
	}
	out.report()
}

// mayInstall answers false, without parsing it, when no word of a script can install or fetch a package.
func mayInstall(text string) bool {
	for _, word := range [...]string{"install", "npx", "bunx", "pnpx", "uvx", " add ", " i ", "dlx", "npm", "pipx", "go run", "go get", "--with", "tool", "require", "corepack", "bun x", "create"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// adhoc reports the packages of a command that have no exact version.
func adhoc(out *collected, s *script, c *shell.Command, node bool) {
	words := wordTexts(c)
	in, ok := catalog.Installs(words)
	if !ok {
		return
	}
	if in.Once && runsOwn(s, in, words, node) {
		return
	}
	var others, tools []int
	for _, i := range in.Packages {
		if in.System || catalog.OwnTool(in.Manager, words[i]) {
			tools = append(tools, i)
		} else {
			others = append(others, i)
		}
	}
	switch {
	case len(others) > 0:
		reportPackages(out, s, c, in, others, false)
	case len(tools) > 0:
		reportPackages(out, s, c, in, tools, true)
	}
	for _, i := range in.Listed {
		reportList(out, s, c, i)
	}
}

func reportPackages(out *collected, s *script, c *shell.Command, in catalog.Install, packages []int, strict bool) {
	var names []string
	for _, i := range packages {
		if len(names) == 3 {
			names = append(names, fmt.Sprintf("%d more", len(packages)-3))
			break
		}
		names = append(names, "`"+strings.ReplaceAll(oneLine(c.Words[i].Text), "`", "'")+"`")
	}
	does := "installs"
	if in.Once {
		does = "fetches and runs"
	}
	f := lint.Finding{Strict: strict, Message: fmt.Sprintf("`%s` %s %s without an exact version: what was published last runs here; write the version, or take it from a lockfile",
		in.Manager, does, strings.Join(names, ", "))}
	s.anchor(&f, c.Words[packages[0]].Span)
	out.add(f)
}

// reportList reports a file of requirements of which one has neither an exact version nor a hash.
func reportList(out *collected, s *script, c *shell.Command, i int) {
	dir, known := flow.WorkingDirectory(s.p.File, s.job, s.step)
	name := s.Path(c, c.Words[i].Text)
	if !known || name == "" {
		return
	}
	src := s.p.Repo.Script(path.Join(dir, name))
	if src == nil || strings.Contains(src.Text, "--hash=") {
		return
	}
	for n := 1; n <= src.Lines(); n++ {
		span := src.LineSpan(n)
		line, _, _ := strings.Cut(src.Slice(span), "#")
		if line = strings.TrimSpace(line); line == "" || line[0] == '-' || line[0] == '\\' {
			continue
		}
		if _, ok := catalog.Installs([]string{"pip", "install", line}); ok {
			f := lint.Finding{Strict: true, Message: fmt.Sprintf("`%s` installs what `%s` lists, and `%s` in it has neither an exact version nor a hash; compile it to a file with hashes, and use --require-hashes",
				programName(c), name, strings.ReplaceAll(line, "`", "'"))}
			s.anchor(&f, c.Words[i].Span)
			f.Related = append(f.Related, lint.Place{Path: src.Path, Span: span, Message: "the first of them"})
			out.add(f)
			return
		}
	}
}

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
