package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// needs walks the steps of a job and of the composite actions it calls.
type needs struct {
	flow  *Flow
	need  *Need
	file  *syntax.File // whose steps are walked
	job   *syntax.Job  // nil within a composite action
	outer *needs       // the walk that a composite action was called in
	call  *syntax.Step // the step there
	depth int
	// sometimes: the step runs in some calls of the composite action only.
	sometimes bool
	looks     bool           // the job has a scope that programs can use without being given it
	left                     // what earlier steps left
	outputs   []*syntax.Step // scripts of this file that have the token and write outputs
	actions   []*needs       // composite actions with an id that were walked
	room      []string       // for the words of one command
	asks      expr.Tri       // the environment of all steps speaks of identity tokens; Unknown until it is looked at
}

// left is what a step leaves to those after it.
type left struct {
	git      origin   // the token that a checkout or a script left for git; GITHUB_TOKEN before others
	foreign  []string // folders below the workspace whose checkouts left something else for git, or nothing
	gh       origin   // the token that gh was logged in with
	exported bool     // a script wrote the token to GITHUB_ENV
	registry bool     // the token is logged in to the registry of GitHub
	others   bool     // something is logged in to another registry
	images   bool     // names of images in the registry of GitHub were made
}

// persists reports that git has the token, or may have it.
func (l *left) persists() bool { return l.git > theirs }

// container looks at an image that the runner pulls itself.
func (w *needs) container(c *syntax.Container) {
	if c == nil || c.Image == nil || c.Password == nil || !isToken(w.file, &c.Password.Str) {
		return
	}
	ours := namesRegistry(c.Image.Value)
	if ours || len(c.Image.Fences) > 0 {
		w.need.scopes(c.Image.Span, action("the container"), []catalog.Scope{{Name: "packages", Level: catalog.Read, Maybe: !ours}}, false)
	}
}

// maxWalked bounds the steps of one job that are looked at, those of the composite actions it calls among them.
const maxWalked = 5_000

func (w *needs) step(s *syntax.Step, at syntax.Span) {
	w.need.walked++
	outer, runs := w.sometimes, w.runs(s)
	w.sometimes = outer || runs == expr.Unknown && readsInputs(s.If)
	switch {
	case w.need.walked > maxWalked:
		w.need.unknown(at, action("the step"))
	case runs == expr.False:
	case s.Uses != nil:
		if w.depth == 0 {
			at = s.Uses.Span
		}
		w.uses(s, at)
	case s.Run != nil:
		w.run(s, at)
	}
	w.sometimes = outer
}

// scopes adds what an action or a command needs.
func (w *needs) scopes(at syntax.Span, what What, scopes []catalog.Scope, sometimes bool) {
	w.need.scopes(at, what, scopes, sometimes || w.sometimes)
}

func (w *needs) uses(s *syntax.Step, at syntax.Span) {
	uses := s.Uses.Value
	need, known := catalog.Scopes(uses, inputs(s.With))
	switch {
	case known:
		w.catalogued(s, at, need)
		return
	case strings.EqualFold(actionName(uses), "actions/github-script"):
		w.githubScript(s, at, need.Token)
		return
	case need.Token != "" && w.given(s, need.Token) == theirs && w.hasToken(s) == nothing && !w.hasContext(s):
		w.ambient(at, action(actionName(uses)), Hinted) // it runs code of the step, but with another token
		return
	}
	if strings.HasPrefix(uses, "docker://") {
		w.opaque(s, at, action(uses))
		return
	}
	callee := w.flow.repo.Callee(uses)
	if callee == nil || callee.Action == nil || callee.Action.Runs == nil || w.depth > maxCalls {
		w.need.unknown(at, action(actionName(uses)))
		return
	}
	if len(callee.Action.Runs.Steps) == 0 {
		if defaultsToToken(callee) {
			w.need.unknown(at, action(uses))
		}
		w.opaque(s, at, action(uses))
		return
	}
	inner := needs{flow: w.flow, need: w.need, file: callee, outer: w, call: s, depth: w.depth + 1, sometimes: w.sometimes, looks: w.looks, left: w.left, room: w.room}
	for _, step := range callee.Action.Runs.Steps {
		inner.step(step, at)
	}
	w.left = inner.left
	if s.ID != nil {
		w.actions = append(w.actions, &inner)
	}
}

// opaque looks at a program of which nothing but its inputs and its environment is known.
func (w *needs) opaque(s *syntax.Step, at syntax.Span, what What) {
	if w.hasToken(s) != nothing || w.hasContext(s) {
		w.need.unknown(at, what)
	}
	w.need.suspect(at, what, "id-token", Unknown)
	w.ambient(at, what, Hinted)
}

