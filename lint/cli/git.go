package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// git asks the git program about the repository around a folder. Its commands are rev-parse, merge-base and cat-file: they read
// references and objects, neither the work tree nor the index, and so have no use for what a repository may configure to be
// run: filters, text conversions, diff programs, hooks and monitors.
type git struct {
	sys *system
	dir string
}

const (
	gitTimeout     = 30 * time.Second // of a question
	objectsTimeout = 2 * time.Minute  // of reading all objects
	maxAnswer      = 64 << 10         // bytes
)

// gitSettings are given in front of every command. No command of ours heeds most of them: they are for a git that one day does more.
func gitSettings() []string {
	return []string{
		"--no-pager",
		"-c", "core.fsmonitor=false",
		"-c", "core.hooksPath=" + os.DevNull,
		"-c", "core.attributesFile=" + os.DevNull,
		"-c", "core.pager=",
		"-c", "core.sshCommand=false",
		"-c", "diff.external=",
		"-c", "credential.helper=",
		"-c", "safe.bareRepository=explicit", // a folder of the work tree may look like a repository
	}
}

// gitEnvironment returns the environment of git: without what would lead it to another repository, and with what keeps it from
// asking and from fetching. The system's configuration stays in force: it is not the repository's, and says who is trusted.
func gitEnvironment(own []string) []string {
	return append(unled(own),
		"LC_ALL=C", // messages are compared
		"GIT_TERMINAL_PROMPT=0",
		"GIT_OPTIONAL_LOCKS=0",
		"GIT_NO_REPLACE_OBJECTS=1",
		"GIT_NO_LAZY_FETCH=1",
		"GIT_ALLOW_PROTOCOL=none", // for a git that does not know the line above
	)
}

// unled returns an environment without what would lead git to another repository.
func unled(own []string) []string {
	leads := []string{
		"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
		"GIT_NAMESPACE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE", "GIT_EXTERNAL_DIFF", "GIT_SSH", "GIT_SSH_COMMAND",
	}
	return slices.DeleteFunc(slices.Clone(own), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(leads, strings.ToUpper(name)) || strings.HasPrefix(strings.ToUpper(name), "GIT_TRACE")
	})
}

// gitError is a command of git that failed.
type gitError struct {
	code    int // of the exit
	message string
}

// Error returns what git said first.
func (e *gitError) Error() string { return e.message }

func (g *git) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := g.sys.command(ctx, "git", append(gitSettings(), args...)...)
	cmd.Dir = g.dir
	cmd.Env = gitEnvironment(g.sys.environ())
	cmd.WaitDelay = time.Second
	return cmd
}

// ask runs a command and returns its output.
func (g *git) ask(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), gitTimeout)
	defer cancel()
	cmd := g.command(ctx, args...)
	out, said := &answer{}, &answer{}
	cmd.Stdout, cmd.Stderr = out, said
	if err := cmd.Run(); err != nil {
		return "", g.failure(ctx, err, said.text.String())
	}
	if out.cut {
		return "", errors.New("git answers more than it should")
	}
	return out.text.String(), nil
}

// answer keeps the first bytes of what is written to it.
type answer struct {
	text bytes.Buffer
	cut  bool
}

// Write takes everything.
func (a *answer) Write(p []byte) (int, error) {
	keep := p[:min(len(p), maxAnswer-a.text.Len())]
	a.cut = a.cut || len(keep) < len(p)
	a.text.Write(keep)
	return len(p), nil
}

// failure says in a sentence why git failed. said is what it printed on standard error.
func (g *git) failure(ctx context.Context, err error, said string) error {
	var exit *exec.ExitError
	first, _, _ := strings.Cut(strings.TrimSpace(said), "\n")
	first = strings.TrimPrefix(first, "fatal: ")
	switch {
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, exec.ErrDot):
		return errors.New("git is not found on PATH; install it")
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("%s: git took too long", g.dir)
	case strings.Contains(said, "dubious ownership"), strings.Contains(said, "safe.directory"):
		return fmt.Errorf("%s: git does not trust the repository, for it belongs to another user; "+
			"if you do, say so with `git config --global --add safe.directory` and its path", g.dir)
	case strings.Contains(said, "not a git repository"), strings.Contains(said, "cannot use bare repository"):
		return fmt.Errorf("%s is not in a git repository", g.dir)
	case strings.Contains(said, "promisor remote"):
		return errMissing
	case errors.As(err, &exit):
		if first == "" {
			first = err.Error()
		}
		return &gitError{exit.ExitCode(), g.dir + ": git: " + first}
	}
	return fmt.Errorf("%s: git cannot be run: %s", g.dir, reason(err))
}

