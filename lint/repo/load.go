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
	var names, all []string
	var problems []Problem
	whole := false
	if !o.Loose {
		names, all, whole, problems = find(fsys)
	}
	names = append(names, o.Extra...)
	names = append(names, findTrust(fsys, all, o)...)
	for name := range o.Overlay {
		names = append(names, name)
		if !o.Loose && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)

	files := make([]*syntax.File, len(names))
	errs := make([]error, len(names))
	Each(len(names), o.Workers, func(i int) { files[i], errs[i] = load(fsys, names[i], o.Overlay) })
	for i, err := range errs {
		if err != nil && (kindOfPath(names[i]) != syntax.KindCredentials || slices.Contains(o.Extra, names[i])) { // what nobody may read is not published
			problems = append(problems, Problem{names[i], reason(err)})
		}
	}
	slices.SortFunc(problems, func(a, b Problem) int { return strings.Compare(a.Path, b.Path) })
	r := newRepo(fsys, slices.DeleteFunc(files, func(f *syntax.File) bool { return f == nil }), problems)
	r.Names, r.unlisted = all, !whole
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

func load(fsys fs.FS, name string, overlay map[string]string) (f *syntax.File, err error) {
	defer func() {
		if e := recover(); e != nil {
			f, err = nil, fmt.Errorf("the parser failed: %v", e)
		}
	}()
	text, ok := overlay[name]
	if !ok {
		if text, err = readCapped(fsys, name); err != nil && !errors.Is(err, errTooLarge) {
			return nil, err
		}
	}
	src := syntax.NewSource(name, text)
	return syntax.Parse(src, kindOf(src)), nil
}

var errTooLarge = errors.New("file is too large")

// readCapped reads a file up to one byte more than syntax.MaxFileSize, which the parser refuses with a message of its own.
func readCapped(fsys fs.FS, name string) (string, error) {
	info, err := fs.Stat(fsys, name) // first: opening a pipe waits for a writer
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", errors.New("not a regular file")
	}
	f, err := fsys.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
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

// find lists the workflows and configurations of the root and the actions anywhere, and besides every file. Nothing in a nested
// repository belongs to this one, and then the list is not whole.
func find(fsys fs.FS) (names, all []string, whole bool, problems []Problem) {
	whole = true
	credentials := 0
	fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if name != "." || !errors.Is(err, fs.ErrNotExist) {
				problems = append(problems, Problem{name, reason(err)})
			}
			return nil
		}
		if d.IsDir() {
			switch {
			case name == ".":
			case skipped(d.Name()):
				return fs.SkipDir
			case Nested(fsys, name):
				whole = false
				return fs.SkipDir
			}
			return nil
		}
		if len(all) < maxNames {
			all = append(all, name)
		}
		switch kindOfPath(name) {
		case syntax.KindOther:
		case syntax.KindCredentials:
			if credentials++; credentials <= maxCredentialFiles && d.Type().IsRegular() {
				names = append(names, name)
			}
		default:
			names = append(names, name)
		}
		return nil
	})
	return names, all, whole, problems
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
