package flow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Held are the secrets that a step's script can read: from its environment and from expressions within it. A token that can
// only read is none.
type Held struct {
	Secrets []HeldSecret // each once, in source order
	vars    map[string]HeldSecret
	holes   map[int]heldHole // by fence of the script
}

type heldHole struct {
	HeldSecret
	span shell.Span
}

// HeldSecret is one of them.
type HeldSecret struct {
	Secret
	At    syntax.Span // what brings it into the step: the expression, the action that logged in, the line that wrote GITHUB_ENV
	Login string      // the variable or output of an action that logged in; "" for secrets of expressions
	Input string      // the input of the composite action that it comes through, lower-cased
	Guess bool        // nothing in the repository fills the input; only its name says that it is a secret
	Part  bool        // fromJSON() took it out of the secret, so that GitHub, which masks the whole only, does not know it
}

// Text names the secret for messages.
func (s HeldSecret) Text() string {
	switch {
	case s.Guess:
		return "the input `" + s.Input + "`"
	case s.Login != "":
		return "the credential `" + s.Login + "`"
	case s.Token:
		return "the token of the workflow"
	case s.Name == "":
		return "a secret"
	}
	return "the secret `" + s.Name + "`"
}

// ShortLived reports GITHUB_TOKEN and what login actions left, which end with the job or soon after.
func (s HeldSecret) ShortLived() bool { return s.Token || s.Login != "" }

// Public reports a secret whose name says that it holds no credential, only a name or an address that people keep among their
// secrets.
func (s HeldSecret) Public() bool {
	if s.Login != "" || s.Token || s.Guess {
		return false
	}
	return catalog.Identifier(s.Name)
}

// None reports that the step holds nothing.
func (h Held) None() bool { return len(h.Secrets) == 0 }

// Lasting returns the secret to warn of where none is expanded: no short-lived one, none that only its name makes a secret,
// and none that is a mere name. One that is own goes first.
func (h Held) Lasting(own func(HeldSecret) bool) (s HeldSecret, ok bool) {
	for _, one := range h.Secrets {
		if one.ShortLived() || one.Guess || one.Public() {
			continue
		}
		if own(one) {
			return one, true
		}
		if !ok {
			s, ok = one, true
		}
	}
	return s, ok
}

// Others tells for messages how many secrets are held beside one.
func (h Held) Others() string {
	if len(h.Secrets) < 2 {
		return ""
	}
	return fmt.Sprintf(" and %d more", len(h.Secrets)-1)
}

// Environments returns the env: maps that a step sees, the innermost first; those of a job's container among them.
func (f *Flow) Environments(file *syntax.File, job *syntax.Job, step *syntax.Step) []*syntax.Map {
	return appendEnvironments(make([]*syntax.Map, 0, 4), file, job, step) // inlined, so that the array stays with who asks
}

func appendEnvironments(out []*syntax.Map, file *syntax.File, job *syntax.Job, step *syntax.Step) []*syntax.Map {
	if step.Env != nil {
		out = append(out, step.Env)
	}
	if job != nil && job.Env != nil {
		out = append(out, job.Env)
	}
	if file.Workflow != nil && file.Workflow.Env != nil {
		out = append(out, file.Workflow.Env)
	}
	if job != nil && job.Container != nil && job.Container.Env != nil {
		out = append(out, job.Container.Env)
	}
	return out
}

// Held returns what the script of a step holds.
func (f *Flow) Held(file *syntax.File, job *syntax.Job, step *syntax.Step) Held {
	f.mu.Lock()
	held, seen := f.held.steps[step]
	f.mu.Unlock()
	if seen {
		return held
	}
	if g, ok := f.given(step); ok {
		held = f.givenHeld(file, job, step, g)
	} else {
		held = f.heldAfter(file, job, step, f.left(file, job))
	}
	f.mu.Lock()
	if f.held.steps == nil {
		f.held.steps = map[*syntax.Step]Held{}
	}
	f.held.steps[step] = held
	f.mu.Unlock()
	return held
}

// heldAfter returns what the script of a step holds when earlier steps left something.
func (f *Flow) heldAfter(file *syntax.File, job *syntax.Job, step *syntax.Step, left []leaving) Held {
	h := f.holder(file, job, step, left)
	if step.Run != nil {
		h.script(&step.Run.Str)
	}
	h.held.list()
	return h.held
}

// holder returns what a step's environment holds when earlier steps left something.
func (f *Flow) holder(file *syntax.File, job *syntax.Job, step *syntax.Step, left []leaving) *holder {
	h := &holder{f: f, file: file, job: job, readOnly: f.TokenWrites(file, job) == expr.False}
	before := left
	own := 0 // where what the step itself leaves begins, behind the mark of the one before
	for i := range left {
		if left[i].by == step {
			before = left[:own]
			break
		}
		if left[i].by != nil {
			own = i + 1
		}
		if left[i].output != "" {
			h.outputs = append(h.outputs, left[i])
		}
	}
	for _, env := range slices.Backward(f.Environments(file, job, step)) {
		if env != step.Env {
			h.environment(env)
		}
	}
	for i := range before {
		if before[i].name != "" {
			h.bind(before[i].name, before[i].secret)
		}
	}
	if step.Env != nil {
		h.environment(step.Env)
	}
	return h
}

