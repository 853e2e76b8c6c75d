package catalog

import (
	"strings"
	"sync"
)

// anchors are words of which every command that deploys holds one. bits answers most questions without a look at words.
type anchors struct {
	whole, prefix map[string]bool
	bits          [1 << 12]byte // 1: hash of a whole word, 2: hash of a prefix
	shortest      int           // of the prefixes
}

// commonWords follow many programs in scripts that do not deploy: where a pattern has only such a word, the program stands for it.
const commonWords = "add app apps alias approve build bundle c create container cp compute copy d delete del destroy docker edit env go group image import init install job jobs link m mv push-url remove refresh restart run rt s3 scale secret secrets service services set start sync sub tag theme u up update upgrade use"

var anchorSet = sync.OnceValue(func() *anchors {
	a := &anchors{whole: map[string]bool{}, prefix: map[string]bool{}, shortest: 1 << 30}
	names := map[string][]string{}
	for alias, p := range programs() {
		names[p.name] = append(names[p.name], alias)
	}
	commandTable().all(func(row []string) {
		if a.addWords(row[1]) || a.addNeed(row[2]) {
			return
		}
		a.add(row[0])
		for _, alias := range names[row[0]] {
			a.add(alias)
		}
	})
	for _, w := range [...]string{"deploy", "release", "publish", "prod", "production", "promote", "rollout"} {
		a.add(w)
	}
	return a
})

// addWords adds the last of the words that can stand for the pattern; it answers false when none can.
func (a *anchors) addWords(patterns string) bool {
	words := strings.Fields(strings.TrimPrefix(patterns, "..."))
	for i := len(words) - 1; i >= 0; i-- {
		if words[i] == "@name" {
			return true
		}
		fits := true
		alternatives := strings.Split(words[i], "|")
		for _, alt := range alternatives {
			word, _ := anchorOf(alt)
			fits = fits && word != ""
		}
		if !fits {
			continue
		}
		for _, alt := range alternatives {
			a.add(alt)
		}
		return true
	}
	return false
}

// addNeed adds an option that must be there.
func (a *anchors) addNeed(need string) bool {
	if !strings.HasPrefix(need, "--") || strings.ContainsAny(need, "=| ") {
		return false
	}
	a.add(need)
	return true
}

func (a *anchors) add(pattern string) {
	word, prefix := anchorOf(pattern)
	if word == "" {
		return
	}
	h := uint32(0)
	for i := range len(word) {
		h = mix(h, word[i])
	}
	if prefix {
		a.prefix[word] = true
		a.bits[h%uint32(len(a.bits))] |= 2
		a.shortest = min(a.shortest, len(word))
		return
	}
	a.whole[word] = true
	a.bits[h%uint32(len(a.bits))] |= 1
}

// anchorOf finds the last run of letters in a pattern that surely is a word (or the beginning of one) of the text it matches
// and is rare enough to tell something.
func anchorOf(pattern string) (word string, prefix bool) {
	for i := 0; i < len(pattern); {
		j := i
		for j < len(pattern) && isLetter(pattern[j]) && (j == i || !isUpper(pattern[j]) || isUpper(pattern[j-1])) {
			j++
		}
		if j == i {
			i++
			continue
		}
		run, open := strings.ToLower(pattern[i:j]), j < len(pattern) && pattern[j] == '*'
		long := len(run) > 1 && !open || len(run) > 4
		if (i == 0 || pattern[i-1] != '*') && long && !hasField(commonWords, run) {
			word, prefix = run, open
		}
		i = j
	}
	return word, prefix
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func mix(h uint32, c byte) uint32 { return (h ^ uint32(c)) * 0x01000193 }

// MayDeploy answers false, and fast, when no command in a script can be one that DeployCommand knows.
func MayDeploy(script string) bool {
	a := anchorSet()
	var word [32]byte
	n := 0
	h := uint32(0)
	upper := false
	for i := 0; i <= len(script); i++ {
		var c byte
		if i < len(script) {
			c = script[i]
		}
		low := c | 0x20
		letter := low >= 'a' && low <= 'z'
		if n > 0 && (!letter || c != low && !upper) {
			if a.bits[h%uint32(len(a.bits))]&1 != 0 && n <= len(word) && a.whole[string(word[:n])] {
				return true
			}
			n, h = 0, 0
		}
		if !letter {
			continue
		}
		upper = c != low
		if n < len(word) {
			word[n] = low
		}
		n++
		h = mix(h, low)
		if a.bits[h%uint32(len(a.bits))]&2 != 0 && n >= a.shortest && n <= len(word) && a.prefix[string(word[:n])] {
			return true
		}
	}
	return false
}
