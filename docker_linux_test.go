package main

import (
	"debug/elf"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/google/go-cmp/cmp"
)

// TestImage builds the binary by the Dockerfile's own command from what .dockerignore lets through, and runs it as the image
// would: in a root without any other file, as a user with no name, in a folder that it may only read.
func TestImage(t *testing.T) {
	dockerfile := read(t, "Dockerfile")
	root := t.TempDir()
	build := instruction(t, dockerfile, `(?m)^RUN (.*go build .*)$`)
	buildImage(t, strings.Replace(build, " -o /sekisho ", " -o "+filepath.Join(root, "sekisho")+" ", 1))
	checkStatic(t, filepath.Join(root, "sekisho"))

	workdir := instruction(t, dockerfile, `(?m)^FROM scratch\n(?s:.*)^WORKDIR (\S+)$`)
	repo := filepath.Join(root, workdir)
	copyFile(t, "docs/example/release.yml", filepath.Join(repo, ".github/workflows/release.yml"))
	openUp(t, root)
	out, code := contained(t, root, workdir, "/sekisho", "--format", "concise")
	want := ".github/workflows/release.yml:15:15: "
	if code != 1 || !strings.HasPrefix(out, want) {
		t.Errorf("exit code %d, want 1 and %q:\n%s", code, want, out)
	}
	if out, _ := contained(t, root, workdir, "/sekisho", "version"); !strings.HasPrefix(out, "sekisho 1.2.3 (go") {
		t.Errorf("sekisho version: %s", out)
	}
}

// instruction returns what the group of a pattern matches in the Dockerfile.
func instruction(t *testing.T, dockerfile, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(dockerfile)
	if m == nil {
		t.Fatalf("the Dockerfile has no %s", pattern)
	}
	return m[1]
}

func buildImage(t *testing.T, command string) {
	t.Helper()
	context := t.TempDir()
	for _, name := range sent(t) {
		copyFile(t, name, filepath.Join(context, name))
	}
	cmd := exec.Command("sh", "-c", command)
	cmd.Dir = context
	cmd.Env = append(os.Environ(), "VERSION=v1.2.3", "TARGETOS=linux", "TARGETARCH="+runtime.GOARCH, "GOFLAGS=-mod=readonly", "GOWORK=off", "GOPROXY=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
}

// sent returns the files that .dockerignore lets through: of the lines that match a file or a folder above it, the last says.
func sent(t *testing.T) []string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(read(t, ".dockerignore")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	var names []string
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		left := false
		for _, line := range lines {
			pattern, keep := strings.CutPrefix(line, "!")
			if above(name, pattern) {
				left = !keep
			}
		}
		if !left {
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func above(name, pattern string) bool {
	for ; name != "."; name = filepath.Dir(name) {
		if ok, err := doublestar.Match(pattern, name); ok && err == nil {
			return true
		}
	}
	return false
}

func TestDockerIgnore(t *testing.T) {
	tops := map[string]bool{}
	for _, name := range sent(t) {
		top, _, _ := strings.Cut(name, "/")
		tops[top] = true
		if strings.HasSuffix(name, "_test.go") || strings.Contains(name, "testdata") {
			t.Errorf("%s is sent", name)
		}
	}
	want := map[string]bool{"go.mod": true, "go.sum": true, "main.go": true, "lint": true, "rules": true}
	if diff := cmp.Diff(want, tops); diff != "" {
		t.Errorf("what is sent (-want +got):\n%s", diff)
	}
}

// checkStatic looks for whatever would make the kernel or the file load another one.
func checkStatic(t *testing.T, file string) {
	t.Helper()
	f, err := elf.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("the binary is not static: it has a segment %s", p.Type)
		}
	}
	if s := f.SectionByType(elf.SHT_DYNAMIC); s != nil {
		t.Errorf("the binary is not static: it has a section %s", s.Name)
	}
}

// contained runs a program with root as the root of its file system: as root by chroot alone, otherwise in a user namespace
// where the system allows one.
func contained(t *testing.T, root, dir string, command ...string) (string, int) {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Path, cmd.Err = command[0], nil
	cmd.Dir = dir
	cmd.Env = []string{"PATH=/"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: 65532, Gid: 65532}
	} else {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 65532, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 65532, HostID: os.Getgid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Skipf("this system does not let a test change its root: %v", err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// openUp lets every user read what is below dir.
func openUp(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chmod(name, 0o755)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, []byte(read(t, from)), 0o644); err != nil {
		t.Fatal(err)
	}
}
