package flow

import (
	"cmp"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
)

// Print is a command of a script that prints a secret to the log.
type Print struct {
	Carried
	Command *shell.Command
	Dump    bool // it prints the whole environment, the secret among it
}

// maxFound bounds what is found of one kind in one script: more would say nothing new.
const maxFound = 100

// Prints lists what a script prints of its secrets.
func (s *SecretFlow) Prints() []Print {
	var out []Print
	for _, c := range s.Script.Commands {
		if len(out) == maxFound {
			break
		}
		if dumps(s.Script, c) {
			if one, ok := s.dumped(c); ok {
				out = append(out, one)
			}
			continue
		}
		if got, ok := s.shown(c); ok && s.Script.Logs(c) {
			out = append(out, Print{Carried: got, Command: c})
			continue
		}
		if !s.mayPrint(c) {
			continue
		}
		if got, ok := s.Output(c); ok && (s.Script.Logs(c) || copiesToTerminal(c)) {
			out = append(out, Print{Carried: got, Command: c})
		}
	}
	return out
}

// mayPrint reports a command that may print data of its own accord, rather than a command for the runner.
func (s *SecretFlow) mayPrint(c *shell.Command) bool {
	switch strings.ToLower(c.Name) {
	case "":
		return s.Script.Dialect == shell.PowerShell && bareValue(c)
	case "grep", "egrep", "fgrep":
		if _, quiet := c.Flag('q', "--quiet", "--silent", "--count", "--files-with-matches"); quiet {
			return false
		}
		if _, counts := c.Flag('c'); counts {
			return false
		}
	case "printenv":
		return true
	case "printf":
		if !echoes(s.Script, c) {
			return false
		}
	}
	if echoes(s.Script, c) {
		return len(c.Words) > 1 && !commandsRunner(c)
	}
	return !s.functions[c.Name]
}

// copiesToTerminal reports a tee that writes to the terminal as to a file.
func copiesToTerminal(c *shell.Command) bool {
	return c.Name == "tee" && hasWord(c, "/dev/stderr", "/dev/tty")
}

// commandsRunner reports an echo of a workflow command that the runner takes out of the log: add-mask, set-output and the like.
func commandsRunner(c *shell.Command) bool {
	for i := 1; i < len(c.Words); i++ {
		text := strings.TrimLeft(c.Words[i].Text, " \t")
		if strings.HasPrefix(text, "-") {
			continue
		}
		for _, name := range [...]string{"::add-mask::", "::set-output", "::save-state", "::set-env", "::stop-commands"} {
			if strings.HasPrefix(text, name) {
				return true
			}
		}
		return masks(c)
	}
	return false
}

// bareValue reports a statement of PowerShell that is nothing but a value, which the shell prints.
func bareValue(c *shell.Command) bool {
	if len(c.Words) != 1 || len(c.Assigns) > 0 || len(c.Words[0].Vars) == 0 {
		return false
	}
	w := &c.Words[0]
	if w.Vars[0].Start > w.Start+1 {
		return false
	}
	return !strings.Contains(w.Text, "(") || poshCuts(w.Text)
}

// dumps reports a command that prints all variables.
func dumps(script *shell.Script, c *shell.Command) bool {
	switch strings.ToLower(c.Name) {
	case "env", "printenv":
		return onlyOptions(c.Words[1:])
	case "cat", "strings", "tr", "xxd", "base64":
		return readsEnvironment(c)
	case "set":
		return len(c.Words) == 1 && len(c.Assigns) == 0 && script.Dialect != shell.PowerShell
	case "export", "declare", "typeset":
		return len(c.Assigns) == 0 && (len(c.Words) == 1 || len(c.Words) == 2 && (c.Words[1].Text == "-p" || c.Words[1].Text == "-x" || c.Words[1].Text == "-px"))
	case "get-childitem", "gci", "dir", "ls", "get-item", "gi":
		return script.Dialect == shell.PowerShell && len(c.Words) > 1 && strings.HasPrefix(strings.ToLower(c.Words[1].Text), "env:") && strings.Trim(c.Words[1].Text[4:], `\*/`) == ""
	}
	return false
}

func onlyOptions(words []shell.Word) bool {
	return !slices.ContainsFunc(words, func(w shell.Word) bool { return !strings.HasPrefix(w.Text, "-") || w.Text == "-i" })
}

// dumped tells which secret a print of the environment shows in the log.
func (s *SecretFlow) dumped(c *shell.Command) (Print, bool) {
	shown := func(string) bool { return true }
	last := c
	for ; last.PipeTo != nil; last = last.PipeTo {
		switch next := last.PipeTo; strings.ToLower(next.Name) {
		case "sort", "cat", "tee", "less", "more", "head", "tail", "uniq", "nl", "tr", "column", "out-string", "sort-object", "format-table", "ft", "format-list":
		case "grep", "egrep":
			pattern, ok := lettingPattern(next)
			if !ok {
				return Print{}, false
			}
			before := shown
			shown = func(name string) bool { return before(name) && grepShows(pattern, name) }
		default:
			return Print{}, false
		}
	}
	if !s.Script.Logs(last) {
		return Print{}, false
	}
	got, ok := s.anyVariable(c, shown)
	return Print{Carried: got, Command: c, Dump: true}, ok
}

