package report

import (
	"io"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// printer collects output and writes it in large pieces. Text that may come from a file goes through text, which keeps
// two kinds of harm out: characters that drive a terminal, and lines that a GitHub runner takes for workflow commands,
// which are those with :: after leading blanks, and those with ##[ anywhere (actions/runner, ActionCommand.cs).
type printer struct {
	w   io.Writer
	buf []byte
	err error

	hashes int  // number signs at the end of the current line
	inked  bool // the current line holds more than blanks
	last   rune // what text wrote last
}

// pieceSize is the number of bytes after which the buffer is written out.
const pieceSize = 64 << 10

func newPrinter(w io.Writer) *printer { return &printer{w: w, buf: make([]byte, 0, pieceSize+8<<10)} }

// flush writes out what is left and returns the first error.
func (p *printer) flush() error {
	if p.err == nil && len(p.buf) > 0 {
		_, p.err = p.w.Write(p.buf)
	}
	p.buf = p.buf[:0]
	return p.err
}

// newline ends the line.
func (p *printer) newline() {
	p.buf = append(p.buf, '\n')
	p.hashes, p.inked, p.last = 0, false, 0
	if len(p.buf) >= pieceSize {
		p.flush()
	}
}

// raw appends s as it is; it has no control characters, number signs or leading colons.
func (p *printer) raw(s string) {
	p.buf = append(p.buf, s...)
	for i := 0; i < len(s) && !p.inked; i++ {
		p.inked = s[i] != ' '
	}
	if s != "" {
		p.hashes, p.last = 0, 0
	}
}

// put appends s as it is, in formats that escape their texts themselves.
func (p *printer) put(s string) { p.buf = append(p.buf, s...) }

// escape appends s, which colours what follows and takes no room.
func (p *printer) escape(s string) { p.buf = append(p.buf, s...) }

func (p *printer) int(n int) {
	p.buf = strconv.AppendInt(p.buf, int64(n), 10)
	p.inked, p.hashes, p.last = true, 0, 0
}

func (p *printer) spaces(n int) { p.repeat(' ', n) }

func (p *printer) repeat(c byte, n int) {
	if n <= 0 {
		return
	}
	for range n {
		p.buf = append(p.buf, c)
	}
	p.inked = p.inked || c != ' '
	p.hashes, p.last = 0, 0
}

// text appends s with everything harmful made visible.
func (p *printer) text(s string) {
	for i := 0; i < len(s); {
		if n := plain(s[i:]); n > 0 {
			p.raw(s[i : i+n])
			p.last = rune(s[i+n-1])
			i += n
			continue
		}
		if c := s[i]; c < utf8.RuneSelf {
			p.ascii(c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			p.hex(s[i])
		case hidden(r, p.last):
			p.codepoint(r)
		default:
			p.buf = append(p.buf, s[i:i+size]...)
			// The runner may compare texts by the rules of a language, where marks do not count.
			if !unicode.IsMark(r) {
				p.inked = p.inked || !unicode.IsSpace(r)
				p.hashes = 0
			}
			p.last = r
		}
		i += size
	}
}

// visible returns s with everything harmful made visible, for the middle of a line.
func visible(s string) string {
	if plain(s) == len(s) {
		return s
	}
	p := printer{inked: true}
	p.text(s)
	return string(p.buf)
}

// plain returns how many bytes at the start of s can be printed without a look at what stands around them.
func plain(s string) int {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '#' || c == '[' || c == ':' {
			return i
		}
	}
	return len(s)
}

// ascii appends one byte that is not plain.
func (p *printer) ascii(c byte) {
	switch {
	case c == '\n':
		p.raw(`\n`)
		return
	case c == '\r':
		p.raw(`\r`)
		return
	case c == '\t':
		p.raw(`\t`)
		return
	case c < ' ', c == 0x7f, c == ':' && !p.inked:
		p.hex(c)
		return
	case c == '[' && p.hashes >= 2:
		p.buf = append(p.buf, '\\')
	}
	p.buf = append(p.buf, c)
	p.inked, p.last = true, rune(c)
	if c == '#' {
		p.hashes++
	} else {
		p.hashes = 0
	}
}

const (
	hexDigits = "0123456789abcdef"
	hexUpper  = "0123456789ABCDEF"
)

// hex appends a byte as \x1b.
func (p *printer) hex(c byte) {
	p.buf = append(p.buf, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
	p.inked, p.hashes, p.last = true, 0, 0
}

// codepoint appends a character as <U+202E>.
func (p *printer) codepoint(r rune) {
	p.buf = append(p.buf, "<U+"...)
	for shift := 20; shift >= 0; shift -= 4 {
		if r>>shift != 0 || shift < 16 {
			p.buf = append(p.buf, hexUpper[r>>shift&15])
		}
	}
	p.buf = append(p.buf, '>')
	p.inked, p.hashes, p.last = true, 0, 0
}
