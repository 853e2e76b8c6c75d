package repo

import (
	"path"
	"strings"
)

// TestFolder reports files that are there to be tested with, and are not kept up to date on purpose.
func TestFolder(name string) bool {
	for part := range strings.SplitSeq(path.Dir(name), "/") {
		switch strings.ToLower(part) {
		case "test", "tests", "testdata", "fixtures", "__tests__", "__fixtures__", "example", "examples", "vendor", "third_party":
			return true
		}
	}
	return false
}
