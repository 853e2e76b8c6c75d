package flow

import (
	"path"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Artifact is a step that downloads what an outsider may have made: files of another run, or of a job of this run that had run an
// outsider's code. OutsidersUnder tells under which triggers that is so.
type Artifact struct {
	syntax.Span              // what downloads or unpacks it: the action, or the command
	File        *syntax.File // in which the span stands: that of a composite action for a step of it
	Step        *syntax.Step // of the job, or of the composite action, that was asked about
	By          string       // the action or the program, for messages
	Path        string       // the folder: below the workspace ("." is the workspace), or from a root such as /tmp, ~ or $RUNNER_TEMP
	Checkout    *Checkout    // of a job of the same run: the outsider's code that ran before the upload
	Uploader    *syntax.Job  // that job

	home  *syntax.File // of that job
	run   runRef
	of    string       // the workflow whose newest run is taken, as the step names it; "" for any
	inner *syntax.Step // the step that downloads, in File
	names []string     // other spellings of the folder: outputs that hold it
}

// Outside reports a folder that is no part of the workspace.
func (a Artifact) Outside() bool { return rooted(a.Path) }

// rooted reports a path that does not begin in the workspace.
func rooted(name string) bool {
	return strings.HasPrefix(name, "/") || strings.HasPrefix(name, "~") || strings.HasPrefix(name, "$") || strings.HasPrefix(name, "..")
}

// below reports that a path lies in a folder, or is it. Both are as Artifact.Path has them.
func below(folder, name string) bool {
	switch {
	case folder == ".":
		return !rooted(name)
	case name == folder:
		return true
	}
	return strings.HasPrefix(name, folder+"/")
}

// Artifacts lists the steps of a job, or with a nil job of a composite action, that download what an outsider may have made.
// Steps of the composite actions that a job uses are among them.
func (f *Flow) Artifacts(file *syntax.File, job *syntax.Job) []Artifact {
	w := artifacts{f: f, owner: owner{file, job}, open: file.Workflow == nil || len(f.privileged(file)) > 0}
	for step := range w.steps() {
		if len(w.out) >= maxArtifacts {
			break
		}
		if Never(step.If) {
			continue
		}
		w.outer = step
		w.step(scope{file, job, step}, 0)
	}
	return w.out
}

// maxArtifacts bounds the downloads of one job that are looked at.
const maxArtifacts = 20

// artifacts gathers the downloads of one job.
type artifacts struct {
	f *Flow
	owner
	open   bool         // outsiders may start the workflow with rights; else only the newest run can be one of theirs
	outer  *syntax.Step // of the job
	out    []Artifact
	packed []Artifact // downloads that are not unpacked so far
	walked int
}

func (w *artifacts) step(at scope, depth int) {
	w.walked++
	switch {
	case w.walked > maxWalked:
	case at.step.Uses != nil:
		w.action(at, depth)
	case at.step.Run != nil:
		w.script(at)
	}
}

func (w *artifacts) action(at scope, depth int) {
	uses := at.step.Uses.Value
	if callee := w.f.repo.Callee(uses); callee != nil && callee.Action != nil && callee.Action.Runs != nil {
		if depth >= maxNested {
			return
		}
		for _, inner := range callee.Action.Runs.Steps {
			w.step(scope{callee, nil, inner}, depth+1)
		}
		return
	}
	if d, ok := catalog.Downloads(uses, inputs(at.step.With)); ok {
		w.download(at, d)
		return
	}
	if script := at.step.With.Get("script"); script != nil && strings.EqualFold(actionName(uses), "actions/github-script") && strings.Contains(script.Value, "downloadArtifact") {
		w.javascript(at, script)
	}
}

// artifact begins one that a step downloads into a folder.
func (w *artifacts) artifact(at scope, span syntax.Span, by, folder string) Artifact {
	return Artifact{Span: span, File: at.file, Step: w.outer, By: by, Path: folder, inner: at.step}
}

// download judges a step with an action for downloads.
func (w *artifacts) download(at scope, d catalog.ArtifactDownload) {
	with := at.step.With
	if s := with.Get("skip_unpack"); s != nil && s.Value == "true" || w.elsewhere(at) {
		return
	}
	a := w.artifact(at, at.step.Uses.Span, actionName(at.step.Uses.Value), d.Folder)
	if s := with.Get(d.FolderInput); d.FolderInput != "" && s != nil {
		a.Path = w.f.folder(w.call(at), s)
	}
	if at.step.ID != nil {
		a.names = []string{"${{steps." + at.step.ID.Value + ".outputs.download-path}}"}
	}
	if s := with.Get(d.RunInput); d.RunInput != "" && s != nil && strings.TrimSpace(s.Value) != "" {
		a.run = w.f.runOf(w.call(at), s, 0)
	}
	version, _ := Version(at.file, at.step.Uses)
	switch {
	case d.Newest && (a.run == thisRun || a.run == parentRun) && d.TakesForks(version, inputs(with)):
		if s := with.Get("workflow"); s != nil {
			a.of = s.Value
		}
		if a.run == thisRun {
			a.run = newestRun
		} else {
			a.run = parentOrNewest
		}
	case d.Newest && a.run == thisRun:
		return
	case a.run == thisRun:
		w.ownRun(a)
		return
	}
	w.add(a)
}

// add keeps an artifact of another run, if something tells whose it may be.
func (w *artifacts) add(a Artifact) {
	if a.run != thisRun && a.run != trustedRun {
		w.keep(a)
	}
}

// keep adds an artifact, once for each step of the job that brings it.
func (w *artifacts) keep(a Artifact) {
	if !slices.ContainsFunc(w.out, func(o Artifact) bool { return o.inner == a.inner && o.Step == a.Step && o.Span == a.Span }) {
		w.out = append(w.out, a)
	}
}

// elsewhere reports a download from another repository, of which nothing is known here.
func (w *artifacts) elsewhere(at scope) bool {
	for _, name := range [...]string{"repository", "repo"} {
		if s := at.step.With.Get(name); s != nil && !ownRepository(s) {
			return true
		}
	}
	return false
}

// call is the scope in which inputs of a composite action are filled in: that of its caller beside its own.
func (w *artifacts) call(at scope) calledScope { return calledScope{at, scope{w.file, w.job, w.outer}} }

// calledScope is a step and, where it belongs to a composite action, the step of the job that uses that.
type calledScope struct {
	scope
	caller scope
}

// ownRun adds the downloads of what jobs of the same run uploaded after an outsider's code ran in them.
func (w *artifacts) ownRun(a Artifact) {
	if w.job == nil || w.job.Needs == nil || !w.open {
		return
	}
	for _, from := range w.f.uploaders(w.file) {
		if from.job != w.job && w.uploads(from.job, a, from.run) {
			a.Checkout, a.Uploader, a.home = &from.checkout, from.job, w.file
			w.keep(a)
			return
		}
	}
}

// uploader is a job that runs an outsider's code and uploads artifacts.
type uploader struct {
	job      *syntax.Job
	checkout Checkout
	run      syntax.Span
}

// uploaders lists them for a workflow.
func (f *Flow) uploaders(file *syntax.File) []uploader {
	f.mu.Lock()
	out, seen := f.uploads[file]
	f.mu.Unlock()
	if seen {
		return out
	}
	for _, job := range file.Workflow.Jobs {
		if job.Uses != nil || len(f.Uploads(file, job)) == 0 {
			continue
		}
		for _, c := range f.Checkouts(file, job) {
			if run, _, ok := f.Executes(file, job, c); ok {
				out = append(out, uploader{job, c, run})
				break
			}
		}
	}
	f.mu.Lock()
	f.uploads[file] = out
	f.mu.Unlock()
	return out
}

// uploads reports that a job uploads, behind what runs in it, an artifact that a step may download.
func (w *artifacts) uploads(job *syntax.Job, a Artifact, run syntax.Span) bool {
	wanted := a.inner.With.Get("name")
	for _, u := range w.f.Uploads(w.file, job) {
		name := u.Step.With.Get("name")
		if u.Step.Start < run.Start {
			continue
		}
		if wanted == nil || name == nil || len(wanted.Fences)+len(name.Fences) > 0 || wanted.Value == name.Value {
			return true
		}
	}
	return false
}

// javascript judges a script for actions/github-script that downloads artifacts: it unpacks them itself, or leaves an archive.
func (w *artifacts) javascript(at scope, script *syntax.Str) {
	a := w.artifact(at, at.step.Uses.Span, actionName(at.step.Uses.Value), ".")
	if a.run = w.f.runIn(w.call(at), script.Value); a.run == thisRun || a.run == trustedRun {
		return
	}
	for _, unpacker := range [...]string{"unzip ", "tar "} {
		_, rest, found := strings.Cut(script.Value, unpacker)
		if !found {
			continue
		}
		line, _, _ := strings.Cut(rest, "\n")
		line = strings.TrimRight(line, "`'\");, ")
		for _, c := range shell.Parse(unpacker+line, shell.Bash, nil).Commands {
			if u, ok := c.Unpacks(); ok {
				a.Path = path.Clean(strings.TrimPrefix(u.Dir, "${process.env.GITHUB_WORKSPACE}/"))
				w.keep(a)
				return
			}
		}
	}
	if strings.Contains(script.Value, "extractAllTo") || strings.Contains(script.Value, "unzipper") || strings.Contains(script.Value, "extractZip") {
		w.keep(a)
		return
	}
	w.packed = append(w.packed, a)
}

// script judges the commands of a script: downloads by gh, which unpacks, and archives that another command or step got.
func (w *artifacts) script(at scope) {
	text := at.step.Run.Value
	if !w.open && !strings.Contains(text, "gh run download") && !strings.Contains(text, "actions/artifacts") {
		return
	}
	named := strings.Contains(text, "artifact") || strings.Contains(text, "gh run")
	if !named && len(w.packed) == 0 {
		return
	}
	asks := strings.Contains(text, "artifact") && (strings.Contains(text, "gh api") || strings.Contains(text, "curl") || strings.Contains(text, "wget") || strings.Contains(text, "Invoke-"))
	if !asks && !strings.Contains(text, "gh run") && (len(w.packed) == 0 || !mayUnpack(text)) {
		return
	}
	script := w.f.Script(at.file, at.job, at.step)
	if asks && mayFetchArtifact(script) {
		a := w.artifact(at, at.step.Run.Span, "gh api", ".")
		if a.run = w.f.runIn(w.call(at), text); a.run != thisRun && a.run != trustedRun {
			w.packed = append(w.packed, a)
		}
	}
	dir := w.f.start(at)
	for _, c := range script.Commands {
		if len(c.Words) == 0 || c.Remote {
			continue
		}
		if d, ok := ghDownload(c); ok {
			a := w.artifact(at, w.commandSpan(at, c), "gh run download", "")
			if a.run = w.ghRun(at, script, c, d.id); a.run != thisRun {
				a.Path = pathOf(script, c, dir, d.dir)
				w.add(a)
			}
			continue
		}
		if u, ok := c.Unpacks(); ok && len(w.packed) > 0 {
			a := w.packed[len(w.packed)-1]
			a.Path = pathOf(script, c, dir, u.Dir)
			if a.inner == at.step {
				a.Span = w.commandSpan(at, c)
			}
			w.keep(a)
		}
	}
}

func mayUnpack(text string) bool {
	for _, word := range [...]string{"unzip", "tar", "7z", "xpand-", "jar"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// mayFetchArtifact reports a script that asks for the archive of an artifact.
func mayFetchArtifact(script *shell.Script) bool {
	return slices.ContainsFunc(script.Commands, func(c *shell.Command) bool {
		switch strings.ToLower(c.Name) {
		case "curl", "wget", "invoke-webrequest", "iwr", "invoke-restmethod":
			return true
		case "gh":
			return len(c.Words) > 1 && c.Words[1].Text == "api"
		}
		return false
	})
}

// commandSpan is where a command of a step stands in the file.
func (w *artifacts) commandSpan(at scope, c *shell.Command) syntax.Span {
	return at.file.ValueSpan(&at.step.Run.Str, wordsSpan(c))
}

// download is a gh run download: the word that names the run, and the folder.
type download struct {
	id  *shell.Word // nil when none is named
	dir string
}

// ghDownload reads the command line of gh run download; false for other commands and other repositories.
func ghDownload(c *shell.Command) (d download, ok bool) {
	if c.Name != "gh" || len(c.Words) < 3 || c.Words[1].Text != "run" || c.Words[2].Text != "download" {
		return d, false
	}
	d.dir = "."
	for i := 3; i < len(c.Words); i++ {
		option, value, joined := strings.Cut(c.Words[i].Text, "=")
		switch option {
		case "-D", "--dir", "-n", "--name", "-p", "--pattern", "-R", "--repo":
			if !joined {
				if i++; i == len(c.Words) {
					return d, false
				}
				value = c.Words[i].Text
			}
		}
		switch {
		case option == "-D" || option == "--dir":
			d.dir = value
		case (option == "-R" || option == "--repo") && !ownName(value):
			return d, false
		case d.id == nil && !strings.HasPrefix(option, "-"):
			d.id = &c.Words[i]
		}
	}
	return d, true
}

// ownName reports a text that names this repository.
func ownName(text string) bool {
	text = strings.ReplaceAll(text, " ", "")
	return strings.Contains(text, "GITHUB_REPOSITORY") || strings.Contains(text, "github.repository") || strings.Contains(text, "GH_REPO") || !strings.Contains(text, "/")
}

// folder returns the path that a scalar names, as Artifact.Path has it.
func (f *Flow) folder(at calledScope, s *syntax.Str) string {
	text := strings.TrimSpace(s.Value)
	for range maxIndirect {
		fence, rest, ok := strings.Cut(text, "}}")
		name, leads := strings.CutPrefix(fence, "${{")
		if !ok || !leads {
			break
		}
		name = strings.TrimSpace(name)
		value := f.filled(&at, name)
		if value == "" {
			return path.Clean(strings.ReplaceAll(fence, " ", "") + "}}" + rest)
		}
		text = value + rest
	}
	if text = strings.ReplaceAll(text, `\`, "/"); text == "" {
		return "."
	}
	for _, variable := range [...]string{"$GITHUB_WORKSPACE", "${GITHUB_WORKSPACE}"} {
		if rest, ok := strings.CutPrefix(text, variable); ok {
			text = "." + rest
		}
	}
	return path.Clean(text)
}

// filled returns what a context's value is that a path may begin with; "" when it is not known. It moves to the caller for inputs.
func (f *Flow) filled(at *calledScope, name string) string {
	switch name {
	case "github.workspace":
		return "."
	case "runner.temp":
		return "$RUNNER_TEMP"
	}
	if variable, ok := strings.CutPrefix(name, "env."); ok {
		for _, env := range f.Environments(at.file, at.job, at.step) {
			if s := env.Get(variable); s != nil {
				return strings.TrimSpace(s.Value)
			}
		}
	}
	if input, ok := strings.CutPrefix(name, "inputs."); ok && at.file.Action != nil {
		s := at.caller.step.With.Get(input)
		if s == nil {
			s = inputDefault(at.file.Action, input)
		} else {
			at.scope = at.caller
		}
		if s != nil {
			return strings.TrimSpace(s.Value)
		}
	}
	return ""
}

// start is the folder in which the script of a step starts, as Artifact.Path has it.
func (f *Flow) start(at scope) string {
	dir, known := WorkingDirectory(at.file, at.job, at.step)
	if known {
		return path.Clean(dir)
	}
	return f.folder(calledScope{at, at}, &syntax.Str{Value: dir})
}

// pathOf is the path that a word of a command names in a script that starts in dir, as Artifact.Path has it.
func pathOf(script *shell.Script, c *shell.Command, dir, text string) string {
	text = script.Resolve(text)
	for _, root := range [...]string{"$GITHUB_WORKSPACE", "${GITHUB_WORKSPACE}", "${{ github.workspace }}", "${{github.workspace}}", "$env:GITHUB_WORKSPACE"} {
		if rest, ok := strings.CutPrefix(text, root); ok {
			return path.Clean("./" + rest)
		}
	}
	if name := script.PathFrom(c, dir, text); name != "" {
		return name
	}
	return "."
}
