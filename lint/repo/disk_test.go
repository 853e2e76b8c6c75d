package repo

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

// TestDisk reads the same from a Disk as from its root, links included.
func TestDisk(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(t.TempDir(), "secret.yml")
	for name, text := range map[string]string{
		filepath.Join(dir, ".github", "workflows", "a.yml"):        "on: push\n",
		filepath.Join(dir, ".github", "workflows", "sub", "b.yml"): "on: push\n",
		filepath.Join(dir, "common", "c.yml"):                      "on: pull_request\n",
		outside:                                                    "on: release\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	workflows := filepath.Join(dir, ".github", "workflows")
	for name, to := range map[string]string{"beside.yml": "a.yml", "above.yml": "../../common/c.yml", "out.yml": outside, "none.yml": "none"} {
		if err := os.Symlink(to, filepath.Join(workflows, name)); err != nil {
			t.Skip(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	disk := NewDisk(root)
	defer disk.Close()
	for _, name := range []string{"a.yml", "beside.yml", "above.yml", "out.yml", "none.yml", "sub/b.yml", "sub", "missing.yml", "..", ".", "../workflows/a.yml"} {
		name = WorkflowDir + "/" + name
		want, wantErr := fs.ReadFile(root.FS(), name)
		got, err := fs.ReadFile(disk, name)
		if string(got) != string(want) || (err == nil) != (wantErr == nil) || err != nil && reason(err) != reason(wantErr) {
			t.Errorf("%s: %q, %v; from the root %q, %v", name, got, err, want, wantErr)
		}
	}
	if text, err := fs.ReadFile(disk, WorkflowDir+"/above.yml"); err != nil || string(text) != "on: pull_request\n" {
		t.Errorf("a link to another folder of the root: %q, %v", text, err)
	}
	if _, err := fs.ReadFile(disk, WorkflowDir+"/out.yml"); err == nil {
		t.Error("a link that leaves the root is followed")
	}
	if err := os.RemoveAll(workflows); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(workflows, "d"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(NewDisk(root), ".github/workflows/d", "common/c.yml"); err != nil {
		t.Error(err)
	}
}
