package catalog

import (
	_ "embed"
	"strings"
)

//go:embed codevars.tsv
var codeVarText string

var codeVarTable = lazy(&codeVarText, 2)

// CodeVariable reports a variable of the environment whose value makes a program run code of whoever chooses it.
func CodeVariable(name string) (program string, ok bool) {
	name = strings.ToLower(name)
	codeVarTable().all(func(row []string) {
		if row[0] == name || strings.HasSuffix(row[0], "*") && strings.HasPrefix(name, row[0][:len(row[0])-1]) {
			program, ok = row[1], true
		}
	})
	return program, ok
}
