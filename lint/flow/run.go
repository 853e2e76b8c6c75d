package flow

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Run is a script file of the repository that a step's script runs.
type Run struct {
	Command *shell.Command // in the step's script; for a file that another file runs, the one that runs the first
	Source  *syntax.Source
	Script  *shell.Script
	Held    Held // what the file holds: the environment, and arguments by their number
	Sourced bool // by source or . in the same shell
	Direct  bool // by its own path, so that its first line chooses the shell
}

// maxRuns bounds the script files that one step is followed into, maxNest how deep one runs another.
const (
	maxRuns = 20
	maxNest = 3
)

// Runs lists the script files of the repository that a step's script runs, directly or through each other: ./x, bash x,
// source x, seen from the step's working directory and those it changes to. The answer is shared: it is not to be changed.
func (f *Flow) Runs(file *syntax.File, job *syntax.Job, step *syntax.Step, held Held) []Run {
	all := f.allRuns(file, job, step, held)
	other := func(r Run) bool { return r.Script == nil }
	if slices.ContainsFunc(all, other) {
		return slices.DeleteFunc(slices.Clone(all), other)
	}
	return all
}

// allRuns is Runs with the programs in other languages, which have no Script.
func (f *Flow) allRuns(file *syntax.File, job *syntax.Job, step *syntax.Step, held Held) []Run {
	if !f.MayRun(step) {
		return nil
	}
	if len(held.vars)+len(held.holes) > 0 {
		return f.follow(file, job, step, held)
	}
	f.mu.Lock()
	out, seen := f.runs[step]
	f.mu.Unlock()
	if !seen {
		out = f.follow(file, job, step, held)
		f.mu.Lock()
		f.runs[step] = out
		f.mu.Unlock()
	}
	return out
}

func (f *Flow) follow(file *syntax.File, job *syntax.Job, step *syntax.Step, held Held) []Run {
	if g, ok := f.given(step); ok && !g.in.All {
		return nil // the files are elsewhere
	}
	dir, ok := WorkingDirectory(file, job, step)
	if !ok {
		return nil
	}
	r := runner{f: f, action: path.Dir(file.Path)}
	r.follow(f.Script(file, job, step), nil, []string{dir}, held, 0)
	return r.runs
}

// runner follows scripts into the files that they run.
type runner struct {
	f      *Flow
	action string // the folder of the action.yml, for GITHUB_ACTION_PATH
	runs   []Run
}

// follow looks at a script that starts in the last of these folders; the others are those before, where something may be as well.
func (r *runner) follow(script *shell.Script, by *shell.Command, dirs []string, held Held, depth int) {
	if depth > maxNest {
		return
	}
	dirs = slices.Clip(dirs)
	for _, c := range script.Commands {
		if len(r.runs) >= maxRuns {
			return
		}
		dirs = entered(dirs, c)
		name, args, ok := scriptFile(script, c)
		if !ok {
			r.program(script, c, by, dirs)
			continue
		}
		src := r.source(name, dirs)
		if src == nil || len(src.Text) > shell.MaxScript || slices.ContainsFunc(r.runs, func(old Run) bool { return old.Source == src }) {
			continue
		}
		dialect := shell.Bash
		if strings.HasSuffix(src.Path, ".ps1") {
			dialect = shell.PowerShell
		}
		run := Run{Command: c, Source: src, Script: r.f.parsed(src, dialect), Sourced: c.Name == "source" || c.Name == "."}
		run.Direct = len(args)+1 == len(c.Words)
		run.Held = held.passed(script, c, args, run.Sourced)
		if by != nil {
			run.Command = by
		}
		r.runs = append(r.runs, run)
		r.follow(run.Script, run.Command, dirs, run.Held, depth+1)
	}
}

// entered adds the folder that a command changes to.
func entered(dirs []string, c *shell.Command) []string {
	if (c.Name == "cd" || c.Name == "pushd") && len(c.Words) == 2 && c.Words[1].Const && !c.Remote && len(dirs) < maxRuns {
		return append(dirs, path.Join(dirs[len(dirs)-1], c.Words[1].Text))
	}
	return dirs
}

// program lists a file in another language that a command hands to its interpreter.
func (r *runner) program(script *shell.Script, c, by *shell.Command, dirs []string) {
	if c.Remote {
		return
	}
	code := script.Code(c)
	if code.Kind != shell.CodeFile {
		return
	}
	src := r.source(c.Words[code.From].Text, dirs)
	if src == nil || slices.ContainsFunc(r.runs, func(old Run) bool { return old.Source == src }) {
		return
	}
	if by == nil {
		by = c
	}
	r.runs = append(r.runs, Run{Command: by, Source: src})
}

