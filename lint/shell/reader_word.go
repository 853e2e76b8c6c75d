package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// lit is a literal from an offset to here.
func (r *reader) lit(from int) *syntax.Lit { return r.litEnd(from, r.at, r.at) }

// litEnd is a literal whose end is elsewhere than its text's.
func (r *reader) litEnd(from, to, end int) *syntax.Lit {
	lit := r.lits.one()
	lit.ValuePos, lit.ValueEnd, lit.Value = posAt(from), posAt(end), r.text[from:to]
	return lit
}

// needWord reads a word that must be there.
func (r *reader) needWord() *syntax.Word {
	if w := r.word(); w != nil {
		return w
	}
	r.fail()
	return &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{}}}
}

// word reads a word up to what cannot be part of it; nil when there is none.
func (r *reader) word() *syntax.Word { return r.wordAfter(0) }

// wordAfter is word for one that the parser reads together with text before it, of which the first byte matters.
func (r *reader) wordAfter(lead byte) *syntax.Word {
	from := len(r.partStack)
	for r.at < len(r.text) {
		part := r.part(len(r.partStack) == from, lead)
		if part == nil {
			break
		}
		lead = 0
		r.partStack = append(r.partStack, part)
	}
	return r.wordOf(from)
}

// wordOf makes a word of the parts on the stack from an index on.
func (r *reader) wordOf(from int) *syntax.Word {
	switch len(r.partStack) - from {
	case 0:
		return nil
	case 1:
		w := r.words.one()
		w.part[0] = r.partStack[from]
		w.word.Parts = w.part[:]
		r.partStack[from] = nil
		r.partStack = r.partStack[:from]
		return &w.word
	}
	w := &r.words.one().word
	w.Parts = popped(&r.partStack, from, &r.partLists)
	return w
}

// part reads a part of a word; nil where the word ends.
func (r *reader) part(first bool, lead byte) syntax.WordPart {
	switch c := r.text[r.at]; c {
	case ' ', '\t', '\n', ';', '&', '|', '(', ')':
		return nil
	case '<', '>':
		if r.ahead(1) != '(' {
			return nil
		}
		if first && lead == 0 {
			return r.process()
		}
		r.fail()
		return nil
	case '\'':
		return r.single(1)
	case '"':
		return r.double()
	case '$':
		return r.dollar(false)
	case '#', '=':
		if !first && (c == '#' || r.elements) {
			r.fail()
			return nil
		}
	}
	if lit := r.literal(lead); lit != nil {
		return lit
	}
	return nil
}

// literalEnds are the bytes at which a literal may end, or means something else.
var literalEnds = byteSet(" \t\n;&|()<>'\"$`\\?*+@![=")

// literal reads what stands in a word without quotes. A [ behind other text begins a literal of its own, as it may be an index.
func (r *reader) literal(lead byte) *syntax.Lit {
	from := r.at
	if lead == 0 || r.text[from] == '[' {
		lead = r.text[from]
	}
scan:
	for r.at < len(r.text) {
		c := r.text[r.at]
		if !literalEnds[c] {
			r.at++
			continue
		}
		switch c {
		case '?', '*', '+', '@', '!':
			if r.ahead(1) == '(' {
				r.fail()
				return nil
			}
		case '=':
			if r.at == from && r.ahead(1) == '(' {
				r.fail()
				return nil
			}
		case '[':
			if r.at > from && lead != '[' && lead != '{' {
				break scan
			}
		case '\\':
			r.skip(1)
			r.escaped()
			continue
		case '`':
			r.fail()
			return nil
		case '<', '>':
			if lead == '{' || r.ahead(1) == '(' {
				r.fail()
				return nil
			}
			break scan
		default:
			break scan
		}
		r.skip(1)
	}
	return r.lit(from)
}

// escaped skips the byte behind a backslash.
func (r *reader) escaped() {
	if c := r.peek(); c == 0 || c == '\n' {
		r.fail()
		return
	}
	r.skip(1)
}

