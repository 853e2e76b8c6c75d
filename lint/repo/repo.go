// Package repo loads the files of a repository that sekisho reads, once each, and knows who calls whom.
package repo

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"sekisho/lint/syntax"
)

// Repo is one repository. It is safe for concurrent use and never changes what it returned once.
type Repo struct {
	Files    []*syntax.File // workflows, actions, configurations, CODEOWNERS, and files that may hold trust or credentials, sorted by path
	Names    []string       // paths of all files, read or not, in the order of a walk, then those of an overlay only; none in node_modules and .git
	Problems []Problem      // what could not be read, sorted by path

	fsys    fs.FS
	byPath  map[string]*syntax.File
	actions map[string]*syntax.File // by their folders

	lock lock

	unlisted bool // Names does not have all files
	baseOnce sync.Once
	bases    nameSet

	owners struct {
		once  sync.Once
		found *Owners
	}
	ignores    patternFiles // .gitignore
	attributes patternFiles // .gitattributes
	index      struct {
		once  sync.Once
		names map[string]bool
		known bool
	}

	mu      sync.Mutex
	scripts map[string]*syntax.Source
}

// Problem is something that could not be checked.
type Problem struct {
	Path    string // relative to the repository's root; "" for the repository itself
	Message string
}

// File returns the loaded file at this path, or nil.
func (r *Repo) File(name string) *syntax.File { return r.byPath[name] }

// Exists tells whether the repository has something at this path, read or not.
func (r *Repo) Exists(name string) bool {
	return r.byPath[name] != nil || r.fsys != nil && exists(r.fsys, name)
}

// Replace returns a copy of r in which the file at name has another text; the other files are shared.
func (r *Repo) Replace(name, text string) *Repo {
	next := newRepo(r.fsys, slices.Clone(r.Files), r.Problems)
	next.Names, next.unlisted = r.Names, r.unlisted
	for i, f := range next.Files {
		if f.Path == name {
			next.Files[i] = syntax.Parse(syntax.NewSource(name, text), f.Kind)
			next.know(next.Files[i])
		}
	}
	return next
}

func newRepo(fsys fs.FS, files []*syntax.File, problems []Problem) *Repo {
	r := &Repo{Files: files, Problems: problems, fsys: fsys, byPath: make(map[string]*syntax.File, len(files))}
	for _, f := range files {
		r.know(f)
	}
	return r
}

// know makes a file one that is found by its path.
func (r *Repo) know(f *syntax.File) {
	r.byPath[f.Path] = f
	dir, base := path.Dir(f.Path), path.Base(f.Path)
	if base != actionNames[0] && base != actionNames[1] || path.Join(dir, base) != f.Path {
		return
	}
	if r.actions == nil {
		r.actions = map[string]*syntax.File{}
	}
	if other := r.actions[dir]; other == nil || other.Path == f.Path || base == actionNames[0] {
		r.actions[dir] = f
	}
}

// First returns the first file of a kind, or nil.
func (r *Repo) First(kind syntax.Kind) *syntax.File {
	for _, f := range r.Files {
		if f.Kind == kind {
			return f
		}
	}
	return nil
}

// Callee returns the file of this repository that a uses: value names: a local action (./x, $/x: its action.yml) or a local
// reusable workflow. It is nil for everything else, also for a path that leaves the repository or does not exist.
func (r *Repo) Callee(uses string) *syntax.File {
	local, ok := LocalPath(uses)
	if !ok {
		return nil
	}
	if f := r.byPath[local]; f != nil {
		return f
	}
	return r.actions[local]
}

// Has reports that there is a file or a folder at this path, read or not. A link is followed as far as the file system of the
// repository lets it.
func (r *Repo) Has(name string) bool {
	return r.byPath[name] != nil || r.fsys != nil && fs.ValidPath(name) && exists(r.fsys, name)
}

// HasAction reports that there is an action in this folder, read or not: a Dockerfile is enough.
func (r *Repo) HasAction(dir string) bool {
	for _, base := range [...]string{actionNames[0], actionNames[1], "Dockerfile", "dockerfile"} {
		if r.Has(path.Join(dir, base)) {
			return true
		}
	}
	return false
}

// LocalPath returns the path below the repository's root that ./x and $/x name, and whether uses has that form and stays
// within the repository.
func LocalPath(uses string) (string, bool) {
	rest, ok := strings.CutPrefix(uses, "./")
	if !ok {
		if rest, ok = strings.CutPrefix(uses, "$/"); !ok {
			return "", false
		}
	}
	clean := path.Clean(rest)
	return clean, fs.ValidPath(clean)
}

// Script returns the text of a script file of the repository, or nil when there is none, when it is larger than
// syntax.MaxFileSize or when it lies outside.
func (r *Repo) Script(name string) *syntax.Source {
	if r.fsys == nil || !strings.Contains(name, "/") && !r.known(name) {
		return nil // as for most words of scripts
	}
	name = path.Clean(name)
	if !fs.ValidPath(name) || !r.known(name) {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if src, seen := r.scripts[name]; seen {
		return src
	}
	if r.scripts == nil {
		r.scripts = map[string]*syntax.Source{}
	}
	var src *syntax.Source
	if text, err := readCapped(r.fsys, listed{path: name}); err == nil {
		src = syntax.NewSource(name, text)
	}
	r.scripts[name] = src
	return src
}
