package shell

import "mvdan.cc/sh/v3/syntax"

func (r *reader) testClause() *syntax.TestClause {
	r.noDocuments()
	t := &syntax.TestClause{Left: r.pos()}
	r.skip(len("[["))
	t.X = r.test()
	t.Right = r.expect("]]")
	return t
}

// test reads an expression of [[ ]]: && and || are of one rank there, and lean to the right.
func (r *reader) test() syntax.TestExpr {
	r.enter()
	defer r.leave()
	r.testBlanks()
	x := r.testOperand()
	r.testBlanks()
	b := &syntax.BinaryTest{OpPos: r.pos(), X: x}
	switch {
	case r.peek() == ')' || r.keyword() == "]]":
		return x
	case r.peek() == '&' && r.ahead(1) == '&':
		b.Op = syntax.AndTest
	case r.peek() == '|' && r.ahead(1) == '|':
		b.Op = syntax.OrTest
	default:
		r.fail()
		return x
	}
	r.skip(2)
	b.Y = r.test()
	return b
}

func (r *reader) testBlanks() {
	for c := r.peek(); c == ' ' || c == '\t' || c == '\n' || c == '\\' && r.ahead(1) == '\n'; c = r.peek() {
		r.skip(1 + b2i(c == '\\'))
	}
	if r.peek() == '#' {
		r.fail()
	}
}

// testOperand reads what stands between && and ||.
func (r *reader) testOperand() syntax.TestExpr {
	if r.peek() == '(' {
		p := &syntax.ParenTest{Lparen: r.pos()}
		r.skip(1)
		p.X = r.test()
		r.testBlanks()
		p.Rparen = r.closing()
		return p
	}
	from := r.at
	word := r.needWord()
	text := r.text[from:r.at]
	if text == "]]" {
		r.fail()
	}
	if op := unaryTest(text); op != 0 {
		u := &syntax.UnaryTest{OpPos: posAt(from), Op: op}
		if op == syntax.TsNot {
			u.X = r.test()
			return u
		}
		r.sameLine()
		u.X = r.needWord()
		return u
	}
	r.testBlanks()
	op, size := r.binaryTest()
	if op == 0 {
		return word
	}
	b := &syntax.BinaryTest{OpPos: r.pos(), Op: op, X: word}
	r.skip(size)
	r.sameLine()
	if op == syntax.TsReMatch {
		b.Y = r.pattern()
	} else {
		b.Y = r.needWord()
	}
	return b
}

// sameLine skips blanks before an operand that must not stand in the next line.
func (r *reader) sameLine() {
	for r.peek() == ' ' || r.peek() == '\t' {
		r.skip(1)
	}
	if c := r.peek(); c == '#' || c == '\\' && r.ahead(1) == '\n' {
		r.fail()
	}
}

// binaryTest finds the operator that comes next and its size.
func (r *reader) binaryTest() (syntax.BinTestOperator, int) {
	n := 0
	for c := r.ahead(n); c != 0 && !wordEnds[c]; c = r.ahead(n) {
		n++
	}
	switch r.text[r.at : r.at+n] {
	case "=":
		return syntax.TsMatchShort, n
	case "==":
		return syntax.TsMatch, n
	case "!=":
		return syntax.TsNoMatch, n
	case "=~":
		return syntax.TsReMatch, n
	case "-eq":
		return syntax.TsEql, n
	case "-ne":
		return syntax.TsNeq, n
	case "-le":
		return syntax.TsLeq, n
	case "-ge":
		return syntax.TsGeq, n
	case "-lt":
		return syntax.TsLss, n
	case "-gt":
		return syntax.TsGtr, n
	}
	return 0, 0
}

// unaryTests are the options of [[ ]] that ask about one word, by their letter.
var unaryTests = func() (out [256]syntax.UnTestOperator) {
	for i, letter := range []byte("efdcbpSLkguGONrwxstznovR") {
		out[letter] = syntax.TsExists + syntax.UnTestOperator(i)
	}
	out['a'], out['h'] = syntax.TsExists, syntax.TsSmbLink
	return out
}()

func unaryTest(text string) syntax.UnTestOperator {
	switch {
	case text == "!":
		return syntax.TsNot
	case len(text) == 2 && text[0] == '-':
		return unaryTests[text[1]]
	}
	return 0
}

// pattern reads the regular expression behind =~.
func (r *reader) pattern() *syntax.Word {
	from, start, open := len(r.partStack), r.at, 0
	flush := func() {
		if r.at > start {
			r.partStack = append(r.partStack, r.lit(start))
		}
	}
	for !r.failed {
		switch c := r.peek(); c {
		case 0, '\n', ';', '&', '<', '>', '"', '\'', '`':
			r.fail()
		case ' ', '\t':
			if flush(); open > 0 || len(r.partStack) == from {
				r.fail()
			}
			return &syntax.Word{Parts: popped(&r.partStack, from, &r.partLists)}
		case '$':
			flush()
			r.partStack = append(r.partStack, r.dollar(false))
			start = r.at
		case '(':
			open++
			r.skip(1)
		case ')':
			if open--; open < 0 {
				r.fail()
			}
			r.skip(1)
		case '\\':
			r.skip(1)
			r.escaped()
		default:
			r.skip(1)
		}
	}
	return nil
}
