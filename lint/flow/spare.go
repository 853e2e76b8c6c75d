package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Spare tells whether a job can do without a level of a scope. It is False when something in the job needs it or might, and
// Unknown when nothing is seen to, but code of the project runs where it could take the token without being given it: what git
// reads after a checkout, or an identity token.
func (f *Flow) Spare(file *syntax.File, job *syntax.Job, scope string, level catalog.Level) expr.Tri {
	return f.spare(file, job, catalog.Scope{Name: strings.ToLower(scope), Level: level}, 0)
}

func (f *Flow) spare(file *syntax.File, job *syntax.Job, scope catalog.Scope, depth int) expr.Tri {
	need := f.Needs(file, job)
	if len(need.Unknown) > 0 || need.Has(scope) {
		return expr.False
	}
	if job.Uses == nil {
		w := spare{flow: f, file: file, job: job, scope: scope, out: expr.True}
		for s := range job.Flat() {
			w.step(s)
		}
		return w.out
	}
	callee := f.repo.Callee(job.Uses.Value)
	if callee == nil || callee.Workflow == nil || depth > maxCalls {
		return expr.True // known by name
	}
	out := expr.True
	for _, j := range callee.Workflow.Jobs {
		if Token(callee, j).Block == nil {
			out = weaker(out, f.spare(callee, j, scope, depth+1))
		}
	}
	return out
}

// weaker is the less certain of two answers: False, then Unknown, then True.
func weaker(x, y expr.Tri) expr.Tri {
	switch {
	case x == expr.False || y == expr.False:
		return expr.False
	case x == expr.Unknown || y == expr.Unknown:
		return expr.Unknown
	}
	return expr.True
}

// Has reports that a job needs a scope. Comments and labels of pull requests can be written by either of two scopes, so the
// need of one may stand for the other.
func (n Need) Has(scope catalog.Scope) bool {
	for _, name := range []string{scope.Name, twin(scope.Name)} {
		if level, ok := n.Scopes[name]; ok && level >= scope.Level {
			return true
		}
	}
	return false
}

func twin(scope string) string {
	switch scope {
	case "issues":
		return "pull-requests"
	case "pull-requests":
		return "issues"
	}
	return scope
}

// spare walks the steps of a job and of the composite actions it calls.
type spare struct {
	flow     *Flow
	file     *syntax.File // whose steps are walked
	job      *syntax.Job  // nil within a composite action
	scope    catalog.Scope
	persists bool // a checkout left the token for git
	depth    int
	out      expr.Tri
}

func (w *spare) step(s *syntax.Step) {
	switch {
	case w.out == expr.False, Never(s.If):
	case s.Uses != nil:
		w.uses(s)
	case s.Run != nil:
		w.run(s)
	}
}

func (w *spare) uses(s *syntax.Step) {
	uses := s.Uses.Value
	if need, known := catalog.Scopes(uses, inputs(s)); known {
		if need.Token != "" && otherToken(w.file, s, need.Token) {
			return
		}
		w.scopes(need.Scopes)
		if strings.EqualFold(actionName(uses), "actions/checkout") {
			persist := s.With.Get("persist-credentials")
			w.persists = w.persists || persist == nil || persist.Value != "false"
		}
		return
	}
	callee := w.flow.repo.Callee(uses)
	if callee == nil || callee.Action == nil || callee.Action.Runs == nil || w.depth > maxCalls {
		return // Needs found that it takes no token
	}
	inner := *w
	inner.file, inner.job, inner.depth = callee, nil, w.depth+1
	for _, step := range callee.Action.Runs.Steps {
		inner.step(step)
	}
	w.persists, w.out = inner.persists, inner.out
}

func (w *spare) scopes(scopes []catalog.Scope) {
	for _, s := range scopes {
		if s.Level >= w.scope.Level && (s.Name == w.scope.Name || s.Name == twin(w.scope.Name)) {
			w.out = expr.False
		}
	}
}

// ambient reports a scope that a command can use without being handed the token.
func (w *spare) ambient() bool {
	return w.scope.Name == "id-token" || w.scope.Name == "contents" && w.persists
}

