package repo

import (
	"path"
	"strings"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"sekisho/lint/syntax"
)

// pattern is a line of .gitignore or .gitattributes. Source: the manuals of gitignore and gitattributes.
type pattern struct {
	glob       string
	rooted     bool // it is compared with the path from the folder of the file, else with a name
	folders    bool // it matches folders only
	negated    bool
	attributes []string
}

// maxPatterns is how many lines of such a file count.
const maxPatterns = 5000

// patternFiles are the files of one name, by folder.
type patternFiles struct {
	mu    sync.Mutex
	known map[string][]pattern
}

// in returns the patterns of the file in a folder.
func (p *patternFiles) in(r *Repo, dir, base string, read func(line string) (pattern, bool)) []pattern {
	p.mu.Lock()
	defer p.mu.Unlock()
	list, seen := p.known[dir]
	if seen {
		return list
	}
	if src := r.Script(path.Join(dir, base)); src != nil {
		list = patterns(src, read)
	}
	if p.known == nil {
		p.known = map[string][]pattern{}
	}
	p.known[dir] = list
	return list
}

func patterns(src *syntax.Source, read func(line string) (pattern, bool)) []pattern {
	var list []pattern
	for n := 1; n <= src.Lines() && len(list) < maxPatterns; n++ {
		line := src.Slice(src.LineSpan(n))
		if line == "" || line[0] == '#' {
			continue
		}
		if p, ok := read(line); ok {
			list = append(list, p)
		}
	}
	return list
}

// newPattern reads what both files write the same way.
func newPattern(glob string) (pattern, bool) {
	p := pattern{glob: glob}
	if rest, ok := strings.CutSuffix(p.glob, "/"); ok {
		p.glob, p.folders = rest, true
	}
	if p.rooted = strings.Contains(p.glob, "/"); p.rooted {
		p.glob = strings.TrimPrefix(p.glob, "/")
	}
	p.glob = strings.NewReplacer("{", `\{`, "}", `\}`).Replace(p.glob) // which git does not know
	return p, p.glob != "" && doublestar.ValidatePattern(p.glob)
}

// matches tells whether the pattern is for a path, seen from the folder of its file.
func (p *pattern) matches(name string, folder bool) bool {
	if p.folders && !folder {
		return false
	}
	if !p.rooted {
		name = path.Base(name)
	}
	return doublestar.MatchUnvalidated(p.glob, name)
}

// ignoreLine reads a line of .gitignore.
func ignoreLine(line string) (pattern, bool) {
	line = strings.TrimRight(line, "\r")
	for strings.HasSuffix(line, " ") && !strings.HasSuffix(line, `\ `) {
		line = line[:len(line)-1]
	}
	rest, negated := strings.CutPrefix(line, "!")
	p, ok := newPattern(rest)
	p.negated = negated
	return p, ok
}

// attributeLine reads a line of .gitattributes: a pattern, which may be in quotes, and attributes.
func attributeLine(line string) (pattern, bool) {
	var glob string
	if rest, quoted := strings.CutPrefix(line, `"`); quoted {
		glob, line, _ = strings.Cut(rest, `"`)
	} else if fields := strings.Fields(line); len(fields) > 0 {
		glob = fields[0]
		_, line, _ = strings.Cut(line, glob)
	}
	if strings.HasPrefix(glob, "[attr]") || strings.HasPrefix(glob, "!") {
		return pattern{}, false
	}
	p, ok := newPattern(glob)
	p.attributes = strings.Fields(line)
	return p, ok && !p.folders && len(p.attributes) > 0
}

// Ignored tells whether the .gitignore files of the repository keep a file out of it. One that is in it nevertheless, as it was
// added by force or before, is ignored all the same.
func (r *Repo) Ignored(name string) bool {
	for i := 0; i < len(name); i++ {
		if name[i] == '/' && r.ignored(name[:i], true) {
			return true
		}
	}
	return r.ignored(name, false)
}

// ignored judges one file or folder by itself.
func (r *Repo) ignored(name string, folder bool) bool {
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		list := r.ignores.in(r, dir, ".gitignore", ignoreLine)
		for i := len(list) - 1; i >= 0; i-- {
			if list[i].matches(below(dir, name), folder) {
				return !list[i].negated
			}
		}
		if dir == "." {
			return false
		}
	}
}

// Attribute returns what the .gitattributes files say of an attribute of a file: its value, "true" when it is set without one,
// "" when it is not set or nothing is said.
func (r *Repo) Attribute(name, attribute string) string {
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		list := r.attributes.in(r, dir, ".gitattributes", attributeLine)
		for i := len(list) - 1; i >= 0; i-- {
			if !list[i].matches(below(dir, name), false) {
				continue
			}
			if value, said := list[i].attribute(attribute); said {
				return value
			}
		}
		if dir == "." {
			return ""
		}
	}
}

// attribute returns what a line says of an attribute; what stands last counts.
func (p *pattern) attribute(name string) (value string, said bool) {
	for i := len(p.attributes) - 1; i >= 0; i-- {
		switch key, value, valued := strings.Cut(p.attributes[i], "="); {
		case key == name && valued:
			return value, true
		case key == name:
			return "true", true
		case key == "-"+name, key == "!"+name:
			return "", true
		}
	}
	return "", false
}

// below returns a path seen from a folder that holds it.
func below(dir, name string) string {
	if dir == "." {
		return name
	}
	return name[len(dir)+1:]
}
