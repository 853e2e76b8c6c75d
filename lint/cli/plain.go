package cli

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain makes text that may come from a file or its name harmless to a terminal and to a GitHub runner: what cannot be seen
// is written out, and :: at the start of the text and ##[ anywhere no longer stand for a command.
func plain(text string) string {
	var b strings.Builder
	hashes, inked := 0, false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		mark := unicode.IsMark(r)
		switch {
		case r == utf8.RuneError && size == 1, r < ' ', r == 0x7f, r == ':' && !inked:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case !unicode.IsGraphic(r) || unicode.Is(unicode.Variation_Selector, r):
			fmt.Fprintf(&b, "<U+%04X>", r)
		case r == '[' && hashes >= 2:
			b.WriteString(`\[`)
		default:
			b.WriteString(text[i : i+size])
		}
		// The runner may compare texts by the rules of a language, where marks do not count.
		switch {
		case r == '#':
			hashes++
		case !mark:
			hashes = 0
		}
		inked = inked || !mark && !unicode.IsSpace(r)
		i += size
	}
	return b.String()
}
