package shell

import (
	"slices"
	"strings"
)

// setFix removes one option from set or shopt, or the whole command when nothing else is left of it.
func (s *Script) setFix(c *Command, ch change) []Edit {
	if !s.verbatim(c) || len(c.Redirects) > 0 && len(c.Words) <= 2 {
		return nil
	}
	var left []Edit
	rest := len(c.Words) - 1
	switch {
	case c.Name == "shopt":
		if len(c.Words) > 3 {
			return nil
		}
		rest = 0
	case ch.value > 0 && isCluster(c.Words[ch.word].Text, 'o'):
		edits, whole := letterEdit(s.text, c.Words[ch.word], 'o')
		if whole {
			rest -= 2
			left = []Edit{wordEdit(s.text, c.Words[ch.word].Start, c.Words[ch.value].End)}
		} else {
			rest--
			left = append(edits, wordEdit(s.text, c.Words[ch.value].Start, c.Words[ch.value].End))
		}
	default:
		letter := byte('x')
		if ch.verbose {
			letter = 'v'
		}
		edits, whole := letterEdit(s.text, c.Words[ch.word], letter)
		if edits == nil {
			return nil
		}
		left = edits
		if whole {
			rest--
		}
	}
	if rest == 0 || rest == 1 && c.Words[len(c.Words)-1].Text == "--" {
		return s.dropFix(c)
	}
	return left
}

// verbatim tells whether a command of a nested script stands in the text as its shell reads it.
func (s *Script) verbatim(c *Command) bool {
	return s.places[c.id].src.at == nil || !strings.ContainsAny(s.text[c.Start:c.End], "'\"\\")
}

// isCluster tells whether a word is an option with one value-taking letter in it.
func isCluster(text string, letter byte) bool {
	return strings.Count(text, string(letter)) == 1
}

// letterEdit takes a letter out of a cluster of options; whole means that nothing of the word is left.
// It is nil when the word is not spelled as it reads.
func letterEdit(text string, w Word, letter byte) (edits []Edit, whole bool) {
	if w.End > len(text) || text[w.Start:w.End] != w.Text || strings.Contains(w.Text, "$") {
		return nil, false
	}
	if strings.Trim(w.Text[1:], string(letter)) == "" {
		return []Edit{wordEdit(text, w.Start, w.End)}, true
	}
	for i := 1; i < len(w.Text); i++ {
		if w.Text[i] == letter {
			edits = append(edits, Edit{Span: Span{w.Start + i, w.Start + i + 1}})
		}
	}
	return edits, false
}

// wordEdit deletes words with the blanks before them.
func wordEdit(text string, start, end int) Edit {
	for start > 0 && (text[start-1] == ' ' || text[start-1] == '\t') {
		start--
	}
	return Edit{Span: Span{start, end}}
}

// shellFix removes the tracing option from a shell's command line.
func (s *Script) shellFix(c *Command, shell int, v invocation) []Edit {
	if s.places[c.id].src.at != nil || c.Redirects != nil && hides(c.Redirects) {
		return nil
	}
	return shellEdits(s.text, 0, c.Words[shell:], v)
}

// hides tells whether standard error is sent elsewhere, so that someone may read the trace.
func hides(list []Redirect) bool {
	return slices.ContainsFunc(list, func(r Redirect) bool {
		return strings.HasPrefix(r.Op, "2>") || strings.HasPrefix(r.Op, "&>")
	})
}

// shellEdits removes the tracing option from the words of a shell's command line. The words' spans are shifted by base in text.
func shellEdits(text string, base int, words []Word, v invocation) []Edit {
	w := words[v.trace]
	w.Start, w.End = w.Start+base, w.End+base
	if !v.optValue {
		edits, _ := letterEdit(text, w, 'x')
		return edits
	}
	if !isCluster(w.Text, 'o') {
		return nil
	}
	edits, whole := letterEdit(text, w, 'o')
	value := words[v.trace+1].Span
	if whole {
		return []Edit{wordEdit(text, w.Start, value.End+base)}
	}
	if edits == nil {
		return nil
	}
	return append(edits, wordEdit(text, value.Start+base, value.End+base))
}

// dropFix removes a command: with its line when it stands alone there, else with its separator; a : takes its
// place where the grammar needs a command.
func (s *Script) dropFix(c *Command) []Edit {
	p := s.places[c.id]
	if p.list == nil || len(c.Wrappers) > 0 {
		return nil
	}
	if p.src.at != nil || !p.direct || p.list.stmts < 2 {
		if p.list.piped {
			return nil
		}
		return []Edit{{c.Span, ":"}}
	}
	return s.dropStatement(c, p)
}

