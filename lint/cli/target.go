package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// stdinPath is what the text on standard input is called when nothing says it.
const stdinPath = "stdin.yml"

// target is one repository, and which of its files are reported.
type target struct {
	dir     string            // the repository's root, absolute; "" for a text that belongs to none
	prefix  string            // in front of the paths that are printed
	all     bool              // every file is reported; otherwise those below folders, and files
	folders []string          // relative to dir, with /
	files   []string          // relative to dir, with /: given by name, whatever they look like
	overlay map[string]string // texts by path relative to dir
	loose   bool              // the files lie in no repository: dir is only the folder that holds them
}

// reports tells whether what is said about a path is for the user.
func (t *target) reports(name string) bool {
	if t.all || name == "" || name == "." || slices.Contains(t.files, name) {
		return true
	}
	return slices.ContainsFunc(t.folders, func(dir string) bool { return name == dir || strings.HasPrefix(name, dir+"/") })
}

// targets finds the repositories that the arguments of a command speak of, in their order.
func (s *system) targets(args []string, stdinName string) ([]*target, error) {
	if slices.Contains(args, "-") {
		if len(args) > 1 {
			return nil, errors.New("- stands for standard input and cannot be given with other paths")
		}
		t, err := s.stdinTarget(stdinName)
		return []*target{t}, err
	}
	if stdinName != "" {
		return nil, errors.New("--stdin-filename names the text on standard input; give the path - with it")
	}
	if len(args) == 0 {
		dir, err := s.abs(".")
		if err != nil {
			return nil, fmt.Errorf("the working directory cannot be found: %w", err)
		}
		t := &target{dir: s.around(dir), all: true}
		return s.expand([]*target{t}, []string{"."})
	}
	var found []*target
	var shown []string
	for _, arg := range args {
		t, err := s.target(arg)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(found, func(f *target) bool { return f.dir == t.dir })
		if i < 0 {
			found = append(found, t)
			shown = append(shown, s.shown(arg, t.dir))
			continue
		}
		found[i].all = found[i].all || t.all
		found[i].loose = found[i].loose && t.loose
		found[i].folders = append(found[i].folders, t.folders...)
		found[i].files = append(found[i].files, t.files...)
	}
	return s.expand(found, shown)
}

// expand replaces each folder that is no repository but holds some by these, and sets the prefixes. shown are the folders as
// the user would write them.
func (s *system) expand(found []*target, shown []string) ([]*target, error) {
	var out []*target
	for i, t := range found {
		prefix := ""
		if len(found) > 1 && shown[i] != "." {
			prefix = strings.TrimSuffix(shown[i], "/") + "/"
		}
		roots := []string{"."}
		if t.all {
			var err error
			if roots, err = s.roots(t.dir); err != nil {
				return nil, err
			}
		}
		for _, name := range roots {
			one := *t
			one.prefix = prefix
			if name != "." {
				one.dir, one.prefix = filepath.Join(t.dir, filepath.FromSlash(name)), prefix+name+"/"
			}
			if same := slices.IndexFunc(out, func(o *target) bool { return o.dir == one.dir }); same >= 0 {
				out[same].all = out[same].all || one.all
			} else if !s.covered(&one, out) {
				out = append(out, &one)
			}
		}
	}
	return out, nil
}

func (s *system) roots(dir string) ([]string, error) {
	root, err := s.open(dir)
	if err != nil {
		return nil, &stop{exitProblem, []string{dir + ": " + reason(err)}}
	}
	defer root.Close()
	return repo.Roots(root.FS()), nil
}

// covered tells whether the files of t are reported with another target already: with a root above that does not take the
// folder for a repository of its own.
func (s *system) covered(t *target, others []*target) bool {
	for _, o := range others {
		if !o.all || !above(o.dir, t.dir) {
			continue
		}
		dir := t.dir
		for dir != o.dir && len(dir) > len(o.dir) && !s.nested(dir) {
			dir = filepath.Dir(dir)
		}
		if dir == o.dir {
			return true
		}
	}
	return false
}

// above tells whether a folder lies in another one, or is it.
func above(outer, dir string) bool {
	rest, ok := strings.CutPrefix(dir, outer)
	return ok && (rest == "" || rest[0] == filepath.Separator || strings.HasSuffix(outer, string(filepath.Separator)))
}

// nested tells whether the repository around a folder takes it for one of its own.
func (s *system) nested(dir string) bool {
	root, err := s.open(dir)
	if err != nil {
		return false
	}
	defer root.Close()
	return repo.Nested(root.FS(), ".")
}

