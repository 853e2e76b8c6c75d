package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// PersonalToken is a secret in the place of the job's own token.
type PersonalToken struct {
	Secret              // Span is the expression
	Step   *syntax.Step // that uses it
	By     string       // the action or command, for messages
	Named  bool         // its name says that it is a personal access token
	Why    Reason       // what the job's own token could not do
	Scopes []catalog.Scope
}

// Reason is why somebody may need a token other than the job's own.
type Reason uint8

// The reasons.
const (
	NoReason      Reason = iota // the job's token can do it
	SpeaksAs                    // what is written appears as written by the token's owner
	TriggersRuns                // what the job's token does starts no workflows
	OtherPlaces                 // it is about another repository, or the organization
	UnknownReason               // what is done with it cannot be told
)

// PersonalTokens lists them for a job, or with a nil job for a composite action, in the order of its steps.
func (f *Flow) PersonalTokens(file *syntax.File, job *syntax.Job) []PersonalToken {
	w := personal{f: f, file: file, job: job}
	for step := range (owner{file, job}).steps() {
		switch {
		case Never(step.If):
		case step.Uses != nil:
			w.action(step)
		case step.Run != nil:
			w.script(step)
		}
	}
	return w.out
}

type personal struct {
	f    *Flow
	file *syntax.File
	job  *syntax.Job
	out  []PersonalToken
}

// secret returns the secret that a value holds in the place of the job's token, and whether its name says what it is. What a caller
// passes in is known by its name only.
func (w *personal) secret(s *syntax.Str, known bool) (use Secret, named, ok bool) {
	if s == nil {
		return use, false, false
	}
	for _, use := range secretsOf(w.file.Source, s) {
		if use.Token || use.Name == "" {
			continue
		}
		sure, likely := catalog.PersonalToken(use.Name)
		switch {
		case sure:
			return use, true, true
		case w.declares(use.Name):
		case likely, known && strings.HasSuffix(use.Name, "TOKEN"):
			return use, false, true
		}
	}
	return use, false, false
}

// declares reports a secret that a reusable workflow is given by its callers.
func (w *personal) declares(name string) bool {
	if w.file.Workflow == nil || w.file.Workflow.On == nil {
		return false
	}
	return slices.ContainsFunc(w.file.Workflow.On.Events, func(e *syntax.Event) bool {
		return slices.ContainsFunc(e.Secrets, func(d *syntax.SecretDecl) bool { return strings.EqualFold(d.Name.Value, name) })
	})
}

func (w *personal) action(step *syntax.Step) {
	need, known := catalog.Scopes(step.Uses.Value, inputs(step.With))
	t := PersonalToken{Step: step, By: actionName(step.Uses.Value), Why: UnknownReason}
	if known && need.Token != "" && len(need.Scopes) > 0 {
		s := step.With.Get(need.Token)
		if env, ok := strings.CutPrefix(need.Token, "$"); ok {
			s = w.variable(step, env)
		}
		if use, named, ok := w.secret(s, true); ok {
			t.Secret, t.Named, t.Scopes = use, named, need.Scopes
			t.Why = w.reason(step, need.Scopes)
			w.out = append(w.out, t)
		}
		return
	}
	if step.With == nil {
		return
	}
	for i := range step.With.Entries {
		e := &step.With.Entries[i]
		if !catalog.TokenInput(e.Name.Value) {
			continue
		}
		if use, named, ok := w.secret(e.Value, false); ok && named {
			t.Secret, t.Named = use, true
			w.out = append(w.out, t)
			return
		}
	}
}

func (w *personal) variable(step *syntax.Step, name string) *syntax.Str {
	for _, env := range w.f.Environments(w.file, w.job, step) {
		if s := env.Get(name); s != nil {
			return s
		}
	}
	return nil
}

// reason tells what an action does that the job's token could not: it fetches or changes something elsewhere, or it changes what
// starts workflows.
func (w *personal) reason(step *syntax.Step, scopes []catalog.Scope) Reason {
	for _, name := range [...]string{"repository", "repo", "owner", "organization", "project-url", "target-repo", "destination-github-username", "push-to-fork"} {
		if s := step.With.Get(name); s != nil && strings.TrimSpace(s.Value) != "" && !thisRepository(s) && !ownerOf(s) {
			return OtherPlaces
		}
	}
	if isCheckout(step) {
		return w.checkoutReason(step)
	}
	return scopesReason(scopes)
}

