package flow

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Publishing is a step that publishes a package to a public registry which would take an identity token instead of a credential.
type Publishing struct {
	catalog.Publication
	syntax.Span // the credential of an action, or the command
	Step        *syntax.Step
	By          string      // the action or the command, for messages
	Action      bool        // it is an action, which certainly uses the credential
	Secret      *HeldSecret // the credential; nil when none is seen
	Near        bool        // it is only a secret of the same job that is named for the registry
}

// Publishings lists the steps of a job, or of a composite action, that publish so. What goes to another registry, or does so for
// all that is seen, is not among it, nor what publishes with a token that an identity was exchanged for.
func (f *Flow) Publishings(file *syntax.File, job *syntax.Job) []Publishing {
	w := publishings{f: f, file: file, job: job}
	for step := range (owner{file, job}).steps() {
		switch {
		case Never(step.If):
		case step.Uses != nil:
			w.action(step)
		case w.f.Clues(step).Has(catalog.CluePublishes):
			w.script(step)
		}
	}
	return w.out
}

type publishings struct {
	f    *Flow
	file *syntax.File
	job  *syntax.Job
	out  []Publishing
}

func (w *publishings) action(step *syntax.Step) {
	pub, ok := catalog.PublishAction(step.Uses.Value, inputs(step.With))
	if !ok || !w.isPublic(step, pub) {
		return
	}
	p := Publishing{Publication: pub, Step: step, By: actionName(step.Uses.Value), Action: true}
	h := w.f.holder(w.file, w.job, step, w.f.left(w.file, w.job))
	for _, name := range pub.Inputs {
		s := step.With.Get(name)
		if s == nil || strings.TrimSpace(s.Value) == "" || minted(s) {
			continue
		}
		p.Span = s.Span
		if secret, ok := h.value(s); ok {
			p.Secret = &secret
		}
		w.add(p)
		return
	}
	for _, name := range pub.Env {
		if secret, ok := h.held.vars[name]; ok {
			p.Span, p.Secret = secret.At, &secret
			w.add(p)
			return
		}
	}
}

// add keeps a publication unless its credential is none that lasts: GITHUB_TOKEN, which no public registry takes, or what a login
// left.
func (w *publishings) add(p Publishing) {
	if p.Secret == nil || !p.Secret.ShortLived() {
		w.out = append(w.out, p)
	}
}

// minted reports a value that an earlier step made.
func minted(s *syntax.Str) bool {
	found := false
	for i := range s.Fences {
		eachPart(s.Fences[i].X, func(n expr.Node) {
			path, _ := expr.Path(n)
			found = found || strings.HasPrefix(path, "steps.") || strings.HasPrefix(path, "needs.")
		})
	}
	return found
}

func (w *publishings) script(step *syntax.Step) {
	script := w.f.Script(w.file, w.job, step)
	var held Held
	known := false
	for _, c := range script.Commands {
		if len(c.Words) == 0 || c.Remote || printsOnly(c) {
			continue
		}
		pub, ok := catalog.PublishCommand(words(c))
		if !ok || !w.isPublic(step, pub) {
			continue
		}
		if !known {
			held, known = w.f.Held(w.file, w.job, step), true
		}
		p := Publishing{Publication: pub, Span: w.file.ValueSpan(&step.Run.Str, wordsSpan(c)), Step: step, By: pub.What}
		secret, exchanged := w.credential(step, script, c, pub, held)
		if exchanged {
			continue
		}
		if p.Secret = secret; secret == nil {
			p.Secret = w.near(pub.Registry)
			p.Near = p.Secret != nil
		}
		if p.Secret != nil || pub.Sure {
			w.add(p)
		}
	}
}

