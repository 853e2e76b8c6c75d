package flow

import (
	"path"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
)

// tree is a folder of the workspace with files of outsiders.
type tree struct {
	dir   string
	taint Taint

	head     *Checkout // nil for an artifact
	artifact *Artifact // nil for a checkout
}

// outside returns the folders that the steps before this one filled with files of outsiders: checkouts of pull requests, and
// artifacts of the runs that pull requests started.
func (p *printer) outside() []tree {
	if p.asked {
		return p.trees
	}
	p.asked = true
	for _, c := range p.t.flow.Checkouts(p.at.file, p.at.job) {
		if c.Step.Start > p.at.step.Start || c.Refuses || c.Branch {
			continue
		}
		head := c
		one := Taint{Shape: catalog.Arbitrary, Who: ByOutsider, Name: "a file of the pull request's code"}
		one.Trace = append(one.Trace, c.Head.Trace...)
		one.Trace = append(one.Trace, Step{p.at.file, p.at.file.Source, c.Span, "the code is checked out into `" + c.Path + "`"})
		p.trees = append(p.trees, tree{dir: c.Path, taint: one, head: &head})
	}
	for _, a := range p.t.flow.Artifacts(p.at.file, p.at.job) {
		if a.Step.Start > p.at.step.Start {
			continue
		}
		artifact := a
		one := Taint{Shape: catalog.Arbitrary, Who: ByOutsider, Name: "a file of an artifact of another run"}
		if a.Uploader != nil {
			one.Name = "a file of an artifact of the job `" + a.Uploader.ID.Value + "`"
		}
		one.Trace = []Step{{a.File, a.File.Source, a.Span, "the artifact, which a pull request may have made with code of its own, lands in `" + a.Path + "`"}}
		p.trees = append(p.trees, tree{dir: a.Path, taint: one, artifact: &artifact})
	}
	return p.trees
}

// rootless takes the workspace from the beginning of a path.
func rootless(dir string) string {
	for _, root := range [...]string{"${{ github.workspace }}", "${{github.workspace}}", "$GITHUB_WORKSPACE"} {
		dir = strings.TrimPrefix(dir, root)
	}
	return dir
}

// joined joins a folder of the workspace and a name that a script gives.
func joined(base, name string) string {
	if name == "" || isRooted(name) {
		return name
	}
	return path.Join(base, name)
}

// isRooted reports a path that does not begin in the workspace.
func isRooted(name string) bool { return name != "" && strings.IndexByte("/~$%`", name[0]) >= 0 }

// file tells what a script finds in a file: what it wrote there itself, or what an outsider put there.
func (p *printer) file(c *shell.Command, w *shell.Word, deep int) []piece {
	if deep > maxDeep || p.fileChecked(c, w) {
		return opaque
	}
	if strings.HasPrefix(w.Text, "<(") {
		return p.word(c, w, false, deep)
	}
	name := p.names.Path(c, w.Text)
	if name == "" {
		return opaque
	}
	var out []piece
	p.index()
	for _, w := range p.writers {
		if w.by.Start < c.Start && w.name == name && len(out) < maxPieces {
			out = append(out, p.prints(w.by, deep)...)
		}
	}
	if len(out) > 0 {
		return mapChosen(out, func(one *Chosen) { one.at = c.Span })
	}
	if t, ok := p.tree(joined(p.dir, name)); ok {
		return []piece{{chosen: []Chosen{{Taint: t.taint, Lines: true, File: true, Head: t.head, at: c.Span}}}, {text: "\n"}}
	}
	return p.unknown(c.Span, "what the file `"+w.Text+"` holds")
}

// chosen is the text of a file of the folder.
func (t tree) chosen(at shell.Span) Chosen {
	return Chosen{Taint: t.taint, Lines: true, File: true, Head: t.head, Artifact: t.artifact, at: at}
}

