package catalog

import (
	"strings"
	"sync"
)

// anchors are words of which every command that deploys holds one. bits answers most questions without a look at words.
type anchors struct {
	whole, prefix map[string]bool
	bits          [1 << 12]byte // 1: hash of a whole word, 2: hash of a prefix
}

// common tells whether a word follows many programs in scripts that do not deploy: where a pattern has only such words, the
// program stands for it.
func common(word string) bool {
	switch word {
	case "action", "add", "alias", "all", "app", "approve", "apps", "artifact", "build", "bundle", "c", "cli", "clone",
		"cluster", "command", "commit", "compute", "config", "container", "copy", "cp", "create", "d", "data", "del",
		"delete", "destroy", "disable", "docker", "edit", "env", "environment", "file", "generic", "go", "group", "image",
		"images", "import", "init", "install", "internal", "it", "job", "jobs", "label", "link", "m", "module", "mv", "package",
		"patch", "plugin", "refresh", "releases", "remove", "restart", "rt", "run", "s3", "scale", "script", "secret", "secrets",
		"services", "set", "setup", "site", "space", "start", "sub", "sync", "tag", "task", "theme", "to", "u", "up", "update",
		"upgrade", "use", "version":
		return true
	}
	return false
}

var anchorSet = sync.OnceValue(newAnchors)

func newAnchors() *anchors {
	a := &anchors{whole: map[string]bool{}, prefix: map[string]bool{}}
	byName := map[string]bool{}
	commandTable().all(func(row []string) {
		if !a.addWords(row[1]) && !a.addNeed(row[2]) {
			byName[row[0]] = true
			a.add(row[0])
		}
	})
	load(programText, 3).all(func(row []string) {
		if byName[row[0]] {
			for alias := range strings.FieldsSeq(row[1]) {
				a.add(alias)
			}
		}
	})
	for _, w := range [...]string{"deploy", "release", "publish", "prod", "production", "promote", "rollout"} {
		a.add(w)
	}
	return a
}

// addWords adds the last of the words that can stand for the pattern; it answers false when none can.
func (a *anchors) addWords(patterns string) bool {
	patterns = strings.TrimPrefix(patterns, "...")
	for patterns != "" {
		i := strings.LastIndexByte(patterns, ' ')
		word := patterns[i+1:]
		patterns = patterns[:max(i, 0)]
		if word == "@name" {
			return true
		}
		fits := true
		for alt := range strings.SplitSeq(word, "|") {
			anchor, _ := anchorOf(alt)
			fits = fits && anchor != ""
		}
		if !fits {
			continue
		}
		for alt := range strings.SplitSeq(word, "|") {
			a.add(alt)
		}
		return true
	}
	return false
}

// addNeed adds the options of which one must be there; it answers false when they cannot stand for the command.
func (a *anchors) addNeed(need string) bool {
	if need == "" || need[0] != '-' || strings.Contains(need, " ") {
		return false
	}
	for alt := range strings.SplitSeq(need, "|") {
		if anchor, _ := anchorOf(alt); anchor == "" {
			return false
		}
	}
	for alt := range strings.SplitSeq(need, "|") {
		a.add(alt)
	}
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
		if (i == 0 || pattern[i-1] != '*') && long && !common(run) {
			word, prefix = run, open
		}
		i = j
	}
	return word, prefix
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func mix(h uint32, c byte) uint32 { return (h ^ uint32(c)) * 0x01000193 }

// hit tells whether a word with this hash is an anchor.
func (a *anchors) hit(word []byte, h uint32) bool {
	return a.bits[h%uint32(len(a.bits))]&1 != 0 && a.whole[string(word)]
}

// MayDeploy answers false, and fast, when no command in a script can be one that DeployCommand knows.
func MayDeploy(script string) bool {
	a := anchorSet()
	var run [64]byte    // the letters since the last other character, in lower case
	n, part := 0, 0     // how many, and where the last part of camelCase begins
	var whole, h uint32 // of the letters from the first, once there are parts, and from the last part
	upper := false
	for i := 0; i <= len(script); i++ {
		var c byte
		if i < len(script) {
			c = script[i]
		}
		low := c | 0x20
		letter := low >= 'a' && low <= 'z'
		if n > 0 && (!letter || c != low && !upper || n == len(run)) {
			if a.hit(run[part:n], h) || !letter && part > 0 && a.hit(run[:n], whole) {
				return true
			}
			if part == 0 {
				whole = h
			}
			part, h = n, 0
			if !letter || n == len(run) {
				n, part = 0, 0
			}
		}
		if !letter {
			continue
		}
		upper = c != low
		run[n] = low
		n++
		h = mix(h, low)
		if part > 0 {
			whole = mix(whole, low)
		}
		if a.bits[h%uint32(len(a.bits))]&2 != 0 && a.prefix[string(run[part:n])] {
			return true
		}
	}
	return false
}
