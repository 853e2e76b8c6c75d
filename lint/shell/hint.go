package shell

import "strings"

// MayTrace answers false when nothing in a script can turn tracing on, without parsing it.
func MayTrace(script string) bool {
	option, glued := false, false // glued: set or sh.exe stands somewhere, perhaps within a word
	for i := 0; i < len(script); i++ {
		if !traceStarts[script[i]] {
			continue
		}
		switch script[i] {
		case '-':
			if i > 0 && !beforeOption[script[i-1]] {
				continue
			}
			rest := script[i+1:]
			if strings.HasPrefix(rest, "-") {
				if hasAny(rest, "-verbose", "-trace", "-debug", "-log-http", "-init-file") {
					return true
				}
				continue
			}
			for j := 0; j < len(rest) && isLetter(rest[j]) && !option; j++ {
				option = traceLetters[rest[j]]
			}
		case '+': // set -e${DEBUG:+x}
			for j := i + 1; j < len(script) && isLetter(script[j]) && !option; j++ {
				option = strings.IndexByte("xvo", script[j]) >= 0
			}
		case 'S':
			if hasAny(script[i:], "SHELLOPTS") || hasSetCommand(script[i:]) {
				return true
			}
		case 'G':
			if hasAny(script[i:], "GIT_TRACE", "GIT_CURL_VERBOSE") {
				return true
			}
		case 's':
			if hasSetCommand(script[i:]) {
				return true
			}
			glued = glued || hasAny(script[i:], "set", "sh.exe")
		}
	}
	return option && namesTracer(script, glued)
}

var (
	traceStarts  = byteSet("-+SGs")
	beforeOption = byteSet(" \t\n\"'=+-")
	traceLetters = byteSet("xvdDo")
)

// namesTracer tells whether a word of a script is a program that a letter makes trace; one that is not plain may be any.
func namesTracer(script string, glued bool) bool {
	for word := range strings.FieldsSeq(script) {
		word = bare(word)
		name := word[strings.LastIndexByte(word, '/')+1:]
		switch name {
		case "set", "shopt", "bash", "sh", "zsh", "dash", "ash", "ksh", "mksh", "rbash", "busybox":
			return true
		}
		if _, ok := toolOf(strings.TrimSuffix(name, ".exe")); ok {
			return true
		}
		if glued && (strings.Contains(word, "set") && strings.ContainsAny(word, ";&|({`\"'") || strings.Contains(word, "sh.exe")) {
			return true
		}
	}
	return false
}

// bare cuts off what may stand around a word without being part of it.
func bare(word string) string {
	for len(word) > 0 && aroundWords[word[0]] {
		word = word[1:]
	}
	for len(word) > 0 && aroundWords[word[len(word)-1]] {
		word = word[:len(word)-1]
	}
	return word
}

var aroundWords = func() (out [256]bool) {
	for _, c := range []byte("\"'`;|&(){}[]$,\\") {
		out[c] = true
	}
	return out
}()

// hasSetCommand tells whether a text begins like Set-PSDebug, in any letter case.
func hasSetCommand(s string) bool {
	return len(s) > 10 && s[len("set")] == '-' && strings.EqualFold(s[:len("set-ps")], "set-ps")
}

func hasAny(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// MayTraceByEnv tells whether a variable of the environment can make a shell or a tool trace.
func MayTraceByEnv(name string) bool { return name == "SHELLOPTS" || tracesGit(name) }

// TracesByEnv tells whether a variable of the environment makes a shell or a tool trace when it has this value.
func TracesByEnv(name, value string) bool {
	if name == "SHELLOPTS" {
		for option := range strings.SplitSeq(value, ":") {
			if strings.TrimSpace(option) == "xtrace" {
				return true
			}
		}
		return false
	}
	return gitTraces(&Assign{Name: name, Value: Word{Text: strings.TrimSpace(value), Const: true}})
}

func tracesGit(name string) bool {
	return name == "GIT_CURL_VERBOSE" || strings.HasPrefix(name, "GIT_TRACE")
}

// TracedByEnv lists the commands of a script that are printed because of such a variable: all of them for SHELLOPTS, which bash
// alone reads, those of git otherwise. uses tells that only what the commands themselves hold is printed.
func (s *Script) TracedByEnv(name string) (prints []*Command, uses bool) {
	if !tracesGit(name) {
		if s.Dialect != Bash {
			return nil, true
		}
		return s.Commands, false
	}
	for _, c := range s.Commands {
		if c.Name == "git" {
			prints = append(prints, c)
		}
	}
	return prints, true
}
