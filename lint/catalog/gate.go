package catalog

import (
	_ "embed" // for the table
)

//go:embed gates.tsv
var gateText string

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
