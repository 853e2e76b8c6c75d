package flow

import "testing"

func TestBound(t *testing.T) {
	for _, tt := range []struct {
		pattern string
		match   bool
		want    bool
	}{
		{`^[0-9]+$`, false, true},
		{`^v[0-9]+\.[0-9]+$`, false, true},
		{`^(a|b)$`, false, true},
		{`[0-9]+`, false, false},
		{`^[0-9]+`, false, false},
		{`^.*$`, false, false},
		{`^[^=]+$`, false, false},
		{`^[[:print:]]+$`, false, false},
		{`^\S+$`, false, false},
		{`^[a-z.]+$`, false, true},
		{``, true, false},
		{`[0-9]+`, true, true},
		{`ID-\d+`, true, true},
		{`https?://.*`, true, false},
		{`(?<=id=)[0-9]+`, true, true},
		{`id=[0-9]+`, true, false},
	} {
		if got := bound(tt.pattern, tt.match); got != tt.want {
			t.Errorf("bound(%q, %v) = %v", tt.pattern, tt.match, got)
		}
	}
}

func TestNarrow(t *testing.T) {
	for set, want := range map[string]bool{
		"a-z]": true, "a-zA-Z0-9._-]/-/g": true, "[:alnum:]]": true, "a=]": false, `\n]`: false, "[:print:]]": false, "a-z": false, "": false,
	} {
		if got := narrow(set); got != want {
			t.Errorf("narrow(%q) = %v", set, got)
		}
	}
}

func TestQueries(t *testing.T) {
	for program, want := range map[string]bool{
		".comments | length": true, ".title": false, `.title | startswith("x")`: true, ".a == .b": true, ".[] | select(.a == 1) | .title": false, ".labels | any": true,
	} {
		if got := countsOnly(program); got != want {
			t.Errorf("countsOnly(%q) = %v", program, got)
		}
	}
	for program, want := range map[string]bool{".number": true, ".[0].url // empty": true, `"n=\(.number)"`: true, ".body": false, ".created_at": true} {
		if got := numberOnly(program); got != want {
			t.Errorf("numberOnly(%q) = %v", program, got)
		}
	}
	for _, tt := range []struct {
		program, name string
		want          bool
	}{
		{"{body: $b}", "b", true}, {".[] | select(.id == $b) | .x", "b", false}, {".x", "b", false}, {"select(.a != $b) | $b", "b", true},
	} {
		if got := printsArg(tt.program, tt.name); got != tt.want {
			t.Errorf("printsArg(%q) = %v", tt.program, got)
		}
	}
}
