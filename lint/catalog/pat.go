package catalog

import "strings"

// PersonalToken tells whether a secret's name says that it is a personal access token: GH_PAT, PERSONAL_TOKEN. likely is true of names that
// only say that it is a token for GitHub or of a robot: BOT_GITHUB_TOKEN, RELEASE_GH_TOKEN.
func PersonalToken(name string) (sure, likely bool) {
	token, github := false, false
	eachWord(name, func(word string) bool {
		switch word {
		case "pat", "pats", "personal", "ghpat", "githubpat":
			sure = true
		case "token", "tokens":
			token = true
		case "gh", "gha", "github", "ghtoken", "githubtoken", "bot", "robot", "machine", "org", "repo", "push", "commit", "workflow", "dispatch", "release", "admin", "access":
			github = true
		case "npm", "pypi", "docker", "dockerhub", "cargo", "crates", "codecov", "slack", "azure", "vsce", "ovsx", "devops":
			sure, token = false, false
			return false
		}
		return true
	})
	return sure, sure || token && github
}

// TokenInput tells whether an input's name says that it takes a token for GitHub, for actions that the catalogue does not describe.
func TokenInput(name string) bool {
	switch strings.ReplaceAll(strings.ToLower(name), "_", "-") {
	case "token", "github-token", "gh-token", "repo-token", "access-token", "github-pat", "gh-pat", "pat", "pat-token", "personal-access-token", "personal-token",
		"github-access-token", "auth-token", "push-token", "checkout-token", "workflow-token", "admin-token":
		return true
	}
	return false
}
