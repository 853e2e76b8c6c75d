package shell

import (
	"slices"
	"strings"
)

// Origin tells where a value came from that Follow follows.
type Origin struct {
	Span               // of the assignment, or of the argument, that made it
	Name    string     // the variable it came from, "" for a hole or a command
	Hole    int        // the hole it came from, -1 for a variable or a command
	Command *Command   // the command that made it
	Seed    *Command   // the command whose output it began as; nil when it began as a variable or a hole
	Part    bool       // a command picked it out of what the seed gave, or it stands in other text
	Loose   bool       // of a file of which only the folder is known, one that an archive was unpacked into
	By      []*Command // the commands that gave it another spelling on the way from Name or Hole, the first one first
	Cut     bool       // an expansion took a part of it or spelled it otherwise: ${x:0:4}, ${x#p}, ${x^^}
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

// Seeds are where the values begin that Follow follows. Each may be nil.
type Seeds struct {
	Var     func(name string) bool
	Hole    func(i int) bool
	Command func(c *Command) bool // what it writes to its standard output and to the files that it downloads
	Files   []File                // that scripts which ran before left
	Dir     string                // the folder that the script starts in, from the root of these files' names
	Sure    bool                  // a function gives only what its commands are known to give, not what it may make of its arguments
}

// Followed is where the values are that a script got from some seeds: in variables, files and streams. The order of a script's
// commands counts for files, not for variables.
type Followed struct {
	Vars  Derived
	Files []File // in the order in which they are found, those of the seeds first

	s       *Script
	seeds   Seeds
	changed bool
	budget  int
	funcs   map[string][]*Command // the commands of each function
	names   *namer
	began   []seed // by Command.id, when there are seeds that are commands
}

// seed is what is known of a command that may be one.
type seed struct {
	asked, is bool
	load      Download
	loads     bool
}

// maxRounds bounds how far a value is followed against the order of the script.
const maxRounds = 8

// Derived finds the variables that get a value from a seed variable or a seed hole: by assignment, read, for, printf -v,
// mapfile, command substitution of commands that only transform their input, through a file, or as an argument of a function.
// Seeds themselves are not in it unless they are assigned again from a seed.
func (s *Script) Derived(seed func(name string) bool, hole func(i int) bool) Derived {
	return s.Follow(Seeds{Var: seed, Hole: hole}).Vars
}

// Follow follows values through assignments, substitutions, pipes, redirections and files.
func (s *Script) Follow(seeds Seeds) *Followed {
	d := &Followed{Vars: make(Derived), Files: slices.Clone(seeds.Files), s: s, seeds: seeds, funcs: make(map[string][]*Command), names: &namer{s: s, base: seeds.Dir}}
	for _, c := range s.Commands {
		if c.Function != "" {
			d.funcs[c.Function] = append(d.funcs[c.Function], c)
		}
	}
	for i := range d.Files {
		d.Files[i].at = -1
	}
	for range maxRounds {
		d.changed, d.budget = false, maxSteps
		for _, c := range s.Commands {
			if s.Dialect == Bash || s.Dialect == POSIX {
				d.command(c)
			} else {
				d.assigns(c)
			}
			d.moved(c)
		}
		if !d.changed {
			break
		}
	}
	return d
}

// Text tells whether the text of a word of a command holds a followed value.
func (d *Followed) Text(c *Command, w *Word) (Origin, bool) { return d.carries(c, w) }

// Input tells whether a command finds a followed value in its standard input.
func (d *Followed) Input(c *Command) (Origin, bool) { return d.input(c, maxRounds) }

// Runs tells whether what a command executes holds a followed value.
func (d *Followed) Runs(c *Command) (Origin, bool) {
	code := d.s.Code(c)
	switch code.Kind {
	case CodeText:
		for i := code.From; i < code.To; i++ {
			if o, ok := d.carries(c, &c.Words[i]); ok {
				return o, true
			}
		}
	case CodeFile:
		if o, ok := d.File(c, &c.Words[code.From]); ok || !strings.Contains(strings.ToLower(c.Words[code.From].Text), "msiexec") {
			return o, ok
		}
		return d.listed(c) // Start-Process msiexec -ArgumentList '/i x.msi'
	case CodeInput:
		return d.Input(c)
	case CodeProgram:
		return d.program(c)
	}
	return Origin{}, false
}

// listed looks for a file among the words of all arguments of a command.
func (d *Followed) listed(c *Command) (Origin, bool) {
	for i := 1; i < len(c.Words); i++ {
		for name := range strings.FieldsFuncSeq(c.Words[i].Text, func(r rune) bool { return r == ' ' || r == ',' || r == '"' || r == '\'' }) {
			if o, ok := d.file(c, d.names.path(c, name)); ok {
				return o, true
			}
		}
	}
	return Origin{}, false
}

// File tells whether the file that a word of a command names holds a followed value when the command runs.
func (d *Followed) File(c *Command, w *Word) (Origin, bool) {
	if strings.HasPrefix(w.Text, "<(") {
		return d.carries(c, w)
	}
	return d.file(c, d.names.path(c, w.Text))
}

// Path is Script.Path for a script that starts in the folder that the seeds name.
func (d *Followed) Path(c *Command, text string) string { return d.names.path(c, text) }

func (d *Followed) set(c *Command, name string, o Origin) {
	if name == "" || o.Name == name && !strings.Contains(name, " ") {
		return
	}
	k := key(c, name)
	if _, ok := d.Vars[k]; !ok {
		d.Vars[k] = o
		d.changed = true
	}
}

// carries tells whether a word's value has something of a followed value in it.
func (d *Followed) carries(c *Command, w *Word) (Origin, bool) {
	for _, v := range w.Vars {
		if v.Length {
			continue
		}
		if from, ok := d.variable(c, v); ok {
			return Origin{Span: v.Span, Name: v.Name, Hole: -1, Command: c, Seed: from.Seed, Part: from.Part || embedded(w), Cut: v.Cut}, true
		}
	}
	for _, h := range w.Holes {
		if d.seeds.Hole != nil && d.seeds.Hole(h) {
			return Origin{Span: w.Span, Hole: h, Command: c}, true
		}
	}
	for _, f := range w.From {
		if f.Captured() {
			if o, ok := d.outputs(f, maxRounds); ok {
				o.Part = o.Part || embedded(w)
				return o, true
			}
		}
	}
	return Origin{}, false
}

// embedded tells whether a word begins with something else than an expansion, or in PowerShell the command that gives the value.
func embedded(w *Word) bool {
	if len(w.From) > 0 && w.From[0].Start <= w.Start {
		return false
	}
	text := strings.TrimLeft(w.Text, " \t\r\n\"")
	return text != "" && strings.IndexByte("$`(<%!", text[0]) < 0
}

// variable tells whether a variable holds a followed value as a command sees it, and where it began.
func (d *Followed) variable(c *Command, v VarUse) (Origin, bool) {
	if !v.Foreign && d.seeds.Var != nil && d.seeds.Var(v.Name) {
		return Origin{}, true
	}
	o, ok := d.Vars[key(c, v.Name)]
	return o, ok
}

// outputs tells whether a command writes something of a followed value to its standard output.
func (d *Followed) outputs(c *Command, depth int) (Origin, bool) {
	if d.budget--; depth == 0 || d.budget < 0 {
		return Origin{}, false
	}
	if s := d.seeded(c); s.is {
		return Origin{Span: c.Span, Hole: -1, Command: c, Seed: c}, !s.loads || s.load.Output
	}
	if d.funcs[c.Name] != nil {
		return d.returned(c, depth)
	}
	if prints(c.Name) {
		return d.arguments(c)
	}
	if c.Name == "" && d.s.Dialect == PowerShell && len(c.Words) > 0 { // an expression
		return d.carries(c, &c.Words[0])
	}
	m, ok := motionOf(c)
	if !ok || !m.output {
		return Origin{}, false
	}
	return d.taken(c, &m, depth)
}

// seeded tells whether a command is a seed.
func (d *Followed) seeded(c *Command) seed {
	if d.seeds.Command == nil {
		return seed{}
	}
	if d.began == nil {
		d.began = make([]seed, len(d.s.places))
	}
	s := &d.began[c.id]
	if !s.asked {
		*s = seed{asked: true, is: d.funcs[c.Name] == nil && d.seeds.Command(c)}
		if s.is {
			s.load, s.loads = c.Download()
		}
	}
	return *s
}

// returned tells whether a function that is called writes something of a followed value to its standard output: one of its commands does, or,
// as far as nothing else is known, it was given some.
func (d *Followed) returned(c *Command, depth int) (Origin, bool) {
	for _, inner := range d.funcs[c.Name] {
		if d.budget < 0 {
			break
		}
		if inner.PipeTo == nil && !inner.Subst && inner.Name != c.Name {
			if o, ok := d.outputs(inner, depth-1); ok {
				return o, true
			}
		}
	}
	if d.seeds.Sure {
		return Origin{}, false
	}
	return d.arguments(c)
}

// taken tells whether a command that moves what it reads finds something of a followed value there.
func (d *Followed) taken(c *Command, m *motion, depth int) (o Origin, ok bool) {
	if o, ok = d.found(c, m, depth); ok && !copies(c) {
		o.By = append(o.By[:len(o.By):len(o.By)], c)
	}
	return o, ok
}

// found is taken without a note of the command.
func (d *Followed) found(c *Command, m *motion, depth int) (o Origin, ok bool) {
	if m.input {
		if o, ok = d.input(c, depth); ok {
			o.Part = o.Part || m.part
			return o, true
		}
	}
	for i := range m.reads {
		if o, ok = d.File(c, &m.reads[i]); ok {
			o.Part = o.Part || m.part
			return o, true
		}
	}
	if c.Name == "printenv" {
		for i := range c.Words[1:] {
			name := c.Words[i+1].Text
			if from, ok := d.variable(c, VarUse{Name: name}); ok {
				return Origin{Span: c.Words[i+1].Span, Name: name, Hole: -1, Command: c, Seed: from.Seed, Part: from.Part}, true
			}
		}
	}
	if m.args {
		return d.arguments(c)
	}
	return Origin{}, false
}

// arguments tells whether a command is given something of a followed value as an argument.
func (d *Followed) arguments(c *Command) (Origin, bool) {
	for i := 1; i < len(c.Words); i++ {
		if o, ok := d.carries(c, &c.Words[i]); ok {
			return o, true
		}
	}
	return Origin{}, false
}

// input tells whether a command reads something of a followed value: from a here-document, a here-string, a file or a pipe.
func (d *Followed) input(c *Command, depth int) (Origin, bool) {
	for _, list := range [][]Redirect{c.Redirects, c.Group} {
		for i := range list {
			r := &list[i]
			if !strings.HasPrefix(r.Op, "<") {
				continue
			}
			if o, ok := d.carries(c, &r.Target); ok && (strings.HasPrefix(r.Op, "<<") || o.Command != c) {
				return o, true
			}
			if r.Op == "<" {
				if o, ok := d.File(c, &r.Target); ok {
					return o, true
				}
			}
		}
	}
	for i, from := range c.Feeds {
		if i >= maxRounds {
			break
		}
		if _, file := written(from); file {
			continue
		}
		if o, ok := d.outputs(from, depth-1); ok {
			return o, true
		}
	}
	return Origin{}, false
}

// prints tells whether a command writes its arguments to its output.
func prints(name string) bool { return name == "echo" || name == "printf" }

func (d *Followed) command(c *Command) {
	if len(c.Words) == 0 || declares(c.Words[0].Text) || c.Env != nil || isShell(c.Name) {
		d.assigns(c)
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
func (d *Followed) called(c *Command) {
	if d.funcs[c.Name] == nil {
		return
	}
	for i := 1; i < len(c.Words) && i < 10; i++ {
		o, ok := d.carries(c, &c.Words[i])
		if !ok {
			continue
		}
		o.Span = c.Words[i].Span
		for _, k := range []string{c.Name + " " + string(rune('0'+i)), c.Name + " @", c.Name + " *"} {
			if _, have := d.Vars[k]; !have {
				d.Vars[k] = o
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

func (d *Followed) assigns(c *Command) {
	for i := range c.Assigns {
		a := &c.Assigns[i]
		o, ok := d.carries(c, &a.Value)
		if !ok && len(c.Words) == 0 && d.seeded(c).is { // $x = (New-Object Net.WebClient).DownloadString(…)
			o, ok = Origin{Hole: -1, Command: c, Seed: c}, true
		}
		if ok {
			o.Span = a.Span
			d.set(c, a.Name, o)
		}
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
