package shell

import (
	"errors"
	"slices"
	"strings"
)

// posh scans PowerShell: commands, words, variables and assignments. Expressions are commands without a name.
type posh struct {
	s        *Script
	src      *source
	text     string // masked
	i        int
	depth    int
	deep     bool
	captured int
	fn       string
	trace    *Trace
	open     bool // a string or block comment is not closed
}

// maxBlocks limits how deeply blocks may be nested.
const maxBlocks = 200

func (s *Script) parsePowerShell(marks []mark) {
	text := masked(s.text, marks)
	p := &posh{s: s, text: text, src: &source{text: s.text, mask: text, marks: marks}}
	for p.i < len(p.text) && !p.deep {
		p.block(0)
		p.i++ // a closing bracket without an opening one
	}
	switch {
	case p.deep:
		s.Err = errDeep
	case p.open:
		s.Err = errors.New("the script ends within a string or comment; close it")
	}
	s.sortCommands()
	for _, tr := range s.Traces {
		for _, c := range tr.Prints {
			c.Traced = tr
		}
	}
	s.toolTracesOf()
}

// toolTracesOf adds the traces of programs in dialects that have no tracer.
func (s *Script) toolTracesOf() {
	w := &walker{s: s}
	w.toolTraces()
	slices.SortStableFunc(s.Traces, func(a, b *Trace) int { return a.Start - b.Start })
}

func (p *posh) peek(n int) byte {
	if p.i+n < len(p.text) {
		return p.text[p.i+n]
	}
	return 0
}

// block reads statements up to a closing bracket, which it consumes; 0 means the end of the text or a stray bracket.
func (p *posh) block(closing byte) {
	if p.depth++; p.depth > maxBlocks {
		p.deep = true
	}
	for !p.deep {
		p.blanks()
		switch ch := p.peek(0); {
		case p.i >= len(p.text):
			p.depth--
			return
		case ch == ';' || ch == '\n' || ch == '&' && p.peek(1) == '&' || ch == '|' || ch == ',':
			p.i++
		case ch == closing:
			p.i++
			p.depth--
			return
		case ch == ')' || ch == '}':
			if closing == 0 {
				p.depth--
				return
			}
			p.i++
		default:
			at := p.i
			p.pipeline()
			if p.i == at {
				p.i++
			}
		}
	}
	p.i = len(p.text)
}

// blanks skips white space, continued lines and comments, not line ends.
func (p *posh) blanks() {
	for p.i < len(p.text) {
		switch ch := p.text[p.i]; {
		case ch == ' ' || ch == '\t' || ch == '\r':
			p.i++
		case ch == '`' && p.peek(1) == '\n':
			p.i += 2
		case ch == '`' && p.peek(1) == '\r' && p.peek(2) == '\n':
			p.i += 3
		case ch == '#':
			p.until("\n", 0)
		case ch == '<' && p.peek(1) == '#':
			p.i += 2
			if !p.until("#>", 2) {
				p.open = true
			}
		default:
			return
		}
	}
}

// until moves to the next occurrence of a text and some bytes further.
func (p *posh) until(text string, further int) bool {
	if k := strings.Index(p.text[p.i:], text); k >= 0 {
		p.i += k + further
		return true
	}
	p.i = len(p.text)
	return false
}

// pipeline reads commands joined by |.
func (p *posh) pipeline() {
	var previous *Command
	for index := 0; ; index++ {
		c := p.command(index)
		if previous != nil {
			previous.PipeTo = c
			c.Feeds = []*Command{previous}
		}
		previous = c
		p.blanks()
		if p.peek(0) != '|' || p.peek(1) == '|' {
			return
		}
		p.i++
		for p.blanks(); p.peek(0) == '\n'; p.blanks() {
			p.i++
		}
	}
}

