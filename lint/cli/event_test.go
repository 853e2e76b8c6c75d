package cli

import (
	"strings"
	"testing"
)

func TestEventBase(t *testing.T) {
	const sha = "0123456789abcdef0123456789abcdef01234567"
	tests := []struct{ name, payload, want string }{
		{"push", `{"before":"` + sha + `"}`, sha},
		{"push", `{"before":"` + strings.Repeat("0", 40) + `","created":true}`, ""},
		{"push", `{"before":"` + sha + sha[:24] + `"}`, sha + sha[:24]},
		{"push", `{"before":"HEAD~1"}`, ""},
		{"push", `{"before":"--output=x"}`, ""},
		{"push", `{"before":7}`, ""},
		{"pull_request", `{"before":"` + strings.Repeat("1", 40) + `","pull_request":{"base":{"sha":"` + sha + `"}}}`, sha},
		{"pull_request_review", `{"pull_request":{"base":{"sha":"` + sha + `"}}}`, sha},
		{"merge_group", `{"merge_group":{"base_sha":"` + sha + `"}}`, sha},
		{"schedule", `{"schedule":"0 0 * * *"}`, ""},
		{"workflow_dispatch", `null`, ""},
		{"push", `[`, ""},
		{"push", ``, ""},
	}
	for _, tt := range tests {
		e := readEvent(strings.NewReader(tt.payload))
		if got := e.base(tt.name); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.name, tt.payload, got, tt.want)
		}
	}
}

// FuzzEvent checks that whatever a payload holds, git gets the full name of an object or nothing.
func FuzzEvent(f *testing.F) {
	f.Add("push", `{"before":"0123456789abcdef0123456789abcdef01234567"}`)
	f.Add("pull_request", `{"pull_request":{"base":{"sha":"-x"},"head":null}}`)
	f.Fuzz(func(t *testing.T, name, payload string) {
		e := readEvent(strings.NewReader(payload))
		if base := e.base(name); base != "" && !isObjectID(base) {
			t.Errorf("%q", base)
		}
	})
}
