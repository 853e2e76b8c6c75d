package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// call reads a simple command, or the declaration of a function.
func (r *reader) call(s *syntax.Stmt) {
	call := r.calls.one()
	s.Cmd = call
	from := len(r.wordStack)
	for {
		switch c := r.peek(); {
		case c == '(':
			if name := r.functionName(r.wordStack[from:]); name != nil && len(s.Redirs)+len(call.Assigns) == 0 {
				clear(r.wordStack[from:])
				r.wordStack = r.wordStack[:from]
				s.Cmd = r.function(name)
				return
			}
			r.fail()
		case r.redirect(s):
			continue
		case !r.stops():
			if len(r.wordStack) == from {
				if n, plus := r.assignment(); n > 0 {
					call.Assigns = append(call.Assigns, r.assign(n, plus))
					r.blanks()
					continue
				}
				r.noIndex()
			}
			r.wordStack = append(r.wordStack, r.needWord())
			r.blanks()
			continue
		}
		break
	}
	call.Args = popped(&r.wordStack, from, &r.wordLists)
	for _, a := range call.Assigns {
		if a.Array != nil && len(call.Args) > 0 {
			r.fail()
		}
	}
}

// assignment finds the size of the name when an assignment comes next; plus for +=. It gives up at an element of an array.
func (r *reader) assignment() (name int, plus bool) {
	for nameByte(r.ahead(name), name) {
		name++
	}
	switch r.ahead(name) {
	case '=':
		return name, false
	case '+':
		if r.ahead(name+1) == '=' {
			return name, true
		}
	case '[':
		if name > 0 {
			r.fail()
		}
	}
	return 0, false
}

// noIndex gives up where a [ follows other text, which the parser may take for the index of an assignment.
func (r *reader) noIndex() {
	for n := 0; ; n++ {
		switch c := r.ahead(n); {
		case c == '\\':
			n++
		case c == '[' && n > 0:
			r.fail()
			return
		case c == 0 || wordEnds[c] || c == '"' || c == '\'' || c == '$':
			return
		}
	}
}

// assign reads an assignment to a name of this size.
func (r *reader) assign(name int, plus bool) *syntax.Assign {
	a := r.assigns.one()
	from := r.at
	r.skip(name)
	a.Name, a.Append = r.lit(from), plus
	r.skip(1 + b2i(plus))
	if r.peek() == '(' {
		a.Array = r.array()
		return a
	}
	a.Value = r.wordAfter(r.text[from])
	return a
}

func (r *reader) array() *syntax.ArrayExpr {
	a := &syntax.ArrayExpr{Lparen: r.pos()}
	r.noDocuments()
	r.skip(1)
	for r.newlines(); r.peek() != ')' && !r.failed; r.newlines() {
		if c := r.peek(); c == '[' || c == '=' {
			r.fail()
		}
		r.elements = true
		a.Elems = append(a.Elems, &syntax.ArrayElem{Value: r.needWord()})
		r.elements = false
	}
	a.Rparen = r.closing()
	if r.at < len(r.text) && !wordEnds[r.peek()] {
		r.fail()
	}
	return a
}

func (r *reader) declClause(word string) *syntax.DeclClause {
	from := r.at
	r.skip(len(word))
	d := &syntax.DeclClause{Variant: r.lit(from)}
	r.blanks()
	for !r.stops() && !r.redirects() {
		d.Args = append(d.Args, r.declared())
		r.blanks()
	}
	return d
}

// declared reads an argument of a declaration.
func (r *reader) declared() *syntax.Assign {
	if n, plus := r.assignment(); n > 0 {
		return r.assign(n, plus)
	}
	a := r.assigns.one()
	a.Naked = true
	r.noIndex()
	w := r.needWord()
	lit, ok := w.Parts[0].(*syntax.Lit)
	switch {
	case ok && strings.IndexByte(lit.Value, '=') > 0:
		r.fail()
	case ok && len(w.Parts) == 1 && isName(lit.Value):
		a.Name = lit
		return a
	}
	a.Value = w
	return a
}
