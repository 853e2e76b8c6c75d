package lint

import (
	"strings"
	"unicode/utf8"

	"sekisho/lint/syntax"
)

// hide replaces what findings hide in the texts that reports quote. Every offset, line and column stays what it is.
func hide(out *Result) {
	spans := map[string][]syntax.Span{}
	for i := range out.Findings {
		f := &out.Findings[i]
		for _, p := range f.Hidden {
			path := p.Path
			if path == "" {
				path = f.Path
			}
			spans[path] = append(spans[path], p.Span)
		}
	}
	for path, list := range spans {
		if src := out.Sources[path]; src != nil {
			out.Sources[path] = syntax.NewSource(path, hidden(src.Text, list))
		}
	}
}

// stars stand for characters of one to four bytes.
var stars = [...]string{"", "*", "\u00b7", "\u2022", "\U0001f512"}

// hidden returns a text in which spans are replaced, character by character, but for line ends and blanks.
func hidden(text string, spans []syntax.Span) string {
	out := []byte(text)
	for _, s := range spans {
		for at := max(s.Start, 0); at < min(s.End, len(text)); {
			_, size := utf8.DecodeRuneInString(text[at:])
			if !strings.ContainsAny(text[at:at+1], " \t\r\n") {
				copy(out[at:], stars[size])
			}
			at += size
		}
	}
	return string(out)
}
