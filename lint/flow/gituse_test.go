package flow

import "testing"

func TestSpeaksOfGit(t *testing.T) {
	for text, want := range map[string]bool{
		"git push":                             true,
		`exec('git', ['push', '--tags'])`:      true,
		"`git fetch`":                          true,
		`["git","ls-remote"]`:                  true,
		"git submodule update":                 true,
		"gitpush":                              false,
		"gitpush and much more text behind it": false,
		"legit push":                           false,
		".git pull":                            false,
		"https://x.example/git push":           false,
		"git status":                           false,
		"git":                                  false,
		"gitgitgit push":                       false,
		"digit git\tpull":                      true,
		"":                                     false,
	} {
		if got := speaksOfGit(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestUploadTakes(t *testing.T) {
	const config = workspace + "/.git/config"
	f := New(nil)
	for _, tt := range []struct {
		patterns string
		hidden   bool
		want     bool
	}{
		{".", true, true},
		{"..", true, true},
		{"/", true, true},
		{"~", true, true},
		{"*", true, true},
		{"**", true, true},
		{"**/*", true, true},
		{".git", true, true},
		{"./.git/", true, true},
		{".git/**", true, true},
		{`.git\config`, true, true},
		{"dist", true, false},
		{"[", true, false},
		{".", false, false},
		{".git", false, false},
		{".git/config", false, true},
		{".git/con*", false, false},
		{". !.git", true, false},
		{"!.git .", true, true},
		{". !dist", true, true},
		{"${{ github.workspace }}", true, true},
		{"${{github.workspace}}/dist", true, false},
		{"${{ inputs.path }}", true, false},
	} {
		u := Upload{hidden: tt.hidden}
		for _, line := range splitPatterns(tt.patterns) {
			text, exclude := line, false
			if line[0] == '!' {
				text, exclude = line[1:], true
			}
			if p, ok := f.absolute(nil, nil, nil, text); ok {
				u.patterns = append(u.patterns, pattern{text: p, exclude: exclude})
			}
		}
		if got := u.takes(config); got != tt.want {
			t.Errorf("%q (hidden files %v) takes .git/config: %v", tt.patterns, tt.hidden, got)
		}
	}
}

// splitPatterns splits at blanks outside expressions.
func splitPatterns(s string) []string {
	var out []string
	start, depth := 0, 0
	for i := 0; i <= len(s); i++ {
		switch {
		case i == len(s) || s[i] == ' ' && depth == 0:
			out = append(out, s[start:i])
			start = i + 1
		case s[i] == '{':
			depth++
		case s[i] == '}':
			depth--
		}
	}
	return out
}
