package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// simple builds one command and, after it, those of the substitutions it holds.
func (w *walker) simple(st *syntax.Stmt, cmd syntax.Command, c context) {
	n := &node{Command: &Command{Pipe: c.pipe, Function: c.fn, Subst: c.captured, Group: c.group, Remote: c.src.remote,
		Nested: c.src.nested > 0, id: len(w.nodes), outs: c.outs}, src: c.src}
	w.nodes = append(w.nodes, n)
	w.s.Commands = append(w.s.Commands, n.Command)
	w.s.places = append(w.s.places, place{src: c.src, stmt: c.stmt, list: c.list, direct: c.direct && c.pipe == 0})
	saved := w.subs
	w.subs = nil
	from, to := pos(st), pos(st)
	if cmd != nil {
		w.cmds[cmd] = n
		from, to = pos(cmd), end(cmd)
	}
	switch cmd := cmd.(type) {
	case *syntax.CallExpr:
		w.call(n, cmd, c)
	case *syntax.DeclClause:
		w.declaration(n, cmd, c)
	case *syntax.TestClause:
		n.Words = append(n.Words, keyword(c.src, cmd.Left, "[["))
		w.test(n, cmd.X, c)
	case *syntax.ArithmCmd:
		n.Words = append(n.Words, keyword(c.src, cmd.Left, "(("), w.arithmetic(cmd.X, c))
	case *syntax.LetClause:
		n.Words = append(n.Words, keyword(c.src, cmd.Let, "let"))
		for _, x := range cmd.Exprs {
			n.Words = append(n.Words, w.arithmetic(x, c))
		}
	case *syntax.ForClause:
		to = w.loop(n, cmd, c)
	case *syntax.CaseClause:
		n.Words = append(n.Words, keyword(c.src, cmd.Case, "case"), w.word(cmd.Word, c))
		to = end(cmd.Word)
		for _, item := range cmd.Items {
			for _, p := range item.Patterns {
				w.word(p, c)
			}
		}
	}
	if g := w.groups[st]; g == nil {
		n.redirs = st.Redirs
		for _, r := range st.Redirs {
			n.Redirects = append(n.Redirects, w.redirect(r, c))
			from, to = min(from, pos(r)), max(to, end(r.Word))
		}
	}
	n.Span = c.src.span(from, to)
	n.subs, w.subs = w.subs, saved
	if len(n.Words) > 0 {
		n.Name = baseName(&n.Words[0])
	}
	w.nest(n, c)
	w.watch(n)
}

func keyword(src *source, at syntax.Pos, text string) Word {
	start := int(at.Offset())
	return Word{Span: src.span(start, start+len(text)), Text: text, Const: true}
}

func (w *walker) call(n *node, cmd *syntax.CallExpr, c context) {
	for _, a := range cmd.Assigns {
		n.Assigns = append(n.Assigns, w.assign(a, c))
	}
	n.words = cmd.Args
	words := make([]Word, len(cmd.Args))
	for i, a := range cmd.Args {
		words[i] = w.word(a, c)
	}
	peel(n.Command, words)
	if len(n.Words) > 0 {
		for i := range n.Assigns {
			n.Assigns[i].Export = true
		}
		if n.Words[0].Const {
			switch n.Words[0].Text {
			case "export", "readonly", "local", "declare", "typeset":
				declared(n.Command)
			}
		}
	}
}

// declared turns the NAME=value words of a declaration that the parser read as a plain command into assignments.
func declared(c *Command) {
	exported := exports(c.Words)
	kept := c.Words[:1]
	for _, word := range c.Words[1:] {
		if a, ok := assignOf(word); ok {
			a.Export = exported
			c.Assigns = append(c.Assigns, a)
			continue
		}
		kept = append(kept, word)
	}
	c.Words = kept
}

func exports(words []Word) bool {
	if words[0].Text == "export" {
		return true
	}
	for _, word := range words[1:] {
		if strings.HasPrefix(word.Text, "-") && strings.Contains(word.Text, "x") {
			return true
		}
	}
	return false
}

func (w *walker) declaration(n *node, cmd *syntax.DeclClause, c context) {
	n.Words = append(n.Words, Word{Span: c.src.span(pos(cmd.Variant), end(cmd.Variant)), Text: cmd.Variant.Value, Const: true})
	for _, a := range cmd.Args {
		switch {
		case a.Naked && a.Value != nil:
			n.Words = append(n.Words, w.word(a.Value, c))
		case a.Naked && a.Name != nil:
			n.Words = append(n.Words, w.word(&syntax.Word{Parts: []syntax.WordPart{a.Name}}, c))
		default:
			n.Assigns = append(n.Assigns, w.assign(a, c))
		}
	}
	exported := exports(n.Words)
	for i := range n.Assigns {
		n.Assigns[i].Export = exported
	}
}

