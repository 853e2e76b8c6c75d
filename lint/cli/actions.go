package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"sekisho/lint/report"
)

// onActions tells whether the program runs in a step of GitHub Actions.
func (s *system) onActions() bool { return s.getenv("GITHUB_ACTIONS") == "true" }

// coloredLog is colored for text that nobody but people reads: the log of a run shows colours, though it is no terminal.
func (s *system) coloredLog(mode string) bool {
	return s.colored(mode) || mode == "auto" && s.getenv("NO_COLOR") == "" && s.onActions() && !s.toFile()
}

// annotate adds to the text that a step printed what GitHub shows elsewhere: its annotations and its summary. The
// annotations are folded, as they repeat what the text says. Nothing in the text needs to be kept from the runner: what could
// be a command in it was made harmless when it was printed.
func (s *system) annotate(out *report.Report, o report.Options) error {
	var commands bytes.Buffer
	if err := report.Write(&commands, "github", out, o); err != nil {
		return err
	}
	if commands.Len() > 0 {
		if _, err := fmt.Fprintf(s.stdout, "::group::annotations\n%s::endgroup::\n", commands.Bytes()); err != nil {
			return err
		}
	}
	if err := s.summarize(out, o); err != nil {
		s.say("the summary of this step cannot be written: " + reason(err))
	}
	return nil
}

// maxSummary is how large a summary GitHub shows, in bytes; summarySpare is what is left to it where the summary is long
// already, as a runner may make it longer when it hides secrets.
const (
	maxSummary   = 1 << 20
	summarySpare = 64 << 10
	minSummary   = 8 << 10 // less says too little
)

// summarize appends to the summary of the step, if there is one.
func (s *system) summarize(out *report.Report, o report.Options) error {
	name := s.getenv("GITHUB_STEP_SUMMARY")
	if name == "" {
		return nil
	}
	var page bytes.Buffer
	info, err := s.stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case info.Mode().IsRegular():
		room := maxSummary - summarySpare - info.Size()
		if room < minSummary {
			return errors.New("it is full already")
		}
		o.Limit = int(room)
		if info.Size() > 0 {
			page.WriteString("\n") // what stands there may lack its line end
		}
	case info.Mode()&fs.ModeCharDevice == 0:
		return errors.New("GITHUB_STEP_SUMMARY is no file") // a pipe would wait for a reader
	}
	if err := report.Write(&page, "summary", out, o); err != nil {
		return err
	}
	f, err := s.appendTo(name)
	if err != nil {
		return err
	}
	_, err = f.Write(page.Bytes())
	return errors.Join(err, f.Close())
}

// workspace tells where GitHub shows the files of a run. A path in an annotation is compared with the paths of the repository
// whose workflow runs: the folder of the checkout does not count, and a runner takes relative paths as they are.
type workspace struct {
	sys       *system
	targets   []*target
	checkouts map[string]*checkout // by the folder of a target
}

// checkout is a working copy.
type checkout struct {
	root   string // the folder that holds .git; "": there is none
	other  bool   // of another repository than the one whose workflow runs
	commit string // that is checked out, "" if that is not told
}

func (s *system) workspace(ts []*target) *workspace {
	return &workspace{sys: s, targets: ts, checkouts: map[string]*checkout{}}
}

// hosted returns the path that a printed path has in the repository that GitHub shows. The files of other repositories and of
// no repository have their path from the workspace, under which none of the repository's own is taken for them.
func (w *workspace) hosted(printed string) string {
	name, c := w.locate(printed)
	if c == nil {
		return printed
	}
	base := c.root
	if base == "" || c.other {
		base = w.sys.getenv("GITHUB_WORKSPACE")
	}
	if base == "" {
		return printed
	}
	rel, err := filepath.Rel(base, name)
	if rel = filepath.ToSlash(rel); err != nil || rel == ".." || strings.HasPrefix(rel, "../") {
		return printed
	}
	return rel
}

// blob returns the URL of a file as it was checked, if the run says where that is.
func (w *workspace) blob(printed string) string {
	server, name := w.sys.getenv("GITHUB_SERVER_URL"), w.sys.getenv("GITHUB_REPOSITORY")
	_, c := w.locate(printed)
	if c == nil || c.other || name == "" || !strings.HasPrefix(server, "http") {
		return ""
	}
	// A run for a pull request may have checked out something else than the commit that it is for.
	commit := c.commit
	if commit == "" {
		commit = w.sys.getenv("GITHUB_SHA")
	}
	if commit == "" {
		return ""
	}
	path := url.URL{Path: "/" + name + "/blob/" + commit + "/" + w.hosted(printed)}
	return strings.TrimSuffix(server, "/") + path.EscapedPath()
}

// locate returns the file that a printed path stands for, and its checkout; nil for a text that is no file.
func (w *workspace) locate(printed string) (string, *checkout) {
	var found *target
	for _, t := range w.targets {
		if strings.HasPrefix(printed+"/", t.prefix) && (found == nil || len(t.prefix) > len(found.prefix)) {
			found = t
		}
	}
	if found == nil || found.dir == "" {
		return "", nil
	}
	c := w.checkouts[found.dir]
	if c == nil {
		c = w.sys.checkout(found.dir)
		w.checkouts[found.dir] = c
	}
	return filepath.Join(found.dir, filepath.FromSlash(strings.TrimPrefix(printed+"/", found.prefix))), c
}

// checkout looks for the working copy around a folder.
func (s *system) checkout(dir string) *checkout {
	c := &checkout{root: s.above(dir, func(d string) bool { return s.exists(filepath.Join(d, ".git")) })}
	if c.root == "" {
		return c
	}
	git := filepath.Join(c.root, ".git")
	if dir, ok := strings.CutPrefix(s.start(git), "gitdir: "); ok { // of a submodule or another worktree
		git = strings.TrimSpace(dir)
		if !filepath.IsAbs(git) {
			git = filepath.Join(c.root, git)
		}
	}
	head := strings.TrimSpace(s.start(filepath.Join(git, "HEAD")))
	if n := len(head); (n == 40 || n == 64) && strings.Trim(head, "0123456789abcdef") == "" {
		c.commit = head
	}
	c.other = s.otherRemote(s.start(filepath.Join(git, "config")))
	return c
}

// otherRemote tells whether a configuration of git has remotes, but none that is the repository of the run or, by its name, a
// fork of it.
func (s *system) otherRemote(config string) bool {
	_, name, ok := strings.Cut(s.getenv("GITHUB_REPOSITORY"), "/")
	if !ok {
		return false
	}
	var remotes []string
	for line := range strings.Lines(config) {
		if key, value, ok := strings.Cut(line, "="); ok && strings.TrimSpace(key) == "url" {
			remotes = append(remotes, strings.TrimSuffix(strings.TrimRight(strings.TrimSpace(value), "/"), ".git"))
		}
	}
	return len(remotes) > 0 && !slices.ContainsFunc(remotes, func(url string) bool {
		return strings.EqualFold(url[strings.LastIndexAny(url, "/:")+1:], name)
	})
}

// maxStart is how many bytes of a file of git are read.
const maxStart = 64 << 10

// start returns the start of a file, or nothing.
func (s *system) start(name string) string {
	if info, err := s.stat(name); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	f, err := s.readable(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	text, _ := io.ReadAll(io.LimitReader(f, maxStart))
	return string(text)
}
