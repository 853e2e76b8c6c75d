package repo

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/syntax"
)

func tree(names ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, n := range names {
		fsys[n] = &fstest.MapFile{Data: []byte("on: push\njobs: {}\n")}
	}
	return fsys
}

func paths(r *Repo) (out []string) {
	for _, f := range r.Files {
		out = append(out, f.Path)
	}
	return out
}

func TestLoadFinds(t *testing.T) {
	fsys := tree(".github/workflows/b.yml", ".github/workflows/a.yaml", ".github/workflows/README.md", ".github/workflows/sub/c.yml", ".github/other.yml",
		"action.yml", "tools/x/action.yaml", "node_modules/y/action.yml", ".git/action.yml", "fixtures/repo/.github/workflows/z.yml", "fixtures/repo/action.yml", "xaction.yml")
	want := []string{".github/workflows/a.yaml", ".github/workflows/b.yml", "action.yml", "tools/x/action.yaml"}
	if diff := cmp.Diff(want, paths(Load(fsys, Options{}))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestLoadOverlayAndExtra(t *testing.T) {
	r := Load(tree(".github/workflows/a.yml", "loose.yml"), Options{
		Overlay: map[string]string{".github/workflows/a.yml": "on: release\njobs: {}\n", ".github/workflows/new.yml": "on: push\njobs: {}\n"},
		Extra:   []string{"loose.yml"},
	})
	if diff := cmp.Diff([]string{".github/workflows/a.yml", ".github/workflows/new.yml", "loose.yml"}, paths(r)); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(r.File(".github/workflows/a.yml").Text, "release") {
		t.Error("the overlay does not count")
	}
	if diff := cmp.Diff([]string{".github/workflows/a.yml", "loose.yml", ".github/workflows/new.yml"}, r.Names); diff != "" {
		t.Error(diff)
	}
	if r.File("loose.yml").Kind != syntax.KindWorkflow {
		t.Error("a loose workflow is not recognised")
	}
}

func TestLoadLoose(t *testing.T) {
	r := Load(tree("ci.yml", "action.yml", "sub/action.yml", ".github/workflows/a.yml"), Options{
		Overlay: map[string]string{"new.yml": "on: push\njobs: {}\n"}, Extra: []string{"ci.yml", "new.yml"}, Loose: true,
	})
	if diff := cmp.Diff([]string{"ci.yml", "new.yml"}, paths(r)); diff != "" || len(r.Names) > 0 {
		t.Errorf("names %v, files (-want +got):\n%s", r.Names, diff)
	}
}

func TestKind(t *testing.T) {
	const jobs, runs = "jobs: {}\n", "runs: {}\n"
	for _, tt := range []struct {
		name, text string
		want       syntax.Kind
	}{
		{".github/workflows/a.yml", "", syntax.KindWorkflow},
		{".github/workflows/a.yaml", runs, syntax.KindWorkflow},
		{"x/.github/workflows/a.yml", "", syntax.KindWorkflow},
		{"action.yml", jobs, syntax.KindAction},
		{"x/action.yaml", "", syntax.KindAction},
		{".github/workflows/README.md", "a", syntax.KindOther},
		{".github/workflows/actions.lock", "workflows: {}\n", syntax.KindOther},
		{"x/.github/workflows/README.md", "a", syntax.KindOther},
		{".github/workflows/a.yml.orig", "on: push\n" + jobs, syntax.KindWorkflow},
		{".github/workflows/sub/a.yml", "on: push\n", syntax.KindOther},
		{"a.yml", "", syntax.KindOther},
		{"a.yml", "on: push\n" + jobs, syntax.KindWorkflow},
		{"a.yml", "on: push\r\n" + jobs, syntax.KindWorkflow},
		{"a.yml", "on: push\r" + jobs, syntax.KindWorkflow},
		{"a.yml", "\ufeff" + runs, syntax.KindAction},
		{"a.yml", "x:\n  " + jobs, syntax.KindOther},
	} {
		r := Load(fstest.MapFS{}, Options{Overlay: map[string]string{tt.name: tt.text}})
		if got := r.File(tt.name).Kind; got != tt.want {
			t.Errorf("%s with %q is of kind %v, want %v", tt.name, tt.text, got, tt.want)
		}
	}
}

func TestRoots(t *testing.T) {
	for _, tt := range []struct {
		files []string
		want  []string
	}{
		{[]string{".github/workflows/a.yml", "x/.github/workflows/a.yml"}, []string{"."}},
		{[]string{".git/HEAD", "x/.github/workflows/a.yml"}, []string{"."}},
		{[]string{"y/.github/workflows/a.yml", "x/.github/workflows/a.yml", "x/in/.github/workflows/a.yml", "node_modules/z/.github/workflows/a.yml"}, []string{"x", "y"}},
		{[]string{"docs/a.md"}, []string{"."}},
	} {
		if diff := cmp.Diff(tt.want, Roots(tree(tt.files...))); diff != "" {
			t.Errorf("%v: %s", tt.files, diff)
		}
	}
}

func TestLinksDoNotLeaveTheRoot(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need rights on Windows")
	}
	outside, root := t.TempDir(), t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to, name string) {
		t.Helper()
		if err := os.Symlink(to, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(outside, "secret.yml"), "on: push\n")
	write(filepath.Join(outside, "dir", "action.yml"), "runs: {}\n")
	write(filepath.Join(root, ".github", "workflows", "a.yml"), "on: push\njobs: {}\n")
	link(filepath.Join(outside, "secret.yml"), ".github/workflows/out.yml")
	link("a.yml", ".github/workflows/in.yml")
	link(filepath.Join(outside, "dir"), "linked")
	link(filepath.Join(outside, "secret.yml"), ".env")
	link(filepath.Join(outside, "secret.yml"), "script.sh")
	link(filepath.Join(outside, "secret.yml"), ".gitignore")
	link(filepath.Join(outside, "dir"), "Dockerfile")
	link(".", "loop")
	opened, err := os.OpenRoot(root)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	r := Load(opened.FS(), Options{})
	if diff := cmp.Diff([]string{".github/workflows/a.yml", ".github/workflows/in.yml"}, paths(r)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if len(r.Problems) != 1 || r.Problems[0].Path != ".github/workflows/out.yml" {
		t.Errorf("problems: %v", r.Problems)
	}
	if r.Script("script.sh") != nil || r.Script("Dockerfile") != nil || r.Ignored("on: push") {
		t.Error("a link leads outside")
	}
}

func TestCallee(t *testing.T) {
	r := Load(tree(".github/workflows/a.yml", "tools/x/action.yaml", "action.yml"), Options{})
	for uses, want := range map[string]string{
		"./.github/workflows/a.yml":    ".github/workflows/a.yml",
		"$/.github/workflows/a.yml":    ".github/workflows/a.yml",
		"./tools/x":                    "tools/x/action.yaml",
		"./tools/x/":                   "tools/x/action.yaml",
		"$/tools/../tools/x":           "tools/x/action.yaml",
		"./":                           "action.yml",
		"./../x":                       "",
		"./tools/y":                    "",
		"actions/checkout@v6":          "",
		"o/r/.github/workflows/a.yml@": "",
	} {
		got := ""
		if f := r.Callee(uses); f != nil {
			got = f.Path
		}
		if got != want {
			t.Errorf("%s calls %q, want %q", uses, got, want)
		}
	}
}

func TestLarge(t *testing.T) {
	fsys := tree(".github/workflows/a.yml")
	fsys[".github/workflows/big.yml"] = &fstest.MapFile{Data: []byte("on: push\n#" + strings.Repeat("x", 2*syntax.MaxFileSize))}
	r := Load(fsys, Options{})
	f := r.File(".github/workflows/big.yml")
	if f == nil || len(f.Errs) != 1 || !strings.Contains(f.Errs[0].Message, "is not checked") {
		t.Errorf("a large file: %+v", f)
	}
	if r.Script(".github/workflows/big.yml") != nil || r.Script("../etc/passwd") != nil || r.Script("/etc/passwd") != nil || r.Script("none.sh") != nil {
		t.Error("a script that is too large, outside or absent is returned")
	}
}

func TestLocked(t *testing.T) {
	fsys := tree(".github/workflows/a.yml")
	digest := strings.Repeat("ab", 20)
	fsys[LockPath] = &fstest.MapFile{Data: []byte("workflows:\n  '.github/workflows/a.yml':\n    - 'O/R@v1'\n    - 'o/unlocked@v1'\ndependencies:\n  'O/R@v1': {commit: 'sha1-" + digest + "'}\n  'o/unlocked@v1': {commit: 'sha1-xyz'}\n")}
	r := Load(fsys, Options{})
	for _, tt := range []struct {
		workflow, uses string
		want           bool
	}{
		{".github/workflows/a.yml", "o/r@v1", true},
		{".github/workflows/a.yml", "o/r/path@v1", true},
		{".github/workflows/a.yml", "o/r@V1", false},
		{".github/workflows/a.yml", "o/unlocked@v1", false},
		{".github/workflows/b.yml", "o/r@v1", false},
	} {
		if got := r.Locked(tt.workflow, tt.uses); got != tt.want {
			t.Errorf("Locked(%s, %s) = %v", tt.workflow, tt.uses, got)
		}
	}
	for _, text := range []string{"", "- a\n- b\n", "workflows: x\ndependencies: y\n", "{", "workflows: {a: *b}\n"} {
		fsys[LockPath] = &fstest.MapFile{Data: []byte(text)}
		if Load(fsys, Options{}).Locked(".github/workflows/a.yml", "o/r@v1") {
			t.Errorf("%q locks", text)
		}
	}
}

func TestPipes(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, ".github", "workflows"), 0o755); err != nil {
		t.Fatal(err)
	}
	makePipe(t, filepath.Join(root, ".github", "workflows", "a.yml"))
	makePipe(t, filepath.Join(root, ".env")) // as password managers make them
	r := Load(os.DirFS(root), Options{})
	if len(r.Files) != 0 || len(r.Problems) != 1 || r.Problems[0].Message != "not a regular file" {
		t.Errorf("files %v, problems %v", paths(r), r.Problems)
	}
}
