package rules

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"

	"sekisho/lint/shell"
)

// isDecoder reports a command that makes a text of something that people cannot read. One that only passes on what a program asked a
// server for is none: such answers often come so, and unverified-download tells of those.
func isDecoder(c *shell.Command) bool {
	if len(c.Words) == 0 || !decoder(c) {
		return false
	}
	for _, feed := range c.Feeds {
		switch feed.Name {
		case "curl", "wget", "gh", "kubectl", "aws", "az", "gcloud", "vault", "op", "jq", "yq":
			return false
		}
	}
	return true
}

// decoder knows the programs. Source: their manuals.
func decoder(c *shell.Command) bool {
	switch strings.ToLower(c.Name) {
	case "base64", "gbase64", "base32", "basenc":
		_, short := c.Flag('d', "--decode")
		_, mac := c.Flag('D')
		return short || mac
	case "xxd":
		_, ok := c.Flag('r', "-revert")
		return ok
	case "uudecode", "rev":
		return true
	case "openssl", "gpg", "gpg2":
		for _, w := range c.Words[1:] {
			switch w.Text {
			case "-d", "--decrypt", "--decrypt-files":
				return true
			}
		}
	case "tr":
		return rotates(c)
	case "printf", "echo":
		for _, w := range c.Words[1:] {
			if escapedBytes(w.Text) > 3 {
				return true
			}
		}
	}
	return false
}

// decrypts reports a program for secrets: a file that it decrypts is kept so for what stands in it, and may well be a script.
func decrypts(c *shell.Command) bool { return c.Name == "openssl" || strings.HasPrefix(c.Name, "gpg") }

// rotates reports tr that replaces letters by others, as in ROT13.
func rotates(c *shell.Command) bool {
	if len(c.Words) < 3 {
		return false
	}
	from, to := c.Words[len(c.Words)-2].Text, strings.ToLower(c.Words[len(c.Words)-1].Text)
	return strings.Contains(strings.ToLower(from), "a-z") && strings.Contains(to, "-z") && strings.Contains(to, "a-") && !strings.HasPrefix(to, "a-z")
}

// escapedBytes counts the escapes of a text that stand for letters and digits.
func escapedBytes(text string) (n int) {
	for i := 0; i+3 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		hex := ""
		switch {
		case text[i+1] == 'x':
			hex = text[i+2 : i+4]
		case i+5 < len(text) && text[i+1] == 'u':
			hex = text[i+4 : i+6]
		case text[i+1] == '1' && text[i+2] >= '0' && text[i+2] <= '7', text[i+1] == '0' && text[i+2] == '1':
			n++ // octal: \1xx are letters
		}
		if hex != "" && hex[0] >= '4' && hex[0] <= '7' {
			n++
		}
	}
	return n
}

// decodedRaw is what a command decodes, where the script holds it and people can read it, "" elsewhere.
func decodedRaw(s *script, seed *shell.Command) string {
	if !strings.HasSuffix(strings.ToLower(seed.Name), "base64") {
		return ""
	}
	var words []shell.Word
	for _, feed := range seed.Feeds {
		if (feed.Name == "echo" || feed.Name == "printf") && len(feed.Words) > 1 {
			words = append(words, feed.Words[len(feed.Words)-1])
		}
	}
	for _, r := range seed.Redirects {
		if strings.HasPrefix(r.Op, "<<") {
			words = append(words, r.Target)
		}
	}
	for i := range words {
		text := strings.TrimSpace(s.Resolve(words[i].Text))
		if raw, err := base64.StdEncoding.DecodeString(text); err == nil && utf8.Valid(raw) && strings.IndexFunc(string(raw), unreadable) < 0 {
			return string(raw)
		}
	}
	return ""
}

func unreadable(r rune) bool { return !unicode.IsPrint(r) && r != '\n' && r != '\t' && r != '\r' }
