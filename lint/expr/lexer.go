package expr

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind tells what a token is.
type kind uint8

const (
	tEOF kind = iota
	tIdent
	tNull
	tTrue
	tFalse
	tNumber
	tString
	tLParen
	tRParen
	tLBracket
	tRBracket
	tComma
	tDot
	tStar
	tNot
	tOp
	tBad // msg says what is wrong with it
)

// token is one word of an expression.
type token struct {
	Span
	kind kind
	op   Op      // of a tOp; a misspelled one carries msg too
	num  float64 // of a tNumber
	msg  string
}

// lexer cuts text[pos:] into tokens. Token spans are offsets into text.
type lexer struct {
	text     string
	pos      int
	last     kind
	unclosed bool // the last string has no closing quote
}

// next returns the token at the cursor and moves behind it.
func (l *lexer) next() token {
	l.pos = skipBlanks(l.text, l.pos)
	t := l.scan()
	l.pos, l.last = t.End, t.kind
	return t
}

func (l *lexer) scan() token {
	if l.pos >= len(l.text) {
		return token{Span: Span{len(l.text), len(l.text)}}
	}
	switch c := l.text[l.pos]; c {
	case '(':
		return l.take(tLParen)
	case ')':
		return l.take(tRParen)
	case '[':
		return l.take(tLBracket)
	case ']':
		return l.take(tRBracket)
	case ',':
		return l.take(tComma)
	case '*':
		return l.take(tStar)
	case '!', '=', '<', '>', '&', '|':
		return l.operator(c)
	case '\'':
		return l.quoted()
	case '"':
		return l.doubleQuoted()
	case '.':
		if l.startsOperand() {
			return l.number()
		}
		return l.take(tDot)
	case '?', ':':
		t := l.take(tBad)
		t.msg = "unexpected " + quote(l.text[t.Start:t.End]) + "; write a choice as case(condition, then, else)"
		return t
	default:
		if c == '-' || c == '+' || isDigit(c) {
			return l.number()
		}
		return l.word()
	}
}

func (l *lexer) take(k kind) token { return token{Span: Span{l.pos, l.pos + 1}, kind: k} }

// startsOperand reports whether a dot at the cursor begins a number, which depends on the token before it.
func (l *lexer) startsOperand() bool {
	switch l.last {
	case tEOF, tComma, tLParen, tLBracket, tNot, tOp:
		return true
	}
	return false
}

// operator reads an operator. Spellings of other languages are read as what they mean, with a message.
func (l *lexer) operator(c byte) token {
	end := l.pos + 1
	for end < len(l.text) && end < l.pos+3 && l.text[end] == '=' {
		end++
	}
	if (c == '&' || c == '|') && end == l.pos+1 && end < len(l.text) && l.text[end] == c {
		end++
	}
	t := token{Span: Span{l.pos, end}, kind: tOp, op: Op(l.text[l.pos:end])}
	switch t.op {
	case Or, And, Eq, Ne, Lt, Le, Gt, Ge:
		return t
	case "!":
		return l.take(tNot)
	case "=", "===":
		t.op = Eq
	case "!==":
		t.op = Ne
	case "&":
		t.op = And
	case "|":
		t.op = Or
	default: // <==, >==, &=, |=: the operator and what follows it
		t = token{Span: Span{l.pos, l.pos + 1}, kind: tOp, op: Op(l.text[l.pos : l.pos+1])}
		switch c {
		case '<', '>':
			t.End, t.op = l.pos+2, Op(l.text[l.pos:l.pos+2])
			return t
		case '&':
			t.op = And
		case '|':
			t.op = Or
		}
	}
	t.msg = "unknown operator " + quote(l.text[t.Start:t.End]) + "; write " + string(t.op)
	return t
}

// quoted reads a string in single quotes.
func (l *lexer) quoted() token {
	for end := l.pos + 1; ; end += 2 {
		i := strings.IndexByte(l.text[end:], '\'')
		if i < 0 {
			l.unclosed = true
			return token{
				Span: Span{l.pos, trimEnd(l.text, l.pos, len(l.text))},
				kind: tBad, msg: "unclosed string; add the closing '",
			}
		}
		end += i
		if end+1 >= len(l.text) || l.text[end+1] != '\'' {
			return token{Span: Span{l.pos, end + 1}, kind: tString}
		}
	}
}

