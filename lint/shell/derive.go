package shell

import "strings"

// Origin tells where a variable got a secret from.
type Origin struct {
	Span             // of the assignment, or of the argument, that made it
	Name    string   // the variable it came from, "" for a hole
	Hole    int      // the hole it came from, -1 for a variable
	Command *Command // the command that made it
}

// Derived are the shell variables that hold a secret or something computed from it. Positional parameters of a
// function have the key "function 1"; ask Of.
type Derived map[string]Origin

// Of tells where the value of a variable used by a command comes from; false when it is not derived.
func (d Derived) Of(c *Command, v VarUse) (Origin, bool) {
	o, ok := d[key(c, v.Name)]
	return o, ok
}

// key is the key of a variable as a command sees it.
func key(c *Command, name string) string {
	if c.Function != "" && (name == "@" || name == "*" || name != "" && name[0] >= '1' && name[0] <= '9') {
		return c.Function + " " + name
	}
	return name
}

// deriver follows values through the assignments of a script, without regard to their order in loops and functions.
type deriver struct {
	s       *Script
	seed    func(string) bool
	hole    func(int) bool
	found   Derived
	changed bool
	funcs   map[string]bool
	feeds   map[*Command][]*Command // the commands that write into a command's input
}

// maxRounds bounds how far a value is followed against the order of the script.
const maxRounds = 8

// Derived finds the variables that get a value from a seed variable or a seed hole: by assignment, read, for, printf -v,
// mapfile, command substitution of commands that only transform their input, or as an argument of a function.
// Seeds themselves are not in it unless they are assigned again from a seed.
func (s *Script) Derived(seed func(name string) bool, hole func(i int) bool) Derived {
	d := &deriver{s: s, seed: seed, hole: hole, found: make(Derived), funcs: make(map[string]bool), feeds: make(map[*Command][]*Command)}
	if s.Dialect == PowerShell || s.Dialect == Cmd || s.Dialect == Other {
		d.plain()
		return d.found
	}
	for _, c := range s.Commands {
		if c.Function != "" {
			d.funcs[c.Function] = true
		}
		if c.PipeTo != nil {
			d.feeds[c.PipeTo] = append(d.feeds[c.PipeTo], c)
		}
	}
	for range maxRounds {
		d.changed = false
		for _, c := range s.Commands {
			d.command(c)
		}
		if !d.changed {
			break
		}
	}
	return d.found
}

// plain follows the assignments of PowerShell and cmd.
func (d *deriver) plain() {
	for range maxRounds {
		d.changed = false
		for _, c := range d.s.Commands {
			for i := range c.Assigns {
				d.assign(c, &c.Assigns[i])
			}
		}
		if !d.changed {
			return
		}
	}
}

func (d *deriver) set(c *Command, name string, o Origin) {
	if name == "" || o.Name == name && !strings.Contains(name, " ") {
		return
	}
	k := key(c, name)
	if _, ok := d.found[k]; !ok {
		d.found[k] = o
		d.changed = true
	}
}

// carries tells whether a word's value has something of a secret in it.
func (d *deriver) carries(c *Command, w *Word) (Origin, bool) {
	for _, v := range w.Vars {
		if v.Length {
			continue
		}
		if d.tainted(c, v) {
			return Origin{Span: v.Span, Name: v.Name, Hole: -1, Command: c}, true
		}
	}
	for _, h := range w.Holes {
		if d.hole(h) {
			return Origin{Span: w.Span, Hole: h, Command: c}, true
		}
	}
	for _, f := range w.From {
		if f.PipeTo == nil && f.Subst {
			if o, ok := d.outputs(f, maxRounds); ok {
				return o, true
			}
		}
	}
	return Origin{}, false
}

func (d *deriver) tainted(c *Command, v VarUse) bool {
	if !v.Foreign && d.seed(v.Name) {
		return true
	}
	_, ok := d.found[key(c, v.Name)]
	return ok
}

// outputs tells whether a command writes something of a secret to its standard output.
func (d *deriver) outputs(c *Command, depth int) (Origin, bool) {
	if depth == 0 || !transforms(c.Name) {
		if d.funcs[c.Name] && depth > 0 {
			return d.arguments(c)
		}
		return Origin{}, false
	}
	if prints(c.Name) {
		return d.arguments(c)
	}
	if o, ok := d.input(c, depth); ok {
		return o, true
	}
	if c.Name == "printenv" {
		for i := range c.Words[1:] {
			if name := c.Words[i+1].Text; d.tainted(c, VarUse{Name: name}) {
				return Origin{Span: c.Words[i+1].Span, Name: name, Hole: -1, Command: c}, true
			}
		}
	}
	if c.Name == "jq" || c.Name == "openssl" || c.Name == "awk" {
		return d.arguments(c)
	}
	return Origin{}, false
}

