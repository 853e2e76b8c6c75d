package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// arithmetic reads an expression with what stands around it: the operators that people use, on one line.
func (r *reader) arithmetic() syntax.ArithmExpr {
	r.enter()
	x := r.sum(1)
	op, size := r.assignmentOp()
	if size > 0 {
		b := &syntax.BinaryArithm{OpPos: r.pos(), Op: op, X: x}
		if !names(x) {
			r.fail()
		}
		r.skip(size)
		b.Y = r.arithmetic()
		x = b
	}
	r.leave()
	return x
}

// names tells whether an operand is the name of a variable.
func names(x syntax.ArithmExpr) bool {
	w, ok := x.(*syntax.Word)
	return ok && len(w.Parts) == 1 && isName(w.Lit())
}

// spaces skips blanks, which do not end an expression as lines do.
func (r *reader) spaces() {
	for r.peek() == ' ' || r.peek() == '\t' {
		r.skip(1)
	}
}

// assignmentOp finds the assignment that comes next and its size.
func (r *reader) assignmentOp() (syntax.BinAritOperator, int) {
	if r.peek() == '=' {
		return syntax.Assgn, 1
	}
	if r.ahead(1) == '=' {
		switch r.peek() {
		case '+':
			return syntax.AddAssgn, 2
		case '-':
			return syntax.SubAssgn, 2
		case '*':
			return syntax.MulAssgn, 2
		case '/':
			return syntax.QuoAssgn, 2
		case '%':
			return syntax.RemAssgn, 2
		}
	}
	return 0, 0
}

// arithmeticOps are the operators between two operands with their rank; longer ones first.
var arithmeticOps = [...]struct {
	text string
	op   syntax.BinAritOperator
	rank int
}{
	{"||", syntax.OrArit, 1}, {"&&", syntax.AndArit, 2}, {"==", syntax.Eql, 3}, {"!=", syntax.Neq, 3},
	{"<=", syntax.Leq, 4}, {">=", syntax.Geq, 4}, {"<", syntax.Lss, 4}, {">", syntax.Gtr, 4},
	{"+", syntax.Add, 5}, {"-", syntax.Sub, 5}, {"*", syntax.Mul, 6}, {"/", syntax.Quo, 6}, {"%", syntax.Rem, 6},
}

// sum reads operands with operators of at least a rank between them, which lean to the left.
func (r *reader) sum(rank int) syntax.ArithmExpr {
	x := r.term()
next:
	for {
		r.spaces()
		if _, size := r.assignmentOp(); size > 0 && r.ahead(1) != '=' || size > 1 {
			return x
		}
		for _, o := range arithmeticOps {
			if !strings.HasPrefix(r.text[r.at:], o.text) {
				continue
			}
			if o.rank < rank {
				return x
			}
			b := &syntax.BinaryArithm{OpPos: r.pos(), Op: o.op, X: x}
			r.skip(len(o.text))
			if c := r.peek(); c != '=' && strings.IndexByte("<>*&|", c) >= 0 {
				r.fail() // << >> **
			}
			b.Y = r.sum(o.rank + 1)
			x = b
			continue next
		}
		return x
	}
}

// term reads an operand with the operators before and behind it.
func (r *reader) term() syntax.ArithmExpr {
	r.enter()
	defer r.leave()
	r.spaces()
	c := r.peek()
	if c == '(' {
		p := &syntax.ParenArithm{Lparen: r.pos()}
		r.skip(1)
		p.X = r.arithmetic()
		p.Rparen = r.closing()
		return p
	}
	if op := signs[c]; op != 0 {
		if r.ahead(1) == c || r.ahead(1) == '=' {
			r.fail()
		}
		u := &syntax.UnaryArithm{OpPos: r.pos(), Op: op}
		r.skip(1)
		u.X = r.term()
		return u
	}
	x := r.value()
	r.spaces()
	if c := r.peek(); (c == '+' || c == '-') && r.ahead(1) == c {
		u := &syntax.UnaryArithm{OpPos: r.pos(), Op: syntax.Inc, Post: true, X: x}
		if c == '-' {
			u.Op = syntax.Dec
		}
		if !names(x) {
			r.fail()
		}
		r.skip(2)
		return u
	}
	return x
}

// signs are the operators before an operand.
var signs = [256]syntax.UnAritOperator{'!': syntax.Not, '~': syntax.BitNegation, '+': syntax.Plus, '-': syntax.Minus}

// value reads a number, a variable or text that gives one.
func (r *reader) value() *syntax.Word {
	first := len(r.partStack)
	for {
		from := r.at
		for nameByte(r.peek(), 1) {
			r.skip(1)
		}
		switch {
		case r.at > from:
			r.partStack = append(r.partStack, r.lit(from))
		case r.peek() == '$':
			r.partStack = append(r.partStack, r.dollar(false))
		case r.peek() == '"':
			r.partStack = append(r.partStack, r.double())
		case len(r.partStack) == first:
			r.fail()
			return &syntax.Word{}
		default:
			return r.wordOf(first)
		}
	}
}

// doubled skips the )) that must come next.
func (r *reader) doubled() syntax.Pos {
	at := r.pos()
	if r.peek() != ')' || r.ahead(1) != ')' {
		r.fail()
	}
	r.skip(2)
	return at
}

// computed reads $((…)).
func (r *reader) computed() *syntax.ArithmExp {
	r.noDocuments()
	a := &syntax.ArithmExp{Left: r.pos()}
	r.skip(len("$(("))
	a.X = r.arithmetic()
	a.Right = r.doubled()
	return a
}

// computation reads ((…)).
func (r *reader) computation() *syntax.ArithmCmd {
	r.noDocuments()
	a := &syntax.ArithmCmd{Left: r.pos()}
	r.skip(len("(("))
	a.X = r.arithmetic()
	a.Right = r.doubled()
	r.blanks()
	return a
}