// scopesReason tells why what needs these scopes may be done with another token. When none of them is sure, it is about another place
// or depends on what cannot be told.
func scopesReason(scopes []catalog.Scope) Reason {
	why, sure := NoReason, false
	for _, s := range scopes {
		sure = sure || !s.Maybe
		switch {
		case s.Level != catalog.Write:
		case s.Maybe:
			why = max(why, UnknownReason)
		case s.Name == "contents" || s.Name == "actions":
			why = max(why, TriggersRuns)
		case s.Name == "issues" || s.Name == "pull-requests" || s.Name == "discussions":
			why = max(why, SpeaksAs)
		}
	}
	if !sure && len(scopes) > 0 {
		return UnknownReason
	}
	return why
}

// ownerOf reports a value that is the owner of the repository, or its name alone.
func ownerOf(s *syntax.Str) bool {
	if len(s.Fences) != 1 {
		return false
	}
	path, _ := expr.Path(s.Fences[0].X)
	return path == "github.repository_owner" || path == "github.event.repository.name" || path == "github.event.repository.owner.login"
}

// checkoutReason tells why a checkout is given another token: for submodules, or so that what is pushed starts workflows.
func (w *personal) checkoutReason(step *syntax.Step) Reason {
	if s := step.With.Get("submodules"); s != nil && !strings.EqualFold(s.Value, "false") {
		return OtherPlaces
	}
	if setting(step.With.Get("persist-credentials")) == expr.False {
		return NoReason
	}
	if uses := w.f.GitUses(w.file, w.job, step); len(uses) > 0 {
		if uses[0].Sure {
			return TriggersRuns
		}
		return UnknownReason
	}
	for s := range (owner{w.file, w.job}).steps() {
		if s.Run != nil && s.Start > step.Start {
			return UnknownReason // make release may push
		}
	}
	return NoReason
}

// script judges what a script does with the token that gh and others take from the environment.
func (w *personal) script(step *syntax.Step) {
	for _, name := range [...]string{"GH_TOKEN", "GITHUB_TOKEN"} {
		use, named, ok := w.secret(w.variable(step, name), true)
		if !ok {
			continue
		}
		by, why := w.scriptReason(step, name)
		if by != "" {
			w.out = append(w.out, PersonalToken{Secret: use, Step: step, By: by, Named: named, Why: why})
		}
		return
	}
}

// scriptReason returns the first command that takes the token, and the strongest reason of those that do. It is "" when none is seen
// to, for a variable that the step has from its job.
func (w *personal) scriptReason(step *syntax.Step, name string) (by string, why Reason) {
	own := step.Env.Get(name) != nil
	script := w.f.Script(w.file, w.job, step)
	if script.Dialect == shell.Other {
		return "the script", UnknownReason
	}
	for _, c := range script.Commands {
		if len(c.Words) == 0 || c.Remote || catalog.TokenBlind(c.Name) || printsOnly(c) {
			continue
		}
		takes, reason := commandReason(c)
		if !takes {
			continue
		}
		if by == "" {
			by = commandText(c)
		}
		why = max(why, reason)
	}
	if by == "" && own {
		return "the script", UnknownReason
	}
	return by, why
}

// commandReason tells whether a command takes the token from its environment, and what the job's own could not do.
func commandReason(c *shell.Command) (takes bool, why Reason) {
	ws := words(c)
	scopes, known := catalog.CommandScopes(ws)
	switch {
	case c.Name == "git":
		return false, NoReason // it reads no such variable
	case !known && c.Name == "gh":
		return true, OtherPlaces // the organization, or what no token of a workflow may do
	case !known:
		return c.Name == "curl" || c.Name == "" || strings.Contains(ws[0], "/"), UnknownReason
	}
	why = scopesReason(scopes)
	if c.Name == "gh" && startsRuns(ws) {
		why = max(why, TriggersRuns)
	}
	return len(scopes) > 0, why
}

// startsRuns reports commands of gh whose effect starts workflows unless the job's own token causes it.
func startsRuns(ws []string) bool {
	if len(ws) < 3 || ws[1] != "pr" {
		return false
	}
	switch ws[2] {
	case "create", "new", "merge", "close", "reopen", "ready", "edit", "update-branch":
		return true
	}
	return false
}
