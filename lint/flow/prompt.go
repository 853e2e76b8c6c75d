package flow

import (
	"path"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Prompted is what somebody else chooses of the task of an agent.
type Prompted struct {
	Taint
	syntax.Span           // where it comes into the task
	Via         string    // what of that the task names: the variable `X`, the file `x`; "" where it holds the value itself
	Checkout    *Checkout // the files among which the agent works, of a pull request; nil for values
}

// Prompted lists what somebody else chooses of the task of an agent: values in its inputs, arguments and standard input, those of the
// files that earlier commands made for it and of the variables that it names, and the files of a pull request among which it works.
func (f *Flow) Prompted(file *syntax.File, a *Agent) []Prompted {
	p := prompter{flow: f, file: file, job: a.Job, agent: a}
	for i := range a.prompts {
		in := &a.prompts[i]
		switch {
		case in.in != nil && in.file:
			p.fromFile(in.in.Value, in.in.Span)
		case in.in != nil:
			p.value(in.in)
		case in.file:
			p.fromFile(in.word.Text, in.by.span(in.word.Span))
		case in.word != nil:
			p.word(in)
		default:
			p.input(in)
		}
	}
	p.environment()
	p.checkouts()
	return p.out
}

// prompter gathers what comes into the task of one agent.
type prompter struct {
	flow  *Flow
	file  *syntax.File
	job   *syntax.Job
	agent *Agent
	out   []Prompted

	written    []writtenFile
	filesKnown bool
}

func (p *prompter) span(step *syntax.Step, at shell.Span) syntax.Span {
	return p.file.ValueSpan(&step.Run.Str, syntax.Span(at))
}

func (p *prompter) add(list []Taint, at syntax.Span, via string) {
	for _, t := range tidy(list) {
		if t.Shape >= catalog.Ref {
			p.out = append(p.out, Prompted{Taint: t, Span: at, Via: via})
		}
	}
}

// value follows the expressions of an input.
func (p *prompter) value(s *syntax.Str) {
	for i := range s.Fences {
		p.add(p.flow.Taints(p.file, p.job, p.agent.Step, s, i), p.file.ValueSpan(s, s.Fences[i].Span), "")
	}
	p.speaksOf(s.Value, func(in syntax.Span) syntax.Span { return p.file.ValueSpan(s, in) })
}

func (p *prompter) script(s *agentScript) *shellTaint {
	t := &tainter{flow: p.flow, busy: map[busyKey]bool{}}
	return t.script(scope{p.file, p.job, s.step}, s.Script, s.within, 0)
}

// word follows what a word of a command holds. What an expression puts into the script becomes code, which is worse, and not told here.
func (p *prompter) word(in *prompt) {
	s := p.script(in.by)
	w := *in.word
	w.Holes = nil
	at := in.by.span(in.word.Span)
	p.add(s.word(in.c, &w), at, "")
	if w.Const {
		p.speaksOf(w.Text, func(syntax.Span) syntax.Span { return at })
	}
	for _, from := range in.word.From {
		for _, name := range filesRead(from) {
			p.fromFile(name, at)
		}
	}
}

// input follows what a command reads from its standard input.
func (p *prompter) input(in *prompt) {
	s := p.script(in.by)
	for _, feed := range in.c.Feeds {
		at := in.by.span(feed.Span)
		p.add(s.output(feed), at, "")
		if feed.Name == "" && len(feed.Words) > 0 {
			p.add(s.word(feed, &feed.Words[0]), at, "") // an expression of PowerShell
		}
		for _, name := range filesRead(feed) {
			p.fromFile(name, at)
		}
	}
	for i := range in.c.Redirects {
		r := &in.c.Redirects[i]
		at := in.by.span(r.Span)
		switch {
		case strings.HasPrefix(r.Op, "<<"):
			w := r.Target
			w.Holes = nil
			p.add(s.word(in.c, &w), at, "")
		case r.Op == "<":
			p.fromFile(r.Target.Text, at)
		}
	}
}

// filesRead names the files that a command prints.
func filesRead(c *shell.Command) []string {
	var out []string
	switch c.Name {
	case "cat", "head", "tail", "envsubst", "jq", "sed", "get-content", "gc", "Get-Content":
		for i := 1; i < len(c.Words); i++ {
			if !strings.HasPrefix(c.Words[i].Text, "-") {
				out = append(out, c.Words[i].Text)
			}
		}
	}
	for i := range c.Redirects {
		if c.Redirects[i].Op == "<" {
			out = append(out, c.Redirects[i].Target.Text)
		}
	}
	return out
}

// fromFile follows what the scripts up to the agent wrote to the file with its task, which they know by its name: the folder is spelled
// in many ways.
func (p *prompter) fromFile(name string, at syntax.Span) {
	base := fileName(name)
	if base == "" {
		return
	}
	for _, w := range p.files() {
		if w.base == base {
			p.add(w.found, at, "")
		}
	}
}

// speaksOf follows the files that a task speaks of. at maps a part of the text to the bytes of the file.
func (p *prompter) speaksOf(text string, at func(syntax.Span) syntax.Span) {
	for _, w := range p.files() {
		if !strings.Contains(w.base, ".") {
			continue
		}
		if i := named(text, w.base); i >= 0 {
			p.add(w.found, at(syntax.Span{Start: i, End: i + len(w.base)}), "the file `"+w.base+"`")
		}
	}
}

// writtenFile is a file that a script wrote with what somebody else chooses.
type writtenFile struct {
	base  string
	found []Taint
}

// files lists what the scripts of the job up to the agent write to files.
func (p *prompter) files() []writtenFile {
	if p.filesKnown {
		return p.written
	}
	p.filesKnown = true
	for step := range (owner{p.file, p.job}).steps() {
		if step.Run != nil && writesFiles(step.Run.Value) {
			p.writes(step)
		}
		if step == p.agent.Step {
			break
		}
	}
	return p.written
}

// writesFiles answers false, and fast, for a script that writes no file.
func writesFiles(script string) bool {
	return strings.Contains(script, ">") || strings.Contains(script, "tee ") || strings.Contains(strings.ToLower(script), "-content") || strings.Contains(strings.ToLower(script), "out-file")
}

// fileName is the last part of a path, "" where it says nothing.
func fileName(name string) string {
	name = strings.Trim(strings.TrimSpace(name), `"'`)
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if len(base) < 3 || strings.ContainsAny(base, "${}*") {
		return ""
	}
	return base
}

// writes follows what a step writes to files.
func (p *prompter) writes(step *syntax.Step) {
	s := (&tainter{flow: p.flow, busy: map[busyKey]bool{}}).shell(scope{p.file, p.job, step}, 0)
	for _, c := range s.script.Commands {
		names := targets(c)
		if len(names) == 0 {
			continue
		}
		var found []Taint
		for i := 1; i < len(c.Words); i++ {
			found = append(found, s.word(c, &c.Words[i])...)
		}
		found = append(found, s.output(c)...)
		for _, feed := range c.Feeds {
			found = append(found, s.output(feed)...)
		}
		if len(found) == 0 {
			continue
		}
		for _, base := range names {
			p.written = append(p.written, writtenFile{base, hop(slices.Clone(found), p.file, p.span(step, c.Span), "the script writes it to `"+base+"`")})
		}
	}
}

// targets names the files that a command writes its output, or what it is fed, to.
func targets(c *shell.Command) (out []string) {
	add := func(list []shell.Redirect) {
		for i := range list {
			if base := fileName(list[i].Target.Text); base != "" && strings.HasPrefix(strings.TrimLeft(list[i].Op, "&1"), ">") {
				out = append(out, base)
			}
		}
	}
	add(c.Redirects)
	add(c.Group)
	for to := c; to != nil && len(to.Words) > 0; to = to.PipeTo {
		switch strings.ToLower(to.Name) {
		case "tee", "out-file", "set-content", "add-content":
			for _, w := range to.Words[1:] {
				if base := fileName(w.Text); base != "" {
					out = append(out, base)
				}
			}
		}
		if to != c {
			add(to.Redirects)
		}
		if to.PipeTo == c {
			break
		}
	}
	return out
}

// environment follows the variables of the agent that its task names.
func (p *prompter) environment() {
	var texts []string
	for i := range p.agent.prompts {
		switch in := &p.agent.prompts[i]; {
		case in.in != nil:
			texts = append(texts, in.in.Value)
		case in.word != nil && len(in.word.Vars) == 0:
			texts = append(texts, in.word.Text)
		}
	}
	if len(texts) == 0 {
		return
	}
	seen := map[string]bool{}
	for _, env := range p.flow.Environments(p.file, p.job, p.agent.Step) {
		for i := range env.Entries {
			e := &env.Entries[i]
			if e.Value == nil || len(e.Value.Fences) == 0 || seen[e.Name.Value] || !slices.ContainsFunc(texts, func(text string) bool { return named(text, e.Name.Value) >= 0 }) {
				continue
			}
			seen[e.Name.Value] = true
			step := p.agent.Step
			if env != step.Env {
				step = nil
			}
			for j := range e.Value.Fences {
				p.add(p.flow.Taints(p.file, p.job, step, e.Value, j), p.file.ValueSpan(e.Value, e.Value.Fences[j].Span), "the variable `"+e.Name.Value+"`")
			}
		}
	}
}

// named finds a name as a word of a text, -1 without one. A short name must be marked as that of a variable.
func named(text, name string) int {
	for from := 0; name != ""; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			break
		}
		i += from
		from = i + len(name)
		marked := i > 0 && (text[i-1] == '$' || text[i-1] == '{' || text[i-1] == '%')
		if (marked || len(name) > 3 && (i == 0 || !wordByte(text[i-1]))) && (from == len(text) || !wordByte(text[from])) {
			return i
		}
	}
	return -1
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// checkouts adds the checkout of a pull request among whose files the agent works: what these say to agents, it does.
func (p *prompter) checkouts() {
	dir, known := p.directory()
	if !known {
		return
	}
	var last *Checkout
	all := p.flow.Checkouts(p.file, p.job)
	for step := range (owner{p.file, p.job}).steps() {
		if step == p.agent.Step && step.Uses != nil {
			break
		}
		for i := range all {
			switch c := &all[i]; {
			case c.Step == step && inFolder(c.Path, dir) && !c.Branch && (step.Run == nil || !isBranchName(c.Head)):
				last = c
			case c.Step != step && isCheckout(step) && last != nil && checkoutPath(step) == last.Path:
				last = nil
			}
		}
		if step == p.agent.Step {
			break
		}
	}
	if last == nil || last.Step == p.agent.Step && last.Start > p.agent.Start {
		return
	}
	one := last.Head
	one.Who, one.Shape, one.Name, one.Field = ByOutsider, catalog.Arbitrary, "the code of the pull request", ""
	p.out = append(p.out, Prompted{Taint: one, Span: p.agent.Span, Checkout: last})
}

// directory is where the agent works, below the workspace.
func (p *prompter) directory() (string, bool) {
	step := p.agent.Step
	if step.Uses == nil {
		return WorkingDirectory(p.file, p.job, step)
	}
	for _, name := range [...]string{"working-directory", "working_directory", "cwd"} {
		if s := step.With.Get(name); s != nil && s.Value != "" {
			return path.Clean(s.Value), len(s.Fences) == 0
		}
	}
	return ".", true
}
