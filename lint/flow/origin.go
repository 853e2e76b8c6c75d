package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// origin says which token a value is, or a program has.
type origin uint8

// In ascending order of how much is to be granted: of two that a program may take, the greater counts.
const (
	nothing origin = iota // none, so that an action takes its default, which is GITHUB_TOKEN
	theirs                // another one
	unclear               // it cannot be told
	shared                // GITHUB_TOKEN where another one is not set
	ours                  // GITHUB_TOKEN
)

// given tells which token an action is handed in an input, or in "$" and a variable.
func (w *needs) given(s *syntax.Step, name string) origin {
	if env, ok := strings.CutPrefix(name, "$"); ok {
		return w.inVariable(s, env)
	}
	if str := s.With.Get(name); str != nil {
		return w.origin(str, s, 0)
	}
	return nothing
}

// inVariable tells which token a variable of a step's environment holds.
func (w *needs) inVariable(s *syntax.Step, name string) origin {
	value, in, step := w.variable(s, name)
	if value == nil {
		return nothing
	}
	return in.origin(value, step, 0)
}

// maxOrigins bounds the values of one job that are followed: each of them may name several others.
const maxOrigins = 50_000

func (w *needs) origin(s *syntax.Str, step *syntax.Step, depth int) origin {
	w.need.followed++
	switch {
	case strings.TrimSpace(s.Value) == "":
		return nothing
	case isToken(w.file, s):
		return tokenOrigin(s)
	case depth > maxIndirect || w.need.followed > maxOrigins:
		return unclear
	case !leadsOn(s):
		return theirs
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
				found = w.output(name, depth)
			}
			return false
		})
		if found != theirs {
			return found
		}
	}
	return theirs
}

// leadsOn answers false for a value that names no variable, input or output.
func leadsOn(s *syntax.Str) bool {
	for i := range s.Fences {
		path, ok := expr.Path(s.Fences[i].X)
		if !ok || strings.HasPrefix(path, "env") || strings.HasPrefix(path, "inputs") || strings.HasPrefix(path, "steps") {
			return true
		}
	}
	return false
}

// tokenOrigin tells whether a value with the token in it may hold something else.
func tokenOrigin(s *syntax.Str) origin {
	out := ours
	for i := range s.Fences {
		eachPart(s.Fences[i].X, func(n expr.Node) {
			if path, _ := expr.Path(n); !tokenPath(path) {
				out = shared
			}
		})
	}
	return out
}

// env follows a variable that the value from names to where the file, or the caller of a composite action, sets it; one that is not
// set there may hold anything.
func (w *needs) env(name string, from *syntax.Str, step *syntax.Step, depth int) origin {
	for x := w; x != nil; x, step = x.outer, x.call {
		for _, m := range x.flow.Environments(x.file, x.job, step) {
			if s := m.Get(name); s != nil && s != from { // A: ${{ env.A }} means an outer A
				return x.origin(s, step, depth+1)
			}
		}
	}
	if w.exported {
		return unclear
	}
	return theirs
}

// output judges an output of an earlier step, whose id and name it is given.
func (w *needs) output(path string, depth int) origin {
	id, name, _ := strings.Cut(path, ".outputs.")
	for _, s := range w.outputs {
		if strings.EqualFold(s.ID.Value, id) && w.handsOn(s, name) {
			return unclear
		}
	}
	for _, inner := range w.actions {
		if !strings.EqualFold(inner.call.ID.Value, id) {
			continue
		}
		for _, out := range inner.file.Action.Outputs {
			if strings.EqualFold(out.Name.Value, name) && out.Value != nil {
				return inner.origin(&out.Value.Str, &syntax.Step{}, depth+1)
			}
		}
	}
	return theirs
}

// handsOn reports a script that assigns the token itself, not what a command makes with it, to a name if one is given:
// echo "token=$TOKEN" >> "$GITHUB_OUTPUT", or in lines of its own behind token<<END.
func (w *needs) handsOn(s *syntax.Step, name string) bool {
	name = strings.ToLower(name)
	start, within := 0, false
	for line := range strings.Lines(s.Run.Value) {
		at := w.tokenAt(s, line, start)
		start += len(line)
		if i := strings.Index(strings.ToLower(line), name+"<<"); i > 0 || i == 0 && name != "" {
			within = true
		}
		if at < 0 {
			continue
		}
		before := strings.ToLower(line[:at])
		i := strings.LastIndex(before, name+"=")
		if (i >= 0 || within) && !strings.ContainsAny(before[max(i, 0):], "(`") {
			return true
		}
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
				name := mark + e.Name.Value
				if at := strings.Index(line, name); at >= 0 && (at+len(name) == len(line) || !nameByte(line[at+len(name)])) {
					return at
				}
			}
		}
	}
	return -1
}

