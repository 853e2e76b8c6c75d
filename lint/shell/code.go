package shell

import "strings"

// CodeKind is in what form a command is given the code that it executes.
type CodeKind uint8

// The kinds of code.
const (
	CodeNone    CodeKind = iota
	CodeText             // words hold it: bash -c '…', eval, iex, a word that stands for a command
	CodeFile             // a word names the file that holds it: bash x, source x, ./x, dpkg -i x
	CodeInput            // the standard input holds it: bash, python -
	CodeProgram          // a word names the program, which is looked for in PATH
)

// Code is what a command executes: Words[From:To] hold it or name it.
type Code struct {
	Kind     CodeKind
	From, To int
	Language Dialect // of CodeText: Other when no dialect is known
	Remote   bool    // another machine or a container executes it
}

// Code tells what a command executes beside itself.
func (s *Script) Code(c *Command) Code {
	if len(c.Words) == 0 {
		return Code{}
	}
	code := commandCode(c)
	if code.Kind == CodeFile && code.To == code.From+1 {
		switch c.Words[code.From].Text {
		case "/dev/stdin", "/dev/fd/0", "-":
			return Code{Kind: CodeInput, Language: code.Language}
		}
	}
	if code.Kind != CodeNone {
		return code
	}
	return s.invoked(c)
}

