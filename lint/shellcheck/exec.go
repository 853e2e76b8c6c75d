package shellcheck

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// comment is what the program says about one place, in its own format json1.
type comment struct {
	Line      int    `json:"line"`
	EndLine   int    `json:"endLine"`
	Column    int    `json:"column"`
	EndColumn int    `json:"endColumn"`
	Level     string `json:"level"` // error, warning, info, style
	Code      int    `json:"code"`
	Message   string `json:"message"`
}

func (c comment) code() string { return fmt.Sprintf("SC%04d", c.Code) }

// excluded are the checks that make no sense of a step's script. Where an expression stood there is a word of underscores, which
// is constant: SC2043, SC2050, SC2078, SC2151, SC2157, SC2170, SC2193, SC2194, SC2242. Variables come from the environment of the
// step: SC2153, SC2154. Files beside the script are not read: SC1090, SC1091.
const excluded = "SC1090,SC1091,SC2043,SC2050,SC2078,SC2151,SC2153,SC2154,SC2157,SC2170,SC2193,SC2194,SC2242"

// check runs the program over one script.
func (c *Checker) check(s *script) ([]comment, error) {
	c.slots <- struct{}{}
	defer func() { <-c.slots }()
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	// Its configuration files are those of the machine or lie in the repository: neither may change what is found.
	cmd := exec.CommandContext(ctx, c.program, "--norc", "--format=json1", "--shell="+s.shell, "--exclude="+excluded, "-")
	cmd.Stdin = strings.NewReader(s.text)
	stdout, stderr := &capped{most: maxOutput}, &capped{most: 1 << 10, lose: true}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.Env = []string{"LC_ALL=C.UTF-8", "SystemRoot=" + os.Getenv("SystemRoot")} // the second for programs on Windows
	cmd.Dir = os.TempDir()
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("it did not end within %s on the script in line %d", c.timeout, s.line())
	case stdout.full:
		return nil, fmt.Errorf("it has more than %d bytes to say about the script in line %d", maxOutput, s.line())
	case errors.As(err, &exit) && exit.ExitCode() == 1: // there are comments
	case err != nil:
		return nil, errors.New(reason(err, stderr.buf.String()))
	}
	var doc struct {
		Comments []comment `json:"comments"`
	}
	if err := json.Unmarshal(stdout.buf.Bytes(), &doc); err != nil {
		return nil, errors.New("it prints no JSON of the form json1; use version 0.7 or newer")
	}
	return doc.Comments, nil
}

func (s *script) line() int { return s.file.Position(s.run.Start).Line }

// reason is the first line that the program printed about its failure, or how it ended.
func reason(err error, stderr string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(stderr), "\n")
	if line = strings.TrimRight(strings.TrimSpace(line), "."); line != "" {
		return line
	}
	return err.Error()
}

// capped keeps the first bytes of what is written to it. Behind them it fails, which ends the program, or loses them. The buffer
// is not embedded: its ReadFrom would take everything.
type capped struct {
	buf  bytes.Buffer
	most int
	lose bool
	full bool
}

// Write fails when there is too much, unless that may be lost.
func (w *capped) Write(b []byte) (int, error) {
	room := w.most - w.buf.Len()
	if len(b) <= room {
		return w.buf.Write(b)
	}
	w.full = true
	if !w.lose {
		return 0, errors.New("too much output")
	}
	w.buf.Write(b[:room])
	return len(b), nil
}