func (p *posh) command(index int) *Command {
	c := &Command{Pipe: index, Function: p.fn, Subst: p.captured > 0, id: len(p.s.places), outs: p.captured}
	p.s.places = append(p.s.places, place{src: p.src})
	at := len(p.s.Commands)
	p.s.Commands = append(p.s.Commands, c)
	if p.trace != nil {
		p.trace.Prints = append(p.trace.Prints, c)
	}
	c.Start, c.End = p.i, p.i
	for !p.ended() {
		if p.peek(0) == '{' {
			p.scriptBlock(c)
			if isKeyword(c) {
				break
			}
		} else if p.redirection(c) {
			continue
		} else if n := p.equals(c); n > 0 {
			p.assignment(c, n)
			break
		} else {
			from := p.i
			w := p.word()
			if p.i == from {
				p.i++
				continue
			}
			if (w.Text == "&" || w.Text == ".") && len(c.Words) == 0 {
				p.blanks()
				continue
			}
			c.Words = append(c.Words, w)
			c.End = p.i
		}
		p.blanks()
	}
	p.named(c)
	if isKeyword(c) {
		p.s.Commands = slices.Delete(p.s.Commands, at, at+1)
		if p.trace != nil {
			p.trace.Prints = slices.DeleteFunc(p.trace.Prints, func(have *Command) bool { return have == c })
		}
	}
	if strings.EqualFold(c.Name, "Set-PSDebug") {
		p.debug(c)
	}
	return c
}

// ended tells whether a command ends here.
func (p *posh) ended() bool {
	if p.i >= len(p.text) {
		return true
	}
	switch ch := p.text[p.i]; ch {
	case '\n', ';', '|', ')', '}':
		return true
	case '&':
		return p.peek(1) == '&'
	}
	return false
}

