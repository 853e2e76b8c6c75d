package report

import (
	"slices"
	"strconv"
	"strings"

	"sekisho/lint"
)

// maxRepeats is how many lines with the same fault are listed; the others are counted.
const maxRepeats = 20

// repeats names the lines of a finding's file that have the same fault, or is empty: in the lines 12, 30 and 41.
func (v *view) repeats(f *lint.Finding) string {
	var lines []string
	for i := range f.Related[:f.Repeats] {
		if v.Sources[f.Path] != nil {
			lines = append(lines, strconv.Itoa(v.region(f.Path, f.Related[i].Span).start.Line))
		}
	}
	lines = slices.Compact(lines)
	switch n := len(lines); {
	case n == 0:
		return ""
	case n == 1:
		return "in line " + lines[0]
	case n > maxRepeats:
		return "in the lines " + strings.Join(lines[:maxRepeats], ", ") + " and " + strconv.Itoa(n-maxRepeats) + " more"
	default:
		return "in the lines " + strings.Join(lines[:n-1], ", ") + " and " + lines[n-1]
	}
}
