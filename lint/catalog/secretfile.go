package catalog

import (
	_ "embed" // for the table
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

//go:embed secretfiles.tsv
var secretFileText string

var secretFileTable = lazy(&secretFileText, 3)

// SecretFile tells what a file or folder holds that by its name holds credentials; sure is false when it may hold other things
// only. The path is absolute, or begins with ~ for the home folder; a pattern is looked up by its text.
func SecretFile(name string) (what string, sure, ok bool) {
	if strings.HasSuffix(name, ".pub") || strings.HasSuffix(name, "/known_hosts") {
		return "", false, false
	}
	secretFileTable().all(func(row []string) {
		if fits, err := doublestar.Match(row[0], strings.TrimPrefix(name, "/")); err == nil && fits && !sure {
			what, sure, ok = row[2], row[1] == "secret", true
		}
	})
	return what, sure, ok
}
