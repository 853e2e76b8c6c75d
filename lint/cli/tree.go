package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"sekisho/lint/syntax"
)

// tree is the file system of a commit. Folders and files are read when they are asked for. It is safe for concurrent use.
type tree struct {
	objects interface {
		read(name string, limit int64) (object, error)
	}
	root      string                          // name of the object
	submodule func(name, commit string) fs.FS // the files of a submodule that is still at this commit, or nil

	mu      sync.Mutex
	folders map[string][]entry // by the name of the object
	files   map[string]object
	modules map[string]fs.FS // by path
	listed  int              // entries that were handed out
	err     error            // the first one that says that something cannot be read, rather than that it does not exist
}

const (
	maxTree   = 32 << 20 // bytes of a folder's object
	maxListed = 2 << 20  // entries of all folders: few objects can stand for more folders than can be walked
	maxDepth  = 100      // folders in each other
)

func newTree(objects *objects, root string) *tree {
	return &tree{
		objects: objects, root: root, submodule: func(string, string) fs.FS { return nil },
		folders: map[string][]entry{}, files: map[string]object{}, modules: map[string]fs.FS{},
	}
}

// enter makes a folder below the root the root. It tells whether there is such a folder.
func (t *tree) enter(name string) (bool, error) {
	if name == "" {
		return true, nil
	}
	at, next, err := t.walk(name)
	switch {
	case errors.Is(err, fs.ErrNotExist), next != "", err == nil && !at.mode.IsDir(), at.mode&fs.ModeIrregular != 0:
		return false, nil
	case err != nil:
		return false, err
	}
	t.root = at.id
	return true, nil
}

// entry is one line of a folder: a file, a folder, a link or a submodule.
type entry struct {
	name string
	mode fs.FileMode // fs.ModeIrregular: a submodule
	id   string      // of the object
}

// parseTree reads the object of a folder: for each entry its mode in octal, a blank, its name, a NUL and the bytes of the name of
// its object. What could not be a file in a folder is left out. The entries are sorted by name.
func parseTree(text string, idLen int) ([]entry, error) {
	var out []entry
	for text != "" {
		head, rest, found := strings.Cut(text, "\x00")
		octal, name, blank := strings.Cut(head, " ")
		bits, err := strconv.ParseUint(octal, 8, 32)
		if !found || !blank || err != nil || len(rest) < idLen {
			return nil, errors.New("git gives a folder that cannot be read")
		}
		e := entry{name: name, id: fmt.Sprintf("%x", rest[:idLen])}
		switch bits & 0o170000 {
		case 0o040000:
			e.mode = fs.ModeDir | 0o555
		case 0o120000:
			e.mode = fs.ModeSymlink | 0o777
		case 0o160000:
			e.mode = fs.ModeDir | fs.ModeIrregular | 0o555
		default:
			e.mode = 0o444
		}
		if name != "." && name != ".." && name != "" && !strings.Contains(name, "/") && utf8.ValidString(name) {
			out = append(out, e)
		}
		text = rest[idLen:]
	}
	slices.SortStableFunc(out, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return slices.CompactFunc(out, func(a, b entry) bool { return a.name == b.name }), nil
}

// failed keeps the first error that leaves the picture incomplete.
func (t *tree) failed(err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		t.err = err
	}
	return err
}

// failure returns the first error that leaves the picture incomplete.
func (t *tree) failure() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// folder lists what a folder holds.
func (t *tree) folder(id string) ([]entry, error) {
	t.mu.Lock()
	list, seen := t.folders[id]
	t.mu.Unlock()
	if seen {
		return list, nil
	}
	x, err := t.objects.read(id, maxTree)
	if err == nil && x.kind != "tree" {
		err = fmt.Errorf("git gives a %s in the place of a folder", x.kind)
	}
	if err == nil && x.size > maxTree {
		err = errors.New("a folder is too large")
	}
	if err == nil {
		list, err = parseTree(x.text, len(t.root)/2)
	}
	if err != nil {
		return nil, t.failed(err)
	}
	t.mu.Lock()
	t.folders[id] = list
	t.mu.Unlock()
	return list, nil
}

// file reads a file or link.
func (t *tree) file(id string) (object, error) {
	t.mu.Lock()
	x, seen := t.files[id]
	t.mu.Unlock()
	if seen {
		return x, nil
	}
	x, err := t.objects.read(id, syntax.MaxFileSize+1)
	if err == nil && x.kind != "blob" {
		err = fmt.Errorf("git gives a %s in the place of a file", x.kind)
	}
	if err != nil {
		return x, t.failed(err)
	}
	t.mu.Lock()
	t.files[id] = x
	t.mu.Unlock()
	return x, nil
}

// found is what a path leads to: an entry, or what a submodule has there.
type found struct {
	entry
	path string // without links
	in   fs.FS  // of the submodule; nil: the entry counts
}

// find follows a path and the links in it.
func (t *tree) find(name string) (found, error) {
	if !fs.ValidPath(name) {
		return found{}, fs.ErrInvalid
	}
	for range maxLinks {
		at, next, err := t.walk(name)
		if err != nil || next == "" {
			return at, err
		}
		name = next
	}
	return found{}, errors.New("too many symbolic links")
}

