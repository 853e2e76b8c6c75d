package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Need is what a job needs of its GITHUB_TOKEN.
type Need struct {
	Scopes  map[string]catalog.Level // what certainly is needed
	Unknown []Unknown                // what may need more, in source order; empty means that Scopes is all
}

// Unknown is a place that uses the token, or may use it, in a way that the files do not tell.
type Unknown struct {
	syntax.Span        // in the job's file
	What        string // for messages: the action or the command
}

func (n *Need) add(scopes []catalog.Scope) {
	for _, s := range scopes {
		if !s.Maybe && s.Level >= n.Scopes[s.Name] {
			n.Scopes[s.Name] = s.Level
		}
	}
}

func (n *Need) unknown(at syntax.Span, what string) { n.Unknown = append(n.Unknown, Unknown{at, what}) }

// Needs infers what a job needs of its token from the actions, commands and images it uses.
func (f *Flow) Needs(file *syntax.File, job *syntax.Job) Need {
	n := Need{Scopes: map[string]catalog.Level{}}
	if job.Uses != nil {
		f.callNeeds(&n, file, job, 0)
		return n
	}
	for _, c := range append([]*syntax.Container{job.Container}, job.Services...) {
		if c != nil && c.Image != nil && c.Password != nil && strings.HasPrefix(c.Image.Value, "ghcr.") && isToken(file, &c.Password.Str) {
			n.add([]catalog.Scope{{Name: "packages", Level: catalog.Read}})
		}
	}
	w := needs{flow: f, need: &n, file: file, job: job, at: file}
	for step := range job.Flat() {
		w.step(step, step.Span)
	}
	return n
}

// callNeeds takes over what the jobs of a called workflow declare or need.
func (f *Flow) callNeeds(n *Need, file *syntax.File, job *syntax.Job, depth int) {
	if need, known := catalog.Scopes(job.Uses.Value, nil); known {
		n.add(need.Scopes)
		return
	}
	callee := f.repo.Callee(job.Uses.Value)
	if callee == nil || callee.Workflow == nil || depth > maxCalls {
		n.unknown(job.Uses.Span, job.Uses.Value)
		return
	}
	for _, j := range callee.Workflow.Jobs {
		grant := Token(callee, j)
		switch {
		case grant.Block != nil && grant.Block.All == nil:
			n.add(granted(grant.Block))
		case grant.Block == nil && j.Uses != nil:
			inner := Need{Scopes: n.Scopes}
			f.callNeeds(&inner, callee, j, depth+1)
			if len(inner.Unknown) > 0 {
				n.unknown(job.Uses.Span, job.Uses.Value)
			}
		case grant.Block == nil:
			inner := f.Needs(callee, j)
			for name, level := range inner.Scopes {
				n.add([]catalog.Scope{{Name: name, Level: level}})
			}
			if len(inner.Unknown) > 0 {
				n.unknown(job.Uses.Span, job.Uses.Value)
			}
		default:
			n.unknown(job.Uses.Span, job.Uses.Value)
		}
	}
}

func granted(p *syntax.Permissions) []catalog.Scope {
	var out []catalog.Scope
	for _, s := range p.Scopes {
		switch s.Value.Value {
		case "read":
			out = append(out, catalog.Scope{Name: s.Name.Value, Level: catalog.Read})
		case "write":
			out = append(out, catalog.Scope{Name: s.Name.Value, Level: catalog.Write})
		}
	}
	return out
}

// needs walks the steps of a job and of the composite actions it calls.
type needs struct {
	flow     *Flow
	need     *Need
	file     *syntax.File // whose steps are walked
	job      *syntax.Job  // nil within a composite action
	at       *syntax.File // the job's file
	persists bool         // a checkout left the token for git
	depth    int
}

func (w *needs) step(s *syntax.Step, at syntax.Span) {
	switch {
	case s.Uses != nil:
		if w.depth == 0 {
			at = s.Uses.Span
		}
		w.uses(s, at)
	case s.Run != nil:
		w.run(s, at)
	}
}

func (w *needs) uses(s *syntax.Step, at syntax.Span) {
	uses := s.Uses.Value
	if need, known := catalog.Scopes(uses, inputs(s)); known {
		if need.Token == "" || !otherToken(w.file, s, need.Token) {
			w.need.add(need.Scopes)
		}
		if strings.EqualFold(actionName(uses), "actions/checkout") {
			persist := s.With.Get("persist-credentials")
			w.persists = w.persists || persist == nil || persist.Value != "false"
		}
		return
	}
	if strings.HasPrefix(uses, "docker://") {
		if w.hasToken(s) {
			w.need.unknown(at, uses)
		}
		return
	}
	callee := w.flow.repo.Callee(uses)
	if callee == nil || callee.Action == nil || callee.Action.Runs == nil || w.depth > maxCalls {
		w.need.unknown(at, actionName(uses))
		return
	}
	if len(callee.Action.Runs.Steps) == 0 {
		if w.hasToken(s) || defaultsToToken(callee) {
			w.need.unknown(at, uses)
		}
		return
	}
	inner := *w
	inner.file, inner.job, inner.depth = callee, nil, w.depth+1
	for _, step := range callee.Action.Runs.Steps {
		inner.step(step, at)
	}
	w.persists = inner.persists
}