// nameByte reports a byte that a variable's name may hold.
func nameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
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
	if s := inputDefault(w.file.Action, name); s != nil {
		return w.origin(s, &syntax.Step{}, depth+1)
	}
	return theirs
}

func isToken(file *syntax.File, s *syntax.Str) bool {
	plain := true
	for i := range s.Fences {
		path, ok := expr.Path(s.Fences[i].X)
		if tokenPath(path) {
			return true
		}
		plain = plain && ok
	}
	return !plain && slices.ContainsFunc(secretsOf(file.Source, s), func(use Secret) bool { return use.Token })
}

// tokenPath reports an access to GITHUB_TOKEN.
func tokenPath(path string) bool { return path == "github.token" || path == "secrets.github_token" }

// hasToken tells which token a step sees in its environment, its inputs or its script, as far as it may be GITHUB_TOKEN.
func (w *needs) hasToken(s *syntax.Step) origin {
	out := w.inMap(s.With, s)
	if w.exported {
		out = max(out, unclear)
	}
	if s.Run != nil {
		out = max(out, w.inValue(&s.Run.Str, s))
	}
	for x := w; x != nil; x, s = x.outer, x.call { // a composite action sees the environment of the step that calls it
		for _, m := range x.flow.Environments(x.file, x.job, s) {
			out = max(out, x.inMap(m, s))
		}
	}
	if out == theirs {
		return nothing
	}
	return out
}

// inMap tells which token the values of a map hold.
func (w *needs) inMap(m *syntax.Map, s *syntax.Step) origin {
	switch {
	case m == nil:
		return nothing
	case m.Expr != nil:
		return w.inValue(m.Expr, s)
	}
	out := nothing
	for i := range m.Entries {
		out = max(out, w.inValue(m.Entries[i].Value, s))
	}
	return out
}

// inValue tells which token an expression in a value holds.
func (w *needs) inValue(str *syntax.Str, s *syntax.Step) origin {
	if str == nil || len(str.Fences) == 0 {
		return nothing
	}
	return w.origin(str, s, 0)
}

// hasSecret reports a step that sees some secret, or what an action made that logs in.
func (w *needs) hasSecret(s *syntax.Step) bool {
	strs := StepStrs(s)
	for _, m := range w.flow.Environments(w.file, w.job, s) {
		strs = append(strs, MapStrs(m)...)
	}
	return slices.ContainsFunc(strs, func(str *syntax.Str) bool {
		return len(secretsOf(w.file.Source, str)) > 0 || len(str.Fences) > 0 && strings.Contains(strings.ToLower(str.Value), "token")
	})
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

// variable returns what the environment of a step sets a variable to, and the walk and the step that it stands in; nil when nothing
// does.
func (w *needs) variable(s *syntax.Step, name string) (*syntax.Str, *needs, *syntax.Step) {
	for x := w; x != nil; x, s = x.outer, x.call {
		for _, m := range x.flow.Environments(x.file, x.job, s) {
			if v := m.Get(name); v != nil {
				return v, x, s
			}
		}
	}
	return nil, nil, nil
}

// words returns the words of a command as the catalogue reads them, until it is asked for the next, with variables that hold the
// name of the repository by their common name.
func (w *caller) words(c *shell.Command) []string {
	out := appendWords(w.room[:0], c)
	w.room = out
	for i := range c.Words {
		for _, v := range c.Words[i].Vars {
			if s, _, _ := w.variable(w.step, v.Name); s != nil && thisRepository(s) {
				out[i] = strings.NewReplacer("${"+v.Name+"}", "$GITHUB_REPOSITORY", "$"+v.Name, "$GITHUB_REPOSITORY").Replace(out[i])
			}
		}
	}
	return out
}

// otherRepository reports that GH_REPO may lead gh to another repository.
func (w *caller) otherRepository() bool {
	s, _, _ := w.variable(w.step, "GH_REPO")
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
