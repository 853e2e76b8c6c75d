package flow

import (
	"iter"
	"path"
	"regexp"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Checkout is a step that fetches what an outsider wrote.
type Checkout struct {
	syntax.Span // what names the outsider's commit or repository
	Step        *syntax.Step
	Path        string // where it lies, below the workspace; "." is the workspace itself
	Head        Taint  // what names it, with the way from there
	Refuses     bool   // this version of actions/checkout does not fetch a fork's code under pull_request_target and workflow_run
	Branch      bool   // it takes a branch of that name from this repository, which a fork's branch is not
}

// UntrustedCheckout returns the first step of a job that puts the head of somebody else's pull request into the workspace: with
// actions/checkout in a version that lets it, or with the opt-in that makes a newer one do so, or with git or gh.
func (f *Flow) UntrustedCheckout(file *syntax.File, job *syntax.Job) (Checkout, bool) {
	for _, c := range f.Checkouts(file, job) {
		if !c.Refuses {
			return c, true
		}
	}
	return Checkout{}, false
}

// Checkouts returns the steps of a job, or with a nil job of a composite action, that put the head of a pull request into the
// workspace, also those of which a version of actions/checkout refuses forks. The answer is shared and not to be changed.
func (f *Flow) Checkouts(file *syntax.File, job *syntax.Job) []Checkout {
	key := owner{file, job}
	f.mu.Lock()
	out, seen := f.checkouts[key]
	f.mu.Unlock()
	if seen {
		return out
	}
	out = f.findCheckouts(file, job)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.checkouts == nil {
		f.checkouts = map[owner][]Checkout{}
	}
	f.checkouts[key] = out
	return out
}

func (f *Flow) findCheckouts(file *syntax.File, job *syntax.Job) []Checkout {
	var out []Checkout
	for step := range (owner{file, job}).steps() {
		if step.Run != nil {
			out = f.fetches(out, file, job, step)
			continue
		}
		if !isCheckout(step) {
			continue
		}
		ref, repository := step.With.Get("ref"), step.With.Get("repository")
		c := Checkout{Step: step, Path: checkoutPath(step), Refuses: refusesForks(file, step.Uses) && !optsIn(step)}
		named := false
		for _, s := range [...]*syntax.Str{ref, repository} {
			if heads := f.heads(file, job, step, s); !named && len(heads) > 0 {
				named, c.Span, c.Head = true, s.Span, heads[0]
				c.Branch = s == ref && isBranchName(heads[0]) && (repository == nil || len(repository.Fences) == 0 || repository.Value == "${{ github.repository }}")
			}
		}
		if named {
			out = append(out, c)
		}
	}
	return out
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

// fetches adds the commands of a script that check out the head of a pull request.
func (f *Flow) fetches(out []Checkout, file *syntax.File, job *syntax.Job, step *syntax.Step) []Checkout {
	if !scriptMayFetch(step.Run.Value) || !slices.ContainsFunc(f.Script(file, job, step).Commands, mayFetch) {
		return out
	}
	dir, _ := WorkingDirectory(file, job, step)
	var fetched []Taint
	s := (&tainter{flow: f, busy: map[busyKey]bool{}, heads: true}).shell(scope{file, job, step}, 0)
	for _, c := range s.script.Commands {
		if len(c.Words) < 2 || c.Remote {
			continue
		}
		if (c.Name == "cd" || c.Name == "pushd") && len(c.Words) == 2 {
			dir = enter(dir, c.Words[1])
			continue
		}
		if !mayFetch(c) {
			if c.Name == "git" {
				if verb, _ := gitVerb(c, dir); verb == "remote" || verb == "fetch" {
					fetched = append(fetched, s.named(c)...)
				}
			}
			continue
		}
		verb, at := gitVerb(c, dir)
		head := s.named(c)
		var found []Taint
		switch {
		case (c.Name == "gh" || c.Name == "hub") && verb == "pr" && len(c.Words) > 2 && (c.Words[2].Text == "checkout" || c.Words[2].Text == "co"):
			if found = head; len(found) == 0 {
				found = []Taint{s.pulled(c)}
			}
			found[0].Field = "" // of the pull request as it is at that moment
		case c.Name == "gh" && verb == "repo" && len(c.Words) > 3 && c.Words[2].Text == "clone":
			if found = head; len(found) > 0 {
				at = cloned(at, c.Words[3:])
			}
		case c.Name == "curl" || c.Name == "wget" || c.Name == "gh" && verb == "api":
			if archive(c) {
				found = head
			}
		case c.Name != "git":
		case verb != "clone":
			if found = head; len(found) == 0 && !leaves(c) {
				found = fetched
			}
		default:
			if found = head; len(found) > 0 {
				at = cloned(at, c.Words[2:])
			}
		}
		if len(found) > 0 {
			span := file.ValueSpan(&step.Run.Str, syntax.Span{Start: c.Words[0].Start, End: c.Words[len(c.Words)-1].End})
			head := tidy(found)[0]
			return append(out, Checkout{Span: span, Step: step, Path: path.Join(".", at), Head: head, Branch: isBranchName(head) && !s.elsewhere()})
		}
	}
	return out
}

// scriptMayFetch answers false, without parsing it, when mayFetch is false for all commands of a script.
func scriptMayFetch(text string) bool {
	if strings.Contains(text, "gh ") || strings.Contains(text, "hub ") {
		return true
	}
	return strings.Contains(text, "git") && (slices.ContainsFunc(fetchingVerbs[:], func(verb string) bool { return strings.Contains(text, verb) }) ||
		strings.Contains(text, "curl") || strings.Contains(text, "wget"))
}

// fetchingVerbs are the commands of git that put other code into the workspace.
var fetchingVerbs = [...]string{"checkout", "switch", "reset", "merge", "pull", "rebase", "cherry-pick", "worktree", "clone"}

// mayFetch reports a command that can put the code of a pull request into the workspace.
func mayFetch(c *shell.Command) bool {
	switch c.Name {
	case "curl", "wget":
		return archive(c)
	case "git", "gh", "hub":
	default:
		return false
	}
	verb, _ := gitVerb(c, "")
	if c.Name == "git" {
		return slices.Contains(fetchingVerbs[:], verb)
	}
	return verb == "pr" || verb == "repo" || verb == "api"
}

// named tells what of a pull request's head the arguments of a command name.
func (s *shellTaint) named(c *shell.Command) []Taint {
	var head []Taint
	for i := 1; i < len(c.Words); i++ {
		if c.Name == "git" && newBranch(c.Words[i-1].Text) {
			continue // the name of a branch that it makes
		}
		head = append(head, s.word(c, &c.Words[i])...)
		if pullRef(c.Words[i].Text) {
			head = append(head, s.pulled(c))
		}
	}
	return head
}

// newBranch reports an option of git whose argument is the name of a branch to make.
func newBranch(option string) bool {
	switch option {
	case "-b", "-B", "-c", "-C", "--create", "--orphan":
		return true
	}
	return false
}

// elsewhere reports a script that speaks of another repository than this one, so that the branch of a fork is found there.
func (s *shellTaint) elsewhere() bool {
	for _, c := range s.script.Commands {
		if c.Name == "git" && len(c.Words) > 1 {
			if verb, _ := gitVerb(c, "."); verb == "remote" || verb == "clone" {
				return true
			}
		}
		for _, w := range c.Words {
			if strings.Contains(w.Text, "github.com") {
				return true
			}
		}
	}
	return false
}

// gitVerb returns the subcommand of git or gh behind the options that hold for all of them, and the folder it works in.
func gitVerb(c *shell.Command, dir string) (string, string) {
	for i := 1; i < len(c.Words); i++ {
		switch text := c.Words[i].Text; {
		case c.Name != "git" || !strings.HasPrefix(text, "-"):
			return text, dir
		case text == "-C" && i+1 < len(c.Words):
			i++
			dir = enter(dir, c.Words[i])
		case text == "-c":
			i++
		}
	}
	return "", dir
}

// cloned returns the folder that git clone makes below dir.
func cloned(dir string, args []shell.Word) string {
	var plain []shell.Word
	for _, w := range args {
		if !strings.HasPrefix(w.Text, "-") {
			plain = append(plain, w)
		}
	}
	if len(plain) > 1 && plain[len(plain)-1].Const {
		return enter(dir, plain[len(plain)-1])
	}
	return dir
}

// archive reports a download of a commit as an archive.
func archive(c *shell.Command) bool {
	for _, w := range c.Words[1:] {
		for _, part := range [...]string{"/archive/", "tarball", "zipball", "codeload"} {
			if strings.Contains(w.Text, part) {
				return true
			}
		}
	}
	return false
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

// optsIn reports an allow-unsafe-pr-checkout that is, or may be, true.
func optsIn(step *syntax.Step) bool {
	s := step.With.Get("allow-unsafe-pr-checkout")
	return s != nil && !strings.EqualFold(strings.TrimSpace(s.Value), "false")
}

// refusesForks reports a version of actions/checkout that does not fetch a fork's code under pull_request_target: version 7,
// and the moving major tags, which got the change in July 2026.
func refusesForks(file *syntax.File, uses *syntax.Field) bool {
	version, _ := Version(file, uses)
	_, ref, _ := strings.Cut(uses.Value, "@")
	if version == ref && strings.Trim(strings.TrimPrefix(ref, "v"), "0123456789") == "" && len(ref) < 5 {
		return major(ref) >= 2
	}
	return major(version) >= 7 || version == "main"
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

// Execution is what runs files of a checkout.
type Execution struct {
	syntax.Span
	Step    *syntax.Step
	Program string // for messages: npm, ./build.sh, an action
	File    string // the file of the checkout that decides what happens; "" when not known
}

// Executes returns the first command after a checkout that runs what was checked out: a script or build tool in its folder, or
// a local action of it.
func (f *Flow) Executes(file *syntax.File, job *syntax.Job, out Checkout) (syntax.Span, string, bool) {
	for e := range f.Executions(file, job, out) {
		return e.Span, e.Program, true
	}
	return syntax.Span{}, "", false
}

// Executions ranges over what runs files of a checkout after it, until another commit takes its place.
func (f *Flow) Executions(file *syntax.File, job *syntax.Job, out Checkout) iter.Seq[Execution] {
	return func(yield func(Execution) bool) {
		passed := false
		for step := range (owner{file, job}).steps() {
			if step == out.Step {
				passed = true
				if step.Run == nil {
					continue
				}
			}
			switch {
			case !passed:
			case step.Uses == nil:
				if !f.executes(file, job, step, out, yield) {
					return
				}
			case isCheckout(step) && checkoutPath(step) == out.Path:
				return // another commit takes its place
			case strings.HasPrefix(step.Uses.Value, "./"):
				if inFolder(out.Path, step.Uses.Value) && !yield(Execution{step.Uses.Span, step, step.Uses.Value, path.Join(step.Uses.Value, "action.yml")}) {
					return
				}
			default:
				if e, ok := actionExecutes(step, out); ok && !yield(e) {
					return
				}
			}
		}
	}
}

// actionExecutes reports an action that runs files of the workspace, or a script for one that loads modules from there.
func actionExecutes(step *syntax.Step, out Checkout) (Execution, bool) {
	e := Execution{Span: step.Uses.Span, Step: step, Program: actionName(step.Uses.Value)}
	if decides, ok := catalog.ActionRunsWorkspace(step.Uses.Value, inputs(step.With)); ok {
		e.File = decides
		dir := "."
		for _, input := range [...]string{"working-directory", "workdir", "path"} {
			if s := step.With.Get(input); s != nil && len(s.Fences) == 0 {
				dir = s.Value
			}
		}
		return e, inFolder(out.Path, dir)
	}
	script := step.With.Get("script")
	if script == nil || !strings.EqualFold(e.Program, "actions/github-script") {
		return e, false
	}
	for _, m := range loadsModule.FindAllStringSubmatch(script.Value, -1) {
		if inFolder(out.Path, m[1]) {
			e.File = path.Clean(m[1])
			return e, true
		}
	}
	return e, false
}

// loadsModule finds where JavaScript loads a module of the workspace; group 1 is its path.
var loadsModule = regexp.MustCompile("\\b(?:require|import)\\(\\s*['\"`](?:\\./|\\$\\{process\\.env\\.GITHUB_WORKSPACE\\}/|\\$\\{\\{ *github\\.workspace *\\}\\}/)([^'\"`]+)")

// executes hands the commands of a step that run files of a checkout to yield; the answer is that of the last call.
func (f *Flow) executes(file *syntax.File, job *syntax.Job, step *syntax.Step, out Checkout, yield func(Execution) bool) bool {
	script := f.Script(file, job, step)
	if script == nil {
		return true
	}
	dir, known := WorkingDirectory(file, job, step)
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
			decides := catalog.DecidingFile(c.Name)
			if decides == "" {
				decides = path.Join(dir, target)
			}
			if !yield(Execution{span, step, c.Name, decides}) {
				return false
			}
		}
	}
	return true
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
