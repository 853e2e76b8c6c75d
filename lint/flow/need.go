package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// Confidence says how sure it is that a job uses a level of a scope of its GITHUB_TOKEN.
type Confidence uint8

// The confidences, in ascending order.
const (
	Unused  Confidence = iota // everything in the job is known, and nothing uses it
	Unseen                    // nothing is seen to use it, but programs run where they can take it without being given it
	Hinted                    // such a program speaks of what it could be for: npm run release
	Unknown                   // something has the token, or looks as if it used it, and the files do not tell what for
	Likely                    // an action or a command needs it for some of its uses
	Certain                   // an action or a command needs it
)

// TokenUse is a place in a job that uses a scope of its token, or may use it.
type TokenUse struct {
	syntax.Span        // in the job's file
	What        What   // the action or the command
	Scope       string // "" stands for any
	Level       catalog.Level
	Confidence  Confidence
	Sometimes   bool // only where no other token is set, or where something asks for it that the files do not tell
	Demand      bool // a called workflow declares it, and GitHub refuses the call of a job with a block that grants less
}

// What uses a scope. Its text is only made for messages: most uses are in none.
type What struct {
	name    string
	command bool
}

// String names it for messages.
func (w What) String() string {
	if w.command {
		return "`" + w.name + "`"
	}
	return w.name
}

func action(name string) What { return What{name: name} }

func command(name string) What { return What{name: name, command: true} }

func theScript() What { return What{name: "the script"} }

// Need is what a job needs of its GITHUB_TOKEN.
type Need struct {
	Uses []TokenUse // in source order

	walked   int // how many steps were looked at
	followed int // how many values
}

// Of tells how sure it is that a job uses a level of a scope. Comments and labels of pull requests can be written by either of two
// scopes, so the use of one may stand for the other.
func (n *Need) Of(scope string, level catalog.Level) Confidence {
	out := Unused
	for i := range n.Uses {
		if u := &n.Uses[i]; u.Confidence > out && u.covers(scope, level) {
			out = u.Confidence
		}
	}
	return out
}

// By names what uses a level of a scope with a confidence, "" where nothing does.
func (n *Need) By(scope string, level catalog.Level, c Confidence) string {
	for i := range n.Uses {
		if u := &n.Uses[i]; u.Confidence == c && u.covers(scope, level) {
			return u.What.String()
		}
	}
	return ""
}

func (u *TokenUse) covers(scope string, level catalog.Level) bool {
	scope = strings.ToLower(scope)
	return u.Level >= level && (u.Scope == "" || u.Scope == scope || u.Scope == Twin(scope))
}

// Twin returns the scope that may stand for another one, the scope itself where there is none.
func Twin(scope string) string {
	switch scope {
	case "issues":
		return "pull-requests"
	case "pull-requests":
		return "issues"
	}
	return scope
}

// Doubts lists the places that may need more than Scopes. What may want an identity token is not among them, as no default
// includes it, nor what works with a token that is not seen.
func (n *Need) Doubts() []TokenUse {
	var out []TokenUse
	for _, u := range n.Uses {
		if u.Confidence == Unknown && u.Scope != "id-token" && !u.Sometimes {
			out = append(out, u)
		}
	}
	return out
}

// Demands reports that a called workflow declares a scope, which GitHub refuses to a caller whose block lacks it, but not to one
// without any.
func (n *Need) Demands(scope string) bool {
	return slices.ContainsFunc(n.Uses, func(u TokenUse) bool { return u.Demand && u.Scope == scope })
}

// maxUses is how many places of one job are kept before those that say nothing new are left out.
const maxUses = 500

// use adds a place. What is only feared is kept once a scope.
func (n *Need) use(u TokenUse) {
	for i := range n.Uses {
		old := &n.Uses[i]
		same := old.Confidence == u.Confidence && old.Level == u.Level && old.Scope == u.Scope
		if same && (u.Confidence <= Hinted || len(n.Uses) >= maxUses || *old == u) {
			return
		}
	}
	if n.Uses == nil {
		n.Uses = make([]TokenUse, 0, 4)
	}
	n.Uses = append(n.Uses, u)
}

// Scopes are what a job uses as surely as c says, at the highest level of each: with Certain what it needs, with Likely what it may
// need besides.
func (n *Need) Scopes(c Confidence) map[string]catalog.Level {
	out := map[string]catalog.Level{}
	for i := range n.Uses {
		if u := &n.Uses[i]; u.Confidence == c {
			out[u.Scope] = max(out[u.Scope], u.Level)
		}
	}
	return out
}

// scopes adds what an action or a command needs.
func (n *Need) scopes(at syntax.Span, what What, scopes []catalog.Scope, sometimes bool) {
	for _, s := range scopes {
		u := TokenUse{Span: at, What: what, Scope: s.Name, Level: s.Level, Confidence: Certain, Sometimes: sometimes || s.Usual}
		if s.Maybe {
			u.Confidence = Likely
		}
		n.use(u)
	}
}

