package syntax

import "strings"

// breakAt returns the bytes of the line end at text[i:], 0 when there is none. YAML 1.1 counts NEL, LS and PS too.
func breakAt(text string, i int) int {
	if i >= len(text) {
		return 0
	}
	switch text[i] {
	case '\n':
		return 1
	case '\r':
		if i+1 < len(text) && text[i+1] == '\n' {
			return 2
		}
		return 1
	case 0xc2:
		if i+1 < len(text) && text[i+1] == 0x85 {
			return 2
		}
	case 0xe2:
		if i+2 < len(text) && text[i+1] == 0x80 && (text[i+2] == 0xa8 || text[i+2] == 0xa9) {
			return 3
		}
	}
	return 0
}

// breakLen returns the bytes that the line end at text[i:] leaves in a value: LS and PS stay, the others become LF.
func breakLen(text string, i int) int {
	if i < len(text) && text[i] == 0xe2 {
		return 3
	}
	return 1
}

func isBreakRune(r rune) bool {
	return r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// oddBreaks reports whether text holds a line end that only YAML 1.1 knows.
func oddBreaks(text string) bool {
	return strings.Contains(text, "\u0085") || strings.Contains(text, "\u2028") || strings.Contains(text, "\u2029")
}

// yamlLines is lineStarts with the line ends of YAML 1.1.
func yamlLines(text string) []int32 {
	start := 0
	if strings.HasPrefix(text, byteOrderMark) {
		start = len(byteOrderMark)
	}
	lines := []int32{int32(start)}
	for i := start; i < len(text); {
		w := breakAt(text, i)
		if w > 0 {
			lines = append(lines, int32(i+w))
		}
		i += max(w, 1)
	}
	return lines
}

// lineEnd returns the offset of the first line end at or behind i.
func lineEnd(text string, i int) int {
	for i < len(text) && breakAt(text, i) == 0 {
		i++
	}
	return i
}

// skipSpace returns the offset of the first byte at or behind i that is neither blank nor line end.
func skipSpace(text string, i int) int {
	for i < len(text) {
		switch c := text[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c < 0x80:
			return i
		default:
			w := breakAt(text, i)
			if w == 0 {
				return i
			}
			i += w
		}
	}
	return i
}

// skipGap is skipSpace that passes comments too.
func skipGap(text string, i int) int {
	for {
		i = skipSpace(text, i)
		if i >= len(text) || text[i] != '#' {
			return i
		}
		i = lineEnd(text, i)
	}
}

func hasBreak(text string, from, to int) bool {
	for ; from < to; from++ {
		if breakAt(text, from) > 0 {
			return true
		}
	}
	return false
}

// skipProperty returns the offset behind the anchor or tag at text[i:].
func skipProperty(text string, i int) int {
	anchor := text[i] == '&'
	for i++; i < len(text); i++ {
		c := text[i]
		if anchor && !isWord(c) || c == ' ' || c == '\t' || breakAt(text, i) > 0 {
			break
		}
	}
	return i
}

// isWord reports whether c may stand in the name of an anchor.
func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_' || c == '-'
}

// skipWord returns the offset behind the letters, digits, _ and - at text[i:].
func skipWord(text string, i int) int {
	for i < len(text) && isWord(text[i]) {
		i++
	}
	return i
}

// singleEnd returns the offset behind the single-quoted scalar at text[i:].
func singleEnd(text string, i int) int {
	for i++; i < len(text); i++ {
		n := strings.IndexByte(text[i:], '\'')
		if n < 0 {
			break
		}
		i += n + 1
		if i >= len(text) || text[i] != '\'' {
			return i
		}
	}
	return len(text)
}

// doubleEnd returns the offset behind the double-quoted scalar at text[i:].
func doubleEnd(text string, i int) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return len(text)
}

// blockHead returns the offset behind the header of the block scalar at text[i:]: its indicators.
func blockHead(text string, i int) int {
	i++
	for i < len(text) && (text[i] == '+' || text[i] == '-' || text[i] >= '0' && text[i] <= '9') {
		i++
	}
	return i
}

// blockBody returns the offset of the first line of the block scalar at text[i:].
func blockBody(text string, i int) int {
	i = lineEnd(text, i)
	return i + breakAt(text, i)
}

// blockIndent returns the blanks that stand before each line of the block scalar whose lines start at body, 0 when it has
// no text. The value tells: an indentation may be given in the header, relative to a parent that is not known here.
func blockIndent(text string, body int, value string) int {
	v := 0
	for w := breakAt(value, v); w > 0; w = breakAt(value, v) {
		v += w
		body = lineEnd(text, body)
		body += breakAt(text, body)
	}
	if v == len(value) {
		return 0
	}
	return max(spaces(text, body)-spaces(value, v), 0)
}

// blockLine returns the offset at which the text of the line at text[at:] starts, or its line end when it is empty, and
// whether it has text at all.
func blockLine(text string, at, indent int) (int, bool) {
	n := spaces(text, at)
	if indent > 0 && n >= indent {
		at += indent
		return at, at < len(text) && breakAt(text, at) == 0
	}
	return at + n, false
}

// blockEnd returns the offset behind the last line of text of the block scalar at text[start:].
func blockEnd(text string, start int, value string) int {
	end := blockHead(text, start)
	body := blockBody(text, start)
	indent := blockIndent(text, body, value)
	for at := body; at < len(text); {
		content, isText := blockLine(text, at, indent)
		at = content
		if isText {
			end = lineEnd(text, content)
			at = end
		}
		w := breakAt(text, at)
		if w == 0 {
			break
		}
		at += w
	}
	return end
}

func spaces(text string, i int) int {
	n := 0
	for i+n < len(text) && text[i+n] == ' ' {
		n++
	}
	return n
}

func skipBlank(text string, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	return i
}
