package shell

import (
	"sync"

	"mvdan.cc/sh/v3/syntax"
)

// source is the text of one script or of a script nested in another.
type source struct {
	text   string // as written, with the outer script's quotes removed
	mask   string // what the parser reads: as long as text
	marks  []mark
	base   int     // where text begins in the script when at is nil
	at     []int32 // offset in the script of each byte of text, and of its end
	remote bool
	nested int // depth of nesting, 0 for the script itself
	env    *Env
}

// span translates offsets of the source into offsets of the script.
func (s *source) span(start, end int) Span {
	start, end = clamp(start, len(s.text)), clamp(end, len(s.text))
	if end < start {
		end = start
	}
	if s.at == nil {
		return Span{s.base + start, s.base + end}
	}
	if end == start {
		return Span{int(s.at[start]), int(s.at[start])}
	}
	return Span{int(s.at[start]), int(s.at[end-1]) + 1}
}

func clamp(at, limit int) int { return max(0, min(at, limit)) }

// sub is a script within a word: $(…), `…`, <(…).
type sub struct {
	stmts   []*syntax.Stmt
	capture bool // its standard output is captured
}

// unit is a parsed script.
type unit struct {
	file *syntax.File
	src  *source
}

// place is what is known about where a command stands; Wrap and fixes need it.
type place struct {
	src    *source
	stmt   Span // the statement of a list that holds the command
	list   *listing
	direct bool // the statement is the command itself
}

// listing is one list of statements.
type listing struct {
	parent *listing
	stmts  int
	cond   bool // it is executed on some paths only
	fn     bool // the body of a function, a subshell or a substitution
	piped  bool // part of a pipeline, so a process of its own
}

// context is what the walker hands down.
type context struct {
	src      *source
	fn       string
	outs     int  // nesting of substitutions
	captured bool // the output goes to a substitution
	group    []Redirect
	pipe     int
	list     *listing
	stmt     Span
	direct   bool
}

// node is what the trace interpreter needs of a command.
type node struct {
	*Command
	cmd    syntax.Command // as parsed; nil when it has redirections only
	subs   []sub
	inner  *inner
	by     uint64
	src    *source
	shell  int            // index of the shell among Words that reads inner
	words  []*syntax.Word // as parsed; the last ones are Words
	redirs []*syntax.Redirect
}

// walker collects the commands of a script.
type walker struct {
	s      *Script
	nodes  []*node // by Command.id
	groups map[*syntax.Stmt]*grouping
	subs   []sub            // of the command being built
	files  map[string]*node // by name, what wrote a here-document to it that was not run yet
	traces bool             // something may turn tracing on

	*scratch
	newCommands  slab[Command]
	newWords     slab[Word]
	newVars      slab[VarUse]
	newRedirects slab[Redirect]
	newAssigns   slab[Assign]
	newLists     slab[listing]
	newFrom      slab[*Command]
}

