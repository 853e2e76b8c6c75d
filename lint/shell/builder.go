package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// builder assembles a word from its parts.
type builder struct {
	w      *walker
	c      context
	raw    bool   // Text is the source as written
	hide   bool   // nothing is added to the text
	at     Span   // the text in the source, as long as it stands there in one piece
	text   []byte // otherwise
	vars   []VarUse
	from   []*Command
	inside []Span // of substitutions, in the source
	expand bool
}

func (b *builder) finish(start, stop int) Word {
	src := b.c.src
	start, stop = clamp(start, len(src.text)), clamp(stop, len(src.text))
	stop = max(start, stop)
	for i := range b.vars {
		b.vars[i].Foreign = !src.env.Has(b.vars[i].Name)
	}
	out := Word{Span: src.span(start, stop), Vars: b.vars, From: b.from, Const: !b.expand}
	switch {
	case b.raw:
		out.Text = src.text[start:stop]
	case b.text != nil:
		out.Text = string(b.text)
	default:
		out.Text = src.text[b.at.Start:b.at.End]
	}
	if len(src.marks) == 0 {
		return out
	}
next:
	for _, m := range within(src.marks, start, stop) {
		out.Const = false
		for _, s := range b.inside {
			if s.Start <= m.Start && m.End <= s.End {
				continue next
			}
		}
		if m.hole >= 0 {
			out.Holes = append(out.Holes, m.hole)
			continue
		}
		out.Vars = append(out.Vars, m.vars...)
		out.From = append(out.From, m.from...)
	}
	return out
}

// write adds the source between two offsets as written.
func (b *builder) write(start, stop int) {
	text := b.c.src.text
	start, stop = clamp(start, len(text)), clamp(stop, len(text))
	switch {
	case start >= stop || b.raw || b.hide:
		return
	case b.text != nil:
	case b.at.Start == b.at.End:
		b.at = Span{start, stop}
		return
	case b.at.End == start:
		b.at.End = stop
		return
	default:
		b.text = append(b.text, text[b.at.Start:b.at.End]...)
	}
	b.text = append(b.text, text[start:stop]...)
}

// unescape adds the source between two offsets without the backslashes that quote the characters of set; "" means all.
func (b *builder) unescape(start, stop int, set string) {
	text, mask := b.c.src.text, b.c.src.mask
	start, stop = clamp(start, len(text)), clamp(stop, len(text))
	for i := start; i < stop; i++ {
		j := strings.IndexByte(mask[i:stop], '\\')
		if j < 0 || i+j+1 == stop {
			break
		}
		switch i += j; {
		case mask[i+1] == '\n':
			b.write(start, i)
			start = i + 2
		case set == "" || strings.IndexByte(set, mask[i+1]) >= 0:
			b.write(start, i)
			start = i + 1
		default:
			continue
		}
		i++
	}
	b.write(start, stop)
}

func (b *builder) parts(parts []syntax.WordPart, quoted bool) {
	for _, p := range parts {
		b.part(p, quoted)
	}
}

func (b *builder) part(p syntax.WordPart, quoted bool) {
	switch p := p.(type) {
	case *syntax.Lit:
		set := ""
		if quoted {
			set = "$`\"\\"
		}
		b.unescape(pos(p), end(p), set)
	case *syntax.SglQuoted:
		start := pos(p) + 1
		if p.Dollar {
			b.unescape(start+1, end(p)-1, "\\'\"")
			return
		}
		b.write(start, end(p)-1)
	case *syntax.DblQuoted:
		b.parts(p.Parts, true)
	case *syntax.ParamExp:
		b.write(pos(p), end(p))
		b.param(p, quoted)
	case *syntax.CmdSubst:
		b.write(pos(p), end(p))
		b.subst(p.Stmts, pos(p), end(p), true)
	case *syntax.ProcSubst:
		b.write(pos(p), end(p))
		b.subst(p.Stmts, pos(p), end(p), p.Op == syntax.CmdIn)
	case *syntax.ArithmExp:
		b.write(pos(p), end(p))
		b.expand = true
		b.arithm(p.X)
	default:
		b.write(pos(p), end(p))
	}
}

