package shell

import (
	"path"
	"strings"
)

// File is a file that holds a followed value, or a folder of which some files do.
type File struct {
	Name   string // as Script.Path gives it
	Tree   bool   // it is a folder that an archive was unpacked into
	Origin Origin
	By     *Command // the command that wrote it

	at int // where in the script it is written; -1 before it
}

// maxFiles bounds how many files are followed.
const maxFiles = 200

// file looks up a file by its path: what was written to it last before a command reads it.
func (d *Followed) file(c *Command, name string) (Origin, bool) {
	if name == "" {
		return Origin{}, false
	}
	best := -1
	for i := range d.Files {
		f := &d.Files[i]
		if (f.at <= c.Start || c.Function != "") && f.holds(name) && (best < 0 || f.at >= d.Files[best].at) {
			best = i
		}
	}
	if best < 0 {
		return Origin{}, false
	}
	o := d.Files[best].Origin
	o.Span, o.Command = c.Span, c
	o.Loose = o.Loose || d.Files[best].Tree
	return o, true
}

// program looks up the program that a command runs by its name alone, in the folders where programs are put.
func (d *Followed) program(c *Command) (Origin, bool) {
	if c.Name == "" {
		return Origin{}, false
	}
	for i := range d.Files {
		dir, base := path.Split(d.Files[i].Name)
		if base != c.Words[0].Text && base != c.Name && base != c.Name+".exe" {
			continue
		}
		if InPath(dir) || d.s.Dialect == Cmd && dir == "" {
			return d.file(c, d.Files[i].Name)
		}
	}
	return Origin{}, false
}

// InPath tells whether a folder is by its name one where programs are looked for.
func InPath(dir string) bool {
	switch path.Base(dir) {
	case "bin", "sbin", "Scripts", "System32":
		return true
	}
	return false
}

// holds tells whether a name, which may be a pattern, is the file's, or lies in the folder.
func (f *File) holds(name string) bool {
	if name == f.Name {
		return true
	}
	if strings.ContainsAny(name, "*?[") {
		if ok, err := path.Match(name, f.Name); err == nil && ok {
			return true
		}
	}
	if !f.Tree {
		return false
	}
	if f.Name == "." {
		return !isRoot(name) && !strings.HasPrefix(name, "../")
	}
	return strings.HasPrefix(name, f.Name+"/")
}

// moved follows a value into the files that a command writes.
func (d *Followed) moved(c *Command) {
	to, redirected := written(c)
	if redirected {
		if o, ok := d.outputs(c, maxRounds); ok {
			d.store(c, to.Text, o, false)
		}
	}
	if s := d.seeded(c); s.is {
		for _, name := range s.load.Files {
			d.store(c, name, Origin{Span: c.Span, Hole: -1, Command: c, Seed: c}, false)
		}
		return
	}
	m, ok := motionOf(c)
	switch {
	case !ok || len(m.writes) == 0:
	case m.each:
		d.copied(c, &m)
	default:
		if o, ok := d.taken(c, &m, maxRounds); ok {
			for _, name := range m.writes {
				d.store(c, name, o, m.tree)
			}
		}
	}
}

// copied follows files to where cp or mv put them: under the name given, or into the folder of that name.
func (d *Followed) copied(c *Command, m *motion) {
	for i := range m.reads {
		o, ok := d.File(c, &m.reads[i])
		if !ok {
			continue
		}
		base := path.Base(strings.TrimRight(m.reads[i].Text, "/"))
		tree := o.Loose && strings.ContainsAny(base, "*?[") || d.isTree(c, m.reads[i].Text)
		for _, to := range m.writes {
			d.store(c, to, o, tree)
			if !strings.ContainsAny(base, "*?[") {
				d.store(c, to+"/"+base, o, tree)
			}
		}
	}
}

// isTree tells whether a name is that of a folder that an archive was unpacked into.
func (d *Followed) isTree(c *Command, text string) bool {
	name := d.names.path(c, text)
	for i := range d.Files {
		if d.Files[i].Tree && d.Files[i].Name == name {
			return true
		}
	}
	return false
}

// store notes that a file holds a value. In a function, where a parameter names it, each call tells its name.
func (d *Followed) store(c *Command, text string, o Origin, tree bool) {
	d.add(File{Name: d.names.path(c, text), Tree: tree, Origin: o, By: c, at: c.Start})
	text = d.names.whole(text)
	if c.Function == "" || !strings.Contains(text, "$") {
		return
	}
	for _, call := range d.s.Commands {
		if len(d.Files) >= maxFiles {
			return
		}
		if call.Name != c.Function || len(call.Words) < 2 {
			continue
		}
		if name := positional(text, call.Words); name != text {
			d.add(File{Name: d.names.path(call, name), Tree: tree, Origin: o, By: c, at: call.Start})
		}
	}
}

// positional fills in the parameters of a function.
func positional(text string, words []Word) string {
	for i := 1; i < len(words) && i < 10; i++ {
		digit := string(rune('0' + i))
		text = strings.ReplaceAll(strings.ReplaceAll(text, "${"+digit+"}", words[i].Text), "$"+digit, words[i].Text)
	}
	return text
}

func (d *Followed) add(f File) {
	if f.Name == "" || len(d.Files) >= maxFiles {
		return
	}
	for i := range d.Files {
		if have := &d.Files[i]; have.Name == f.Name && have.Tree == f.Tree && have.at == f.at {
			return
		}
	}
	d.Files = append(d.Files, f)
	d.changed = true
}
