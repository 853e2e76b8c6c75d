package catalog

import (
	_ "embed" // for the table
)

//go:embed builders.tsv
var builderText string

var builderTable = lazyActions(&builderText, 4)

// ImageBuilder tells whether an action builds an image, and which inputs name the Dockerfile and the folder of its context.
func ImageBuilder(uses string) (file, context string, ok bool) {
	row := builderTable().first(uses)
	if row == nil {
		return "", "", false
	}
	return row[1], row[2], true
}

// FetchesContext tells whether an action that builds an image fetches the commit from GitHub when it is given no context, so that no
// file which the job made is in it.
func FetchesContext(uses string) bool {
	row := builderTable().first(uses)
	return row != nil && row[3] == "git"
}