// anyVariable returns a lasting secret of the environment that gets to a command, of several the first of the file.
func (s *SecretFlow) anyVariable(c *shell.Command, shown func(name string) bool) (Carried, bool) {
	var names []string
	for name, secret := range s.Held.vars {
		if secret.ShortLived() || secret.Guess || secret.Part || secret.Public() || !c.Env.Has(name) || !shown(name) || positional(name) {
			continue
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return Carried{}, false
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(s.Held.vars[a].At.Start-s.Held.vars[b].At.Start, strings.Compare(a, b))
	})
	return Carried{Secret: s.Held.vars[names[0]], Var: names[0], At: c.Span}, true
}

// lettingPattern returns the lower-cased pattern of a grep that lets lines through; false when it lets them through by what they are not.
func lettingPattern(c *shell.Command) (string, bool) {
	pattern := ""
	for _, w := range c.Words[1:] {
		switch {
		case strings.HasPrefix(w.Text, "--"):
			if w.Text != "--ignore-case" && w.Text != "--extended-regexp" && w.Text != "--line-buffered" && !strings.HasPrefix(w.Text, "--color") {
				return "", false
			}
		case strings.HasPrefix(w.Text, "-") && w.Text != "-e":
			if strings.Trim(w.Text, "-iEFnwaP") != "" {
				return "", false
			}
		case w.Text == "-e":
		case !w.Const || pattern != "":
			return "", false
		default:
			pattern = strings.ToLower(w.Text)
		}
	}
	return pattern, pattern != ""
}

// grepShows tells whether a variable of this name surely gets through a pattern.
func grepShows(pattern, name string) bool {
	name = strings.ToLower(name)
	for part := range strings.SplitSeq(strings.ReplaceAll(pattern, `\|`, "|"), "|") {
		if part = strings.Trim(part, `^$()."'=`); part != "" && strings.Contains(name, part) && !strings.ContainsAny(part, `.*[]\+?{}`) {
			return true
		}
	}
	return false
}

// Stored is a command of a script that writes a secret to one of the runner's files, from which other steps and jobs take it.
type Stored struct {
	Carried
	Command *shell.Command
	To      string // GITHUB_OUTPUT, GITHUB_ENV, GITHUB_STATE or GITHUB_STEP_SUMMARY; set-output for the old command
	Name    string // of the output or variable; "" when it is not told
}

// Stores lists where a script puts its secrets for other steps.
func (s *SecretFlow) Stores() []Stored {
	var out []Stored
	for _, c := range s.Script.Commands {
		if len(out) == maxFound {
			break
		}
		to := storedIn(c)
		if to == "" {
			continue
		}
		if got, ok := s.stored(c); ok {
			out = append(out, Stored{got, c, to, storedName(c)})
		}
	}
	return out
}

func (s *SecretFlow) stored(c *shell.Command) (Carried, bool) {
	if got, ok := s.Output(c); ok {
		return got, true
	}
	switch strings.ToLower(c.Name) {
	case "add-content", "set-content", "out-file", "cat":
	default:
		return Carried{}, false
	}
	for i := range c.Redirects {
		if strings.HasPrefix(c.Redirects[i].Op, "<<") {
			if got, ok := s.Word(c, &c.Redirects[i].Target); ok {
				return got, true
			}
		}
	}
	for i := 1; i < len(c.Words); i++ {
		if got, ok := s.Word(c, &c.Words[i]); ok {
			return got, true
		}
	}
	return Carried{}, false
}

// storedIn returns the runner's file that a command's output goes to.
func storedIn(c *shell.Command) string {
	if to := commandFile(c); to != "" {
		return to
	}
	for _, list := range [...][]shell.Redirect{c.Redirects, c.Group} {
		for i := range list {
			for _, name := range [...]string{"GITHUB_STEP_SUMMARY", "GITHUB_STATE"} {
				if strings.Contains(list[i].Target.Text, name) && strings.Contains(list[i].Op, ">") {
					return name
				}
			}
		}
	}
	if len(c.Words) > 1 && c.Name == "echo" && strings.HasPrefix(c.Words[1].Text, "::set-output") {
		return "set-output"
	}
	return ""
}

// storedName is the name in NAME=value or NAME<<DELIMITER.
func storedName(c *shell.Command) string {
	for i := range c.Words {
		text := c.Words[i].Text
		if rest, ok := strings.CutPrefix(text, "::set-output name="); ok {
			name, _, _ := strings.Cut(rest, "::")
			return name
		}
		if name, _, ok := strings.Cut(text, "="); ok && i > 0 && variableName(name) {
			return name
		}
		if name, _, ok := strings.Cut(text, "<<"); ok && i > 0 && variableName(name) {
			return name
		}
	}
	return ""
}

// PublicName tells whether a name says that what it stands for is no credential.
func PublicName(name string) bool { return name != "" && catalog.NoSecretField(name) }
