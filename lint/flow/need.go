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
	Maybe   map[string]catalog.Level // what some uses of an action or command need beyond Scopes, and this one may be such
	Unknown []Unknown                // what may need more, in source order; empty means that Scopes and Maybe are all
}

// Unknown is a place that uses the token, or may use it, in a way that the files do not tell.
type Unknown struct {
	syntax.Span        // in the job's file
	What        string // for messages: the action or the command
}

func (n *Need) add(scopes []catalog.Scope) {
	for _, s := range scopes {
		into := n.Scopes
		if s.Maybe {
			if n.Maybe == nil {
				n.Maybe = map[string]catalog.Level{}
			}
			into = n.Maybe
		}
		into[s.Name] = max(into[s.Name], s.Level)
	}
}

func (n *Need) unknown(at syntax.Span, what string) { n.Unknown = append(n.Unknown, Unknown{at, what}) }

// merge takes over what another job needs; what is unknown of it is unknown at the call of it.
func (n *Need) merge(inner Need, at syntax.Span, what string) {
	for name, level := range inner.Scopes {
		n.add([]catalog.Scope{{Name: name, Level: level}})
	}
	for name, level := range inner.Maybe {
		n.add([]catalog.Scope{{Name: name, Level: level, Maybe: true}})
	}
	if len(inner.Unknown) > 0 {
		n.unknown(at, what)
	}
}

// Needs infers what a job needs of its token from the actions, commands and images it uses.
// The answer is shared: its maps are not to be changed.
func (f *Flow) Needs(file *syntax.File, job *syntax.Job) Need {
	f.mu.Lock()
	n, seen := f.needs[job]
	f.mu.Unlock()
	if !seen {
		n = f.needsOf(file, job, 0)
		f.mu.Lock()
		f.needs[job] = n
		f.mu.Unlock()
	}
	return n
}

func (f *Flow) needsOf(file *syntax.File, job *syntax.Job, depth int) Need {
	n := Need{Scopes: map[string]catalog.Level{}}
	if job.Uses != nil {
		f.callNeeds(&n, file, job, depth)
		return n
	}
	for _, c := range append([]*syntax.Container{job.Container}, job.Services...) {
		if c != nil && c.Image != nil && c.Password != nil && strings.HasPrefix(c.Image.Value, "ghcr.") && isToken(file, &c.Password.Str) {
			n.add([]catalog.Scope{{Name: "packages", Level: catalog.Read}})
		}
	}
	w := needs{flow: f, need: &n, file: file, job: job}
	for step := range job.Flat() {
		w.step(step, step.Span)
	}
	return n
}

// callNeeds takes over what the jobs of a called workflow declare or need.
func (f *Flow) callNeeds(n *Need, file *syntax.File, job *syntax.Job, depth int) {
	at, what := job.Uses.Span, job.Uses.Value
	if need, known := catalog.Scopes(what, nil); known {
		n.add(need.Scopes)
		return
	}
	callee := f.repo.Callee(what)
	if callee == nil || callee.Workflow == nil || depth > maxCalls {
		n.unknown(at, what)
		return
	}
	if handsToken(file, job) {
		n.unknown(at, what) // it goes by another name there
	}
	for _, j := range callee.Workflow.Jobs {
		switch grant := Token(callee, j); {
		case grant.Block == nil:
			n.merge(f.needsOf(callee, j, depth+1), at, what)
		case grant.Block.All == nil:
			n.add(granted(grant.Block))
		default:
			n.unknown(at, what)
		}
	}
}