// arguments tells whether a command is given something of a secret as an argument.
func (d *deriver) arguments(c *Command) (Origin, bool) {
	for i := 1; i < len(c.Words); i++ {
		if o, ok := d.carries(c, &c.Words[i]); ok {
			return o, true
		}
	}
	return Origin{}, false
}

// input tells whether a command reads something of a secret: from a here-document, a here-string or a pipe.
func (d *deriver) input(c *Command, depth int) (Origin, bool) {
	for _, list := range [][]Redirect{c.Redirects, c.Group} {
		for i := range list {
			if r := &list[i]; strings.HasPrefix(r.Op, "<") {
				if o, ok := d.carries(c, &r.Target); ok && (strings.HasPrefix(r.Op, "<<") || o.Command != c) {
					return o, true
				}
			}
		}
	}
	for i, from := range d.feeds[c] {
		if i >= maxRounds {
			break
		}
		if o, ok := d.outputs(from, depth-1); ok {
			return o, true
		}
	}
	return Origin{}, false
}

// prints tells whether a command writes its arguments to its output.
func prints(name string) bool { return name == "echo" || name == "printf" }

// transforms tells whether a command's output is computed from its input alone. Source: the programs' manuals.
func transforms(name string) bool {
	switch name {
	case "echo", "printf", "cat", "tee", "base64", "base32", "basenc", "tr", "cut", "sed", "gsed", "awk", "gawk", "rev", "xxd", "od", "hexdump", "fold",
		"head", "tail", "grep", "egrep", "sort", "uniq", "jq", "yq", "openssl", "envsubst", "perl", "gzip", "gunzip", "zcat", "xz", "md5sum", "sha1sum",
		"sha256sum", "sha512sum", "shasum", "cksum", "fmt", "column", "nl", "tac", "paste", "iconv", "uuencode", "printenv", "urlencode", "python", "python3":
		return true
	}
	return false
}

func (d *deriver) command(c *Command) {
	if len(c.Words) == 0 || declares(c.Words[0].Text) || c.Env != nil || isShell(c.Name) {
		for i := range c.Assigns {
			d.assign(c, &c.Assigns[i])
		}
	}
	switch c.Name {
	case "":
	case "read", "mapfile", "readarray":
		if o, ok := d.input(c, maxRounds); ok {
			o.Span = c.Span
			for _, name := range targets(c) {
				d.set(c, name, o)
			}
		}
	case "for", "select":
		if len(c.Words) < 3 {
			return
		}
		for i := 2; i < len(c.Words); i++ {
			if o, ok := d.carries(c, &c.Words[i]); ok {
				o.Span = c.Span
				d.set(c, c.Words[1].Text, o)
			}
		}
	case "printf":
		if len(c.Words) > 3 && c.Words[1].Text == "-v" {
			if o, ok := d.arguments(c); ok {
				o.Span = c.Span
				d.set(c, c.Words[2].Text, o)
			}
		}
	default:
		d.called(c)
	}
}

// called hands the arguments of a call to the positional parameters of the function.
func (d *deriver) called(c *Command) {
	if !d.funcs[c.Name] {
		return
	}
	for i := 1; i < len(c.Words) && i < 10; i++ {
		o, ok := d.carries(c, &c.Words[i])
		if !ok {
			continue
		}
		o.Span = c.Words[i].Span
		for _, k := range []string{c.Name + " " + string(rune('0'+i)), c.Name + " @", c.Name + " *"} {
			if _, have := d.found[k]; !have {
				d.found[k] = o
				d.changed = true
			}
		}
	}
}

func declares(name string) bool {
	switch name {
	case "export", "readonly", "local", "declare", "typeset":
		return true
	}
	return false
}

func (d *deriver) assign(c *Command, a *Assign) {
	if o, ok := d.carries(c, &a.Value); ok {
		o.Span = a.Span
		d.set(c, a.Name, o)
	}
}

// targets are the variables that read and mapfile fill.
func targets(c *Command) []string {
	valued := "adinNptu"
	if c.Name != "read" {
		valued = "dnOsucC"
	}
	var names []string
	for i := 1; i < len(c.Words); i++ {
		text := c.Words[i].Text
		if strings.HasPrefix(text, "-") && len(text) > 1 {
			if takesNext(text[1:], valued) {
				i++
				if c.Name == "read" && strings.HasSuffix(text, "a") && i < len(c.Words) {
					names = append(names, c.Words[i].Text)
				}
			}
			continue
		}
		names = append(names, text)
	}
	if len(names) == 0 {
		return []string{"REPLY"}
	}
	return names
}
