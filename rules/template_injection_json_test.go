package rules

import (
	"strings"
	"testing"

	"sekisho/lint/syntax"
)

func TestInQuotedDocument(t *testing.T) {
	tests := []struct {
		script string // with @ where it is asked about
		want   bool
	}{
		{"cat <<'EOF'\n@\nEOF\n", true},
		{"cat <<\"EOF\"\n@\nEOF\n", true},
		{"cat <<\\EOF\n@\nEOF\n", true},
		{"cat <<-'EOF'\n\t@\n\tEOF\n", true},
		{"cat << 'END OF IT' > a.json\r\n@\r\nEND OF IT\r\n", true},
		{"X=$(cat <<'EOF'\n@\nEOF\n)", true},
		{"jq . <<'A'\n{}\nA\ncat <<'B'\n@\nB\n", true},
		{"cat <<EOF\n@\nEOF\n", false},
		{"cat <<'EOF'\nEOF\n@", false},
		{"@ cat <<'EOF'\nEOF\n", false},
		{"cat <<'EOF' @\nEOF\n", false},
		{"cat <<<'EOF'\n@\nEOF\n", false},
		{"bash <<'EOF'\n@\nEOF\n", false},
		{"cat <<'EOF' | sh\n@\nEOF\n", false},
		{"cat <<'EOF' > run.sh\n@\nEOF\n", false},
		{"cat <<'EOF' | sudo tee /usr/bin/x\n@\nEOF\n", false},
		{"cat <<'A' <<'B'\n@\nA\nB\n", false},
		{"cat <<'EOF\n@\nEOF\n", false},
		{"cat <<\n@\n", false},
		{"@", false},
	}
	for _, tt := range tests {
		at := strings.Index(tt.script, "@")
		if got := inQuotedDocument(strings.Replace(tt.script, "@", "x", 1), at); got != tt.want {
			t.Errorf("%q: %v", tt.script, got)
		}
	}
}

// FuzzPlacesOfJSON asks where JSON stands in texts that are made to mislead.
func FuzzPlacesOfJSON(f *testing.F) {
	for _, script := range []string{
		"const x = @", "`${@}`", "'\\'@", "// '\n@", "/* \" */ @", "a / b @", "cat <<'EOF'\n@\nEOF", "cat <<-\\E\n\t@\n\tE", "<<", "<<''\n@", "cat <<'\xff'\n@",
	} {
		f.Add(script, strings.Index(script, "@"))
	}
	f.Fuzz(func(t *testing.T, script string, offset int) {
		if offset < 0 || offset > len(script) {
			return
		}
		before := script[:offset]
		if inQuotedDocument(script, offset) && !strings.Contains(before, "<<") {
			t.Errorf("%q has no here-document", before)
		}
		value := isValue(&syntax.Str{Value: script}, offset)
		if quotes := strings.ContainsAny(before, "'\"`/"); !quotes && !value {
			t.Errorf("%q is in no string", before)
		}
	})
}