func (p *posh) named(c *Command) {
	if len(c.Words) == 0 {
		return
	}
	w := &c.Words[0]
	if first := w.Text; first == "" || !w.Const || strings.IndexByte("$\"'(@[0123456789-,!", p.s.text[w.Start]) >= 0 && !w.Quoted {
		return
	}
	if w.Quoted && w.Start > 0 && strings.IndexByte("&.", lastByte(p.s.text[:w.Start])) < 0 {
		return
	}
	if w.Quoted && w.Start == 0 {
		return
	}
	name := w.Text[strings.LastIndexAny(w.Text, `/\`)+1:]
	if n := len(name) - len(".exe"); n > 0 && strings.EqualFold(name[n:], ".exe") {
		name = name[:n]
	}
	c.Name = name
}

func lastByte(text string) byte {
	text = strings.TrimRight(text, " \t")
	if text == "" {
		return 0
	}
	return text[len(text)-1]
}

// isKeyword tells whether a statement only steers others.
func isKeyword(c *Command) bool {
	if len(c.Words) == 0 || c.Words[0].Quoted {
		return false
	}
	switch strings.ToLower(c.Words[0].Text) {
	case "if", "elseif", "else", "while", "for", "foreach", "switch", "try", "catch", "finally", "do", "until", "function", "filter",
		"param", "begin", "process", "end", "trap", "class", "enum":
		return true
	}
	return false
}

func (p *posh) scriptBlock(c *Command) {
	p.i++
	fn := p.fn
	if len(c.Words) > 1 && strings.EqualFold(c.Words[0].Text, "function") {
		p.fn = c.Words[1].Text
	}
	p.block('}')
	p.fn = fn
	c.End = min(p.i, len(p.text))
}

// redirection reads > file, 2>&1, *>> file.
func (p *posh) redirection(c *Command) bool {
	start, k := p.i, 0
	if ch := p.peek(0); ch >= '1' && ch <= '6' || ch == '*' {
		k = 1
	}
	if p.peek(k) != '>' {
		return false
	}
	p.i += k + 1
	if p.peek(0) == '>' {
		p.i++
	}
	r := Redirect{Op: p.text[start:p.i]}
	if p.peek(0) == '&' {
		r.Op += "&"
		p.i++
	}
	p.blanks()
	if !p.ended() {
		r.Target = p.word()
	}
	r.Span = Span{start, p.i}
	c.Redirects = append(c.Redirects, r)
	c.End = p.i
	p.blanks()
	return true
}

// equals is the length of an assignment operator after a single variable, 0 when there is none.
func (p *posh) equals(c *Command) int {
	if n := len(c.Words); n == 0 || n > 2 || len(c.Words[n-1].Vars) == 0 || p.s.text[c.Words[n-1].Start] != '$' && p.s.text[c.Words[n-1].Start] != '[' {
		return 0
	}
	switch {
	case p.peek(0) == '=':
		return 1
	case p.peek(1) == '=' && strings.IndexByte("+-*/", p.peek(0)) >= 0:
		return 2
	case p.peek(0) == '?' && p.peek(1) == '?' && p.peek(2) == '=':
		return 3
	}
	return 0
}

// assignment turns a command into an assignment and reads its right side.
func (p *posh) assignment(c *Command, operator int) {
	target := c.Words[len(c.Words)-1]
	name := target.Vars[len(target.Vars)-1].Name
	a := Assign{Name: name, Append: p.peek(0) == '+', Export: !strings.HasPrefix(name, "$")}
	p.i += operator
	for p.blanks(); p.peek(0) == '\n'; p.blanks() {
		p.i++
	}
	c.Words = nil
	start, from := p.i, len(p.s.Commands)
	if p.i < len(p.text) {
		p.captured++
		p.pipeline()
		p.captured--
	}
	right := p.s.Commands[from:]
	stop := start
	a.Value = Word{Const: true}
	for _, r := range p.s.Commands[from:] {
		stop = max(stop, r.End)
	}
	if len(right) > 0 && right[0].Name == "" && right[0].PipeTo == nil {
		first := right[0]
		for _, w := range first.Words {
			a.Value.add(w)
		}
		a.Value.Const = a.Value.Const && len(right) == 1
		if len(first.Words) == 1 {
			a.Value.Text = first.Words[0].Text
		}
		p.s.Commands = slices.Delete(p.s.Commands, from, from+1)
		right = nil
		if p.trace != nil {
			p.trace.Prints = slices.DeleteFunc(p.trace.Prints, func(have *Command) bool { return have == first })
		}
	}
	if len(right) > 0 {
		a.Value.Const = false
		a.Value.From = append(a.Value.From, right...)
	}
	if a.Value.Text == "" {
		a.Value.Text = p.s.text[start:stop]
	}
	a.Value.Span = Span{start, stop}
	a.From = a.Value.From
	a.Span = Span{target.Start, stop}
	c.End = stop
	c.Assigns = append(c.Assigns, a)
}

// debug acts on Set-PSDebug, whose parameters may be shortened.
func (p *posh) debug(c *Command) {
	level, at := -1, 0
	for i := 1; i < len(c.Words); i++ {
		name, value, joined := strings.Cut(strings.ToLower(c.Words[i].Text), ":")
		switch {
		case len(name) > 1 && strings.HasPrefix("-trace", name):
			if !joined && i+1 < len(c.Words) {
				value = c.Words[i+1].Text
			}
			at = i
			switch value {
			case "0", "1", "2":
				level = int(value[0] - '0')
			}
		case len(name) > 1 && strings.HasPrefix("-off", name):
			level = 0
		}
	}
	if level == 0 {
		p.trace = nil
	}
	if level <= 0 {
		return
	}
	span := c.Words[at].Span
	if at+1 < len(c.Words) && !strings.Contains(c.Words[at].Text, ":") {
		span.End = c.Words[at+1].End
	}
	tr := &Trace{Span: span, Kind: TracePowerShell, Stmt: c.Span, By: c, Level: level, Cond: p.depth > 1}
	tr.Fix = lineFix(p.s.text, c.Span)
	p.s.Traces = append(p.s.Traces, tr)
	p.trace = tr
}

// lineFix deletes a command with its line; nil when something else stands there.
func lineFix(text string, at Span) []Edit {
	start, end := at.Start, at.End
	for start > 0 && isBlank(text[start-1]) && text[start-1] != '\n' {
		start--
	}
	for end < len(text) && (isBlank(text[end]) && text[end] != '\n' || text[end] == ';') {
		end++
	}
	if start > 0 && text[start-1] != '\n' || end < len(text) && text[end] != '\n' {
		return nil
	}
	return []Edit{{Span: Span{start, min(end+1, len(text))}}}
}
