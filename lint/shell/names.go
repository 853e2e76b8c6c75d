package shell

import (
	"path"
	"strings"
)

// namer makes the names of files in a script comparable: relative to where the script starts, variables that are set once filled in.
type namer struct {
	s    *Script
	base string            // the folder that the script starts in
	once map[string]string // what the variables are that the script sets once
	dirs []string          // the working directory by Command.id
	left int               // how many variables may still be filled in for one name
}

// Path is the name of the file that a text names as an argument of a command, below the folder that the script starts in or from a
// root, as "/", "~" and variables are; "" when it names no file. Two names of one file mostly have the same path.
func (s *Script) Path(c *Command, text string) string {
	n := namer{s: s}
	return n.path(c, text)
}

const maxPath = 1 << 10

func (n *namer) path(c *Command, text string) string {
	text = n.whole(strings.TrimSpace(text))
	if text == "" || text == "-" || len(text) > maxPath || strings.Contains(text, "\n") || strings.HasPrefix(text, "/dev/") {
		return ""
	}
	if isURL(text) {
		if text = urlBase(text); text == "" { // wget $URL
			return ""
		}
	}
	if n.s.Dialect == PowerShell || n.s.Dialect == Cmd {
		text = strings.ReplaceAll(text, `\`, "/")
	}
	text, here := rooted(text)
	if here {
		return path.Join(n.base, text)
	}
	if isRoot(text) {
		return path.Clean(text)
	}
	if n.dirs == nil {
		n.walk()
	}
	return path.Join(n.dirs[c.id], text)
}

// roots are spellings of folders and the one that stands for them all.
var roots = [...][2]string{
	{"${{runner.temp}}", "$RUNNER_TEMP"},
	{"${{runner.tool_cache}}", "$RUNNER_TOOL_CACHE"},
	{"${{github.action_path}}", "$GITHUB_ACTION_PATH"},
	{"${{github.workspace}}", "$GITHUB_WORKSPACE"},
	{"$HOME", "~"},
	{"$USERPROFILE", "~"},
	{"$env:HOME", "~"},
	{"$env:USERPROFILE", "~"},
	{"$env:RUNNER_TEMP", "$RUNNER_TEMP"},
	{"$env:RUNNER_TOOL_CACHE", "$RUNNER_TOOL_CACHE"},
	{"$env:GITHUB_WORKSPACE", "$GITHUB_WORKSPACE"},
	{"%USERPROFILE%", "~"},
	{"%RUNNER_TEMP%", "$RUNNER_TEMP"},
	{"%GITHUB_WORKSPACE%", "$GITHUB_WORKSPACE"},
	{"$PWD", "."},
	{"$(pwd)", "."},
	{"`pwd`", "."},
}

// rooted replaces spellings of the same folder at the beginning of a name by one; here tells that the name is below the workspace.
func rooted(text string) (name string, here bool) {
	if strings.HasPrefix(text, "${{") {
		if fence, rest, ok := strings.Cut(text, "}}"); ok {
			text = strings.ReplaceAll(fence, " ", "") + "}}" + rest
		}
	} else if strings.HasPrefix(text, "${") {
		if name, rest, ok := strings.Cut(text[2:], "}"); ok && isName(name) {
			text = "$" + name + rest
		}
	}
	for _, r := range roots {
		if rest, ok := strings.CutPrefix(text, r[0]); ok && (rest == "" || rest[0] == '/') {
			text = r[1] + rest
			break
		}
	}
	if rest, ok := strings.CutPrefix(text, "$GITHUB_WORKSPACE"); ok && (rest == "" || rest[0] == '/') {
		return "." + rest, true
	}
	return text, false
}

// isRoot tells whether a name does not depend on the working directory.
func isRoot(name string) bool {
	return strings.IndexByte("/~$%`", name[0]) >= 0 || len(name) > 1 && name[1] == ':'
}

// nameCommands names the commands whose program is a variable that the script sets once: CURL=curl; $CURL -o a b.
func (s *Script) nameCommands() {
	n := namer{s: s}
	for _, c := range s.Commands {
		if c.Name != "" || len(c.Words) == 0 || len(c.Words[0].Vars) == 0 || len(c.Words[0].From) > 0 || c.Words[0].Text[0] != '$' {
			continue
		}
		if w := (Word{Text: n.whole(c.Words[0].Text), Const: true}); !strings.ContainsAny(w.Text, "$ \t\n`") {
			c.Name = baseName(&w)
		}
	}
}

// maxResolve bounds how deep a variable within the value of another is filled in, maxReferences how many are for one text.
const (
	maxResolve    = 4
	maxReferences = 200
)

// Resolve fills in the variables of a text that the script sets once.
func (s *Script) Resolve(text string) string {
	n := namer{s: s}
	return n.whole(text)
}

// whole resolves a text that is not the value of a variable.
func (n *namer) whole(text string) string {
	n.left = maxReferences
	return n.resolve(text, 0)
}

func (n *namer) resolve(text string, depth int) string {
	if depth == maxResolve || strings.IndexByte(text, '$') < 0 && (n.s.Dialect != Cmd || strings.IndexByte(text, '%') < 0) {
		return text
	}
	if n.once == nil {
		n.assigned()
	}
	if len(n.once) == 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		name, size := n.reference(text[i:])
		if value, ok := n.once[name]; ok && size > 0 && b.Len() < maxPath && n.left > 0 {
			n.left--
			b.WriteString(n.resolve(value, depth+1))
			i += size
			continue
		}
		b.WriteByte(text[i])
		i++
	}
	return b.String()
}

// reference reads the variable at the beginning of a text, as Assign.Name spells it; the size is 0 when there is none.
func (n *namer) reference(text string) (name string, size int) {
	if n.s.Dialect == Cmd {
		if text[0] != '%' {
			return "", 0
		}
		name, _, ok := strings.Cut(text[1:], "%")
		return name, b2i(ok) * (len(name) + 2)
	}
	if len(text) < 2 || text[0] != '$' {
		return "", 0
	}
	rest, closing := text[1:], 0
	if rest[0] == '{' {
		rest, closing = rest[1:], 1
	}
	scope := 0
	if n.s.Dialect == PowerShell && len(rest) > 4 && strings.EqualFold(rest[:4], "env:") {
		scope = 4
	}
	end := scope
	for end < len(rest) && isName(rest[scope:end+1]) {
		end++
	}
	if end == scope || closing > 0 && (end == len(rest) || rest[end] != '}') {
		return "", 0
	}
	name = rest[scope:end]
	if n.s.Dialect == PowerShell && scope == 0 {
		name = poshName(name)
	}
	return name, 1 + 2*closing + end
}

// assigned finds the variables that are set once, to a text of which all is known but perhaps other variables.
func (n *namer) assigned() {
	n.once = make(map[string]string)
	var lost map[string]bool
	for _, c := range n.s.Commands {
		for i := range c.Assigns {
			a := &c.Assigns[i]
			_, again := n.once[a.Name]
			if again || lost[a.Name] || a.Append || len(a.Value.From) > 0 || len(a.Value.Text) > maxPath || strings.HasPrefix(a.Value.Text, "(") ||
				len(c.Words) > 0 && !declares(c.Words[0].Text) && n.s.Dialect != Cmd {
				if lost == nil {
					lost = make(map[string]bool)
				}
				lost[a.Name] = true
				delete(n.once, a.Name)
				continue
			}
			n.once[a.Name] = a.Value.Text
		}
	}
}

// walk finds the working directory of each command.
func (n *namer) walk() {
	n.dirs = make([]string, len(n.s.places))
	type place struct{ dir, previous string }
	now := map[*listing]place{nil: {n.base, n.base}}
	for _, c := range n.s.Commands {
		scope := n.s.places[c.id].scope()
		at, known := now[scope]
		for outer := scope; !known; at, known = now[outer] {
			outer = outer.parent.scope()
		}
		n.dirs[c.id] = at.dir
		switch strings.ToLower(c.Name) {
		case "cd", "pushd", "chdir", "set-location", "sl", "push-location":
			at.dir, at.previous = n.path(c, directory(c)), at.dir
			if at.dir == "" {
				at.dir = at.previous
			}
		case "popd", "pop-location":
			at.dir, at.previous = at.previous, at.dir
		}
		now[scope] = at
	}
}

// scope is the nearest list around a command that has a working directory of its own.
func (p place) scope() *listing { return p.list.scope() }

func (l *listing) scope() *listing {
	for l != nil && !l.fn {
		l = l.parent
	}
	return l
}

// directory is the argument of cd.
func directory(c *Command) string {
	for _, w := range c.Words[1:] {
		if strings.HasPrefix(w.Text, "-") && len(w.Text) > 1 || strings.EqualFold(w.Text, "/d") {
			continue
		}
		return w.Text
	}
	if len(c.Words) == 1 {
		return "~"
	}
	return ""
}