// credential finds what a command publishes with: an option or a variable. exchanged reports one that does not last.
func (w *publishings) credential(step *syntax.Step, script *shell.Script, c *shell.Command, pub catalog.Publication, held Held) (s *HeldSecret, exchanged bool) {
	derived := held.derived(script)
	for i := range c.Words {
		word := &c.Words[i]
		if !slices.ContainsFunc(pub.Credentials, func(v string) bool { return strings.HasSuffix(word.Text, v) }) {
			continue
		}
		if secret, ok := held.inWord(derived, c, word); ok {
			return &secret, false
		}
		for _, v := range word.Vars {
			exchanged = exchanged || w.passing(step, v.Name)
		}
		for _, h := range word.Holes {
			one := step.Run.Str
			one.Fences = step.Run.Fences[h : h+1]
			exchanged = exchanged || minted(&one)
		}
	}
	for _, name := range pub.Env {
		if secret, ok := held.vars[name]; ok {
			return &secret, false
		}
		exchanged = exchanged || w.passing(step, name)
	}
	return nil, exchanged
}

// near finds a secret of the job that is named for the registry, with which another step may have logged in.
func (w *publishings) near(r catalog.Registry) *HeldSecret {
	if w.job == nil {
		return nil
	}
	for _, use := range w.f.JobSecrets(w.file, w.job) {
		if !use.Token && namedFor(use.Name, r) {
			return &HeldSecret{Secret: use.Secret, At: use.Span}
		}
	}
	return nil
}

// passing reports a variable that holds what does not last: what an earlier step made, or GITHUB_TOKEN, which is for GitHub's own
// registry.
func (w *publishings) passing(step *syntax.Step, name string) bool {
	for _, env := range w.f.Environments(w.file, w.job, step) {
		if s := env.Get(name); s != nil {
			return minted(s) || isToken(w.file, s)
		}
	}
	return false
}

// namedFor reports a secret whose name says that it opens a registry.
func namedFor(name string, r catalog.Registry) bool {
	words := map[catalog.Registry][]string{
		"npmjs": {"NPM"}, "pypi": {"PYPI", "TWINE"}, "crates": {"CRATES", "CARGO"}, "rubygems": {"RUBYGEMS", "GEM"}, "nuget": {"NUGET"},
	}[r]
	return slices.ContainsFunc(strings.FieldsFunc(name, func(c rune) bool { return c == '_' }), func(part string) bool { return slices.Contains(words, part) })
}

// isPublic reports that all that names a registry for a publication names the public one, if anything does.
func (w *publishings) isPublic(step *syntax.Step, pub catalog.Publication) bool {
	for _, target := range pub.Targets {
		if !w.names(step, target, pub.Registry) {
			return false
		}
	}
	for _, name := range pub.TargetEnv {
		for _, env := range w.f.Environments(w.file, w.job, step) {
			if s := env.Get(name); s != nil && !w.names(step, s.Value, pub.Registry) {
				return false
			}
		}
	}
	return w.configured(step, pub.Registry)
}

// names reports a value that names the public registry; what cannot be told does not.
func (w *publishings) names(step *syntax.Step, value string, r catalog.Registry) bool {
	value = strings.Trim(strings.TrimSpace(value), `"'`)
	for range maxIndirect {
		name, ok := expanded(value)
		if !ok {
			break
		}
		value = ""
		for _, env := range w.f.Environments(w.file, w.job, step) {
			if s := env.Get(name); s != nil {
				value = strings.TrimSpace(s.Value)
				break
			}
		}
	}
	switch strings.ToLower(value) {
	case string(r), "test" + string(r), "crates-io":
		return true
	}
	return r.Is(value)
}

// expanded returns the variable that a whole value expands: $X, ${X}, ${{ env.X }}, $env:X.
func expanded(value string) (string, bool) {
	for _, form := range [...]struct{ before, after string }{{"${{ env.", " }}"}, {"${{env.", "}}"}, {"${", "}"}, {"$env:", ""}, {"$", ""}} {
		rest, ok := strings.CutPrefix(value, form.before)
		if !ok {
			continue
		}
		if rest, ok = strings.CutSuffix(rest, form.after); ok && variableName(rest) {
			return rest, true
		}
	}
	return "", false
}

