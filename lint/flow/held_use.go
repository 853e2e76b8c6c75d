package flow

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"sekisho/lint/shell"
)

// Use is a place in a script that expands a held secret, or what was made from one.
type Use struct {
	Secret  HeldSecret
	Command *shell.Command
	At      shell.Span // in the script
	Derived string     // the variable that was made from the secret; "" when the secret itself is expanded
}

// In lists where the commands that a trace prints expand what is held.
func (h Held) In(script *shell.Script, t *shell.Trace) []Use {
	if len(t.Prints) == 0 || h.None() {
		return nil
	}
	var out []Use
	holes := func(c *shell.Command, list []int) {
		for _, i := range list {
			if s, ok := h.holes[i]; ok {
				out = append(out, Use{Secret: s.HeldSecret, Command: c, At: s.span})
			}
		}
	}
	derived := h.derived(script)
	vars := func(c *shell.Command, list []shell.VarUse) {
		for _, v := range list {
			if s, from, ok := h.origin(derived, c, v); ok {
				out = append(out, Use{s, c, v.Span, from})
			}
		}
	}
	for _, c := range t.Prints {
		switch t.Kind {
		case shell.TraceVerbose:
			holes(c, c.AllHoles())
		case shell.TracePowerShell:
			holes(c, c.AllHoles())
			if t.Level > 1 {
				for i := range c.Assigns {
					vars(c, c.Assigns[i].Value.Vars)
				}
			}
		case shell.TraceTool:
			quiet := bodies(t, c)
			vars(c, slices.DeleteFunc(c.Printed(), func(v shell.VarUse) bool { return within(v.Span, quiet) }))
			holes(c, slices.DeleteFunc(c.PrintedHoles(), func(i int) bool { return within(h.holes[i].span, quiet) }))
		default:
			vars(c, c.Printed())
			holes(c, c.PrintedHoles())
		}
	}
	return out
}

// Reaches reports that a variable that holds a secret gets to a program.
func (h Held) Reaches(env *shell.Env) bool {
	for name := range h.vars {
		if env.Has(name) {
			return true
		}
	}
	return false
}

// Expands reports that a script expands a secret anywhere, also where no trace would print it.
func (h Held) Expands(script *shell.Script, s HeldSecret) bool {
	derived := h.derived(script)
	is := func(c *shell.Command, vars []shell.VarUse, holes []int) bool {
		for _, v := range vars {
			if one, _, ok := h.origin(derived, c, v); ok && one.Secret == s.Secret {
				return true
			}
		}
		return slices.ContainsFunc(holes, func(i int) bool { return h.holes[i].Secret == s.Secret })
	}
	for _, c := range script.Commands {
		if is(c, c.Printed(), c.PrintedHoles()) {
			return true
		}
		for i := range c.Redirects {
			if t := &c.Redirects[i].Target; is(c, t.Vars, t.Holes) {
				return true
			}
		}
	}
	return false
}

func (h Held) derived(script *shell.Script) shell.Derived {
	return script.Derived(
		func(name string) bool { _, ok := h.vars[name]; return ok },
		func(i int) bool { _, ok := h.holes[i]; return ok })
}

// origin follows a variable back to the held secret that it was made from; derived is the variable when it is not the secret's own.
func (h Held) origin(derived shell.Derived, c *shell.Command, v shell.VarUse) (s HeldSecret, from string, ok bool) {
	positional := c.Function != "" && strings.Trim(v.Name, "0123456789@*") == ""
	for range 8 {
		if s, ok := h.vars[v.Name]; ok && !positional && !v.Foreign {
			return s, from, true
		}
		o, ok := derived.Of(c, v)
		if !ok {
			return HeldSecret{}, "", false
		}
		from = v.Name
		if o.Name == "" {
			s, ok := h.holes[o.Hole]
			return s.HeldSecret, from, ok
		}
		v.Name, c = o.Name, o.Command
		positional, v.Foreign = false, false
	}
	return HeldSecret{}, "", false
}

// bodies are the words of a command that its own trace does not print: curl -v shows headers and the address, no bodies.
func bodies(t *shell.Trace, c *shell.Command) []shell.Span {
	if c.Name != "curl" {
		return nil
	}
	var out []shell.Span
	for i, w := range c.Words {
		name, _, joined := strings.Cut(w.Text, "=")
		switch {
		case w.Span == t.Span && strings.HasPrefix(name, "--trace"), name == "--trace", name == "--trace-ascii":
			return nil
		case name == "-d", name == "-F", name == "-T", name == "-o", name == "--json", strings.HasPrefix(name, "--data"), strings.HasPrefix(name, "--form"):
			if joined {
				out = append(out, w.Span)
			} else if i+1 < len(c.Words) {
				out = append(out, c.Words[i+1].Span)
			}
		}
	}
	return out
}

func within(at shell.Span, list []shell.Span) bool {
	return slices.ContainsFunc(list, func(s shell.Span) bool { return s.Start <= at.Start && at.End <= s.End })
}

// Variables ranges over the variables of the environment that hold a secret, in the order of their names.
func (h Held) Variables() iter.Seq2[string, HeldSecret] {
	return func(yield func(string, HeldSecret) bool) {
		for _, name := range slices.Sorted(maps.Keys(h.vars)) {
			if !yield(name, h.vars[name]) {
				return
			}
		}
	}
}
