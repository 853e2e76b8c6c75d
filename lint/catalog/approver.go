package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed approvers.tsv
var approverText string

var approverTable = lazyActions(&approverText, 4)

// Approval is what is done to a pull request.
type Approval uint8

// The approvals, the mildest first.
const (
	NoApproval Approval = iota
	AutoMerge           // it merges by itself as soon as what the repository asks for is there
	Merge
	Approve
	AdminMerge // past what the repository asks for
)

var approvalNames = map[string]Approval{"auto": AutoMerge, "merge": Merge, "approve": Approve, "admin": AdminMerge}

// Approves tells what an action does to a pull request, and whether only to those of a bot.
func Approves(uses string, with With) (does Approval, bots bool) {
	if !strings.Contains(uses, "pprove") && !strings.Contains(uses, "erge") && !strings.Contains(uses, "ependabot") {
		return NoApproval, false // as all of the table do
	}
	for _, row := range approverTable().uses(uses) {
		if row[1] == "" || holds(row[1], with, nil) != no {
			return approvalNames[row[2]], row[3] == "bot"
		}
	}
	return NoApproval, false
}

// MayApprove answers false when nothing in a script approves or merges a pull request.
func MayApprove(script string) bool {
	return strings.Contains(script, "pr merge") || strings.Contains(script, "pr review") || strings.Contains(script, "APPROVE") ||
		strings.Contains(script, "/merge") || strings.Contains(script, "AutoMerge") || strings.Contains(script, "mergePullRequest") ||
		strings.Contains(script, "pulls.merge")
}

// ApprovesCommand tells what a command, its words without quotes and the program's name first, does to a pull request.
func ApprovesCommand(words []string) Approval {
	if len(words) < 3 {
		return NoApproval
	}
	switch words[0] {
	case "gh":
		return ghApproves(words[1:])
	case "curl", "wget", "http", "https", "xh", "invoke-restmethod", "invoke-webrequest", "irm", "iwr":
		return requestApproves(words[1:])
	}
	return NoApproval
}

func ghApproves(words []string) Approval {
	var plain []string // the subcommands
	for _, w := range words {
		if !strings.HasPrefix(w, "-") {
			plain = append(plain, w)
		}
	}
	switch {
	case len(plain) == 0:
	case plain[0] == "api":
		return requestApproves(words)
	case plain[0] != "pr" || len(plain) < 2 || hasWord(words, "--help"):
	case plain[1] == "review" && (hasWord(words, "--approve") || hasWord(words, "-a") || hasWord(words, "--approve=true")):
		return Approve
	case plain[1] == "merge" && hasWord(words, "--disable-auto"):
	case plain[1] == "merge" && (hasWord(words, "--admin") || hasWord(words, "--admin=true")):
		return AdminMerge
	case plain[1] == "merge" && (hasWord(words, "--auto") || hasWord(words, "--auto=true")):
		return AutoMerge
	case plain[1] == "merge":
		return Merge
	}
	return NoApproval
}

// requestApproves reads a request to GitHub's API.
func requestApproves(words []string) Approval {
	all := strings.Join(words, " ")
	switch {
	case strings.Contains(all, "APPROVE") && (strings.Contains(all, "/reviews") || strings.Contains(all, "PullRequestReview")):
		return Approve
	case strings.Contains(all, "enablePullRequestAutoMerge"):
		return AutoMerge
	case strings.Contains(all, "mergePullRequest"):
		return Merge
	case strings.Contains(all, "/pulls/") && strings.Contains(strings.ToUpper(all), "PUT"):
		for _, w := range words {
			if strings.HasSuffix(strings.Trim(w, `"'`), "/merge") {
				return Merge
			}
		}
	}
	return NoApproval
}

func hasWord(words []string, word string) bool {
	for _, w := range words {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

// ApprovesScript tells what a script for actions/github-script does to a pull request.
func ApprovesScript(script string) Approval {
	switch {
	case (strings.Contains(script, "createReview(") || strings.Contains(script, "submitReview(") || strings.Contains(script, "PullRequestReview")) && strings.Contains(script, "APPROVE"):
		return Approve
	case strings.Contains(script, "pulls.merge(") || strings.Contains(script, "mergePullRequest"):
		return Merge
	case strings.Contains(script, "enablePullRequestAutoMerge"):
		return AutoMerge
	}
	return NoApproval
}

// TellsContent reports an action whose outputs say what a pull request changes.
func TellsContent(uses string) bool {
	name, _, _ := strings.Cut(strings.ToLower(uses), "@")
	switch name {
	case "dependabot/fetch-metadata", "dorny/paths-filter", "tj-actions/changed-files", "tj-actions/verify-changed-files", "step-security/changed-files",
		"step-security/paths-filter", "jitterbit/get-changed-files", "xt0rted/pull-request-files":
		return true
	}
	return false
}
