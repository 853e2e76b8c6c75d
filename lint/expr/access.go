package expr

import (
	"strings"
)

// dotted reads a context and properties behind it, a.b.c, which most expressions are. It returns nil for any other.
func dotted(text string, whole Span) Node {
	path := text[whole.Start:whole.End]
	names, upper := namesIn(path)
	if names == 0 || names > MaxDepth {
		return nil
	}
	end := strings.IndexByte(path, '.')
	if end < 0 {
		end = len(path)
	}
	switch path[:end] {
	case "null", "true", "false", "NaN", "Infinity":
		return nil
	}
	lower := path
	if upper {
		lower = string(appendLower(make([]byte, 0, len(path)), path))
	}
	var n Node = &Name{Span{whole.Start, whole.Start + end}, path[:end]}
	properties := make([]Property, names-1)
	for i := range properties {
		start := end + 1
		if end = strings.IndexByte(path[start:], '.'); end < 0 {
			end = len(path)
		} else {
			end += start
		}
		properties[i] = Property{
			Span: Span{whole.Start, whole.Start + end}, Of: n, Name: path[start:end],
			NameSpan: Span{whole.Start + start, whole.Start + end}, path: lower[:end],
		}
		n = &properties[i]
	}
	return n
}

// namesIn counts the names of a text that has nothing but names and single dots between them, 0 for any other, and tells whether there
// are capital letters among theirs.
func namesIn(text string) (names int, upper bool) {
	inName := false
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z' || c == '_':
		case 'A' <= c && c <= 'Z':
			upper = true
		case inName && (isDigit(c) || c == '-'):
		case inName && c == '.':
			inName = false
			continue
		default:
			return 0, false
		}
		if !inName {
			names++
			inName = true
		}
	}
	if !inName {
		return 0, false
	}
	return names, upper
}

// postfix reads an operand and the properties and indexes behind it.
func (p *parser) postfix() (Node, int) {
	x, depth := p.primary()
	switch x.(type) {
	case *Literal, *Bad:
		if p.tok.kind == tDot || p.tok.kind == tLBracket {
			if _, literal := x.(*Literal); literal {
				p.fail(p.tok.Span, "unexpected "+quote(p.text[p.tok.Start:p.tok.End])+" after a literal; only contexts, groups and calls have properties")
			}
			x = p.skipAccess(x.Range().Start)
		}
		return x, depth
	}
	for !p.aborted {
		switch p.tok.kind {
		case tDot:
			x = p.property(x)
		case tLBracket:
			var deep int
			x, deep = p.index(x)
			depth = max(depth, deep)
		case tLParen:
			if property, ok := x.(*Property); ok {
				return p.method(property), depth
			}
			return x, depth
		default:
			return x, depth
		}
		depth++
	}
	return x, depth
}

// skipAccess reads over properties and indexes of something that has none.
func (p *parser) skipAccess(start int) Node {
	var x Node = &Bad{Span{start, p.prevEnd}}
	for !p.aborted {
		switch p.tok.kind {
		case tDot:
			p.property(x)
		case tLBracket:
			p.index(x)
		default:
			return &Bad{Span{start, p.prevEnd}}
		}
	}
	return x
}

// property reads .name or .* behind x; the dot is the next token.
func (p *parser) property(x Node) Node {
	dot, start := p.tok, x.Range().Start
	p.advance()
	t := p.tok
	switch t.kind {
	case tIdent:
		p.advance()
		return &Property{Span{start, t.End}, x, p.text[t.Start:t.End], t.Span, plainPath(x, p.text[start:t.End])}
	case tStar:
		p.advance()
		return &Star{Span{start, t.End}, x}
	case tNumber:
		word := p.text[t.Start:t.End]
		p.fail(t.Span, "property name "+quote(word)+" does not begin with a letter; write it as ["+word+"]")
		p.advance()
	case tBad:
		p.fail(t.Span, t.msg)
		p.advance()
	default:
		p.fail(dot.Span, "missing property name after \".\"; add one or remove the dot")
	}
	return x
}

// plainPath returns the text of a property as what Path makes of it, when it is spelled like that but for the case of its letters, ""
// otherwise.
func plainPath(of Node, text string) string {
	switch of := of.(type) {
	case *Name:
	case *Property:
		if of.path == "" {
			return ""
		}
	default:
		return ""
	}
	upper := false
	for i := range len(text) {
		if text[i] <= ' ' {
			return ""
		}
		upper = upper || 'A' <= text[i] && text[i] <= 'Z'
	}
	if upper {
		return string(appendLower(make([]byte, 0, len(text)), text))
	}
	return text
}

// index reads [i] or [*] behind x; the bracket is the next token.
func (p *parser) index(x Node) (Node, int) {
	if !p.enter() {
		return x, 0
	}
	open, start := p.tok, x.Range().Start
	p.squares++
	p.advance()
	var i Node
	depth := 0
	star := false
	switch p.tok.kind {
	case tStar:
		star = true
		p.advance()
		if !p.atEnd(inIndex) {
			p.fail(p.tok.Span, "unexpected "+quote(p.text[p.tok.Start:p.tok.End])+" after *; write [*]")
			p.list(inIndex)
		}
	case tRBracket:
		p.fail(Span{open.Start, p.tok.End}, "empty index; write a name in single quotes, a number or * between the brackets")
		i = p.nothing()
	default:
		i, depth = p.list(inIndex)
	}
	p.squares--
	p.nest--
	p.close(open, tRBracket, "unclosed [; add the closing ]")
	whole := Span{start, p.prevEnd}
	if star {
		return &Star{whole, x}, depth
	}
	return &Index{whole, x, i}, depth
}

// close reads the token that closes open, or says that it is missing.
func (p *parser) close(open token, k kind, message string) {
	if p.tok.kind == k {
		p.advance()
		return
	}
	if !p.unclosed { // an unclosed string has swallowed the bracket
		p.fail(open.Span, message)
	}
}

// method reports x.name(…), of which there is none.
func (p *parser) method(x *Property) Node {
	p.fail(x.NameSpan, quote(x.Name)+" is called like a method, of which there are none; write "+x.Name+"(value, …)")
	p.args()
	return &Bad{Span{x.Start, p.prevEnd}}
}