// doubleQuoted reads what was meant as a string, up to the closing quote on the same line, else up to the end of the word.
func (l *lexer) doubleQuoted() token {
	line := l.text[l.pos+1:]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	end := l.pos + 1
	if i := strings.IndexByte(line, '"'); i >= 0 {
		end += i + 1
	} else {
		end = l.wordEnd(end)
	}
	return token{Span: Span{l.pos, end}, kind: tBad, msg: "string in double quotes; write it in single quotes"}
}

// number reads as far as the runner does, which takes signs and dots within.
func (l *lexer) number() token {
	end := l.pos + 1
	for end < len(l.text) && !isBlankAt(l.text, end) && (l.text[end] == '.' || !isBoundary(l.text[end])) {
		end++
	}
	word := l.text[l.pos:end]
	if v, ok := parseNumber(word); ok {
		return token{Span: Span{l.pos, end}, kind: tNumber, num: v}
	}
	t := token{Span: Span{l.pos, end}, kind: tBad}
	switch {
	case word[0] == '+' || word[0] == '-':
		t.msg = "unexpected " + quote(word) + "; expressions have no arithmetic"
	case l.last == tDot:
		t.msg = "property name " + quote(word) + " does not begin with a letter; write it as ['" + word + "']"
	case word == ".":
		t.msg = "unexpected \".\"; a context stands before it"
	default:
		t.msg = quote(word) + " is not a number; write text in single quotes"
	}
	return t
}

// word reads a name or keyword, or a run of characters that is none.
func (l *lexer) word() token {
	if strings.HasPrefix(l.text[l.pos:], "${{") {
		return token{
			Span: Span{l.pos, l.pos + 3}, kind: tBad,
			msg: "${{ within an expression; write what it holds without ${{ }}",
		}
	}
	end := l.wordEnd(l.pos + 1)
	word := l.text[l.pos:end]
	t := token{Span: Span{l.pos, end}, kind: tIdent}
	if !isName(word) {
		t.kind = tBad
		switch word[0] {
		case '/', '%', '^':
			t.msg = "unexpected " + quote(word) + "; expressions have no arithmetic"
		case '$':
			t.msg = "unexpected " + quote(word) + "; expressions do not see shell variables, use the env context"
		default:
			t.msg = "unexpected " + quote(word) + "; write text in single quotes"
		}
		return t
	}
	if l.last == tDot {
		return t
	}
	switch word {
	case "null":
		t.kind = tNull
	case "true":
		t.kind = tTrue
	case "false":
		t.kind = tFalse
	case "NaN", "Infinity":
		t.kind = tNumber
		t.num = namedNumber(word)
	}
	return t
}

func (l *lexer) wordEnd(end int) int {
	for end < len(l.text) && !isBoundary(l.text[end]) && !isBlankAt(l.text, end) {
		end++
	}
	return end
}

// isBoundary reports whether c ends a word.
func isBoundary(c byte) bool {
	switch c {
	case '(', ')', '[', ']', ',', '.', '!', '=', '<', '>', '&', '|', '\'', '"', '?':
		return true
	}
	return false
}

// isName reports whether s is a legal context, function or property name.
func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_':
		case i > 0 && (isDigit(c) || c == '-'):
		default:
			return false
		}
	}
	return s != ""
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isBlankAt reports whether a blank begins at text[i].
func isBlankAt(text string, i int) bool {
	c := text[i]
	if c < utf8.RuneSelf {
		return c == ' ' || c >= '\t' && c <= '\r'
	}
	r, _ := utf8.DecodeRuneInString(text[i:])
	return unicode.IsSpace(r)
}

// skipBlanks returns the first offset from i that holds no blank.
func skipBlanks(text string, i int) int {
	for i < len(text) && isBlankAt(text, i) {
		_, n := utf8.DecodeRuneInString(text[i:])
		i += n
	}
	return i
}

// trimEnd returns end without the blanks before it, but not less than start.
func trimEnd(text string, start, end int) int {
	return start + len(strings.TrimRightFunc(text[start:end], unicode.IsSpace))
}

// quote returns s in double quotes, shortened and without control characters, for messages.
func quote(s string) string {
	const most = 40
	var b strings.Builder
	b.WriteByte('"')
	n := 0
	for _, r := range s {
		if n++; n > most {
			b.WriteString("…")
			break
		}
		if !unicode.IsPrint(r) {
			r = '�'
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String()
}