// otherToken reports that the input which takes the token is given something else than GITHUB_TOKEN.
func otherToken(file *syntax.File, s *syntax.Step, name string) bool {
	var given *syntax.Str
	if env, ok := strings.CutPrefix(name, "$"); ok {
		given = s.Env.Get(env)
	} else {
		given = s.With.Get(name)
	}
	return given != nil && strings.TrimSpace(given.Value) != "" && !isToken(file, given)
}

func isToken(file *syntax.File, s *syntax.Str) bool {
	return slices.ContainsFunc(secretsOf(file.Source, s), func(use Secret) bool { return use.Token })
}

// hasToken reports that a step sees the token in its environment or inputs.
func (w *needs) hasToken(s *syntax.Step) bool {
	strs := append(mapStrs(s.Env), mapStrs(s.With)...)
	if w.job != nil {
		strs = append(strs, mapStrs(w.job.Env)...)
	}
	if w.file.Workflow != nil {
		strs = append(strs, mapStrs(w.file.Workflow.Env)...)
	}
	if s.Run != nil {
		strs = append(strs, &s.Run.Str)
	}
	return slices.ContainsFunc(strs, func(s *syntax.Str) bool {
		return isToken(w.file, s) || w.depth > 0 && readsInput(s)
	})
}

// readsInput reports that a value of a composite action comes from its caller, who may pass the token.
func readsInput(s *syntax.Str) bool {
	for i := range s.Fences {
		found := false
		expr.Walk(s.Fences[i].X, func(n expr.Node) bool {
			path, ok := expr.Path(n)
			found = found || ok && strings.HasPrefix(path, "inputs.") && strings.Contains(path, "token")
			return !ok
		})
		if found {
			return true
		}
	}
	return false
}

func defaultsToToken(action *syntax.File) bool {
	return slices.ContainsFunc(action.Action.Inputs, func(in *syntax.Input) bool {
		return in.Default != nil && isToken(action, &in.Default.Str)
	})
}

func (w *needs) run(s *syntax.Step, at syntax.Span) {
	token := w.hasToken(s)
	if !token && !strings.Contains(s.Run.Value, "git") {
		return
	}
	script := w.flow.Script(w.file, w.job, s)
	if script == nil || script.Dialect == shell.Other {
		if token {
			w.need.unknown(at, "the script")
		}
		return
	}
	for _, c := range script.Commands {
		if len(c.Words) == 0 || harmless[c.Name] {
			continue
		}
		place := at
		if w.depth == 0 {
			place = w.file.ValueSpan(&s.Run.Str, syntax.Span{Start: c.Words[0].Start, End: c.Words[len(c.Words)-1].End})
		}
		scopes, known := catalog.CommandScopes(words(c))
		switch {
		case known && (token || w.persists && c.Name == "git"):
			w.need.add(scopes)
		case !known && token && c.Name != "git": // git without a listed subcommand works on this machine only
			w.need.unknown(place, "`"+c.Name+"`")
		}
	}
}

// harmless are the commands that never use a token by themselves.
var harmless = map[string]bool{
	"": true, "[": true, "[[": true, "((": true, ":": true, "alias": true, "awk": true, "basename": true, "base64": true, "break": true, "case": true,
	"cat": true, "cd": true, "chmod": true, "continue": true, "cp": true, "cut": true, "date": true, "declare": true, "diff": true, "dirname": true,
	"echo": true, "exit": true, "export": true, "false": true, "find": true, "for": true, "grep": true, "egrep": true, "head": true, "jq": true, "let": true,
	"local": true, "ls": true, "mapfile": true, "mkdir": true, "mktemp": true, "mv": true, "paste": true, "printf": true, "pwd": true, "read": true,
	"readarray": true, "readonly": true, "return": true, "rm": true, "sed": true, "seq": true, "set": true, "shift": true, "shopt": true, "sleep": true,
	"sort": true, "tail": true, "tar": true, "tee": true, "test": true, "touch": true, "tr": true, "trap": true, "true": true, "uname": true, "uniq": true,
	"unset": true, "unzip": true, "wait": true, "wc": true, "which": true, "xargs": true, "yq": true, "zip": true, "gzip": true, "sha256sum": true,
}
