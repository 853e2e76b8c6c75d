package repo

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

// WorkflowDir is where GitHub looks for workflows; folders below it are not read.
const WorkflowDir = ".github/workflows"

var (
	actionNames     = [...]string{"action.yml", "action.yaml"}
	dependabotNames = [...]string{"dependabot.yml", "dependabot.yaml"} // in .github
	preCommitNames  = [...]string{".pre-commit-config.yaml", ".pre-commit-config.yml"}
)

// Options say what Load reads.
type Options struct {
	Overlay map[string]string // texts by path that stand for what is on disk, also for files that do not exist there
	Extra   []string          // paths to load besides those found, whatever their names
	Loose   bool              // Overlay and Extra belong to no repository: nothing else is looked for around them
	Workers int               // files parsed at the same time; 0 means one a processor
}

// Load reads the workflows, actions, Dependabot and pre-commit configurations of the repository at the root of fsys, its CODEOWNERS,
// the files that programs keep credentials in, and what says whom the identities of GitHub are trusted for. It follows no symbolic link
// to a folder; files are opened through fsys, which decides what a link to a file may reach. The rest is read when it is asked for.
func Load(fsys fs.FS, o Options) *Repo {
	found := new(finder)
	if !o.Loose {
		found = find(fsys)
	}
	names, all, problems := found.names, found.all, found.problems
	for _, name := range slices.Concat(o.Extra, findTrust(fsys, all, o)) {
		names = append(names, listed{path: name})
	}
	for name := range o.Overlay {
		names = append(names, listed{path: name})
		if !o.Loose && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	slices.SortStableFunc(names, func(a, b listed) int { return strings.Compare(a.path, b.path) })
	names = slices.CompactFunc(names, func(a, b listed) bool { return a.path == b.path })

	files := make([]*syntax.File, len(names))
	errs := make([]error, len(names))
	Each(len(names), o.Workers, func(i int) { files[i], errs[i] = load(fsys, names[i], o.Overlay) })
	for i, err := range errs {
		if name := names[i].path; err != nil && (kindOfPath(name) != syntax.KindCredentials || slices.Contains(o.Extra, name)) { // what nobody may read is not published
			problems = append(problems, Problem{name, reason(err)})
		}
	}
	slices.SortFunc(problems, func(a, b Problem) int { return strings.Compare(a.Path, b.Path) })
	r := newRepo(fsys, slices.DeleteFunc(files, func(f *syntax.File) bool { return f == nil }), problems)
	r.Names, r.unlisted = all, !found.whole
	return r
}

// Each calls f for 0 … n-1 from several goroutines; 0 workers means one a processor.
func Each(n, workers int, f func(int)) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	if workers = min(workers, n); workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
}

func load(fsys fs.FS, name listed, overlay map[string]string) (f *syntax.File, err error) {
	defer func() {
		if e := recover(); e != nil {
			f, err = nil, fmt.Errorf("the parser failed: %v", e)
		}
	}()
	text, ok := overlay[name.path]
	if !ok {
		if text, err = readCapped(fsys, name); err != nil && !errors.Is(err, errTooLarge) {
			return nil, err
		}
	}
	src := syntax.NewSource(name.path, text)
	return syntax.Parse(src, kindOf(src)), nil
}

var errTooLarge = errors.New("file is too large")

// readCapped reads a file up to one byte more than syntax.MaxFileSize, which the parser refuses with a message of its own.
func readCapped(fsys fs.FS, name listed) (string, error) {
	if !name.regular { // opening a pipe waits for a writer
		if info, err := fs.Stat(fsys, name.path); err != nil {
			return "", err
		} else if !info.Mode().IsRegular() {
			return "", errors.New("not a regular file")
		}
	}
	f, err := fsys.Open(name.path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	text := make([]byte, 0, min(info.Size(), syntax.MaxFileSize)+1)
	for {
		n, err := f.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		switch {
		case len(text) > syntax.MaxFileSize:
			return string(text), errTooLarge
		case err == io.EOF, err == nil && n > 0 && int64(len(text)) == info.Size():
			return unsafe.String(unsafe.SliceData(text), len(text)), nil // nobody else has it
		case err != nil:
			return "", err
		case len(text) == cap(text): // it grew since Stat
			text = slices.Grow(text, 512)
		}
	}
}

func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return err.Error()
}

// maxNames is how many files of a repository are known by name.
const maxNames = 200_000

// finder lists the files of a repository.
type finder struct {
	fsys     fs.FS
	names    []listed // those to be read
	all      []string
	whole    bool // all has every file
	problems []Problem

	credentials int
}

// listed is a path to be read.
type listed struct {
	path    string
	regular bool // it is known to be that of a regular file
}

// find lists the workflows and configurations of the root and the actions anywhere, and besides every file. Nothing in a nested
// repository belongs to this one, and then the list is not whole.
func find(fsys fs.FS) *finder {
	f := &finder{fsys: fsys, whole: true}
	f.folder(".")
	return f
}

