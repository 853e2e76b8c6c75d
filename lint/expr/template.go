package expr

import (
	"strconv"
	"strings"
)

// piece is the next part of a format() template: literal text and then at most one placeholder.
type piece struct {
	literal int    // bytes of text to copy; the first brace of an escaped pair is one of them
	arg     int    // index of the argument to insert; -1: none
	size    int    // bytes of the template that the piece takes
	fault   string // what is wrong at template[literal:size]; "" when nothing
}

// nextPiece cuts a template that is not empty. Braces are doubled to stand for themselves.
func nextPiece(s string) piece {
	i := strings.IndexAny(s, "{}")
	if i < 0 {
		return piece{literal: len(s), arg: -1, size: len(s)}
	}
	if i+1 < len(s) && s[i+1] == s[i] {
		return piece{literal: i + 1, arg: -1, size: i + 2}
	}
	if s[i] == '}' {
		return piece{literal: i, arg: -1, size: i + 1, fault: "single } in a format() template; write }} for a brace"}
	}
	n := digits(s, i+1)
	end := i + 1 + n
	if n == 0 || end >= len(s) || s[end] != '}' {
		if j := strings.IndexAny(s[i+1:], "{}"); j >= 0 && s[i+1+j] == '}' {
			end = i + 1 + j + 1
		} else {
			end = i + 1
		}
		return piece{
			literal: i, arg: -1, size: end,
			fault: quote(s[i:end]) + " is no placeholder of a format() template; write {0}, or {{ for a brace",
		}
	}
	arg, err := strconv.ParseUint(s[i+1:end], 10, 8) // the runner reads a byte
	if err != nil {
		return piece{literal: i, arg: -1, size: end + 1, fault: "placeholder " + quote(s[i:end+1]) + " of a format() template is too large; 254 is the last"}
	}
	return piece{literal: i, arg: int(arg), size: end + 1}
}
