package catalog

import (
	"slices"
	"strings"
)

var outputTable = lazyActions(&outputText, 5)

// OutputInfo is what an output of an action holds.
type OutputInfo struct {
	Shape Shape
	JSON  bool   // it is JSON text that holds such values
	What  string // for messages: the name of the pull request's branch
	Input string // the input whose value it hands on; Shape and What are empty then
}

// Output looks up an output of an action.
func Output(uses string, with With, name string) (info OutputInfo, ok bool) {
	for _, row := range outputTable().uses(uses) {
		if !fitsName(row[1], strings.ToLower(name)) || row[4] != "" && holds(row[4], with, nil) == no {
			continue
		}
		if input, handed := strings.CutPrefix(row[2], "input:"); handed {
			info.Input = input
		} else {
			info = OutputInfo{Shape: map[string]Shape{"arbitrary": Arbitrary, "ref": Ref, "structured": Structured, "json": Arbitrary}[row[2]], JSON: row[2] == "json", What: row[3]}
		}
		return info, true
	}
	return info, false
}

func fitsName(pattern, name string) bool {
	if rest, ok := strings.CutPrefix(pattern, "*"); ok {
		return strings.HasSuffix(name, rest)
	}
	if rest, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(name, rest)
	}
	return pattern == name
}

// Under reports whether an event brings what the output tells of: something of a pull request, an issue or a comment.
func (o OutputInfo) Under(event string) bool {
	info, ok := Event(event)
	return !ok || info.Class != Insider
}

// Asks reports that a command asks GitHub for texts that anybody can write, and prints them: gh pr view, gh issue view, gh api of
// pull requests and issues.
func Asks(words []string) (what string, shape Shape, ok bool) {
	if len(words) < 3 || words[0] != "gh" {
		return "", Fixed, false
	}
	rest := strings.ToLower(strings.Join(words[1:], " "))
	object := ""
	switch {
	case words[1] == "pr" && slices.Contains([]string{"view", "list", "diff", "status"}, words[2]):
		object = "the pull request"
	case words[1] == "issue" && slices.Contains([]string{"view", "list", "status"}, words[2]):
		object = "the issue"
	case words[1] == "api" && strings.Contains(rest, "/pulls") || words[1] == "api" && strings.Contains(rest, "/issues"):
		object = "the pull request"
		if strings.Contains(rest, "/issues") {
			object = "the issue"
		}
	case words[1] == "run" && words[2] == "view":
		return "", Fixed, false
	default:
		return "", Fixed, false
	}
	// What is asked for stands behind --json and --jq; without either all of it is printed.
	asked := rest
	for _, flag := range []string{" --jq ", " -q ", " --json ", " --template ", " -t "} {
		if i := strings.Index(rest, flag); i >= 0 {
			asked = rest[i:]
			break
		}
	}
	for _, f := range []struct {
		word, what string
		shape      Shape
	}{
		{"body", "the text of " + object, Arbitrary},
		{"title", "the title of " + object, Arbitrary},
		{"comment", "the comments on " + object, Arbitrary},
		{"headrefname", "the branch of " + object, Ref},
		{"head.ref", "the branch of " + object, Ref},
		{"filename", "the files of " + object, Arbitrary},
		{"files", "the files of " + object, Arbitrary},
		{"message", "the commit messages of " + object, Arbitrary},
		{"author", "the author of " + object, Structured},
		{"login", "the author of " + object, Structured},
	} {
		if strings.Contains(asked, f.word) {
			return f.what, f.shape, true
		}
	}
	if asked == rest && words[1] != "api" {
		return "the text of " + object, Arbitrary, words[2] != "status"
	}
	return "", Fixed, false
}
