package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// origin says which token a value is.
type origin uint8

const (
	nothing origin = iota // so that an action takes its default, which is GITHUB_TOKEN
	ours                  // GITHUB_TOKEN
	theirs                // another one
	unclear               // it cannot be told
)

// given tells which token an action is handed in an input, or in "$" and a variable.
func (w *needs) given(s *syntax.Step, name string) origin {
	var str *syntax.Str
	if env, ok := strings.CutPrefix(name, "$"); ok {
		str = s.Env.Get(env)
		if str == nil {
			return nothing
		}
	} else if str = s.With.Get(name); str == nil {
		return nothing
	}
	return w.origin(str, s, 0)
}

func (w *needs) origin(s *syntax.Str, step *syntax.Step, depth int) origin {
	switch {
	case strings.TrimSpace(s.Value) == "":
		return nothing
	case isToken(w.file, s):
		return ours
	case depth > maxIndirect:
		return unclear
	}
	for i := range s.Fences {
		found := theirs
		expr.Walk(s.Fences[i].X, func(n expr.Node) bool {
			path, ok := expr.Path(n)
			if !ok {
				return true
			}
			context, name, _ := strings.Cut(path, ".")
			switch context {
			case "env":
				found = w.env(name, s, step, depth)
			case "inputs":
				found = w.input(name, depth)
			case "steps":
				found = w.output(name)
			}
			return false
		})
		if found != theirs {
			return found
		}
	}
	return theirs
}

// env follows a variable that the value from names to where the file sets it; one that is not set there may hold anything.
func (w *needs) env(name string, from *syntax.Str, step *syntax.Step, depth int) origin {
	for _, m := range w.flow.Environments(w.file, w.job, step) {
		if s := m.Get(name); s != nil && s != from { // A: ${{ env.A }} means an outer A
			return w.origin(s, step, depth+1)
		}
	}
	if w.exported {
		return unclear
	}
	return theirs
}

// output judges an output of an earlier step, whose id and name it is given.
func (w *needs) output(path string) origin {
	id, name, _ := strings.Cut(path, ".outputs.")
	for _, s := range w.outputs {
		if strings.EqualFold(s.ID.Value, id) && w.handsOn(s, name) {
			return unclear
		}
	}
	return theirs
}

// handsOn reports a script with a line that assigns the token itself, not what a command makes with it, to a name if one is
// given: echo "token=$TOKEN" >> "$GITHUB_OUTPUT".
func (w *needs) handsOn(s *syntax.Step, name string) bool {
	start := 0
	for line := range strings.Lines(s.Run.Value) {
		if at := w.tokenAt(s, line, start); at > 0 {
			before := strings.ToLower(line[:at])
			i := strings.LastIndex(before, strings.ToLower(name)+"=")
			if i >= 0 && !strings.ContainsAny(before[i:], "(`") {
				return true
			}
		}
		start += len(line)
	}
	return false
}

// tokenAt returns where a line of a script, which begins at start, expands the token, or -1.
func (w *needs) tokenAt(s *syntax.Step, line string, start int) int {
	for i := range s.Run.Fences {
		fence := s.Run.Str
		fence.Fences = s.Run.Fences[i : i+1]
		if at := s.Run.Fences[i].Start - start; at >= 0 && at < len(line) && isToken(w.file, &fence) {
			return at
		}
	}
	for _, m := range w.flow.Environments(w.file, w.job, s) {
		for i := range m.Entries {
			e := &m.Entries[i]
			if e.Value == nil || !isToken(w.file, e.Value) {
				continue
			}
			for _, mark := range [...]string{"$", "${", "$env:"} {
				if at := strings.Index(line, mark+e.Name.Value); at >= 0 {
					return at
				}
			}
		}
	}
	return -1
}

// input follows an input of a composite action to the step that calls it, or to its default.
func (w *needs) input(name string, depth int) origin {
	if w.outer == nil {
		if strings.Contains(name, "token") {
			return unclear
		}
		return theirs
	}
	if s := w.call.With.Get(name); s != nil {
		return w.outer.origin(s, w.call, depth+1)
	}
	for _, in := range w.file.Action.Inputs {
		if strings.EqualFold(in.Name.Value, name) && in.Default != nil {
			return w.origin(&in.Default.Str, nil, depth+1)
		}
	}
	return theirs
}

