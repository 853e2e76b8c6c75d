package catalog

import (
	"strings"
	"testing"
)

func TestContainsFold(t *testing.T) {
	words := []string{"", "a", "K", "k", "\u212a", "s", "\u017f", "SS", "ak", "xAK", "x\u212ay", "Hello, World", "hello", "WORLD", "\u00e9K", "@", "`", "\xff"}
	for _, s := range words {
		for _, part := range words {
			if strings.IndexFunc(part, func(r rune) bool { return r >= 0x80 }) >= 0 {
				continue
			}
			if got, want := containsFold(s, part), strings.Contains(strings.ToLower(s), strings.ToLower(part)); got != want {
				t.Errorf("%q in %q: %v", part, s, got)
			}
		}
	}
}
