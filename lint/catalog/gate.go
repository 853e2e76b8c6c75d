package catalog

import (
	_ "embed" // for the table
	"slices"
)

//go:embed gates.tsv
var gateText string

//go:embed authors.tsv
var authorText string

var gateTable = lazyActions(&gateText, 2)

// Gate tells whether an action or a reusable workflow looks up the rights of the person behind a run, and whether it then fails
// the job of somebody without them.
func Gate(uses string, with With) (looks, fails bool) {
	for _, row := range gateTable().uses(uses) {
		looks, fails = true, row[1] != "never" && holds(row[1], with, nil) == yes
	}
	return looks, fails
}

var authorTable = lazyActions(&authorText, 2)

// ChecksAuthor tells whether an action that answers comments looks up the rights of their author itself, and does nothing for
// those who have none.
func ChecksAuthor(uses string, with With) bool {
	return slices.ContainsFunc(authorTable().uses(uses), func(row []string) bool { return row[1] == "" || holds(row[1], with, nil) == yes })
}
