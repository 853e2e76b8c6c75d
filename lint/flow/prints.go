package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
)

// prints tells what a command writes to its standard output. Of a program that is not known here it is taken that nobody else
// chooses what it says. Source: the programs' manuals.
func (p *printer) prints(c *shell.Command, deep int) []piece {
	if p.budget--; p.budget < 0 || deep > maxDeep {
		return opaque
	}
	deep++
	if found := p.shellTaint.source(c); len(found) > 0 {
		return p.answer(c, found)
	}
	switch name := strings.ToLower(c.Name); name {
	case "":
		return p.nameless(c, deep)
	case "echo", "write-output", "write-host":
		return p.echo(c, deep)
	case "printf":
		return p.format(c, c.Words[1:], deep)
	case "cat", "tac", "nl", "zcat", "gzcat", "xzcat", "bzcat", "get-content", "gc", "type", "tee", "sponge", "tee-object", "sort", "uniq", "rev", "fold", "column", "fmt",
		"iconv", "dos2unix", "ts", "pv", "shuf", "expand", "unexpand", "envsubst", "out-string":
		return p.read(c, c.Words[1:], deep)
	case "head", "tail":
		return p.firstLines(c, deep)
	case "tr":
		return p.translate(c, deep)
	case "sed", "gsed":
		return p.edit(c, deep)
	case "awk", "gawk", "mawk":
		return p.awk(c, deep)
	case "cut", "select-object", "findstr":
		return picked(p.read(c, c.Words[1:], deep))
	case "grep", "egrep", "ggrep", "rg", "select-string":
		return p.grep(c, deep)
	case "jq", "yq", "gojq", "jaq":
		return p.query(c, deep)
	case "xargs":
		return onOneLine(p.input(c, deep))
	case "paste":
		text := p.read(c, c.Words[1:], deep)
		if slices.ContainsFunc(c.Words, func(w shell.Word) bool { return strings.HasPrefix(w.Text, "-s") }) {
			return onOneLine(text)
		}
		return text
	case "basename", "dirname", "realpath", "readlink":
		var text []piece
		for i := 1; i < len(c.Words); i++ {
			text = append(text, p.word(c, &c.Words[i], true, deep)...)
		}
		return picked(text)
	case "curl", "wget", "invoke-webrequest", "invoke-restmethod", "iwr", "irm":
		return p.unknown(c.Span, "what `"+c.Name+"` downloads")
	case "env", "printenv", "export", "declare", "set":
		return p.environment(c, deep)
	case "git":
		return p.gitSays(c)
	case "perl":
		if slices.ContainsFunc(c.Words, func(w shell.Word) bool { return strings.HasPrefix(w.Text, "-") && strings.ContainsAny(w.Text, "pn") }) {
			return p.edit(c, deep)
		}
		return p.interpreter(c)
	case "python", "python3", "node", "ruby", "php", "deno", "bun":
		return p.interpreter(c)
	}
	return p.function(c, deep)
}

// nameless tells of a command without a name: $(< file), and expressions of PowerShell.
func (p *printer) nameless(c *shell.Command, deep int) []piece {
	if len(c.Words) == 0 {
		return p.input(c, deep)
	}
	var out []piece
	for i := range c.Words {
		if c.Words[i].Text != "+" {
			out = append(out, p.word(c, &c.Words[i], false, deep)...)
		}
	}
	if p.script.Dialect != shell.PowerShell {
		return opaque
	}
	return append(out, piece{text: "\n"})
}

// echo tells what echo prints. Where it reads escapes, with -e or in a shell that always does, a text of one line can make two.
func (p *printer) echo(c *shell.Command, deep int) []piece {
	escapes, newline := p.script.Dialect == shell.POSIX, true
	words := c.Words[1:]
	for len(words) > 0 && words[0].Const && strings.HasPrefix(words[0].Text, "-") {
		if strings.Trim(words[0].Text, "-neE") != "" {
			if p.script.Dialect != shell.PowerShell {
				break
			}
			words = words[1:] // -InputObject, -NoNewline …
			continue
		}
		escapes = escapes || strings.Contains(words[0].Text, "e")
		newline = newline && !strings.Contains(words[0].Text, "n")
		words = words[1:]
	}
	var out []piece
	for i := range words {
		if i > 0 {
			out = append(out, piece{text: " "})
		}
		out = append(out, p.word(c, &words[i], true, deep)...)
	}
	if escapes {
		out = mapChosen(out, func(one *Chosen) { one.Lines = one.Lines || one.Shape == catalog.Arbitrary })
		for i := range out {
			out[i].text = strings.ReplaceAll(out[i].text, `\n`, "\n")
		}
	}
	if newline {
		out = append(out, piece{text: "\n"})
	}
	return out
}