func (w *walker) assign(a *syntax.Assign, c context) Assign {
	out := Assign{Span: c.src.span(pos(a), end(a)), Append: a.Append}
	if a.Name != nil {
		out.Name = c.src.text[clamp(pos(a.Name), len(c.src.text)):clamp(end(a.Name), len(c.src.text))]
	}
	if a.Index != nil {
		w.arithmetic(a.Index, c)
	}
	switch {
	case a.Value != nil:
		out.Value = w.word(a.Value, c)
	case a.Array != nil:
		out.Value = w.array(a.Array, c)
	default:
		at := out.End
		out.Value = Word{Span: Span{at, at}, Const: true}
	}
	out.From = out.Value.From
	return out
}

func (w *walker) array(a *syntax.ArrayExpr, c context) Word {
	start, stop := clamp(pos(a), len(c.src.text)), clamp(end(a), len(c.src.text))
	out := Word{Span: c.src.span(start, stop), Const: true}
	if start < stop {
		out.Text = c.src.text[start:stop]
	}
	for _, elem := range a.Elems {
		if elem.Value == nil {
			continue
		}
		out.add(w.word(elem.Value, c))
	}
	return out
}

// add takes over what another word uses.
func (x *Word) add(y Word) {
	x.Const = x.Const && y.Const
	x.Vars = append(x.Vars, y.Vars...)
	x.Holes = append(x.Holes, y.Holes...)
	x.From = append(x.From, y.From...)
}

func (w *walker) loop(n *node, cmd *syntax.ForClause, c context) int {
	switch loop := cmd.Loop.(type) {
	case *syntax.WordIter:
		n.Words = append(n.Words, keyword(c.src, cmd.ForPos, "for"))
		if cmd.Select {
			n.Words[0] = keyword(c.src, cmd.ForPos, "select")
		}
		n.Words = append(n.Words, w.word(&syntax.Word{Parts: []syntax.WordPart{loop.Name}}, c))
		for _, item := range loop.Items {
			n.Words = append(n.Words, w.word(item, c))
		}
		return end(loop)
	case *syntax.CStyleLoop:
		n.Words = append(n.Words, keyword(c.src, loop.Lparen, "(("))
		for _, x := range []syntax.ArithmExpr{loop.Init, loop.Cond, loop.Post} {
			if x != nil {
				n.Words = append(n.Words, w.arithmetic(x, c))
			}
		}
		return end(loop)
	}
	return pos(cmd)
}

func (w *walker) test(n *node, x syntax.TestExpr, c context) {
	switch x := x.(type) {
	case *syntax.Word:
		n.Words = append(n.Words, w.word(x, c))
	case *syntax.UnaryTest:
		n.Words = append(n.Words, keyword(c.src, x.OpPos, x.Op.String()))
		w.test(n, x.X, c)
	case *syntax.BinaryTest:
		w.test(n, x.X, c)
		n.Words = append(n.Words, keyword(c.src, x.OpPos, x.Op.String()))
		w.test(n, x.Y, c)
	case *syntax.ParenTest:
		w.test(n, x.X, c)
	}
}

// arithmetic builds a word of an arithmetic expression; bare names in it are variables.
func (w *walker) arithmetic(x syntax.ArithmExpr, c context) Word {
	b := builder{w: w, c: c, raw: true}
	b.arithm(x)
	slices.SortStableFunc(b.vars, func(x, y VarUse) int { return x.Start - y.Start })
	first, last := -1, -1
	edges(x, &first, &last)
	return b.finish(max(first, 0), max(last, 0))
}

// edges finds the first and last offset of an expression from its words: asking long chains for their position is slow.
func edges(x syntax.ArithmExpr, first, last *int) {
	for {
		switch y := x.(type) {
		case *syntax.BinaryArithm:
			edges(y.Y, first, last)
			x = y.X
			continue
		case *syntax.UnaryArithm:
			x = y.X
			continue
		case *syntax.ParenArithm:
			x = y.X
			continue
		case *syntax.Word:
			if *first < 0 || pos(y) < *first {
				*first = pos(y)
			}
			*last = max(*last, end(y))
		}
		return
	}
}

func (w *walker) redirect(r *syntax.Redirect, c context) Redirect {
	out := Redirect{Op: r.Op.String()}
	start, stop := pos(r), end(r.Word)
	if r.N != nil {
		out.Op = r.N.Value + out.Op
	}
	switch {
	case r.Hdoc != nil:
		trimBody(r, c.src)
		b := builder{w: w, c: c, raw: true}
		b.parts(r.Hdoc.Parts, true)
		out.Target = b.finish(pos(r.Hdoc), end(r.Hdoc))
	case r.Op == syntax.Hdoc || r.Op == syntax.DashHdoc:
		out.Target = Word{Span: c.src.span(stop, stop), Const: true}
	default:
		out.Target = w.word(r.Word, c)
	}
	out.Span = c.src.span(start, stop)
	return out
}