// ambient adds what a program can use without being given it: an identity token, what a checkout left for git, and the login to the
// registry, which was hardly made for nothing.
func (w *needs) ambient(at syntax.Span, what What, c Confidence) {
	w.need.suspect(at, what, "id-token", c)
	if w.persists() {
		w.need.suspect(at, what, "contents", c)
	}
	if w.registry {
		w.need.suspect(at, what, "packages", max(c, Hinted))
	}
}

// catalogued adds what a known action needs.
func (w *needs) catalogued(s *syntax.Step, at syntax.Span, need catalog.Need) {
	name := actionName(s.Uses.Value)
	what, from := action(name), ours
	switch need.Token {
	case "":
	case catalog.GitToken:
		from = w.git
	default:
		from = w.given(s, need.Token)
	}
	scopes := need.Scopes
	switch from {
	case theirs:
		scopes = onlyIdentity(scopes)
	case unclear:
		w.need.unknown(at, what)
	}
	lower := strings.ToLower(name)
	if lower == "docker/login-action" && from != theirs && len(scopes) > 0 {
		scopes = []catalog.Scope{{Name: "packages", Level: catalog.Read, Usual: true}} // what is public is pulled without
	}
	absent := from == nothing && strings.HasPrefix(need.Token, "$")
	if from == nothing && need.Token == catalog.GitToken {
		w.need.fear(at, what, scopes)
	} else {
		w.scopes(at, what, scopes, from == shared || from == unclear || absent)
	}
	if !w.inputScripts(s, at, what) && w.handsMore(s, need.Token) {
		w.need.suspect(at, what, "", Hinted)
	}
	if inputAsks(s) && len(onlyIdentity(scopes)) == 0 {
		w.need.suspect(at, what, "id-token", Unknown)
	}
	switch lower {
	case "actions/checkout":
		w.checkout(s, from)
	case "webfactory/ssh-agent":
		w.git = max(w.git, theirs)
	case "docker/login-action":
		w.registry = w.registry || from != theirs && len(scopes) > 0
		w.others = w.others || len(scopes) == 0
	case "docker/metadata-action":
		w.images = w.images || w.namesRegistry(s.With.Get("images"), s)
	case "docker/build-push-action", "docker/bake-action", "depot/build-push-action", "depot/bake-action":
		w.build(s, at, what)
	}
}

// handsMore reports that a step gives its token to an action by another way than the one that is known.
func (w *needs) handsMore(s *syntax.Step, known string) bool {
	return w.othersHand(s, s.With, "", known) || w.othersHand(s, s.Env, "$", known)
}

// othersHand reports that an entry of a map of a step, whose names have a prefix in known, holds the token under another name.
func (w *needs) othersHand(s *syntax.Step, m *syntax.Map, prefix, known string) bool {
	if m == nil {
		return false
	}
	known, ok := strings.CutPrefix(known, prefix)
	for i := range m.Entries {
		e := &m.Entries[i]
		if e.Value == nil || len(e.Value.Fences) == 0 || ok && strings.EqualFold(e.Name.Value, known) {
			continue
		}
		if w.origin(e.Value, s, 0) >= shared {
			return true
		}
	}
	return false
}

// onlyIdentity keeps the scopes that an action uses whatever token it is handed.
func onlyIdentity(scopes []catalog.Scope) []catalog.Scope {
	i := slices.IndexFunc(scopes, func(s catalog.Scope) bool { return s.Name == "id-token" })
	if i < 0 {
		return nil
	}
	return scopes[i : i+1]
}

// inputScripts looks at what a known action runs from its inputs, and reports whether it does: shell scripts as those of any step,
// all else as a program that is handed what the step has.
func (w *needs) inputScripts(s *syntax.Step, at syntax.Span, what What) bool {
	inputs := catalog.ScriptInputs(s.Uses.Value)
	for _, script := range w.flow.Given(w.job, s) {
		w.run(script, at)
	}
	for _, in := range inputs {
		code := s.With.Get(in.Name)
		if code == nil || in.Shell != "" {
			continue
		}
		c := Unseen
		if asksIdentity(code.Value) || saysPublish(code.Value) {
			c = Hinted
		}
		w.ambient(at, what, c)
		if in.All && w.hasToken(s) != nothing {
			w.need.unknown(at, what)
		}
	}
	return len(inputs) > 0
}

