package expr

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxErrors bounds the errors of one expression.
const maxErrors = 20

// Parse reads one expression without its fence. The node is never nil; what could not be read is a *Bad within it. Errors
// are of syntax only and in the order of the text; Check knows about names and arguments.
func Parse(text string) (Node, []Error) { return parseRange(text, Span{0, len(text)}) }

// parseRange reads the expression that stands in a range of text.
func parseRange(text string, in Span) (Node, []Error) {
	start := min(skipBlanks(text[:in.End], in.Start), in.End)
	whole := Span{start, trimEnd(text, start, in.End)}
	if whole.Len() == 0 {
		return &Bad{Span{in.Start, in.Start}}, []Error{{in, "empty expression; write a value or remove it"}}
	}
	if whole.Len() > MaxLength {
		if n := utf8.RuneCountInString(text[whole.Start:whole.End]); n > MaxLength {
			return &Bad{whole}, []Error{{whole, "expression of " + strconv.Itoa(n) + " characters; the runner takes " + strconv.Itoa(MaxLength)}}
		}
	}
	if n := dotted(text, whole); n != nil {
		return n, nil
	}
	return parseTokens(text, whole)
}

func parseTokens(text string, whole Span) (Node, []Error) {
	p := parser{lexer: lexer{text: text[:whole.End], pos: whole.Start}, prevEnd: whole.Start}
	p.tok = p.next()
	n, depth := p.list(inTop)
	if depth > MaxDepth && !p.aborted {
		p.tooDeep(n.Range())
	}
	if p.aborted {
		n = &Bad{whole}
	}
	slices.SortStableFunc(p.errs, func(a, b Error) int { return cmp.Compare(a.Start, b.Start) })
	return n, p.errs
}

// parser reads tokens into nodes. Its methods return a node and how deep it nests.
type parser struct {
	lexer
	tok     token // the next one
	prevEnd int   // where the token before it ends
	errs    []Error
	nest    int // groups, calls, indexes and ! around the cursor
	parens  int // groups and calls around the cursor
	squares int // indexes around the cursor
	aborted bool
}

// place tells what list reads the inside of.
type place uint8

const (
	inTop place = iota
	inGroup
	inCall
	inIndex
)

func (p *parser) advance() {
	p.prevEnd = p.tok.End
	p.tok = p.next()
}

func (p *parser) fail(at Span, message string) {
	if !p.aborted && len(p.errs) < maxErrors {
		p.errs = append(p.errs, Error{at, message})
	}
}

func (p *parser) tooDeep(at Span) {
	p.fail(at, "expression nested more than "+strconv.Itoa(MaxDepth)+" levels deep, which the runner refuses; split it")
	p.abort()
}

// abort gives the expression up: no more tokens, no more errors.
func (p *parser) abort() {
	p.aborted = true
	p.pos = len(p.text)
	p.tok = token{Span: Span{p.prevEnd, p.prevEnd}}
}

// enter counts a nesting construct at the next token and reports whether there is room for it.
func (p *parser) enter() bool {
	if p.nest >= MaxDepth {
		p.tooDeep(p.tok.Span)
		return false
	}
	p.nest++
	return true
}

// list reads an expression and whatever wrongly follows it, up to the end of its place.
func (p *parser) list(in place) (Node, int) {
	start := p.tok.Start
	x, depth := p.binary(1)
	clean, said := true, false
	for !p.atEnd(in) {
		clean = false
		t := p.tok
		switch {
		case t.kind == tRParen || t.kind == tRBracket:
			p.fail(t.Span, "unmatched "+quote(p.text[t.Start:t.End])+"; remove it or open it before")
			p.advance()
			x, depth = p.climb(x, depth, 1)
			continue
		case t.kind == tBad:
			if !said || t.Len() > 1 {
				p.fail(t.Span, t.msg)
			}
			p.advance()
		case p.startsPrimary():
			if name, ok := x.(*Name); ok && strings.EqualFold(name.Name, "not") {
				p.fail(name.Span, "unknown operator "+quote(name.Name)+"; write !")
			} else if !said {
				p.fail(t.Span, "missing operator before "+quote(p.text[t.Start:t.End])+"; join the values with && or ||, or remove one")
			}
		default:
			if !said {
				p.fail(t.Span, "unexpected "+quote(p.text[t.Start:t.End])+"; remove it")
			}
			p.advance()
		}
		said = true
		if p.startsPrimary() {
			y, _ := p.binary(1)
			_, operator := y.(*Binary)
			said = !operator
		} else if p.tok.kind == tOp {
			x, depth = p.climb(x, depth, 1)
			said = false
		}
	}
	if !clean {
		x = &Bad{Span{start, max(start, p.prevEnd)}}
	}
	return x, depth
}

// atEnd reports whether the next token closes the place, or one around it.
func (p *parser) atEnd(in place) bool {
	switch p.tok.kind {
	case tEOF:
		return true
	case tRParen:
		return p.parens > 0
	case tRBracket:
		return p.squares > 0
	case tComma:
		return in == inCall
	}
	return false
}

// startsPrimary reports whether the next token can begin an operand.
func (p *parser) startsPrimary() bool {
	switch p.tok.kind {
	case tIdent, tNull, tTrue, tFalse, tNumber, tString, tLParen, tNot:
		return true
	}
	return false
}

// binary reads operators that bind at least as tightly as least.
func (p *parser) binary(least int) (Node, int) {
	x, depth := p.unary()
	return p.climb(x, depth, least)
}