func (s *Script) dropStatement(c *Command, p place) []Edit {
	text := s.text
	start, end := min(c.Start, p.stmt.Start), max(c.End, p.stmt.End)
	line := start
	for line > 0 && (text[line-1] == ' ' || text[line-1] == '\t') {
		line--
	}
	first := line == 0 || text[line-1] == '\n'
	next := end
	for next < len(text) && (text[next] == ' ' || text[next] == '\t' || text[next] == ';' || text[next] == '\r') {
		next++
	}
	switch {
	case end > c.End && strings.Contains(text[c.End:end], "&"):
		return nil
	case first && next >= len(text):
		return []Edit{{Span: Span{line, len(text)}}}
	case first && text[next] == '\n':
		return []Edit{{Span: Span{line, next + 1}}}
	case first:
		return []Edit{{Span: Span{start, next}}}
	case next >= len(text) || text[next] == '\n':
		// the separator before it may end the last command of the line
		return []Edit{{Span: Span{lastBefore(text, line), end}}}
	case text[next] == '#':
		return []Edit{{c.Span, ":"}}
	}
	return []Edit{{Span: Span{start, next}}}
}

// lastBefore is where the separator before an offset begins, with the blanks around it.
func lastBefore(text string, at int) int {
	i := at
	for i > 0 && (text[i-1] == ' ' || text[i-1] == '\t') {
		i--
	}
	if i > 0 && text[i-1] == ';' && (i < 2 || text[i-2] != ';') {
		return i - 1
	}
	return at
}

// Wrap are the edits that surround one command by { set +x; } 2>/dev/null and set -x, so that t does not print it.
// It is nil when the command does not stand on lines of its own as a statement, or when the trace may be off there.
func (s *Script) Wrap(t *Trace, c *Command) []Edit {
	if t.Kind != TraceSet && t.Kind != TraceShebang || t.open || c.Traced != t || c.Subst || c.Nested || c.Name == "for" || c.Name == "case" {
		return nil
	}
	p := s.places[c.id]
	if t.By != nil && (t.By.Function != c.Function || !s.reaches(t.By, p.list)) || t.By == nil && c.Function != "" {
		return nil
	}
	for _, other := range s.Commands {
		if s.places[other.id].stmt == p.stmt && hasBody(other.Redirects) {
			return nil // the end of the statement is not the end of its lines
		}
	}
	line, indent := lineStart(s.text, p.stmt.Start)
	end := p.stmt.End
	for end < len(s.text) && s.text[end] != '\n' {
		if strings.IndexByte(" \t\r;", s.text[end]) < 0 {
			return nil
		}
		end++
	}
	if indent < p.stmt.Start || asksStatus(s.text[end:]) {
		return nil
	}
	margin := s.text[line:indent]
	return []Edit{
		{Span{line, line}, margin + "{ set +x; } 2>/dev/null\n"},
		{Span{end, end}, "\n" + margin + "set -x"},
	}
}

// reaches tells whether a command that turned tracing on did so for certain before a list: in it or in one around it.
func (s *Script) reaches(by *Command, list *listing) bool {
	from := s.places[by.id]
	if !from.direct {
		return false
	}
	for l := list; l != nil; l = l.parent {
		if l == from.list {
			return true
		}
	}
	return false
}

// hasBody tells whether a here-document is among redirections.
func hasBody(list []Redirect) bool {
	return slices.ContainsFunc(list, func(r Redirect) bool { return strings.HasSuffix(r.Op, "<<") || strings.HasSuffix(r.Op, "<<-") })
}

// lineStart is where the line of an offset starts, and where its text does.
func lineStart(text string, at int) (line, first int) {
	line = strings.LastIndexByte(text[:at], '\n') + 1
	first = line
	for first < at && (text[first] == ' ' || text[first] == '\t') {
		first++
	}
	return line, first
}

// asksStatus tells whether the next line looks at the exit status of the command before it.
func asksStatus(rest string) bool {
	line, _, _ := strings.Cut(strings.TrimLeft(rest, " \t\r\n"), "\n")
	return strings.Contains(line, "$?") || strings.Contains(line, "${?}") || strings.Contains(line, "PIPESTATUS")
}
