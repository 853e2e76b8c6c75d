package shell

import "strings"

// poshWord collects one word of PowerShell.
type poshWord struct {
	vars   []VarUse
	from   []*Command
	inside []Span
	text   []byte
	expand bool
}

// word reads one word: text, strings, variables and groups without white space between them.
func (p *posh) word() Word {
	start := p.i
	var w poshWord
	quoted := 0
	for p.i < len(p.text) {
		ch := p.text[p.i]
		switch {
		case ch == '\'':
			p.single(&w)
			quoted++
		case ch == '"':
			p.double(&w)
			quoted++
		case ch == '@' && (p.peek(1) == '\'' || p.peek(1) == '"') && p.hereString(&w):
			quoted++
		case ch == '$':
			p.variable(&w, false)
		case ch == '(' || ch == '@' && (p.peek(1) == '(' || p.peek(1) == '{'):
			p.group(&w)
		case ch == '`' && p.peek(1) != '\n' && p.peek(1) != '\r' && p.peek(1) != 0:
			w.text = append(w.text, p.text[p.i+1])
			p.i += 2
			continue
		case isBlank(ch) || strings.IndexByte(";|){}`", ch) >= 0 || ch == '&' && p.peek(1) == '&':
			return p.finish(start, w, false)
		case ch == '&' && p.i == start:
			p.i++
			w.text = append(w.text, ch)
			return p.finish(start, w, false)
		case ch == '=' && p.i > start && len(w.vars) > 0 && p.s.text[start] == '$':
			return p.finish(start, w, false)
		case ch == ',' && p.i > start:
			p.i++
			return p.finish(start, w, false)
		default:
			w.text = append(w.text, p.s.text[p.i])
			p.i++
		}
		if quoted == 1 && (p.i >= len(p.text) || isBlank(p.text[p.i])) {
			return p.finish(start, w, p.text[start] == '\'' || p.text[start] == '"' || p.text[start] == '@')
		}
	}
	return p.finish(start, w, false)
}

func (p *posh) finish(start int, w poshWord, quoted bool) Word {
	p.i = min(p.i, len(p.text))
	b := builder{c: context{src: p.src}, text: w.text, vars: w.vars, from: w.from, inside: w.inside, expand: w.expand}
	out := b.finish(start, p.i)
	out.Quoted = quoted
	return out
}

// single reads '…', in which ” stands for one quote.
func (p *posh) single(w *poshWord) {
	p.i++
	for p.i < len(p.text) {
		if p.text[p.i] == '\'' {
			if p.peek(1) != '\'' {
				p.i++
				return
			}
			p.i++
		}
		w.text = append(w.text, p.s.text[p.i])
		p.i++
	}
	p.open = true
}

// double reads "…" with its variables and subexpressions.
func (p *posh) double(w *poshWord) {
	p.i++
	for p.i < len(p.text) {
		switch ch := p.text[p.i]; {
		case ch == '"' && p.peek(1) == '"':
			w.text = append(w.text, '"')
			p.i += 2
		case ch == '"':
			p.i++
			return
		case ch == '`' && p.i+1 < len(p.text):
			w.text = append(w.text, p.s.text[p.i+1])
			p.i += 2
		case ch == '$':
			p.variable(w, true)
		default:
			w.text = append(w.text, p.s.text[p.i])
			p.i++
		}
	}
	p.open = true
}

// hereString reads @'…'@ and @"…"@, whose marks stand on lines of their own.
func (p *posh) hereString(w *poshWord) bool {
	quote := p.peek(1)
	begin := p.i + 2
	for begin < len(p.text) && (p.text[begin] == ' ' || p.text[begin] == '\t' || p.text[begin] == '\r') {
		begin++
	}
	if begin >= len(p.text) || p.text[begin] != '\n' {
		return false
	}
	k := strings.Index(p.text[begin:], "\n"+string(quote)+"@")
	if k < 0 {
		p.open = true
		p.i = len(p.text)
		return true
	}
	stop := begin + k
	if quote == '\'' {
		w.text = append(w.text, p.s.text[begin+1:max(begin+1, stop)]...)
		p.i = stop + 3
		return true
	}
	for p.i = begin + 1; p.i < stop; {
		switch ch := p.text[p.i]; {
		case ch == '$':
			p.variable(w, true)
		case ch == '`' && p.i+1 < stop:
			p.i++
			fallthrough
		default:
			w.text = append(w.text, p.s.text[p.i])
			p.i++
		}
	}
	p.i = max(p.i, stop+3)
	return true
}

// variable reads $name, ${name}, $env:NAME, $(…) or a lone $.
func (p *posh) variable(w *poshWord, quoted bool) {
	start := p.i
	if p.peek(1) == '(' {
		p.group(w)
		return
	}
	p.i++
	var name string
	if p.peek(0) == '{' {
		if k := strings.IndexByte(p.text[p.i:], '}'); k > 0 {
			name = p.s.text[p.i+1 : p.i+k]
			p.i += k + 1
		}
	} else {
		begin := p.i
		for p.i < len(p.text) && (isNameByte(p.text[p.i]) || p.text[p.i] == ':' && p.i > begin && p.i+1 < len(p.text) && isNameByte(p.text[p.i+1])) {
			p.i++
		}
		if marks := within(p.src.marks, begin, p.i); len(marks) > 0 {
			p.i = max(begin, marks[0].Start)
		}
		if p.i == begin && p.i < len(p.text) && (p.text[p.i] == '_' || p.text[p.i] == '?') && len(within(p.src.marks, p.i, p.i+1)) == 0 {
			p.i++
		}
		name = p.s.text[begin:p.i]
	}
	w.text = append(w.text, p.s.text[start:p.i]...)
	if name == "" {
		return
	}
	w.expand = true
	w.vars = append(w.vars, VarUse{Span: Span{start, p.i}, Name: poshName(name), Quoted: quoted})
}

func isNameByte(ch byte) bool {
	return ch == '_' || ch >= '0' && ch <= '9' || ch|0x20 >= 'a' && ch|0x20 <= 'z' || ch >= 0x80
}

// poshName is NAME for $env:NAME and "$name" in lower case for others, so that both kinds stay apart.
func poshName(name string) string {
	scope, rest, ok := strings.Cut(name, ":")
	if ok && strings.EqualFold(scope, "env") {
		return rest
	}
	if ok {
		name = rest
	}
	return "$" + strings.ToLower(name)
}

// group reads (…), $(…), @(…) or @{…}: what it outputs is part of the word.
func (p *posh) group(w *poshWord) {
	start, from := p.i, len(p.s.Commands)
	closing := byte(')')
	if p.text[p.i] == '@' || p.text[p.i] == '$' {
		p.i++
	}
	if p.peek(0) == '{' {
		closing = '}'
	}
	p.i++
	p.captured++
	p.block(closing)
	p.captured--
	stop := min(p.i, len(p.text))
	w.expand = true
	w.text = append(w.text, p.s.text[start:stop]...)
	w.inside = append(w.inside, Span{start, stop})
	for _, c := range p.s.Commands[from:] {
		w.from = append(w.from, c)
		if c.Name == "" && c.PipeTo == nil {
			for _, inner := range c.Words {
				w.vars = append(w.vars, inner.Vars...)
			}
		}
	}
}