// scratch is memory that is needed while a script is read, kept for the next one.
type scratch struct {
	reader   reader
	walker   walker
	newNodes arena[node]
	newUnits arena[unit]
	newSubs  arena[sub]
	list     []*node // for walker.nodes
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func (s *scratch) release() {
	s.list = emptied(s.walker.nodes)
	s.walker = walker{}
	s.reader.reset()
	s.newNodes.reset()
	s.newUnits.reset()
	s.newSubs.reset()
	scratches.Put(s)
}

// grouping are the redirections of a compound command.
type grouping struct {
	redirects []Redirect
	subs      []sub
}

// maxDepth limits the nesting of scripts given as arguments to other shells.
const maxDepth = 4

func (s *Script) parseBash(marks []mark, file bool) {
	src := &source{text: s.text, mask: masked(s.text, marks), marks: marks}
	scratch := scratches.Get().(*scratch)
	w := &scratch.walker
	w.s, w.scratch = s, scratch
	units, err := w.parse(src)
	s.Err = err
	w.expect()
	root := &listing{}
	for _, u := range units {
		root.stmts += len(u.file.Stmts)
	}
	for _, u := range units {
		w.stmts(u.file.Stmts, context{src: u.src, list: root})
	}
	s.sortCommands()
	s.forget()
	s.nameCommands()
	w.toolTraces()
	w.trace(units, file)
	scratch.release() // after a panic it is not kept
}

// expect makes room for what the reader has found.
func (w *walker) expect() {
	n := w.reader.commands
	w.nodes, w.s.Commands, w.s.places = w.list, make([]*Command, 0, n), make([]place, 0, n)
	w.newCommands.expect(n)
	w.newWords.expect(w.reader.words.count)
}

// slice is the part of a source as a source of its own.
func (s *source) slice(start, end int) *source {
	part := &source{text: s.text[start:end], mask: s.mask[start:end], base: s.base + start, remote: s.remote, nested: s.nested, env: s.env}
	if s.at != nil {
		part.at = s.at[start : end+1]
	}
	for _, m := range within(s.marks, start, end) {
		m.Start, m.End = max(m.Start, start)-start, min(m.End, end)-start
		part.marks = append(part.marks, m)
	}
	return part
}

func (w *walker) stmts(list []*syntax.Stmt, c context) {
	for _, st := range list {
		if st.Position.IsRecovered() {
			continue
		}
		c.stmt, c.direct, c.pipe = c.src.span(pos(st), end(st)), true, 0
		w.stmt(st, c)
	}
}

// listed keeps a listing.
func (w *walker) listed(l listing) *listing {
	kept := &w.newLists.take(1)[0]
	*kept = l
	return kept
}

// body walks a list of its own.
func (w *walker) body(list []*syntax.Stmt, c context, cond, fn bool) {
	c.list = w.listed(listing{parent: c.list, stmts: len(list), cond: cond, fn: fn})
	w.stmts(list, c)
}

func pos(n syntax.Node) int { return int(n.Pos().Offset()) }
func end(n syntax.Node) int { return int(n.End().Offset()) }

func (w *walker) stmt(st *syntax.Stmt, c context) {
	if st.Negated {
		c.direct = false
	}
	switch cmd := st.Cmd.(type) {
	case nil, *syntax.CallExpr, *syntax.DeclClause, *syntax.TestClause, *syntax.ArithmCmd, *syntax.LetClause:
		w.simple(st, cmd, c)
		return
	case *syntax.BinaryCmd:
		c.direct = false
		w.binary(cmd, c)
		return
	case *syntax.TimeClause:
		c.direct = false
		w.timed(cmd, c)
		return
	case *syntax.FuncDecl:
		if cmd.Name != nil {
			c.fn = c.src.text[clamp(pos(cmd.Name), len(c.src.text)):clamp(end(cmd.Name), len(c.src.text))]
		}
		if cmd.Body != nil {
			c.group = nil
			c.list = &listing{parent: c.list, stmts: 1, cond: true, fn: true}
			w.stmt(cmd.Body, c)
		}
		return
	}
	if len(st.Redirs) > 0 {
		g := &grouping{}
		saved := w.subs
		w.subs = nil
		for _, r := range st.Redirs {
			g.redirects = append(g.redirects, w.redirect(r, c))
		}
		g.subs, w.subs = w.subs, saved
		if w.groups == nil {
			w.groups = make(map[*syntax.Stmt]*grouping)
		}
		w.groups[st] = g
		c.group = append(c.group[:len(c.group):len(c.group)], g.redirects...)
	}
	w.compound(st, c)
}

func (w *walker) timed(cmd *syntax.TimeClause, c context) {
	if cmd.Stmt == nil {
		return
	}
	from := len(w.nodes)
	w.stmt(cmd.Stmt, c)
	for _, n := range w.nodes[from:] {
		if n.outs == c.outs {
			n.Wrappers = append([]string{"time"}, n.Wrappers...)
			return
		}
	}
}

// binary walks a && b || c and pipelines. Long chains lean to the left, so they are walked without recursion.
func (w *walker) binary(cmd *syntax.BinaryCmd, c context) {
	if cmd.Op == syntax.Pipe || cmd.Op == syntax.PipeAll {
		w.pipeline(cmd, c)
		return
	}
	rights, first := chain(cmd)
	w.stmt(first, c)
	c.list = w.listed(listing{parent: c.list, stmts: 2, cond: true})
	for i := len(rights) - 1; i >= 0; i-- {
		w.stmt(rights[i].Y, c)
	}
}

// chain unrolls the left side of && and ||: the operators from the last to the first, and the first statement.
func chain(cmd *syntax.BinaryCmd) ([]*syntax.BinaryCmd, *syntax.Stmt) {
	rights := []*syntax.BinaryCmd{cmd}
	for {
		left := cmd.X
		next, ok := left.Cmd.(*syntax.BinaryCmd)
		if !ok || left.Negated || (next.Op != syntax.AndStmt && next.Op != syntax.OrStmt) {
			return rights, left
		}
		rights = append(rights, next)
		cmd = next
	}
}

// elements are the statements of a pipeline.
func elements(st *syntax.Stmt, list []*syntax.Stmt) []*syntax.Stmt {
	if b, ok := st.Cmd.(*syntax.BinaryCmd); ok && (b.Op == syntax.Pipe || b.Op == syntax.PipeAll) && !st.Negated {
		return elements(b.Y, elements(b.X, list))
	}
	return append(list, st)
}

func (w *walker) pipeline(cmd *syntax.BinaryCmd, c context) {
	list := elements(cmd.Y, elements(cmd.X, nil))
	c.list = w.listed(listing{parent: c.list, stmts: 2, fn: true, piped: true})
	previous, first := -1, len(w.nodes)
	for i, st := range list {
		c.pipe = i
		w.stmt(st, c)
		if previous >= 0 && first < len(w.nodes) {
			w.connect(w.nodes[previous:first], w.nodes[first:], c.outs)
		}
		previous, first = first, len(w.nodes)
	}
}

// connect lets the commands of one element of a pipeline write to those of the next.
func (w *walker) connect(from, to []*node, outs int) {
	var feeds []*Command
	for _, n := range from {
		if n.PipeTo == nil && n.outs == outs {
			n.PipeTo = to[0].Command
			feeds = append(feeds, n.Command)
		}
	}
	for _, n := range to {
		if n.outs == outs && len(n.Feeds) == 0 {
			n.Feeds = feeds
		}
	}
}

func (w *walker) compound(st *syntax.Stmt, c context) {
	switch cmd := st.Cmd.(type) {
	case *syntax.Block:
		w.body(cmd.Stmts, c, false, false)
	case *syntax.Subshell:
		w.body(cmd.Stmts, c, false, true)
	case *syntax.IfClause:
		for clause, cond := cmd, false; clause != nil; clause, cond = clause.Else, true {
			w.body(clause.Cond, c, cond, false)
			w.body(clause.Then, c, true, false)
		}
	case *syntax.WhileClause:
		w.body(cmd.Cond, c, false, false)
		w.body(cmd.Do, c, true, false)
	case *syntax.ForClause:
		w.simple(st, cmd, c)
		w.body(cmd.Do, c, true, false)
	case *syntax.CaseClause:
		w.simple(st, cmd, c)
		for _, item := range cmd.Items {
			w.body(item.Stmts, c, true, false)
		}
	case *syntax.CoprocClause:
		if cmd.Stmt != nil {
			c.list = &listing{parent: c.list, stmts: 1, fn: true}
			w.stmt(cmd.Stmt, c)
		}
	}
}