// parsed reads a script file, once for each dialect that its first line leaves open.
func (f *Flow) parsed(src *syntax.Source, dialect shell.Dialect) *shell.Script {
	key := fileKey{src, dialect}
	f.mu.Lock()
	s, seen := f.files[key]
	f.mu.Unlock()
	if seen {
		return s
	}
	s = shell.ParseFile(src.Text, dialect)
	f.mu.Lock()
	f.files[key] = s
	f.mu.Unlock()
	return s
}

type fileKey struct {
	src     *syntax.Source
	dialect shell.Dialect
}

// source finds the file that a script means, in the last directory that it changed to or in those before.
func (r *runner) source(name string, dirs []string) *syntax.Source {
	for _, root := range [...]string{"$GITHUB_WORKSPACE/", "${GITHUB_WORKSPACE}/", "${{ github.workspace }}/", "${{github.workspace}}/"} {
		if rest, ok := strings.CutPrefix(name, root); ok {
			return r.f.repo.Script(path.Clean(rest))
		}
	}
	for _, root := range [...]string{"$GITHUB_ACTION_PATH/", "${GITHUB_ACTION_PATH}/", "${{ github.action_path }}/", "${{github.action_path}}/"} {
		if rest, ok := strings.CutPrefix(name, root); ok {
			return r.f.repo.Script(path.Join(r.action, rest))
		}
	}
	for _, root := range [...]string{"$PWD/", "${PWD}/", "$(pwd)/"} {
		name = strings.TrimPrefix(name, root)
	}
	if strings.HasPrefix(name, "/") || strings.ContainsAny(name, "$*?`") {
		return nil
	}
	for _, dir := range slices.Backward(dirs) {
		if src := r.f.repo.Script(path.Join(dir, name)); src != nil {
			return src
		}
	}
	return nil
}

// scriptFile returns the file that a command runs as a shell script and the words behind it.
func scriptFile(script *shell.Script, c *shell.Command) (name string, args []shell.Word, ok bool) {
	code := script.Code(c)
	if c.Remote || code.Kind != shell.CodeFile || code.From > 0 && code.Language == shell.Other {
		return "", nil, false
	}
	return c.Words[code.From].Text, c.Words[code.To:], true
}

// passed returns what a script file holds that is run with these arguments: the same environment, what the script exported or,
// for a sourced file, set, and the arguments that expand a secret under their numbers.
func (h Held) passed(script *shell.Script, c *shell.Command, args []shell.Word, sourced bool) Held {
	derived := h.derived(script)
	out := Held{vars: map[string]HeldSecret{}}
	for name, s := range h.vars {
		if strings.Trim(name, "0123456789") != "" && (sourced || c.Env.Has(name)) {
			out.vars[name] = s
		}
	}
	for _, other := range script.Commands {
		if other.Start > c.Start {
			break
		}
		for i := range other.Assigns {
			a := &other.Assigns[i]
			if s, ok := h.inWord(derived, other, &a.Value); ok && (sourced || a.Export) {
				out.vars[a.Name] = s
			}
		}
	}
	for n, w := range args {
		if s, ok := h.inWord(derived, c, &w); ok {
			out.vars[strconv.Itoa(n+1)] = s
			out.vars["@"], out.vars["*"] = s, s
		}
	}
	out.list()
	return out
}

// WorkingDirectory returns where a step's script starts, below the repository's root; false when an expression decides.
func WorkingDirectory(file *syntax.File, job *syntax.Job, step *syntax.Step) (string, bool) {
	field := step.WorkingDirectory
	if field == nil && job != nil && job.Defaults != nil {
		field = job.Defaults.WorkingDirectory
	}
	if field == nil && file.Workflow != nil && file.Workflow.Defaults != nil {
		field = file.Workflow.Defaults.WorkingDirectory
	}
	if field == nil {
		return ".", true
	}
	for _, root := range [...]string{"${{ github.workspace }}", "${{github.workspace}}"} {
		if rest, ok := strings.CutPrefix(field.Value, root); ok && (rest == "" || rest[0] == '/') {
			return path.Join(".", rest), true
		}
	}
	return field.Value, len(field.Fences) == 0
}