// trimBody takes the line with the delimiter off the end of a here-document, which the parser leaves in.
func trimBody(r *syntax.Redirect, src *source) {
	last, ok := r.Hdoc.Parts[len(r.Hdoc.Parts)-1].(*syntax.Lit)
	if !ok {
		return
	}
	start, stop := clamp(pos(last), len(src.mask)), clamp(end(last), len(src.mask))
	body := strings.TrimSuffix(src.mask[start:max(start, stop)], "\n")
	line := strings.LastIndexByte(body, '\n') + 1
	delimiter := strings.Map(func(ch rune) rune {
		if ch == '\'' || ch == '"' || ch == '\\' {
			return -1
		}
		return ch
	}, src.mask[clamp(pos(r.Word), len(src.mask)):clamp(end(r.Word), len(src.mask))])
	if strings.TrimLeft(strings.TrimSuffix(body[line:], "\r"), "\t") == delimiter {
		last.ValueEnd = syntax.NewPos(uint(start+line), 1, 1)
	}
}

func (w *walker) word(x *syntax.Word, c context) Word {
	if x == nil || len(x.Parts) == 0 {
		return Word{Const: true}
	}
	src := c.src
	start, stop := pos(x), end(x)
	if lit, ok := x.Parts[0].(*syntax.Lit); ok && len(x.Parts) == 1 && len(src.marks) == 0 && stop <= len(src.text) &&
		start < stop && strings.IndexByte(lit.Value, '\\') < 0 && len(lit.Value) == stop-start {
		return Word{Span: src.span(start, stop), Text: src.text[start:stop], Const: true}
	}
	b := builder{w: w, c: c}
	b.parts(x.Parts, false)
	out := b.finish(start, stop)
	if len(x.Parts) == 1 {
		switch x.Parts[0].(type) {
		case *syntax.SglQuoted, *syntax.DblQuoted:
			out.Quoted = true
		}
	}
	return out
}

// builder assembles a word from its parts.
type builder struct {
	w      *walker
	c      context
	raw    bool // Text is the source as written
	text   []byte
	vars   []VarUse
	from   []*Command
	inside []Span // of substitutions, in the source
	expand bool
}

func (b *builder) finish(start, stop int) Word {
	src := b.c.src
	start, stop = clamp(start, len(src.text)), clamp(stop, len(src.text))
	stop = max(start, stop)
	out := Word{Span: src.span(start, stop), Vars: b.vars, From: b.from, Const: !b.expand}
	if b.raw {
		out.Text = src.text[start:stop]
	} else {
		out.Text = string(b.text)
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
	if start < stop {
		b.text = append(b.text, text[start:stop]...)
	}
}

// unescape adds the source between two offsets without the backslashes that quote the characters of set; "" means all.
func (b *builder) unescape(start, stop int, set string) {
	text, mask := b.c.src.text, b.c.src.mask
	start, stop = clamp(start, len(text)), clamp(stop, len(text))
	for i := start; i < stop; i++ {
		if mask[i] == '\\' && i+1 < stop {
			if mask[i+1] == '\n' {
				i++
				continue
			}
			if set == "" || strings.IndexByte(set, mask[i+1]) >= 0 {
				i++
			}
		}
		b.text = append(b.text, text[i])
	}
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
	b.inside = append(b.inside, Span{start, stop})
	w, c := b.w, b.c
	w.subs = append(w.subs, sub{stmts, capture})
	c.group = nil
	c.list = &listing{parent: c.list, stmts: len(stmts), fn: true}
	c.outs++
	c.captured = c.captured || capture
	from := len(w.nodes)
	w.stmts(stmts, c)
	for _, n := range w.nodes[from:] {
		if n.outs == c.outs {
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
			b.vars = append(b.vars, use)
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

func (b *builder) maybe(x *syntax.Word, quoted bool) {
	if x != nil {
		b.parts(x.Parts, quoted)
	}
}

// hidden runs f, which looks at parts whose text is already written.
func (b *builder) hidden(f func()) {
	n := len(b.text)
	f()
	b.text = b.text[:n]
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
			b.vars = append(b.vars, VarUse{Span: b.c.src.span(start, stop), Name: lit.Value})
			b.expand = true
		}
		return
	}
	b.hidden(func() { b.parts(x.Parts, false) })
}
