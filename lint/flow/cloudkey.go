package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// CloudKey is a credential of a cloud, of Vault or of a cluster that does not expire, where a job gets it.
type CloudKey struct {
	Secret              // Span is the expression; of a login by a script the command
	Step   *syntax.Step // nil for one of the job's or the workflow's own keys
	Opens  catalog.Cloud
	By     string // what takes it: an input, a variable, a command
}

// CloudKeys lists those that a job, or with a nil job a composite action, gets from secrets, in source order.
func (f *Flow) CloudKeys(file *syntax.File, job *syntax.Job) []CloudKey {
	w := cloudKeys{f: f, file: file, job: job}
	if job != nil {
		w.table(nil, file.Workflow.Env, "")
		w.table(nil, job.Env, "")
		if job.Container != nil {
			w.table(nil, job.Container.Env, "")
		}
		if job.Uses != nil && f.repo.Callee(job.Uses.Value) == nil { // a called workflow of this repository is judged itself
			w.table(nil, job.With, "")
			if job.Secrets != nil {
				w.table(nil, job.Secrets.Map, "")
			}
		}
	}
	for step := range (owner{file, job}).steps() {
		if Never(step.If) {
			continue
		}
		w.table(step, step.Env, "")
		if step.Uses != nil {
			w.table(step, step.With, step.Uses.Value)
		}
		if step.Run != nil {
			w.script(step)
		}
	}
	return w.out
}

type cloudKeys struct {
	f    *Flow
	file *syntax.File
	job  *syntax.Job
	out  []CloudKey
}

// table looks at variables, or at the inputs of an action.
func (w *cloudKeys) table(step *syntax.Step, m *syntax.Map, action string) {
	if m == nil {
		return
	}
	for i := range m.Entries {
		e := &m.Entries[i]
		if e.Value == nil || len(e.Value.Fences) == 0 {
			continue
		}
		uses := secretsOf(w.file.Source, e.Value)
		for _, use := range uses {
			if use.Token || use.Name == "" || len(uses) > 1 && (HeldSecret{Secret: use}).Public() {
				continue
			}
			cloud, ok := catalog.Cloud(""), false
			if action != "" {
				cloud, ok = catalog.CloudInput(action, e.Name.Value, inputs(step.With))
			}
			if !ok {
				cloud, ok = catalog.CloudKey(e.Name.Value)
			}
			if !ok {
				cloud, ok = catalog.CloudKey(use.Name)
			}
			if ok && !w.elsewhere(cloud, step, m, use.Name) {
				w.out = append(w.out, CloudKey{use, step, cloud, e.Name.Value})
				break // the rest of one value is the same or belongs to it
			}
		}
	}
}

// script looks at what a script takes from secrets itself, and at its logins.
func (w *cloudKeys) script(step *syntax.Step) {
	named := false
	for _, use := range secretsOf(w.file.Source, &step.Run.Str) {
		if cloud, ok := catalog.CloudKey(use.Name); ok && !w.elsewhere(cloud, step, nil, use.Name) {
			w.out = append(w.out, CloudKey{use, step, cloud, ""})
			named = true
		}
	}
	if named || !w.f.Clues(step).Has(catalog.ClueLogsIn) {
		return
	}
	held := w.f.Held(w.file, w.job, step)
	script := w.f.Script(w.file, w.job, step)
	for _, c := range script.Commands {
		if c.Remote || printsOnly(c) {
			continue
		}
		cloud, command, ok := catalog.CloudLogin(words(c))
		if !ok {
			continue
		}
		if s, ok := w.loginSecret(held, script, c); ok && !w.elsewhere(cloud, step, nil, s.Name) {
			s.Span = w.file.ValueSpan(&step.Run.Str, wordsSpan(c))
			w.out = append(w.out, CloudKey{s.Secret, step, cloud, command})
		}
	}
}

// loginSecret is what a command logs in with: a secret among its words, else one that the step holds. Those that are named for a cloud
// are reported where they are handed in.
func (w *cloudKeys) loginSecret(held Held, script *shell.Script, c *shell.Command) (HeldSecret, bool) {
	lasting := func(s HeldSecret) bool {
		_, named := catalog.CloudKey(s.Name)
		return !s.ShortLived() && !s.Guess && !s.Public() && !named && s.Name != ""
	}
	derived := held.derived(script)
	for i := range c.Words {
		if s, ok := held.inWord(derived, c, &c.Words[i]); ok && lasting(s) {
			return s, true
		}
	}
	i := slices.IndexFunc(held.Secrets, lasting)
	if i < 0 {
		return HeldSecret{}, false
	}
	return held.Secrets[i], true
}

// elsewhere reports a credential in the form of AWS for somebody else's store: its name says so, or something beside it names an
// endpoint.
func (w *cloudKeys) elsewhere(cloud catalog.Cloud, step *syntax.Step, beside *syntax.Map, secret string) bool {
	if cloud != "aws" {
		return false
	}
	if catalog.OtherObjectStore(secret) || namesEndpoint(beside) {
		return true
	}
	for s := range (owner{w.file, w.job}).steps() {
		if step != nil && s != step {
			continue
		}
		if namesEndpoint(s.With) || namesEndpoint(s.Env) || s.Run != nil && strings.Contains(s.Run.Value, "--endpoint") {
			return true
		}
	}
	return w.job != nil && (namesEndpoint(w.job.Env) || namesEndpoint(w.file.Workflow.Env))
}

func namesEndpoint(m *syntax.Map) bool {
	if m == nil {
		return false
	}
	for i := range m.Entries {
		e := &m.Entries[i]
		if strings.Contains(strings.ToLower(e.Name.Value), "endpoint") || e.Value != nil && catalog.OtherObjectStore(e.Value.Value) {
			return true
		}
	}
	return false
}
