package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// simple builds one command and, after it, those of the substitutions it holds.
func (w *walker) simple(st *syntax.Stmt, cmd syntax.Command, c context) {
	n := w.newNodes.one()
	n.Command, n.cmd, n.src = &w.newCommands.take(1)[0], cmd, c.src
	n.Pipe, n.Function, n.Subst, n.Group, n.outs = c.pipe, c.fn, c.captured, c.group, c.outs
	n.Remote, n.Nested, n.id = c.src.remote, c.src.nested > 0, len(w.nodes)
	w.nodes = append(w.nodes, n)
	w.s.Commands = append(w.s.Commands, n.Command)
	w.s.places = append(w.s.places, place{src: c.src, stmt: c.stmt, list: c.list, direct: c.direct && c.pipe == 0})
	saved := w.subs
	w.subs = nil
	from, to := pos(st), pos(st)
	if cmd != nil {
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
	if len(st.Redirs) > 0 && w.groups[st] == nil {
		n.redirs = st.Redirs
		n.Redirects = w.newRedirects.take(len(st.Redirs))
		for i, r := range st.Redirs {
			n.Redirects[i] = w.redirect(r, c)
			from, to = min(from, pos(r)), max(to, end(r.Word))
		}
	}
	n.Span = c.src.span(from, to)
	n.Env = n.Env.behind(c.src.env)
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
	if len(cmd.Assigns) > 0 {
		n.Assigns = w.newAssigns.take(len(cmd.Assigns))
		for i, a := range cmd.Assigns {
			n.Assigns[i] = w.assign(a, c)
		}
	}
	n.words = cmd.Args
	words := w.newWords.take(len(cmd.Args))
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
