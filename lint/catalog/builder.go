package catalog

import (
	_ "embed" // for the table
)

//go:embed builders.tsv
var builderText string

var builderTable = lazy(&builderText, 3)

// ImageBuilder tells whether an action builds an image, and which inputs name the Dockerfile and the folder of its context.
func ImageBuilder(uses string) (file, context string, ok bool) {
	t := builderTable()
	key, known := t.actionKey(uses)
	if !known {
		return "", "", false
	}
	t.each(key, func(row []string) bool {
		file, context, ok = row[1], row[2], true
		return false
	})
	return file, context, ok
}
