package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// ArgumentKind says what a text on a command line comes to be.
type ArgumentKind uint8

// The kinds of argument.
const (
	AsOption ArgumentKind = iota // it may be an option of the program
	AsFile                       // it may name a file whose text is sent instead of its own, by an @ at its start
	AsCode                       // it is part of a program that the command runs
)

// Argument is a text of somebody else's choice on the command line of a program for which that is dangerous.
type Argument struct {
	syntax.Span
	Kind     ArgumentKind
	Program  string
	Script   string   // the file of the repository that has the command; "" for the step itself
	Options  []string // for AsOption: those that are dangerous
	Does     string   // for AsOption: what the program does with them
	Unquoted bool     // the shell makes several words of it
	Value    Chosen
}

// Arguments lists the texts of somebody else's choice that the script of a step puts on command lines where they are more than data,
// other than by an expression in the script itself.
func (f *Flow) Arguments(file *syntax.File, job *syntax.Job, step *syntax.Step) []Argument {
	if step.Run == nil {
		return nil
	}
	p := f.printer(file, job, step)
	a := &arguing{printer: p}
	a.all()
	for _, run := range f.Runs(file, job, step, Held{}) {
		in := &arguing{printer: p.inFile(run)}
		in.all()
		for i := range in.out {
			in.out[i].Script = run.Source.Path
		}
		a.out = append(a.out, in.out...)
	}
	return a.out
}

// arguing reads the command lines of a script.
type arguing struct {
	*printer
	out []Argument
}

func (a *arguing) all() {
	for _, c := range a.script.Commands {
		if len(c.Words) < 2 && a.script.Dialect != shell.Cmd || len(c.Words) == 0 {
			continue
		}
		if !anyExpands(c) {
			continue
		}
		if a.script.Dialect == shell.Cmd {
			a.lines(c)
			continue
		}
		if !a.code(c) && !a.program(c) && !c.Remote {
			a.options(c)
		}
	}
}

// anyExpands tells whether some word of a command is not what is written.
func anyExpands(c *shell.Command) bool {
	for i := range c.Words {
		if w := &c.Words[i]; len(w.Vars)+len(w.From) > 0 {
			return true
		}
	}
	return false
}

// found notes what others choose of a word.
func (a *arguing) found(c *shell.Command, w *shell.Word, one Argument) {
	for _, v := range chosenIn(a.word(c, w, false, 0)) {
		one.Value = v
		a.add(c, one)
	}
}

func (a *arguing) add(c *shell.Command, one Argument) {
	at := one.Value.at
	if at.End <= at.Start {
		at = c.Span
	}
	one.Span = a.span(at)
	if one.Program == "" {
		one.Program = c.Name
	}
	a.out = append(a.out, one)
}

// lines reads a command of cmd, which fills variables in before it reads the line.
func (a *arguing) lines(c *shell.Command) {
	for i := range c.Words {
		a.found(c, &c.Words[i], Argument{Kind: AsCode})
	}
}

// code reads what a command is given to run: bash -c, eval, python -c, ssh.
func (a *arguing) code(c *shell.Command) bool {
	code := a.script.Code(c)
	if c.Name == "ssh" {
		return a.remote(c)
	}
	if code.Kind != shell.CodeText {
		return false
	}
	if code.From == 0 {
		return false // the command's own name is a variable: what it is said to run is not told by others
	}
	for i := code.From; i < min(code.To, len(c.Words)); i++ {
		a.found(c, &c.Words[i], Argument{Kind: AsCode})
	}
	return true
}

// remote reads what ssh is given behind the name of the other machine: a shell there runs it.
func (a *arguing) remote(c *shell.Command) bool {
	risky, _ := catalog.Risky(c.Name, "")
	host := 1
	for host < len(c.Words) && strings.HasPrefix(c.Words[host].Text, "-") {
		if risky.TakesValue(c.Words[host].Text) {
			host++
		}
		host++
	}
	for i := host + 1; i < len(c.Words); i++ {
		a.found(c, &c.Words[i], Argument{Kind: AsCode})
	}
	return host+1 < len(c.Words)
}

