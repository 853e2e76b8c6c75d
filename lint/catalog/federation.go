package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed federations.tsv
var federationText string

var federationTable = lazyActions(&federationText, 3)

// Federation is what an action exchanges the identity of its job for.
type Federation struct {
	Opens  string   // what it opens: AWS, Azure …
	Inputs []string // those that name what the job becomes there
}

// FederationOf tells what an action exchanges the identity of its job for, if it does so; ok is false for other actions.
func FederationOf(uses string) (f Federation, ok bool) {
	row := federationTable().first(uses)
	if row == nil {
		return f, false
	}
	return Federation{row[1], strings.Fields(row[2])}, true
}
