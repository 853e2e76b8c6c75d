package flow

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/repo"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Local is what the ./path or $/path of a step stands for.
type Local struct {
	Path string // below the root of this repository

	w    *localPath // nil for $/path, which is of this repository whatever the workspace holds
	job  *syntax.Job
	step *syntax.Step
}

// Local tells which path of this repository a step's uses: means, given what the steps before it have checked out. It fails for an
// action that is not local, and for one of another repository or another commit.
func (f *Flow) Local(file *syntax.File, job *syntax.Job, step *syntax.Step) (Local, bool) {
	return f.LocalFile(file, job, step, ".")
}

// LocalFile is Local for a file that the action in step's uses: names by a path from its own folder.
func (f *Flow) LocalFile(file *syntax.File, job *syntax.Job, step *syntax.Step, sub string) (Local, bool) {
	name, ok := repo.LocalPath(step.Uses.Value)
	if !ok {
		return Local{}, false
	}
	name = path.Join(name, sub)
	switch {
	case !fs.ValidPath(name):
		return Local{}, false
	case strings.HasPrefix(step.Uses.Value, "$/"):
		return Local{Path: name}, true
	}
	w := &localPath{flow: f, path: name, file: file}
	w.follow(job, step)
	if w.held == otherFiles {
		return Local{}, false
	}
	l := Local{Path: w.path, w: w, job: job, step: step}
	if w.held == ownFiles && w.dir != "." {
		l.Path = path.Clean("./" + strings.TrimPrefix(w.path[len(w.dir):], "/"))
	}
	return l, true
}

// Sure reports that the path can be nothing but what this repository holds there: no step before can have put anything else there.
func (l Local) Sure() bool {
	return l.w == nil || l.w.held == ownFiles && !l.w.flow.submodule(l.Path) && !l.made()
}

// Empty reports that nothing has been checked out when the step runs, and nothing can have put files there.
func (l Local) Empty() bool {
	return l.w != nil && l.w.held == noFiles && hosted(l.job) && !l.made()
}

// made is answered when asked for: it reads the scripts of the steps before.
func (l Local) made() bool {
	w := localPath{flow: l.w.flow, path: l.w.path, file: l.w.file, scripts: true}
	w.follow(l.job, l.step)
	return w.made
}

// onlyCalled reports a workflow that nothing but a call starts: its jobs see the repository of the caller.
func onlyCalled(file *syntax.File) bool {
	on := file.Workflow.On
	return on != nil && len(on.Events) > 0 && !slices.ContainsFunc(on.Events, func(e *syntax.Event) bool { return e.Name.Value != "workflow_call" })
}

// contents says whose files a folder of the workspace holds.
type contents uint8

const (
	noFiles contents = iota
	ownFiles
	otherFiles
)

// localPath follows what happens to one path of the workspace.
type localPath struct {
	flow *Flow
	path string
	file *syntax.File

	scripts bool // look at what scripts do

	held contents
	dir  string // where what is held was checked out
	made bool   // a step may have put something there

	followed int // local actions

	walked int // steps
}

// maxEarlier bounds the steps before one that are looked at, those of composite actions among them.
const maxEarlier = 1000

// follow goes through the steps before one.
func (w *localPath) follow(job *syntax.Job, step *syntax.Step) {
	if job == nil {
		// The workspace is that of whoever uses the action.
		w.held, w.dir, w.made = ownFiles, ".", len(w.flow.users(w.file)) == 0
	} else {
		w.made = len(w.flow.Callers(w.file)) == 0 && onlyCalled(w.file)
	}
	for j, s := range w.file.Steps() {
		if s == step {
			return
		}
		if j == job {
			w.after(w.file, job, s, 0)
		}
	}
}

// hosted reports a job that certainly starts on a fresh machine of GitHub's.
func hosted(job *syntax.Job) bool {
	if job == nil || job.RunsOn == nil || job.RunsOn.Group != nil || len(job.RunsOn.Labels) == 0 {
		return false
	}
	return !slices.ContainsFunc(job.RunsOn.Labels, func(l *syntax.Str) bool {
		low := strings.ToLower(l.Value)
		return !strings.HasPrefix(low, "ubuntu-") && !strings.HasPrefix(low, "windows-") && !strings.HasPrefix(low, "macos-")
	})
}

// submodule reports a path that lies, or may lie, in another repository that is part of this one.
func (f *Flow) submodule(name string) bool {
	src := f.repo.Script(".gitmodules")
	if src == nil {
		return false
	}
	for line := range strings.Lines(src.Text) {
		key, value, _ := strings.Cut(line, "=")
		if strings.TrimSpace(key) == "path" && inFolder(strings.TrimSpace(value), name) {
			return true
		}
	}
	return false
}

// after notes what a step leaves in the workspace; depth counts the composite actions around it.
func (w *localPath) after(file *syntax.File, job *syntax.Job, step *syntax.Step, depth int) {
	if w.walked++; w.walked > maxEarlier {
		w.made = true
		return
	}
	switch {
	case step.Run != nil:
		w.made = w.made || w.scripts && w.scriptMakes(file, job, step)
	case step.Uses == nil:
	case isCheckout(step):
		w.checkout(step)
	case strings.HasPrefix(step.Uses.Value, "./") || strings.HasPrefix(step.Uses.Value, "$/"):
		callee := w.flow.repo.Callee(step.Uses.Value)
		if callee == nil || callee.Action == nil || callee.Action.Runs == nil || len(callee.Action.Runs.Steps) == 0 || depth >= maxCalls || w.followed >= maxFollowed {
			w.made = w.made || !w.inGitHub()
			return
		}
		w.followed++
		for _, s := range callee.Action.Runs.Steps {
			w.after(callee, nil, s, depth+1)
		}
	default:
		w.made = w.made || w.actionMakes(step.Uses.Value)
	}
}

