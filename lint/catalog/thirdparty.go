package catalog

import (
	_ "embed" // for the table
)

//go:embed thirdparty.tsv
var thirdPartyText string

var thirdPartyTable = lazy(&thirdPartyText, 3)

// ThirdParty tells whether a command runs code of packages that others wrote, and the words that do. words are as for DeployCommand.
func ThirdParty(words []string) (command string, ok bool) {
	if len(words) > maxWords {
		words = words[:maxWords]
	}
	for range maxWrappers {
		if len(words) == 0 {
			return "", false
		}
		p := programOf(words[0])
		a := parseArgs(words[1:], p.valued)
		thirdPartyTable().each(p.name, func(row []string) bool {
			at, sub, fits := a.sub(row[1])
			if fits && a.meets("", row[2], at) != no && !a.asks() {
				command, ok = p.name+sub, true
			}
			return !ok
		})
		if ok {
			return command, true
		}
		if words = unwrap(p.name, words); words == nil {
			return "", false
		}
	}
	return "", false
}

// asks tells whether a program is only asked for its version or help.
func (a args) asks() bool {
	return len(a.plain) == 0 && len(a.flags) == 1 && (a.flags[0].name == "--version" || a.flags[0].name == "-v" || a.flags[0].name == "-V" || a.flags[0].name == "--help")
}
