package shell

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// how tells where a nested script runs.
type how uint8

const (
	hereEval how = iota // in this shell: eval
	child               // in a shell that this one starts: bash -c
	remote              // in a shell elsewhere: ssh, docker run
	atTrap              // in this shell, later: trap
)

// inner is a script that a command is given as an argument or as a here-document.
type inner struct {
	how   how
	units []unit
}

// isShell tells whether a program reads shell scripts.
func isShell(name string) bool {
	switch name {
	case "bash", "sh", "dash", "ash", "zsh", "ksh", "mksh", "rbash":
		return true
	}
	return false
}

// invocation is what a shell's command line says.
type invocation struct {
	script   int // index of the word with the script after -c, 0 when there is none
	file     int // index of the script file, 0 when there is none
	stdin    bool
	trace    int // index of the word that turns tracing on, 0 when there is none
	verbose  int
	optValue bool // the trace word is -o followed by xtrace
	maybe    bool // a variable decides about the trace
}

// invoked reads the options of a shell: words[0] is its name.
func invoked(words []Word) invocation {
	var v invocation
	command := false
	i := 1
	for ; i < len(words); i++ {
		text, maybe, known := words[i].spelled(func(string) string { return "" })
		if text == "--" || text == "-" {
			i++
			break
		}
		if known && text == "" {
			continue
		}
		if len(text) < 2 || (text[0] != '-' && text[0] != '+') || !words[i].Const && strings.HasPrefix(text, "${{") {
			break
		}
		if strings.HasPrefix(text, "--") {
			switch text {
			case "--rcfile", "--init-file":
				i++
			case "--verbose":
				v.verbose = i
			}
			continue
		}
		at, value := i, ""
		if k := strings.IndexAny(text, "oO"); k >= 0 {
			if text[k] == 'o' && i+1 < len(words) {
				value = words[i+1].Text
			}
			i++
		}
		for _, flag := range text[1:] {
			on := text[0] == '-'
			switch {
			case flag == 'c':
				command = true
			case flag == 's':
				v.stdin = true
			case flag == 'x' && on:
				v.trace, v.optValue, v.maybe = at, false, maybe
			case flag == 'x':
				v.trace = 0
			case flag == 'v' && on:
				v.verbose = at
			case flag == 'o' && value == "xtrace" && on:
				v.trace, v.optValue = at, true
			case flag == 'o' && value == "xtrace":
				v.trace = 0
			case flag == 'o' && value == "verbose" && on:
				v.verbose = at
			}
		}
	}
	switch {
	case i >= len(words):
		v.stdin = !command
	case command:
		v.script = i
	case !v.stdin:
		v.file = i
	}
	return v
}

// nest reads the script that a command is given, if any.
func (w *walker) nest(n *node, c context) {
	if c.src.nested >= maxDepth || len(n.Words) == 0 {
		return
	}
	var src *source
	kind := child
	switch n.Name {
	case "eval":
		kind = hereEval
		src = w.joined(n, 1, c)
	case "trap":
		kind = atTrap
		if len(n.Words) > 2 && n.Words[1].Text != "-" && n.Words[1].Text != "" {
			src = w.scriptOf(n, 1, 2, c)
		}
	case "source", ".":
		kind = hereEval
		if len(n.Words) > 1 {
			src = w.written(&n.Words[1])
		}
	case "bash", "sh", "dash", "ash", "zsh", "ksh", "mksh", "rbash":
		v := invoked(n.Words)
		switch {
		case v.script > 0:
			src = w.scriptOf(n, v.script, v.script+1, c)
		case v.file > 0:
			src = w.written(&n.Words[v.file])
		case v.stdin:
			src = w.heredoc(n, c)
		}
	case "ssh", "docker", "podman", "nerdctl", "kubectl", "oc", "su", "docker-compose", "lxc", "find", "nix", "nix-shell", "chroot",
		"vagrant", "multipass", "toolbox", "distrobox", "limactl", "wsl", "gcloud", "aws", "flyctl", "heroku", "runuser", "retry":
		src, kind = w.remoteScript(n, c)
	default:
		if strings.Contains(n.Words[0].Text, "/") {
			src = w.written(&n.Words[0])
		}
	}
	w.writes(n)
	if src == nil {
		return
	}
	src.nested = c.src.nested + 1
	src.env = n.Env
	if kind == hereEval || kind == atTrap {
		src.env = c.src.env
	}
	src.remote = c.src.remote || kind == remote
	units, err := w.parse(src)
	if err != nil {
		return
	}
	n.inner = &inner{how: kind, units: units}
	c.src, c.pipe, c.group = src, 0, nil
	if kind != hereEval {
		c.fn = ""
	}
	for _, u := range units {
		c.src = u.src
		w.body(u.file.Stmts, c, false, kind != hereEval)
	}
}

