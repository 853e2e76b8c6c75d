package linttest

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"sekisho/lint"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// want is what a comment says of its line: # want [strict] [severity] ["part of the message"], several separated by ";". A
// comment # want+1 speaks of the next line, # want-1 of the one before, for lines that cannot hold a comment.
type want struct {
	place    string // path:line:
	strict   bool
	severity string
	part     string
}

func wants(t *testing.T, r *repo.Repo, strict bool) []want {
	t.Helper()
	var out []want
	for _, f := range r.Files {
		out = append(out, fileWants(t, f.Source, strict)...)
	}
	return out
}

func fileWants(t *testing.T, src *syntax.Source, strict bool) []want {
	t.Helper()
	var out []want
	for n := 1; n <= src.Lines(); n++ {
		_, rest, ok := strings.Cut(src.Slice(src.LineSpan(n)), "# want")
		if !ok {
			continue
		}
		line := n
		if word, after, _ := strings.Cut(rest, " "); word != "" {
			offset, err := strconv.Atoi(word)
			if err != nil {
				t.Errorf("%s:%d: cannot read the want comment %q", src.Path, n, rest)
				continue
			}
			line, rest = n+offset, after
		}
		for item := range strings.SplitSeq(rest, ";") {
			w, err := parseWant(item)
			if err != nil {
				t.Errorf("%s:%d: %v", src.Path, n, err)
			}
			w.place = fmt.Sprintf("%s:%d:", src.Path, line)
			if strict || !w.strict {
				out = append(out, w)
			}
		}
	}
	return out
}

func parseWant(item string) (want, error) {
	var w want
	words, quoted, _ := strings.Cut(item, `"`)
	w.part, _, _ = strings.Cut(quoted, `"`)
	for word := range strings.FieldsSeq(words) {
		if word == "strict" {
			w.strict = true
			continue
		}
		if _, err := lint.ParseSeverity(word); err != nil {
			return w, fmt.Errorf("want comment: %w", err)
		}
		w.severity = word
	}
	return w, nil
}

// match pairs the rendered findings with the wants and says which are left over on either side.
func match(wants []want, got []string) string {
	var diff strings.Builder
	used := make([]bool, len(got))
next:
	for _, w := range wants {
		for i, g := range got {
			if !used[i] && strings.HasPrefix(g, w.place+" "+w.severity) && strings.Contains(g, w.part) {
				used[i] = true
				continue next
			}
		}
		fmt.Fprintf(&diff, "missing: %s %s %q\n", w.place, w.severity, w.part)
	}
	for i, g := range got {
		if !used[i] {
			fmt.Fprintf(&diff, "surplus: %s\n", g)
		}
	}
	return diff.String()
}
