package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed argsecrets.tsv
var argSecretText string

var argSecretTable = lazy(&argSecretText, 4)

// SecretArgs calls f with the index of each word of a command that by the program's manual may hold a credential, and how to give that
// instead.
func SecretArgs(words []string, f func(word int, instead string)) {
	if len(words) < 2 || len(words) > maxWords {
		return
	}
	skipped := 0
	for range maxWrappers {
		p := programOf(words[0])
		p.secretArgs(words, func(i int, instead string) { f(skipped+i, instead) })
		inner := unwrap(p.name, words)
		if len(inner) < 2 {
			return
		}
		skipped += len(words) - len(inner)
		words = inner
	}
}

func (p program) secretArgs(words []string, f func(word int, instead string)) {
	if !argSecretTable().has(p.name) {
		return
	}
	a := parseArgs(words[1:], p.valued)
	argSecretTable().each(p.name, func(row []string) bool {
		if _, _, ok := a.sub(row[1]); !ok {
			return true
		}
		for i := 1; i < len(words); i++ {
			if takesSecret(row[2], words[i-1], words[i], i > 1) {
				f(i, row[3])
			}
		}
		return true
	})
}

// takesSecret tells whether a word is the value of one of some options, also where it is joined to it.
func takesSecret(options, before, word string, follows bool) bool {
	for options != "" {
		var option string
		option, options, _ = strings.Cut(options, " ")
		switch last := option[len(option)-1]; {
		case option == "@":
			if !strings.HasPrefix(word, "-") {
				return true
			}
		case last == '=' || last == ':':
			if strings.HasPrefix(word, option) {
				return true
			}
		case follows && before == option, strings.HasPrefix(word, option+"="):
			return true
		case len(option) == 2 && strings.HasPrefix(word, option) && len(word) > 2:
			return true // -pSECRET
		}
	}
	return false
}