// writes notes the file that a command writes a here-document to: cat > file <<EOF, tee file <<EOF.
func (w *walker) writes(n *node) {
	if n.Name != "cat" && n.Name != "tee" || len(n.redirs) == 0 || len(n.redirs) > len(n.Redirects) {
		return
	}
	name := ""
	if n.Name == "tee" && len(n.Words) == 2 {
		name = n.Words[1].Text
	}
	document := false
	for i, r := range n.redirs {
		document = document || r.Hdoc != nil
		if n.Name == "cat" && n.Redirects[i].Op == ">" {
			name = n.Redirects[i].Target.Text
		}
	}
	if document && name != "" {
		if w.files == nil {
			w.files = make(map[string]*node)
		}
		w.files[path.Clean(name)] = n
	}
}

// written is what an earlier command of the script wrote to a file, when that is run for the first time.
func (w *walker) written(file *Word) *source {
	name := path.Clean(file.Text)
	by, ok := w.files[name]
	if !ok {
		return nil
	}
	delete(w.files, name)
	return w.heredoc(by, context{src: by.src})
}

// remoteScript finds the script that ssh, docker run and the like hand to a shell elsewhere.
func (w *walker) remoteScript(n *node, c context) (*source, how) {
	for i := 1; i < len(n.Words); i++ {
		if !n.Words[i].Const || !isShell(baseName(&n.Words[i])) || n.Words[i].Text != baseName(&n.Words[i]) && !strings.HasPrefix(n.Words[i].Text, "/") {
			continue
		}
		w.leaves(n, n.Words[:i])
		v := invoked(n.Words[i:])
		kind := remote
		if n.Name == "find" || n.Name == "su" || n.Name == "runuser" || n.Name == "retry" || n.Name == "nix" {
			kind = child
		}
		switch {
		case v.script > 0 && n.Name == "ssh" && i+v.script+1 < len(n.Words):
			continue // ssh joins its words, so the script's quotes are gone
		case v.script > 0:
			n.shell = i
			return w.scriptOf(n, i+v.script, i+v.script+1, c), kind
		case v.stdin:
			n.shell = i
			return w.heredoc(n, c), kind
		}
	}
	switch n.Name {
	case "ssh":
		host := sshHost(n.Words)
		w.leaves(n, n.Words[:min(host, len(n.Words))])
		if host+1 < len(n.Words) {
			return w.joined(n, host+1, c), remote
		}
		return w.heredoc(n, c), remote
	case "su", "runuser":
		w.leaves(n, n.Words)
		for i, word := range n.Words[1:] {
			if (word.Text == "-c" || word.Text == "--command") && i+2 < len(n.Words) {
				return w.scriptOf(n, i+2, i+3, c), child
			}
		}
	}
	return nil, remote
}

// leaves notes what of the environment reaches the script that a program runs elsewhere.
func (w *walker) leaves(n *node, before []Word) {
	env, assigns := remoteEnv(n.Name, before)
	n.Env = env.behind(n.Env)
	n.Assigns = append(n.Assigns, assigns...)
}

// sshHost is the index of the host among the words of ssh.
func sshHost(words []Word) int {
	i := 1
	for i < len(words) {
		if strings.HasPrefix(words[i].Text, "$") && i+1 < len(words) && strings.Contains(words[i+1].Text, "@") {
			i++ // $SSH_OPTIONS
			continue
		}
		if !strings.HasPrefix(words[i].Text, "-") || len(words[i].Text) < 2 {
			break
		}
		if takesNext(words[i].Text[1:], "BbcDEeFIiJLlmOopQRSWw") {
			i++
		}
		i++
	}
	return i
}

// scriptOf makes a source of the words [from, to).
func (w *walker) scriptOf(n *node, from, to int, c context) *source {
	if from >= to || to > len(n.Words) {
		return nil
	}
	b := unquoter{outer: c.src}
	for i := from; i < to; i++ {
		if i > from {
			b.byte(' ', n.Words[i].Start)
		}
		b.word(w.original(n, i), &n.Words[i])
	}
	return b.source(n.Words[to-1].End)
}

// joined makes a source of all words from an index on, as eval and ssh read them.
func (w *walker) joined(n *node, from int, c context) *source {
	if from < len(n.Words) && n.Words[from].Text == "--" {
		from++
	}
	return w.scriptOf(n, from, len(n.Words), c)
}

