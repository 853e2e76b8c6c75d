package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sekisho/rules"
)

// coverageRow is one measure, pattern or technique of docs/coverage.tsv.
type coverageRow struct{ tag, title, remark string }

// coverageSections reads docs/coverage.tsv.
func coverageSections(t *testing.T) (titles []string, rows map[string][]coverageRow) {
	t.Helper()
	rows = map[string][]coverageRow{}
	for n, line := range strings.Split(strings.TrimSpace(read(t, "docs/coverage.tsv")), "\n") {
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "= "):
			titles = append(titles, line[2:])
		default:
			cols := strings.Split(line, "\t")
			if len(cols) != 3 || len(titles) == 0 {
				t.Fatalf("docs/coverage.tsv:%d: %q has %d columns, or no section", n+1, line, len(cols))
			}
			last := titles[len(titles)-1]
			rows[last] = append(rows[last], coverageRow{cols[0], cols[1], strings.TrimPrefix(cols[2], "-")})
		}
	}
	return titles, rows
}

// TestCoverage checks that every rule answers something, that something answers every row or a remark says what to use instead, and
// that docs/coverage.md says so; -update rewrites it.
func TestCoverage(t *testing.T) {
	t.Chdir("..")
	titles, rows := coverageSections(t)
	answers := map[string][]string{} // by tag: links to the rules
	answered := map[string]bool{}    // by rule
	for _, title := range titles {
		for _, row := range rows[title] {
			answers[row.tag] = nil
		}
	}
	for _, r := range rules.All() {
		for _, tag := range r.Tags {
			if list, known := answers[tag]; known {
				answers[tag] = append(list, fmt.Sprintf("[%s](../rules/%s.md)", r.ID, r.ID))
				answered[r.ID] = true
			}
		}
		if !answered[r.ID] {
			t.Errorf("%s has no tag of docs/coverage.tsv", r.ID)
		}
		if !slices.ContainsFunc(r.Tags, func(tag string) bool { return tag == "prevent" || tag == "limit" || tag == "detect" }) {
			t.Errorf("%s has no layer: prevent, limit or detect", r.ID)
		}
	}
	var b strings.Builder
	b.WriteString("# What the rules answer\n\nFor each way in which tokens leak, each measure against it and each technique of two well-known lists: the rules that look for it in the files of a\n" +
		"repository. Where files do not tell, a sentence says what to use instead. `sekisho --group-by layer` shows findings by what they do: prevent, limit, detect.\n")
	for _, title := range titles {
		fmt.Fprintf(&b, "\n## %s\n\n| | rules |\n| --- | --- |\n", title)
		for _, row := range rows[title] {
			if len(answers[row.tag]) == 0 && row.remark == "" {
				t.Errorf("nothing answers %s, and no remark says what to use instead", row.tag)
			}
			cell := strings.Join(answers[row.tag], ", ")
			if row.remark != "" && cell != "" {
				cell += "; "
			}
			fmt.Fprintf(&b, "| %s | %s%s |\n", row.title, cell, row.remark)
		}
	}
	same(t, "docs/coverage.md", read(t, "docs/coverage.md"), b.String())
}
