package flow

import (
	"path"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// GitUse is a place that uses the credentials which a checkout left for git, or may do so.
type GitUse struct {
	File        *syntax.File
	syntax.Span              // in File
	Step        *syntax.Step // the step of the job; of the caller where a composite action does it
	What        string       // the action or the command, for messages
	Sure        bool         // false: what the action or script does cannot be told
	dir         string       // the folder of the workspace where it works; "*" when that is not known
}

// In reports that it may work on what was checked out to a folder of the workspace, when the job has checkouts in these folders.
func (u GitUse) In(folder string, all []string) bool {
	if u.dir == "*" {
		return true
	}
	deepest := ""
	for _, other := range all {
		if inFolder(other, u.dir) && (deepest == "" || len(other) > len(deepest)) {
			deepest = other
		}
	}
	return deepest == "" || deepest == folder
}

// GitUses lists what uses, or may use, the credentials for git in the steps of a job, or of a composite action, that come after
// one. For a composite action that includes the steps after those that call it.
func (f *Flow) GitUses(file *syntax.File, job *syntax.Job, after *syntax.Step) []GitUse {
	left := maxFollowed
	return f.gitUsesAfter(file, job, after, 0, &left)
}

// gitUsesAfter follows calls upwards, as many as are left.
func (f *Flow) gitUsesAfter(file *syntax.File, job *syntax.Job, after *syntax.Step, depth int, left *int) []GitUse {
	var out []GitUse
	for _, u := range f.gitUses(file, job) {
		if u.Step != after && u.Step.Start > after.Start {
			out = append(out, u)
		}
	}
	if file.Action == nil || depth > maxNested {
		return out
	}
	users := f.users(file)
	for _, u := range users[:min(len(users), maxUsers)] {
		if *left--; *left >= 0 {
			out = append(out, f.gitUsesAfter(u.file, u.job, u.step, depth+1, left)...)
		}
	}
	return out
}

// gitUses lists those of all steps, in their order.
func (f *Flow) gitUses(file *syntax.File, job *syntax.Job) []GitUse {
	key := owner{file, job}
	f.mu.Lock()
	out, seen := f.gitUse[key]
	f.mu.Unlock()
	if seen {
		return out
	}
	left := maxFollowed
	w := gitUses{f: f, file: file, job: job, left: &left}
	for step := range key.steps() {
		w.step(step)
	}
	f.mu.Lock()
	if f.gitUse == nil {
		f.gitUse = map[owner][]GitUse{}
	}
	f.gitUse[key] = w.out
	f.mu.Unlock()
	return w.out
}

// gitUses gathers those of one job or composite action.
type gitUses struct {
	f      *Flow
	file   *syntax.File
	job    *syntax.Job
	depth  int
	left   *int // how many more local actions are followed
	height int  // how deep the local actions are nested that were followed
	cut    bool // one was not
	out    []GitUse
}

func (w *gitUses) add(step *syntax.Step, at syntax.Span, what, dir string, sure bool) {
	w.out = append(w.out, GitUse{File: w.file, Span: at, Step: step, What: what, Sure: sure, dir: dir})
}

func (w *gitUses) step(step *syntax.Step) {
	switch {
	case Never(step.If):
	case step.Uses != nil:
		w.uses(step)
	case step.Run != nil:
		w.run(step)
	}
}

func (w *gitUses) uses(step *syntax.Step) {
	uses := step.Uses.Value
	name := actionName(uses)
	if slices.Contains(checkouts[:], strings.ToLower(name)) {
		return // it brings its own
	}
	if _, ok := catalog.GitUser(uses, inputs(step.With)); ok {
		w.add(step, step.Uses.Span, name, "*", true)
		return
	}
	if s := inputOfGit(step.With); s != nil {
		w.add(step, s.Span, name, "*", true)
		return
	}
	callee := w.f.repo.Callee(uses)
	switch {
	case callee == nil || callee.Action == nil || callee.Action.Runs == nil:
		if !catalog.KnowsAction(uses) && !catalog.Official(uses) {
			w.add(step, step.Uses.Span, name, "*", false)
		}
	case len(callee.Action.Runs.Steps) == 0:
		w.add(step, step.Uses.Span, name, "*", false)
	case w.depth >= maxNested, *w.left == 0:
		w.cut = true
		w.add(step, step.Uses.Span, name, "*", false)
	default:
		for _, u := range w.inner(callee) {
			w.add(step, step.Uses.Span, u.what, "*", u.sure)
		}
	}
}

// innerGit is what a composite action does with git: the same wherever it is called, as long as all that it calls is followed.
type innerGit struct {
	uses   []innerGitUse
	calls  int // how many local actions are followed in it
	height int // and how deep these are nested
}

// innerGitUse is what is told of a use where the action is called.
type innerGitUse struct {
	what string
	sure bool
}

// inner lists the different uses in a composite action.
func (w *gitUses) inner(callee *syntax.File) []innerGitUse {
	*w.left--
	w.f.mu.Lock()
	in, seen := w.f.innerGit[callee]
	w.f.mu.Unlock()
	if seen && w.depth+in.height < maxNested && *w.left >= in.calls {
		*w.left -= in.calls
		w.height = max(w.height, 1+in.height)
		return in.uses
	}
	before := *w.left
	walk := gitUses{f: w.f, file: callee, depth: w.depth + 1, left: w.left}
	for _, s := range callee.Action.Runs.Steps {
		walk.step(s)
	}
	in = innerGit{calls: before - *w.left, height: walk.height}
	for _, u := range walk.out {
		if told := (innerGitUse{u.What, u.Sure}); !slices.Contains(in.uses, told) {
			in.uses = append(in.uses, told)
		}
	}
	w.height, w.cut = max(w.height, 1+in.height), w.cut || walk.cut
	if !walk.cut {
		w.f.mu.Lock()
		if w.f.innerGit == nil {
			w.f.innerGit = map[*syntax.File]innerGit{}
		}
		w.f.innerGit[callee] = in
		w.f.mu.Unlock()
	}
	return in.uses
}

// inputOfGit returns the first input that runs git to talk to a remote, or nil.
func inputOfGit(with *syntax.Map) *syntax.Str {
	switch {
	case with == nil:
		return nil
	case with.Expr != nil:
		if speaksOfGit(with.Expr.Value) {
			return with.Expr
		}
		return nil
	}
	for i := range with.Entries {
		if s := with.Entries[i].Value; s != nil && speaksOfGit(s.Value) {
			return s
		}
	}
	return nil
}

func (w *gitUses) run(step *syntax.Step) {
	text := step.Run.Value
	if !w.f.Clues(step).Has(catalog.ClueUsesGit) {
		return
	}
	script := w.f.Script(w.file, w.job, step)
	if script.Dialect == shell.Other {
		if speaksOfGit(text) {
			w.add(step, step.Run.Span, "the script", "*", true)
		}
		return
	}
	dir, known := WorkingDirectory(w.file, w.job, step)
	if !known {
		dir = "*"
	}
	for _, c := range script.Commands {
		switch {
		case len(c.Words) == 0 || c.Remote || printsOnly(c):
		case (c.Name == "cd" || c.Name == "pushd") && len(c.Words) == 2 && dir != "*":
			dir = enterKnown(dir, c.Words[1])
		case usesGit(c):
			w.add(step, w.span(step, c), commandText(c), gitFolder(dir, c), true)
		case runsTasks(c.Words[0].Text) && maySend(taskWords(c)):
			w.add(step, w.span(step, c), commandText(c), "*", true)
		default:
			w.interprets(step, c, dir)
		}
	}
	w.files(step)
}

// span is where a command of a step's script stands in the file.
func (w *gitUses) span(step *syntax.Step, c *shell.Command) syntax.Span {
	return w.file.ValueSpan(&step.Run.Str, syntax.Span{Start: c.Words[0].Start, End: c.Words[len(c.Words)-1].End})
}

// files looks into the script files of the repository that a step runs.
func (w *gitUses) files(step *syntax.Step) {
	for _, r := range w.f.Runs(w.file, w.job, step, Held{}) {
		for _, c := range r.Script.Commands {
			if len(c.Words) > 0 && !c.Remote && usesGit(c) {
				w.add(step, w.span(step, r.Command), path.Base(r.Source.Path), "*", true)
				break
			}
		}
	}
}

// enterKnown returns the folder after cd, "*" when a variable decides.
func enterKnown(dir string, w shell.Word) string {
	if !w.Const {
		return "*"
	}
	return enter(dir, w)
}

// interprets looks into a program text that a command runs, its own words or a file of the repository, and notes one that cannot be read.
func (w *gitUses) interprets(step *syntax.Step, c *shell.Command, dir string) {
	speaks := func(word shell.Word) bool { return speaksOfGit(word.Text) }
	if interpreter(c.Name) && slices.ContainsFunc(c.Words[1:], speaks) { // node -e 'execSync("git push")'
		w.add(step, w.span(step, c), commandText(c), "*", true)
		return
	}
	target, runs := catalog.RunsWorkspace(words(c))
	if !runs || target == "." || !strings.Contains(target, ".") {
		return
	}
	name := target
	if dir != "." {
		name = path.Join(dir, target)
	}
	at := w.span(step, c)
	switch src := w.f.repo.Script(name); {
	case src == nil:
		w.add(step, at, commandText(c), "*", false)
	case !strings.HasSuffix(target, ".sh") && speaksOfGit(src.Text): // shell scripts are read themselves
		w.add(step, at, commandText(c), "*", true)
	}
}

// taskWords are the words of a command that can name a task or a file; a whole script is none.
func taskWords(c *shell.Command) []string {
	out := words(c)
	return append(out[:1], slices.DeleteFunc(out[1:], func(w string) bool { return strings.ContainsAny(w, " \n") })...)
}

// interpreter reports a program that runs what an argument says, other than a shell, whose scripts are read as such.
func interpreter(name string) bool {
	switch strings.TrimRight(name, "0123456789.") {
	case "python", "node", "ruby", "perl", "php", "deno", "bun", "julia", "Rscript":
		return true
	}
	return false
}

// usesGit reports a command that uses the credentials for git of the folder, also through a program that runs it.
func usesGit(c *shell.Command) bool {
	if c.Name != "" && catalog.TokenBlind(c.Name) {
		return false
	}
	return catalog.GitCommand(words(c))
}

// gitFolder is where git -C works.
func gitFolder(dir string, c *shell.Command) string {
	if c.Name != "git" || dir == "*" {
		return dir
	}
	for i := 1; i+1 < len(c.Words) && strings.HasPrefix(c.Words[i].Text, "-"); i++ {
		if c.Words[i].Text == "-C" {
			return enterKnown(dir, c.Words[i+1])
		}
	}
	return dir
}

// commandText names a command for messages by its first words.
func commandText(c *shell.Command) string {
	out := c.Name
	if out == "" {
		out = c.Words[0].Text
	}
	for i, w := range c.Words[1:] {
		if before := c.Words[i].Text; strings.HasPrefix(w.Text, "-") || !w.Const || strings.ContainsAny(w.Text, " \n\t") || c.Name == "git" && (before == "-C" || before == "-c") {
			continue
		}
		return out + " " + w.Text
	}
	return out
}

// gitVerbs are the commands of git that talk to a remote.
var gitVerbs = [...]string{"push", "fetch", "pull", "ls-remote", "submodule", "lfs", "subtree"}

// separators may stand between the words of a command in a program text: git push, ["git", "push"].
const separators = "\"'`,[( \t"

// speaksOfGit reports a text in whatever language that runs git to talk to a remote, as one command or as the words of one.
func speaksOfGit(text string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], "git")
		if i < 0 {
			return false
		}
		start := at + i
		at = start + len("git")
		if start > 0 {
			if c := text[start-1]; c|0x20 >= 'a' && c|0x20 <= 'z' || c == '.' || c == '/' || c == '-' {
				continue // digit, .git, x.com/git
			}
		}
		next := strings.TrimLeft(text[at:], separators)
		for _, verb := range gitVerbs {
			if len(next) < len(text)-at && strings.HasPrefix(next, verb) {
				return true
			}
		}
	}
}
