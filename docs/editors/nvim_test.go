package editors

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// nvim runs a script of testdata in Neovim, which is set up as the page says; the plugin nvim-lint has a stand-in.
func nvim(t *testing.T, dir, script string, out any, env ...string) {
	t.Helper()
	installed(t, "nvim")
	home := t.TempDir()
	for file, from := range map[string]string{
		"init.lua":                     "nvim-init.lua",
		"lua/lint/linters/sekisho.lua": "nvim-lint.lua",
		"lua/lint.lua":                 "testdata/lint.lua",
		"compiler/sekisho.vim":         "sekisho.vim",
	} {
		write(t, filepath.Join(home, "nvim", file), read(t, from))
	}
	for _, kind := range []string{"CONFIG", "DATA", "STATE", "CACHE"} {
		env = append(env, "XDG_"+kind+"_HOME="+home)
	}
	env = append(env, "SCRIPT="+absolute(t, "testdata/"+script))
	run := `lua local ok, err = pcall(dofile, vim.env.SCRIPT) if not ok then io.stderr:write(err) vim.cmd('cquit') end`
	editor(t, dir, env, out, "nvim", "--headless", "-n", "-i", "NONE", "-c", run, "-c", "qall!")
}

// diagnostic is one of Neovim's: lines and bytes count from 0.
type diagnostic struct {
	Lnum    int `json:"lnum"`
	Col     int `json:"col"`
	EndLnum int `json:"end_lnum"`
	EndCol  int `json:"end_col"`

	Level, Rule, Message string
}

func (d diagnostic) in(text string) found {
	start := lineStart(text, d.Lnum) + d.Col
	end := lineStart(text, d.EndLnum) + d.EndCol
	level := map[string]string{"ERROR": "error", "WARN": "warning", "INFO": "note"}[d.Level]
	return found{level, d.Rule, text[start:end]}
}

// lineStart returns the offset of a line that is counted from 0.
func lineStart(text string, line int) int {
	start := 0
	for range line {
		start += strings.IndexByte(text[start:], '\n') + 1
	}
	return start
}

func TestNeovimLint(t *testing.T) {
	dir := repository(t)
	file := filepath.Join(dir, workflow)
	disk := read(t, file)
	for name, text := range map[string]string{"LF": disk, "CRLF and byte order mark": "\ufeff" + strings.ReplaceAll(disk, "\n", "\r\n")} {
		t.Run(name, func(t *testing.T) {
			write(t, file, text)
			var got struct{ Disk, Buffer []diagnostic }
			// From the folder above, as editors are started anywhere.
			nvim(t, filepath.Dir(dir), "diagnostics.lua", &got, "FILE="+file, "BUFFER="+absolute(t, "testdata/buffer.yml"))
			if !slices.ContainsFunc(got.Disk, func(d diagnostic) bool { return d.in(disk) == onDisk() }) {
				t.Errorf("diagnostics of the file: %+v", got.Disk)
			}
			var shown []found
			messages := map[string]bool{}
			for _, d := range got.Buffer {
				shown = append(shown, d.in(buffer(t)))
				messages[d.Message] = true
			}
			slices.SortFunc(shown, byText)
			if diff := cmp.Diff(all(t, dir), shown); diff != "" {
				t.Errorf("diagnostics of the buffer (-want +got):\n%s", diff)
			}
			for _, f := range lintBuffer(t, dir) {
				if !messages[f.Message] {
					t.Errorf("no diagnostic says %q", f.Message)
				}
			}
			if read(t, file) != text {
				t.Error("the file was written")
			}
		})
	}
}

// quickfix is an entry of Vim's quickfix list: columns count bytes from 1.
type quickfix struct {
	Path         string
	Line, Column int
	Type, Text   string
	Valid        bool
}

func TestNeovimMake(t *testing.T) {
	dir := saved(t)
	var got []quickfix
	nvim(t, dir, "quickfix.lua", &got)
	if diff := cmp.Diff(quickfixes(t, dir, inBytes), got); diff != "" {
		t.Errorf("quickfix list (-want +got):\n%s", diff)
	}
}

// TestNeovimMakeFaults checks what :make shows of a configuration that is wrong, and of a file that cannot be checked.
func TestNeovimMakeFaults(t *testing.T) {
	dir := repository(t)
	config := filepath.Join(dir, ".github", "sekisho.yml")
	write(t, config, "rules: {}\nrule: {}\n")
	var got []quickfix
	nvim(t, dir, "quickfix.lua", &got)
	want := []quickfix{{config, 2, 1, "", "unknown key `rule`; did you mean `rules`?", true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("quickfix list (-want +got):\n%s", diff)
	}
}

// TestErrorformats checks that Neovim's own errorformat and that of efm.yaml read the concise format.
func TestErrorformats(t *testing.T) {
	dir := saved(t)
	lines := filepath.Join(t.TempDir(), "lines")
	write(t, lines, sekisho(t, dir, "", "--format", "concise"))

	var got []quickfix
	nvim(t, dir, "quickfix.lua", &got, "LINES_FILE="+lines)
	want := quickfixes(t, dir, inCharacters)
	for i := range want {
		level := map[string]string{"e": "error", "w": "warning", "n": "note"}[want[i].Type]
		want[i].Type, want[i].Text = "", " "+level+": "+want[i].Text
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("with Neovim's errorformat (-want +got):\n%s", diff)
	}

	got = nil
	nvim(t, dir, "quickfix.lua", &got, "LINES_FILE="+lines, "ERRORFORMAT="+efmTool(t).Formats[0])
	want = quickfixes(t, dir, inCharacters)
	for i := range want {
		want[i].Path = "" // efm-langserver takes the file of the buffer
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("with the errorformat of efm.yaml (-want +got):\n%s", diff)
	}
}

func inBytes(line string, column int) int      { return len(string([]rune(line)[:column-1])) + 1 }
func inCharacters(line string, column int) int { return column }

// quickfixes returns the entries that should be in the list.
func quickfixes(t *testing.T, dir string, column func(line string, column int) int) []quickfix {
	t.Helper()
	var list []quickfix
	for _, f := range lint(t, dir) {
		file := filepath.Join(dir, filepath.FromSlash(f.Path))
		line := strings.Split(read(t, file), "\n")[f.Line-1]
		list = append(list, quickfix{file, f.Line, column(line, f.Column), f.Level[:1], f.Message + " [" + f.Rule + "]", true})
	}
	return list
}