// single reads '…', whose opening has this size: that of $'…' is 2.
func (r *reader) single(open int) *syntax.SglQuoted {
	q := &syntax.SglQuoted{Left: r.pos(), Dollar: open > 1}
	from := r.at + open
	end := strings.IndexByte(r.text[from:], '\'')
	if q.Dollar {
		end = closingQuote(r.text[from:])
	}
	if end < 0 {
		r.fail()
		return q
	}
	r.at = from + end
	q.Value, q.Right = r.text[from:r.at], r.pos()
	r.skip(1)
	return q
}

// closingQuote finds the first ' without a backslash.
func closingQuote(text string) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\'':
			return i
		case '\\':
			i++
		}
	}
	return -1
}

// quotedEnds are the bytes at which text within quotes may end, or means something else.
var quotedEnds = byteSet("\"\\$`\x00")

// double reads "…".
func (r *reader) double() *syntax.DblQuoted {
	q := r.quotes.one()
	q.Left = r.pos()
	r.skip(1)
	first, from := len(r.partStack), r.at
read:
	for !r.failed {
		c := r.peek()
		if !quotedEnds[c] {
			r.skip(1)
			continue
		}
		goesOn := c == '\\' && r.ahead(1) == '\n' && r.text[r.at-1] != '\\'
		if c == '\\' && !goesOn {
			r.skip(1)
			r.escaped()
			continue
		}
		if r.at > from {
			r.partStack = append(r.partStack, r.litEnd(from, r.at, r.at+b2i(goesOn))) // where the parser sees its end
		}
		switch {
		case goesOn:
			r.skip(2)
		case c == '$':
			r.partStack = append(r.partStack, r.dollar(true))
		default:
			break read
		}
		from = r.at
	}
	q.Parts, q.Right = popped(&r.partStack, first, &r.partLists), r.pos()
	if r.peek() != '"' {
		r.fail()
	}
	r.skip(1)
	return q
}

// dollar reads what begins with a $, within quotes or not.
func (r *reader) dollar(quoted bool) syntax.WordPart {
	from := r.at
	switch c := r.ahead(1); {
	case c == '{':
		return r.braced()
	case c == '(' && r.ahead(2) == '(':
		return r.computed()
	case c == '(':
		return r.substitution()
	case c == '\'' && !quoted:
		return r.single(2)
	case c == '[' || c == '"' && !quoted || c == '\\' && r.ahead(2) == '\n':
		r.fail()
		return r.lit(from)
	}
	r.skip(1)
	n := r.name()
	if n == 0 {
		return r.lit(from)
	}
	p := r.params.one()
	p.Dollar, p.Short = posAt(from), true
	p.Param = r.param(n)
	if r.peek() == '\\' && r.ahead(1) == '\n' {
		r.fail()
	}
	return p
}

// name is the size of the name of a variable or special parameter that comes next.
func (r *reader) name() int {
	if c := r.peek(); '0' <= c && c <= '9' || c != 0 && strings.IndexByte("@*#$?!-", c) >= 0 {
		return 1
	}
	n := 0
	for nameByte(r.ahead(n), n) {
		n++
	}
	return n
}

func (r *reader) param(size int) *syntax.Lit {
	from := r.at
	r.skip(size)
	return r.lit(from)
}

// substitution reads $(…).
func (r *reader) substitution() *syntax.CmdSubst {
	c := &syntax.CmdSubst{Left: r.pos()}
	r.skip(len("$("))
	c.Stmts, c.Right = r.enclosed()
	return c
}

// process reads <(…) or >(…).
func (r *reader) process() *syntax.ProcSubst {
	p := &syntax.ProcSubst{OpPos: r.pos(), Op: syntax.CmdIn}
	if r.peek() == '>' {
		p.Op = syntax.CmdOut
	}
	r.skip(len("<("))
	p.Stmts, p.Rparen = r.enclosed()
	return p
}

// enclosed reads the statements before a ).
func (r *reader) enclosed() ([]*syntax.Stmt, syntax.Pos) {
	r.noDocuments()
	elements := r.elements
	r.elements = false
	list := r.list()
	r.elements = elements
	r.noDocuments()
	return list, r.closing()
}

