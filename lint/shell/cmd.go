package shell

import "strings"

// parseCmd scans a batch script: commands, words, %VAR% and set. GitHub starts cmd with echo off, so nothing is traced.
func (s *Script) parseCmd(marks []mark) {
	text := masked(s.text, marks)
	b := &batch{s: s, text: text, src: &source{text: s.text, mask: text, marks: marks}}
	for b.i < len(b.text) {
		b.line()
	}
	s.toolTracesOf()
}

type batch struct {
	s    *Script
	src  *source
	text string // masked
	i    int
}

// line reads the commands up to the end of the line; ^ continues it.
func (b *batch) line() {
	var previous, piped *Command
	for b.i < len(b.text) {
		for b.i < len(b.text) && strings.IndexByte(" \t\r@(),;=", b.text[b.i]) >= 0 {
			b.i++
		}
		if b.i >= len(b.text) {
			return
		}
		switch ch := b.text[b.i]; {
		case ch == '\n':
			b.i++
			return
		case ch == '&' || ch == '|':
			b.i++
			if double := b.i < len(b.text) && b.text[b.i] == ch; ch == '|' && !double {
				piped = previous
			} else if double {
				b.i++
			}
			continue
		case b.comment():
			continue
		}
		index := 0
		if piped != nil {
			index = piped.Pipe + 1
		}
		c := b.command(index)
		if piped != nil {
			piped.PipeTo = c
			c.Feeds = []*Command{piped}
		}
		previous, piped = c, nil
	}
}

// comment skips rem and :: lines and labels.
func (b *batch) comment() bool {
	rest := b.text[b.i:]
	if rest[0] != ':' && !(len(rest) >= 4 && strings.EqualFold(rest[:3], "rem") && isBlank(rest[3])) {
		return false
	}
	if k := strings.IndexByte(rest, '\n'); k >= 0 {
		b.i += k
	} else {
		b.i = len(b.text)
	}
	return true
}

func (b *batch) command(index int) *Command {
	c := &Command{Pipe: index, id: len(b.s.places)}
	b.s.places = append(b.s.places, place{src: b.src})
	b.s.Commands = append(b.s.Commands, c)
	c.Start = b.i
	for b.i < len(b.text) {
		switch ch := b.text[b.i]; {
		case ch == '\n' || ch == '&' || ch == '|' || ch == ')':
			b.done(c)
			return c
		case ch == '^' && b.i+1 < len(b.text) && (b.text[b.i+1] == '\n' || b.text[b.i+1] == '\r'):
			b.i += 2
			if b.text[b.i-1] == '\r' && b.i < len(b.text) && b.text[b.i] == '\n' {
				b.i++
			}
		case isBlank(ch) || ch == '(' && len(c.Words) == 0:
			b.i++
		case ch == '>' || ch == '<' || (ch == '1' || ch == '2') && b.i+1 < len(b.text) && b.text[b.i+1] == '>':
			b.redirect(c)
		default:
			c.Words = append(c.Words, b.word())
			c.End = b.i
		}
		if steers(c.Words) {
			c.Words = nil
		}
	}
	b.done(c)
	return c
}

// steers tells whether words only introduce another command: call, else, do, or a whole condition of if.
func steers(words []Word) bool {
	if len(words) == 0 {
		return false
	}
	switch strings.ToLower(words[0].Text) {
	case "else", "do", "call":
		return true
	case "if":
		words = words[1:]
	default:
		return false
	}
	for len(words) > 0 && (strings.EqualFold(words[0].Text, "/i") || strings.EqualFold(words[0].Text, "not")) {
		words = words[1:]
	}
	if len(words) == 0 {
		return false
	}
	switch strings.ToLower(words[0].Text) {
	case "exist", "defined", "errorlevel":
		return len(words) == 2
	}
	if strings.Contains(words[0].Text, "==") {
		return !strings.HasSuffix(words[0].Text, "==") || len(words) == 2
	}
	return len(words) == 3
}