// isObjectID tells whether text is the full name of an object.
func isObjectID(text string) bool {
	return (len(text) == 40 || len(text) == 64) && strings.Trim(text, "0123456789abcdef") == ""
}

// objects reads objects of a repository, each by its name, through one process. It is safe for concurrent use.
type objects struct {
	git    *git
	ctx    context.Context
	cancel context.CancelFunc
	cmd    *exec.Cmd
	said   *answer

	mu     sync.Mutex
	in     io.WriteCloser
	out    *bufio.Reader
	broken error // of the process: nothing more can be read
}

// object is one object. Its text may be cut.
type object struct {
	name string
	kind string // blob, tree, commit or tag
	size int64  // of the whole text
	text string
}

func (g *git) objects() (*objects, error) {
	o := &objects{git: g, said: &answer{}}
	o.ctx, o.cancel = context.WithTimeout(context.Background(), objectsTimeout)
	o.cmd = g.command(o.ctx, "cat-file", "--batch")
	o.cmd.Stderr = o.said
	in, err := o.cmd.StdinPipe()
	if err == nil {
		var out io.ReadCloser
		if out, err = o.cmd.StdoutPipe(); err == nil {
			o.in, o.out = in, bufio.NewReader(out)
			err = o.cmd.Start()
		}
	}
	if err != nil {
		o.cancel()
		return nil, g.failure(o.ctx, err, "")
	}
	return o, nil
}

// close ends the process.
func (o *objects) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cancel()
	if o.broken == nil {
		o.broken = fs.ErrClosed
		o.cmd.Wait() // it was killed
	}
}

// errMissing is an object that the repository should have and has not: that of a partial clone.
var errMissing = errors.New("the object is not in this clone")

// errGarbled is an answer that is none.
var errGarbled = errors.New("the answer of git cannot be read")

// read returns an object with at most limit bytes of its text. name has no blanks.
func (o *objects) read(name string, limit int64) (object, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.broken != nil {
		return object{}, o.broken
	}
	x, err := o.exchange(name, limit)
	if err == nil || errors.Is(err, errMissing) {
		return x, err
	}
	if errors.Is(err, errGarbled) {
		o.cancel()
		o.cmd.Wait() // it was killed
		o.broken = err
		return object{}, err
	}
	// The process has ended: it can say why.
	if e := o.cmd.Wait(); e != nil {
		err = e
	}
	o.broken = o.git.failure(o.ctx, err, o.said.text.String())
	return object{}, o.broken
}

// exchange asks for one object: the answer is a line "name kind size", the text and a line end, or a line "name missing".
func (o *objects) exchange(name string, limit int64) (x object, err error) {
	if _, err := io.WriteString(o.in, name+"\n"); err != nil {
		return x, err
	}
	head, err := o.out.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		err = errGarbled
	}
	if err != nil {
		return x, err
	}
	fields := strings.Fields(string(head))
	if len(fields) == 2 && fields[1] == "missing" {
		return x, errMissing
	}
	if len(fields) != 3 {
		return x, errGarbled
	}
	x.name, x.kind = fields[0], fields[1]
	if x.size, err = strconv.ParseInt(fields[2], 10, 64); err != nil || x.size < 0 {
		return x, errGarbled
	}
	text := make([]byte, min(x.size, limit))
	if _, err := io.ReadFull(o.out, text); err != nil {
		return x, err
	}
	x.text = string(text)
	if _, err := io.CopyN(io.Discard, o.out, x.size-int64(len(text))); err != nil {
		return x, err
	}
	if end, err := o.out.ReadByte(); err != nil || end != '\n' {
		return x, cmp.Or(err, errGarbled)
	}
	return x, nil
}
