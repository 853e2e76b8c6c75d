package catalog

import _ "embed" // for the table

//go:embed labelers.tsv
var labelerText string

var labelerTable = lazyActions(&labelerText, 1)

// Labeler reports an action that answers a pull request or an issue and takes in nothing that its author could write code into.
func Labeler(uses string) bool { return labelerTable().first(uses) != nil }
