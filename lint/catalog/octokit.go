package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed octokit.tsv
var octokitText string

var octokitTable = lazy(&octokitText, 3)

// OctokitScopes returns what the calls of GitHub's client that a script in JavaScript spells out need of GITHUB_TOKEN:
// github.rest.issues.createComment. The script may do more.
func OctokitScopes(script string) []Scope {
	var out []Scope
	for script != "" {
		at := strings.IndexByte(script, '.')
		if at < 0 {
			break
		}
		before, after := script[:at], script[at+1:]
		script = after
		client := before[len(before)-trailingName(before):]
		if client != "github" && client != "octokit" && client != "rest" {
			continue
		}
		namespace, rest, ok := strings.Cut(after, ".")
		if !ok || namespace == "" || leadingName(namespace) != len(namespace) {
			continue
		}
		if method := rest[:leadingName(rest)]; method != "" && called(rest[len(method):]) {
			out = addScopes(out, octokitScopes(namespace, method), false)
		}
	}
	return out
}

// octokitScopes looks a method up; one that is not known needs nothing that could be told.
func octokitScopes(namespace, method string) string {
	list := ""
	octokitTable().each(strings.ToLower(namespace), func(row []string) bool {
		if !matchAny(row[1], method) || row[2] == "*" {
			return true
		}
		list = row[2]
		return false
	})
	return list
}

// called tells whether a method is called, or handed to paginate, which calls it.
func called(after string) bool {
	after = strings.TrimLeft(after, " \t\r\n")
	return after != "" && strings.IndexByte("(,)", after[0]) >= 0
}

// leadingName is the length of the name of JavaScript that s begins with, trailingName of the one that it ends with.
func leadingName(s string) int {
	n := 0
	for n < len(s) && (isAlnum(s[n]) || s[n] == '_' || s[n] == '$') {
		n++
	}
	return n
}

func trailingName(s string) int {
	n := 0
	for n < len(s) && (isAlnum(s[len(s)-1-n]) || s[len(s)-1-n] == '_' || s[len(s)-1-n] == '$') {
		n++
	}
	return n
}
