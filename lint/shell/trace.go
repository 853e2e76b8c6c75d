package shell

import (
	"math/bits"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// state is what decides whether a command is printed. It is comparable: equal states need no second look.
type state struct {
	on      uint64 // traces that may be on
	verbose uint64 // verbose traces that may be on
	env     uint64 // traces that shells started from here inherit
	hide    uint64 // file descriptors that do not lead to the log
	fd      int8   // where tracing goes; noFD: not to the log
	dead    bool   // nothing is executed any more
}

const (
	noFD   = -1
	maxFD  = 63
	maxBit = 63
)

func (st state) shows(fd int8) bool { return fd >= 0 && st.hide>>uint(fd)&1 == 0 }

// join is the state after two paths meet.
func join(a, b state) state {
	if a.dead {
		return b
	}
	if b.dead {
		return a
	}
	a.on, a.verbose, a.env, a.hide = a.on|b.on, a.verbose|b.verbose, a.env|b.env, a.hide&b.hide
	if a.fd == noFD {
		a.fd = b.fd
	}
	return a
}

// tracer walks a script in the order in which a shell executes it and notes which commands are printed.
type tracer struct {
	*walker
	cmds   map[syntax.Command]*node
	traces []*Trace
	bits   map[traceKey]uint64
	funcs  map[string]function
	ran    map[*syntax.Stmt]bool
	memo   map[call]state
	fds    map[string]int8 // {name}> redirections
	consts map[string]string
	traps  []*trapped
	ret    *state // where return statements of the running function meet
	brk    *state // where break statements of the running loop meet
	keep   bool   // local - was executed in the running function
	budget int
}

type traceKey struct{ id, word int }

type function struct {
	body *syntax.Stmt
}

type call struct {
	body *syntax.Stmt
	st   state
}

// trapped is a script that trap registered, and the states in which it may run.
type trapped struct {
	in *inner
	st state
}

// maxSteps bounds the work for one script: loops and function calls are walked again when the state differs.
const maxSteps = 200_000

// watch notes whether a command may turn tracing on.
func (w *walker) watch(n *node) {
	switch n.Name {
	case "set", "shopt":
		for i := range n.Words {
			w.traces = w.traces || strings.ContainsAny(n.Words[i].Text, "xv$")
		}
	case "bash", "sh", "dash", "ash", "zsh", "ksh", "mksh":
		w.traces = true
	}
	w.traces = w.traces || n.shell > 0
	for i := range n.Assigns {
		w.traces = w.traces || n.Assigns[i].Name == "SHELLOPTS"
	}
}

// trace finds the traces of a script.
func (w *walker) trace(units []unit, file bool) {
	if !w.traces && !file {
		return
	}
	t := &tracer{walker: w, bits: make(map[traceKey]uint64), budget: maxSteps}
	st := state{fd: 2}
	if file {
		st = t.shebang(st)
	}
	if !w.traces && len(t.traces) == 0 {
		return
	}
	t.prepare()
	begin := st
	for _, u := range units {
		t.run(u.file.Stmts, &st)
	}
	for i := 0; i < len(t.traps) && i < 16; i++ {
		late := join(t.traps[i].st, st)
		late.dead = false
		t.units(t.traps[i].in.units, &late)
	}
	t.uncalled(units, begin)
	t.finish()
}

// prepare makes what only a script that traces needs.
func (t *tracer) prepare() {
	t.funcs, t.ran, t.memo, t.fds = make(map[string]function), make(map[*syntax.Stmt]bool), make(map[call]state), make(map[string]int8)
	t.cmds = make(map[syntax.Command]*node, len(t.nodes))
	for _, n := range t.nodes {
		if n.cmd != nil {
			t.cmds[n.cmd] = n
		}
	}
}

// uncalled walks the functions that nothing calls by name: another script may.
func (t *tracer) uncalled(units []unit, begin state) {
	for _, u := range units {
		syntax.Walk(u.file, func(n syntax.Node) bool {
			if f, ok := n.(*syntax.FuncDecl); ok && f.Body != nil && !t.ran[f.Body] {
				st := begin
				t.function(function{body: f.Body}, &st)
			}
			return true
		})
	}
}

// finish hands the printed commands to their traces.
func (t *tracer) finish() {
	for _, c := range t.s.Commands {
		if c.id >= len(t.nodes) {
			continue
		}
		for by := t.nodes[c.id].by; by != 0; by &= by - 1 {
			tr := t.traces[bits.TrailingZeros64(by)]
			tr.Prints = append(tr.Prints, c)
			if c.Traced == nil || c.Traced.Kind == TraceVerbose {
				c.Traced = tr
			}
		}
	}
	t.s.addTraces(t.traces)
}

// bit makes the trace for a place, or finds it again.
func (t *tracer) bit(key traceKey, make func() *Trace) uint64 {
	if bit, ok := t.bits[key]; ok {
		return bit
	}
	bit := uint64(1) << min(uint(len(t.traces)), maxBit)
	t.bits[key] = bit
	if len(t.traces) <= maxBit { // what comes behind counts as part of the last one
		t.traces = append(t.traces, make())
	}
	return bit
}

func (t *tracer) run(list []*syntax.Stmt, st *state) {
	for _, s := range list {
		if st.dead {
			return
		}
		t.stmt(s, st)
	}
}

// forked runs a list in a process of its own: what it changes is lost.
func (t *tracer) forked(list []*syntax.Stmt, st state) {
	ret, brk, keep := t.ret, t.brk, t.keep
	t.ret, t.brk = nil, nil
	t.run(list, &st)
	t.ret, t.brk, t.keep = ret, brk, keep
}

func (t *tracer) units(units []unit, st *state) {
	for _, u := range units {
		t.run(u.file.Stmts, st)
	}
}

func (t *tracer) stmt(s *syntax.Stmt, st *state) {
	if t.budget--; t.budget < 0 || st.dead {
		return
	}
	for _, trap := range t.traps {
		trap.st = join(trap.st, *st)
	}
	if s.Background || s.Coprocess {
		own := *st
		st = &own
	}
	hide := st.hide
	if g := t.groups[s]; g != nil {
		t.substs(g.subs, *st)
		t.redirect(g.redirects, st)
	}
	t.command(s, st)
	if t.groups[s] != nil {
		st.hide = hide
	}
}

func (t *tracer) command(s *syntax.Stmt, st *state) {
	switch cmd := s.Cmd.(type) {
	case *syntax.Block:
		t.run(cmd.Stmts, st)
	case *syntax.Subshell:
		t.forked(cmd.Stmts, *st)
	case *syntax.BinaryCmd:
		t.binary(cmd, st)
	case *syntax.IfClause:
		t.branch(cmd, st)
	case *syntax.WhileClause:
		t.loop(nil, cmd.Cond, cmd.Do, st)
	case *syntax.ForClause:
		t.loop(t.cmds[cmd], nil, cmd.Do, st)
	case *syntax.CaseClause:
		t.choice(cmd, st)
	case *syntax.FuncDecl:
		if cmd.Name != nil && cmd.Body != nil {
			t.funcs[cmd.Name.Value] = function{body: cmd.Body}
		}
	case *syntax.TimeClause:
		if cmd.Stmt != nil {
			t.stmt(cmd.Stmt, st)
		}
	case *syntax.CoprocClause:
		if cmd.Stmt != nil {
			own := *st
			t.stmt(cmd.Stmt, &own)
		}
	case nil:
	default:
		t.simple(t.cmds[cmd], st)
	}
}

func (t *tracer) binary(cmd *syntax.BinaryCmd, st *state) {
	if cmd.Op == syntax.Pipe || cmd.Op == syntax.PipeAll {
		t.pipeline(cmd, st)
		return
	}
	rights, first := chain(cmd)
	t.stmt(first, st)
	asks := t.asks(first)
	for i := len(rights) - 1; i >= 0; i-- {
		skipped, taken := *st, *st
		if and := rights[i].Op == syntax.AndStmt; asks != 0 && and == (asks > 0) {
			skipped.on = 0
		} else if asks != 0 {
			taken.on = 0
		}
		t.stmt(rights[i].Y, &taken)
		*st = join(skipped, taken)
		asks = 0
	}
}

// pipeline runs each element in a process of its own. What the last one prints decides where the others' output goes.
func (t *tracer) pipeline(cmd *syntax.BinaryCmd, st *state) {
	list := elements(cmd.Y, elements(cmd.X, nil))
	hidden := st.hide & (1 << 1)
	for i := len(list) - 1; i >= 0; i-- {
		own := *st
		own.hide = own.hide&^(1<<1) | hidden
		if i > 0 {
			if n := t.cmds[list[i].Cmd]; n != nil {
				after := own
				t.redirect(n.Redirects, &after)
				hidden = after.hide & (1 << 1)
			} else if g := t.groups[list[i]]; g != nil {
				after := own
				t.redirect(g.redirects, &after)
				hidden = after.hide & (1 << 1)
			}
		}
		ret, brk, keep := t.ret, t.brk, t.keep
		t.ret, t.brk = nil, nil
		t.stmt(list[i], &own)
		t.ret, t.brk, t.keep = ret, brk, keep
	}
}

func (t *tracer) branch(cmd *syntax.IfClause, st *state) {
	out := state{dead: true}
	for clause := cmd; clause != nil; clause = clause.Else {
		if len(clause.Cond) == 0 {
			t.run(clause.Then, st)
			*st = join(out, *st)
			return
		}
		t.run(clause.Cond, st)
		then := *st
		switch asks := t.asks(clause.Cond[len(clause.Cond)-1]); {
		case asks > 0:
			st.on = 0
		case asks < 0:
			then.on = 0
		}
		t.run(clause.Then, &then)
		out = join(out, then)
	}
	*st = join(out, *st)
}

// asks tells whether a statement succeeds only while tracing is on (1) or off (-1).
func (t *tracer) asks(s *syntax.Stmt) int {
	sign := 1
	if s.Negated {
		sign = -1
	}
	switch cmd := s.Cmd.(type) {
	case *syntax.BinaryCmd: // echo $- | grep x
		list := elements(s, nil)
		first, last := t.cmds[list[0].Cmd], t.cmds[list[len(list)-1].Cmd]
		if cmd.Op != syntax.Pipe || first == nil || last == nil || last.Name != "grep" {
			return 0
		}
		for i := range first.Words {
			if first.Words[i].uses("-") && strings.Contains(last.Words[len(last.Words)-1].Text, "x") {
				return sign
			}
		}
	case *syntax.CallExpr, *syntax.TestClause:
		if n := t.cmds[cmd]; n != nil && len(n.Words) > 0 {
			return sign * asksTrace(n.Command)
		}
	}
	return 0
}

func (t *tracer) choice(cmd *syntax.CaseClause, st *state) {
	n := t.cmds[cmd]
	t.simple(n, st)
	flags := n != nil && len(n.Words) > 1 && n.Words[1].uses("-")
	none, out, through := *st, state{dead: true}, state{dead: true}
	for _, item := range cmd.Items {
		own, always := none, false
		for _, p := range item.Patterns {
			text := p.Lit()
			always = always || text == "*"
			if flags && strings.Contains(text, "x") {
				none.on = 0
			}
		}
		own = join(own, through)
		t.run(item.Stmts, &own)
		through = state{dead: true}
		if item.Op == syntax.Fallthrough || item.Op == syntax.Resume || item.Op == syntax.ResumeKorn {
			through = own
		}
		out = join(out, own)
		if always {
			*st = out
			return
		}
	}
	*st = join(out, none)
}

// loop walks a loop until nothing changes any more. The head of a for loop is printed before every round.
func (t *tracer) loop(head *node, cond, body []*syntax.Stmt, st *state) {
	saved := t.brk
	broken := state{dead: true}
	t.brk = &broken
	in := *st
	out := in
	for range 3 {
		*st = in
		t.simple(head, st)
		t.run(cond, st)
		out = *st
		t.run(body, st)
		merged := join(in, *st)
		if merged == in {
			break
		}
		in = merged
	}
	t.brk = saved
	if cond == nil {
		out = in
	}
	*st = join(out, broken)
}

func (t *tracer) substs(list []sub, st state) {
	for _, s := range list {
		own := st
		if s.capture {
			own.hide |= 1 << 1
		}
		t.forked(s.stmts, own)
	}
}

// redirect changes where file descriptors lead.
func (t *tracer) redirect(list []Redirect, st *state) {
	for i := range list {
		op := list[i].Op
		digits := 0
		for digits < len(op) && op[digits] >= '0' && op[digits] <= '9' {
			digits++
		}
		fd := 1
		if digits > 0 {
			if n, err := strconv.Atoi(op[:digits]); err == nil && n < 32 {
				fd = n
			} else {
				fd = 32
			}
		}
		op = op[digits:]
		if rest, ok := strings.CutPrefix(op, "{"); ok {
			name, after, _ := strings.Cut(rest, "}")
			number, known := t.fds[name]
			if !known {
				number = int8(min(40+len(t.fds), maxFD))
				t.fds[name] = number
			}
			fd, op = int(number), after
		}
		t.open(&list[i].Target, op, fd, st)
	}
}

func (t *tracer) open(target *Word, op string, fd int, st *state) {
	hidden := true
	switch op {
	case ">", ">>", ">|", "<>", "&>", "&>>":
		if from, ok := stream(target.Text); ok {
			hidden = !st.shows(from)
		}
		if strings.HasPrefix(target.Text, ">(") {
			hidden = false
		}
	case ">&":
		switch from, err := strconv.Atoi(target.Text); {
		case err == nil && from >= 0 && from < maxFD:
			hidden = !st.shows(int8(from))
		case target.Text == "-":
		case strings.HasPrefix(target.Text, "$"):
			number, known := t.fds[strings.Trim(target.Text, "${}")]
			hidden = known && !st.shows(number)
		default:
			st.hide |= 1 << 2
		}
	default:
		return
	}
	mask := uint64(1) << uint(fd)
	if strings.HasPrefix(op, "&") {
		mask = 1<<1 | 1<<2
	}
	st.hide &^= mask
	if hidden {
		st.hide |= mask
	}
}

// stream is the file descriptor that a device file stands for.
func stream(path string) (int8, bool) {
	switch path {
	case "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1":
		return 1, true
	case "/dev/stderr", "/dev/fd/2", "/proc/self/fd/2", "/dev/tty":
		return 2, true
	}
	return 0, false
}
