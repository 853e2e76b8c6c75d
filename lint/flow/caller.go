package flow

import (
	"path"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// caller judges the commands of one step.
type caller struct {
	*needs
	folder
	step   *syntax.Step
	own    *shell.Script   // of the step
	script *shell.Script   // that the commands stand in: own, or a file's
	token  origin          // what the step sees of the token
	runsOn map[string]bool // the functions of the scripts, and whether they run their arguments
	// context: it sees it in a whole context only, where no program looks for it by itself.
	context bool
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

// otherLanguage judges a script in another language than those of shells.
func (w *caller) otherLanguage(at syntax.Span) {
	text := w.step.Run.Value
	switch {
	case w.token != nothing || w.context:
		w.need.unknown(at, theScript())
	case w.persists() && sends(text):
		w.need.suspect(at, theScript(), "contents", Unknown)
	}
	c := Unseen
	if strings.Contains(text, "git") || saysPublish(text) {
		c = Hinted
	}
	w.ambient(at, theScript(), c)
}

// idle reports a command that uses no token.
func idle(c *shell.Command) bool { return len(c.Words) == 0 || catalog.TokenBlind(c.Name) }

// command adds what one command needs.
func (w *caller) command(c *shell.Command, at syntax.Span) {
	if idle(c) {
		return
	}
	if runs, function := w.runsOn[c.Name]; function {
		w.call(c, runs, at)
		return
	}
	ws := w.words(c)
	if c.Function != "" && passesOn(ws[0]) {
		return // judged where the function is called
	}
	switch c.Name {
	case "docker", "podman", "buildah", "helm", "oras", "crane", "skopeo":
		w.image(ws, at)
		w.ambient(at, command(c.Name), Unseen)
		return
	}
	scopes, known := catalog.CommandScopes(ws)
	switch {
	case known:
		w.listed(c, ws, scopes, at)
	case c.Name != "git": // git without a listed subcommand works on this machine only
		w.program(c, ws, at)
	}
}

// call judges a call of a function of the script, whose commands are judged on their own: retry 3 gh release create.
func (w *caller) call(c *shell.Command, runs bool, at syntax.Span) {
	for i := 1; i < len(c.Words); i++ {
		rest := *c
		rest.Words = c.Words[i:]
		rest.Name = ""
		if rest.Words[0].Const {
			rest.Name = path.Base(rest.Words[0].Text)
		}
		if _, known := catalog.CommandScopes(words(&rest)); known || runs && i == 1 && rest.Name != "" && strings.Trim(rest.Name, "0123456789") != "" {
			w.command(&rest, at)
			return
		}
	}
}

// functions returns the functions that a script defines, and whether they run their arguments.
func functions(into map[string]bool, script *shell.Script) map[string]bool {
	for _, c := range script.Commands {
		if c.Function == "" {
			continue
		}
		if into == nil {
			into = map[string]bool{}
		}
		into[c.Function] = into[c.Function] || len(c.Words) > 0 && passesOn(c.Words[0].Text)
	}
	return into
}

// passesOn reports the arguments of a function that stand where a command does.
func passesOn(word string) bool { return word == "$@" || word == "$*" || word == "${@}" }

// listed adds what a command of the catalogue needs, as far as it is GITHUB_TOKEN that it uses.
func (w *caller) listed(c *shell.Command, ws []string, scopes []catalog.Scope, at syntax.Span) {
	what := command(said(c.Name, ws))
	if c.Name == "gh" && w.otherRepository() {
		scopes = perhaps(scopes)
	}
	from := w.handed(c, scopes)
	if from == theirs || c.Name == "git" && w.abroad(ws) {
		scopes = onlyIdentity(scopes)
	}
	if from != nothing {
		w.scopes(at, what, scopes, from != ours || c.Name == "git" && !w.known)
		return
	}
	w.scopes(at, what, onlyIdentity(scopes), false)
	if c.Name != "curl" && c.Name != "wget" { // which call without a token as nobody
		w.need.fear(at, what, scopes)
	}
}

// said is a command as messages name it: the program and the words that say what it does.
func said(name string, ws []string) string {
	out := name
	for _, word := range ws[1:min(3, len(ws))] {
		if name != "gh" && out != name || word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz-") != "" || word[0] == '-' {
			break
		}
		out += " " + word
	}
	return out
}

// program adds what may be needed by a command that the catalogue does not know.
func (w *caller) program(c *shell.Command, ws []string, at syntax.Span) {
	name := c.Name
	if name == "" {
		name = ws[0]
	}
	what := command(name)
	switch {
	case w.token != nothing || w.context:
		w.need.unknown(at, what)
	case w.gh > theirs:
		w.need.suspect(at, what, "", Hinted) // it may run gh
	}
	if w.token == nothing && !w.context && w.persists() && (maySend(ws) || w.runsSender(c)) {
		w.need.suspect(at, what, "contents", Unknown)
	}
	if identities[c.Name] || !installs[c.Name] && slices.ContainsFunc(ws, signs) {
		w.need.suspect(at, what, "id-token", Unknown)
	}
	confidence := Unseen
	if w.speaks(c) {
		confidence = Hinted
		if w.registry {
			w.need.suspect(at, what, "packages", Unknown)
		}
	}
	w.ambient(at, what, confidence)
}

// image adds what a command on container images needs of the registry of GitHub.
func (w *caller) image(ws []string, at syntax.Span) {
	github, push, login := false, false, false
	for _, word := range ws[1:] {
		github = github || w.resolvesToRegistry(word)
		push = push || word == "push" || strings.HasPrefix(word, "--push") || strings.Contains(word, "push=true") || strings.Contains(word, "type=registry") || word == "copy" || word == "cp" || word == "imagetools"
		login = login || word == "login"
	}
	what := command(ws[0])
	named := github || slices.ContainsFunc(ws[1:], func(word string) bool { return strings.Contains(word, "$") })
	write := []catalog.Scope{{Name: "packages", Level: catalog.Write}}
	switch {
	case login && w.token != nothing && (github || slices.ContainsFunc(ws[1:], func(word string) bool { return strings.HasPrefix(word, "$") })):
		w.registry = true
		w.scopes(at, what, []catalog.Scope{{Name: "packages", Level: catalog.Read, Usual: true}}, false)
	case login:
		w.others = true
	case w.registry && push && github:
		w.scopes(at, what, write, false)
	case w.registry && push && (named || ws[0] != "docker" || slices.Contains(ws, "compose") || slices.Contains(ws, "bake")):
		w.scopes(at, what, perhaps(write), false)
	case w.token != nothing && slices.Contains(ws, "run"):
		w.need.unknown(at, command(ws[0]+" run"))
	}
}

// namesRegistry reports a text that names the registry of GitHub.
func namesRegistry(text string) bool {
	return strings.Contains(text, "ghcr.io") || strings.Contains(text, "docker.pkg.github.com")
}

// namesRegistry reports a value that names the registry of GitHub, also by a variable of the environment.
func (w *needs) namesRegistry(s *syntax.Str, step *syntax.Step) bool {
	return s != nil && w.textNamesRegistry(s.Value, step)
}

// resolvesToRegistry is namesRegistry for a word of a command.
func (w *caller) resolvesToRegistry(word string) bool { return w.textNamesRegistry(word, w.step) }

func (w *needs) textNamesRegistry(text string, step *syntax.Step) bool {
	if namesRegistry(text) {
		return true
	}
	if !strings.Contains(text, "$") {
		return false
	}
	for _, m := range w.flow.Environments(w.file, w.job, step) {
		for i := range m.Entries {
			if e := &m.Entries[i]; e.Value != nil && namesRegistry(e.Value.Value) && strings.Contains(text, e.Name.Value) {
				return true
			}
		}
	}
	return false
}

// build adds what an action that builds images needs to push them to the registry of GitHub, or layers for the next build. Where
// something else is logged in to another registry, it may be that one.
func (w *needs) build(s *syntax.Step, at syntax.Span, what What) {
	if !w.registry {
		return
	}
	push, outputs := s.With.Get("push"), s.With.Get("outputs")
	scope := catalog.Scope{Name: "packages", Level: catalog.Write}
	switch {
	case outputs == nil && (push == nil || push.Value == "false"):
		scope.Maybe = true
		if !strings.HasSuffix(strings.ToLower(what.name), "bake-action") && !cachesInRegistry(s) { // a bake file may push by itself
			return
		}
	case w.others && !w.images:
		scope.Maybe = !w.namesRegistry(s.With.Get("tags"), s) && !w.namesRegistry(outputs, s)
	}
	w.scopes(at, what, []catalog.Scope{scope}, push == nil || strings.Contains(push.Value, "inputs."))
}

// cachesInRegistry reports a build that keeps its layers in a registry.
func cachesInRegistry(s *syntax.Step) bool {
	to := s.With.Get("cache-to")
	return to != nil && strings.Contains(to.Value, "type=registry")
}