// climb reads the operators and operands that follow x.
func (p *parser) climb(x Node, depth, least int) (Node, int) {
	for {
		op := p.operator()
		if op.kind != tOp || precedence(op.op) < least {
			return x, depth
		}
		if op.msg != "" {
			p.fail(op.Span, op.msg)
		}
		p.advance()
		var y Node
		var deep int
		if p.startsPrimary() || p.tok.kind == tBad {
			y, deep = p.binary(precedence(op.op) + 1)
			y = p.tight(y)
		} else {
			p.fail(op.Span, "missing operand after "+string(op.op)+"; add one or remove the operator")
			y = &Bad{Span{op.End, op.End}}
		}
		// The runner flattens a && b && c into one level.
		if b, ok := x.(*Binary); ok && b.Op == op.op && (op.op == And || op.op == Or) {
			depth = max(depth, deep+1)
		} else {
			depth = max(depth, deep) + 1
		}
		x = &Binary{Span{x.Range().Start, y.Range().End}, op.op, op.Span, x, y}
	}
}

// operator returns the next token, with the words and and or as operators.
func (p *parser) operator() token {
	t := p.tok
	if t.kind != tIdent {
		return t
	}
	word := p.text[t.Start:t.End]
	switch {
	case strings.EqualFold(word, "and"):
		t.op = And
	case strings.EqualFold(word, "or"):
		t.op = Or
	default:
		return t
	}
	t.kind = tOp
	t.msg = "unknown operator " + quote(word) + "; write " + string(t.op)
	return t
}

func precedence(op Op) int {
	switch op {
	case Or:
		return 1
	case And:
		return 2
	case Eq, Ne:
		return 3
	}
	return 4
}

func (p *parser) unary() (Node, int) {
	if p.tok.kind != tNot {
		return p.postfix()
	}
	if !p.enter() {
		return p.nothing(), 1
	}
	not := p.tok
	p.advance()
	var x Node
	depth := 0
	if p.startsPrimary() || p.tok.kind == tBad {
		x, depth = p.unary()
		x = p.tight(x)
	} else {
		p.fail(not.Span, "missing operand after !; add one or remove the operator")
		x = &Bad{Span{not.End, not.End}}
	}
	p.nest--
	return &Not{Span{not.Start, x.Range().End}, x}, depth + 1
}

// tight moves an operand that is not there from in front of the next token to behind the last one, so that a node which ends in
// it does not end in blanks.
func (p *parser) tight(x Node) Node {
	if bad, ok := x.(*Bad); ok && bad.Len() == 0 && bad.Start > p.prevEnd {
		return p.nothing()
	}
	return x
}

// nothing stands for an operand that is not there.
func (p *parser) nothing() *Bad { return &Bad{Span{p.prevEnd, p.prevEnd}} }

func (p *parser) primary() (Node, int) {
	for p.tok.kind == tBad && strings.HasPrefix(p.text[p.tok.Start:], fenceOpen) {
		p.fail(p.tok.Span, p.tok.msg) // what it holds is read as if it were not there
		p.advance()
	}
	t := p.tok
	switch t.kind {
	case tIdent:
		p.advance()
		if p.tok.kind != tLParen {
			return &Name{t.Span, p.text[t.Start:t.End]}, 1
		}
		args, depth := p.args()
		return &Call{Span{t.Start, p.prevEnd}, p.text[t.Start:t.End], t.Span, args}, depth + 1
	case tNull, tTrue, tFalse, tNumber, tString:
		p.advance()
		return &Literal{t.Span, p.value(t)}, 1
	case tLParen:
		return p.group()
	case tBad:
		p.fail(t.Span, t.msg)
		p.advance()
		return &Bad{t.Span}, 1
	case tOp:
		p.fail(t.Span, "missing operand before "+p.text[t.Start:t.End]+"; add one or remove the operator")
		return &Bad{Span{t.Start, t.Start}}, 1
	case tEOF:
		return p.nothing(), 1
	}
	return &Bad{Span{t.Start, t.Start}}, 1
}

func (p *parser) value(t token) Value {
	switch t.kind {
	case tTrue, tFalse:
		return Value{Kind: Bool, Bool: t.kind == tTrue}
	case tNumber:
		return Value{Kind: Number, Number: t.num}
	case tString:
		return Value{Kind: String, String: strings.ReplaceAll(p.text[t.Start+1:t.End-1], "''", "'")}
	}
	return Value{}
}

// group reads (x); the parenthesis is the next token.
func (p *parser) group() (Node, int) {
	if !p.enter() {
		return p.nothing(), 1
	}
	open := p.tok
	p.parens++
	p.advance()
	var x Node
	depth := 1
	if p.tok.kind == tRParen {
		p.fail(Span{open.Start, p.tok.End}, "empty parentheses; write an expression between them")
		x = p.nothing()
	} else {
		x, depth = p.list(inGroup)
	}
	p.parens--
	p.nest--
	p.close(open, tRParen, "unclosed (; add the closing )")
	return &Group{Span{open.Start, p.prevEnd}, x}, depth + 1
}

// args reads (x, y, …); the parenthesis is the next token.
func (p *parser) args() ([]Node, int) {
	if !p.enter() {
		return nil, 0
	}
	open := p.tok
	p.parens++
	p.advance()
	var args []Node
	depth := 0
	for last := open; p.tok.kind != tRParen || last.kind == tComma; {
		if p.tok.kind == tEOF && last.kind != tComma {
			break
		}
		if k := p.tok.kind; k == tComma || k == tRParen || k == tEOF {
			p.fail(last.Span, "missing argument after "+quote(p.text[last.Start:last.End])+"; add one or remove the comma")
			args = append(args, p.nothing())
		} else {
			x, deep := p.list(inCall)
			args, depth = append(args, x), max(depth, deep)
		}
		if p.tok.kind != tComma {
			break
		}
		last = p.tok
		p.advance()
	}
	p.parens--
	p.nest--
	p.close(open, tRParen, "unclosed (; add the closing )")
	return args, depth
}