// tree finds the innermost folder with files of outsiders that holds a file.
func (p *printer) tree(name string) (tree, bool) {
	best, found := tree{}, false
	if name == "" {
		return best, false
	}
	for _, t := range p.outside() {
		if isRooted(t.dir) == isRooted(name) && inFolder(t.dir, name) && (!found || len(t.dir) >= len(best.dir)) {
			best, found = t, true
		}
	}
	return best, found
}

// fileChecked reports that the lines of a file are compared with a regular expression before a command reads them, in this script or
// by a step before.
func (p *printer) fileChecked(c *shell.Command, w *shell.Word) bool {
	base := path.Base(w.Text)
	if len(base) < 2 {
		return false
	}
	for _, check := range p.script.Commands {
		if check.Start >= c.Start {
			break
		}
		if checksFile(p.script, check, base) && p.guards(check, c) {
			return true
		}
	}
	for step := range (owner{p.at.file, p.at.job}).steps() {
		if step == p.at.step {
			break
		}
		if step.Run == nil || !strings.Contains(step.Run.Value, base) || !strings.Contains(step.Run.Value, "grep") && !strings.Contains(step.Run.Value, "=~") {
			continue
		}
		script := p.t.flow.Script(p.at.file, p.at.job, step)
		for _, check := range script.Commands {
			if checksFile(script, check, base) {
				return true
			}
		}
	}
	return false
}

// checksFile reports a command that compares all of a file with a regular expression: grep -q '^…$' file, [[ $(cat file) =~ ^…$ ]].
func checksFile(script *shell.Script, check *shell.Command, base string) bool {
	names := func(c *shell.Command) bool {
		for _, w := range c.Words {
			if path.Base(w.Text) == base {
				return true
			}
		}
		for i := range c.Redirects {
			if path.Base(c.Redirects[i].Target.Text) == base {
				return true
			}
		}
		return false
	}
	switch check.Name {
	case "grep", "egrep":
		pattern, _, _ := grepPattern(check)
		fed := names(check)
		for _, from := range check.Feeds {
			fed = fed || names(from)
		}
		return fed && bound(pattern, false)
	case "[[":
		for i := 1; i+2 < len(check.Words); i++ {
			if check.Words[i+1].Text != "=~" || !bound(regexpText(script, &check.Words[i+2]), false) {
				continue
			}
			for _, from := range check.Words[i].From {
				if names(from) {
					return true
				}
			}
			for _, v := range check.Words[i].Vars {
				if assignedFrom(script, v.Name, names) {
					return true
				}
			}
		}
	}
	return false
}

// assignedFrom reports a variable that is filled with what a command prints or reads.
func assignedFrom(script *shell.Script, name string, by func(*shell.Command) bool) bool {
	for _, c := range script.Commands {
		if c.Name == "read" && readsInto(c, name) && by(c) {
			return true
		}
		for i := range c.Assigns {
			if c.Assigns[i].Name != name {
				continue
			}
			for _, from := range c.Assigns[i].From {
				if by(from) {
					return true
				}
			}
		}
	}
	return false
}

// gitSays tells what git prints of an outsider's commits: messages, authors, names of files.
func (p *printer) gitSays(c *shell.Command) []piece {
	verb, _ := gitVerb(c, ".")
	what, several := "", true
	text := strings.Join(words(c), " ")
	switch verb {
	case "log", "show", "rev-list":
		if strings.Contains(text, "%B") || strings.Contains(text, "%s") || strings.Contains(text, "%b") || strings.Contains(text, "--oneline") {
			what = "a message of the pull request's commits"
			several = strings.Contains(text, "%B") || strings.Contains(text, "%b") || !strings.Contains(text, "-1") && !strings.Contains(text, "-n 1")
		}
	case "diff", "diff-tree", "ls-files":
		if strings.Contains(text, "--name-") || verb == "ls-files" {
			what = "the name of a file of the pull request"
		}
	}
	if what == "" {
		return opaque
	}
	for _, t := range p.outside() {
		if t.head == nil {
			continue
		}
		one := t.taint
		one.Name = what
		return []piece{{chosen: []Chosen{{Taint: one, Lines: several, Head: t.head, at: c.Span}}}, {text: "\n"}}
	}
	return opaque
}
