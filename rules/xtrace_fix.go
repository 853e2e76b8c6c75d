package rules

import (
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// xtraceFixes are the ways to turn a trace off: for good, or while the commands that expand a secret run.
func xtraceFixes(file *syntax.File, step *syntax.Step, t *flow.Tracing) []lint.Fix {
	run := &step.Run.Str
	if t.Env != nil {
		if edits := envEdits(file, step, t); edits != nil {
			return []lint.Fix{{Title: "remove " + t.What, Safety: lint.Safe, Edits: edits}}
		}
		return nil
	}
	if t.From != nil || t.Str == nil || t.Str != run && len(t.Str.Fences) > 0 {
		return nil
	}
	safety := lint.Safe
	for _, word := range [...]string{"$-", "${-", "SHELLOPTS", "xtrace"} {
		if strings.Contains(run.Value, word) && !strings.Contains(t.What, word) {
			safety = lint.Unsafe // the script asks whether it is traced
		}
	}
	var out []lint.Fix
	add := func(title string, edits []shell.Edit) {
		if made := scriptEdits(file, t.Str, edits); made != nil {
			out = append(out, lint.Fix{Title: title, Safety: safety, Edits: made})
		}
	}
	add("turn tracing off", t.Edits)
	if t.Str == run {
		add("turn tracing off for the commands that expand the secret", xtraceWraps(t))
	}
	return out
}

// envEdits remove what makes an env: entry trace.
func envEdits(file *syntax.File, step *syntax.Step, t *flow.Tracing) []syntax.Edit {
	if t.Name == "BASH_ENV" {
		return nil // the file that it names may do more than tracing
	}
	if t.Name == "SHELLOPTS" {
		value := t.Env.Get(t.Name)
		options := slices.DeleteFunc(strings.Split(value.Value, ":"), func(o string) bool { return strings.TrimSpace(o) == "xtrace" })
		if len(options) > 0 {
			return file.ReplaceScalar(value, strings.Join(options, ":"))
		}
	}
	edits, ok := file.RemovePair(t.Env.Node, t.Name)
	if !ok && t.Env == step.Env && len(t.Env.Entries) == 1 {
		edits, ok = file.RemovePair(step.Node, "env")
	}
	if !ok {
		return nil
	}
	return edits
}

// maxWraps is how many commands are wrapped; where more expand the secret, the trace had better go.
const maxWraps = 5

// xtraceWraps are the edits that turn a trace off for each command that expands a secret; nil when one of them allows none.
func xtraceWraps(t *flow.Tracing) []shell.Edit {
	var edits []shell.Edit
	done := map[*shell.Command]bool{}
	for _, u := range t.Uses() {
		if done[u.Command] || t.Source != nil {
			continue
		}
		done[u.Command] = true
		if len(done) > maxWraps {
			return nil
		}
		wrap := t.Script.Wrap(t.Trace, u.Command)
		if wrap == nil {
			return nil
		}
		edits = append(edits, wrap...)
	}
	slices.SortStableFunc(edits, func(a, b shell.Edit) int { return a.Start - b.Start })
	return edits
}

// scriptEdits turns edits of a scalar's value into edits of the file; nil when there are none or they cannot be made. Where the
// file spells the value otherwise than the value reads, the whole scalar is written anew.
func scriptEdits(file *syntax.File, s *syntax.Str, edits []shell.Edit) []syntax.Edit {
	var out []syntax.Edit
	for _, e := range edits {
		at := file.ValueSpan(s, syntax.Span(e.Span))
		text := e.New
		switch {
		case s.Style == syntax.Literal:
			if e.Start == 0 && e.End > 0 && text == "" && strings.TrimLeft(s.Value[e.End:], " \t") != s.Value[e.End:] {
				return nil // what would be the first line is indented deeper than others may be
			}
			if strings.HasSuffix(s.Value[e.Start:e.End], "\n") && (e.Start == 0 || s.Value[e.Start-1] == '\n') {
				at.Start = file.LineSpan(file.Position(at.Start).Line).Start
			}
			text = strings.ReplaceAll(text, "\n", lineBreak(file, s, e.Start))
		case strings.Contains(text, "\n") || file.Slice(at) != s.Value[e.Start:e.End]:
			return file.ReplaceScalar(s, edited(s.Value, edits))
		}
		out = append(out, syntax.Edit{Span: at, New: text})
	}
	return out
}

// lineBreak is a line end of a literal scalar with the indentation that the scalar's lines have, that at an offset of its value first of all.
func lineBreak(file *syntax.File, s *syntax.Str, at int) string {
	first := strings.LastIndexByte(s.Value[:at], '\n') + 1
	from := file.ValueSpan(s, syntax.Span{Start: first, End: first}).Start
	line := file.LineSpan(file.Position(from).Line)
	end := "\n"
	if strings.HasPrefix(file.Text[line.End:], "\r\n") {
		end = "\r\n"
	}
	return end + file.Text[line.Start:from]
}

// edited is a text after edits in source order.
func edited(text string, edits []shell.Edit) string {
	var b strings.Builder
	at := 0
	for _, e := range edits {
		if e.Start < at {
			return text
		}
		b.WriteString(text[at:e.Start])
		b.WriteString(e.New)
		at = e.End
	}
	b.WriteString(text[at:])
	return b.String()
}
