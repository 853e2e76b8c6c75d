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

// TestMayBeVulnerable: every action of the tables may be vulnerable, and one that is in none is not.
func TestMayBeVulnerable(t *testing.T) {
	for _, names := range [...]*table{advisoryTable(), compromisedTable()} {
		names.all(func(row []string) {
			parts := strings.SplitN(row[0], "/", 3)
			slug := parts[0] + "/" + parts[1]
			if !MayBeVulnerable(slug) || !MayBeVulnerable(strings.ToUpper(slug)) {
				t.Errorf("%q has an advisory, but may not be vulnerable", row[0])
			}
			if len(slug) > 64 {
				t.Errorf("%q is longer than a foldSet allows", slug)
			}
		})
	}
	if MayBeVulnerable("nobody/nothing") {
		t.Error("nobody/nothing may be vulnerable")
	}
}
