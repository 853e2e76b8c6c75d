package catalog

import "strings"

// LoginInfo is the credential that an action leaves for later steps of its job.
type LoginInfo struct {
	Env     []string // variables it sets that hold or name a secret; "*": as its inputs say
	Outputs []string // outputs that hold a secret, with "*" for any text
	Files   []string // files that hold one: "~" home, "$X" a variable of the runner, else below the workspace; "agent" is a running agent
}

var loginTable = lazyActions(&loginText, 5)

// Login returns the credential that an action leaves for later steps; ok is false when none is known of.
func Login(uses string, with With) (info LoginInfo, ok bool) {
	for _, row := range loginTable().uses(uses) {
		if holds(row[1], with, nil) == no {
			continue
		}
		ok = true
		info.Env = append(info.Env, strings.Fields(row[2])...)
		info.Outputs = append(info.Outputs, strings.Fields(row[3])...)
		info.Files = append(info.Files, strings.Fields(row[4])...)
	}
	return info, ok
}
