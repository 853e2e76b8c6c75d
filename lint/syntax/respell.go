package syntax

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ReplaceScalar returns the edit that makes value the value of s. The quoting stays if it can spell the value;
// otherwise the value is quoted as needed. Text stays text: a value that YAML would read as something else is quoted, unless
// s was no text before or held an expression.
func (f *File) ReplaceScalar(s *Str, value string) []Edit {
	if value == s.Value && s.Len() > 0 {
		return nil
	}
	text := ""
	switch s.Style {
	case Literal, Folded:
		var ok bool
		if text, ok = f.block(s, value); !ok {
			text = doubleQuoted(value)
		}
	case SingleQuoted:
		text = singleOrDouble(value)
	case DoubleQuoted:
		text = doubleQuoted(value)
	default:
		free := s.Tag != TagString || strings.Contains(s.Value, "${{")
		text = plainOrQuotedAs(value, f.inFlow(s.Span), free)
	}
	if s.Len() == 0 && s.Start > 0 && !isBlank(f.Text[s.Start-1]) {
		text = " " + text
	}
	return []Edit{{s.Span, text}}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// inFlow reports whether span lies within a flow collection.
func (f *File) inFlow(span Span) bool {
	n := f.Root
	for n != nil && n.Kind != Scalar && n.Kind != Alias {
		if n.Style == Flow {
			return true
		}
		var next *Node
		for _, item := range n.Items {
			if item.Contains(span) {
				next = item
			}
		}
		for _, p := range n.Pairs {
			if p.Value.Contains(span) {
				next = p.Value
			}
		}
		n = next
	}
	return false
}

// block spells value as a block scalar that is indented like s.
func (f *File) block(s *Str, value string) (string, bool) {
	indent, ok := f.blockColumn(s)
	body := strings.TrimSuffix(value, "\n")
	if !ok || body == "" || strings.HasSuffix(body, "\n") || body[0] == ' ' || body[0] == '\n' || !printable(body) {
		return "", false
	}
	head := "|"
	if s.Style == Folded && !strings.Contains(body, "\n") {
		head = ">"
	}
	if !strings.HasSuffix(value, "\n") {
		head += "-"
	}
	old := f.Text[s.Start:f.lineEnd(s.Start)]
	if i := strings.IndexAny(old, " \t"); i >= 0 {
		head += strings.TrimRight(old[i:], " \t") // a comment
	}
	var b strings.Builder
	b.WriteString(head)
	for line := range strings.SplitSeq(body, "\n") {
		b.WriteString(f.eol())
		if line != "" {
			b.WriteString(strings.Repeat(" ", indent))
			b.WriteString(line)
		}
	}
	if s.End == len(f.Text) && strings.HasSuffix(value, "\n") {
		b.WriteString(f.eol())
	}
	return b.String(), true
}

// blockColumn returns the indentation of the lines of a block scalar.
func (f *File) blockColumn(s *Str) (int, bool) {
	at := f.afterBreak(f.lineEnd(s.Start))
	indent := 0
	for at < s.End {
		line := f.Text[at:f.lineEnd(at)]
		if text := strings.TrimLeft(line, " "); text != "" {
			indent = len(line) - len(text)
			break
		}
		at = f.afterBreak(at + len(line))
	}
	// Leading blanks of the first line belong to the value only when the header gives the indentation.
	return indent, indent > 0 && !strings.ContainsAny(strings.SplitN(f.Text[s.Start:f.lineEnd(s.Start)], "#", 2)[0], "123456789")
}

func printable(s string) bool {
	for _, r := range s {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) || r == utf8.RuneError {
			return false
		}
	}
	return true
}

func plainOrQuoted(value string, flow bool) string { return plainOrQuotedAs(value, flow, false) }

// plainOrQuotedAs spells value plainly if YAML then reads it back; free allows what it would read as no text.
func plainOrQuotedAs(value string, flow, free bool) string {
	if isPlain(value, flow) && (free || isText(value)) {
		return value
	}
	return singleOrDouble(value)
}

func singleOrDouble(value string) string {
	if strings.ContainsAny(value, "\n\t") || !printable(value) {
		return doubleQuoted(value)
	}
	return "'" + strings.ReplaceAll(value, "'", "''") + "'"
}

func doubleQuoted(value string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range value {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case unicode.IsPrint(r) && r != 0xFEFF:
			b.WriteRune(r)
		case r <= 0xFF:
			fmt.Fprintf(&b, `\x%02X`, r)
		case r <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// isPlain reports whether value can stand without quotes.
func isPlain(value string, flow bool) bool {
	if value == "" || value != strings.TrimSpace(value) || strings.ContainsAny(value, "\n\t") || !printable(value) {
		return false
	}
	switch value[0] {
	case ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`':
		return false
	case '-', '?', ':':
		if len(value) == 1 || value[1] == ' ' || flow {
			return false
		}
	}
	if strings.HasPrefix(value, "---") || strings.HasPrefix(value, "...") {
		return false
	}
	if flow && (strings.ContainsAny(value, ",[]{}?") || strings.Contains(value, "://") && strings.Contains(value, ",")) {
		return false
	}
	return !strings.Contains(value, ": ") && !strings.HasSuffix(value, ":") && !strings.Contains(value, " #")
}

// isText reports whether YAML, old or new, reads a plain value as text.
func isText(value string) bool {
	switch strings.ToLower(value) {
	case "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "<<", "=", ".inf", "-.inf", "+.inf", ".nan":
		return false
	}
	if c := value[0]; c != '+' && c != '-' && c != '.' && (c < '0' || '9' < c) {
		return true
	}
	bare := strings.ReplaceAll(value, "_", "")
	if _, err := strconv.ParseFloat(bare, 64); err == nil {
		return false
	}
	if _, err := strconv.ParseInt(bare, 0, 64); err == nil {
		return false
	}
	return strings.Trim(value, "0123456789:-+.TtZz ") != "" // a date, a time or a number in base 60
}

// Spell returns a text as YAML on one line, plain where that is read back as the same text and quoted elsewhere. flow: it
// stands in a list or mapping with brackets.
func Spell(value string, flow bool) string { return plainOrQuoted(value, flow) }