// program reads the text of a program in sed and awk: both run commands, sed by its e, awk by system.
func (a *arguing) program(c *shell.Command) bool {
	switch strings.ToLower(c.Name) {
	case "sed", "gsed", "awk", "gawk", "mawk":
	default:
		return false
	}
	have := false
	for i := 1; i < len(c.Words); i++ {
		switch text := c.Words[i].Text; {
		case text == "-e" || text == "--expression" || text == "--source":
			if i++; i < len(c.Words) {
				have = true
				a.found(c, &c.Words[i], Argument{Kind: AsCode})
			}
		case text == "-v" || text == "-F" || text == "-f":
			have = have || text == "-f"
			i++
		case strings.HasPrefix(text, "-") && len(text) > 1:
		case !have:
			a.found(c, &c.Words[i], Argument{Kind: AsCode})
			return true
		default:
			return true
		}
	}
	return true
}

// options reads the arguments of a program with dangerous options, up to a --.
func (a *arguing) options(c *shell.Command) {
	if !catalog.RiskyProgram(c.Name) {
		return
	}
	sub, from := "", 1
	for from < len(c.Words) && sub == "" {
		text := c.Words[from].Text
		switch {
		case c.Name == "git" && (text == "-C" || text == "-c"):
			from++
		case strings.HasPrefix(text, "-"):
		case c.Words[from].Const:
			sub = text
		}
		from++
	}
	risky, ok := catalog.Risky(c.Name, sub)
	if !ok {
		return
	}
	program := c.Name + " " + sub
	if _, any := catalog.Risky(c.Name, ""); any {
		from, program = 1, c.Name
	}
	values := 0
	for i := from; i < len(c.Words); i++ {
		w := &c.Words[i]
		if w.Text == "--" {
			return
		}
		if c.Name == "jq" && strings.HasPrefix(w.Text, "--arg") {
			values = 2
			continue
		}
		if w.Const {
			values = max(values-1, 0)
			continue
		}
		value := values > 0 || i > 1 && risky.TakesValue(c.Words[i-1].Text)
		values = max(values-1, 0)
		a.option(c, i, Argument{Program: program, Options: risky.Options, Does: risky.Does}, value)
	}
}

// option judges one word: what the shell splits, or what begins with somebody else's text and is not the value of an option.
func (a *arguing) option(c *shell.Command, i int, one Argument, value bool) {
	w := &c.Words[i]
	text := a.word(c, w, true, 0)
	if a.sendsFile(c, i, text) {
		return
	}
	for _, v := range chosenIn(text) {
		if v.Apart && v.Shape == catalog.Arbitrary {
			one.Unquoted, one.Value = true, v
			a.add(c, one)
			return
		}
	}
	if value {
		return
	}
	for _, p := range text {
		switch {
		case len(p.chosen) > 0:
			one.Value = p.chosen[0]
			a.add(c, one)
			return
		case p.open || p.text != "":
			return
		}
	}
}

// sendsFile reports an argument that curl and gh take for the name of a file when it begins with @.
func (a *arguing) sendsFile(c *shell.Command, i int, text []piece) bool {
	option := c.Words[i-1].Text
	before := ""
	switch {
	case c.Name == "gh" && len(c.Words) > 1 && (c.Words[1].Text == "api" || c.Words[1].Text == "workflow") && (option == "-F" || option == "--field"):
		before = "="
	case c.Name == "curl" && (option == "-d" || option == "--data" || option == "--data-binary" || option == "--data-ascii"):
	case c.Name == "curl" && (option == "-F" || option == "--form"):
		before = "="
	default:
		return false
	}
	lead := ""
	for _, p := range text {
		if len(p.chosen) == 0 {
			if p.open {
				return false
			}
			lead += p.text
			continue
		}
		if lead == "" && before == "" || before != "" && strings.HasSuffix(lead, before) && strings.Count(lead, before) == 1 {
			a.add(c, Argument{Kind: AsFile, Options: []string{option}, Value: p.chosen[0]})
			return true
		}
		return false
	}
	return false
}
