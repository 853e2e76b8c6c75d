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
	// Identity: a called workflow declares id-token: write, which GitHub refuses to a caller whose block lacks it, but not to one
	// without any.
	Identity bool
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
	n.Identity = n.Identity || inner.Identity
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
			n.Identity = n.Identity || grant.Writes("id-token") == expr.True
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
	flow    *Flow
	need    *Need
	file    *syntax.File // whose steps are walked
	job     *syntax.Job  // nil within a composite action
	outer   *needs       // the walk that a composite action was called in
	call    *syntax.Step // the step there
	depth   int
	left                   // what earlier steps left
	outputs []*syntax.Step // scripts of this file that have the token and write outputs
}

// left is what a step leaves to those after it.
type left struct {
	persists bool            // a checkout or a script left the token for git
	foreign  map[string]bool // folders whose checkouts left something else for git, or nothing
	exported bool            // a script wrote the token to GITHUB_ENV
	signedIn bool            // gh has the token
	registry bool            // the token is logged in to the registry of GitHub
}

func (w *needs) step(s *syntax.Step, at syntax.Span) {
	switch {
	case Never(s.If):
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
	need, known := catalog.Scopes(uses, inputs(s))
	if known {
		w.catalogued(s, at, need)
		return
	}
	if need.Token != "" && w.given(s, need.Token) == theirs && !w.hasToken(s) && !w.hasContext(s) {
		return // it runs code of the step, but with another token
	}
	if script := s.With.Get("script"); script != nil && strings.EqualFold(actionName(uses), "actions/github-script") {
		w.need.add(catalog.OctokitScopes(script.Value))
	}
	if strings.HasPrefix(uses, "docker://") {
		if w.hasToken(s) || w.hasContext(s) {
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
		if w.hasToken(s) || w.hasContext(s) || defaultsToToken(callee) {
			w.need.unknown(at, uses)
		}
		return
	}
	inner := needs{flow: w.flow, need: w.need, file: callee, outer: w, call: s, depth: w.depth + 1, left: w.left}
	for _, step := range callee.Action.Runs.Steps {
		inner.step(step, at)
	}
	w.left = inner.left
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
		ours := (persist == nil || persist.Value != "false") && !other && s.With.Get("ssh-key") == nil
		w.persists = w.persists || ours
		if w.foreign == nil {
			w.foreign = map[string]bool{}
		}
		w.foreign[checkoutPath(s)] = !ours
	case "docker/build-push-action", "docker/bake-action":
		push := s.With.Get("push")
		if outputs := s.With.Get("outputs"); w.registry && (push != nil && push.Value != "false" || outputs != nil) {
			w.need.add([]catalog.Scope{{Name: "packages", Level: catalog.Write}})
		}
	}
}

func (w *needs) run(s *syntax.Step, at syntax.Span) {
	token := w.hasToken(s)
	context := !token && w.hasContext(s)
	if !token && !context && !w.registry && !w.signedIn && !(w.persists && mayPush(s.Run.Value)) {
		return
	}
	script := w.flow.Script(w.file, w.job, s)
	if script == nil || script.Dialect == shell.Other {
		if token || context || w.persists && sends(s.Run.Value) {
			w.need.unknown(at, "the script")
		}
		return
	}
	c := caller{needs: w, step: s, token: token, context: context}
	c.dir, c.known = workingDirectory(w.file, w.job, s)
	runs := w.flow.Runs(w.file, w.job, s, Held{})
	for _, cmd := range script.Commands {
		c.follow(script, cmd)
		place := at
		if w.depth == 0 && len(cmd.Words) > 0 {
			place = w.file.ValueSpan(&s.Run.Str, syntax.Span{Start: cmd.Words[0].Start, End: cmd.Words[len(cmd.Words)-1].End})
		}
		if !slices.ContainsFunc(runs, func(r Run) bool { return r.Command == cmd }) {
			c.command(cmd, place)
		}
	}
	c.known = false
	for _, r := range runs {
		for _, cmd := range r.Script.Commands {
			c.command(cmd, at)
		}
	}
	w.leave(s, token)
}

// leave notes what a script leaves to later steps.
func (w *needs) leave(s *syntax.Step, token bool) {
	if !token {
		return
	}
	w.persists = w.persists || strings.Contains(s.Run.Value, "git") // git remote set-url, git config, gh auth setup-git
	w.signedIn = w.signedIn || strings.Contains(s.Run.Value, "gh auth login")
	w.exported = w.exported || strings.Contains(s.Run.Value, "GITHUB_ENV") && w.handsOn(s, "")
	if s.ID != nil && strings.Contains(s.Run.Value, "GITHUB_OUTPUT") {
		w.outputs = append(w.outputs, s)
	}
}

// folder is where a command runs, below the workspace; known is false when it may be elsewhere.
type folder struct {
	dir   string
	known bool
}

// follow moves on cd, except in a subshell.
func (f *folder) follow(script *shell.Script, c *shell.Command) {
	if c.Name != "cd" && c.Name != "pushd" && c.Name != "popd" {
		return
	}
	lasts, certain := script.Lasts(c)
	switch {
	case !lasts:
	case len(c.Words) != 2 || !c.Words[1].Const || !certain:
		f.known = false
	default:
		f.dir = enter(f.dir, c.Words[1])
	}
}

// caller judges the commands of one step.
type caller struct {
	*needs
	folder
	step  *syntax.Step
	token bool // they see the token
	// context: they see it in a whole context only, where no program looks for it by itself.
	context bool
}

// command adds what one command needs.
func (w *caller) command(c *shell.Command, at syntax.Span) {
	if len(c.Words) == 0 || catalog.TokenBlind(c.Name) {
		return
	}
	ws := w.words(c)
	token := w.token || w.signedIn && c.Name == "gh"
	switch c.Name {
	case "docker", "podman", "buildah", "helm", "oras", "crane", "skopeo":
		w.image(ws, token, at)
		return
	case "git":
		if w.abroad(ws) {
			return
		}
	}
	scopes, known := catalog.CommandScopes(ws)
	if c.Name == "gh" && w.otherRepository() {
		scopes = perhaps(scopes)
	}
	byGit := c.Name == "git" || c.Name != "gh" && c.Name != "curl" && slices.ContainsFunc(scopes, func(s catalog.Scope) bool { return s.Name == "contents" })
	switch {
	case known && (token || w.persists && byGit):
		w.need.add(scopes)
	case known || c.Name == "git": // git without a listed subcommand works on this machine only
	case token, w.context, w.persists && (maySend(ws) || w.runsSender(c)):
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
