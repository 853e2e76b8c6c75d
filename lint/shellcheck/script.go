package shellcheck

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sekisho/lint"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// script is one script as the program reads it.
type script struct {
	file  *syntax.File
	run   *syntax.Str
	shell string // bash or sh
	text  string // head and the value of run with its expressions covered
	head  int    // bytes of text before the value
	lines []int  // offset in text at which each line starts
}

// scripts lists those of a file that bash or sh runs, each once.
func scripts(f *syntax.File) []*script {
	var out []*script
	seen := map[syntax.Span]bool{}
	for job, step := range f.Steps() {
		if step.Run == nil || seen[step.Run.Span] || len(step.Run.Value) > maxScript {
			continue
		}
		seen[step.Run.Span] = true
		if name, head := shellOf(f, job, step); name != "" {
			out = append(out, newScript(f, &step.Run.Str, name, head))
		}
	}
	return out
}

// shellOf returns bash or sh when that certainly runs the script, and the options that the runner gives it.
func shellOf(f *syntax.File, job *syntax.Job, step *syntax.Step) (name, head string) {
	const stop, careful = "set -e\n", "set -eo pipefail\n"
	given, _ := flow.Shell(f, job, step)
	switch first, _, custom := strings.Cut(strings.TrimSpace(given), " "); {
	case given == "" && (job == nil || flow.MaybeWindows(f, job)):
		return "", ""
	case given == "":
		return "bash", stop // the runner takes sh where there is no bash
	case given == "bash":
		return "bash", careful
	case given == "sh":
		return "sh", stop
	case custom && (first == "bash" || first == "sh" || first == "/bin/bash" || first == "/bin/sh"):
		return first[strings.LastIndexByte(first, '/')+1:], ""
	}
	return "", ""
}

func newScript(f *syntax.File, run *syntax.Str, shell, head string) *script {
	s := &script{file: f, run: run, shell: shell, text: head + covered(run), head: len(head), lines: []int{0}}
	for i := range len(s.text) {
		if s.text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// covered is the value of a scalar in which each expression is a word of underscores as long, so that offsets stay what they are.
func covered(s *syntax.Str) string {
	text := []byte(s.Value)
	for _, fence := range s.Fences {
		for i := fence.Start; i < fence.End; i++ {
			text[i] = '_'
		}
	}
	return string(text)
}

// offset returns the place in the value of a line and column of the program's, which counts characters from 1.
func (s *script) offset(line, column int) int {
	if line < 1 || line > len(s.lines) {
		return len(s.run.Value)
	}
	at, end := s.lines[line-1], len(s.text)
	if line < len(s.lines) {
		end = s.lines[line] - 1
	}
	for ; column > 1 && at < end; column-- {
		_, w := utf8.DecodeRuneInString(s.text[at:])
		at += w
	}
	return max(at-s.head, 0)
}

// span returns the bytes of the file that a comment is about: at least one character.
func (s *script) span(c comment) syntax.Span {
	in := syntax.Span{Start: s.offset(c.Line, c.Column), End: s.offset(c.EndLine, c.EndColumn)}
	if end := len(strings.TrimRight(s.run.Value, " \t\r\n")); in.Start >= end { // at the end of the script
		_, w := utf8.DecodeLastRuneInString(s.run.Value[:end])
		in = syntax.Span{Start: end - w, End: end}
	}
	if in.End <= in.Start {
		_, w := utf8.DecodeRuneInString(s.run.Value[in.Start:])
		in.End = in.Start + w
	}
	for _, fence := range s.run.Fences { // an expression is never cut
		if fence.Start < in.End && in.Start < fence.End {
			in.Start, in.End = min(in.Start, fence.Start), max(in.End, fence.End)
		}
	}
	at := s.file.ValueSpan(s.run, in)
	at.End = min(at.End, s.run.End) // the last line end lies behind the block
	if at.Len() <= 0 {
		return s.run.Span
	}
	return at
}

// findings makes one finding of the comments about one span, in the order of spans.
func (s *script) findings(comments []comment) []lint.Finding {
	var out []lint.Finding
	for _, c := range comments[:min(len(comments), maxComments)] {
		f := lint.Finding{Span: s.span(c), Severity: severity(c.Level), Message: message(c)}
		if i := slices.IndexFunc(out, func(old lint.Finding) bool { return old.Span == f.Span }); i >= 0 {
			out[i].Severity = max(out[i].Severity, f.Severity)
			out[i].Message += "; besides, " + f.Message
			continue
		}
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b lint.Finding) int { return a.Start - b.Start })
	return out
}

func severity(level string) lint.Severity {
	switch level {
	case "error":
		return lint.Medium
	case "warning":
		return lint.Low
	}
	return lint.Info
}

var sentenceEnd = regexp.MustCompile(`\. ([A-Z])`)

// message is what a comment says, as our messages are: in lower case, without a full stop at the end.
func message(c comment) string {
	text := sentenceEnd.ReplaceAllString(strings.TrimRight(strings.Join(strings.Fields(c.Message), " "), "."), "; $1")
	first, w := utf8.DecodeRuneInString(text)
	if next, _ := utf8.DecodeRuneInString(text[w:]); unicode.IsUpper(first) && !unicode.IsUpper(next) {
		text = string(unicode.ToLower(first)) + text[w:]
	}
	return text + " (" + c.code() + ")"
}
