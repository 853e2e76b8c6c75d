package rules

import (
	"strings"

	"sekisho/lint/syntax"
)

// evaluatesDecoded finds where a text in Python, JavaScript, Ruby, Perl or PHP executes what it decodes: exec(base64.b64decode(…)),
// eval(atob(x)), also by a variable. It knows no more of these languages than their parentheses.
func evaluatesDecoded(text string) (at syntax.Span, ok bool) {
	if !decodesWord(text) {
		return at, false
	}
	for _, name := range [...]string{"exec", "eval", "execSync", "spawnSync", "Function", "os.system", "subprocess.run", "subprocess.call", "subprocess.Popen", "instance_eval", "compile"} {
		for from := 0; ; {
			i := strings.Index(text[from:], name+"(")
			if i < 0 {
				break
			}
			i += from
			from = i + len(name) + 1
			if i > 0 && (wordByte(text[i-1])) {
				continue
			}
			argument := text[from : from+closing(text[from:])]
			if decodesWord(argument) || assignedDecoded(text, argument) {
				return syntax.Span{Start: i, End: from + len(argument)}, true
			}
		}
	}
	return at, false
}

func decodesWord(text string) bool {
	if !containsAny(text, "decode", "hex", "atob(", "fromCharCode", "unpack(", "rot", "base64", "zlib.", "marshal.") { // parts of all of them
		return false
	}
	for _, word := range [...]string{"b64decode", "b32decode", "b85decode", "a85decode", "fromhex", "unhexlify", "atob(", "fromCharCode", "decode64", "unpack(", "base64_decode", "decode_base64", "rot13", "rot_13", "'base64')", `"base64")`, "'hex')", `"hex")`, "zlib.decompress", "marshal.loads"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// closing is the length of a text up to the parenthesis that closes what is open before it.
func closing(text string) int {
	depth := 1
	for i := range len(text) {
		switch text[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(text)
}

// assignedDecoded tells whether an argument begins with a variable to which a line assigns something decoded.
func assignedDecoded(text, argument string) bool {
	argument = strings.TrimLeft(argument, " $\n\t")
	end := 0
	for end < len(argument) && wordByte(argument[end]) {
		end++
	}
	if end == 0 {
		return false
	}
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(line, "=")
		if !ok || !decodesWord(value) {
			continue
		}
		words := strings.Fields(name)
		if len(words) > 0 && strings.TrimLeft(words[len(words)-1], "$") == argument[:end] {
			return true
		}
	}
	return false
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
