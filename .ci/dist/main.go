// Command dist makes what a release consists of: for every platform an archive with the static binary and the licence, and a
// list of what the binary is made of; then the checksums of them all.
//
//	go run ./.ci/dist -version v1.2.3 -out dist/release
//
// The same commit, version and Go give the same bytes on every machine.
package main

import (
	"debug/buildinfo"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// platforms are those that a release is built for, as GOOS/GOARCH.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64"}

func main() {
	flags := flag.NewFlagSet("dist", flag.ExitOnError)
	version := flags.String("version", "", "the `version`, such as v1.2.3")
	out := flags.String("out", "dist/release", "the `folder` to write to; what is in it goes")
	only := flags.String("platforms", strings.Join(platforms, ","), "the `platforms`, as GOOS/GOARCH")
	_ = flags.Parse(os.Args[1:]) // it exits
	if err := release(*version, *out, strings.Split(*only, ","), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// semver is what may stand behind -X in the linker's flags, where a blank would start another flag.
var semver = regexp.MustCompile(`^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$`)

// release writes the files of a release of the module in the working directory.
func release(version, out string, platforms []string, log io.Writer) error {
	if !semver.MatchString(version) {
		return fmt.Errorf("%q is no version; write it like v1.2.3", version)
	}
	version = strings.TrimPrefix(version, "v")
	licence, err := os.ReadFile("LICENSE")
	if err != nil {
		return err
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	built, err := os.MkdirTemp("", "sekisho-dist-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(built)
	for _, platform := range platforms {
		start := time.Now()
		binary := filepath.Join(built, strings.ReplaceAll(platform, "/", "-"))
		if err := build(platform, version, binary); err != nil {
			return fmt.Errorf("%s: %w", platform, err)
		}
		size, err := pack(platform, version, binary, licence, out)
		if err != nil {
			return fmt.Errorf("%s: %w", platform, err)
		}
		fmt.Fprintf(log, "%-14s %5.1f s  %4.1f MB\n", platform, time.Since(start).Seconds(), float64(size)/1e6)
	}
	return checksums(out)
}

// build links the program for a platform. Neither paths nor times of this machine get into the file.
func build(platform, version, file string) error {
	goos, goarch, ok := strings.Cut(platform, "/")
	if !ok {
		return errors.New("a platform is written as GOOS/GOARCH")
	}
	_, err := os.Stat(".git") // without a repository there is no commit to write into the file
	cmd := exec.Command("go", "build", "-trimpath", fmt.Sprintf("-buildvcs=%t", err == nil), "-ldflags", "-s -w -X main.version="+version, "-o", file, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=-mod=readonly", "GOWORK=off")
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return cmd.Run()
}

// pack writes the archive of a binary and the list of its parts, and returns the size of the binary.
func pack(platform, version, file string, licence []byte, out string) (int, error) {
	program, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		return 0, err
	}
	name := "sekisho_" + version + "_" + strings.ReplaceAll(platform, "/", "_")
	bill, err := sbom(info, version, program)
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(filepath.Join(out, name+".cdx.json"), bill, 0o644); err != nil {
		return 0, err
	}
	archive, suffix, binary := tarball, ".tar.gz", "sekisho"
	if strings.HasPrefix(platform, "windows/") {
		archive, suffix, binary = zipball, ".zip", "sekisho.exe"
	}
	packed, err := archive(committed(info), []member{{binary, 0o755, program}, {"LICENSE", 0o644, licence}})
	if err != nil {
		return 0, err
	}
	return len(program), os.WriteFile(filepath.Join(out, name+suffix), packed, 0o644)
}

// committed is when the commit was made that a binary was built from: the time of the files in its archive. It is the oldest
// one that both kinds of archive know where there is no commit.
func committed(info *buildinfo.BuildInfo) time.Time {
	if at, err := time.Parse(time.RFC3339, setting(info, "vcs.time")); err == nil {
		return at.UTC()
	}
	return time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
}

// setting returns what the binary says of how it was built, or "".
func setting(info *buildinfo.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

// checksums writes the SHA-256 of every file in dir as `sha256sum --check` reads it.
func checksums(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return err
		}
		sums.WriteString(digest(data) + "  " + entry.Name() + "\n")
	}
	return os.WriteFile(filepath.Join(dir, "SHA256SUMS"), []byte(sums.String()), 0o644)
}
