package flow

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Held are the secrets that a step's script can read: from its environment and from expressions within it. A token that can
// only read is none.
type Held struct {
	Secrets []HeldSecret
	vars    map[string]int // index into Secrets, by variable
	holes   map[int]int    // by fence of the script
}

// HeldSecret is one of them.
type HeldSecret struct {
	Secret
	At    syntax.Span // of the expression, or of the action that logged in
	Login string      // the variable that an earlier step's login action set; "" for secrets of expressions
}

// Text names the secret for messages.
func (s HeldSecret) Text() string {
	switch {
	case s.Login != "":
		return "the credential `" + s.Login + "`"
	case s.Token:
		return "the token of the workflow"
	case s.Name == "":
		return "a secret"
	}
	return "the secret `" + s.Name + "`"
}

// None reports that the step holds nothing.
func (h Held) None() bool { return len(h.Secrets) == 0 }

// ShortLived reports that the step holds only GITHUB_TOKEN and what login actions left, which end with the job or soon after.
func (h Held) ShortLived() bool {
	for _, s := range h.Secrets {
		if !s.Token && s.Login == "" {
			return false
		}
	}
	return true
}

// first returns the secret to name, a short-lived one only where there is no other.
func (h Held) first() HeldSecret {
	for _, s := range h.Secrets {
		if !s.Token && s.Login == "" {
			return s
		}
	}
	return h.Secrets[0]
}

// First returns where the secret that Describe names comes from.
func (h Held) First() syntax.Span { return h.first().At }

// Describe names what is held for messages.
func (h Held) Describe() string {
	text := h.first().Text()
	if n := len(h.Secrets) - 1; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}

// Environments returns the env: maps that a step sees, the innermost first.
func (f *Flow) Environments(file *syntax.File, job *syntax.Job, step *syntax.Step) []*syntax.Map {
	var out []*syntax.Map
	add := func(m *syntax.Map) {
		if m != nil {
			out = append(out, m)
		}
	}
	add(step.Env)
	if job != nil {
		add(job.Env)
	}
	if file.Workflow != nil {
		add(file.Workflow.Env)
	}
	return out
}

// Held returns what the script of a step holds.
func (f *Flow) Held(file *syntax.File, job *syntax.Job, step *syntax.Step) Held {
	h := Held{}
	readOnly := Token(file, job).WritesAny() == expr.False
	inputs := f.secretInputs(file)
	find := func(s *syntax.Str) (HeldSecret, bool) {
		for _, use := range secretsOf(file.Source, s) {
			if !use.Token || !readOnly {
				return HeldSecret{Secret: use, At: use.Span}, true
			}
		}
		return secretInput(file, s, inputs)
	}
	for _, env := range f.Environments(file, job, step) {
		for i := range env.Entries {
			e := &env.Entries[i]
			if _, taken := h.vars[e.Name.Value]; taken || e.Value == nil || len(e.Value.Fences) == 0 {
				continue
			}
			if s, ok := find(e.Value); ok {
				h.add(e.Name.Value, s)
			}
		}
	}
	for i := range step.Run.Fences {
		one := step.Run.Str
		one.Fences = one.Fences[i : i+1]
		if s, ok := find(&one); ok {
			if h.holes == nil {
				h.holes = map[int]int{}
			}
			h.holes[i] = len(h.Secrets)
			h.Secrets = append(h.Secrets, s)
		}
	}
	h.logins(job, step)
	return h
}

func (h *Held) add(name string, s HeldSecret) {
	if h.vars == nil {
		h.vars = map[string]int{}
	}
	h.vars[name] = len(h.Secrets)
	h.Secrets = append(h.Secrets, s)
}

// logins adds the variables that login actions of earlier steps set.
func (h *Held) logins(job *syntax.Job, step *syntax.Step) {
	if job == nil {
		return
	}
	for before := range job.Flat() {
		if before == step {
			return
		}
		if before.Uses == nil {
			continue
		}
		info, _ := catalog.Login(before.Uses.Value, inputs(before))
		for _, name := range info.Env {
			if _, taken := h.vars[name]; !taken && secretVariable(name) {
				h.add(name, HeldSecret{At: before.Uses.Span, Login: name})
			}
		}
	}
}

