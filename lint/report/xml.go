package report

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// markup writes XML 1.0. Its texts hold neither raw control or hidden characters nor what a runner would obey: none stands at
// the start of a line, so that only ##[ needs care.
type markup struct{ *printer }

// declaration writes what stands in front of the root element.
func (m *markup) declaration() {
	m.put(`<?xml version="1.0" encoding="UTF-8"?>`)
	m.newline()
}

// attribute writes a name and a value, with the blank in front.
func (m *markup) attribute(name, value string) {
	m.name(name)
	m.chars(value)
	m.put(`"`)
}

func (m *markup) number(name string, n int) {
	m.name(name)
	m.buf = strconv.AppendInt(m.buf, int64(n), 10)
	m.put(`"`)
}

func (m *markup) name(name string) {
	m.put(" ")
	m.put(name)
	m.put(`="`)
}

// chars writes the text of an attribute or an element.
func (m *markup) chars(s string) {
	hashes, from := 0, 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !m.asIs(r, size, hashes) {
			m.put(s[from:i])
			m.instead(r, s[i])
			from = i + size
		}
		switch {
		case r == '#':
			hashes++
		case !unicode.IsMark(r):
			hashes = 0
		}
		i += size
	}
	m.put(s[from:])
}

// asIs tells whether a character of so many bytes, behind so many number signs, is written as it is.
func (markup) asIs(r rune, size, hashes int) bool {
	switch {
	case r == utf8.RuneError:
		return size > 1
	case r < ' ', r == '&', r == '<', r == '>', r == '"', r == 0x7f:
		return false
	case r == '[':
		return hashes < 2
	}
	return r < utf8.RuneSelf || !hidden(r, 0)
}

// instead writes what stands for a character: a reference, which a reader turns back, or where XML cannot hold the character at
// all what the text format shows. first is its first byte.
func (m *markup) instead(r rune, first byte) {
	switch {
	case r == '&':
		m.put("&amp;")
	case r == '<':
		m.put("&lt;")
	case r == '>':
		m.put("&gt;")
	case r == '"':
		m.put("&quot;")
	case r == utf8.RuneError, r < ' ' && r != '\t' && r != '\n' && r != '\r':
		m.hex(first)
	case r == 0xfffe || r == 0xffff:
		m.put("&lt;U+FFF")
		m.buf = append(m.buf, hexUpper[r&15])
		m.put("&gt;")
	default:
		m.put("&#")
		m.buf = strconv.AppendInt(m.buf, int64(r), 10)
		m.put(";")
	}
}
