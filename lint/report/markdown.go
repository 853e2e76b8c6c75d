package report

import (
	"strconv"
	"strings"
)

// maxText is how many UTF-16 code units of one text are shown.
const maxText = 2000

// markdown returns text for the middle of a line of GitHub's Markdown, a cell of a table or HTML: what is written between
// backticks becomes code, and nothing else in it means anything. Character references serve in all of these places alike,
// where a backslash means one thing in text, another in code and a third one in a table.
func markdown(text string) string {
	text = cut(visible(text), maxText)
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "`")
		code, after, closed := strings.Cut(rest, "`")
		if !ok || !closed {
			reference(&b, text)
			return b.String()
		}
		reference(&b, before)
		if code != "" {
			b.WriteString("<code>")
			reference(&b, code)
			b.WriteString("</code>")
		}
		text = after
	}
}

// inCode is markdown for what is code as a whole.
func inCode(text string) string {
	var b strings.Builder
	b.WriteString("<code>")
	reference(&b, cut(visible(text), maxText))
	b.WriteString("</code>")
	return b.String()
}

// reference writes visible text with a character reference in the place of all that means something to Markdown or HTML.
func reference(b *strings.Builder, text string) {
	from := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '@':
			// Addresses of mail and mentions are looked for in what references stand for; they end at a tag.
			b.WriteString(text[from : i+1])
			b.WriteString("<wbr>")
		case strings.IndexByte("&<>\\`*~[]|$", c) >= 0, c == '_' && !within(text, i), linking(text, i):
			b.WriteString(text[from:i])
			b.WriteString("&#")
			b.WriteString(strconv.Itoa(int(c)))
			b.WriteString(";")
		default:
			continue
		}
		from = i + 1
	}
	b.WriteString(text[from:])
}

// within reports that what stands at i is the middle of a word, where an underscore emphasizes nothing.
func within(text string, i int) bool {
	return i > 0 && i+1 < len(text) && alphanumeric(text[i-1]) && alphanumeric(text[i+1])
}

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// linking reports the character without which a piece of text is no address that GitHub turns into a link: the colon of
// http://, the stop of www.
func linking(text string, i int) bool {
	switch text[i] {
	case ':':
		return strings.HasPrefix(text[i+1:], "/")
	case '.':
		return i >= 3 && strings.EqualFold(text[i-3:i], "www")
	}
	return false
}

// address returns a URL without anything that could end it or mean something else; what is escaped already stays.
func address(url string) string {
	var b strings.Builder
	for i := 0; i < len(url); i++ {
		c := url[i]
		if alphanumeric(c) || strings.IndexByte("-._~:/%", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hexUpper[c>>4], hexUpper[c&15]})
	}
	return b.String()
}
