package flow

import (
	"iter"
	"strings"
	"sync"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// leaving is a secret that a step leaves for later steps: as a variable, or as an output.
type leaving struct {
	by     *syntax.Step
	name   string // of the variable; "" for an output
	output string // id.outputs.name
	all    bool   // output is what the names of all its secret outputs begin with
	secret HeldSecret
}

// maxUsers bounds the steps that are asked what they fill an input with.
const maxUsers = 20

// maxLeft bounds what the steps of one job leave.
const maxLeft = 200

// heldCache keeps what Held needs of more than one step.
type heldCache struct {
	steps     map[*syntax.Step]Held    // under Flow.mu
	leavings  map[owner][]leaving      // under Flow.mu
	tracing   map[owner][]tracingEntry // under Flow.mu
	writes    map[wayKey]expr.Tri      // under Flow.mu
	usersOnce sync.Once
	usersOf   map[*syntax.File][]user
}

// owner is a job, or a composite action.
type owner struct {
	file *syntax.File
	job  *syntax.Job
}

func (o owner) steps() iter.Seq[*syntax.Step] {
	return func(yield func(*syntax.Step) bool) { o.eachStep(yield) } // inlined, so that the body of a loop stays off the heap
}

func (o owner) eachStep(yield func(*syntax.Step) bool) {
	if o.job != nil {
		o.job.Flat()(yield)
		return
	}
	for _, step := range o.file.Steps() {
		if !yield(step) {
			return
		}
	}
}

// left returns what the steps of a job leave, in their order. Behind those of each step stands a mark with nothing but the
// step, so that a reader can stop at its own.
func (f *Flow) left(file *syntax.File, job *syntax.Job) []leaving {
	key := owner{file, job}
	f.mu.Lock()
	out, seen := f.held.leavings[key]
	f.mu.Unlock()
	if seen {
		return out
	}
	n := 0
	for step := range key.steps() {
		var next []leaving
		switch {
		case step.Uses != nil:
			next = leftByAction(step)
		case f.Clues(step).Has(catalog.ClueCommand):
			next = f.leftByScript(file, job, step, out)
		}
		n += len(next)
		if n > maxLeft {
			break
		}
		out = append(out, next...)
		out = append(out, leaving{by: step})
	}
	f.mu.Lock()
	if f.held.leavings == nil {
		f.held.leavings = map[owner][]leaving{}
	}
	f.held.leavings[key] = out
	f.mu.Unlock()
	return out
}

// leftByAction lists what an action that logs in leaves.
func leftByAction(step *syntax.Step) []leaving {
	info, ok := catalog.Login(step.Uses.Value, inputs(step.With))
	if !ok {
		return nil
	}
	var out []leaving
	for _, name := range info.Env {
		if secretVariable(name) {
			out = append(out, leaving{name: name, secret: HeldSecret{At: step.Uses.Span, Login: name}})
		}
	}
	if step.ID == nil {
		return out
	}
	for _, name := range info.Outputs {
		prefix, _, all := strings.Cut(name, "*")
		path := step.ID.Value + ".outputs." + prefix
		secret := HeldSecret{At: step.Uses.Span, Login: path}
		out = append(out, leaving{output: strings.ToLower(path), all: all, secret: secret})
	}
	return out
}

// secretVariable tells a variable that holds a secret from one that only names where it is, or that holds a stand-in.
func secretVariable(name string) bool {
	if name == "NODE_AUTH_TOKEN" || name == "GITHUB_PAT" {
		return false
	}
	for _, end := range [...]string{"_TOKEN", "_PASSWORD", "_SECRET", "SECRET_ACCESS_KEY", "_API_KEY", "COMPOSER_AUTH"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// leftByScript lists the secrets that a script writes to GITHUB_ENV and GITHUB_OUTPUT.
func (f *Flow) leftByScript(file *syntax.File, job *syntax.Job, step *syntax.Step, before []leaving) []leaving {
	held := f.heldAfter(file, job, step, before)
	if held.None() {
		return nil
	}
	script := f.Script(file, job, step)
	derived := held.derived(script)
	var out []leaving
	name := "" // of NAME<<DELIMITER, until the next one
	for _, c := range script.Commands {
		to := commandFile(c)
		if to == "" {
			continue
		}
		add := func(name string, s HeldSecret) {
			l := leaving{name: name, secret: s}
			if to == "GITHUB_OUTPUT" {
				if step.ID == nil {
					return
				}
				l.name, l.output = "", strings.ToLower(step.ID.Value+".outputs."+name)
			}
			out = append(out, l)
		}
		for _, w := range c.Words {
			if before, _, ok := strings.Cut(w.Text, "="); ok && variableName(before) {
				name = before
			} else if before, _, ok := strings.Cut(w.Text, "<<"); ok && variableName(before) {
				name = before
			}
			if s, ok := held.inWord(derived, c, &w); ok && name != "" {
				s.Part = s.Part || changed(derived, c, &w)
				add(name, s)
			}
		}
		for i := range c.Redirects {
			if strings.HasPrefix(c.Redirects[i].Op, "<<") {
				held.inLines(derived, c, &c.Redirects[i].Target, add)
			}
		}
	}
	return out
}

// changed reports a word that holds another spelling of what was made from a secret.
func changed(derived shell.Derived, c *shell.Command, w *shell.Word) bool {
	for _, v := range w.Vars {
		by := c
		for range maxTurns {
			o, ok := derived.Of(by, v)
			if v.Cut || ok && (o.Cut || len(o.By) > 0) {
				return true
			}
			if !ok {
				break
			}
			v, by = shell.VarUse{Name: o.Name}, o.Command
		}
	}
	for _, from := range w.From {
		if from.PipeTo != nil || from.Name != "echo" && from.Name != "printf" && from.Name != "cat" {
			return true
		}
	}
	return false
}

// commandFile returns GITHUB_ENV or GITHUB_OUTPUT when a command's output is written there.
func commandFile(c *shell.Command) string {
	of := func(text string) string {
		for _, name := range [...]string{"GITHUB_ENV", "GITHUB_OUTPUT"} {
			if strings.Contains(text, name) {
				return name
			}
		}
		return ""
	}
	for _, list := range [][]shell.Redirect{c.Redirects, c.Group} {
		for i := range list {
			if name := of(list[i].Target.Text); name != "" && strings.Contains(list[i].Op, ">") {
				return name
			}
		}
	}
	switch strings.ToLower(c.Name) {
	case "add-content", "set-content", "out-file":
		for _, w := range c.Words[1:] {
			if name := of(w.Text); name != "" {
				return name
			}
		}
	}
	if to := c.PipeTo; to != nil {
		switch strings.ToLower(to.Name) {
		case "tee", "tee-object", "out-file", "add-content":
			for _, w := range to.Words[1:] {
				if name := of(w.Text); name != "" {
					return name
				}
			}
		}
	}
	return ""
}

func variableName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '_' && c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return s != ""
}

// inWord returns the held secret that a word expands.
func (h Held) inWord(derived shell.Derived, c *shell.Command, w *shell.Word) (HeldSecret, bool) {
	for _, v := range w.Vars {
		if s, _, ok := h.origin(derived, c, v); ok && !v.Length {
			return s, true
		}
	}
	for _, i := range w.Holes {
		if s, ok := h.holes[i]; ok {
			return s.HeldSecret, true
		}
	}
	for _, from := range w.From {
		if from.Name != "echo" && from.Name != "printf" || !keeps(from) {
			continue
		}
		for i := range from.Words {
			if s, ok := h.inWord(derived, from, &from.Words[i]); ok {
				return s, true
			}
		}
	}
	return HeldSecret{}, false
}

// keeps tells whether what a command prints comes out of its pipeline, if in another spelling.
func keeps(c *shell.Command) bool {
	for c = c.PipeTo; c != nil; c = c.PipeTo {
		switch c.Name {
		case "base64", "tr", "sed", "cut", "jq", "xxd", "cat", "tee", "head", "tail", "awk":
		default:
			return false
		}
	}
	return true
}

// inLines calls add for the NAME=value lines of a here-document that expand a held secret.
func (h Held) inLines(derived shell.Derived, c *shell.Command, body *shell.Word, add func(string, HeldSecret)) {
	for line := range strings.Lines(body.Text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || !variableName(name) {
			continue
		}
		for _, v := range body.Vars {
			if s, _, held := h.origin(derived, c, v); held && strings.Contains(value, v.Name) {
				add(name, s)
				break
			}
		}
		for _, i := range body.Holes {
			if s, held := h.holes[i]; held && strings.Contains(value, "${{") {
				add(name, s.HeldSecret)
				break
			}
		}
	}
}

// inputSecret returns the secret that an input of a composite action holds: what callers in this repository fill it with, its
// default, or, where nothing here calls the action, what its name says.
func (f *Flow) inputSecret(file *syntax.File, name string, depth int) (HeldSecret, bool) {
	if file.Action == nil || depth > maxNest {
		return HeldSecret{}, false
	}
	var token HeldSecret
	found := false
	users := f.users(file)
	for _, u := range users[:min(len(users), maxUsers)] {
		value := u.step.With.Get(name)
		if value == nil || len(value.Fences) == 0 {
			continue
		}
		h := holder{f: f, file: u.file, job: u.job, depth: depth + 1}
		if u.file.Action == nil { // the environment of an action's own steps may come from its inputs again
			h = *f.holder(u.file, u.job, u.step, f.left(u.file, u.job))
		}
		switch one, ok := h.value(value); {
		case ok && !one.Token && !one.Guess:
			return one, true
		case ok:
			token, found = one, true
		}
	}
	if found {
		return token, true
	}
	for _, in := range file.Action.Inputs {
		if !strings.EqualFold(in.Name.Value, name) {
			continue
		}
		if in.Default != nil {
			for _, use := range secretsOf(file.Source, &in.Default.Str) {
				return HeldSecret{Secret: use}, use.Token
			}
		}
		return HeldSecret{Guess: true}, len(users) == 0 && secretInputName(name)
	}
	return HeldSecret{}, false
}

// secretInputName tells whether an input's name, lower-cased, says that it is a secret.
func secretInputName(name string) bool {
	name = strings.ReplaceAll(name, "_", "-")
	for _, end := range [...]string{"token", "password", "secret", "api-key", "apikey", "private-key", "access-key", "passphrase", "credentials"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// user is a step that uses a composite action of the same repository.
type user struct {
	file *syntax.File
	job  *syntax.Job
	step *syntax.Step
}

// users returns the steps of this repository that use an action of it.
func (f *Flow) users(action *syntax.File) []user {
	f.held.usersOnce.Do(func() {
		f.held.usersOf = map[*syntax.File][]user{}
		for _, file := range f.repo.Files {
			for job, step := range file.Steps() {
				if step.Uses == nil {
					continue
				}
				if to := f.repo.Callee(step.Uses.Value); to != nil && to.Action != nil {
					f.held.usersOf[to] = append(f.held.usersOf[to], user{file, job, step})
				}
			}
		}
	})
	return f.held.usersOf[action]
}

// TokenWrites tells whether the GITHUB_TOKEN that the steps of a job see may write. For a composite action, whose job is nil, the
// jobs that use it decide.
func (f *Flow) TokenWrites(file *syntax.File, job *syntax.Job) expr.Tri {
	if file.Action == nil {
		return Token(file, job).WritesAny()
	}
	return f.actionWrites(wayKey{file, 0})
}

// actionWrites is TokenWrites for a composite action.
func (f *Flow) actionWrites(key wayKey) expr.Tri {
	users := f.users(key.file)
	if len(users) == 0 || key.depth > maxCalls {
		return expr.Unknown
	}
	f.mu.Lock()
	out, seen := f.held.writes[key]
	f.mu.Unlock()
	if seen {
		return out
	}
	out = expr.False
	for _, u := range users {
		writes := expr.Unknown
		if u.file.Action == nil {
			writes = Token(u.file, u.job).WritesAny()
		} else {
			writes = f.actionWrites(wayKey{u.file, key.depth + 1})
		}
		if writes != expr.False {
			out = writes
		}
		if out == expr.True {
			break
		}
	}
	f.mu.Lock()
	if f.held.writes == nil {
		f.held.writes = map[wayKey]expr.Tri{}
	}
	f.held.writes[key] = out
	f.mu.Unlock()
	return out
}