// unknown adds a place that has the token, for whatever it is.
func (n *Need) unknown(at syntax.Span, what What) {
	n.use(TokenUse{Span: at, What: what, Level: catalog.Write, Confidence: Unknown})
}

// fear adds what a place needs that has no token as far as one sees.
func (n *Need) fear(at syntax.Span, what What, scopes []catalog.Scope) {
	for _, s := range scopes {
		n.use(TokenUse{Span: at, What: what, Scope: s.Name, Level: s.Level, Confidence: Unknown, Sometimes: true})
	}
}

// suspect adds a place that may write to a scope.
func (n *Need) suspect(at syntax.Span, what What, scope string, c Confidence) {
	n.use(TokenUse{Span: at, What: what, Scope: scope, Level: catalog.Write, Confidence: c})
}

// needKey is what an answer depends on: a job that calls a workflow is not followed as far when it is called itself.
type needKey struct {
	job   *syntax.Job
	depth int
}

// Needs infers what a job needs of its token from the actions, commands, images and workflows it uses. The answer is shared: it is
// not to be changed.
func (f *Flow) Needs(file *syntax.File, job *syntax.Job) *Need { return f.needsAt(file, job, 0) }

func (f *Flow) needsAt(file *syntax.File, job *syntax.Job, depth int) *Need {
	key := needKey{job, depth}
	if job.Uses == nil {
		key.depth = 0
	}
	f.mu.Lock()
	n, seen := f.needs[key]
	f.mu.Unlock()
	if !seen {
		n = f.infer(file, job, depth)
		f.mu.Lock()
		f.needs[key] = n
		f.mu.Unlock()
	}
	return n
}

func (f *Flow) infer(file *syntax.File, job *syntax.Job, depth int) *Need {
	n := &Need{}
	if job.Uses != nil {
		f.callNeeds(n, file, job, depth)
		return n
	}
	w := needs{flow: f, need: n, file: file, job: job, looks: mayHaveAmbient(file, job)}
	for _, c := range append([]*syntax.Container{job.Container}, job.Services...) {
		w.container(c)
	}
	for step := range job.Flat() {
		w.step(step, step.Span)
	}
	return n
}

// mayHaveAmbient reports a job that may have a scope which programs can use without being given it. Where nothing says what it has, it
// matters in a called workflow only, which may get it from its caller.
func mayHaveAmbient(file *syntax.File, job *syntax.Job) bool {
	grant := Token(file, job)
	if grant.Block == nil {
		on := file.Workflow.On
		return on != nil && slices.ContainsFunc(on.Events, func(e *syntax.Event) bool { return e.Name.Value == "workflow_call" })
	}
	return grant.Writes("contents") != expr.False || grant.Writes("id-token") != expr.False
}

// callNeeds takes over what the jobs of a called workflow declare or need.
func (f *Flow) callNeeds(n *Need, file *syntax.File, job *syntax.Job, depth int) {
	at, what := job.Uses.Span, action(job.Uses.Value)
	if need, known := catalog.Scopes(job.Uses.Value, inputs(job.With)); known {
		n.scopes(at, action(actionName(job.Uses.Value)), need.Scopes, false)
		return
	}
	callee := f.repo.Callee(job.Uses.Value)
	if callee == nil || callee.Workflow == nil || depth > maxCalls {
		n.unknown(at, what)
		return
	}
	if handsToken(file, job) {
		n.unknown(at, what) // it goes by another name there
	}
	n.demand(callee.Workflow.Permissions, at, what)
	for _, j := range callee.Workflow.Jobs {
		n.demand(j.Permissions, at, what)
		if Token(callee, j).Block == nil && !Never(j.If) {
			n.merge(f.needsAt(callee, j, depth+1), at, what, readsInputs(j.If))
		}
	}
}

// merge takes over what a job of a called workflow needs, at the call of it.
func (n *Need) merge(inner *Need, at syntax.Span, what What, sometimes bool) {
	for _, u := range inner.Uses {
		u.Span, u.What, u.Sometimes = at, what, u.Sometimes || sometimes
		n.use(u)
	}
}

// demand takes over a block of a called workflow. GitHub compares it with what the caller grants before any job runs, also that of
// a job that never does.
func (n *Need) demand(block *syntax.Permissions, at syntax.Span, what What) {
	switch {
	case block == nil:
		return
	case block.All != nil:
		n.unknown(at, what)
	}
	for _, s := range block.Scopes {
		u := TokenUse{Span: at, What: what, Scope: strings.ToLower(s.Name.Value), Confidence: Certain, Demand: true}
		switch s.Value.Value {
		case "write":
			u.Level = catalog.Write
		case "read":
		default:
			continue
		}
		n.use(u)
	}
}

// handsToken reports a call that gives GITHUB_TOKEN to the called workflow as a secret or an input.
func handsToken(file *syntax.File, job *syntax.Job) bool {
	strs := MapStrs(job.With)
	if job.Secrets != nil {
		strs = append(strs, MapStrs(job.Secrets.Map)...)
	}
	return slices.ContainsFunc(strs, func(s *syntax.Str) bool { return isToken(file, s) })
}
