package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/shell"
)

// mayBeParted finds quotes or backslashes among letters: c""url, w"g"et, b\a\sh.
func mayBeParted(text string) bool {
	for _, c := range [...]byte{'"', '\'', '\\'} {
		for from := 1; from < len(text); from++ {
			i := strings.IndexByte(text[from:], c)
			if i < 0 {
				break
			}
			from += i
			if !wordByte(text[from-1]) {
				continue
			}
			for j := from + 1; j < min(from+4, len(text)-1) && (text[j] == c || wordByte(text[j])); j++ {
				if text[j] == c && wordByte(text[j+1]) {
					return true
				}
			}
		}
	}
	return false
}

// splitName reports a command whose name is put together of parts, or whose words are: c”url, $'\x63url', cat${IFS}x.
func splitName(s *script, c *shell.Command) (f lint.Finding, ok bool) {
	if len(c.Words) == 0 || c.Nested || s.outer != nil || s.Dialect != shell.Bash && s.Dialect != shell.POSIX {
		return f, false
	}
	text := s.step.Run.Value
	if s.run != nil {
		text = s.run.Source.Text
	}
	w := &c.Words[0]
	if w.End > len(text) || w.Start >= w.End {
		return f, false
	}
	raw := text[w.Start:w.End]
	if !parted(raw) && !strings.Contains(raw, "${IFS}") && !strings.Contains(raw, "$IFS$") {
		return f, false
	}
	return finding(s, c, fmt.Sprintf("the command `%s` is spelled in parts, so that a search does not find what runs; write it as it is", shorten(raw))), true
}

// parted tells whether quotes stand within the letters of a word without a need, or its letters are escapes.
func parted(raw string) bool {
	if strings.HasPrefix(raw, "$'") {
		return escapedBytes(raw) > 1
	}
	letters, quotes := 0, 0
	for i := range len(raw) {
		c := raw[i]
		switch {
		case c == '\'' || c == '"' || c == '\\':
			if i > 0 && i+1 < len(raw) {
				quotes++
			}
		case c == '_' || c == '-' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z':
			letters++
		default:
			return false
		}
	}
	return quotes > 1 && letters > 1 && raw[0] != '"' && raw[0] != '\'' && raw[0] != '\\'
}
