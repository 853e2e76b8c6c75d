package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

var redirectStarts = byteSet("0123456789<>&")

// redirects tells whether a redirection comes next.
func (r *reader) redirects() bool {
	if !redirectStarts[r.peek()] {
		return false
	}
	n := 0
	for '0' <= r.ahead(n) && r.ahead(n) <= '9' {
		n++
	}
	switch r.ahead(n) {
	case '<', '>':
		return n > 0 || r.ahead(1) != '('
	case '&':
		return n == 0 && r.ahead(1) == '>'
	}
	return false
}

// redirectOps are the operators of redirections, longer ones first.
var redirectOps = [...]struct {
	text string
	op   syntax.RedirOperator
}{
	{">>", syntax.AppOut}, {">&", syntax.DplOut}, {">|", syntax.RdrClob}, {">", syntax.RdrOut},
	{"<<<", syntax.WordHdoc}, {"<<-", syntax.DashHdoc}, {"<<", syntax.Hdoc}, {"<>", syntax.RdrInOut}, {"<&", syntax.DplIn}, {"<", syntax.RdrIn},
	{"&>>", syntax.AppAll}, {"&>", syntax.RdrAll},
}

// redirect reads a redirection; false when none comes next.
func (r *reader) redirect(s *syntax.Stmt) bool {
	if !r.redirects() {
		return false
	}
	d := &syntax.Redirect{}
	from := r.at
	for r.peek() <= '9' && r.peek() != '&' {
		r.skip(1)
	}
	if r.at > from {
		d.N = r.lit(from)
	}
	d.OpPos = r.pos()
	for _, o := range redirectOps {
		if strings.HasPrefix(r.text[r.at:], o.text) {
			d.Op = o.op
			r.skip(len(o.text))
			break
		}
	}
	if c := r.peek(); c == '(' || c == '|' {
		r.fail()
	}
	r.blanks()
	d.Word = r.needWord()
	if d.Op == syntax.Hdoc || d.Op == syntax.DashHdoc {
		if delimiter, _ := delimiterOf(d.Word); delimiter == "" {
			r.fail()
		}
		r.docs = append(r.docs, d)
	}
	r.blanks()
	s.Redirs = append(s.Redirs, d)
	return true
}

// delimiterOf is the line that ends a here-document, "" when it is not simple, and whether that was quoted.
func delimiterOf(w *syntax.Word) (line string, quoted bool) {
	if len(w.Parts) != 1 {
		return "", false
	}
	switch p := w.Parts[0].(type) {
	case *syntax.Lit:
		if strings.IndexByte(p.Value, '\\') < 0 && p.Value != "$" {
			return p.Value, false
		}
	case *syntax.SglQuoted:
		if !p.Dollar {
			return p.Value, true
		}
	case *syntax.DblQuoted:
		if len(p.Parts) == 1 {
			if lit, ok := p.Parts[0].(*syntax.Lit); ok && strings.IndexByte(lit.Value, '\\') < 0 {
				return lit.Value, true
			}
		}
	}
	return "", false
}

// documents reads the bodies of the here-documents that begin here.
func (r *reader) documents() {
	docs := r.docs
	r.docs = nil
	for i, d := range docs {
		if i > 0 {
			if r.peek() != '\n' {
				r.fail()
				return
			}
			r.skip(1)
		}
		delimiter, quoted := delimiterOf(d.Word)
		if strings.IndexByte(delimiter, '\n') >= 0 {
			r.fail()
			return
		}
		r.document(d, delimiter, quoted)
	}
}

// document reads the body of a here-document up to the end of the line with its delimiter.
func (r *reader) document(d *syntax.Redirect, delimiter string, quoted bool) {
	from, first := r.at, len(r.partStack)
	if r.peek() == '\\' && r.ahead(1) == '\n' {
		r.fail()
	}
	for !r.failed {
		line, _, more := strings.Cut(r.text[r.at:], "\n")
		end := r.at + len(line)
		switch {
		case line == delimiter:
			if r.at > from {
				lit := r.litEnd(from, r.at, end)
				r.partStack = append(r.partStack, lit)
			}
			r.at = end
			if parts := popped(&r.partStack, first, &r.partLists); len(parts) > 0 {
				d.Hdoc = &syntax.Word{Parts: parts}
			}
			return
		case !more || d.Op == syntax.DashHdoc && strings.HasPrefix(line, "\t"):
			r.fail()
		case quoted:
			r.at = end + 1
		default:
			from = r.documentLine(from, end, delimiter)
		}
	}
}

// documentLine reads a line that is expanded. It returns where the text begins that belongs to no part yet.
func (r *reader) documentLine(from, end int, delimiter string) int {
	for r.at < end {
		switch r.text[r.at] {
		case '\\':
			if r.skip(1); r.at == end {
				r.fail()
			}
			r.skip(1)
		case '`':
			r.fail()
		case '$':
			if r.at > from {
				r.partStack = append(r.partStack, r.lit(from))
			}
			r.partStack = append(r.partStack, r.dollar(true))
			if from = r.at; from > end {
				end = r.lineEnd()
			}
			if r.text[from:end] == delimiter {
				r.fail()
			}
		default:
			r.skip(1)
		}
	}
	if !r.failed {
		r.at = end + 1
	}
	return from
}

// lineEnd is where the line ends; it gives up at the end of the text.
func (r *reader) lineEnd() int {
	if i := strings.IndexByte(r.text[r.at:], '\n'); i >= 0 {
		return r.at + i
	}
	r.fail()
	return r.at
}
