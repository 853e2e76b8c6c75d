package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed gitusers.tsv
var gitUserText string

var gitUserTable = lazyActions(&gitUserText, 3)

// GitUser tells whether an action pushes or fetches with git in the workspace, so that it may need the credentials that a checkout
// left, and which of both it does: push or fetch.
func GitUser(uses string, with With) (verb string, ok bool) {
	for _, row := range gitUserTable().uses(uses) {
		if holds(row[1], with, nil) != no {
			return row[2], true
		}
	}
	return "", false
}

// GitCommand tells whether a command talks to a repository elsewhere with the credentials that git finds in the folder: git push,
// and programs that run it. words are as for DeployCommand. What names another repository by its URL does not, nor does a clone.
func GitCommand(words []string) bool {
	if len(words) == 0 {
		return false
	}
	p := programOf(words[0])
	var git []string // the words behind git
	switch p.name {
	case "curl", "goreleaser":
		return false // the API, and a token of their own
	case "gh":
		plain := parseArgs(words[1:], p.valued).plain
		return len(plain) > 1 && plain[0] == "pr" && (plain[1] == "checkout" || plain[1] == "co")
	case "git":
		if git = parseArgs(words[1:], p.valued).plain; len(git) > 0 && git[0] == "clone" {
			return false
		}
	}
	scopes, known := CommandScopes(words)
	if p.name == "git" && !known {
		return gitTalks(git)
	}
	for _, s := range scopes {
		if s.Name == "contents" && (!s.Maybe || p.name != "git" || strings.Contains(strings.Join(words, " "), "$")) {
			return true
		}
	}
	return false
}

// gitTalks tells whether a git command that CommandScopes does not know talks to a remote: some of what git remote and git
// submodule do stays on this machine.
func gitTalks(words []string) bool {
	if len(words) < 2 {
		return false
	}
	switch words[0] {
	case "remote":
		return words[1] == "show" || words[1] == "prune" || words[1] == "set-head"
	case "submodule":
		return words[1] == "add"
	}
	return true
}

// KnowsAction tells whether the catalogue describes what an action does with GITHUB_TOKEN, so that nothing else is to be expected
// of it.
func KnowsAction(uses string) bool { return scopeTable().first(uses) != nil }
