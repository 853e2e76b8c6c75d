package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// event is what is read of the payload of a workflow's event.
type event struct {
	Before      string // push
	PullRequest struct {
		Base, Head struct{ SHA string }
	} `json:"pull_request"`
	MergeGroup struct {
		Base string `json:"base_sha"`
	} `json:"merge_group"`
}

// maxPayload is the number of bytes of a payload that are read. GitHub sends none above 25 MB.
const maxPayload = 32 << 20

// event returns what started the run; nothing when that cannot be told.
func (s *system) event() event {
	f, err := s.readable(s.getenv("GITHUB_EVENT_PATH"))
	if err != nil {
		return event{}
	}
	defer f.Close()
	return readEvent(f)
}

func readEvent(r io.Reader) (e event) {
	if json.NewDecoder(io.LimitReader(r, maxPayload)).Decode(&e) != nil {
		return event{}
	}
	return e
}

// base returns the commit that the event of this name compares with, or "" when it has none: the push of a new branch, or an
// event that changes nothing.
func (e *event) base(name string) string {
	commit := ""
	switch name {
	case "push":
		commit = e.Before
	case "merge_group":
		commit = e.MergeGroup.Base
	default: // those of pull requests; all others have nothing here
		commit = e.PullRequest.Base.SHA
	}
	if !isObjectID(commit) || strings.Trim(commit, "0") == "" {
		return ""
	}
	return commit
}

// changedSince returns the commit since which the run's event changes something, once the repository holds it whole.
func (s *system) changedSince(ts []*target) (string, error) {
	name := s.getenv("GITHUB_EVENT_NAME")
	e := s.event()
	base := e.base(name)
	switch {
	case base == "":
		return "", fmt.Errorf("the event %q names no commit to compare with", name)
	case len(ts) != 1:
		return "", errors.New("the paths lie in several repositories, and the event is of one")
	}
	g := &git{s, ts[0].dir}
	head, parents, err := g.head()
	if err != nil {
		return "", err
	}
	// A pull request is checked out merged into its base branch as that is now, not as it was when the event was sent.
	if len(parents) == 2 && parents[1] == e.PullRequest.Head.SHA {
		base = parents[0]
	}
	if base == head {
		return "", errors.New("what is checked out is the commit to compare with")
	}
	return g.parting(base, head)
}

// head returns the commit that is checked out and its parents, also where these are not in the clone.
func (g *git) head() (commit string, parents []string, err error) {
	if commit, err = (&revision{git: g}).commitOf("HEAD"); err != nil {
		return "", nil, err
	}
	text, err := g.ask("cat-file", "commit", commit)
	if err != nil {
		return "", nil, err
	}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch {
		case key == "parent" && isObjectID(value):
			parents = append(parents, value)
		case key == "": // the message follows
			return commit, parents, nil
		}
	}
	return commit, parents, nil
}

// parting returns where head left base. In a clone without the history to tell, that is base itself, which is fetched when it
// is missing.
func (g *git) parting(base, head string) (string, error) {
	r := &revision{git: g}
	if _, err := r.commitOf(base); err != nil && g.fetch(base) != nil {
		return "", fmt.Errorf("the commit %s is not in the clone and cannot be fetched; give actions/checkout fetch-depth: 0", base)
	}
	if out, err := g.ask("merge-base", base, head); err == nil {
		return strings.TrimSuffix(out, "\n"), nil
	}
	return r.commitOf(base)
}

// fetch gets one commit without its history, as the clone's own configuration says: the step that made the clone may have left
// a credential there. What git says is not repeated, for it may hold that.
func (g *git) fetch(commit string) error {
	ctx, cancel := context.WithTimeout(context.Background(), objectsTimeout)
	defer cancel()
	cmd := g.sys.command(ctx, "git", "-c", "core.hooksPath="+os.DevNull, "-c", "gc.auto=0",
		"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--depth=1", "origin", commit)
	cmd.Dir = g.dir
	cmd.Env = append(unled(g.sys.environ()), "GIT_TERMINAL_PROMPT=0", "GCM_INTERACTIVE=never")
	cmd.WaitDelay = time.Second
	return cmd.Run()
}
