package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func debugLogging() *lint.Rule {
	return &lint.Rule{
		ID:       "debug-logging",
		Summary:  "debug output that is left on where there are secrets",
		Severity: lint.Medium,
		Aliases:  []string{"poutine:debug_enabled"},
		Tags:     []string{"cwe-532", "cwe-489", "owasp-cicd-sec-6", "owasp-cicd-sec-10", "prevent", "leak-log", "prevent-trace", "matrix-logs"},
		Run:      runDebugLogging,
	}
}

func runDebugLogging(p *lint.Pass) {
	d := debugging{Pass: p, out: collected{p: p}}
	if w := p.File.Workflow; w != nil {
		d.env(w.Env, w.Jobs, nil)
		for i, job := range w.Jobs {
			d.env(job.Env, w.Jobs[i:i+1], nil)
			if job.Container != nil {
				d.env(job.Container.Env, w.Jobs[i:i+1], nil)
			}
		}
	}
	survey := p.Survey()
	for i := range survey.Steps {
		step := &survey.Steps[i]
		if step.Uses != nil || step.With == nil { // a script in an input has its step's
			d.stepEnv(step.Job, step.Step)
			d.inputs(step.Job, step.Step)
		}
		if step.May(catalog.ClueDebug) {
			d.script(step)
		}
	}
	d.out.report()
}

// debugging gathers what one file says of debug output.
type debugging struct {
	*lint.Pass
	out collected
}

// maxDebugValue bounds the values that are looked up: those that switch debug output on are short.
const maxDebugValue = 40

// env looks at the variables of an env: that some jobs, or one step of them, see.
func (d *debugging) env(env *syntax.Map, jobs []*syntax.Job, step *syntax.Step) {
	if env == nil {
		return
	}
	for i := range env.Entries {
		e := &env.Entries[i]
		if e.Value == nil || len(e.Value.Fences) > 0 || len(e.Value.Value) > maxDebugValue {
			continue
		}
		if meaning := catalog.DebugEnv(e.Name.Value, e.Value.Value); meaning != "" {
			d.variable(e, meaning, jobs, step)
		}
	}
}

// stepEnv looks at the values that one step sees.
func (d *debugging) stepEnv(job *syntax.Job, step *syntax.Step) {
	switch {
	case step.Env == nil:
	case job == nil:
		d.env(step.Env, nil, step)
	default:
		d.env(step.Env, []*syntax.Job{job}, step)
	}
}

func (d *debugging) variable(e *syntax.Entry, meaning string, jobs []*syntax.Job, step *syntax.Step) {
	f := lint.Finding{Span: e.Value.Span}
	what := fmt.Sprintf("with `%s: %s` %s", e.Name.Value, oneLine(e.Value.Value), meaning)
	for _, job := range jobs {
		secret, ok := d.secretOf(job, step)
		if !ok {
			continue
		}
		f.Message = fmt.Sprintf("%s, while the job holds %s, of which GitHub masks the exact value only; leave it out, and re-run with debug logging when you need it", what, secret.Text())
		f.Related = []lint.Place{{Span: secret.At, Message: "the secret comes from here"}}
		f.Way = way(d.Pass, job, secret.Text())
		d.out.add(f)
		return
	}
	f.Severity, f.Strict = lint.Low, true
	f.Message = what + "; leave it out, and re-run with debug logging when you need it"
	d.out.add(f)
}

// secretOf finds a secret in the steps of a job, or in one of them, that is worth something.
func (d *debugging) secretOf(job *syntax.Job, step *syntax.Step) (flow.HeldSecret, bool) {
	if step != nil {
		return worthwhile(d.Flow.Held(d.File, job, step))
	}
	for step := range job.Flat() {
		if secret, ok := worthwhile(d.Flow.Held(d.File, job, step)); ok {
			return secret, true
		}
	}
	return flow.HeldSecret{}, false
}

// worthwhile returns the secret that counts most of those that a step holds: one that lasts, or one of a login.
func worthwhile(held flow.Held) (flow.HeldSecret, bool) {
	if secret, ok := held.Lasting(func(flow.HeldSecret) bool { return false }); ok {
		return secret, true
	}
	for _, secret := range held.Secrets {
		if secret.Login != "" {
			return secret, true
		}
	}
	return flow.HeldSecret{}, false
}

// inputs looks at the inputs by which an action says more.
func (d *debugging) inputs(job *syntax.Job, step *syntax.Step) {
	if step.Uses == nil || step.With == nil {
		return
	}
	for i := range step.With.Entries {
		e := &step.With.Entries[i]
		if e.Value == nil || len(e.Value.Fences) > 0 || !strings.EqualFold(e.Value.Value, "true") || !talkative(e.Name.Value) {
			continue
		}
		secret, ok := worthwhile(d.Flow.Held(d.File, job, step))
		if !ok {
			secret, ok = inputSecret(d.File, step)
		}
		if ok {
			d.out.add(lint.Finding{Span: e.Value.Span, Severity: lint.Info, Strict: true, Related: []lint.Place{{Span: secret.At, Message: "the secret comes from here"}},
				Message: fmt.Sprintf("with `%s: true` the action logs more, while it is given %s; leave it out when it is not needed", e.Name.Value, secret.Text())})
		}
	}
}

func talkative(input string) bool {
	switch strings.ToLower(input) {
	case "debug", "verbose", "enable-debug", "debug-mode", "debug_mode", "show_full_output", "gemini_debug", "trace":
		return true
	}
	return false
}

// inputSecret is a secret that a step hands to its action.
func inputSecret(file *syntax.File, step *syntax.Step) (s flow.HeldSecret, ok bool) {
	for i := range step.With.Entries {
		v := step.With.Entries[i].Value
		if v == nil {
			continue
		}
		for j := range v.Fences {
			path, _ := expr.Path(v.Fences[j].X)
			if name, found := strings.CutPrefix(path, "secrets."); found && name != "github_token" && !catalog.Identifier(strings.ToUpper(name)) {
				s.Name, s.At = strings.ToUpper(name), file.ValueSpan(v, v.Fences[j].Span)
				return s, true
			}
		}
	}
	return s, false
}