// list fills Secrets in.
func (h *Held) list() {
	h.Secrets = nil
	for _, s := range h.vars {
		h.Secrets = append(h.Secrets, s)
	}
	for _, s := range h.holes {
		h.Secrets = append(h.Secrets, s.HeldSecret)
	}
	slices.SortFunc(h.Secrets, func(a, b HeldSecret) int {
		return cmp.Or(cmp.Compare(a.At.Start, b.At.Start), cmp.Compare(a.Text(), b.Text()))
	})
	seen := map[string]bool{}
	h.Secrets = slices.DeleteFunc(h.Secrets, func(s HeldSecret) bool {
		text := s.Text()
		again := seen[text]
		seen[text] = true
		return again
	})
}

// holder collects what a step holds.
type holder struct {
	f        *Flow
	file     *syntax.File
	job      *syntax.Job
	readOnly bool
	outputs  []leaving
	depth    int // of composite actions that hand their inputs on
	held     Held
}

func (h *holder) bind(name string, s HeldSecret) {
	if h.held.vars == nil {
		h.held.vars = map[string]HeldSecret{}
	}
	h.held.vars[name] = s
}

// environment binds what an env: holds; a name that is set to something else holds no secret any more.
func (h *holder) environment(m *syntax.Map) {
	for i := range m.Entries {
		e := &m.Entries[i]
		if e.Value == nil {
			continue
		}
		if s, ok := h.value(e.Value); ok {
			h.bind(e.Name.Value, s)
		} else {
			delete(h.held.vars, e.Name.Value)
		}
	}
}

func (h *holder) script(run *syntax.Str) {
	for i := range run.Fences {
		one := *run
		one.Fences = run.Fences[i : i+1]
		if s, ok := h.value(&one); ok {
			if h.held.holes == nil {
				h.held.holes = map[int]heldHole{}
			}
			h.held.holes[i] = heldHole{s, shell.Span(run.Fences[i].Span)}
		}
	}
}

// value returns the secret that the value of a scalar holds, one that lasts where there is one.
func (h *holder) value(s *syntax.Str) (held HeldSecret, ok bool) {
	for i := range s.Fences {
		eachSecretPart(s.Fences[i].X, func(n expr.Node, part bool) {
			one, is := h.source(s, n)
			if is && (!ok || held.ShortLived() && !one.ShortLived()) {
				held, ok = one, true
				held.Part = held.Part || part
			}
		})
	}
	return held, ok
}

// eachPart calls f for the accesses whose value an expression's value may hold: what a comparison or a condition reads is
// not among them.
func eachPart(n expr.Node, f func(expr.Node)) {
	switch n := n.(type) {
	case *expr.Group:
		eachPart(n.X, f)
	case *expr.Binary:
		switch n.Op {
		case expr.Or:
			eachPart(n.X, f)
			eachPart(n.Y, f)
		case expr.And:
			eachPart(n.Y, f)
		}
	case *expr.Call:
		switch strings.ToLower(n.Name) {
		case "format", "join", "tojson", "fromjson":
			for _, arg := range n.Args {
				eachPart(arg, f)
			}
		case "case":
			for i, arg := range n.Args {
				if i%2 == 1 || i == len(n.Args)-1 {
					eachPart(arg, f)
				}
			}
		}
	case *expr.Name, *expr.Property, *expr.Index, *expr.Star:
		f(n)
	}
}

// source returns the secret that an access reads.
func (h *holder) source(s *syntax.Str, n expr.Node) (HeldSecret, bool) {
	span := n.Range()
	at := h.file.ValueSpan(s, syntax.Span(span))
	path, ok := expr.Path(n)
	if !ok {
		name, isName := rootName(n)
		return HeldSecret{Secret: Secret{Span: at}, At: at}, isName && strings.EqualFold(name, "secrets")
	}
	if path == "github.token" || path == "secrets.github_token" {
		return HeldSecret{Secret: Secret{Span: at, Name: "GITHUB_TOKEN", Token: true}, At: at}, !h.readOnly
	}
	context, name, _ := strings.Cut(path, ".")
	switch context {
	case "secrets":
		if name == "*" {
			name = ""
		}
		one := HeldSecret{Secret: Secret{Span: at, Name: strings.ToUpper(name)}, At: at}
		if h.f.passedToken(h.file, name) {
			one.Token = true
			return one, !h.readOnly
		}
		return one, true
	case "env":
		first := ""
		for have := range h.held.vars {
			if strings.EqualFold(have, name) && (first == "" || have < first) {
				first = have
			}
		}
		one, ok := h.held.vars[first]
		return one, ok
	case "inputs":
		one, ok := h.f.inputSecret(h.file, name, h.depth)
		if one.Token && h.readOnly {
			return one, false
		}
		one.At, one.Input = at, name
		return one, ok
	case "steps":
		for i := range h.outputs {
			if o := &h.outputs[i]; strings.EqualFold(o.output, name) || o.all && strings.HasPrefix(name, o.output) {
				return o.secret, true
			}
		}
	}
	return HeldSecret{}, false
}

// passedToken reports that every caller of a reusable workflow passes GITHUB_TOKEN as this secret.
func (f *Flow) passedToken(file *syntax.File, name string) bool {
	if file.Workflow == nil || name == "" {
		return false
	}
	callers := f.Callers(file)
	for _, c := range callers {
		if c.Job.Secrets == nil || c.Job.Secrets.Map == nil {
			return false
		}
		uses := secretsOf(c.File.Source, c.Job.Secrets.Map.Get(name))
		if len(uses) != 1 || !uses[0].Token {
			return false
		}
	}
	return len(callers) > 0
}