// handsToken reports a call that gives GITHUB_TOKEN to the called workflow as a secret or an input.
func handsToken(file *syntax.File, job *syntax.Job) bool {
	strs := mapStrs(job.With)
	if job.Secrets != nil {
		strs = append(strs, mapStrs(job.Secrets.Map)...)
	}
	return slices.ContainsFunc(strs, func(s *syntax.Str) bool { return isToken(file, s) })
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
	outer    *needs       // the walk that a composite action was called in
	call     *syntax.Step // the step there
	depth    int
	persists bool // a checkout or a script left the token for git
	exported bool // a script that has the token wrote to GITHUB_ENV
	registry bool // the token is logged in to the registry of GitHub
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
		w.catalogued(s, at, need)
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
	inner.file, inner.job, inner.outer, inner.call, inner.depth = callee, nil, w, s, w.depth+1
	for _, step := range callee.Action.Runs.Steps {
		inner.step(step, at)
	}
	w.persists, w.exported, w.registry = inner.persists, inner.exported, inner.registry
}

// catalogued adds what a known action needs.
func (w *needs) catalogued(s *syntax.Step, at syntax.Span, need catalog.Need) {
	name := strings.ToLower(actionName(s.Uses.Value))
	other := false
	if need.Token != "" {
		switch w.given(s, need.Token) {
		case theirs:
			other = true
		case unclear:
			w.need.unknown(at, actionName(s.Uses.Value))
		}
	}
	switch {
	case name == "docker/login-action" && !other && len(need.Scopes) > 0:
		w.registry = true
		w.need.add([]catalog.Scope{{Name: "packages", Level: catalog.Read}})
	case !other:
		w.need.add(need.Scopes)
	}
	switch name {
	case "actions/checkout":
		persist := s.With.Get("persist-credentials")
		if (persist == nil || persist.Value != "false") && !other && s.With.Get("ssh-key") == nil {
			w.persists = true
		}
	case "docker/build-push-action", "docker/bake-action":
		push := s.With.Get("push")
		if outputs := s.With.Get("outputs"); w.registry && (push != nil && push.Value != "false" || outputs != nil) {
			w.need.add([]catalog.Scope{{Name: "packages", Level: catalog.Write}})
		}
	}
}

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
				found = w.env(name, step, depth)
			case "inputs":
				found = w.input(name, depth)
			}
			return false
		})
		if found != theirs {
			return found
		}
	}
	return theirs
}