// original is the parser's word behind Words[i], which are the last words of the call.
func (w *walker) original(n *node, i int) *syntax.Word {
	return n.words[len(n.words)-len(n.Words)+i]
}

// heredoc makes a source of the here-document or here-string a command reads.
func (w *walker) heredoc(n *node, c context) *source {
	for i, r := range n.redirs {
		if i >= len(n.Redirects) {
			break
		}
		b := unquoter{outer: c.src}
		switch {
		case r.Hdoc != nil:
			b.heredoc = true
			b.word(r.Hdoc, &n.Redirects[i].Target)
		case r.Op == syntax.WordHdoc:
			b.word(r.Word, &n.Redirects[i].Target)
		default:
			continue
		}
		return b.source(n.Redirects[i].Target.End)
	}
	return nil
}

// unquoter builds the text that a word has for the program that gets it, and remembers where each byte came from.
type unquoter struct {
	outer   *source
	heredoc bool
	text    []byte
	at      []int32
	marks   []mark
	literal bool // something but expansions is in it
}

func (u *unquoter) byte(ch byte, at int) {
	u.text = append(u.text, ch)
	u.at = append(u.at, int32(at))
}

// source is the built text; nil when it is nothing but expansions, of which nothing is known.
func (u *unquoter) source(last int) *source {
	if !u.literal {
		return nil
	}
	u.at = append(u.at, int32(last))
	text := string(u.text)
	return &source{text: text, mask: masked(text, u.marks), marks: u.marks, at: u.at}
}

func (u *unquoter) word(x *syntax.Word, w *Word) {
	quoted := u.heredoc && !(len(x.Parts) == 1 && isLit(x.Parts[0]) && w.Const)
	for _, p := range x.Parts {
		u.part(p, quoted, w)
	}
}

func isLit(p syntax.WordPart) bool {
	_, ok := p.(*syntax.Lit)
	return ok
}

func (u *unquoter) part(p syntax.WordPart, quoted bool, w *Word) {
	switch p := p.(type) {
	case *syntax.Lit:
		switch {
		case u.heredoc && quoted:
			u.copy(pos(p), end(p), "$`\\")
		case u.heredoc:
			u.copy(pos(p), end(p), "\x00")
		case quoted:
			u.copy(pos(p), end(p), "$`\"\\")
		default:
			u.copy(pos(p), end(p), "")
		}
	case *syntax.SglQuoted:
		if p.Dollar {
			u.copy(pos(p)+2, end(p)-1, "\\'\"")
			return
		}
		u.copy(pos(p)+1, end(p)-1, "\x00")
	case *syntax.DblQuoted:
		for _, q := range p.Parts {
			u.part(q, true, w)
		}
	default:
		u.expansion(p, w)
	}
}

// copy adds the source between two offsets without the backslashes that quote the characters of set: "" means all, "\x00" none.
func (u *unquoter) copy(start, stop int, set string) {
	src := u.outer
	start, stop = clamp(start, len(src.text)), clamp(stop, len(src.text))
	marks := within(src.marks, start, stop)
	for i := start; i < stop; i++ {
		for len(marks) > 0 && i >= marks[0].End {
			marks = marks[1:]
		}
		if len(marks) > 0 && i == marks[0].Start {
			m := marks[0]
			m.Span = Span{len(u.text), len(u.text) + m.End - m.Start}
			u.marks = append(u.marks, m)
		}
		if src.mask[i] == '\\' && i+1 < stop && set != "\x00" {
			if src.mask[i+1] == '\n' {
				i++
				continue
			}
			if set == "" || strings.IndexByte(set, src.mask[i+1]) >= 0 {
				i++
			}
		}
		if ch := src.mask[i]; ch != ' ' && ch != '\n' && ch != '_' {
			u.literal = true
		}
		u.byte(src.text[i], src.span(i, i+1).Start)
	}
}

// expansion adds something that the outer shell expands first: the inner one must not read it.
func (u *unquoter) expansion(p syntax.WordPart, w *Word) {
	src := u.outer
	start, stop := clamp(pos(p), len(src.text)), clamp(end(p), len(src.text))
	if start >= stop {
		return
	}
	m := mark{Span: Span{len(u.text), len(u.text) + stop - start}, hole: -1}
	at := src.span(start, stop)
	for _, v := range w.Vars {
		if at.Start <= v.Start && v.End <= at.End {
			m.vars = append(m.vars, v)
		}
	}
	for _, f := range w.From {
		if at.Start <= f.Start && f.End <= at.End {
			m.from = append(m.from, f)
		}
	}
	u.marks = append(u.marks, m)
	for i := start; i < stop; i++ {
		u.byte(src.text[i], src.span(i, i+1).Start)
	}
}
