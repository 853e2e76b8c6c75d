package cli

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// gitIn runs git in a folder as a person does.
func gitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(gitEnvironment(os.Environ()), "GIT_CONFIG_GLOBAL="+os.DevNull,
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// commitTree makes a repository of files and links (texts that start with ->) and opens the tree of its commit.
func commitTree(t *testing.T, files map[string]string) *tree {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	dir := t.TempDir()
	gitIn(t, dir, "init", "-q")
	for name, text := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		var err error
		if to, link := strings.CutPrefix(text, "->"); link {
			err = os.Symlink(to, full)
		} else {
			err = os.WriteFile(full, []byte(text), 0o666)
		}
		if err != nil {
			t.Skip(err)
		}
	}
	gitIn(t, dir, "add", "-f", ".")
	gitIn(t, dir, "update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("1", 40)+",module")
	gitIn(t, dir, "commit", "-q", "-m", "x")
	s := &system{command: exec.CommandContext, environ: os.Environ}
	objects, err := (&git{s, dir}).objects()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(objects.close)
	root, err := objects.read("HEAD^{tree}", 0)
	if err != nil {
		t.Fatal(err)
	}
	return newTree(objects, root.name)
}

func TestTree(t *testing.T) {
	tr := commitTree(t, map[string]string{
		"a.txt": "a", "dir/b": "b", "dir/deep/c": strings.Repeat("c", 5000), "dir.d": "sorts before dir in git", "empty": "", "ü": "ü",
	})
	if err := fstest.TestFS(tr, "a.txt", "dir/b", "dir/deep/c", "dir.d", "empty", "ü", "module"); err != nil {
		t.Error(err)
	}
	if err := tr.failure(); err != nil {
		t.Error(err)
	}
}

func TestTreeLinks(t *testing.T) {
	tr := commitTree(t, map[string]string{
		"dir/b": "b", "file": "->dir/b", "folder": "->./dir", "dir/up": "->../dir/b", "twice": "->folder/up", "out": "->../x", "dir/out": "->../../x",
		"abs": "->/etc/passwd", "loop": "->loop", "nowhere": "->dir/x", "into": "->module/x",
	})
	for name, want := range map[string]string{
		"file": "b", "folder/b": "b", "dir/up": "b", "twice": "b", "folder/up": "b",
		"out": "", "dir/out": "", "abs": "", "loop": "", "nowhere": "", "into": "", "file/x": "", "module/x": "", "../x": "", "folder": "",
	} {
		text, err := fs.ReadFile(tr, name)
		if string(text) != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	var walked []string
	fs.WalkDir(tr, ".", func(name string, d fs.DirEntry, err error) error {
		walked = append(walked, name)
		return err
	})
	want := []string{".", "abs", "dir", "dir/b", "dir/out", "dir/up", "file", "folder", "into", "loop", "module", "nowhere", "out", "twice"}
	if diff := cmp.Diff(want, walked); diff != "" {
		t.Error(diff)
	}
	if err := tr.failure(); err != nil {
		t.Error(err)
	}
}

func TestTreeSubmodule(t *testing.T) {
	tr := commitTree(t, map[string]string{"a": "a", "link": "->module/dir/x"})
	inside := fstest.MapFS{"dir/x": {Data: []byte("x")}}
	tr.submodule = func(name, commit string) fs.FS {
		if name != "module" || commit != strings.Repeat("1", 40) {
			t.Errorf("asked for %s at %s", name, commit)
		}
		return inside
	}
	if err := fstest.TestFS(tr, "a", "module/dir/x"); err != nil {
		t.Error(err)
	}
	if text, err := fs.ReadFile(tr, "link"); string(text) != "x" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
}

// A few objects can stand for more folders than can be walked, and for folders that are deeper than any.
func TestTreeBounds(t *testing.T) {
	for name, folders := range map[string]folders{"wide": {"xxxxxxxxxx", 20}, "deep": {"x", 100_000}} {
		tr := newTree(nil, strings.Repeat("0", 40))
		tr.objects = folders
		tr.listed = maxListed - 10_000
		err := fs.WalkDir(tr, ".", func(_ string, _ fs.DirEntry, err error) error { return err })
		if err == nil || tr.failure() == nil {
			t.Errorf("%s: the walk ends without an error", name)
		}
	}
}

// folders answers as if each folder, down to a depth, held the next one under several names.
type folders struct {
	names string
	depth uint64
}

func (f folders) read(name string, _ int64) (object, error) {
	level, _ := strconv.ParseUint(name[:16], 16, 64)
	var b strings.Builder
	for i := range f.names {
		if level < f.depth {
			b.WriteString("40000 " + strings.Repeat("x", i+1) + "\x00" + string(binary.BigEndian.AppendUint64(nil, level+1)) + strings.Repeat("\x00", 12))
		}
	}
	return object{name: name, kind: "tree", size: int64(b.Len()), text: b.String()}, nil
}

func TestTreeFailures(t *testing.T) {
	tr := commitTree(t, map[string]string{"dir/a": "a"})
	tr.root = strings.Repeat("2", 40)
	if _, err := tr.Open("dir/a"); !errors.Is(err, errMissing) || !errors.Is(tr.failure(), errMissing) {
		t.Errorf("%v, %v", err, tr.failure())
	}
}

func FuzzParseTree(f *testing.F) {
	id := strings.Repeat("\x01", 20)
	f.Add("100644 a\x00"+id+"40000 b\x00"+id+"120000 c\x00"+id+"160000 d\x00"+id, 20)
	f.Add("100644 ..\x00"+id+"100644 a/b\x00"+id+"100644 \xff\x00"+id+"100644 a\x00"+id+"100644 a\x00"+id, 20)
	f.Add("1 \x00"+id, 20)
	f.Add("100644 a\x00"+id[:3], 20)
	f.Fuzz(func(t *testing.T, text string, idLen int) {
		if idLen < 1 || idLen > 64 {
			return
		}
		list, err := parseTree(text, idLen)
		if err != nil {
			return
		}
		for i, e := range list {
			if !fs.ValidPath("x/"+e.name) || e.name == "." || strings.Contains(e.name, "/") || len(e.id) != 2*idLen {
				t.Errorf("entry %+v", e)
			}
			if i > 0 && list[i-1].name >= e.name {
				t.Errorf("%q behind %q", e.name, list[i-1].name)
			}
		}
	})
}

type discard struct{ io.Writer }

func (discard) Close() error { return nil }

func FuzzExchange(f *testing.F) {
	f.Add("aa blob 3\nabc\naa missing\n")
	f.Add("aa blob 99999999999999999\nabc\n")
	f.Add("aa tree -1\n")
	f.Add("aa blob 0\n\naa blob 1\nab")
	f.Add(strings.Repeat("x", 5000))
	f.Fuzz(func(t *testing.T, said string) {
		o := &objects{in: discard{io.Discard}, out: bufio.NewReader(strings.NewReader(said))}
		for range 100 {
			x, err := o.exchange("aa", 10)
			if err != nil && !errors.Is(err, errMissing) {
				return
			}
			if len(x.text) > 10 || int64(len(x.text)) > x.size {
				t.Errorf("%+v", x)
			}
		}
	})
}

func TestGitEnvironment(t *testing.T) {
	got := gitEnvironment([]string{"PATH=/bin", "GIT_DIR=/x", "git_work_tree=/x", "GIT_TRACE2=/x", "GIT_CONFIG_GLOBAL=/y", "LC_ALL=ja_JP.UTF-8"})
	for _, v := range got {
		if name, _, _ := strings.Cut(v, "="); slices.Contains([]string{"GIT_DIR", "git_work_tree", "GIT_TRACE2"}, name) {
			t.Errorf("%s stays", v)
		}
	}
	for _, v := range []string{"PATH=/bin", "GIT_CONFIG_GLOBAL=/y", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1"} {
		if !slices.Contains(got, v) {
			t.Errorf("%s is missing", v)
		}
	}
	if got[slices.Index(got, "LC_ALL=C")] != "LC_ALL=C" || slices.Index(got, "LC_ALL=C") < slices.Index(got, "LC_ALL=ja_JP.UTF-8") {
		t.Error("messages are not in English")
	}
}
