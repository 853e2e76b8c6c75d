package rules

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/rhysd/actionlint"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// place returns the span that a position of actionlint stands for, and the fence it is in and the expression there, if any. The
// position of a bare condition is that of its first word: inside tells which of the two is meant.
func (t *alTree) place(line, col int, inside bool) (syntax.Span, alFence, expr.Node) {
	i := line>>alLineBits - alFirstPlace
	if i < 0 && t.raw == nil {
		return syntax.Span{}, alFence{}, nil
	}
	if i < 0 {
		n := t.raw.nodes[line].Resolve()
		if n == nil {
			return syntax.Span{}, alFence{}, nil
		}
		if n.Kind != syntax.Scalar {
			return n.Span, alFence{}, nil
		}
		s := n.Str()
		return t.within(&s, nil, col-len("     ")-1, 0)
	}
	p := t.places[i]
	if p.str == nil {
		return p.span, alFence{}, nil
	}
	cond := p.cond
	if !inside {
		cond = nil
	}
	return t.within(p.str, cond, col-1, line&(1<<alLineBits-1))
}

// within returns the smallest span of a scalar that is meant by an offset: of the expression that starts there, else the scalar.
// The offset counts bytes up to the start of a fence's text, or of a bare condition, and characters from there on. Where lines is
// not 0, these are counted from the start of the line that lies so many lines below.
func (t *alTree) within(s *syntax.Str, c *syntax.Condition, offset, lines int) (syntax.Span, alFence, expr.Node) {
	for i := range s.Fences {
		f := &s.Fences[i]
		if offset == f.Start && lines == 0 {
			return t.file.ValueSpan(s, f.Span), alFence{s.Span, i}, f.X
		}
		if off := advance(s.Value, f.Inner, offset-f.Inner.Start, lines); off >= 0 {
			span, x := exprAt(f.X, off, f.Span)
			return t.file.ValueSpan(s, span), alFence{s.Span, i}, x
		}
	}
	whole := syntax.Span{End: len(s.Value)}
	if c != nil && len(s.Fences) == 0 && c.Cond.X != nil {
		if off := advance(s.Value, whole, offset, lines); off >= 0 {
			span, x := exprAt(c.Cond.X, off, whole)
			return t.file.ValueSpan(s, span), alFence{}, x
		}
	}
	return s.Span, alFence{}, nil
}

// advance returns the offset in text that lies so many lines below the start of in and then so many characters further, or -1
// when that is not in it.
func advance(text string, in syntax.Span, characters, lines int) int {
	if characters < 0 || characters > in.Len() {
		return -1
	}
	at := in.Start
	for range lines {
		n := strings.IndexByte(text[at:in.End], '\n')
		if n < 0 {
			return -1
		}
		at += n + 1
	}
	for ; characters > 0 && at < in.End; characters-- {
		_, w := utf8.DecodeRuneInString(text[at:])
		at += w
	}
	if characters > 0 || at >= in.End {
		return -1
	}
	return at
}

// exprAt returns the span of the longest path, call or literal that starts at off, and itself; or whole and x.
func exprAt(x expr.Node, off int, whole syntax.Span) (span syntax.Span, found expr.Node) {
	expr.Walk(x, func(n expr.Node) bool {
		switch n.(type) {
		case *expr.Binary, *expr.Group, *expr.Not:
		default:
			if at := n.Range(); found == nil && at.Start == off && at.Len() > 0 {
				span, found = at, n
			}
		}
		return found == nil
	})
	if found == nil {
		return whole, x
	}
	return span, found
}

var alCommand = regexp.MustCompile(`^workflow command "([a-z-]+)"`)

// command narrows span, which is that of a script, to the command that the message speaks of.
func (t *alTree) command(e *actionlint.Error, span syntax.Span) syntax.Span {
	p := t.places[e.Line>>alLineBits-alFirstPlace]
	m := alCommand.FindStringSubmatch(e.Message)
	if m == nil || p.str == nil {
		return span
	}
	if i := strings.Index(p.str.Value, "::"+m[1]); i >= 0 {
		return t.file.ValueSpan(p.str, syntax.Span{Start: i, End: i + len("::") + len(m[1])})
	}
	return span
}
