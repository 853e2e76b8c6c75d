package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"debug/buildinfo"
	"encoding/json"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// TestRelease makes a release for this machine, twice.
func TestRelease(t *testing.T) {
	t.Chdir("../..")
	platform := runtime.GOOS + "/" + runtime.GOARCH
	var made [2]map[string]string
	for i := range made {
		dir := filepath.Join(t.TempDir(), "out")
		if err := release("v1.2.3-rc.1", dir, []string{platform}, io.Discard); err != nil {
			t.Fatal(err)
		}
		made[i] = files(t, dir)
	}
	for name, data := range made[0] {
		if made[1][name] != data {
			t.Errorf("%s differs from one run to the next", name)
		}
	}

	base := "sekisho_1.2.3-rc.1_" + strings.ReplaceAll(platform, "/", "_")
	suffix, binary, unpack := ".tar.gz", "sekisho", untar
	if runtime.GOOS == "windows" {
		suffix, binary, unpack = ".zip", "sekisho.exe", unzip
	}
	archive, bill := made[0][base+suffix], made[0][base+".cdx.json"]
	sums := digest([]byte(bill)) + "  " + base + ".cdx.json\n" + digest([]byte(archive)) + "  " + base + suffix + "\n"
	if diff := cmp.Diff(sums, made[0]["SHA256SUMS"]); diff != "" {
		t.Errorf("SHA256SUMS (-want +got):\n%s", diff)
	}
	packed := unpack(t, archive)
	if packed["LICENSE"] == "" || len(packed) != 2 {
		t.Errorf("%s does not hold the binary and the licence alone", base+suffix)
	}
	file := filepath.Join(t.TempDir(), binary)
	if err := os.WriteFile(file, []byte(packed[binary]), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(file, "version").CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "sekisho 1.2.3-rc.1 (go") {
		t.Errorf("sekisho version: %s, %v", out, err)
	}
	if here := workingDir(t); strings.Contains(packed[binary], here) {
		t.Errorf("the binary holds the path %s", here)
	}
	checkBill(t, file, bill)
}

// checkBill compares the list of a binary's parts with what the binary says.
func checkBill(t *testing.T, file, text string) {
	t.Helper()
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"stdlib " + strings.TrimPrefix(info.GoVersion, "go")}
	for _, dep := range info.Deps {
		want = append(want, dep.Path+" "+dep.Version)
	}
	var b bill
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range b.Components {
		got = append(got, c.Name+" "+c.Version)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("components (-want +got):\n%s", diff)
	}
	program, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Metadata.Component.Hashes[0].Content; got != digest(program) {
		t.Errorf("the list is of a binary with the digest %s", got)
	}
}

func TestBill(t *testing.T) {
	info := &buildinfo.BuildInfo{
		GoVersion: "go1.26.8",
		Main:      debug.Module{Path: "sekisho", Version: "(devel)"},
		Deps: []*debug.Module{
			{Path: "github.com/Upper/Case", Version: "v2.0.0+incompatible", Sum: "h1:a="},
			{Path: "example.com/gone", Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/kept", Version: "v1.1.0", Sum: "h1:b="}},
		},
		Settings: []debug.BuildSetting{{Key: "GOOS", Value: "linux"}, {Key: "vcs.revision", Value: "0123"}, {Key: "-trimpath", Value: "true"}},
	}
	got, err := sbom(info, "1.2.3", []byte("program"))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("testdata/bill.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/bill.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestVersions(t *testing.T) {
	for _, version := range []string{"", "1.2.3", "v1.2", "v01.2.3", "v1.2.3 -X main.version=v9", "v1.2.3\n", "v1.2.3-", "v1.2.3+meta", "main", "-v1.2.3"} {
		dir := filepath.Join(t.TempDir(), "out")
		if err := release(version, dir, nil, io.Discard); err == nil || !strings.Contains(err.Error(), "is no version") {
			t.Errorf("version %q: %v", version, err)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("version %q leaves a folder", version)
		}
	}
}

func TestArchives(t *testing.T) {
	at := time.Date(2026, 11, 27, 1, 2, 4, 0, time.UTC)
	in := []member{{"sekisho", 0o755, []byte("program")}, {"LICENSE", 0o644, nil}}
	want := map[string]string{"sekisho": "program", "LICENSE": ""}
	packed, err := tarball(at, in)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, untar(t, string(packed))); diff != "" {
		t.Errorf("tar.gz (-want +got):\n%s", diff)
	}
	if packed, err = zipball(at, in); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, unzip(t, string(packed))); diff != "" {
		t.Errorf("zip (-want +got):\n%s", diff)
	}
}

func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(data)
	}
	return out
}

// untar returns the files of an archive, and fails when a program could not be run.
func untar(t *testing.T, data string) map[string]string {
	t.Helper()
	zipped, err := gzip.NewReader(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for r := tar.NewReader(zipped); ; {
		h, err := r.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if want := int64(0o755); h.Name == "sekisho" && h.Mode != want {
			t.Errorf("%s has the mode %o", h.Name, h.Mode)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[h.Name] = string(text)
	}
}

func unzip(t *testing.T, data string) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader([]byte(data)), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range r.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(text)
	}
	return out
}

func workingDir(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
