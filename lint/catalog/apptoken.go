package catalog

import (
	_ "embed" // for the table
	"encoding/json"
	"strings"
)

//go:embed apptokens.tsv
var appTokenText string

var appTokenTable = lazyActions(&appTokenText, 5)

// AppToken is how a step makes a token of a GitHub App.
type AppToken struct {
	Permissions  string // the input that limits what it may do, with "*" at its end when every scope has its own; "" when there is none
	Repositories string // the input that limits where; "" when there is none
	Wide         bool   // it reaches every repository that the app is installed on
	WideBy       string // the input that makes it so; "" when nothing limits it
	Kept         bool   // the action does not revoke it when the job ends
	KeptBy       string // the input that makes it so; "" when the action never does
	MaybeKept    bool   // an expression decides that
}

// AppTokenOf tells how an action that makes a token of a GitHub App does so; ok is false for other actions.
func AppTokenOf(uses string, with With) (t AppToken, ok bool) {
	for _, row := range appTokenTable().uses(uses) {
		ok = true
		t.Permissions, t.Repositories = row[1], row[2]
		if holdsUnlessNever(row[3], with) == yes {
			t.Wide, t.WideBy = true, decider(row[3])
		}
		if kept := holdsUnlessNever(row[4], with); kept != no && !t.Kept {
			t.Kept, t.KeptBy, t.MaybeKept = true, decider(row[4]), kept == open
		}
	}
	return t, ok
}

func holdsUnlessNever(conds string, with With) truth {
	if conds == "never" {
		return no
	}
	return holds(conds, with, nil)
}

// decider is the input that the first of some conditions reads; "" when it is one that is missing.
func decider(conds string) string {
	first, _, _ := strings.Cut(conds, "; ")
	name, op, _ := splitCond(first)
	if op == "!?" {
		return ""
	}
	return name
}

// OrganizationOnly tells whether permissions of an app, as an action takes them, all concern the organization and none its
// repositories. They are names with dashes or underscores, a JSON object of such, or a list of name:level.
func OrganizationOnly(permissions []string) bool {
	for _, p := range permissions {
		names := []string{p}
		var object map[string]string
		switch {
		case strings.HasPrefix(strings.TrimSpace(p), "{"):
			if json.Unmarshal([]byte(p), &object) != nil {
				return false
			}
			names = names[:0]
			for name := range object {
				names = append(names, name)
			}
		case strings.Contains(p, ":"):
			names = strings.Split(p, ",")
		}
		for _, name := range names {
			name, _, _ = strings.Cut(strings.TrimSpace(name), ":")
			if !organizationPermission(strings.ReplaceAll(strings.ToLower(name), "_", "-")) {
				return false
			}
		}
	}
	return len(permissions) > 0
}

// organizationPermission knows the permissions of apps that GitHub lists under organizations and enterprises.
func organizationPermission(name string) bool {
	switch name {
	case "members", "team-discussions", "custom-properties-for-organizations":
		return true
	}
	return strings.HasPrefix(name, "organization-") || strings.HasPrefix(name, "enterprise-")
}