// secretVariable tells a variable that holds a secret from one that only names where it is.
func secretVariable(name string) bool {
	for _, word := range [...]string{"SECRET", "TOKEN", "PASSWORD", "AUTH"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// secretInputs returns the inputs of a composite action that a caller in this repository fills from a secret, lower-cased.
func (f *Flow) secretInputs(file *syntax.File) map[string]Secret {
	if file.Action == nil {
		return nil
	}
	out := map[string]Secret{}
	for _, caller := range f.repo.Files {
		for _, step := range caller.Steps() {
			if step.Uses == nil || step.With == nil || f.repo.Callee(step.Uses.Value) != file {
				continue
			}
			for i := range step.With.Entries {
				e := &step.With.Entries[i]
				for _, use := range secretsOf(caller.Source, e.Value) {
					if !use.Token {
						out[strings.ToLower(e.Name.Value)] = use
					}
				}
			}
		}
	}
	return out
}

func secretInput(file *syntax.File, s *syntax.Str, inputs map[string]Secret) (held HeldSecret, ok bool) {
	if len(inputs) == 0 {
		return HeldSecret{}, false
	}
	for i := range s.Fences {
		expr.Walk(s.Fences[i].X, func(n expr.Node) bool {
			p, isPath := expr.Path(n)
			if !isPath {
				return true
			}
			if name, is := strings.CutPrefix(p, "inputs."); is && !ok {
				if use, secret := inputs[name]; secret {
					span := n.Range()
					held, ok = HeldSecret{Secret: use, At: file.ValueSpan(s, syntax.Span(span))}, true
				}
			}
			return false
		})
	}
	return held, ok
}

// Use is a place in a script that expands a held secret, or what was made from one.
type Use struct {
	Secret HeldSecret
	At     shell.Span // in the script
}

// In lists where printed commands of a script expand what is held.
func (h Held) In(script *shell.Script, t shell.TraceKind, prints []*shell.Command) []Use {
	if len(prints) == 0 {
		return nil
	}
	var out []Use
	holes := func(list []int, at shell.Span) {
		for _, i := range list {
			if s, ok := h.holes[i]; ok {
				out = append(out, Use{h.Secrets[s], at})
			}
		}
	}
	if t == shell.TraceVerbose || t == shell.TracePowerShell {
		for _, c := range prints {
			holes(c.AllHoles(), c.Span)
		}
		return out
	}
	derived := script.Derived(
		func(name string) bool { _, ok := h.vars[name]; return ok },
		func(i int) bool { _, ok := h.holes[i]; return ok })
	for _, c := range prints {
		for _, v := range c.Printed() {
			if s, ok := h.origin(derived, c, v); ok {
				out = append(out, Use{s, v.Span})
			}
		}
		holes(c.PrintedHoles(), c.Span)
	}
	return out
}

// origin follows a variable back to the held secret that it was made from.
func (h Held) origin(derived shell.Derived, c *shell.Command, v shell.VarUse) (HeldSecret, bool) {
	for range 8 {
		if s, ok := h.vars[v.Name]; ok && (c.Function == "" || strings.Trim(v.Name, "0123456789") != "") {
			return h.Secrets[s], true
		}
		o, ok := derived.Of(c, v)
		if !ok {
			return HeldSecret{}, false
		}
		if o.Name == "" {
			s, ok := h.holes[o.Hole]
			if !ok {
				return h.Secrets[0], true
			}
			return h.Secrets[s], true
		}
		v.Name = o.Name
	}
	return h.Secrets[0], true
}

// Run is a script file of the repository that a step's script runs.
type Run struct {
	Command *shell.Command // in the step's script
	Source  *syntax.Source
	Script  *shell.Script
	Held    Held // what the file holds: the environment, and arguments by their number
}

// Runs lists the script files of the repository that a step's script runs: ./x, bash x, source x, seen from the step's working
// directory.
func (f *Flow) Runs(file *syntax.File, job *syntax.Job, step *syntax.Step, held Held) []Run {
	if !strings.Contains(step.Run.Value, ".sh") && !strings.Contains(step.Run.Value, "./") {
		return nil
	}
	dir, ok := workingDirectory(file, job, step)
	if !ok {
		return nil
	}
	script := f.Script(file, job, step)
	var out []Run
	for _, c := range script.Commands {
		name, args, ok := scriptFile(c)
		if !ok {
			continue
		}
		src := f.repo.Script(path.Join(dir, name))
		if src == nil || len(src.Text) > shell.MaxScript {
			continue
		}
		out = append(out, Run{c, src, shell.ParseFile(src.Text, shell.Bash), held.passed(script, c, args)})
	}
	return out
}

// scriptFile returns the file that a command runs as a shell script and the words behind it.
func scriptFile(c *shell.Command) (name string, args []shell.Word, ok bool) {
	if len(c.Words) == 0 {
		return "", nil, false
	}
	first := c.Words[0]
	if first.Const && strings.Contains(first.Text, "/") && !strings.HasPrefix(first.Text, "/") {
		return first.Text, c.Words[1:], true
	}
	switch c.Name {
	case "bash", "sh", "source", ".", "zsh", "dash":
		for i, w := range c.Words[1:] {
			if strings.HasPrefix(w.Text, "-") && w.Text != "--" {
				if strings.Contains(w.Text, "c") && !strings.HasPrefix(w.Text, "--") {
					return "", nil, false
				}
				continue
			}
			return w.Text, c.Words[i+2:], w.Const && !strings.HasPrefix(w.Text, "/") && w.Text != "--"
		}
	}
	return "", nil, false
}

// passed returns what a script file holds that is run with these arguments: the same environment, and the arguments that expand
// a secret under their numbers.
func (h Held) passed(script *shell.Script, c *shell.Command, args []shell.Word) Held {
	out := Held{Secrets: h.Secrets, vars: map[string]int{}}
	for name, i := range h.vars {
		out.vars[name] = i
	}
	for n, w := range args {
		for _, v := range w.Vars {
			if i, ok := h.vars[v.Name]; ok {
				out.vars[strconv.Itoa(n+1)] = i
			}
		}
		for _, hole := range w.Holes {
			if i, ok := h.holes[hole]; ok {
				out.vars[strconv.Itoa(n+1)] = i
			}
		}
	}
	return out
}

// workingDirectory returns where a step's script starts, below the repository's root; false when an expression decides.
func workingDirectory(file *syntax.File, job *syntax.Job, step *syntax.Step) (string, bool) {
	field := step.WorkingDirectory
	if field == nil && job != nil && job.Defaults != nil {
		field = job.Defaults.WorkingDirectory
	}
	if field == nil && file.Workflow != nil && file.Workflow.Defaults != nil {
		field = file.Workflow.Defaults.WorkingDirectory
	}
	if field == nil {
		return ".", true
	}
	return field.Value, len(field.Fences) == 0
}
