package rules

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// hiddenText reports characters that no editor shows, and code that is spelled with escapes.
func hiddenText(p *lint.Pass) {
	text := p.File.Text
	for _, first := range [...]byte{0xE2, 0xF3} { // of those characters in UTF-8
		for from := 0; from < len(text); {
			i := strings.IndexByte(text[from:], first)
			if i < 0 {
				break
			}
			from += i
			if end := hiddenEnd(text, from); end > from {
				c, _ := utf8.DecodeRuneInString(text[from:])
				p.Report(lint.Finding{Span: syntax.Span{Start: from, End: end}, Severity: lint.Medium,
					Message: fmt.Sprintf("here stands %s (U+%04X), so that what people read is not what runs; remove it", hiddenRune(c), c)})
				from = end
				continue
			}
			from++
		}
	}
	if strings.Contains(text, `\x`) || strings.Contains(text, `\u`) || strings.Contains(text, `\U`) {
		escapedCode(p)
	}
}

// hiddenEnd is where hidden characters end that begin at an offset; the offset itself when there is none.
func hiddenEnd(text string, at int) int {
	end := at
	for end < len(text) {
		c, size := utf8.DecodeRuneInString(text[end:])
		if hiddenRune(c) == "" {
			break
		}
		end += size
	}
	if end > at && flag(text[:at]) {
		return at
	}
	return end
}

// hiddenRune says what is wrong with a character that is not shown or turns the order of others around; "" for any other.
func hiddenRune(c rune) string {
	switch {
	case c >= 0x202A && c <= 0x202E, c >= 0x2066 && c <= 0x2069:
		return "a character that turns the order of the text around"
	case c == 0x2062, c == 0x2063, c == 0x2064:
		return "a character that is not shown"
	case c >= 0xE0000 && c <= 0xE007F, c >= 0xE0100 && c <= 0xE01EF:
		return "a letter that is not shown"
	}
	return ""
}

// flag tells that a text ends in the emoji of a flag, whose region stands in letters that are not shown.
func flag(text string) bool {
	for text != "" {
		c, size := utf8.DecodeLastRuneInString(text)
		if c == 0x1F3F4 {
			return true
		}
		if c < 0xE0000 || c > 0xE007F {
			return false
		}
		text = text[:len(text)-size]
	}
	return false
}

// escapedCode reports letters of scripts, actions and inputs that are spelled with the escapes of YAML.
func escapedCode(p *lint.Pass) {
	check := func(s *syntax.Str, what string) {
		if s == nil || s.Style != syntax.DoubleQuoted {
			return
		}
		if at, n := escapedLetters(p.File.Slice(s.Span)); n > 2 {
			p.Report(lint.Finding{Span: s.Span, Related: []lint.Place{{Span: syntax.Span{Start: s.Start + at, End: s.Start + at + 1}, Message: "the first escape"}},
				Message: fmt.Sprintf("letters of %s are spelled with escapes; write `%s`", what, shorten(s.Value))})
		}
	}
	for _, step := range p.File.Steps() {
		for _, f := range [...]*syntax.Field{step.Run, step.Uses, step.Shell} {
			if f != nil {
				check(&f.Str, "`"+p.File.Slice(f.Key)+"`")
			}
		}
		if step.With == nil {
			continue
		}
		for i := range step.With.Entries {
			check(step.With.Entries[i].Value, "the input `"+step.With.Entries[i].Name.Value+"`")
		}
	}
}

// escapedLetters counts the escapes of a quoted scalar that stand for letters and digits; at is where the first one is.
func escapedLetters(text string) (at, n int) {
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		i++
		digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[text[i]]
		if digits == 0 || i+digits >= len(text) {
			continue
		}
		hex := strings.TrimLeft(text[i+1:i+1+digits], "0")
		if len(hex) == 2 && (hex[0] >= '3' && hex[0] <= '7') && (hex[0] != '3' || hex[1] <= '9') {
			if n++; n == 1 {
				at = i - 1
			}
		}
	}
	return at, n
}
