// Package cli is the command line of sekisho: flags, exit codes, one file a command.
package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"sekisho/lint"
	"sekisho/lint/repo"
)

// The exit codes.
const (
	exitClean    = 0 // nothing at or above --fail-on
	exitFindings = 1
	exitUsage    = 2 // wrong flags, paths or configuration
	exitProblem  = 3 // something could not be checked
)

// system is all that the commands reach of the outside.
type system struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	abs            func(string) (string, error) // of a path as seen from the working directory
	stat           func(string) (fs.FileInfo, error)
	real           func(string) (string, error) // a path without symbolic links
	readable       func(string) (io.ReadCloser, error)
	writable       func(string) (io.WriteCloser, error) // a device or a pipe
	open           func(dir string) (*os.Root, error)
	look           func(program string) (string, error) // where a program on PATH is
	appendTo       func(name string) (io.WriteCloser, error)
	columns        func() int                                                       // of the terminal that stdout is; 0: it is none
	toFile         func() bool                                                      // stdout is a file
	command        func(ctx context.Context, name string, args ...string) *exec.Cmd // a program on PATH
	environ        func() []string
	now            func() time.Time
	version        string
	limit          func(int64) int64 // sets the limit of memory, in bytes; nil when it is the user's
}

// Main runs the command line args, without the name of the program, with these rules and returns the exit code. version is
// that of the program; "" takes it from the build.
func Main(rules lint.RuleSet, version string, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := &system{
		stdin: stdin, stdout: stdout, stderr: stderr,
		getenv:   os.Getenv,
		abs:      filepath.Abs,
		stat:     os.Stat,
		real:     filepath.EvalSymlinks,
		readable: func(name string) (io.ReadCloser, error) { return os.Open(name) },
		writable: func(name string) (io.WriteCloser, error) { return os.OpenFile(name, os.O_WRONLY, 0) },
		open:     os.OpenRoot,
		look:     exec.LookPath,
		appendTo: func(name string) (io.WriteCloser, error) {
			return os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
		},
		columns: func() int { return columns(stdout) },
		toFile:  func() bool { return isFile(stdout) },
		command: exec.CommandContext,
		environ: os.Environ,
		now:     time.Now,
		version: buildVersion(version),
	}
	if s.getenv("GOGC") == "" && s.getenv("GOMEMLIMIT") == "" {
		// Trees live as long as their repository is checked: collecting less often takes a third off the time.
		debug.SetGCPercent(1000)
		debug.SetMemoryLimit(memoryLimit)
		s.limit = debug.SetMemoryLimit
	}
	return s.run(rules, args)
}

// memoryLimit is the number of bytes above which memory is collected more often, treeSize about how many bytes a byte of text
// takes with its tree and what is found out about it: a repository that needs more gets more, as collecting would find nothing.
const (
	memoryLimit = 112 << 20
	treeSize    = 24
)

// makeRoom raises the limit for a repository that would fill it.
func (s *system) makeRoom(r *repo.Repo) {
	if s.limit == nil {
		return
	}
	size := int64(0)
	for _, f := range r.Files {
		size += int64(len(f.Text))
	}
	if size *= treeSize; size > memoryLimit {
		s.limit(size)
	}
}

func columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
		return width
	}
	return 80
}

func isFile(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}

func (s *system) run(rules lint.RuleSet, args []string) int {
	code, lines := outcome(s.execute(newRoot(s, rules), args))
	for _, line := range lines {
		s.say(line)
	}
	return code
}

func (s *system) execute(cmd *cobra.Command, args []string) error {
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetFlagErrorFunc(flagError)
	cmd.SetArgs(args)
	cmd.SetIn(s.stdin)
	cmd.SetOut(s.stdout)
	cmd.SetErr(s.stderr)
	return cmd.Execute()
}

// outcome returns the exit code that the end of a command stands for, and what is to be said of it.
func outcome(err error) (code int, lines []string) {
	var end *stop
	switch {
	case err == nil:
		return exitClean, nil
	case errors.As(err, &end):
		return end.code, end.lines
	}
	return exitUsage, []string{err.Error()}
}

// say prints one line to stderr.
func (s *system) say(line string) {
	io.WriteString(s.stderr, plain("sekisho: "+line)+"\n")
}

// stop ends a command with an exit code, after lines for stderr.
type stop struct {
	code  int
	lines []string
}

// Error returns the first line.
func (e *stop) Error() string {
	if len(e.lines) == 0 {
		return "stopped"
	}
	return e.lines[0]
}

// exit returns nil for exitClean.
func exit(code int) error {
	if code == exitClean {
		return nil
	}
	return &stop{code: code}
}

// failed is a problem of the whole run, such as output that cannot be written.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return &stop{exitProblem, []string{err.Error()}}
}

func newRoot(s *system, rules lint.RuleSet) *cobra.Command {
	root := newLint(s, rules, &lintFlags{})
	root.Version = s.version
	root.SetVersionTemplate("sekisho {{.Version}}\n")
	root.AddCommand(newFix(s, rules), newBaseline(s, rules), newAction(s, rules), newInventory(s), newExplain(s, rules), newRules(s, rules), newInit(s, rules), newConfig(s, rules), newSchema(s, rules), newVersion(s))
	return root
}
