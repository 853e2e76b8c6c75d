package rules

import (
	"fmt"
	"strings"

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
		Tags:     []string{"cwe-532", "cwe-200", "owasp-cicd-sec-6", "prevent", "leak-log", "prevent-trace", "matrix-logs"},
		Run:      runXtraceWithSecrets,
	}
}

func runXtraceWithSecrets(p *lint.Pass) {
	x := xtraces{Pass: p, at: map[syntax.Span]int{}}
	for _, step := range mayHoldSteps(p) {
		x.step(step.Job, step.Step)
	}
	for _, f := range x.found {
		p.Report(f)
	}
}

// xtraces gathers the findings of one file.
type xtraces struct {
	*lint.Pass
	found []lint.Finding
	at    map[syntax.Span]int // one default or variable may trace many steps
}

func (x *xtraces) step(job *syntax.Job, step *syntax.Step) {
	if step.Run == nil || !x.Flow.MayTrace(x.File, job, step) {
		return
	}
	held := x.Flow.Held(x.File, job, step)
	if held.None() {
		return
	}
	for _, t := range x.Flow.Tracings(x.File, job, step, held) {
		f, ok := xtraced(x.Pass, job, step, &t)
		if !ok {
			continue
		}
		i, again := x.at[f.Span]
		switch {
		case !again:
			x.at[f.Span] = len(x.found)
			x.found = append(x.found, f)
		case worse(f, x.found[i]):
			x.found[i] = f
		}
	}
}

func worse(a, b lint.Finding) bool {
	return a.Severity > b.Severity || a.Severity == b.Severity && a.Confidence > b.Confidence
}

// xtraced judges a trace by what it prints: high when that expands a secret, medium when a secret is only near.
func xtraced(p *lint.Pass, job *syntax.Job, step *syntax.Step, t *flow.Tracing) (lint.Finding, bool) {
	f := lint.Finding{Span: t.At, Severity: lint.High, Confidence: lint.Sure, Fixes: xtraceFixes(p.File, step, t)}
	on := lint.Place{Span: t.At, Message: "tracing is turned on here"}
	if t.From != nil {
		on = lint.Place{Path: t.From.Path, Span: syntax.Span(t.Trace.Span), Message: on.Message}
	}
	u, ok := worst(p, job, t)
	if !ok {
		return f, near(p, job, step, t, &f, on)
	}
	f.Severity, f.Confidence = weight(p, job, t, u.Secret)
	f.Way = way(p, job, u.Secret.Text())
	use := lint.Place{Span: p.File.ValueSpan(&step.Run.Str, syntax.Span(u.At)), Message: "the traced command expands it here"}
	if t.Source != nil {
		use = lint.Place{Path: t.Source.Path, Span: syntax.Span(u.At), Message: use.Message}
	}
	f.Trace = []lint.Place{{Span: u.Secret.At, Message: u.Secret.Text() + " comes from here"}, on, use}
	if u.Derived != "" {
		f.Message = fmt.Sprintf("`%s` prints a command that expands `%s`, which is made from %s, so it goes to the log, where GitHub masks the exact value only; turn tracing off before it", oneLine(t.What), u.Derived, u.Secret.Text())
	} else {
		f.Message = fmt.Sprintf("`%s` prints a command that expands %s, so its value goes to the log, where GitHub masks the exact value only; turn tracing off before it", oneLine(t.What), u.Secret.Text())
	}
	return f, true
}

// near judges a trace that prints no secret yet: medium where the step is given one or uses it, low where it only could, as
// every step of the job can.
func near(p *lint.Pass, job *syntax.Job, step *syntax.Step, t *flow.Tracing, f *lint.Finding, on lint.Place) bool {
	own := func(s flow.HeldSecret) bool {
		return step.Start <= s.At.Start && s.At.End <= step.End || t.Held.Expands(t.Script, s)
	}
	s, lasting := t.Held.Lasting(own)
	if t.Trace.Kind == shell.TraceTool || t.Trace.Kind == shell.TraceVerbose || t.Trace.Cond || t.Closed || !lasting || t.Guarded() {
		return false
	}
	if by := t.Trace.By; by != nil && by.Env != nil && !t.Held.Reaches(by.Env) {
		return false // the shell that is traced has no secret
	}
	f.Confidence = lint.Likely
	f.Way = way(p, job, s.Text())
	what := oneLine(t.What)
	if own(s) {
		f.Severity = lint.Medium
		f.Message = fmt.Sprintf("`%s` traces the commands of a step that holds %s%s, and the first that expands it will print it; turn tracing off or give the secret to other steps only",
			what, s.Text(), t.Held.Others())
	} else {
		f.Severity = lint.Low
		f.Message = fmt.Sprintf("`%s` traces the commands of a step that could expand %s%s, which more steps than need it hold; give it to those alone or turn tracing off",
			what, s.Text(), t.Held.Others())
	}
	f.Related = []lint.Place{{Span: s.At, Message: "the secret comes from here"}}
	if t.From != nil {
		f.Related = append(f.Related, on)
	}
	return true
}

// worst returns the use that weighs most, the first of those that weigh the same.
func worst(p *lint.Pass, job *syntax.Job, t *flow.Tracing) (use flow.Use, ok bool) {
	var most lint.Finding
	for _, u := range t.Uses() {
		var f lint.Finding
		if u.Secret.Public() {
			continue
		}
		if f.Severity, f.Confidence = weight(p, job, t, u.Secret); !ok || worse(f, most) {
			use, most, ok = u, f, true
		}
	}
	return use, ok
}

// weight tells how bad it is to print a secret: less for a token that may be unable to write, for what only its name makes a
// secret and where tracing is on in some runs only.
func weight(p *lint.Pass, job *syntax.Job, t *flow.Tracing, s flow.HeldSecret) (lint.Severity, lint.Confidence) {
	switch {
	case s.Token && p.Flow.TokenWrites(p.File, job) != expr.True, s.Guess:
		return lint.Medium, lint.Likely
	case t.Trace.Cond:
		return lint.High, lint.Likely
	}
	return lint.High, lint.Sure
}

// oneLine cuts a text at its first line end.
func oneLine(s string) string {
	line, _, cut := strings.Cut(s, "\n")
	if cut {
		return strings.TrimRight(line, " \r\\") + " …"
	}
	return line
}
