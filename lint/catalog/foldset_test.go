package catalog

import (
	"strings"
	"testing"
)

// TestFoldSet compares the quick answers about names of variables with the full ones.
func TestFoldSet(t *testing.T) {
	for _, names := range [...]*table{insecureEnvTable(), debugEnvTable()} {
		set := foldSetOf(names)
		names.all(func(row []string) {
			for _, name := range [...]string{row[0], strings.ToUpper(row[0]), strings.ToUpper(row[0][:1]) + row[0][1:], strings.ReplaceAll(row[0], "k", "\u212A")} {
				if names.has(strings.ToLower(name)) && !set.may(name) {
					t.Errorf("%q is a variable of the table, but not of its set", name)
				}
			}
			if len(row[0]) > 64 {
				t.Errorf("%q is longer than a foldSet allows", row[0])
			}
		})
		for _, name := range [...]string{"", "PATH", strings.Repeat("x", 100)} {
			if set.may(name) {
				t.Errorf("%q may be a variable of the table", name)
			}
		}
	}
}
