package catalog

import "strings"

// TagOnly tells whether a reusable workflow works only when it is called by a version tag: it finds its own released program by
// the tag, and refuses a commit. Source: the README of slsa-framework/slsa-github-generator, section on referencing by tag.
func TagOnly(uses string) bool {
	return strings.HasPrefix(strings.ToLower(uses), "slsa-framework/slsa-github-generator/.github/workflows/")
}
