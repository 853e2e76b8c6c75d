package shell

import "strings"

// DialectOf tells the dialect of a shell: value ("" when none is given) on a runner: windows or not.
func DialectOf(shell string, windows bool) Dialect {
	words := fields(shell)
	if len(words) == 0 {
		if windows {
			return PowerShell
		}
		return Bash
	}
	for _, word := range words {
		if d, ok := interpreter(word.Text); ok {
			return d
		}
	}
	return Other
}

// interpreter tells what language a program reads; false when it is not known to read one.
func interpreter(path string) (Dialect, bool) {
	name := path[strings.LastIndexAny(path, `/\`)+1:]
	name = strings.TrimSuffix(strings.ToLower(name), ".exe")
	switch name {
	case "bash", "rbash", "zsh", "ksh", "mksh", "msys2", "cygwin", "bash.cmd":
		return Bash, true
	case "sh", "dash", "ash", "busybox":
		return POSIX, true
	case "pwsh", "powershell", "pwsh-preview":
		return PowerShell, true
	case "cmd":
		return Cmd, true
	case "node", "deno", "bun", "perl", "ruby", "php", "rscript", "julia", "lua", "fish", "nu", "tclsh", "awk", "osascript", "elixir", "xonsh":
		return Other, true
	}
	switch {
	case strings.HasPrefix(name, "python"), strings.HasPrefix(name, "pypy"):
		return Other, true
	case strings.HasPrefix(name, "-"), strings.Contains(name, "{"):
		return Other, false
	case strings.HasPrefix(name, "bash"), strings.HasSuffix(name, "bash"):
		return Bash, true
	case strings.HasSuffix(name, ".sh"):
		return POSIX, true
	}
	return Other, false
}

// fields splits a command line that no shell reads: only quotes and white space count.
func fields(line string) []Word {
	var words []Word
	for i := 0; i < len(line); {
		if isBlank(line[i]) {
			i++
			continue
		}
		start := i
		var text []byte
		var quote byte
		for ; i < len(line) && (quote != 0 || !isBlank(line[i])); i++ {
			ch := line[i]
			switch {
			case quote == 0 && (ch == '"' || ch == '\''):
				quote = ch
			case quote != 0 && ch == quote:
				quote = 0
			default:
				text = append(text, ch)
			}
		}
		words = append(words, Word{Span: Span{start, i}, Text: string(text), Const: true})
	}
	return words
}

func isBlank(ch byte) bool { return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n' }

// Option tells whether a shell: value itself turns tracing on (bash -x {0}), and where in it.
func Option(shell string) (Span, bool) {
	words, v, ok := optionOf(shell)
	if !ok {
		return Span{}, false
	}
	at := words[v.trace].Span
	if v.optValue {
		at.End = words[v.trace+1].End
	}
	return at, true
}

// OptionFix are the edits of a shell: value that turn the tracing found by Option off; nil when it does not trace.
func OptionFix(shell string) []Edit {
	words, v, ok := optionOf(shell)
	if !ok {
		return nil
	}
	return shellEdits(shell, 0, words, v)
}

// optionOf finds the shell among the words of a command line and reads its options.
func optionOf(shell string) ([]Word, invocation, bool) {
	words := fields(shell)
	for i := range words {
		d, ok := interpreter(words[i].Text)
		if !ok {
			continue
		}
		if d != Bash && d != POSIX {
			break
		}
		v := invoked(words[i:])
		return words[i:], v, v.trace > 0
	}
	return nil, invocation{}, false
}

// shebang is the command line after #! in the first line of a script.
func shebang(text string) (string, bool) {
	rest, ok := strings.CutPrefix(text, "#!")
	if !ok {
		return "", false
	}
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	return strings.TrimRight(rest, " \t\r"), true
}

// shebang starts the script file's own tracing: #!/bin/bash -x.
func (t *tracer) shebang(st state) state {
	line, ok := shebang(t.s.text)
	if !ok {
		return st
	}
	words, v, ok := optionOf(line)
	if !ok {
		return st
	}
	const mark = len("#!")
	at := words[v.trace].Span
	if v.optValue {
		at.End = words[v.trace+1].End
	}
	tr := &Trace{Span: Span{at.Start + mark, at.End + mark}, Kind: TraceShebang, Stmt: Span{0, mark + len(line)}}
	tr.Fix = shellEdits(t.s.text, mark, words, v)
	st.on = t.bit(traceKey{-1, 0}, func() *Trace { return tr })
	return st
}