// subst walks the commands of a substitution.
func (b *builder) subst(stmts []*syntax.Stmt, start, stop int, capture bool) {
	b.expand = true
	if len(b.c.src.marks) > 0 {
		b.inside = append(b.inside, Span{start, stop})
	}
	w, c := b.w, b.c
	if w.subs == nil {
		w.subs = w.newSubs.take(1)[:0]
	}
	w.subs = append(w.subs, sub{stmts, capture})
	c.group = nil
	c.list = w.listed(listing{parent: c.list, stmts: len(stmts), fn: true})
	c.outs++
	c.captured = c.captured || capture
	from := len(w.nodes)
	w.stmts(stmts, c)
	for _, n := range w.nodes[from:] {
		if n.outs == c.outs {
			if b.from == nil {
				b.from = w.newFrom.take(1)[:0]
			}
			b.from = append(b.from, n.Command)
		}
	}
}

func (b *builder) param(p *syntax.ParamExp, quoted bool) {
	b.expand = true
	if p.Param != nil {
		src := b.c.src
		start, stop := pos(p.Param), end(p.Param)
		if marks := within(src.marks, start, stop); len(marks) > 0 {
			stop = marks[0].Start
		}
		if start < stop && stop <= len(src.text) {
			use := VarUse{Span: src.span(pos(p), end(p)), Name: src.text[start:stop], Quoted: quoted}
			use.Length = p.Length || p.IsSet || p.Width || p.Names != 0
			if p.Exp != nil && (p.Exp.Op == syntax.AlternateUnset || p.Exp.Op == syntax.AlternateUnsetOrNull) {
				use.Length = true
			}
			use.Cut = p.Slice != nil || p.Repl != nil || p.Exp != nil && respells(p.Exp.Op)
			b.use(use)
		}
	}
	if p.NestedParam != nil {
		b.hidden(func() { b.part(p.NestedParam, quoted) })
	}
	b.hidden(func() {
		b.arithm(p.Index)
		if p.Slice != nil {
			b.arithm(p.Slice.Offset)
			b.arithm(p.Slice.Length)
		}
		if p.Repl != nil {
			b.maybe(p.Repl.Orig, quoted)
			b.maybe(p.Repl.With, quoted)
		}
		if p.Exp != nil {
			b.maybe(p.Exp.Word, quoted)
		}
	})
}

func (b *builder) use(v VarUse) {
	if b.vars == nil {
		b.vars = b.w.newVars.take(1)[:0]
	}
	b.vars = append(b.vars, v)
}

// respells tells whether an expansion takes a part of a value or spells it otherwise, rather than to choose another one.
func respells(op syntax.ParExpOperator) bool {
	switch op {
	case syntax.AlternateUnset, syntax.AlternateUnsetOrNull, syntax.DefaultUnset, syntax.DefaultUnsetOrNull,
		syntax.ErrorUnset, syntax.ErrorUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull:
		return false
	}
	return true
}

func (b *builder) maybe(x *syntax.Word, quoted bool) {
	if x != nil {
		b.parts(x.Parts, quoted)
	}
}

// hidden runs f, which looks at parts whose text is already written.
func (b *builder) hidden(f func()) {
	hide := b.hide
	b.hide = true
	f()
	b.hide = hide
}

// arithm collects the variables of an arithmetic expression. Long chains lean to the left.
func (b *builder) arithm(x syntax.ArithmExpr) {
	for x != nil {
		switch y := x.(type) {
		case *syntax.BinaryArithm:
			b.arithm(y.Y)
			x = y.X
		case *syntax.UnaryArithm:
			x = y.X
		case *syntax.ParenArithm:
			x = y.X
		case *syntax.Word:
			b.operand(y)
			return
		default:
			return
		}
	}
}

func (b *builder) operand(x *syntax.Word) {
	if lit, ok := x.Parts[0].(*syntax.Lit); ok && len(x.Parts) == 1 && syntax.ValidName(lit.Value) {
		start, stop := pos(lit), end(lit)
		if len(within(b.c.src.marks, start, stop)) == 0 {
			b.use(VarUse{Span: b.c.src.span(start, stop), Name: lit.Value})
			b.expand = true
		}
		return
	}
	b.hidden(func() { b.parts(x.Parts, false) })
}
