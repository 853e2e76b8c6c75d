package catalog

import (
	_ "embed" // for the table
)

//go:embed builders.tsv
var builderText string

var builderTable = lazy(&builderText, 4)

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

// FetchesContext tells whether an action that builds an image fetches the commit from GitHub when it is given no context, so that no
// file which the job made is in it.
func FetchesContext(uses string) (fetches bool) {
	t := builderTable()
	if key, ok := t.actionKey(uses); ok {
		t.each(key, func(row []string) bool {
			fetches = row[3] == "git"
			return false
		})
	}
	return fetches
}