func (w *spare) run(s *syntax.Step) {
	if w.scope.Name == "id-token" && (asksIdentity(s.Run.Value) || w.environmentAsks(s)) {
		w.out = expr.False
		return
	}
	if w.hands(s) {
		w.out = expr.False
		return
	}
	script := w.flow.Script(w.file, w.job, s)
	if script == nil || script.Dialect == shell.Other {
		if w.ambient() {
			w.out = weaker(w.out, expr.Unknown)
			if strings.Contains(s.Run.Value, "git") {
				w.out = expr.False
			}
		}
		return
	}
	for _, c := range script.Commands {
		if len(c.Words) > 0 && !catalog.TokenBlind(c.Name) {
			w.command(c)
		}
	}
}

// hands reports a script that leaves the token where later steps find it.
func (w *spare) hands(s *syntax.Step) bool {
	strs := []*syntax.Str{&s.Run.Str}
	for _, m := range w.flow.Environments(w.file, w.job, s) {
		strs = append(strs, mapStrs(m)...)
	}
	if !slices.ContainsFunc(strs, func(v *syntax.Str) bool { return isToken(w.file, v) }) {
		return false
	}
	return slices.ContainsFunc([]string{"GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STATE", "gh auth", "git config", "netrc", "npmrc", "insteadOf", "remote set-url"},
		func(place string) bool { return strings.Contains(s.Run.Value, place) })
}

func (w *spare) command(c *shell.Command) {
	if scopes, known := catalog.CommandScopes(words(c)); known {
		w.scopes(scopes)
		return
	}
	if !w.ambient() || c.Name == "git" {
		return
	}
	if w.speaks(c) || w.scope.Name == "id-token" && identities[c.Name] {
		w.out = expr.False
	}
	w.out = weaker(w.out, expr.Unknown)
}

// asksIdentity reports that a text speaks of identity tokens.
func asksIdentity(text string) bool {
	text = strings.ToLower(text)
	return strings.Contains(text, "id_token") || strings.Contains(text, "oidc") || strings.Contains(text, "sigstore")
}

// environmentAsks reports that a variable which the script sees speaks of identity tokens: DAGGER_CLOUD_TOKEN: oidc.
func (w *spare) environmentAsks(s *syntax.Step) bool {
	for _, m := range w.flow.Environments(w.file, w.job, s) {
		if m == nil {
			continue
		}
		for _, e := range m.Entries {
			if asksIdentity(e.Name.Value) || e.Value != nil && asksIdentity(e.Value.Value) {
				return true
			}
		}
	}
	return false
}

// identities are programs that ask for an identity token by themselves when they may.
var identities = map[string]bool{
	"chainctl": true, "codecov": true, "dagger": true, "depot": true, "doppler": true, "fh": true, "infisical": true, "jf": true, "nsc": true,
	"pulumi": true, "slsa-verifier": true, "tbot": true, "vault": true,
}

// speaks reports that a command, or the script of the repository that it runs, says that it publishes or pushes.
func (w *spare) speaks(c *shell.Command) bool {
	if installs[c.Name] {
		return false
	}
	for i := range c.Words {
		text := c.Words[i].Text
		if strings.HasPrefix(text, "-") {
			continue // cargo build --release
		}
		if saysPublish(text) {
			return true
		}
		if src := w.flow.repo.Script(text); i < 3 && src != nil && pushes(src.Text) {
			return true
		}
	}
	return false
}

// pushes reports that the text of a script may use git's credentials or an identity token.
func pushes(text string) bool {
	return strings.Contains(text, "git") && strings.Contains(text, "push") || strings.Contains(text, "ID_TOKEN_REQUEST") || strings.Contains(text, "publish")
}

// installs are programs whose update, version or tag speaks of packages of the machine.
var installs = map[string]bool{
	"apt": true, "apt-get": true, "brew": true, "rustup": true, "choco": true, "apk": true, "dnf": true, "yum": true, "pip": true, "pip3": true,
	"pacman": true, "winget": true, "scoop": true, "gem": true, "corepack": true,
}

// saysPublish reports that a word of a command makes it likely to push, tag, release or sign.
func saysPublish(text string) bool {
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' }) {
		switch word {
		case "publish", "release", "releases", "releaser", "deploy", "push", "tag", "tags", "version", "changeset", "changesets", "changelog", "commit",
			"bump", "sign", "attest", "promote", "upload", "oidc", "sync", "update", "upgrade", "merge", "backport", "lerna", "mike", "ghpages",
			"pages", "semantic", "goreleaser", "shipit", "ship", "auto":
			return true
		}
		if strings.Contains(word, "publish") || strings.Contains(word, "release") || strings.Contains(word, "deploy") {
			return true
		}
	}
	return false
}