// checkout notes the credentials that a checkout leaves.
func (w *needs) checkout(s *syntax.Step, from origin) {
	kept := setting(s.With.Get("persist-credentials")) != expr.False
	own := kept && from != theirs && s.With.Get("ssh-key") == nil
	switch {
	case own && from == nothing:
		w.git = ours
	case own:
		w.git = max(w.git, from)
	case kept:
		w.git = max(w.git, theirs)
	}
	if own && len(w.foreign) == 0 {
		return
	}
	at := checkoutPath(s)
	w.foreign = slices.DeleteFunc(w.foreign, func(old string) bool { return old == at })
	if !own && at != "." {
		w.foreign = append(w.foreign, at)
	}
}

func (w *needs) run(s *syntax.Step, at syntax.Span) {
	clues := w.flow.Clues(s)
	c := caller{needs: w, step: s, token: w.hasToken(s)}
	c.context = c.token == nothing && w.hasContext(s)
	defer func() { w.leave(s, at, c.token) }()
	if !w.looks && c.token == nothing && !c.context && w.gh <= theirs && !w.registry && !(w.persists() && clues.Has(catalog.CluePushes)) && !clues.Has(catalog.ClueSigns) {
		w.ambient(at, theScript(), Unseen)
		return
	}
	if clues.Has(catalog.ClueIdentity) || w.environmentAsks(s) {
		w.need.suspect(at, theScript(), "id-token", Unknown)
	}
	script := w.flow.Script(w.file, w.job, s)
	if script == nil || script.Dialect == shell.Other {
		c.otherLanguage(at)
		return
	}
	c.dir, c.known = WorkingDirectory(w.file, w.job, s)
	c.own, c.script = script, script
	runs := w.flow.Runs(w.file, w.job, s, Held{})
	c.runsOn = functions(nil, script)
	for _, r := range runs {
		c.runsOn = functions(c.runsOn, r.Script)
	}
	for _, cmd := range script.Commands {
		c.follow(script, cmd)
		if idle(cmd) {
			continue
		}
		place := at
		if w.depth == 0 {
			place = w.file.ValueSpan(&s.Run.Str, syntax.Span{Start: cmd.Words[0].Start, End: cmd.Words[len(cmd.Words)-1].End})
		}
		if !slices.ContainsFunc(runs, func(r Run) bool { return r.Command == cmd }) {
			c.command(cmd, place)
		}
	}
	c.known = false
	for _, r := range runs {
		c.script = r.Script
		if asksIdentity(r.Source.Text) {
			w.need.suspect(at, action("the script `"+r.Source.Path+"`"), "id-token", Unknown)
		}
		for _, cmd := range r.Script.Commands {
			c.command(cmd, at)
		}
	}
}

// leave notes what a script leaves to later steps.
func (w *needs) leave(s *syntax.Step, at syntax.Span, token origin) {
	clues := w.flow.Clues(s)
	git, gh := clues.Has(catalog.ClueSetsUpGit) && setsUpGit(s.Run.Value), clues.Has(catalog.ClueGitHubLogin)
	if git || gh {
		from := token
		if from == nothing && w.hasSecret(s) {
			from = theirs
		}
		if git {
			w.git = max(w.git, from)
		}
		if gh {
			w.gh = max(w.gh, from)
		}
	}
	if token == nothing || !clues.Has(catalog.ClueTokenFile|catalog.ClueCommand) {
		return
	}
	script := s.Run.Value
	for _, f := range tokenFiles {
		if strings.Contains(script, f.name) {
			w.need.suspect(at, action("what reads `"+f.name+"`"), f.scope, Hinted)
		}
	}
	w.exported = w.exported || strings.Contains(script, "GITHUB_ENV") && w.handsOn(s, "")
	if s.ID != nil && strings.Contains(script, "GITHUB_OUTPUT") {
		w.outputs = append(w.outputs, s)
	}
}

// setsUpGit reports a script that hands credentials to git.
func setsUpGit(script string) bool {
	return strings.Contains(script, "git") && slices.ContainsFunc(gitSetups[:], func(part string) bool { return strings.Contains(script, part) })
}

var gitSetups = [...]string{"git config", "git remote", "git clone", "insteadOf", "insteadof", "setup-git", "netrc", "git-credentials", "git init"}

// tokenFiles are files in which programs look for a token, and the scope that these use.
var tokenFiles = [...]struct{ name, scope string }{
	{"npmrc", "packages"}, {"yarnrc", "packages"}, {"settings.xml", "packages"}, {"gradle.properties", "packages"}, {"nuget.config", "packages"},
	{"netrc", "contents"}, {"auth.json", "contents"}, {"pip.conf", "contents"}, {"GITHUB_STATE", ""},
}
