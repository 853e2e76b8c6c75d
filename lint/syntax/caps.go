package syntax

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Caps bound what one file may cost. A file beyond them is not checked and says so.
const (
	MaxFileSize   = 1 << 20 // bytes
	MaxDepth      = 100     // nested collections
	MaxExpansions = 20_000  // nodes reached through aliases
	MaxKeys       = 1000    // jobs of a workflow, and keys of one env, with or the like; those behind are not checked, and the file says so
)

const maxControls = 10 // control characters reported in one file

// screen checks what can be said of a file before it is parsed. It returns the text to parse, of the same length as the
// file's but with a stand-in for each character that YAML does not allow; ok is false when the file is not to be parsed.
func screen(src *Source) (clean string, errs []Error, ok bool) {
	text := src.Text
	if len(text) > MaxFileSize {
		message := fmt.Sprintf("file has %d bytes and is not checked above %d; make it smaller", len(text), MaxFileSize)
		return "", []Error{{Message: message}}, false
	}
	if src.plain {
		return text, nil, true
	}
	if name := wideEncoding(text); name != "" {
		return "", []Error{{Span: Span{End: min(2, len(text))}, Message: "file is encoded in " + name + "; save it as UTF-8"}}, false
	}
	i := 0
	if strings.HasPrefix(text, byteOrderMark) {
		i = len(byteOrderMark)
	}
	s := screener{text: text}
	for i = nextUnusual(text, i); i < len(text); i = nextUnusual(text, i) {
		i += s.char(i)
	}
	if s.clean == nil {
		return text, nil, true
	}
	return string(s.clean), s.errs, true
}

// wideEncoding names the encoding of a text that is not UTF-8 but one of its wider relatives.
func wideEncoding(text string) string {
	head := text[:min(len(text), 4)]
	switch {
	case head == "\xff\xfe\x00\x00" || head == "\x00\x00\xfe\xff":
		return "UTF-32"
	case strings.HasPrefix(head, "\xff\xfe") || strings.HasPrefix(head, "\xfe\xff"):
		return "UTF-16"
	case len(head) == 4 && (head[:3] == "\x00\x00\x00" && head[3] != 0 || head[1:] == "\x00\x00\x00" && head[0] != 0):
		return "UTF-32"
	case len(head) == 4 && (head[0] == 0) != (head[1] == 0) && (head[0] == 0) == (head[2] == 0) && (head[1] == 0) == (head[3] == 0):
		return "UTF-16"
	}
	return ""
}

// screener replaces characters in a copy of a text.
type screener struct {
	text     string
	clean    []byte // nil until something is replaced
	errs     []Error
	invalid  bool // a byte that is no UTF-8 has been reported
	controls int
}

// char looks at the unusual character at offset i and returns its length.
func (s *screener) char(i int) int {
	r, w := utf8.DecodeRuneInString(s.text[i:])
	switch {
	case r == utf8.RuneError && w == 1:
		if !s.invalid {
			s.fault(i, 1, fmt.Sprintf("byte 0x%02x is not valid UTF-8; save the file as UTF-8", s.text[i]))
			s.invalid = true
		}
		s.replace(i, "_")
	case r == '\ufeff':
		// yaml.v3 skips a character too many around a byte order mark; its stand-in is as invisible.
		if breakEnds(s.text, i-1) || s.text[:i] == byteOrderMark {
			s.fault(i, w, "a byte order mark stands inside the file; remove it")
		}
		s.replace(i, "\u2060")
	case r < ' ' || r >= 0x7f && r < 0xa0 && r != 0x85 || r == 0xfffe || r == 0xffff:
		if s.controls < maxControls {
			s.fault(i, w, fmt.Sprintf("control character U+%04X is not allowed; remove it", r))
		}
		s.controls++
		s.replace(i, "___"[:w])
	}
	return w
}

func (s *screener) fault(i, w int, message string) {
	s.errs = append(s.errs, Error{Span: Span{Start: i, End: i + w}, Message: message})
}

func (s *screener) replace(i int, with string) {
	if s.clean == nil {
		s.clean = []byte(s.text)
	}
	copy(s.clean[i:], with)
}
