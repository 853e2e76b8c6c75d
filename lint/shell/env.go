package shell

import (
	"slices"
	"strings"
)

// Env are the variables of the environment that reach a program; nil stands for all of them.
type Env struct {
	passed []string // with the value they have
	set    []string // with one of their own that is no constant
}

// maxNames bounds the variables that one command is told to pass on; more would be no script of a person.
const maxNames = 100

// Has tells whether a variable reaches the program.
func (e *Env) Has(name string) bool {
	return e == nil || slices.Contains(e.passed, name) || slices.Contains(e.set, name)
}

// behind is what is left of e where the environment passed outer before.
func (e *Env) behind(outer *Env) *Env {
	if e == nil {
		return outer
	}
	if outer == nil {
		return e
	}
	out := &Env{set: e.set}
	for _, name := range e.passed {
		if outer.Has(name) {
			out.passed = append(out.passed, name)
		}
	}
	return out
}

// give adds a NAME or NAME=value word.
func (e *Env) give(w Word) {
	name, _, sets := strings.Cut(w.Text, "=")
	switch {
	case !isName(name) || len(e.passed)+len(e.set) > maxNames:
	case !sets:
		e.passed = append(e.passed, name)
	case !w.Const:
		e.set = append(e.set, name)
	}
}

// wrapperEnv is what a wrapper leaves of the environment. words are its own, its name first. Source: their manual pages; sudo
// resets the environment unless it is told to keep it.
func wrapperEnv(name string, words []Word) *Env {
	out := &Env{}
	resets := name == "sudo" || name == "doas"
	for _, w := range words[1:] {
		text := w.Text
		list, lists := strings.CutPrefix(text, "--preserve-env=")
		switch {
		case lists:
			out.passed = append(out.passed, strings.SplitN(list, ",", maxNames)...)
		case name == "sudo" && (text == "--preserve-env" || isShort(text, 'E')):
			return nil
		case name == "env" && (text == "-" || text == "--ignore-environment" || isShort(text, 'i')):
			resets = true
		case isAssign(w):
			out.give(w)
		}
	}
	if !resets {
		return nil
	}
	return out
}

// isShort tells whether a letter is among one-letter options.
func isShort(text string, letter byte) bool {
	return len(text) > 1 && text[0] == '-' && text[1] != '-' && strings.IndexByte(text, letter) > 0
}

// remoteEnv is what reaches a script elsewhere, and the assignments that a container gets. words are those before the script.
func remoteEnv(name string, words []Word) (*Env, []Assign) {
	switch name {
	case "find", "nix", "nix-shell", "chroot", "toolbox", "distrobox", "retry":
		return nil, nil
	case "su", "runuser":
		if !slices.ContainsFunc(words, func(w Word) bool { return w.Text == "-" || w.Text == "-l" || w.Text == "--login" }) {
			return nil, nil
		}
	}
	out := &Env{}
	var assigns []Assign
	give := func(w Word) {
		out.give(w)
		if a, ok := assignOf(w); ok {
			a.Export = true
			assigns = append(assigns, a)
		}
	}
	for i := 1; i < len(words); i++ {
		text := words[i].Text
		switch {
		case strings.HasPrefix(text, "--env-file") || strings.Contains(text, "SendEnv"):
			return nil, nil
		case (text == "-e" || text == "--env") && i+1 < len(words):
			i++
			give(words[i])
		case strings.HasPrefix(text, "--env="):
			give(words[i].tail(len("--env=")))
		}
	}
	return out, assigns
}

// tail is a word without its first bytes.
func (w Word) tail(n int) Word {
	w.Text = w.Text[n:]
	w.Start = min(w.Start+n, w.End)
	return w
}

// forget marks the uses of variables that the script has given a constant before, or has unset: the environment's value is gone.
func (s *Script) forget() {
	gone := map[string]int{}
	note := func(name string, at int) {
		if _, earlier := gone[name]; !earlier {
			gone[name] = at
		}
	}
	for _, c := range s.Commands {
		sets := len(c.Words) == 0 || declares(c.Words[0].Text)
		if !sets && c.Name != "unset" || len(c.Assigns)+len(c.Words) == 0 || !s.lasts(c) {
			continue
		}
		for i := range c.Assigns {
			if a := &c.Assigns[i]; sets && a.Value.Const && !a.Append {
				note(a.Name, c.Start)
			}
		}
		if c.Name == "unset" {
			for _, w := range c.Words[1:] {
				note(w.Text, c.Start)
			}
		}
	}
	if len(gone) == 0 {
		return
	}
	mark := func(c *Command, w *Word) {
		for i := range w.Vars {
			if at, ok := gone[w.Vars[i].Name]; ok && at < c.Start {
				w.Vars[i].Foreign = true
			}
		}
	}
	for _, c := range s.Commands {
		c.eachPrinted(func(w *Word) { mark(c, w) })
		for i := range c.Redirects {
			mark(c, &c.Redirects[i].Target)
		}
	}
}

// lasts tells whether what a command sets holds for all that comes after it.
func (s *Script) lasts(c *Command) bool {
	if c.Function != "" || c.Subst || c.Nested {
		return false
	}
	for l := s.places[c.id].list; l != nil; l = l.parent {
		if l.cond || l.fn || l.piped {
			return false
		}
	}
	return true
}
