package shell

import "strings"

// wrapper tells how to find the command behind a wrapper.
type wrapper struct {
	short   string   // one-letter options that take a value
	long    []string // long options whose value is the next word
	args    int      // words of its own before the command
	assigns bool     // NAME=value words may stand before the command
}

// wrapperOf knows the programs that run the command given as their arguments. Source: their manual pages
// (sudo 1.9, GNU coreutils 9, GNU findutils 4.10, util-linux 2.40, doas 6.8).
func wrapperOf(name string) (wrapper, bool) {
	switch name {
	case "sudo":
		return wrapper{short: "CDghpRrTtUu", long: []string{"--user", "--group", "--host", "--prompt", "--chdir", "--role", "--type",
			"--close-from", "--other-user", "--chroot", "--command-timeout"}, assigns: true}, true
	case "doas":
		return wrapper{short: "uC"}, true
	case "env":
		return wrapper{short: "uC", long: []string{"--unset", "--chdir"}, assigns: true}, true
	case "time", "gtime":
		return wrapper{short: "fo", long: []string{"--format", "--output"}}, true
	case "exec":
		return wrapper{short: "a"}, true
	case "command", "builtin", "nohup", "setsid", "winpty", "chronic", "unbuffer", "caffeinate", "busybox":
		return wrapper{}, true
	case "nice", "gnice":
		return wrapper{short: "n", long: []string{"--adjustment"}}, true
	case "ionice":
		return wrapper{short: "cnpPu", long: []string{"--class", "--classdata"}}, true
	case "xargs", "gxargs", "parallel":
		return wrapper{short: "aEILnPsdj", long: []string{"--max-args", "--max-procs", "--max-lines", "--delimiter", "--arg-file", "--max-chars", "--jobs"}}, true
	case "timeout", "gtimeout":
		return wrapper{short: "ks", long: []string{"--signal", "--kill-after"}, args: 1}, true
	case "stdbuf", "gstdbuf":
		return wrapper{short: "ioe", long: []string{"--input", "--output", "--error"}}, true
	case "flock":
		return wrapper{short: "wEc", long: []string{"--timeout", "--wait", "--conflict-exit-code"}, args: 1}, true
	case "xvfb-run":
		return wrapper{short: "enspfw", long: []string{"--error-file", "--server-num", "--server-args", "--auth-file"}}, true
	case "gosu", "su-exec":
		return wrapper{args: 1}, true
	case "arch":
		return wrapper{assigns: false}, true
	}
	return wrapper{}, false
}

// peel splits the words of a command into its wrappers and the command proper.
func peel(c *Command, words []Word) {
	for len(words) > 0 {
		if len(words) > 1 && mayBeSudo(&words[0]) {
			c.pre, c.Wrappers = append(c.pre, words[0]), append(c.Wrappers, "sudo")
			words = words[1:]
			continue
		}
		if !words[0].Const {
			break
		}
		name := baseName(&words[0])
		spec, ok := wrapperOf(name)
		if !ok {
			break
		}
		n, ok := spec.skip(name, words)
		if !ok || n >= len(words) {
			break
		}
		for _, word := range words[1:n] {
			if a, ok := assignOf(word); ok && spec.assigns {
				a.Export = true
				c.Assigns = append(c.Assigns, a)
			} else {
				c.pre = append(c.pre, word)
			}
		}
		c.Wrappers = append(c.Wrappers, name)
		c.Env = wrapperEnv(name, words[:n]).behind(c.Env)
		words = words[n:]
	}
	c.Words = words
}

// mayBeSudo tells whether a word is a variable that by its name holds sudo or nothing: $SUDO apt-get update.
func mayBeSudo(w *Word) bool {
	return len(w.Vars) == 1 && w.Text[0] == '$' && strings.EqualFold(w.Vars[0].Name, "sudo") && w.Vars[0].Span == w.Span
}

// skip counts the words of a wrapper. It is false when the wrapper only asks something (command -v).
func (s wrapper) skip(name string, words []Word) (int, bool) {
	i := 1
	for i < len(words) {
		text := words[i].Text
		switch {
		case text == "--":
			return i + 1 + s.args, true
		case strings.HasPrefix(text, "--"):
			for _, long := range s.long {
				if text == long {
					i++
				}
			}
		case len(text) > 1 && text[0] == '-':
			if name == "command" && strings.ContainsAny(text, "vV") {
				return 0, false
			}
			if name == "env" && (text[1] == 'S' || text == "-vS") {
				return 0, false
			}
			if takesNext(text[1:], s.short) {
				i++
			}
		case s.assigns && isAssign(words[i]):
		default:
			return i + s.args, true
		}
		i++
	}
	return i, true
}

// takesNext tells whether the last letter of a cluster of one-letter options takes the next word as its value.
func takesNext(cluster, valued string) bool {
	for i := range len(cluster) {
		if strings.IndexByte(valued, cluster[i]) >= 0 {
			return i == len(cluster)-1
		}
	}
	return false
}

func isAssign(w Word) bool {
	i := strings.IndexByte(w.Text, '=')
	return i > 0 && isName(w.Text[:i])
}

func isName(text string) bool {
	for i := range len(text) {
		if !nameByte(text[i], i) {
			return false
		}
	}
	return text != ""
}

// nameByte tells whether a byte may stand at an index of a variable's name.
func nameByte(ch byte, i int) bool {
	return ch == '_' || isLetter(ch) || i > 0 && ch >= '0' && ch <= '9'
}

// assignOf reads a NAME=value word.
func assignOf(w Word) (Assign, bool) {
	i := strings.IndexByte(w.Text, '=')
	if i <= 0 {
		return Assign{}, false
	}
	name, plus := strings.CutSuffix(w.Text[:i], "+")
	if !isName(name) {
		return Assign{}, false
	}
	value := w
	value.Text = w.Text[i+1:]
	value.Start = min(w.Start+i+1, w.End)
	if w.Quoted {
		value.Start = min(value.Start+1, w.End)
	}
	value.Quoted = false
	return Assign{Span: w.Span, Name: name, Value: value, Append: plus, From: w.From}, true
}

// baseName is the name of the program a word runs, "" when it is not constant.
func baseName(w *Word) string {
	name := w.Text
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:]
	} else if len(name) > 2 && name[1] == ':' {
		name = name[strings.LastIndexByte(name, '\\')+1:]
	}
	if !w.Const && (strings.ContainsAny(name, "$`(){}\"'<>*?") || name == w.Text) {
		return ""
	}
	if n := len(name) - len(".exe"); n > 0 && strings.EqualFold(name[n:], ".exe") {
		name = name[:n]
	}
	return name
}