// braced reads ${…}.
func (r *reader) braced() *syntax.ParamExp {
	r.enter()
	defer r.leave()
	p := r.params.one()
	p.Dollar = r.pos()
	r.skip(len("${"))
	switch c, next := r.peek(), r.ahead(1); {
	case c == '#' && next != '}':
		p.Length = true
		r.skip(1)
	case c == '!' && next != '}':
		p.Excl = true
		r.skip(1)
	}
	n := r.name()
	if c := r.peek(); n == 0 || n == 1 && !nameByte(c, 1) && r.ahead(1) != '}' || '0' <= c && c <= '9' && nameByte(r.ahead(1), 1) {
		r.fail()
	}
	p.Param = r.param(n)
	if r.peek() == '[' && isName(p.Param.Value) {
		p.Index = r.index()
	}
	if r.peek() != '}' {
		if p.Length || p.Excl {
			r.fail()
		}
		r.operation(p)
	}
	p.Rbrace = r.pos()
	if r.peek() != '}' {
		r.fail()
	}
	r.skip(1)
	return p
}

// index reads […].
func (r *reader) index() (x syntax.ArithmExpr) {
	r.skip(1)
	if c := r.peek(); (c == '@' || c == '*') && r.ahead(1) == ']' {
		x = &syntax.Word{Parts: []syntax.WordPart{r.param(1)}}
	} else {
		x = r.arithmetic()
	}
	if r.peek() != ']' {
		r.fail()
	}
	r.skip(1)
	return x
}

// expansions are the operators of ${NAME…}, longer ones first.
var expansions = [...]struct {
	text string
	op   syntax.ParExpOperator
}{
	{":-", syntax.DefaultUnsetOrNull}, {"-", syntax.DefaultUnset}, {":+", syntax.AlternateUnsetOrNull}, {"+", syntax.AlternateUnset},
	{":=", syntax.AssignUnsetOrNull}, {"=", syntax.AssignUnset}, {":?", syntax.ErrorUnsetOrNull}, {"?", syntax.ErrorUnset},
	{"##", syntax.RemLargePrefix}, {"#", syntax.RemSmallPrefix}, {"%%", syntax.RemLargeSuffix}, {"%", syntax.RemSmallSuffix},
	{"^^", syntax.UpperAll}, {"^", syntax.UpperFirst}, {",,", syntax.LowerAll}, {",", syntax.LowerFirst},
}

// operation reads what is done with the value in ${NAME…}.
func (r *reader) operation(p *syntax.ParamExp) {
	for _, e := range expansions {
		if strings.HasPrefix(r.text[r.at:], e.text) {
			r.skip(len(e.text))
			p.Exp = &syntax.Expansion{Op: e.op, Word: r.operand(false)}
			return
		}
	}
	switch r.peek() {
	case '/':
		r.skip(1)
		p.Repl = &syntax.Replace{All: r.peek() == '/'}
		r.skip(b2i(p.Repl.All))
		p.Repl.Orig = r.operand(true)
		if r.peek() == '/' {
			r.skip(1)
			p.Repl.With = r.operand(false)
		}
	case ':':
		p.Slice = &syntax.Slice{}
		r.skip(1)
		p.Slice.Offset = r.arithmetic()
		if r.peek() == ':' {
			r.skip(1)
			p.Slice.Length = r.arithmetic()
		}
	default:
		r.fail()
	}
}

// operand reads the word of an operation, in which blanks are text; up to a / for one that is replaced.
func (r *reader) operand(replaced bool) *syntax.Word {
	first, from := len(r.partStack), r.at
	flush := func() {
		if r.at > from {
			r.partStack = append(r.partStack, r.lit(from))
		}
	}
	for !r.failed {
		switch c := r.peek(); {
		case c == 0 || c == '`':
			r.fail()
		case c == '}' || c == '/' && replaced:
			flush()
			return r.wordOf(first)
		case c == '\\':
			r.skip(1)
			r.escaped()
		case c == '\'' || c == '"' || c == '$':
			flush()
			switch c {
			case '\'':
				r.partStack = append(r.partStack, r.single(1))
			case '"':
				r.partStack = append(r.partStack, r.double())
			default:
				r.partStack = append(r.partStack, r.dollar(false))
			}
			from = r.at
		default:
			r.skip(1)
		}
	}
	return nil
}
