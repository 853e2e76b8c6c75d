package catalog

import (
	_ "embed" // for the tables
	"path"
	"strings"
)

var (
	//go:embed checkactions.tsv
	checkActionText string
	//go:embed checkcommands.tsv
	checkCommandText string

	checkActionTable  = lazyActions(&checkActionText, 3)
	checkCommandTable = lazy(&checkCommandText, 4)
)

// SecurityCheck is a check that fails when something is wrong.
type SecurityCheck struct {
	Name string // of the program or the action
	What string // vulnerability scan, signature …
	Off  string // the option or the input, as it is given, with which it never fails; "" when it is not given
}

// CheckAction tells which security check an action is.
func CheckAction(uses string, with With) (c SecurityCheck, ok bool) {
	row := checkActionTable().first(uses)
	if row == nil {
		return c, false
	}
	c.Name, _, _ = strings.Cut(uses, "@")
	c.What = row[1]
	if input, off, some := strings.Cut(row[2], "="); some {
		if value, literal, present := with(input); literal && present && strings.EqualFold(strings.TrimSpace(value), off) {
			c.Off = input + ": " + value
		}
	}
	return c, true
}

// CheckCommand tells which security check a command is, also through npx, uvx and the like. words are those of DeployCommand.
func CheckCommand(words []string) (c SecurityCheck, ok bool) {
	for range 4 {
		if len(words) == 0 || len(words) > maxWords {
			return c, false
		}
		name := strings.TrimSuffix(path.Base(words[0]), ".exe")
		args := parseArgs(words[1:], "--exit-code --exitwith --severity -f --format -o --output")
		checkCommandTable().each(name, func(row []string) bool {
			_, command, fits := args.sub(row[1])
			if !fits {
				return true
			}
			c, ok = SecurityCheck{Name: name + command, What: row[3]}, true
			if row[2] != "" && args.flag(row[2]) == yes {
				c.Off = row[2]
			}
			return false
		})
		if ok {
			return c, !args.tellsOfItself()
		}
		words = unwrap(name, words)
	}
	return c, false
}

// tellsOfItself reports options with which a program only tells of itself.
func (a args) tellsOfItself() bool {
	for _, f := range a.flags {
		switch f.name {
		case "--version", "--help", "-h":
			return true
		}
	}
	return len(a.plain) > 0 && (a.plain[0] == "version" || a.plain[0] == "help")
}
