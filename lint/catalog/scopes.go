package catalog

import (
	"slices"
	"strings"
)

// Level is how much a scope allows.
type Level uint8

// The levels of a scope.
const (
	Read  Level = iota // read
	Write              // write, which includes read
)

// String returns read or write.
func (l Level) String() string {
	if l == Write {
		return "write"
	}
	return "read"
}

// Scope is one permission of GITHUB_TOKEN.
type Scope struct {
	Name  string // as in a permissions block: contents, pull-requests
	Level Level
	Maybe bool // needed for some uses only, or an input that decides is an expression
	Usual bool // needed unless a configuration that is not looked at turns it off, so that it may be absent
}

// ScopeNames lists the scopes of GITHUB_TOKEN that are known, those that GitHub took out of service among them.
func ScopeNames() []string {
	return []string{
		"actions", "artifact-metadata", "attestations", "checks", "code-quality", "contents", "deployments", "discussions", "id-token", "issues",
		"models", "packages", "pages", "pull-requests", "repository-projects", "security-events", "statuses", "vulnerability-alerts",
	}
}

// Need is what an action needs of GITHUB_TOKEN.
type Need struct {
	Scopes []Scope // sorted by name, each name at most twice: sure and Maybe
	// Token is the input that holds the token, in the action's spelling, "$" and an environment variable of the step, or GitToken; ""
	// when none is known. Another token there needs no scopes of GITHUB_TOKEN.
	Token string
}

// GitToken stands for the credentials that a checkout left for git.
const GitToken = "@git"

var scopeTable = lazyActions(&scopeText, 4)

// Scopes returns what a step that calls an action or a job that calls a reusable workflow needs of GITHUB_TOKEN. known is false
// when the catalogue does not tell; an action that needs nothing is known and has no scopes.
func Scopes(uses string, with With) (need Need, known bool) {
	rows := scopeTable().uses(uses)
	known = len(rows) > 0
	for _, row := range rows {
		if row[2] != "" {
			need.Token = row[2]
		}
		switch got := holds(row[1], with, nil); {
		case got == no:
		case row[3] == "*":
			known = false
		default:
			need.Scopes = addScopes(need.Scopes, row[3], got == open)
		}
	}
	return need, known
}

// addScopes merges a list of "name:level", "name:level?" or "name:level~" into scopes.
func addScopes(scopes []Scope, list string, maybe bool) []Scope {
	for item := range strings.FieldsSeq(list) {
		item, optional := strings.CutSuffix(item, "?")
		item, usual := strings.CutSuffix(item, "~")
		name, level, _ := strings.Cut(item, ":")
		s := Scope{Name: name, Maybe: maybe || optional, Usual: usual}
		if level == "write" {
			s.Level = Write
		}
		scopes = addScope(scopes, s)
	}
	return scopes
}

// addScope keeps the highest sure level and, where it is higher, the highest possible one.
func addScope(scopes []Scope, s Scope) []Scope {
	for _, have := range scopes {
		if have.Name == s.Name && have.Level >= s.Level && (!have.Maybe || s.Maybe) {
			return scopes
		}
	}
	scopes = slices.DeleteFunc(scopes, func(have Scope) bool {
		return have.Name == s.Name && have.Level <= s.Level && (have.Maybe || !s.Maybe)
	})
	i, _ := slices.BinarySearchFunc(scopes, s, func(a, b Scope) int {
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return int(a.Level) - int(b.Level)
	})
	return slices.Insert(scopes, i, s)
}