// target resolves one argument.
func (s *system) target(arg string) (*target, error) {
	abs, err := s.abs(arg)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", arg, reason(err))
	}
	info, err := s.stat(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist), arg == "":
		return nil, fmt.Errorf("%s: no such file or folder", arg)
	case err != nil:
		return nil, fmt.Errorf("%s: %s", arg, reason(err))
	case info.IsDir():
		if root := s.dotGitHub(abs); root != "" {
			return &target{dir: root, folders: []string{below(root, abs)}}, nil
		}
		return &target{dir: abs, all: true}, nil
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: neither a file nor a folder; for text from another program use the path -", arg)
	}
	root, found := s.repository(abs)
	return &target{dir: root, files: []string{below(root, abs)}, loose: !found}, nil
}

// stdinTarget reads the text on standard input and lays it over the file that it stands for, which need not exist.
func (s *system) stdinTarget(name string) (*target, error) {
	text, err := io.ReadAll(io.LimitReader(s.stdin, syntax.MaxFileSize+1))
	if err != nil {
		return nil, fmt.Errorf("standard input cannot be read: %s", reason(err))
	}
	if name == "" {
		return &target{files: []string{stdinPath}, overlay: map[string]string{stdinPath: string(text)}}, nil
	}
	abs, err := s.abs(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", name, reason(err))
	}
	if s.isDir(abs) {
		return nil, fmt.Errorf("--stdin-filename: %s is a folder; name the file that the text stands for", name)
	}
	root, found := s.repository(abs)
	file := below(root, abs)
	t := &target{dir: root, files: []string{file}, overlay: map[string]string{file: string(text)}, loose: !found}
	if !s.isDir(root) {
		t.dir = "" // the folder of a file that was never saved: there is no context
	}
	return t, nil
}

// around returns the root of the repository around a folder: where .git is, or what holds the .github that it lies in, or
// the folder itself.
func (s *system) around(dir string) string {
	if root := s.above(dir, func(d string) bool { return s.exists(filepath.Join(d, ".git")) }); root != "" {
		return root
	}
	if root := s.dotGitHub(dir); root != "" {
		return root
	}
	return dir
}

// repository returns the root of the repository of a file: the nearest folder with .git or .github, which need not exist yet
// when the file lies in it. A file without one is found in no repository, and the root is its folder.
func (s *system) repository(file string) (root string, found bool) {
	dir := filepath.Dir(file)
	root = s.above(dir, func(d string) bool {
		github := filepath.Join(d, ".github")
		return s.exists(filepath.Join(d, ".git")) || s.isDir(github) || strings.HasPrefix(file, github+string(filepath.Separator))
	})
	if root == "" {
		return dir, false
	}
	return root, true
}

// dotGitHub returns the root of the repository in whose .github folder dir lies, or "". A repository that is itself called
// .github is none such.
func (s *system) dotGitHub(dir string) string {
	for d := dir; d != filepath.Dir(d); d = filepath.Dir(d) {
		if s.exists(filepath.Join(d, ".git")) || s.isDir(filepath.Join(d, ".github")) {
			return ""
		}
		if filepath.Base(d) == ".github" {
			return filepath.Dir(d)
		}
	}
	return ""
}

// above returns the nearest of dir and the folders above for which is holds, or "".
func (s *system) above(dir string, is func(string) bool) string {
	for ; ; dir = filepath.Dir(dir) {
		if is(dir) {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

func (s *system) exists(name string) bool {
	_, err := s.stat(name)
	return err == nil
}

func (s *system) isDir(name string) bool {
	info, err := s.stat(name)
	return err == nil && info.IsDir()
}

// shown returns dir in the way in which arg, which led to it, was given: absolute or from the working directory.
func (s *system) shown(arg, dir string) string {
	if !filepath.IsAbs(arg) {
		if here, err := s.abs("."); err == nil {
			if rel, err := filepath.Rel(here, dir); err == nil {
				return filepath.ToSlash(rel)
			}
		}
	}
	return filepath.ToSlash(dir)
}

// below returns name, which lies in dir, relative to it and with /.
func below(dir, name string) string {
	rel, err := filepath.Rel(dir, name)
	if err != nil {
		return path.Base(filepath.ToSlash(name))
	}
	return filepath.ToSlash(rel)
}

func reason(err error) string {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		err = p.Err
	case errors.As(err, &l):
		err = l.Err
	}
	return err.Error()
}
