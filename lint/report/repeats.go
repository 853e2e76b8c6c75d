package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sekisho/lint"
)

// maxRepeats is how many places with the same fault are listed, and maxWords how many different things are said of them; the others
// are counted.
const (
	maxRepeats = 12
	maxWords   = 6
)

// repeats names the places that have the same fault, or is empty: in the lines 12 and 30; `a/b@v1` in line 7; in a.yml:41.
func (v *view) repeats(f *lint.Finding) string {
	type said struct {
		words string
		lines []string
	}
	here := []said{{}} // first what holds as it was said
	var others []string
	for i := range f.Related[:f.Repeats] {
		place := &f.Related[i]
		path := placePath(f, place)
		line := strconv.Itoa(v.region(path, place.Span).start.Line)
		switch {
		case v.Sources[path] == nil:
			others = append(others, path)
			continue
		case path != f.Path:
			others = append(others, path+":"+line)
			continue
		}
		words := strings.TrimPrefix(place.Message, lint.SameHere)
		n := slices.IndexFunc(here, func(s said) bool { return s.words == words })
		if n < 0 {
			n = len(here)
			here = append(here, said{words: words})
		}
		here[n].lines = append(here[n].lines, line)
	}
	var parts []string
	rest := 0
	for n, s := range here {
		switch {
		case n > maxWords:
			rest += len(s.lines)
			continue
		case len(s.lines) == 0:
			continue
		}
		parts = append(parts, strings.TrimSpace(s.words+" "+inLines(slices.Compact(s.lines))))
	}
	if rest > 0 {
		parts = append(parts, "and "+strconv.Itoa(rest)+" more")
	}
	if others = slices.Compact(others); len(others) > 0 {
		parts = append(parts, "in "+enumerated(others))
	}
	return strings.Join(parts, "; ")
}

func inLines(lines []string) string {
	if len(lines) == 1 {
		return "in line " + lines[0]
	}
	return "in the lines " + enumerated(lines)
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
