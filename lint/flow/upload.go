package flow

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

// Where things lie on a hosted runner, for paths that are compared; the workspace is below the repository's name twice.
const (
	home      = "/home/runner"
	workspace = home + "/work/repository/repository"
	temp      = home + "/work/_temp"
)

// Upload is a step that uploads files as an artifact.
type Upload struct {
	Step     *syntax.Step
	Path     *syntax.Str
	hidden   bool // files whose names begin with a dot are uploaded, too
	cache    bool // it is a cache
	patterns []pattern
}

// pattern is one line of path:, as an absolute path.
type pattern struct {
	text    string
	exclude bool
	in      syntax.Span // in the value of path:
}

// Uploads lists the steps of a job, or of a composite action, that upload artifacts.
func (f *Flow) Uploads(file *syntax.File, job *syntax.Job) []Upload {
	var out []Upload
	for step := range (owner{file, job}).steps() {
		if step.Uses == nil || !strings.EqualFold(actionName(step.Uses.Value), "actions/upload-artifact") {
			continue
		}
		s := step.With.Get("path")
		if s == nil || Never(step.If) {
			continue
		}
		u := f.patterns(file, job, step, s)
		u.hidden = uploadsHidden(file, step)
		out = append(out, u)
	}
	return out
}

// patterns reads the lines of a step's path:, as absolute paths.
func (f *Flow) patterns(file *syntax.File, job *syntax.Job, step *syntax.Step, s *syntax.Str) Upload {
	u := Upload{Step: step, Path: s}
	at := 0
	for line := range strings.Lines(s.Value) {
		word := strings.TrimSpace(line)
		start := at + strings.Index(line, word)
		at += len(line)
		text, exclude := strings.CutPrefix(word, "!")
		text = strings.TrimSpace(text)
		p, ok := f.absolute(file, job, step, text)
		if !ok {
			p, ok = somewhere(text)
		}
		if ok {
			u.patterns = append(u.patterns, pattern{p, exclude, syntax.Span{Start: start, End: start + len(word)}})
		}
	}
	return u
}

// uploadsHidden tells whether an upload takes hidden files: when it is asked to, and in versions that always do.
func uploadsHidden(file *syntax.File, step *syntax.Step) bool {
	if s := step.With.Get("include-hidden-files"); s != nil {
		return !strings.EqualFold(strings.TrimSpace(s.Value), "false")
	}
	version, _ := Version(file, step.Uses)
	return catalog.VersionWithin(version, "<3.2.0") || catalog.VersionWithin(version, ">=4.0.0,<4.4.0")
}

// absolute returns the absolute path that a path of the workspace means; false for an empty one and where an expression decides.
func (f *Flow) absolute(file *syntax.File, job *syntax.Job, step *syntax.Step, text string) (string, bool) {
	if rest, ok := strings.CutPrefix(text, "${{"); ok {
		name, rest, closed := strings.Cut(rest, "}}")
		root := ""
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "github.workspace":
			root = workspace
		case "runner.temp":
			root = temp
		default:
			root = f.environmentPath(file, job, step, strings.TrimSpace(name))
		}
		if !closed || root == "" {
			return "", false
		}
		text = root + rest
	}
	text = strings.ReplaceAll(text, `\`, "/")
	switch {
	case text == "" || strings.Contains(text, "${{"):
		return "", false
	case text == "~" || strings.HasPrefix(text, "~/"):
		text = home + text[1:]
	case !strings.HasPrefix(text, "/"):
		text = workspace + "/" + text
	}
	return path.Clean(text), true
}

// somewhere is the path below a folder that an expression decides; false where more than the folder is decided so.
func somewhere(text string) (string, bool) {
	fence, rest, ok := strings.Cut(text, "}}/")
	if !ok || !strings.HasPrefix(fence, "${{") || strings.Contains(rest, "${{") {
		return "", false
	}
	return path.Clean("/somewhere/" + rest), true
}

// environmentPath returns the absolute path that a variable of env: names: ${{ env.DIR }}.
func (f *Flow) environmentPath(file *syntax.File, job *syntax.Job, step *syntax.Step, name string) string {
	name, ok := strings.CutPrefix(name, "env.")
	if !ok {
		return ""
	}
	for _, env := range f.Environments(file, job, step) {
		if s := env.Get(name); s != nil && !strings.Contains(s.Value, "env.") {
			root, _ := f.absolute(file, job, step, s.Value)
			return root
		}
	}
	return ""
}

// takes reports that an upload takes a file, by its absolute path.
func (u Upload) takes(name string) bool {
	if u.cache {
		return u.takesTree(name)
	}
	taken := false
	for _, p := range u.patterns {
		if !p.covers(name) {
			continue
		}
		switch {
		case p.exclude:
			taken = false
		case u.hidden || !hiddenBelow(p.root(), name):
			taken = true
		}
	}
	return taken
}

// covers reports that a pattern matches a file or a folder above it.
func (p pattern) covers(name string) bool {
	for ; name != "/"; name = path.Dir(name) {
		if ok, err := doublestar.Match(p.text, name); ok && err == nil {
			return true
		}
	}
	return p.text == "/"
}

// root is the path that a pattern begins with before anything in it stands for other names.
func (p pattern) root() string {
	parts := strings.Split(p.text, "/")
	if i := slices.IndexFunc(parts, func(s string) bool { return strings.ContainsAny(s, "*?[") }); i >= 0 {
		parts = parts[:i]
	}
	return strings.Join(parts, "/")
}

// hiddenBelow reports that a file is passed over with hidden ones when root is searched: when the name of the root or of
// something below it begins with a dot.
func hiddenBelow(root, name string) bool {
	rest := strings.TrimPrefix(name, path.Dir(root))
	return strings.Contains(rest, "/.")
}
