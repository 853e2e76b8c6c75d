package shell

import (
	"strconv"
	"strings"
)

// simple executes one command: first its substitutions, then it is printed, then it acts.
func (t *tracer) simple(n *node, st *state) {
	if n == nil {
		return
	}
	t.substs(n.subs, *st)
	if st.shows(st.fd) {
		n.by |= st.on
	}
	if st.shows(2) {
		n.by |= st.verbose
	}
	persistent := len(n.Words) == 0
	if len(n.Words) > 0 {
		switch n.Words[0].Text {
		case "export", "readonly", "declare", "typeset", "local":
			persistent = true
		}
	}
	for i := range n.Assigns {
		t.assigned(n, i, persistent, st)
	}
	if len(n.Words) == 0 {
		return
	}
	if persistent {
		t.declares(n, st)
		return
	}
	if f, ok := t.funcs[n.Words[0].Text]; ok && n.Words[0].Const && len(n.Wrappers) == 0 {
		hide := st.hide
		t.redirect(n.Redirects, st)
		t.function(f, st)
		st.hide = hide
		return
	}
	t.builtin(n, st)
}

// assigned acts on the variables that bash itself reads.
func (t *tracer) assigned(n *node, i int, persistent bool, st *state) {
	a := &n.Assigns[i]
	switch {
	case a.Name == "SHELLOPTS" && strings.Contains(a.Value.Text, "xtrace"):
		bit := t.bit(traceKey{n.id, -1 - i}, func() *Trace {
			tr := &Trace{Span: a.Span, Kind: TraceEnv, By: n.Command}
			if isShell(n.Name) {
				if v := invoked(n.Words); v.file > 0 {
					tr.Runs = n.Words[v.file].Text
				}
			}
			return tr
		})
		if persistent {
			st.env |= bit
			return
		}
		if n.inner != nil && n.inner.how == child {
			own := *st
			own.env |= bit
			t.child(n, &own)
		}
	case a.Name == "BASH_XTRACEFD" && persistent && t.s.Dialect == Bash:
		st.fd = noFD
		text := a.Value.Text
		if number, err := strconv.Atoi(text); err == nil && number >= 0 && number < 32 {
			st.fd = int8(number)
		} else if number, ok := t.fds[strings.Trim(text, "${}")]; ok {
			st.fd = number
		} else if text == "" {
			st.fd = 2
		}
	}
}

// declares acts on export SHELLOPTS and local -.
func (t *tracer) declares(n *node, st *state) {
	for _, word := range n.Words[1:] {
		switch {
		case word.Text == "SHELLOPTS" && n.Name == "export":
			st.env |= st.on
		case word.Text == "-" && n.Name == "local":
			t.keep = true
		}
	}
}

// function calls a function: it runs in this shell, and tracing that it turns on stays on.
func (t *tracer) function(f function, st *state) {
	t.ran[f.body] = true
	key := call{f.body, *st}
	if out, ok := t.memo[key]; ok {
		*st = out
		return
	}
	t.memo[key] = *st
	ret, brk, keep := t.ret, t.brk, t.keep
	returned := state{dead: true}
	t.ret, t.brk, t.keep = &returned, nil, false
	in := *st
	t.stmt(f.body, st)
	*st = join(*st, returned)
	if t.keep {
		st.on, st.verbose = in.on, in.verbose
	}
	t.ret, t.brk, t.keep = ret, brk, keep
	t.memo[key] = *st
}

func (t *tracer) builtin(n *node, st *state) {
	switch n.Name {
	case "set", "shopt":
		for _, ch := range changesOf(n.Words, t.constant) {
			t.switched(n, ch, st)
		}
	case "exec":
		t.redirect(n.Redirects, st)
	case "unset":
		for _, word := range n.Words[1:] {
			if word.Text == "BASH_XTRACEFD" {
				st.fd = 2
			}
		}
	case "exit":
		st.dead = true
	case "return":
		if t.ret != nil {
			*t.ret = join(*t.ret, *st)
		}
		st.dead = true
	case "break", "continue":
		if t.brk != nil {
			*t.brk = join(*t.brk, *st)
			st.dead = true
		}
	case "trap":
		if n.inner != nil && len(t.traps) < 16 {
			t.trapped(n.inner, st)
		}
	case "eval", "source", ".":
		if n.inner != nil {
			hide := st.hide
			t.redirect(n.Redirects, st)
			t.units(n.inner.units, st)
			st.hide = hide
		}
	default:
		t.started(n, st)
	}
	for _, name := range n.Wrappers {
		if name == "exec" {
			st.dead = true
		}
	}
}

