package catalog

import "strings"

// args are the words after a program's name.
type args struct {
	plain []string // arguments that are no options
	flags []flag
}

type flag struct {
	name, value string
	valued      bool
}

// parseArgs splits words into options and arguments. valued lists the options that take the next word.
func parseArgs(words []string, valued string) args {
	options := 0
	for _, w := range words {
		if len(w) > 1 && w[0] == '-' {
			options++
		}
	}
	var a args
	if options == 0 {
		a.plain = words
		return a
	}
	a.flags, a.plain = make([]flag, 0, options), make([]string, 0, len(words)-options)
	for i := 0; i < len(words); i++ {
		w := words[i]
		if w == "--" {
			a.plain = append(a.plain, words[i+1:]...)
			break
		}
		if len(w) < 2 || w[0] != '-' {
			a.plain = append(a.plain, w)
			continue
		}
		name, value, found := strings.Cut(w, "=")
		f := flag{name, value, found}
		if !found && i+1 < len(words) && hasField(valued, w) {
			i++
			f.value, f.valued = words[i], true
		}
		a.flags = append(a.flags, f)
	}
	return a
}

// sub matches the words that follow a program against patterns, and returns where the further arguments begin and the
// words as they should be shown. Arguments that are one expansion may stand before them.
func (a args) sub(patterns string) (at int, command string, ok bool) {
	if patterns == "" {
		return 0, "", true
	}
	if anywhere, found := strings.CutPrefix(patterns, "..."); found {
		for _, w := range a.plain {
			if matchAny(anywhere, w) {
				return 0, " " + w, true
			}
		}
		return 0, "", false
	}
	for at < len(a.plain) && isExpansion(a.plain[at]) {
		at++
	}
	if len(a.plain)-at == 0 {
		at = 0
	}
	for patterns != "" {
		var pattern string
		pattern, patterns, _ = strings.Cut(patterns, " ")
		if at >= len(a.plain) || !matchAny(pattern, a.plain[at]) {
			return 0, "", false
		}
		if pattern != "*" {
			command += " " + a.plain[at]
		}
		at++
	}
	return at, command, true
}

// meets tells whether all conditions of need and none of unless hold. at is where the further arguments begin.
func (a args) meets(need, unless string, at int) truth {
	result := yes
	for cond := range strings.FieldsSeq(need) {
		best := no
		for rest := cond; rest != ""; {
			var c string
			c, rest, _ = strings.Cut(rest, "|")
			best = max(best, a.has(c, at))
		}
		result = min(result, best)
	}
	for cond := range strings.FieldsSeq(unless) {
		switch a.has(cond, at) {
		case yes:
			return no
		case open:
			result = min(result, open)
		}
	}
	if result == yes && a.mayPreview(at) {
		return open
	}
	return result
}

// mayPreview tells whether an argument is an expansion that may add a dry-run option: $DRY_RUN, ${{ inputs.dry-run && … }}.
func (a args) mayPreview(at int) bool {
	for _, w := range a.plain[min(at, len(a.plain)):] {
		if strings.Contains(w, "$") {
			lower := strings.ToLower(w)
			if strings.Contains(lower, "dry") || strings.Contains(lower, "preview") || strings.Contains(lower, "snapshot") {
				return true
			}
		}
	}
	return false
}

// has evaluates one condition of commands.tsv.
func (a args) has(cond string, at int) truth {
	rest := a.plain[min(at, len(a.plain)):]
	switch {
	case cond == "local":
		return decided(a.onlyLocalImages(rest))
	case cond == "host":
		return decided(len(rest) > 0 && remoteHost(rest[0]))
	case cond == "to:remote":
		return decided(len(rest) > 1 && remotePath(rest[len(rest)-1]))
	case strings.HasPrefix(cond, "to:"):
		return decided(uploads(rest, cond[3:]))
	case strings.HasPrefix(cond, "last:"):
		return decided(len(rest) > 0 && glob(cond[5:], rest[len(rest)-1]))
	case strings.HasPrefix(cond, "arg:"):
		for _, w := range a.plain {
			if glob(cond[4:], w) {
				return yes
			}
		}
		return no
	case strings.HasPrefix(cond, "-*"):
		return a.cluster(cond[2:])
	}
	return a.flag(cond)
}

// cluster looks for a letter among combined one-letter options: n in -avn.
func (a args) cluster(letter string) truth {
	for _, f := range a.flags {
		if len(f.name) > 1 && f.name[1] != '-' && strings.Contains(f.name[1:], letter) && onlyLetters(f.name[1:]) && len(f.name) <= 6 {
			return yes
		}
	}
	return no
}

func onlyLetters(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// flag looks for an option: one that is given and not false, or one whose value fits a pattern.
func (a args) flag(cond string) truth {
	name, pattern, valued := strings.Cut(cond, "=")
	result := no
	for _, f := range a.flags {
		if f.name != name && (len(name) < 3 || !strings.EqualFold(f.name, name)) {
			continue
		}
		switch {
		case valued && f.valued && glob(pattern, f.value):
			return yes
		case valued && f.valued && strings.HasPrefix(f.value, "$") && pattern[0] != '*':
			result = open
		case valued:
		case !f.valued:
			return yes
		case strings.Contains(f.value, "$"):
			result = open
		case f.value != "false" && f.value != "none" && f.value != "no" && f.value != "0":
			return yes
		}
	}
	return result
}

// onlyLocalImages tells whether images are named, all of them in a registry on this machine.
func (a args) onlyLocalImages(rest []string) bool {
	local, other := 0, 0
	count := func(image string) {
		if localImage(image) {
			local++
		} else if strings.Contains(image, "/") && !strings.HasPrefix(image, ".") {
			other++
		}
	}
	tags := 0
	for _, f := range a.flags {
		if (f.name == "-t" || f.name == "--tag") && f.valued {
			count(f.value)
			tags++
		}
	}
	if tags == 0 {
		for _, w := range rest {
			count(w)
		}
		if len(rest) > 0 && localImage(rest[len(rest)-1]) {
			return true
		}
	}
	return local > 0 && other == 0
}

// hasField tells whether a word is one of a list with single blanks between them.
func hasField(list, word string) bool {
	if word == "" || strings.IndexByte(word, ' ') >= 0 {
		return false
	}
	for from := 0; ; {
		i := strings.Index(list[from:], word)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(word)
		if (start == 0 || list[start-1] == ' ') && (end == len(list) || list[end] == ' ') {
			return true
		}
		from = start + 1
	}
}

// matchAny matches a word against patterns joined by "|". @name is a word that DeployName knows; a script named
// prod alone builds more often than it deploys.
func matchAny(patterns, word string) bool {
	for {
		p, rest, found := strings.Cut(patterns, "|")
		if p == "@name" {
			if word != "prod" && word != "production" && !strings.Contains(word, "=") && DeployName(word) {
				return true
			}
		} else if glob(p, word) {
			return true
		}
		if !found {
			return false
		}
		patterns = rest
	}
}

// glob matches s against a pattern in which "*" stands for any text.
func glob(pattern, s string) bool {
	head, tail, found := strings.Cut(pattern, "*")
	if !found {
		return pattern == s
	}
	if !strings.HasPrefix(s, head) {
		return false
	}
	s = s[len(head):]
	for {
		part, rest, more := strings.Cut(tail, "*")
		if !more {
			return strings.HasSuffix(s, part)
		}
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s, tail = s[i+len(part):], rest
	}
}
