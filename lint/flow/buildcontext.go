package flow

import (
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"sekisho/lint/syntax"
)

// Context is the folder of the workspace that a build copies from.
type Context struct {
	Ignores  bool // there is a file that says what stays out
	dir      string
	patterns []pattern
}

// Context returns what a build copies from; false when that is not of the workspace.
func (f *Flow) Context(b *Built) (Context, bool) {
	c := Context{dir: b.Context}
	if c.dir == "" {
		return c, false
	}
	for _, name := range [...]string{b.Docker.Path + ".dockerignore", path.Join(c.dir, ".containerignore"), path.Join(c.dir, ".dockerignore")} {
		if src := f.repo.Script(name); src != nil {
			c.Ignores, c.patterns = true, ignorePatterns(src)
			break
		}
	}
	return c, true
}

// maxIgnores is how many lines of a .dockerignore count.
const maxIgnores = 2000

// ignorePatterns reads a .dockerignore. Source: the manual of docker build.
func ignorePatterns(src *syntax.Source) []pattern {
	var out []pattern
	for n := 1; n <= src.Lines() && len(out) < maxIgnores; n++ {
		line := strings.TrimSpace(src.Slice(src.LineSpan(n)))
		if line == "" || line[0] == '#' {
			continue
		}
		text, negated := strings.CutPrefix(line, "!")
		text = inContext(text)
		if text != "" && doublestar.ValidatePattern(text) {
			out = append(out, pattern{text: "/" + text, exclude: !negated})
		}
	}
	return out
}

// inContext is a path as it is below the context, which no path leaves.
func inContext(name string) string {
	return strings.TrimPrefix(path.Clean("/"+strings.TrimSpace(name)), "/")
}

// Leaves tells whether a file stays out of the build, by its path below the context. The last line that speaks of it, or of a folder
// above it, decides.
func (c Context) Leaves(name string) bool {
	name = "/" + inContext(name)
	left := false
	for _, p := range c.patterns {
		if p.exclude != left && p.covers(name) {
			left = p.exclude
		}
	}
	return left
}

// Takes tells whether an instruction copies the file in which a step leaves a secret.
func (c Context) Takes(d *syntax.DockerCopy, s *SecretFile) bool { return c.takes(d, s.path) }

// TakesCredentials tells whether an instruction copies the file in which a checkout leaves its credentials.
func (c Context) TakesCredentials(d *syntax.DockerCopy, p *Persisted) bool {
	return c.takes(d, p.credentials())
}

// takes tells whether an instruction copies a file, by its absolute path.
func (c Context) takes(d *syntax.DockerCopy, name string) bool {
	name, ok := strings.CutPrefix(name, path.Join(workspace, c.dir)+"/")
	if !ok || c.Leaves(name) {
		return false
	}
	for _, e := range d.Excludes {
		if (pattern{text: "/" + inContext(e)}).covers("/" + name) {
			return false
		}
	}
	for i := range d.Sources {
		source := inContext(d.Sources[i].Value)
		if source == "" || (pattern{text: "/" + source}).covers("/"+name) {
			return true
		}
	}
	return false
}

// Whole tells whether an instruction copies all that the context has.
func (c Context) Whole(d *syntax.DockerCopy) (syntax.Str, bool) {
	for _, s := range d.Sources {
		if source := inContext(s.Value); (source == "" || source == "*") && len(d.Excludes) == 0 {
			return s, true
		}
	}
	return syntax.Str{}, false
}
