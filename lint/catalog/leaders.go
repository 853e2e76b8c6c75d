package catalog

import (
	"strings"
	"sync"
)

// leaders are the words with which the commands begin that a table of programs knows, and those of programs that Manager looks
// through. Most commands of a script begin with none of them and need no further look.
type leaders map[string]bool

// leadersOf returns those of a table whose first column names the program as managerOf does.
func leadersOf(t *table) leaders {
	l := leaders{"corepack": true}
	for _, name := range managerWrappers {
		l[name] = true
	}
	t.all(func(row []string) { l[row[0]] = true })
	for alias, p := range programs() {
		if l[p.name] {
			l[alias] = true
		}
	}
	return l
}

// may answers false when no command of the table begins with a word.
func (l leaders) may(word string) bool {
	for i := range len(word) {
		if c := word[i]; c == '/' || c == '\\' || c == '.' || c >= 'A' && c <= 'Z' || c >= 0x80 {
			word = programOf(word).name
			break
		}
	}
	return l[word] || strings.HasPrefix(word, "py") || strings.HasPrefix(word, "pip")
}

var (
	installLeaders  = sync.OnceValue(func() leaders { return leadersOf(installTable()) })
	insecureLeaders = sync.OnceValue(func() leaders { return leadersOf(insecureTable()) })
)

// MayInstall answers false, and fast, when Installs finds nothing in any command that begins with a word.
func MayInstall(word string) bool { return installLeaders().may(word) }

// MayBeInsecure answers false, and fast, when Insecure finds nothing in what Manager makes of any command that begins with a word, unless it has
// an option of any program: see InsecureOption.
func MayBeInsecure(word string) bool { return insecureLeaders().may(word) }

// InsecureOption answers false when a word is certainly none that gives up TLS whatever the program: a property of Java.
func InsecureOption(word string) bool {
	return len(word) > 2 && word[0] == '-' && word[1]|0x20 == 'd'
}
