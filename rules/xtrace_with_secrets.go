package rules

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

func xtraceWithSecrets() *lint.Rule {
	return &lint.Rule{
		ID:       "xtrace-with-secrets",
		Summary:  "a script that prints its commands while it holds a secret",
		Severity: lint.High,
		Tags:     []string{"cwe-532", "cwe-200", "owasp-cicd-sec-6", "prevent"},
		Run:      runXtraceWithSecrets,
	}
}

func runXtraceWithSecrets(p *lint.Pass) {
	for job, step := range p.File.Steps() {
		if step.Run == nil {
			continue
		}
		held := p.Flow.Held(p.File, job, step)
		if held.None() {
			continue
		}
		x := tracing{p: p, job: job, step: step, held: held}
		x.template()
		x.environment()
		x.script()
	}
}

// tracing checks one step that holds a secret.
type tracing struct {
	p    *lint.Pass
	job  *syntax.Job
	step *syntax.Step
	held flow.Held
}

// template looks at the shell: value that starts the script.
func (x *tracing) template() {
	name, field := flow.Shell(x.p.File, x.job, x.step)
	if field == nil {
		return
	}
	at, ok := shell.Option(name)
	if !ok {
		return
	}
	f := lint.Finding{Span: x.p.File.ValueSpan(&field.Str, syntax.Span(at))}
	if edits := shell.OptionFix(name); edits != nil && len(field.Fences) == 0 {
		f.Fixes = x.fix("start the shell without tracing", &field.Str, edits)
	}
	script := x.p.Flow.Script(x.p.File, x.job, x.step)
	x.report(f, "`shell: "+name+"`", script, shell.TraceOption, script.Commands)
}

// environment looks at the variables that make shells and tools trace.
func (x *tracing) environment() {
	for _, env := range x.p.Flow.Environments(x.p.File, x.job, x.step) {
		for i := range env.Entries {
			e := &env.Entries[i]
			if e.Value == nil || !shell.TracesByEnv(e.Name.Value, e.Value.Value) {
				continue
			}
			script := x.p.Flow.Script(x.p.File, x.job, x.step)
			kind := shell.TraceEnv
			prints, uses := script.TracedByEnv(e.Name.Value)
			if uses {
				kind = shell.TraceTool
			}
			x.report(lint.Finding{Span: e.Value.Span}, "`"+e.Name.Value+"`", script, kind, prints)
		}
	}
}

// script looks at what the script itself turns on, and at the scripts of the repository that it runs.
func (x *tracing) script() {
	text := x.step.Run.Value
	if shell.MayTrace(text) {
		script := x.p.Flow.Script(x.p.File, x.job, x.step)
		for _, t := range script.Traces {
			x.trace(script, t)
		}
	}
	for _, r := range x.p.Flow.Runs(x.p.File, x.job, x.step, x.held) {
		for _, t := range r.Script.Traces {
			x.inFile(r, t)
		}
	}
}

func (x *tracing) trace(script *shell.Script, t *shell.Trace) {
	run := &x.step.Run.Str
	f := lint.Finding{Span: x.p.File.ValueSpan(run, syntax.Span(t.Span))}
	if t.Fix != nil {
		f.Fixes = x.fix("turn tracing off", run, t.Fix)
	}
	x.report(f, "`"+x.p.File.Slice(f.Span)+"`", script, t.Kind, t.Prints)
}

// inFile reports the command that runs a script which turns tracing on by itself.
func (x *tracing) inFile(r flow.Run, t *shell.Trace) {
	at := x.p.File.ValueSpan(&x.step.Run.Str, syntax.Span(r.Command.Span))
	f := lint.Finding{Span: at, Related: []lint.Place{{Path: r.Source.Path, Span: syntax.Span(t.Span), Message: "tracing is turned on here"}}}
	uses := r.Held.In(r.Script, t.Kind, t.Prints)
	if len(uses) == 0 {
		if onlyUses(t.Kind) || x.held.ShortLived() || over(r.Script, t.Prints) {
			return
		}
		f.Severity, f.Confidence = lint.Medium, lint.Likely
		f.Message = fmt.Sprintf("`%s` turns tracing on while %s is in its environment; turn it off, GitHub masks the exact value only", r.Source.Path, x.held.Describe())
		x.p.Report(f)
		return
	}
	u := uses[0]
	f.Message = fmt.Sprintf("`%s` traces a command that expands %s, so its value is printed to the log; turn tracing off, GitHub masks the exact value only", r.Source.Path, u.Secret.Text())
	f.Trace = []lint.Place{
		{Span: u.Secret.At, Message: u.Secret.Text() + " comes from here"},
		{Path: r.Source.Path, Span: syntax.Span(t.Span), Message: "tracing is turned on here"},
		{Path: r.Source.Path, Span: syntax.Span(u.At), Message: "the traced command expands it here"},
	}
	x.p.Report(f)
}

// report judges a trace by what it prints: high when that expands a secret, medium when a secret is only near.
func (x *tracing) report(f lint.Finding, what string, script *shell.Script, kind shell.TraceKind, prints []*shell.Command) {
	uses := x.held.In(script, kind, prints)
	if len(uses) == 0 {
		if onlyUses(kind) || x.held.ShortLived() || kind != shell.TraceOption && over(script, prints) {
			return
		}
		f.Severity, f.Confidence = lint.Medium, lint.Likely
		f.Message = fmt.Sprintf("%s traces the commands of a step that holds %s; none of them expands it now, but tracing prints the first that does, and GitHub masks the exact value only", what, x.held.Describe())
		f.Related = []lint.Place{{Span: x.held.First(), Message: "the secret comes from here"}}
		x.p.Report(f)
		return
	}
	u := uses[0]
	if u.Secret.Token && flow.Token(x.p.File, x.job).WritesAny() != expr.True {
		f.Severity = lint.Medium
	}
	f.Message = fmt.Sprintf("%s prints a command that expands %s, so its value goes to the log; turn tracing off before it, GitHub masks the exact value only", what, u.Secret.Text())
	f.Trace = []lint.Place{
		{Span: u.Secret.At, Message: u.Secret.Text() + " comes from here"},
		{Span: f.Span, Message: "tracing is turned on here"},
		{Span: x.p.File.ValueSpan(&x.step.Run.Str, syntax.Span(u.At)), Message: "the traced command expands it here"},
	}
	x.p.Report(f)
}

// onlyUses reports a trace that prints nothing but certain commands, so that a secret elsewhere in the step is none of its business.
func onlyUses(k shell.TraceKind) bool { return k == shell.TraceTool || k == shell.TraceVerbose }

// over reports that the script turns tracing off again before its end.
func over(script *shell.Script, prints []*shell.Command) bool {
	if len(prints) == 0 {
		return false
	}
	last := prints[len(prints)-1]
	for _, c := range script.Commands {
		if c.Start > last.Start && c.Traced == nil {
			return true
		}
	}
	return false
}

// fix turns edits of a scalar's value into edits of the file; none when the value's bytes are spelled otherwise there.
func (x *tracing) fix(title string, s *syntax.Str, edits []shell.Edit) []lint.Fix {
	out := make([]syntax.Edit, len(edits))
	for i, e := range edits {
		span := x.p.File.ValueSpan(s, syntax.Span(e.Span))
		out[i] = syntax.Edit{Span: span, New: e.New}
	}
	return []lint.Fix{{Title: title, Safety: lint.Safe, Edits: out}}
}
