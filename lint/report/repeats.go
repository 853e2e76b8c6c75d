package report

import (
	"fmt"
	"slices"
	"strings"

	"sekisho/lint"
)

// maxRepeats is how many places with the same fault are listed; the others are counted.
const maxRepeats = 20

// repeats names the places that have the same fault, or is empty: in the lines 12 and 30, in release.yml:41 and 3 more.
func (v *view) repeats(f *lint.Finding) string {
	var lines, others []string
	for i := range f.Related[:f.Repeats] {
		place := &f.Related[i]
		path := placePath(f, place)
		line := fmt.Sprint(v.region(path, place.Span).start.Line)
		switch {
		case v.Sources[path] == nil:
			others = append(others, path)
		case path == f.Path:
			lines = append(lines, line)
		default:
			others = append(others, path+":"+line)
		}
	}
	lines, others = slices.Compact(lines), slices.Compact(others)
	var parts []string
	if len(lines) > 1 {
		parts = append(parts, "in the lines "+enumerated(lines))
	} else if len(lines) == 1 {
		parts = append(parts, "in line "+lines[0])
	}
	if len(others) > 0 {
		parts = append(parts, "in "+enumerated(others))
	}
	return strings.Join(parts, "; ")
}

// enumerated joins words, those beyond a number as their count: a, b and c; a, b and 7 more.
func enumerated(words []string) string {
	if more := len(words) - maxRepeats; more > 0 {
		words = append(words[:maxRepeats:maxRepeats], fmt.Sprintf("%d more", more))
	}
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