// inGitHub reports a path below .github, where little is made by anything that is not about fetching files.
func (w *localPath) inGitHub() bool { return strings.Contains("/"+w.path, "/.github/") }

func (w *localPath) checkout(step *syntax.Step) {
	dir := "."
	if s := step.With.Get("path"); s != nil {
		rest := s.Value
		for _, root := range [...]string{"${{ github.workspace }}", "${{github.workspace}}"} {
			rest = strings.TrimPrefix(rest, root)
		}
		if strings.Contains(rest, "${{") {
			w.made = true
			return
		}
		dir = path.Clean("./" + strings.Trim(strings.TrimSpace(rest), "/"))
	}
	if inFolder(dir, w.path) {
		w.dir, w.held = dir, otherFiles
		if ownRepository(step.With.Get("repository")) && ownCommit(step.With.Get("ref")) {
			w.held = ownFiles
		}
	}
}

func ownRepository(s *syntax.Str) bool {
	return s == nil || s.Value == "" || len(s.Fences) == 1 && fenceIs(s, "github.repository")
}

// ownCommit reports a ref that is, or is about, the commit that the run is for.
func ownCommit(s *syntax.Str) bool {
	if s == nil || s.Value == "" {
		return true
	}
	own := len(s.Fences) > 0
	for i := range s.Fences {
		expr.Walk(s.Fences[i].X, func(n expr.Node) bool {
			switch n.(type) {
			case *expr.Property, *expr.Index, *expr.Name, *expr.Star:
				name, ok := expr.Path(n)
				own = own && ok && strings.HasPrefix(name, "github.") && name != "github.event.repository.default_branch"
				return false
			}
			return true
		})
	}
	return own
}

// fenceIs reports a scalar that is nothing but one path.
func fenceIs(s *syntax.Str, name string) bool {
	got, ok := expr.Path(s.Fences[0].X)
	return ok && got == name && s.Fences[0].Len() == len(strings.TrimSpace(s.Value))
}

// actionMakes reports an action that may put files where the path is.
func (w *localPath) actionMakes(uses string) bool {
	name := strings.ToLower(actionName(uses))
	fetches := func(word string) bool { return strings.Contains(name, word) }
	if slices.ContainsFunc([]string{"checkout", "clone", "download", "restore", "cache", "fetch", "submodule", "unzip", "extract", "sync", "docker://"}, fetches) {
		return true
	}
	if w.inGitHub() {
		return false
	}
	return !slices.ContainsFunc([]string{
		"actions/setup-", "/setup-", "actions/upload-artifact", "actions/create-github-app-token", "docker/login-action", "step-security/harden-runner",
		"aws-actions/configure-aws-credentials", "azure/login", "google-github-actions/auth", "actions/labeler",
	}, fetches)
}

// scriptMakes reports a script that may put files where the path is.
func (w *localPath) scriptMakes(file *syntax.File, job *syntax.Job, step *syntax.Step) bool {
	script := w.flow.Script(file, job, step)
	if script.Err != nil || script.Dialect == shell.Other {
		return !w.inGitHub() || strings.Contains(step.Run.Value, ".github")
	}
	return slices.ContainsFunc(script.Commands, w.commandMakes)
}

func (w *localPath) commandMakes(c *shell.Command) bool {
	for _, r := range c.Redirects {
		if strings.HasPrefix(strings.TrimLeft(r.Op, "012&"), ">") && w.names(r.Target) {
			return true
		}
	}
	if len(c.Words) == 0 || c.Remote {
		return false
	}
	verb := func(verbs ...string) bool { return len(c.Words) > 1 && slices.Contains(verbs, c.Words[1].Text) }
	switch strings.ToLower(c.Name) {
	case "[", "[[", "((", "case", "cat", "cd", "command", "date", "declare", "echo", "env", "exit", "export", "false", "for", "grep", "head", "jq", "let",
		"local", "ls", "printf", "pwd", "read", "return", "set", "shopt", "sleep", "sort", "tail", "test", "true", "uname", "unset", "wc", "which",
		"write-host", "write-output", "":
		return false
	case "git":
		return !verb("add", "branch", "cat-file", "commit", "config", "describe", "diff", "fetch", "log", "ls-files", "ls-remote", "push", "remote", "rev-list",
			"rev-parse", "show", "status", "tag", "version", "--version")
	case "gh":
		return verb("repo", "pr", "run", "release", "extension")
	case "tar", "unzip", "7z", "7za", "bsdtar", "expand-archive", "svn", "hg":
		return true
	case "cp", "mv", "ln", "rsync", "install", "copy-item", "move-item", "new-item", "xcopy", "robocopy", "curl", "wget", "invoke-webrequest":
		return slices.ContainsFunc(c.Words[1:], func(word shell.Word) bool { return word.Text == "." || w.names(word) })
	}
	return !w.inGitHub() || slices.ContainsFunc(c.Words[1:], func(word shell.Word) bool { return word.Const && w.names(word) })
}

// names reports a word that may name the path or a folder around it.
func (w *localPath) names(word shell.Word) bool {
	if strings.Contains(word.Text, "GITHUB_") || strings.HasPrefix(word.Text, "/dev/") {
		return false
	}
	first, _, _ := strings.Cut(w.path, "/")
	return !word.Const || strings.Contains(word.Text, first)
}
