package catalog

import "strings"

// HandsOver tells whether an action opens a pull request or starts another workflow, so that what its job is named for happens
// there.
func HandsOver(uses string) bool {
	name, _, _ := strings.Cut(uses, "@")
	switch strings.ToLower(name) {
	case "peter-evans/create-pull-request", "peter-evans/repository-dispatch", "benc-uk/workflow-dispatch", "convictional/trigger-workflow-and-wait",
		"the-actions-org/workflow-dispatch", "lasith-kg/dispatch-workflow", "codex-/return-dispatch", "gr2m/create-or-update-pull-request-action",
		"dawidd6/action-homebrew-bump-cask", "dawidd6/action-homebrew-bump-formula", "mislav/bump-homebrew-formula-action":
		return true
	}
	return false
}

// HandsOverCommand tells the same of a command.
func HandsOverCommand(words []string) bool {
	if len(words) == 0 {
		return false
	}
	p := programOf(words[0])
	a := parseArgs(words[1:], p.valued)
	plain := strings.Join(a.plain[:min(2, len(a.plain))], " ")
	switch p.name {
	case "gh":
		return plain == "pr create" || plain == "workflow run"
	case "release-please":
		return strings.HasPrefix(plain, "release-pr")
	}
	return false
}
