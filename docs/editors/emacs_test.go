package editors

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// emacs runs a script of testdata in Emacs, where the backend for Flymake is loaded.
func emacs(t *testing.T, dir, script string, out any, env ...string) {
	t.Helper()
	installed(t, "emacs")
	editor(t, dir, env, out, "emacs", "-Q", "--batch", "-l", absolute(t, "sekisho-flymake.el"), "-l", absolute(t, "testdata/"+script))
}

// flymake is a diagnostic of Flymake.
type flymake struct {
	Type, Message, Marked string
}

func (d flymake) found() found {
	_, rule, _ := strings.Cut(strings.TrimSuffix(d.Message, "]"), " [")
	return found{strings.TrimPrefix(d.Type, ":"), rule, d.Marked}
}

func TestFlymake(t *testing.T) {
	dir := repository(t)
	file := filepath.Join(dir, workflow)
	disk := read(t, file)
	for name, text := range map[string]string{"LF": disk, "CRLF and byte order mark": "\ufeff" + strings.ReplaceAll(disk, "\n", "\r\n")} {
		t.Run(name, func(t *testing.T) {
			write(t, file, text)
			var got struct{ Disk, Buffer []flymake }
			emacs(t, filepath.Dir(dir), "flymake.el", &got, "FILE="+file, "BUFFER="+absolute(t, "testdata/buffer.yml"))
			if !slices.ContainsFunc(got.Disk, func(d flymake) bool { return d.found() == onDisk() }) {
				t.Errorf("diagnostics of the file: %+v", got.Disk)
			}
			var shown []found
			for _, d := range got.Buffer {
				shown = append(shown, d.found())
			}
			slices.SortFunc(shown, byText)
			if diff := cmp.Diff(all(t, dir), shown); diff != "" {
				t.Errorf("diagnostics of the buffer (-want +got):\n%s", diff)
			}
			if read(t, file) != text {
				t.Error("the file was written")
			}
		})
	}
}

// TestCompilationMode checks that M-x compile reads the concise format, which needs no recipe.
func TestCompilationMode(t *testing.T) {
	type place struct {
		Path         string
		Line, Column int
		Type         int // 0 for a note, 1 for a warning, 2 for an error
	}
	dir := saved(t)
	var got, want []place
	emacs(t, dir, "compile.el", &got)
	types := map[string]int{"note": 0, "warning": 1, "error": 2}
	for _, f := range lint(t, dir) {
		want = append(want, place{filepath.Join(dir, filepath.FromSlash(f.Path)), f.Line, f.Column, types[f.Level]})
	}
	// Of several findings at one place Emacs stops at the first.
	want = slices.CompactFunc(want, func(a, b place) bool { return a.Path == b.Path && a.Line == b.Line && a.Column == b.Column })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}