// folder lists what is in a folder, in the order of fs.WalkDir.
func (f *finder) folder(dir string) {
	entries, err := fs.ReadDir(f.fsys, dir)
	if dir != "." && f.nested(dir, entries, err) {
		f.whole = false
		return
	}
	if err != nil && (dir != "." || !errors.Is(err, fs.ErrNotExist)) {
		f.problems = append(f.problems, Problem{dir, reason(err)})
	}
	for _, entry := range entries {
		name := entry.Name()
		if dir != "." {
			name = dir + "/" + name
		}
		switch {
		case !entry.IsDir():
			f.file(name, entry.Type().IsRegular())
		case !skipped(entry.Name()):
			f.folder(name)
		}
	}
}

// nested is Nested for a folder that has been read.
func (f *finder) nested(dir string, entries []fs.DirEntry, err error) bool {
	return (err != nil || slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return strings.EqualFold(e.Name(), ".github") })) && Nested(f.fsys, dir)
}

func (f *finder) file(name string, regular bool) {
	if len(f.all) < maxNames {
		f.all = append(f.all, name)
	}
	switch kindOfPath(name) {
	case syntax.KindOther:
	case syntax.KindCredentials:
		if f.credentials++; f.credentials <= maxCredentialFiles && regular {
			f.names = append(f.names, listed{name, true})
		}
	default:
		f.names = append(f.names, listed{name, regular})
	}
}

// maxCredentialFiles is how many files that may hold credentials are read.
const maxCredentialFiles = 200

// Roots lists the repositories below the root of fsys: "." alone when it has workflows or is a git work tree, otherwise every
// folder that has workflows, outermost only, sorted.
func Roots(fsys fs.FS) []string {
	if isRoot(fsys, ".") || exists(fsys, ".git") {
		return []string{"."}
	}
	var roots []string
	fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil
		}
		if name != "." && skipped(d.Name()) {
			return fs.SkipDir
		}
		if name != "." && isRoot(fsys, name) {
			roots = append(roots, name)
			return fs.SkipDir
		}
		return nil
	})
	if len(roots) == 0 {
		return []string{"."}
	}
	return roots
}

func exists(fsys fs.FS, name string) bool {
	_, err := fs.Stat(fsys, name)
	return err == nil
}

// Nested tells whether a folder within a repository is a repository of its own: it has a .github. One with nothing but actions in it
// belongs to the repository around it, whose workflows call them there.
func Nested(fsys fs.FS, dir string) bool {
	github := path.Join(dir, ".github")
	if info, err := fs.Stat(fsys, github); err != nil || !info.IsDir() {
		return false
	}
	entries, err := fs.ReadDir(fsys, github)
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return e.Name() != "actions" && !slices.Contains(actionNames[:], e.Name())
	})
}

func isRoot(fsys fs.FS, dir string) bool {
	info, err := fs.Stat(fsys, path.Join(dir, WorkflowDir))
	return err == nil && info.IsDir()
}

// skipped names folders that hold no actions of the repository itself.
func skipped(base string) bool { return base == ".git" || base == "node_modules" }

func isYAML(base string) bool {
	return strings.HasSuffix(base, ".yml") || strings.HasSuffix(base, ".yaml")
}

// kindOfPath tells what the file of a repository is from its path.
func kindOfPath(name string) syntax.Kind {
	dir, base := path.Split(name)
	switch {
	case base == "CODEOWNERS" && slices.Contains(ownersPaths[:], name):
		return syntax.KindOwners
	case dir == WorkflowDir+"/" && isYAML(base):
		return syntax.KindWorkflow
	case base == actionNames[0] || base == actionNames[1]:
		return syntax.KindAction
	case dir == ".github/" && slices.Contains(dependabotNames[:], base):
		return syntax.KindDependabot
	case dir == "" && slices.Contains(preCommitNames[:], base):
		return syntax.KindPreCommit
	}
	if _, ok := catalog.CredentialFileAt(name); ok {
		return syntax.KindCredentials
	}
	return syntax.KindOther
}

// kindOf tells what a file is from its path, wherever the root is, and where that says nothing, from its top-level keys.
func kindOf(src *syntax.Source) syntax.Kind {
	if kind := kindOfPath(src.Path); kind != syntax.KindOther {
		return kind
	}
	dir, base := path.Split("/" + src.Path)
	switch {
	case strings.HasSuffix(dir, "/"+WorkflowDir+"/") && isYAML(base):
		return syntax.KindWorkflow
	case strings.HasSuffix(dir, "/.github/"):
		if kind := kindOfPath(".github/" + base); kind != syntax.KindOther {
			return kind
		}
	}
	if syntax.MayTrust(src.Path, src.Text) {
		return syntax.KindTrust
	}
	for n := range src.Lines() {
		line := src.Slice(src.LineSpan(n + 1))
		switch {
		case strings.HasPrefix(line, "jobs:"):
			return syntax.KindWorkflow
		case strings.HasPrefix(line, "runs:"):
			return syntax.KindAction
		case strings.HasPrefix(line, "updates:"):
			return syntax.KindDependabot
		case strings.HasPrefix(line, "repos:"):
			return syntax.KindPreCommit
		}
	}
	return syntax.KindOther
}
