package catalog

import (
	_ "embed" // for the table
)

//go:embed gates.tsv
var gateText string

//go:embed authors.tsv
var authorText string

var gateTable = lazy(&gateText, 2)

// Gate tells whether an action or a reusable workflow looks up the rights of the person behind a run, and whether it then fails
// the job of somebody without them.
func Gate(uses string, with With) (looks, fails bool) {
	t := gateTable()
	key, ok := t.actionKey(uses)
	if !ok {
		return false, false
	}
	t.each(key, func(row []string) bool {
		fails = row[1] != "never" && holds(row[1], with, nil) == yes
		return true
	})
	return true, fails
}

var authorTable = lazy(&authorText, 2)

// ChecksAuthor tells whether an action that answers comments looks up the rights of their author itself, and does nothing for
// those who have none.
func ChecksAuthor(uses string, with With) (checks bool) {
	t := authorTable()
	if key, known := t.actionKey(uses); known {
		t.each(key, func(row []string) bool {
			checks = row[1] == "" || holds(row[1], with, nil) == yes
			return !checks
		})
	}
	return checks
}
