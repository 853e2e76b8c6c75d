package flow

import (
	"path"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// ArtifactExecutions lists what executes files of an artifact behind its download, in the order of the steps, until a checkout takes
// their place. Spans are in the file of the job; what a composite action does stands at the step that uses it.
func (f *Flow) ArtifactExecutions(file *syntax.File, job *syntax.Job, a Artifact) []Execution {
	w := artifactUse{f: f, Artifact: a, file: file}
	for step := range (owner{file, job}).steps() {
		if w.gone {
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

// artifactUse walks the steps behind a download.
type artifactUse struct {
	f *Flow
	Artifact
	file     *syntax.File
	outer    *syntax.Step // of the job
	passed   bool         // the download is behind
	gone     bool         // a checkout took the place of the files
	replaced []string     // folders in the artifact's that checkouts filled since
	moved    []shell.File // where scripts put files of it
	out      []Execution
	walked   int
}

func (w *artifactUse) step(at scope, depth int) {
	if w.walked++; w.walked > maxWalked {
		return
	}
	if at.step == w.inner {
		w.passed = true
		if at.step.Uses != nil {
			return
		}
	}
	switch {
	case w.gone:
	case at.step.Uses != nil:
		w.action(at, depth)
	case w.passed && at.step.Run != nil:
		w.script(at)
	}
}

func (w *artifactUse) action(at scope, depth int) {
	uses := at.step.Uses
	if w.passed && isCheckout(at.step) {
		if folder := checkoutPath(at.step); below(folder, w.Path) {
			w.gone = true
		} else {
			w.replaced = append(w.replaced, folder)
		}
		return
	}
	if w.passed && strings.HasPrefix(uses.Value, "./") && w.holds(nil, path.Clean(uses.Value)) {
		w.found(at, uses.Span, uses.Value, path.Join(uses.Value, "action.yml"))
	}
	if callee := w.f.repo.Callee(uses.Value); callee != nil && callee.Action != nil && callee.Action.Runs != nil {
		if depth < maxNested {
			for _, inner := range callee.Action.Runs.Steps {
				w.step(scope{callee, nil, inner}, depth+1)
			}
		}
		return
	}
	if !w.passed || w.Outside() {
		return
	}
	if e, ok := actionExecutes(at.step, Checkout{Path: w.Path}); ok && !w.isReplaced(e.File) {
		w.found(at, e.Span, e.Program, e.File)
	}
}

// found adds an execution; one in a composite action stands at the step that uses it.
func (w *artifactUse) found(at scope, span syntax.Span, program, decides string) {
	if at.file != w.file {
		span = w.outer.Uses.Span
	}
	w.out = append(w.out, Execution{span, w.outer, program, decides})
}

// holds tells whether a path, as Artifact.Path has it, lies in the artifact; names are other spellings of its folder.
func (w *artifactUse) holds(names []string, name string) bool {
	if w.isReplaced(name) {
		return false
	}
	return below(w.Path, name) || slices.ContainsFunc(names, func(folder string) bool { return below(folder, name) })
}

func (w *artifactUse) isReplaced(name string) bool {
	return slices.ContainsFunc(w.replaced, func(folder string) bool { return below(folder, name) })
}

// spellings lists the names by which a step may know the folder: outputs of the download, and variables that name it or one around it.
func (w *artifactUse) spellings(at scope) []string {
	out := w.names
	for _, env := range w.f.Environments(at.file, at.job, at.step) {
		for i := range env.Entries {
			e := &env.Entries[i]
			if e.Value == nil {
				continue
			}
			folder, rest := w.f.folder(calledScope{at, scope{w.file, at.job, w.outer}}, e.Value), ""
			if !below(w.Path, folder) {
				if folder == "." || !below(folder, w.Path) {
					continue
				}
				rest = w.Path[len(folder):]
			}
			out = append(slices.Clip(out), "$"+e.Name.Value+rest, "${{env."+e.Name.Value+"}}"+rest)
		}
	}
	return out
}

// script looks for commands that execute files of the artifact: scripts, and tools that do as the files in their folder say.
func (w *artifactUse) script(at scope) {
	script := w.f.Script(at.file, at.job, at.step)
	if script == nil || len(script.Commands) == 0 {
		return
	}
	names := w.spellings(at)
	dir := w.f.start(at)
	files := []shell.File{{Name: w.Path, Tree: true}}
	for _, name := range names {
		files = append(files, shell.File{Name: name, Tree: true})
	}
	files = append(files, w.moved...)
	followed := script.Follow(shell.Seeds{Files: files, Dir: dir})
	w.follow(followed.Files[len(files):])
	names = append(slices.Clip(names), w.names...)
	for _, c := range script.Commands {
		if len(c.Words) == 0 || c.Remote {
			continue
		}
		span := at.file.ValueSpan(&at.step.Run.Str, wordsSpan(c))
		if at.step == w.inner && span.Start < w.End && at.file == w.File {
			continue // before the download
		}
		if decides, ok := w.executes(script, followed, c, dir, names); ok {
			w.found(at, span, programName(c), decides)
		}
	}
}

// maxMoved bounds how many files of an artifact are followed from step to step.
const maxMoved = 20

// follow notes where a script put files of the artifact: an archive in it that is unpacked elsewhere, a copy.
func (w *artifactUse) follow(files []shell.File) {
	for _, file := range files {
		if len(w.moved) >= maxMoved {
			return
		}
		if below(w.Path, file.Name) {
			continue
		}
		file.Tree = file.Tree && movesAll(file.By)
		w.moved = append(w.moved, file)
		if file.Tree {
			w.names = append(slices.Clip(w.names), file.Name)
		}
	}
}

// movesAll reports a command after which files of any name may lie in the folder that it fills.
func movesAll(c *shell.Command) bool {
	if _, unpacks := c.Unpacks(); unpacks {
		return true
	}
	return slices.ContainsFunc(c.Words, func(w shell.Word) bool {
		return strings.HasSuffix(w.Text, "/*") || strings.HasSuffix(w.Text, "/.") || c.Name == "rsync" && strings.HasSuffix(w.Text, "/")
	})
}

// executes tells whether a command executes files of the artifact, and which of them decides what happens.
func (w *artifactUse) executes(script *shell.Script, followed *shell.Followed, c *shell.Command, dir string, names []string) (decides string, ok bool) {
	if code := script.Code(c); code.Kind != shell.CodeProgram && !printsOnly(c) {
		if _, ok := followed.Runs(c); ok {
			if code.Kind != shell.CodeFile {
				return "", true
			}
			name := pathOf(script, c, dir, c.Words[code.From].Text)
			return name, !w.isReplaced(name)
		}
		if code.Kind == shell.CodeFile {
			if name, ok := w.looped(script, &c.Words[code.From], dir, names); ok {
				return name, true
			}
		}
	}
	target, runs := catalog.RunsWorkspace(words(c))
	if !runs {
		return "", false
	}
	name := pathOf(script, c, dir, target)
	decides = catalog.DecidingFile(c.Name)
	if !w.holds(names, name) && !w.isMoved(path.Join(name, decides)) {
		return "", false
	}
	if decides == "" {
		decides = name
	}
	return decides, true
}

// isMoved reports a single file that was put where a tool looks for it.
func (w *artifactUse) isMoved(name string) bool {
	return !w.isReplaced(name) && slices.ContainsFunc(w.moved, func(f shell.File) bool { return f.Name == name })
}

// looped returns the files of the artifact that a loop goes through, when a word is its variable.
func (w *artifactUse) looped(script *shell.Script, word *shell.Word, dir string, names []string) (string, bool) {
	if len(word.Vars) != 1 || word.Vars[0].Length {
		return "", false
	}
	for _, c := range script.Commands {
		if c.Name != "for" || len(c.Words) < 3 || c.Words[1].Text != word.Vars[0].Name {
			continue
		}
		for i := 2; i < len(c.Words); i++ {
			if name := pathOf(script, c, dir, c.Words[i].Text); strings.Contains(name, "/") && w.holds(names, name) {
				return name, true
			}
		}
	}
	return "", false
}

// programName is a command's name for messages.
func programName(c *shell.Command) string {
	if c.Name != "" {
		return c.Name
	}
	return c.Words[0].Text
}
