package cli

import (
	"strings"
	"unicode/utf8"
)

// The styles of a page, as ANSI sequences.
const (
	styleHeading = "\x1b[1;36m"
	styleStrong  = "\x1b[1m"
	styleCode    = "\x1b[33m"
	styleDim     = "\x1b[2m"
	styleOff     = "\x1b[0m"
)

// markdown writes a page for a terminal: headings, paragraphs, lists, quotes, tables, fenced blocks, and within a line code,
// **strong** and [links](address).
func markdown(b *strings.Builder, page string, width int, color bool) {
	m := &renderer{out: b, width: width, color: color}
	fence := ""
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, " \t\r\n")
		trimmed := strings.TrimLeft(line, " ")
		switch mark := fenceMark(trimmed); {
		case fence != "" && mark != "" && strings.HasPrefix(mark, fence):
			fence = ""
		case fence != "":
			if line != "" {
				m.write("    ")
			}
			m.styled(styleDim, line)
			m.write("\n")
		case mark != "":
			m.flush()
			fence = mark
		case trimmed == "":
			m.flush()
			m.blank()
		case headingText(line) != "":
			m.flush()
			m.styled(styleHeading, headingText(line))
			m.write("\n")
		case strings.HasPrefix(trimmed, "|"):
			m.flush()
			m.inline(trimmed)
			m.write("\n")
		case item(trimmed) > 0:
			m.flush()
			m.hang = len(line) - len(trimmed) + item(trimmed)
			m.lead = line[:m.hang]
			m.add(trimmed[item(trimmed):])
		default:
			m.add(trimmed)
		}
	}
	m.flush()
}

// renderer collects the words of a paragraph and writes them in lines.
type renderer struct {
	out   *strings.Builder
	width int
	color bool
	words []string
	lead  string // in front of the first line
	hang  int    // blanks in front of the others
	empty bool   // the last line written is empty
}

func fenceMark(line string) string {
	for _, c := range []string{"`", "~"} {
		if mark := line[:len(line)-len(strings.TrimLeft(line, c))]; len(mark) >= 3 {
			return mark
		}
	}
	return ""
}

func headingText(line string) string {
	rest := strings.TrimLeft(line, "#")
	if n := len(line) - len(rest); n == 0 || n > 6 || !strings.HasPrefix(rest, " ") {
		return ""
	}
	return strings.TrimSpace(strings.TrimRight(rest, "#"))
}

// item returns the length of the list mark or quote mark at the start of a line.
func item(line string) int {
	for _, mark := range []string{"- ", "* ", "> "} {
		if strings.HasPrefix(line, mark) {
			return len(mark)
		}
	}
	digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
	if digits > 0 && digits < 4 && strings.HasPrefix(line[digits:], ". ") {
		return digits + 2
	}
	return 0
}

func (m *renderer) write(text string) {
	m.out.WriteString(text)
	m.empty = false
}

func (m *renderer) blank() {
	if !m.empty && m.out.Len() > 0 {
		m.out.WriteString("\n")
	}
	m.empty = true
}

func (m *renderer) styled(style, text string) {
	if m.color && text != "" {
		text = style + text + styleOff
	}
	m.write(text)
}

// add appends the words of a line to the paragraph; what a mark encloses is one word.
func (m *renderer) add(line string) {
	for line = strings.TrimLeft(line, " "); line != ""; line = strings.TrimLeft(line, " ") {
		end := 0
		for end < len(line) && line[end] != ' ' {
			skip := 1
			if _, rest, ok := enclosed(line[end:]); ok {
				skip = len(line) - end - len(rest)
			}
			end += skip
		}
		m.words = append(m.words, line[:end])
		line = line[end:]
	}
}

// flush writes the paragraph.
func (m *renderer) flush() {
	if len(m.words) > 0 {
		line, used := m.lead, utf8.RuneCountInString(m.lead)
		for i, word := range m.words {
			n := visible(word)
			if i > 0 && used+1+n > m.width {
				m.inline(line)
				m.write("\n")
				line, used = strings.Repeat(" ", m.hang), m.hang
			} else if i > 0 {
				line += " "
				used++
			}
			line += word
			used += n
		}
		m.inline(line)
		m.write("\n")
	}
	m.words, m.lead, m.hang = nil, "", 0
}

// visible returns the columns that a word takes.
func visible(word string) int {
	var b strings.Builder
	(&renderer{out: &b}).inline(word)
	return utf8.RuneCountInString(b.String())
}

// inline writes a line with its marks turned into styles.
func (m *renderer) inline(line string) {
	for line != "" {
		i := strings.IndexAny(line, "`*[")
		if i < 0 {
			break
		}
		m.write(line[:i])
		line = line[i:]
		switch inner, rest, ok := enclosed(line); {
		case !ok:
			m.write(line[:1])
			line = line[1:]
		case line[0] == '`':
			m.styled(styleCode, inner)
			line = rest
		case line[0] == '*':
			m.styled(styleStrong, inner)
			line = rest
		default:
			m.write(inner)
			line = rest
		}
	}
	m.write(line)
}

// enclosed splits off what the mark at the start of a line encloses. A link becomes its text with the address behind.
func enclosed(line string) (inner, rest string, ok bool) {
	switch {
	case line[0] == '`':
		inner, rest, ok = strings.Cut(line[1:], "`")
	case strings.HasPrefix(line, "**"):
		inner, rest, ok = strings.Cut(line[2:], "**")
	case line[0] == '[':
		text, after, found := strings.Cut(line[1:], "](")
		address, tail, closed := strings.Cut(after, ")")
		if found && closed && !strings.ContainsAny(text, "[]") {
			return text + " (" + address + ")", tail, true
		}
	}
	return inner, rest, ok
}
