package repo

import (
	"strings"
	"testing"
)

func TestKindOfRef(t *testing.T) {
	for ref, want := range map[string]RefKind{
		strings.Repeat("0a", 20): CommitRef, strings.Repeat("A1", 32): CommitRef, "0a1b2c3": ShortRef, "1234567": TagRef, "0a1b2c": TagRef,
		"v4": TagRef, "1.2.3": TagRef, "release-1.0": TagRef, "refs/tags/stable": TagRef, "main": BranchRef, "2.x": BranchRef, "release/v1": BranchRef, "": BranchRef,
	} {
		if got := KindOfRef(ref); got != want {
			t.Errorf("%q: got %d, want %d", ref, got, want)
		}
	}
}

func TestTestFolder(t *testing.T) {
	for name, want := range map[string]bool{
		"testdata/a/action.yml": true, "x/Examples/action.yml": true, "tests/action.yml": true, "action.yml": false, "test.yml": false, "latest/action.yml": false,
	} {
		if got := TestFolder(name); got != want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