// otherToken reports that the input which takes the token is given something else than GITHUB_TOKEN.
func otherToken(file *syntax.File, s *syntax.Step, name string) bool {
	w := needs{flow: &Flow{}, file: file}
	return w.given(s, name) == theirs
}

func isToken(file *syntax.File, s *syntax.Str) bool {
	return slices.ContainsFunc(secretsOf(file.Source, s), func(use Secret) bool { return use.Token })
}

// hasToken reports that a step sees the token in its environment, its inputs or its script.
func (w *needs) hasToken(s *syntax.Step) bool {
	if w.exported {
		return true
	}
	strs := mapStrs(s.With)
	for _, m := range w.flow.Environments(w.file, w.job, s) {
		strs = append(strs, mapStrs(m)...)
	}
	if s.Run != nil {
		strs = append(strs, &s.Run.Str)
	}
	if slices.ContainsFunc(strs, func(str *syntax.Str) bool { return isToken(w.file, str) || w.passed(str, s) }) {
		return true
	}
	for x := w; x.outer != nil; x = x.outer { // a composite action sees the environment of the step that calls it
		for _, m := range x.flow.Environments(x.outer.file, x.outer.job, x.call) {
			if slices.ContainsFunc(mapStrs(m), func(str *syntax.Str) bool { return isToken(x.outer.file, str) }) {
				return true
			}
		}
	}
	return false
}

// hasContext reports a step that is itself given a whole context with the token in it: toJSON(github), toJSON(secrets).
func (w *needs) hasContext(s *syntax.Step) bool {
	return slices.ContainsFunc(StepStrs(s), func(str *syntax.Str) bool {
		return slices.ContainsFunc(str.Fences, func(f expr.Fence) bool { return wholeContext(f.X) })
	})
}

func wholeContext(x expr.Node) bool {
	found := false
	expr.Walk(x, func(n expr.Node) bool {
		path, ok := expr.Path(n)
		found = found || path == "github" || path == "secrets" || path == "secrets.*"
		return !ok
	})
	return found
}

// passed reports a value that is the token by another name.
func (w *needs) passed(str *syntax.Str, s *syntax.Step) bool {
	if len(str.Fences) == 0 {
		return false
	}
	from := w.origin(str, s, 0)
	return from == ours || from == unclear
}

func defaultsToToken(action *syntax.File) bool {
	return slices.ContainsFunc(action.Action.Inputs, func(in *syntax.Input) bool {
		return in.Default != nil && isToken(action, &in.Default.Str)
	})
}

// repositoryPaths are expressions that name the repository of the workflow.
var repositoryPaths = [...]string{"github.repository", "github.event.repository.full_name"}

// thisRepository reports a value that is the name of the repository.
func thisRepository(s *syntax.Str) bool {
	if len(s.Fences) != 1 || s.Fences[0].Len() != len(strings.TrimSpace(s.Value)) {
		return false
	}
	path, ok := expr.Path(s.Fences[0].X)
	return ok && slices.Contains(repositoryPaths[:], path)
}

// variable returns what the environment of a step sets a variable to, or nil.
func (w *needs) variable(s *syntax.Step, name string) *syntax.Str {
	for _, m := range w.flow.Environments(w.file, w.job, s) {
		if v := m.Get(name); v != nil {
			return v
		}
	}
	return nil
}

// words returns the words of a command as the catalogue reads them, with variables that hold the name of the repository by their
// common name.
func (w *caller) words(c *shell.Command) []string {
	out := words(c)
	for i := range c.Words {
		for _, v := range c.Words[i].Vars {
			if s := w.variable(w.step, v.Name); s != nil && thisRepository(s) {
				out[i] = strings.NewReplacer("${"+v.Name+"}", "$GITHUB_REPOSITORY", "$"+v.Name, "$GITHUB_REPOSITORY").Replace(out[i])
			}
		}
	}
	return out
}

// otherRepository reports that GH_REPO may lead gh to another repository.
func (w *caller) otherRepository() bool {
	s := w.variable(w.step, "GH_REPO")
	return s != nil && !thisRepository(s)
}

// perhaps marks scopes as needed for some uses only.
func perhaps(scopes []catalog.Scope) []catalog.Scope {
	scopes = slices.Clone(scopes)
	for i := range scopes {
		scopes[i].Maybe = true
	}
	return scopes
}
