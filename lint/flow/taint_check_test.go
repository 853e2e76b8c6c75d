package flow

import (
	"regexp"
	"strings"
	"testing"
)

func TestFewCharacters(t *testing.T) {
	tests := []struct {
		pattern    string
		few, whole bool
	}{
		{"^[0-9]+$", true, true},
		{`^v?[0-9]+\.[0-9]+(\.[0-9]+)*(-rc\.[0-9]+)?$`, true, true},
		{`^[[:alnum:]_.-]+$`, true, true},
		{`^\w+$`, true, true},
		{`^\d{1,5}$`, true, true},
		{`octo/hello#[0-9]+`, true, false},
		{"[0-9]+", true, false},
		{"^[0-9]+", true, false},
		{"^[a-z]+$|^.*$", false, false},
		{"^a$|^b$", true, false},
		{"^.+$", false, false},
		{"^[^a]+$", false, false},
		{`^\S+$`, false, false},
		{`^[a-z ]+$`, false, false},
		{"^[!-~]+$", false, false},
		{`^"[a-z]+"$`, false, false},
		{`^\$[a-z]+$`, false, false},
		{"^[é]+$", false, false},
		{"(", false, false},
		{"", false, false},
	}
	for _, tt := range tests {
		if got := fewCharacters(tt.pattern); got != tt.few {
			t.Errorf("fewCharacters(%q) is %v", tt.pattern, got)
		}
		if got := wholly(tt.pattern); got != tt.whole {
			t.Errorf("wholly(%q) is %v", tt.pattern, got)
		}
	}
}

// FuzzFewCharacters looks for a pattern that passes and matches what a shell would take for its own, which is ASCII.
func FuzzFewCharacters(f *testing.F) {
	for _, pattern := range []string{"^[0-9]+$", `^\w+$`, "[[:alnum:]]", "(?i)k", "(?s).", `[^\x00]`, "a|b", "x{2,3}", "é"} {
		f.Add(pattern, "$(x)")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if !fewCharacters(pattern) {
			return
		}
		re, err := regexp.Compile(pattern)
		if err != nil {
			t.Skip(err)
		}
		for _, found := range re.FindAllString(text, -1) {
			if i := strings.IndexFunc(found, func(r rune) bool { return r < 0x80 && !inert(r) }); i >= 0 {
				t.Errorf("%q lets %q through", pattern, found)
			}
		}
	})
}