func (t *tracer) trapped(in *inner, st *state) {
	for _, have := range t.traps {
		if have.in == in {
			have.st = join(have.st, *st)
			return
		}
	}
	t.traps = append(t.traps, &trapped{in, *st})
}

// switched turns tracing on or off.
func (t *tracer) switched(n *node, ch change, st *state) {
	var bit uint64
	if ch.on {
		bit = t.bit(traceKey{n.id, 2*ch.word + b2i(ch.verbose)}, func() *Trace {
			tr := &Trace{Span: n.Words[ch.word].Span, Kind: TraceSet, By: n.Command, open: ch.maybe}
			if ch.verbose {
				tr.Kind = TraceVerbose
			}
			if ch.value > 0 {
				tr.End = max(tr.End, n.Words[ch.value].End)
			}
			if n.Remote && !ch.verbose {
				tr.Kind = TraceInterpreter
			}
			tr.Fix = t.s.setFix(n.Command, ch)
			return tr
		})
	}
	switch {
	case ch.verbose:
		st.verbose = bit
	case ch.maybe:
		st.on |= bit
	default:
		st.on = bit
	}
}

// constant is the value of a variable that the script sets once, to a constant; "" when it does not.
func (t *tracer) constant(name string) string {
	if t.consts == nil {
		t.consts = make(map[string]string)
		for _, c := range t.s.Commands {
			for i := range c.Assigns {
				a := &c.Assigns[i]
				if _, again := t.consts[a.Name]; again || !a.Value.Const || a.Append {
					t.consts[a.Name] = ""
				} else {
					t.consts[a.Name] = a.Value.Text
				}
			}
		}
	}
	return t.consts[name]
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// started acts on programs that are given a shell script.
func (t *tracer) started(n *node, st *state) {
	if n.inner == nil && !isShell(n.Name) {
		return
	}
	own := *st
	t.child(n, &own)
}

// child runs another shell: it starts without tracing unless its options or environment turn it on.
func (t *tracer) child(n *node, st *state) {
	t.redirect(n.Redirects, st)
	own := state{hide: st.hide, env: st.env, on: st.env, fd: 2}
	if n.shell > 0 || isShell(n.Name) {
		t.options(n, &own)
	}
	if n.inner == nil {
		return
	}
	funcs, traps, ret, brk, keep := t.funcs, t.traps, t.ret, t.brk, t.keep
	t.funcs, t.traps, t.ret, t.brk = make(map[string]function), nil, nil, nil
	t.units(n.inner.units, &own)
	t.uncalled(n.inner.units, state{hide: st.hide, fd: 2})
	t.funcs, t.traps, t.ret, t.brk, t.keep = funcs, traps, ret, brk, keep
}

// options acts on the words of a shell's command line that turn tracing on.
func (t *tracer) options(n *node, st *state) {
	words := n.Words[n.shell:]
	v := invoked(words)
	if !st.shows(2) {
		return
	}
	if v.trace > 0 {
		st.on |= t.bit(traceKey{n.id, 2 * v.trace}, func() *Trace {
			tr := &Trace{Span: words[v.trace].Span, Kind: TraceInterpreter, By: n.Command, open: v.maybe}
			if v.optValue {
				tr.End = max(tr.End, words[v.trace+1].End)
			}
			if v.file > 0 {
				tr.Runs = words[v.file].Text
			}
			tr.Fix = t.s.shellFix(n.Command, n.shell, v)
			return tr
		})
	}
	if v.verbose > 0 && n.inner != nil {
		st.verbose |= t.bit(traceKey{n.id, 2*v.verbose + 1}, func() *Trace {
			return &Trace{Span: words[v.verbose].Span, Kind: TraceVerbose, By: n.Command}
		})
	}
}
