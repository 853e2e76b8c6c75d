package repo

import (
	"encoding/binary"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// indexOf makes an index with these names, which are sorted.
func indexOf(version uint32, extensions string, names ...string) []byte {
	out := append([]byte("DIRC"), 0, 0, 0, byte(version), 0, 0, 0, byte(len(names)))
	last := ""
	for i, name := range names {
		entry := make([]byte, 62)
		if version > 2 && i == 0 {
			binary.BigEndian.PutUint16(entry[60:], 0x4000)
			entry = append(entry, 0, 0)
		}
		if version == 4 {
			shared := 0
			for shared < min(len(last), len(name)) && last[shared] == name[shared] {
				shared++
			}
			entry = append(append(entry, byte(len(last)-shared)), name[shared:]...)
			entry = append(entry, 0)
		} else {
			entry = append(append(entry, name...), 0)
			for len(entry)%8 != 0 {
				entry = append(entry, 0)
			}
		}
		out, last = append(out, entry...), name
	}
	return append(append(out, extensions...), make([]byte, 20)...)
}

func TestIndex(t *testing.T) {
	names := []string{".env", "a/.env.local", "a/README", "a/b/.npmrc", "b/id_rsa", "z"}
	want := []string{".env", "a/.env.local", "a/b/.npmrc", "b/id_rsa"}
	for version := uint32(2); version <= 4; version++ {
		got, ok := credentialsInIndex(indexOf(version, "TREE\x00\x00\x00\x02ab", names...))
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(got))); diff != "" || !ok {
			t.Errorf("version %d, read %v:\n%s", version, ok, diff)
		}
	}
	for _, text := range [][]byte{nil, []byte("DIRC"), indexOf(5, "", "a"), indexOf(2, "link\x00\x00\x00\x00", "a"), indexOf(2, "TREE\xff\x00\x00\x00", "a"), indexOf(2, "", ".env")[:60]} {
		if _, ok := credentialsInIndex(text); ok {
			t.Errorf("%q is read", text)
		}
	}
	if _, known := Load(files(map[string]string{".env": "A=b"}), Options{}).Tracked(".env"); known {
		t.Error("without an index something is known")
	}
}

// TestIndexOfGit compares with what git writes.
func TestIndexOfGit(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not here")
	}
	for _, version := range []string{"2", "3", "4"} {
		root := t.TempDir()
		for _, name := range []string{".env", "a.env", "left.env"} {
			if err := os.WriteFile(filepath.Join(root, name), []byte("A=b\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for _, args := range [][]string{{"init", "-q", "--object-format=sha1"}, {"-c", "index.version=" + version, "add", ".env", "a.env"}} {
			cmd := exec.Command(git, append([]string{"-C", root}, args...)...)
			// Whoever runs the tests from within git, such as by a hook, hands its own repository on.
			cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
				"GIT_DIR="+filepath.Join(root, ".git"), "GIT_WORK_TREE="+root, "GIT_INDEX_FILE="+filepath.Join(root, ".git", "index"))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("git %v: %v\n%s", args, err, out)
			}
		}
		r := Load(os.DirFS(root), Options{})
		for name, want := range map[string]bool{".env": true, "a.env": true, "left.env": false} {
			if got, known := r.Tracked(name); got != want || !known {
				t.Errorf("version %s: %s is tracked: %v, known: %v", version, name, got, known)
			}
		}
	}
}

func FuzzIndex(f *testing.F) {
	for version := uint32(2); version <= 4; version++ {
		f.Add(indexOf(version, "TREE\x00\x00\x00\x00", ".env", "a/.env"))
	}
	f.Fuzz(func(t *testing.T, text []byte) { credentialsInIndex(text) })
}
