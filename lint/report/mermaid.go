package report

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sekisho/lint"
)

// What a picture shows at most.
const (
	maxEvents = 6
	maxSteps  = 8   // of a trace
	maxLabel  = 120 // UTF-16 code units
)

// picture draws the way of a finding in the language of Mermaid: what starts the job, the job, and what happens there or is
// to be had. It returns "" for a finding that tells no way.
func (v *view) picture(f *lint.Finding) string {
	if f.Way == nil || len(f.Way.Events) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	for i, name := range f.Way.Events {
		if i == maxEvents {
			name = strconv.Itoa(len(f.Way.Events)-i) + " more events"
		}
		b.WriteString("  event" + strconv.Itoa(i) + `(["` + label(name) + `"]) --> job` + "\n")
		if i == maxEvents {
			break
		}
	}
	b.WriteString(`  job["` + label("job "+f.Way.Job) + `"]`)
	steps := v.steps(f)
	for i, text := range steps {
		node := "step" + strconv.Itoa(i)
		if i == len(steps)-1 {
			node = "goal"
		}
		b.WriteString(" --> " + node + `["` + label(text) + `"]`)
	}
	b.WriteString("\n  style goal stroke:#d1242f,stroke-width:3px\n")
	return b.String()
}

// steps are what happens in the job of a way: its trace behind the event, else the goal alone.
func (v *view) steps(f *lint.Finding) []string {
	var steps []string
	for i := range f.Trace {
		place := &f.Trace[i]
		file := placePath(f, place)
		if src := v.Sources[file]; src != nil && slices.Contains(f.Way.Events, src.Slice(clamp(src, place.Span))) {
			continue
		}
		where := "line " + strconv.Itoa(v.region(file, place.Span).start.Line)
		if file != f.Path {
			where = path.Base(file) + ", " + where
		}
		steps = append(steps, where+": "+place.Message)
	}
	if len(steps) == 0 {
		return []string{f.Way.Goal}
	}
	if len(steps) > maxSteps {
		steps = append(steps[:maxSteps-1], steps[len(steps)-1])
	}
	return steps
}

// label returns text for the inside of a node: letters and digits are themselves, all else is written as its number, so that
// nothing in it is syntax of Mermaid, Markdown or HTML.
func label(text string) string {
	text = strings.TrimSpace(visible(strings.ReplaceAll(text, "`", "")))
	var b strings.Builder
	for _, r := range cut(text, maxLabel) {
		if r >= utf8.RuneSelf || r == ' ' || alphanumeric(byte(r)) {
			b.WriteRune(r)
		} else {
			b.WriteString("#" + strconv.Itoa(int(r)) + ";")
		}
	}
	return b.String()
}
