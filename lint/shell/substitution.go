package shell

import "strings"

// Output is the file that the standard output of a command goes to by a redirection of its own, or of a group around it that no
// pipe stands before; false when it goes on.
func (c *Command) Output() (*Word, bool) {
	own := *c
	if c.PipeTo != nil || c.Subst {
		own.Group = nil
	}
	return written(&own)
}

// Source is the text of the script.
func (s *Script) Source() string { return s.text }

// Substitution is the stretch of a word that a command substitution takes, and the commands whose output takes its place.
type Substitution struct {
	Span
	Quoted   bool
	Commands []*Command
}

// Substitutions are those of a word, in the order of the text.
func (s *Script) Substitutions(w *Word) []Substitution {
	var out []Substitution
	end := w.Start
	for _, c := range w.From {
		if n := len(out); n > 0 && c.Start < out[n-1].End {
			out[n-1].Commands = append(out[n-1].Commands, c)
			continue
		}
		if c.Start < end || c.Start >= len(s.text) || c.End > len(s.text) {
			continue
		}
		sub := Substitution{Span: Span{c.Start, c.End}, Quoted: inQuotes(s.text[w.Start:c.Start]), Commands: []*Command{c}}
		inner := c.Start
		for _, opening := range [...]string{"$(", "`", "<(", "("} {
			if at := strings.LastIndex(s.text[end:c.Start], opening); at >= 0 {
				sub.Start = end + at
				inner = sub.Start + len(opening)
				break
			}
		}
		closing := byte(')')
		if s.text[sub.Start] == '`' {
			closing = '`'
		}
		sub.End = closes(s.text, inner, min(max(w.End, c.End), len(s.text)), closing)
		end = sub.End
		out = append(out, sub)
	}
	return out
}

// inQuotes tells whether a text ends within double quotes.
func inQuotes(text string) bool {
	quoted, single := false, false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			quoted = quoted != !single
		case '\'':
			single = single != !quoted
		}
	}
	return quoted
}

// closes returns where a substitution ends whose inside begins at start: behind the bracket that closes it, at most at end.
func closes(text string, start, end int, closing byte) int {
	open := 0
	var quote byte
	for i := start; i < end; i++ {
		b := text[i]
		switch {
		case b == '\\' && quote != '\'':
			i++
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == closing && open == 0:
			return i + 1
		case b == '(':
			open++
		case b == ')':
			open--
		}
	}
	return end
}

// Names answers what Script.Path and Script.Resolve do, and keeps what it found out between its answers.
type Names struct{ n namer }

// Names is for scripts that are asked often.
func (s *Script) Names() *Names { return &Names{namer{s: s}} }

// Path is Script.Path.
func (n *Names) Path(c *Command, text string) string { return n.n.path(c, text) }

// Resolve is Script.Resolve.
func (n *Names) Resolve(text string) string { return n.n.whole(text) }
