package flow

import "testing"

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