// walk goes down a path up to its first link: next is the path that it leads to, "" when there is none.
func (t *tree) walk(name string) (at found, next string, err error) {
	at = found{entry: entry{".", fs.ModeDir | 0o555, t.root}, path: "."}
	if name == "." {
		return at, "", nil
	}
	for end := 0; end < len(name); {
		if end > 0 {
			end++ // the slash
		}
		rest := name[end:]
		switch {
		case at.mode&fs.ModeSymlink != 0:
			next, err = t.follow(at, rest)
			return at, next, err
		case at.mode&fs.ModeIrregular != 0:
			if files := t.module(at); files != nil {
				return found{path: rest, in: files}, "", nil
			}
			return at, "", fs.ErrNotExist
		case !at.mode.IsDir():
			return at, "", fs.ErrNotExist
		}
		list, err := t.folder(at.id)
		if err != nil {
			return at, "", err
		}
		part, _, _ := strings.Cut(rest, "/")
		i, there := slices.BinarySearchFunc(list, part, func(e entry, name string) int { return strings.Compare(e.name, name) })
		if !there {
			return at, "", fs.ErrNotExist
		}
		end += len(part)
		at = found{entry: list[i], path: name[:end]}
	}
	if at.mode&fs.ModeSymlink != 0 {
		next, err = t.follow(at, "")
	}
	return at, next, err
}

// follow returns the path that the link at leads to, with what stands behind it in the path that is looked for.
func (t *tree) follow(at found, rest string) (string, error) {
	to, err := t.file(at.id)
	if err != nil {
		return "", err
	}
	next := path.Join(path.Dir(at.path), to.text, rest)
	if path.IsAbs(to.text) || !fs.ValidPath(next) {
		return "", fs.ErrNotExist
	}
	return next, nil
}

// module returns the files of a submodule, or nil.
func (t *tree) module(at found) fs.FS {
	t.mu.Lock()
	defer t.mu.Unlock()
	files, asked := t.modules[at.path]
	if !asked {
		files = t.submodule(at.path, at.id)
		t.modules[at.path] = files
	}
	return files
}

// Open opens a file or a folder.
func (t *tree) Open(name string) (fs.File, error) {
	at, err := t.find(name)
	if err != nil {
		return nil, fault("open", name, err)
	}
	if at.in != nil {
		return at.in.Open(at.path)
	}
	at.name = path.Base(name)
	if at.mode.IsDir() {
		list, err := t.ReadDir(name)
		return &openFolder{treeInfo{at.entry, t}, list}, err
	}
	x, err := t.file(at.id)
	if err != nil {
		return nil, fault("open", name, err)
	}
	return &openFile{treeInfo{at.entry, t}, strings.NewReader(x.text)}, nil
}

// Stat describes a file or a folder.
func (t *tree) Stat(name string) (fs.FileInfo, error) {
	at, err := t.find(name)
	if err != nil {
		return nil, fault("stat", name, err)
	}
	if at.in != nil {
		return fs.Stat(at.in, at.path)
	}
	at.name = path.Base(name)
	return treeInfo{at.entry, t}, nil
}

// ReadDir lists a folder.
func (t *tree) ReadDir(name string) ([]fs.DirEntry, error) {
	at, err := t.find(name)
	if err == nil && at.mode&fs.ModeIrregular != 0 {
		if at.in = t.module(at); at.in == nil {
			return nil, nil
		}
		at.path = "."
	}
	if err == nil && at.in != nil {
		return fs.ReadDir(at.in, at.path)
	}
	if err == nil && !at.mode.IsDir() {
		err = errors.New("not a folder")
	}
	var list []entry
	if err == nil {
		list, err = t.folder(at.id)
	}
	if err == nil {
		err = t.count(name, len(list))
	}
	if err != nil {
		return nil, fault("readdir", name, err)
	}
	out := make([]fs.DirEntry, len(list))
	for i, e := range list {
		out[i] = fs.FileInfoToDirEntry(treeInfo{e, t})
	}
	return out, nil
}

// count fails when more was listed than a repository holds, or from deeper down.
func (t *tree) count(name string, n int) error {
	t.mu.Lock()
	t.listed += n
	over := t.listed > maxListed
	t.mu.Unlock()
	if over || strings.Count(name, "/") > maxDepth {
		return t.failed(errors.New("there are too many files"))
	}
	return nil
}

func fault(op, name string, err error) error { return &fs.PathError{Op: op, Path: name, Err: err} }

// treeInfo describes an entry. It is the fs.FileInfo of a tree.
type treeInfo struct {
	entry
	tree *tree
}

// Name returns the last part of the path.
func (i treeInfo) Name() string { return i.name }

// Size returns the bytes of a file or link, 0 for what cannot be read.
func (i treeInfo) Size() int64 {
	if i.mode.IsDir() {
		return 0
	}
	x, _ := i.tree.file(i.id)
	return x.size
}

// Mode tells folders, links and files from each other.
func (i treeInfo) Mode() fs.FileMode { return i.mode &^ fs.ModeIrregular }

// ModTime returns no time: a commit knows none of its files.
func (i treeInfo) ModTime() time.Time { return time.Time{} }

// IsDir tells whether it is a folder.
func (i treeInfo) IsDir() bool { return i.mode.IsDir() }

// Sys returns nil.
func (i treeInfo) Sys() any { return nil }

// openFile is an open file of a tree.
type openFile struct {
	info treeInfo
	*strings.Reader
}

// Stat describes the file.
func (f *openFile) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close does nothing.
func (f *openFile) Close() error { return nil }

// openFolder is an open folder of a tree.
type openFolder struct {
	info treeInfo
	left []fs.DirEntry
}

// Stat describes the folder.
func (f *openFolder) Stat() (fs.FileInfo, error) { return f.info, nil }

// Read fails.
func (f *openFolder) Read([]byte) (int, error) {
	return 0, fault("read", f.info.name, errors.New("is a folder"))
}

// Close does nothing.
func (f *openFolder) Close() error { return nil }

// ReadDir returns the next entries.
func (f *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n > 0 && len(f.left) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(f.left) {
		n = len(f.left)
	}
	out := f.left[:n]
	f.left = f.left[n:]
	return out, nil
}
