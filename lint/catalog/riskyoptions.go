package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed riskyoptions.tsv
var riskyOptionText string

var riskyOptionTable = lazy(&riskyOptionText, 6)

// RiskyOptions are the options of a program that give whoever can add one more than an argument.
type RiskyOptions struct {
	Options []string
	Does    string // what the program does with them: runs commands
	valued  string
	plain   string
}

// Risky looks the options of a program up; word is its subcommand where it has some, "" where it has none.
func Risky(program, word string) (o RiskyOptions, ok bool) {
	t := riskyOptionTable()
	program = strings.ToLower(program)
	t.each(program, func(row []string) bool {
		if row[1] != "" && !matchAny(row[1], word) {
			return true
		}
		o, ok = RiskyOptions{strings.Split(row[2], "|"), row[3], row[4], row[5]}, true
		return false
	})
	return o, ok
}

// RiskyProgram tells fast whether Risky knows a program.
func RiskyProgram(program string) bool { return riskyOptionTable().has(program) }

// TakesValue reports that a word of the command line is an option, or may be one, that takes the next word as its value. Of an option
// that is not known it is taken that it does.
func (o RiskyOptions) TakesValue(word string) bool {
	if len(word) < 2 || word[0] != '-' || strings.Contains(word, "=") {
		return false
	}
	if hasField(o.plain, word) {
		return false
	}
	if word[1] == '-' || hasField(o.valued, word) {
		return true
	}
	for _, letter := range word[1:] { // -sSL
		if !hasField(o.plain, "-"+string(letter)) {
			return true
		}
	}
	return false
}
