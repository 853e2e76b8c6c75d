package flow

import (
	"path"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Checkout is a step that fetches what an outsider wrote.
type Checkout struct {
	syntax.Span // what names the outsider's commit or repository
	Step        *syntax.Step
	Path        string // where it lies, below the workspace; "." is the workspace itself
}

// UntrustedCheckout returns the first step of a job that puts the head of somebody else's pull request into the workspace: with
// actions/checkout in a version that lets it, or with the opt-in that makes a newer one do so, or with git or gh.
func (f *Flow) UntrustedCheckout(file *syntax.File, job *syntax.Job) (Checkout, bool) {
	for step := range job.Flat() {
		if step.Run != nil {
			if span, dir, ok := f.fetches(file, job, step); ok {
				return Checkout{span, step, dir}, true
			}
			continue
		}
		if !isCheckout(step) {
			continue
		}
		s := step.With.Get("ref")
		if !namesHead(s) {
			if s = step.With.Get("repository"); !namesHead(s) {
				continue
			}
		}
		if refusesForks(file, step.Uses) && !optsIn(step) {
			continue
		}
		return Checkout{s.Span, step, checkoutPath(step)}, true
	}
	return Checkout{}, false
}

func isCheckout(step *syntax.Step) bool {
	return step.Uses != nil && strings.EqualFold(actionName(step.Uses.Value), "actions/checkout")
}

func checkoutPath(step *syntax.Step) string {
	s := step.With.Get("path")
	if s == nil || len(s.Fences) > 0 && !strings.HasPrefix(s.Value, "${{ github.workspace }}") {
		return "."
	}
	return path.Join(".", strings.TrimPrefix(s.Value, "${{ github.workspace }}"))
}

// fetches reports a script that checks out the head of a pull request, the command that does, and where.
func (f *Flow) fetches(file *syntax.File, job *syntax.Job, step *syntax.Step) (syntax.Span, string, bool) {
	if !strings.Contains(step.Run.Value, "git") && !strings.Contains(step.Run.Value, "gh ") {
		return syntax.Span{}, "", false
	}
	dir, _ := workingDirectory(file, job, step)
	fetched := false
	for _, c := range f.Script(file, job, step).Commands {
		if len(c.Words) < 2 {
			continue
		}
		verb := c.Words[1].Text
		head := false
		for _, w := range c.Words[2:] {
			head = head || f.headWord(file, job, step, w)
		}
		found := false
		switch {
		case c.Name == "gh" && len(c.Words) > 2:
			found = verb == "pr" && (c.Words[2].Text == "checkout" || c.Words[2].Text == "co")
		case c.Name != "git":
		case verb == "fetch":
			fetched = fetched || head
		case verb == "checkout" || verb == "switch" || verb == "reset" || verb == "merge" || verb == "pull" || verb == "rebase" || verb == "cherry-pick":
			found = head || fetched && !leaves(c)
		case verb == "clone":
			found = head
		}
		if found {
			return file.ValueSpan(&step.Run.Str, syntax.Span{Start: c.Words[0].Start, End: c.Words[len(c.Words)-1].End}), path.Join(".", dir), true
		}
	}
	return syntax.Span{}, "", false
}

// leaves reports a git command that goes back to a branch of this repository.
func leaves(c *shell.Command) bool {
	for _, w := range c.Words[2:] {
		switch strings.TrimPrefix(w.Text, "origin/") {
		case "main", "master", "develop":
			return true
		}
	}
	return false
}

// headWord reports an argument that names the head of a pull request, also through a variable.
func (f *Flow) headWord(file *syntax.File, job *syntax.Job, step *syntax.Step, w shell.Word) bool {
	if strings.Contains(w.Text, "pull/") && (strings.Contains(w.Text, "/head") || strings.Contains(w.Text, "/merge")) {
		return true
	}
	for _, h := range w.Holes {
		if h < len(step.Run.Fences) && headExpr(step.Run.Fences[h].X) {
			return true
		}
	}
	for _, v := range w.Vars {
		if v.Name == "GITHUB_HEAD_REF" {
			return true
		}
		for _, env := range f.Environments(file, job, step) {
			if s := env.Get(v.Name); s != nil {
				if namesHead(s) {
					return true
				}
				break
			}
		}
	}
	return false
}

// optsIn reports an allow-unsafe-pr-checkout that is, or may be, true.
func optsIn(step *syntax.Step) bool {
	s := step.With.Get("allow-unsafe-pr-checkout")
	return s != nil && !strings.EqualFold(strings.TrimSpace(s.Value), "false")
}

// headPaths are the parts of the payload that name the head of a pull request.
var headPaths = [...]string{
	"github.event.pull_request.head", "github.head_ref", "github.event.pull_request.merge_commit_sha",
	"github.event.workflow_run.head_sha", "github.event.workflow_run.head_branch", "github.event.workflow_run.head_commit",
	"github.event.workflow_run.head_repository",
}

func namesHead(s *syntax.Str) bool {
	if s == nil {
		return false
	}
	if strings.HasPrefix(s.Value, "refs/pull/") {
		return true
	}
	for i := range s.Fences {
		if headExpr(s.Fences[i].X) {
			return true
		}
	}
	return false
}

// headExpr reports that the value of an expression may be the head of a pull request; what is only tested does not count.
func headExpr(n expr.Node) bool {
	found := false
	var visit func(n expr.Node) bool
	visit = func(n expr.Node) bool {
		switch n := n.(type) {
		case *expr.Binary:
			if n.Op == expr.And {
				expr.Walk(n.Y, visit)
			}
			return n.Op == expr.Or
		case *expr.Not:
			return false
		case *expr.Call:
			return passes(n, visit)
		case *expr.Literal:
			found = found || strings.Contains(n.Value.String, "refs/pull/")
			return false
		}
		if path, ok := expr.Path(n); ok {
			for _, head := range headPaths {
				found = found || path == head || strings.HasPrefix(path, head+".")
			}
			return false
		}
		return true
	}
	expr.Walk(n, visit)
	return found
}

// refusesForks reports a version of actions/checkout that does not fetch a fork's code under pull_request_target: version 7,
// and the moving major tags, which got the change in July 2026.
func refusesForks(file *syntax.File, uses *syntax.Field) bool {
	name, ref, _ := strings.Cut(uses.Value, "@")
	if version, ok := catalog.PinVersion(name, ref); ok {
		ref = version
		return major(ref) >= 7
	}
	if strings.Trim(strings.TrimPrefix(ref, "v"), "0123456789") == "" && len(ref) < 5 {
		return major(ref) >= 2
	}
	if len(ref) >= 40 {
		return major(versionComment(file, uses.Span)) >= 7
	}
	return major(ref) >= 7 || ref == "main"
}

// major returns the first number of a version such as v4.2.2, or 0.
func major(version string) int {
	n := 0
	for _, c := range strings.TrimPrefix(version, "v") {
		if c < '0' || c > '9' || n > 1000 {
			break
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// versionComment returns the version that the comment on the line of a pin claims.
func versionComment(file *syntax.File, at syntax.Span) string {
	line := file.LineSpan(file.Position(at.Start).Line)
	for _, c := range file.Comments {
		if c.Start >= at.End && c.End <= line.End {
			for word := range strings.FieldsSeq(c.Text) {
				if major(word) > 0 {
					return word
				}
			}
		}
	}
	return ""
}

// Executes returns the first command after a checkout that runs what was checked out: a script or build tool in its folder, or
// a local action of it.
func (f *Flow) Executes(file *syntax.File, job *syntax.Job, out Checkout) (syntax.Span, string, bool) {
	passed := false
	for step := range job.Flat() {
		if step == out.Step {
			passed = true
			if step.Run == nil {
				continue
			}
		}
		if !passed {
			continue
		}
		if step.Uses != nil {
			if step != out.Step && isCheckout(step) && checkoutPath(step) == out.Path {
				return syntax.Span{}, "", false // another commit takes its place
			}
			if strings.HasPrefix(step.Uses.Value, "./") && inFolder(out.Path, step.Uses.Value) {
				return step.Uses.Span, step.Uses.Value, true
			}
			continue
		}
		if span, program, ok := f.executes(file, job, step, out); ok {
			return span, program, true
		}
	}
	return syntax.Span{}, "", false
}

func (f *Flow) executes(file *syntax.File, job *syntax.Job, step *syntax.Step, out Checkout) (syntax.Span, string, bool) {
	script := f.Script(file, job, step)
	if script == nil {
		return syntax.Span{}, "", false
	}
	dir, known := workingDirectory(file, job, step)
	for _, c := range script.Commands {
		if len(c.Words) == 0 {
			continue
		}
		if (c.Name == "cd" || c.Name == "pushd") && len(c.Words) == 2 {
			dir, known = enter(dir, c.Words[1]), known && c.Words[1].Const
			continue
		}
		target, runs := catalog.RunsWorkspace(words(c))
		if !runs || !known || c.Remote {
			continue
		}
		span := file.ValueSpan(&step.Run.Str, syntax.Span{Start: c.Words[0].Start, End: c.Words[len(c.Words)-1].End})
		if step == out.Step && span.Start < out.End {
			continue // before the checkout
		}
		if inFolder(out.Path, path.Join(dir, target)) {
			return span, c.Name, true
		}
	}
	return syntax.Span{}, "", false
}

// enter returns the folder after cd.
func enter(dir string, w shell.Word) string {
	if strings.HasPrefix(w.Text, "/") {
		return w.Text
	}
	return path.Join(dir, w.Text)
}

// inFolder reports that a path of the workspace lies in a folder of it.
func inFolder(folder, name string) bool {
	name = path.Clean(name)
	if folder == "." {
		return !strings.HasPrefix(name, "..") && !strings.HasPrefix(name, "/")
	}
	return name == folder || strings.HasPrefix(name, folder+"/")
}