// env follows a variable to where the file sets it; one that is not set there may hold anything.
func (w *needs) env(name string, step *syntax.Step, depth int) origin {
	for _, m := range w.flow.Environments(w.file, w.job, step) {
		if s := m.Get(name); s != nil {
			return w.origin(s, step, depth+1)
		}
	}
	if w.exported {
		return unclear
	}
	return theirs
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

func (w *needs) run(s *syntax.Step, at syntax.Span) {
	token := w.hasToken(s)
	if !token && !w.registry && !(w.persists && mayPush(s.Run.Value)) {
		return
	}
	script := w.flow.Script(w.file, w.job, s)
	if script == nil || script.Dialect == shell.Other {
		if token || w.persists && strings.Contains(s.Run.Value, "push") {
			w.need.unknown(at, "the script")
		}
		return
	}
	runs := w.flow.Runs(w.file, w.job, s, Held{})
	for _, c := range script.Commands {
		place := at
		if w.depth == 0 && len(c.Words) > 0 {
			place = w.file.ValueSpan(&s.Run.Str, syntax.Span{Start: c.Words[0].Start, End: c.Words[len(c.Words)-1].End})
		}
		if !slices.ContainsFunc(runs, func(r Run) bool { return r.Command == c }) {
			w.command(c, token, place)
		}
	}
	for _, r := range runs {
		for _, c := range r.Script.Commands {
			w.command(c, token, at)
		}
	}
	if token && strings.Contains(s.Run.Value, "git") {
		w.persists = true // git remote set-url, git config, gh auth setup-git
	}
	if token && strings.Contains(s.Run.Value, "GITHUB_ENV") {
		w.exported = true
	}
}

// command adds what one command needs. token tells whether it sees the token.
func (w *needs) command(c *shell.Command, token bool, at syntax.Span) {
	if len(c.Words) == 0 || catalog.TokenBlind(c.Name) {
		return
	}
	ws := words(c)
	if c.Name == "docker" || c.Name == "podman" || c.Name == "buildah" || c.Name == "helm" || c.Name == "oras" || c.Name == "crane" || c.Name == "skopeo" {
		w.image(ws, token, at)
		return
	}
	scopes, known := catalog.CommandScopes(ws)
	byGit := c.Name == "git" || c.Name != "gh" && c.Name != "curl" && slices.ContainsFunc(scopes, func(s catalog.Scope) bool { return s.Name == "contents" })
	switch {
	case known && (token || w.persists && byGit):
		w.need.add(scopes)
	case known || c.Name == "git": // git without a listed subcommand works on this machine only
	case token, w.persists && maySend(ws):
		name := c.Name
		if name == "" {
			name = ws[0]
		}
		w.need.unknown(at, "`"+name+"`")
	}
}

// image adds what a command on container images needs of the registry of GitHub.
func (w *needs) image(ws []string, token bool, at syntax.Span) {
	github, push, login := false, false, false
	for _, word := range ws[1:] {
		github = github || strings.Contains(word, "ghcr.io") || strings.Contains(word, "docker.pkg.github.com")
		push = push || word == "push" || strings.HasPrefix(word, "--push") || strings.Contains(word, "push=true") || strings.Contains(word, "type=registry") || word == "copy" || word == "cp" || word == "imagetools"
		login = login || word == "login"
	}
	named := github || slices.ContainsFunc(ws[1:], func(word string) bool { return strings.Contains(word, "$") })
	switch {
	case login && github && token:
		w.registry = true
		w.need.add([]catalog.Scope{{Name: "packages", Level: catalog.Read}})
	case w.registry && push && github:
		w.need.add([]catalog.Scope{{Name: "packages", Level: catalog.Write}})
	case w.registry && push && (named || ws[0] != "docker" || slices.Contains(ws, "compose") || slices.Contains(ws, "bake")):
		w.need.add([]catalog.Scope{{Name: "packages", Level: catalog.Write, Maybe: true}})
	case token && !login && slices.Contains(ws, "run"):
		w.need.unknown(at, "`"+ws[0]+" run`")
	}
}

// mayPush answers false, without parsing it, when nothing in a script can use what a checkout left for git: no program that
// works with git, no word of senders, and no script file.
func mayPush(script string) bool {
	script = strings.ToLower(script)
	for _, word := range [...]string{"git", "release", "deploy", "publish", "bump", "push", "commit", "changeset", "ghp-import", "lerna", "mike", "mkdocs", "gh-pages", "./", ".sh", "bash ", "sh ", "source "} {
		if strings.Contains(script, word) {
			return true
		}
	}
	return false
}

// senders are parts of names of scripts and targets that may push to the repository with what a checkout left.
var senders = [...]string{"release", "deploy", "publish", "bump", "gh-pages", "push", "commit"}

// maySend reports a task or script that is called as if it pushes. To publish a package is no push.
func maySend(ws []string) bool {
	if len(ws) > 1 && ws[1] == "publish" || len(ws) > 2 && ws[1] == "run" && ws[2] == "publish" && ws[0] != "npm" {
		return false
	}
	switch name := ws[0][strings.LastIndexByte(ws[0], '/')+1:]; name {
	case "npm", "yarn", "pnpm", "bun", "npx", "make", "just", "task", "mage", "python", "python3", "node", "bash", "sh", "nx", "lerna", "rake", "bundle", "cargo",
		"poetry", "uv", "hatch", "invoke", "tox", "nox", "mvn", "mvnw", "gradle", "gradlew", "sbt", "deno", "ruby", "perl", "pwsh", "php", "composer", "go":
	default:
		if !strings.Contains(ws[0], "/") {
			return false
		}
	}
	for i, word := range ws {
		if strings.HasPrefix(word, "-") || i == 0 && !strings.Contains(word, "/") {
			continue
		}
		for _, part := range senders {
			if strings.Contains(strings.ToLower(word), part) {
				return true
			}
		}
	}
	return false
}