func (b *batch) redirect(c *Command) {
	start := b.i
	for b.i < len(b.text) && strings.IndexByte("12<>&", b.text[b.i]) >= 0 {
		b.i++
	}
	r := Redirect{Op: strings.TrimRight(b.text[start:b.i], "12")}
	b.i = start + len(r.Op)
	for b.i < len(b.text) && (b.text[b.i] == ' ' || b.text[b.i] == '\t') {
		b.i++
	}
	r.Target = b.word()
	r.Span = Span{start, b.i}
	c.Redirects = append(c.Redirects, r)
	c.End = b.i
}

// word reads up to white space or an operator outside double quotes.
func (b *batch) word() Word {
	start := b.i
	var w poshWord
	quoted := false
	for b.i < len(b.text) {
		ch := b.text[b.i]
		switch {
		case ch == '"':
			quoted = !quoted
			b.i++
			continue
		case ch == '\n' || !quoted && (isBlank(ch) || strings.IndexByte("&|<>)", ch) >= 0):
			return b.finish(start, w)
		case ch == '^' && !quoted && b.i+1 < len(b.text) && b.text[b.i+1] != '\n' && b.text[b.i+1] != '\r':
			b.i++
		case ch == '^' && !quoted && b.i+1 < len(b.text):
			return b.finish(start, w)
		case (ch == '%' || ch == '!') && b.variable(&w):
			continue
		}
		w.text = append(w.text, b.s.text[b.i])
		b.i++
	}
	return b.finish(start, w)
}

func (b *batch) finish(start int, w poshWord) Word {
	built := builder{c: context{src: b.src}, text: w.text, vars: w.vars, expand: w.expand}
	out := built.finish(start, b.i)
	out.Quoted = out.End-out.Start >= 2 && b.text[out.Start] == '"' && strings.IndexByte(b.text[out.Start+1:out.End], '"') == out.End-out.Start-2
	return out
}

// variable reads %NAME%, %NAME:a=b% or !NAME!.
func (b *batch) variable(w *poshWord) bool {
	rest := b.text[b.i:]
	line, _, _ := strings.Cut(rest[:min(len(rest), 200)], "\n")
	k := strings.IndexByte(line[1:], rest[0])
	if k <= 0 {
		return false
	}
	name, _, _ := strings.Cut(b.s.text[b.i+1:b.i+1+k], ":")
	if strings.ContainsAny(name, " \t\"&|<>") || len(within(b.src.marks, b.i, b.i+2+k)) > 0 {
		return false
	}
	end := b.i + 2 + k
	w.vars = append(w.vars, VarUse{Span: Span{b.i, end}, Name: name})
	w.text = append(w.text, b.s.text[b.i:end]...)
	w.expand = true
	b.i = end
	return true
}

// done names the command and reads set NAME=value.
func (b *batch) done(c *Command) {
	c.End = max(c.End, c.Start)
	if len(c.Words) == 0 {
		return
	}
	if c.Start < c.Words[0].Start {
		c.Start = c.Words[0].Start
	}
	first := &c.Words[0]
	if first.Const {
		name := first.Text[strings.LastIndexAny(first.Text, `/\`)+1:]
		if n := len(name) - len(".exe"); n > 0 && strings.EqualFold(name[n:], ".exe") {
			name = name[:n]
		}
		c.Name = name
	}
	if !strings.EqualFold(c.Name, "set") {
		return
	}
	whole := Word{Span: Span{c.Words[0].End, c.End}, Const: true}
	var text []string
	for _, w := range c.Words[1:] {
		if strings.HasPrefix(w.Text, "/") {
			continue
		}
		if len(text) == 0 {
			whole.Start = w.Start
		}
		text = append(text, w.Text)
		whole.add(w)
	}
	name, value, ok := strings.Cut(strings.Join(text, " "), "=")
	if !ok {
		return
	}
	whole.Text = value
	c.Assigns = append(c.Assigns, Assign{Span: whole.Span, Name: name, Value: whole, Export: true})
}