// configured reports that nothing in the job or the repository leads npm to another registry: setup-node, npm config, .npmrc,
// package.json. Other registries are named where they are used.
func (w *publishings) configured(step *syntax.Step, r catalog.Registry) bool {
	if r != "npmjs" {
		return true
	}
	for _, env := range w.f.Environments(w.file, w.job, step) {
		if env != nil && slices.ContainsFunc(env.Entries, func(e syntax.Entry) bool { return otherVariable(&e, r) }) {
			return false
		}
	}
	for s := range (owner{w.file, w.job}).steps() {
		if url := s.With.Get("registry-url"); s.Uses != nil && url != nil && strings.TrimSpace(url.Value) != "" && !w.names(s, url.Value, r) {
			return false
		}
		if s.Run != nil && otherRegistry(s.Run.Value, r) {
			return false
		}
	}
	dir, known := WorkingDirectory(w.file, w.job, step)
	if !known {
		return true
	}
	for _, folder := range [...]string{dir, "."} {
		if src := w.f.repo.Script(path.Join(folder, ".npmrc")); src != nil && otherRegistry(src.Text, r) {
			return false
		}
	}
	if src := w.f.repo.Script(path.Join(dir, "package.json")); src != nil {
		var manifest struct {
			PublishConfig struct{ Registry string } `json:"publishConfig"`
		}
		if json.Unmarshal([]byte(src.Text), &manifest) == nil && manifest.PublishConfig.Registry != "" {
			return r.Is(manifest.PublishConfig.Registry)
		}
	}
	return true
}

// otherVariable reports a variable that a program of the script may take for its registry: NPM_REGISTRY.
func otherVariable(e *syntax.Entry, r catalog.Registry) bool {
	return e.Value != nil && strings.Contains(strings.ToUpper(e.Name.Value), "REGISTRY") && strings.Contains(e.Value.Value, "//") && !r.Is(e.Value.Value)
}

// otherRegistry reports a text with a line that sets a registry, and none that sets the public one.
func otherRegistry(text string, r catalog.Registry) bool {
	other := false
	for line := range strings.Lines(text) {
		lower := strings.ToLower(line)
		if strings.Contains(lower, "--registry") {
			continue // of one command
		}
		at := strings.Index(lower, "registry")
		if token := strings.Index(lower, ":_authtoken"); token >= 0 {
			at = 0
		}
		if at < 0 {
			continue
		}
		i := strings.Index(lower[at:], "//")
		if i < 0 {
			continue
		}
		if r.Is(lower[at+i:]) {
			return false
		}
		other = true
	}
	return other
}

// IdentityGranted tells whether the token of a job may ask for an identity. For a composite action, and for a workflow without
// permissions that others call, those who use it decide.
func (f *Flow) IdentityGranted(file *syntax.File, job *syntax.Job) expr.Tri {
	return f.identityGranted(file, job, 0)
}

func (f *Flow) identityGranted(file *syntax.File, job *syntax.Job, depth int) expr.Tri {
	var users []user
	if file.Action != nil {
		users = f.users(file)
		users = users[:min(len(users), maxUsers)]
	} else {
		grant := Token(file, job)
		if grant.Block != nil {
			return grant.Writes("id-token")
		}
		for _, c := range f.Callers(file) {
			users = append(users, user{file: c.File, job: c.Job})
		}
		if len(users) == 0 && !called(file) {
			return expr.False // no default of a repository grants it
		}
	}
	if len(users) == 0 || depth > maxCalls {
		return expr.Unknown
	}
	out := expr.False
	for _, u := range users {
		switch f.identityGranted(u.file, u.job, depth+1) {
		case expr.True:
			return expr.True
		case expr.Unknown:
			out = expr.Unknown
		}
	}
	return out
}

// called reports a workflow that others may call.
func called(file *syntax.File) bool {
	return file.Workflow != nil && file.Workflow.On != nil && slices.ContainsFunc(file.Workflow.On.Events, func(e *syntax.Event) bool { return e.Name.Value == "workflow_call" })
}