// format tells what printf prints: its format with the arguments filled in, again and again while there are any.
func (p *printer) format(c *shell.Command, words []shell.Word, deep int) []piece {
	for len(words) > 0 && (words[0].Text == "--" || words[0].Text == "-v") {
		words = words[1:]
		if words[0].Text == "-v" && len(words) > 2 {
			words = words[2:]
		}
	}
	if len(words) == 0 {
		return opaque
	}
	if !words[0].Const {
		return withEscapes(p.word(c, &words[0], true, deep))
	}
	format, args := strings.ReplaceAll(words[0].Text, `\n`, "\n"), words[1:]
	var out []piece
	for first := true; (first || len(args) > 0) && len(out) < maxPieces; first = false {
		rest, used := format, 0
		for {
			before, after, found := strings.Cut(rest, "%")
			out = append(out, piece{text: before})
			if !found {
				break
			}
			verb := strings.TrimLeft(after, "0123456789.-+ #*")
			if verb == "" {
				break
			}
			rest = verb[1:]
			if verb[0] == '%' {
				out = append(out, piece{text: "%"})
				continue
			}
			if used < len(args) {
				out = append(out, p.converted(c, &args[used], verb[0], deep)...)
			}
			used++
		}
		if used == 0 {
			break
		}
		args = args[min(used, len(args)):]
	}
	return out
}

func withEscapes(text []piece) []piece {
	return mapChosen(text, func(one *Chosen) { one.Lines = one.Lines || one.Shape == catalog.Arbitrary })
}

// converted tells what one conversion of printf makes of its argument.
func (p *printer) converted(c *shell.Command, w *shell.Word, verb byte, deep int) []piece {
	switch text := p.word(c, w, true, deep); verb {
	case 's':
		return text
	case 'b':
		return withEscapes(text)
	case 'q':
		return onOneLine(text)
	}
	return opaque
}

// read tells what a command hands on: the files that it names, else its input.
func (p *printer) read(c *shell.Command, words []shell.Word, deep int) []piece {
	var out []piece
	named := false
	for i := range words {
		if text := words[i].Text; text == "" || text[0] == '-' && text != "-" {
			continue
		}
		if c.Name == "tee" || strings.EqualFold(c.Name, "tee-object") {
			continue
		}
		if words[i].Text != "-" {
			named = true
			out = append(out, p.file(c, &words[i], deep)...)
		}
	}
	if named {
		return out
	}
	return p.input(c, deep)
}

// environment tells what env and printenv print: one variable, or all of them.
func (p *printer) environment(c *shell.Command, deep int) []piece {
	if c.Name == "printenv" && len(c.Words) > 1 {
		var out []piece
		for _, w := range c.Words[1:] {
			out = append(out, p.variableText(c, shell.VarUse{Span: w.Span, Name: w.Text}, deep)...)
			out = append(out, piece{text: "\n"})
		}
		return mapChosen(out, func(one *Chosen) { one.at = c.Span })
	}
	if len(c.Words) > 2 || len(c.Words) == 2 && c.Words[1].Text != "-p" && c.Words[1].Text != "-x" {
		return opaque
	}
	var out []piece
	for _, env := range p.t.flow.Environments(p.at.file, p.at.job, p.at.step) {
		for i := range env.Entries {
			name := env.Entries[i].Name.Value
			one := piece{}
			for _, t := range p.shellTaint.variable(name) {
				one.chosen = append(one.chosen, Chosen{Taint: t, Lines: !oneLine(t) && c.Name != "export" && c.Name != "declare", at: c.Span})
			}
			if len(one.chosen) > 0 {
				out = append(out, piece{text: name + "="}, one, piece{text: "\n"})
			}
		}
	}
	if len(out) == 0 {
		return opaque
	}
	return out
}

// interpreter tells what code in another language prints: of what it takes in, whatever it does not make harmless on the same line.
func (p *printer) interpreter(c *shell.Command) []piece {
	code := &code{handing: &handing{printer: p}, s: &p.at.step.Run.Str, at: c.Start}
	var out []piece
	read := func(text string) {
		for line := range strings.Lines(text) {
			if found := code.sources(line); len(found) > 0 && !makesSafe(line) {
				for i := range found {
					found[i].at = c.Span
				}
				out = append(out, piece{chosen: found})
			}
		}
	}
	for _, w := range c.Words[1:] {
		if strings.ContainsAny(w.Text, " (.") {
			read(w.Text)
		}
	}
	for i := range c.Redirects {
		if strings.HasPrefix(c.Redirects[i].Op, "<<") {
			read(c.Redirects[i].Target.Text)
		}
	}
	if len(out) == 0 {
		return opaque
	}
	return append(out, piece{text: "\n"})
}

// function tells what the body of a function prints.
func (p *printer) function(c *shell.Command, deep int) []piece {
	var out []piece
	for _, inner := range p.script.Commands {
		if c.Name == "" || inner.Function != c.Name || inner.PipeTo != nil || inner.Subst || inner.Name == c.Name {
			continue
		}
		if _, away := inner.Output(); !away && len(out) < maxPieces {
			out = append(out, p.prints(inner, deep)...)
		}
	}
	if len(out) == 0 {
		return opaque
	}
	return out
}
