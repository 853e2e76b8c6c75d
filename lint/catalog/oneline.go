package catalog

import "strings"

// OneLine reports a field of the github context that cannot hold a line break, though whoever writes it may choose any other text.
// Titles are none of them: the API takes line breaks in the titles of issues and pull requests.
// Source: the format of git's commit objects, and GitHub documentation, "Webhook events and payloads", November 2026.
func OneLine(field string) bool {
	for _, end := range [...]string{".author.name", ".author.email", ".committer.name", ".committer.email", ".page_name", ".homepage", ".label"} {
		if strings.HasSuffix(field, end) {
			return true
		}
	}
	return false
}