// invoked is what the first word of a command runs.
func (s *Script) invoked(c *Command) Code {
	w := &c.Words[0]
	text := one(CodeText, 0, s.Dialect)
	switch {
	case s.Dialect == PowerShell:
		called := s.calls(w)
		switch {
		case !called && (c.Name == "" || w.Quoted):
			return Code{} // an expression
		case called && len(w.From) > 0 && (w.Text[0] == '(' || w.Text[0] == '$'):
			return text // & ([scriptblock]::Create(…))
		case called && !w.Const:
			return one(CodeFile, 0, Other)
		}
	case !w.Const && len(w.From) > 0 && strings.IndexAny(w.Text, "$`") == 0:
		return text
	}
	if strings.ContainsAny(w.Text, `/\`) {
		return one(CodeFile, 0, Other)
	}
	return one(CodeProgram, 0, Other)
}

// calls tells whether the call operator of PowerShell, or its dot, stands before a word.
func (s *Script) calls(w *Word) bool {
	return w.Start > 0 && strings.IndexByte("&.", lastByte(s.text[:w.Start])) >= 0
}

// one is code in, or named by, a single word.
func one(kind CodeKind, at int, language Dialect) Code {
	return Code{Kind: kind, From: at, To: at + 1, Language: language}
}

// commandCode knows the programs that execute what their arguments say. Source: their manuals.
func commandCode(c *Command) Code {
	name := strings.ToLower(c.Name)
	if isShell(name) {
		v := invoked(c.Words)
		switch {
		case v.script > 0:
			return one(CodeText, v.script, Bash)
		case v.file > 0:
			return one(CodeFile, v.file, Bash)
		}
		return Code{Kind: CodeInput, Language: Bash}
	}
	switch name {
	case "eval":
		return Code{Kind: CodeText, From: 1, To: len(c.Words), Language: Bash}
	case "ssh", "docker", "podman", "nerdctl", "kubectl", "oc", "docker-compose":
		return remoteCode(c)
	case "source", ".":
		if len(c.Words) > 1 {
			return one(CodeFile, 1, Bash)
		}
	case "pwsh", "powershell":
		return poshCode(c)
	case "iex", "invoke-expression":
		return expressionCode(c)
	case "cmd":
		for i, w := range c.Words {
			if strings.EqualFold(w.Text, "/c") || strings.EqualFold(w.Text, "/k") || strings.EqualFold(w.Text, "//c") {
				return Code{Kind: CodeText, From: i + 1, To: len(c.Words), Language: Cmd}
			}
		}
	case "wsl":
		if len(c.Words) > 1 {
			return Code{Kind: CodeText, From: 1, To: len(c.Words), Language: Bash}
		}
	case "node", "nodejs", "perl", "ruby", "php", "deno", "bun", "lua", "rscript", "osascript", "julia":
		return interpreterCode(c, name)
	case "dpkg", "rpm", "msiexec", "installer", "java", "start-process", "saps", "dotnet", "apt", "apt-get", "dnf", "yum", "apk", "mono":
		return packageCode(c, name)
	}
	if strings.HasPrefix(name, "python") || strings.HasPrefix(name, "pypy") {
		return interpreterCode(c, "python")
	}
	return Code{}
}

// remoteCode finds the shell that ssh, docker run and the like start elsewhere.
func remoteCode(c *Command) Code {
	for i := 1; i < len(c.Words); i++ {
		if w := &c.Words[i]; !w.Const || !isShell(baseName(w)) {
			continue
		}
		switch v := invoked(c.Words[i:]); {
		case v.script > 0:
			return Code{Kind: CodeText, From: i + v.script, To: i + v.script + 1, Language: Bash, Remote: true}
		case v.stdin:
			return Code{Kind: CodeInput, Language: Bash, Remote: true}
		}
	}
	return Code{}
}

// interpreterCode reads the command lines of interpreters: -e or -c with a program, a file, or nothing.
func interpreterCode(c *Command, name string) Code {
	inline, valued := "e", ""
	switch name {
	case "python":
		inline, valued = "c", "WX"
	case "perl":
		inline, valued = "eE", "I"
	case "ruby":
		valued = "Ir"
	case "php":
		inline, valued = "r", "d"
	case "node", "nodejs":
		inline, valued = "ep", "r"
	}
	for i := 1; i < len(c.Words); i++ {
		text := c.Words[i].Text
		switch {
		case text == "-", text == "--" && len(c.Feeds) > 0:
			return Code{Kind: CodeInput}
		case text == "-m" && name == "python":
			return Code{}
		case text == "--eval" || text == "--print":
			return one(CodeText, min(i+1, len(c.Words)-1), Other)
		case strings.HasPrefix(text, "--"):
		case len(text) > 1 && text[0] == '-':
			if strings.IndexByte(inline, text[len(text)-1]) >= 0 && i+1 < len(c.Words) {
				return one(CodeText, i+1, Other)
			}
			if takesNext(text[1:], valued) {
				i++
			}
		case (name == "deno" || name == "bun") && i == 1:
			switch text {
			case "eval":
				if i+1 < len(c.Words) {
					return one(CodeText, i+1, Other)
				}
			case "run", "x":
				continue
			}
			if name == "deno" {
				return Code{}
			}
			fallthrough
		default:
			return one(CodeFile, i, Other)
		}
	}
	if len(c.Words) > 1 && len(c.Feeds) == 0 || name == "deno" || name == "bun" {
		return Code{} // --version
	}
	return Code{Kind: CodeInput}
}

// poshCode reads the command line of PowerShell; its parameters may be shortened.
func poshCode(c *Command) Code {
	for i := 1; i < len(c.Words); i++ {
		text := strings.ToLower(c.Words[i].Text)
		if len(text) < 2 || text[0] != '-' && text[0] != '/' {
			if text == "-" {
				return Code{Kind: CodeInput, Language: PowerShell}
			}
			if strings.EqualFold(c.Name, "powershell") && !strings.HasSuffix(text, ".ps1") {
				return Code{Kind: CodeText, From: i, To: len(c.Words), Language: PowerShell}
			}
			return one(CodeFile, i, PowerShell)
		}
		text = "-" + text[1:]
		switch {
		case short(text, "-command", 2) && i+1 < len(c.Words):
			if c.Words[i+1].Text == "-" {
				return Code{Kind: CodeInput, Language: PowerShell}
			}
			return Code{Kind: CodeText, From: i + 1, To: len(c.Words), Language: PowerShell}
		case short(text, "-file", 2) && i+1 < len(c.Words):
			return one(CodeFile, i+1, PowerShell)
		case short(text, "-executionpolicy", 3), text == "-ep", short(text, "-windowstyle", 2), text == "-version", short(text, "-workingdirectory", 3), text == "-wd", short(text, "-configurationname", 7), short(text, "-inputformat", 3), short(text, "-outputformat", 2):
			i++
		case short(text, "-encodedcommand", 2), text == "-ec":
			return Code{}
		}
	}
	return Code{Kind: CodeInput, Language: PowerShell}
}

// expressionCode reads the command line of Invoke-Expression.
func expressionCode(c *Command) Code {
	from := 1
	if from < len(c.Words) && short(strings.ToLower(c.Words[from].Text), "-command", 2) && len(c.Words[from].Text) > 1 {
		from++
	}
	if from >= len(c.Words) {
		return Code{Kind: CodeInput, Language: PowerShell}
	}
	return Code{Kind: CodeText, From: from, To: len(c.Words), Language: PowerShell}
}

// packageCode knows the programs that execute what a package or an archive brings along.
func packageCode(c *Command, name string) Code {
	installs := false
	for i := 1; i < len(c.Words); i++ {
		text := c.Words[i].Text
		low := strings.ToLower(text)
		switch name {
		case "dpkg":
			installs = installs || text == "-i" || text == "--install"
		case "rpm":
			installs = installs || len(text) > 1 && text[0] == '-' && text[1] != '-' && strings.ContainsAny(text, "iUF") && !strings.Contains(text, "q") || text == "--install" || text == "--upgrade"
		case "apt", "apt-get", "dnf", "yum":
			installs = installs || low == "install" || low == "localinstall"
			if !strings.Contains(text, "/") && !strings.HasSuffix(low, ".rpm") {
				continue
			}
		case "apk":
			installs = installs || low == "add"
			if !strings.HasSuffix(low, ".apk") {
				continue
			}
		case "msiexec":
			installs = installs || low == "/i" || low == "-i" || low == "/package"
			if strings.HasPrefix(low, "/") || strings.HasPrefix(low, "-") {
				continue
			}
		case "installer":
			installs = installs || low == "-pkg"
			if i < 2 || !strings.EqualFold(c.Words[i-1].Text, "-pkg") {
				continue
			}
		case "java":
			if installs = text == "-jar"; installs && i+1 < len(c.Words) {
				return one(CodeFile, i+1, Other)
			}
			continue
		case "start-process", "saps":
			if short(low, "-filepath", 2) && len(low) > 1 {
				continue
			}
			installs = true
		case "dotnet", "mono":
			installs = strings.HasSuffix(low, ".dll") || strings.HasSuffix(low, ".exe")
			if !installs {
				return Code{}
			}
		}
		if installs && !strings.HasPrefix(text, "-") {
			return one(CodeFile, i, Other)
		}
	}
	return Code{}
}

// Inner reads the code that a command is given as text when it is in another dialect than the script; nil otherwise. Spans in it
// are its own.
func (s *Script) Inner(c *Command) *Script {
	bash := s.Dialect == Bash || s.Dialect == POSIX
	if bash && !startsOther(c.Name) {
		return nil
	}
	code := s.Code(c)
	if code.Kind != CodeText || code.Language == Other || code.From >= code.To || code.Language == s.Dialect {
		return nil
	}
	if code.Remote || code.Language == Bash && bash {
		return nil // its commands are among the script's own
	}
	text := c.Words[code.From].Text
	for _, w := range c.Words[code.From+1 : code.To] {
		if text += " " + w.Text; len(text) > MaxScript {
			return nil
		}
	}
	return Parse(text, code.Language, nil)
}

// startsOther tells whether a program is given code in a dialect that is none of bash; see commandCode.
func startsOther(name string) bool {
	if name == "" || strings.IndexByte("pPiIcC", name[0]) < 0 {
		return false
	}
	switch strings.ToLower(name) {
	case "pwsh", "powershell", "iex", "invoke-expression", "cmd":
		return true
	}
	return false
}
