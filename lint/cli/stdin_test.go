package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/cli"
	"sekisho/lint/syntax"
)

const (
	caller = "on: push # bad\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./action\n      - uses: ./none\n"
	callee = "name: bad\ndescription: x\nruns:\n  using: composite\n  steps: []\n"
)

// TestStdinAsSaved checks that a text on standard input gives what it would give if it were saved under its name first,
// whether or not the file and the folders above it exist.
func TestStdinAsSaved(t *testing.T) {
	repository := map[string]string{
		".git/HEAD":                "",
		".github/workflows/ci.yml": "on: push\n",
		"action/action.yml":        callee,
		"sub/file":                 "",
	}
	with := func(files map[string]string) map[string]string {
		all := map[string]string{}
		for _, m := range []map[string]string{repository, files} {
			for name, text := range m {
				all[name] = text
			}
		}
		return all
	}
	for _, tc := range []struct {
		name  string
		files map[string]string
		cwd   string // below the folder of files
		file  string // as it is given: from cwd; ABS stands for the folder of files
		text  string
		code  int
		out   string // a regular expression for the concise format
		err   string // and one for stderr
	}{
		{name: "in the place of a file", files: repository, file: ".github/workflows/ci.yml", text: caller, code: 1,
			out: `^\.github/workflows/ci\.yml:1:12: warning: .*\n\.github/workflows/ci\.yml:7:15: error: there is no such action \[missing-callee\]\n$`},
		{name: "new file", files: repository, file: ".github/workflows/new.yml", text: caller, code: 1, out: `^\.github/workflows/new\.yml:1:12:.*\n.*new\.yml:7:`},
		{name: "from another folder", files: repository, cwd: "sub", file: "../.github/workflows/ci.yml", text: caller, code: 1, out: `^\.github/workflows/ci\.yml:1:12:.*\n.*ci\.yml:7:`},
		{name: "by an absolute path", files: repository, cwd: "sub", file: "ABS/.github/workflows/ci.yml", text: caller, code: 1, out: `^\.github/workflows/ci\.yml:1:12:.*\n.*ci\.yml:7:`},
		{name: "a name that is not clean", files: repository, file: "./sub//../.github/workflows/./ci.yml", text: caller, code: 1, out: `^\.github/workflows/ci\.yml:1:12:`},
		{name: "in the repository beside", files: with(map[string]string{"one/.git/HEAD": "", "two/.git/HEAD": "", "two/none/action.yml": callee}), cwd: "one", file: "../two/.github/workflows/ci.yml", text: caller,
			code: 1, out: `^\.github/workflows/ci\.yml:1:12:.*\n\.github/workflows/ci\.yml:6:15:.*\n$`},
		{name: "no folder of workflows yet", files: map[string]string{".git/HEAD": "", "none/action.yml": callee}, file: ".github/workflows/ci.yml", text: caller,
			code: 1, out: `^\.github/workflows/ci\.yml:1:12:.*\n\.github/workflows/ci\.yml:6:15:.*\n$`},
		{name: "no repository yet", files: map[string]string{"none/action.yml": callee}, file: ".github/workflows/ci.yml", text: caller, code: 1, out: `^\.github/workflows/ci\.yml:1:12:.*\n.*:6:15:.*\n$`},
		{name: "not even its folder", files: map[string]string{"file": ""}, file: "new/.github/workflows/ci.yml", text: caller, code: 1, out: `^\.github/workflows/ci\.yml:1:12:.*\n.*:6:15:.*\n.*:7:15:.*\n$`},
		{name: "a new repository inside another", files: repository, file: "fixture/.github/workflows/ci.yml", text: caller, code: 1, out: `^\.github/workflows/ci\.yml:1:12:.*\n.*:6:15:.*\n.*:7:15:.*\n$`},
		{name: "new action", files: with(map[string]string{"none/action.yml": callee}), file: "deep/new/action.yaml", text: "runs:\n  using: composite\n  steps:\n  - uses: ./none # bad\n  - uses: ./gone\n",
			code: 1, out: `^deep/new/action\.yaml:4:20:.*\ndeep/new/action\.yaml:5:11: error: there is no such action`},
		{name: "loose file", files: map[string]string{"action/action.yml": callee}, file: "ci.yml", text: caller, code: 1, out: `^ci\.yml:1:12:`},
		{name: "loose file in a folder that does not exist", files: map[string]string{"file": ""}, file: "no/where/ci.yml", text: caller, code: 1, out: `^ci\.yml:1:12:`},
		{name: "strange name", files: repository, file: ".github/workflows/a b:3: é\u202e.yml", text: caller, code: 1, out: `^\.github/workflows/a b:3: é<U\+202E>\.yml:1:12:`},
		{name: "separators of another system", files: repository, file: `.github\workflows\ci.yml`, text: caller, code: 1, out: `^\.github.workflows.ci\.yml:1:12:.*\n.*ci\.yml:7:`},

		{name: "CRLF", files: repository, file: ".github/workflows/ci.yml", text: strings.ReplaceAll(caller, "\n", "\r\n"), code: 1, out: `:1:12:.*\n.*:7:15:`},
		{name: "CR", files: repository, file: "x.txt", text: strings.ReplaceAll(caller, "\n", "\r"), code: 1, out: `:1:12:`},
		{name: "byte order mark", files: repository, file: ".github/workflows/ci.yml", text: "\ufeff" + caller, code: 1, out: `:1:12:.*\n.*:7:15:`},
		{name: "byte order mark before the key that tells", files: repository, file: "x.txt", text: "\ufeffjobs:\n  bad: {runs-on: x, steps: [run: x]}\non: push\n", code: 1, out: `:2:3:`},
		{name: "no last line end", files: repository, file: ".github/workflows/ci.yml", text: "on: push # 日本 🚀 bad", code: 1, out: `:1:17: warning`},
		{name: "not UTF-8", files: repository, file: ".github/workflows/ci.yml", text: "on: push # \xff\xfe bad", code: 1, out: `:1:15: warning`},
		{name: "too large", files: repository, file: ".github/workflows/ci.yml", text: caller + strings.Repeat("#", syntax.MaxFileSize-len(caller)+1), code: 1, out: `:1:1: error: file has`},

		{name: "empty workflow", files: repository, file: ".github/workflows/ci.yml", code: 1, out: `^\.github/workflows/ci\.yml:1:1: error: file is empty`},
		{name: "blank workflow", files: repository, file: ".github/workflows/ci.yml", text: "\r\n\r\n", code: 1, out: `:1:1: error: file is empty`},
		{name: "empty elsewhere", files: repository, file: "x.yml", code: 3, out: `^x\.yml: could not check: neither a workflow nor an action`},
		{name: "Dependabot", files: repository, file: ".github/dependabot.yml", text: "version: 2 # bad\nupdates: []\n", code: 1, out: `\.github/dependabot\.yml:1:14: warning: `},
		{name: "pre-commit", files: repository, file: ".pre-commit-config.yaml", text: "repos: [] # bad\n", code: 1, out: `\.pre-commit-config\.yaml:1:13: warning: `},
		{name: "something else", files: repository, file: "compose.yml", text: "services: {} # bad\n", code: 3, out: `^compose\.yml: could not check: neither`},
		{name: "notes among the workflows", files: repository, file: ".github/workflows/README.md", text: "bad\n", code: 3, out: `^\.github/workflows/README\.md: could not check: neither`},
		{name: "lock file", files: repository, file: ".github/workflows/actions.lock", text: "workflows: {} # bad\n", code: 3, out: `could not check: neither`},
		{name: "copy of a workflow", files: repository, file: ".github/workflows/ci.yml.orig", text: caller, code: 1, out: `^\.github/workflows/ci\.yml\.orig:1:12:`},
		{name: "action that packages bring", files: repository, file: "node_modules/x/action.yml", text: callee, code: 1, out: `^node_modules/x/action\.yml:1:7:`},

		{name: "configuration beside", files: with(map[string]string{".github/sekisho.yml": "rules: {bad-word: false, missing-callee: {severity: low}}\n"}),
			file: ".github/workflows/new.yml", text: caller, code: 1, out: `^\.github/workflows/new\.yml:7:15: note:.*\n$`},
		{name: "excluded", files: with(map[string]string{".github/sekisho.yml": "exclude: [action]\n"}), file: "action/action.yml", text: callee,
			err: `^sekisho: action/action\.yml is not checked: the configuration excludes it\n$`},
		{name: "faulty configuration on disk", files: with(map[string]string{".github/sekisho.yml": "rule: {}\n"}), file: ".github/workflows/ci.yml", text: caller, code: 2,
			err: `^sekisho: \.github/sekisho\.yml:1:1: unknown key`},
		{name: "faulty configuration", files: with(map[string]string{".github/sekisho.yml": "rules: {}\n"}), file: ".github/sekisho.yml", text: "rule: {}\n", code: 2,
			err: `^sekisho: \.github/sekisho\.yml:1:1: unknown key`},
		{name: "repaired configuration", files: with(map[string]string{".github/sekisho.yml": "rule: {}\n"}), file: ".github/sekisho.yml", text: "rules: {bad-word: false}\n"},
		{name: "empty configuration", files: repository, file: ".github/sekisho.yaml"},
		{name: "second configuration", files: with(map[string]string{".github/sekisho.yml": "rules: {}\n"}), file: ".github/sekisho.yaml", text: "rules: {}\n", code: 2, err: `keep one of them\n$`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && strings.ContainsAny(tc.file, ":") {
				t.Skip("Windows has no such name")
			}
			dir := t.TempDir()
			for name, text := range tc.files {
				writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), text)
			}
			t.Chdir(filepath.Join(dir, filepath.FromSlash(tc.cwd)))
			file := filepath.FromSlash(strings.ReplaceAll(tc.file, "ABS", dir))

			code, out, errs := sekisho(tc.text, "--format", "concise", "-", "--stdin-filename", file)
			if code != tc.code || !matches(tc.out, out) || !matches(tc.err, errs) {
				t.Errorf("exit code %d, want %d\nstdout %q, want %s\nstderr %q, want %s", code, tc.code, out, tc.out, errs, tc.err)
			}

			flags := [][]string{{"--format", "json"}, {"--format", "text"}, {"--format", "sarif"}, {"fix", "--diff"}}
			if len(tc.text) > syntax.MaxFileSize {
				flags = flags[:3] // fix prints no text of which it has not read the end
			}
			var before []run
			for _, f := range flags {
				before = append(before, newRun(tc.text, append(f, "-", "--stdin-filename", file)))
			}
			writeFile(t, file, tc.text)
			for i, f := range flags {
				if diff := cmp.Diff(newRun("", append(f, file)), before[i]); diff != "" {
					t.Errorf("%v: standard input gives something else than the file (-file +stdin):\n%s", f, diff)
				}
			}
		})
	}
}

// run is what a command did.
type run struct {
	Code     int
	Out, Err string
}

func newRun(stdin string, args []string) run {
	code, out, errs := sekisho(stdin, args...)
	return run{code, regexp.MustCompile(`"durationMs":\d+`).ReplaceAllString(out, `"durationMs":0`), errs}
}

func sekisho(stdin string, args ...string) (code int, out, errs string) {
	var stdout, stderr strings.Builder
	code = cli.Main(testRules(), "v1.2.3", args, strings.NewReader(stdin), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// matches tells whether text is as the pattern says; without one there must be none.
func matches(pattern, text string) bool {
	if pattern == "" {
		return text == ""
	}
	return regexp.MustCompile(pattern).MatchString(text)
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
