package rules

import (
	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// spill is a script in which secrets move, as the rules about where they go see it.
type spill struct {
	*flow.SecretFlow
	p    *lint.Pass
	job  *syntax.Job // nil in a composite action
	step *syntax.Step
}

// eachSpill calls f for each script of a file in which secrets move and which may, by a look at its text, be what a rule is about; nil
// means any.
func eachSpill(p *lint.Pass, may func(text string) bool, f func(s *spill)) {
	for _, moved := range p.Survey().SecretFlows() {
		text := moved.Step.Run.Value
		if moved.Run != nil {
			text = moved.Run.Source.Text
		}
		if may == nil || may(text) {
			f(&spill{moved.SecretFlow, p, moved.Job, moved.Step})
		}
	}
}

// mayHoldSteps lists the steps of a file, and the scripts that they hand on, if any of them may hold a secret.
func mayHoldSteps(p *lint.Pass) []flow.Surveyed {
	if !p.Flow.MayHold(p.File) {
		return nil
	}
	return p.Survey().Steps
}

// place is a span of the script as a place.
func (s *spill) place(at shell.Span, message string) lint.Place {
	if s.Run != nil {
		return lint.Place{Path: s.Run.Source.Path, Span: syntax.Span(at), Message: message}
	}
	return lint.Place{Span: s.p.File.ValueSpan(&s.step.Run.Str, syntax.Span(at)), Message: message}
}

// anchor is where a finding about a span of the script stands: for a file that the step runs at the command that does so.
func (s *spill) anchor(at shell.Span) syntax.Span {
	if s.Run != nil {
		at = s.Run.Command.Span
	}
	return s.p.File.ValueSpan(&s.step.Run.Str, syntax.Span(at))
}

// finding is about a secret that goes somewhere at a span of the script, with how it gets there.
func (s *spill) finding(got *flow.Carried, at shell.Span, sink string) lint.Finding {
	f := lint.Finding{Span: s.anchor(at), Confidence: lint.Sure}
	if got.Minted != nil {
		f.Trace = append(f.Trace, s.place(got.Minted.Span, "the credential comes from here"))
	} else {
		f.Trace = append(f.Trace, lint.Place{Span: got.Secret.At, Message: got.Text() + " comes from here"})
		f.Way = way(s.p, s.job, got.Text())
	}
	for i := len(got.Made) - 1; i >= 0; i-- {
		f.Trace = append(f.Trace, s.place(got.Made[i], "the script keeps it here"))
	}
	if got.By != nil {
		f.Trace = append(f.Trace, s.place(got.By.Span, "`"+programName(got.By)+"` gives it another spelling"))
	}
	f.Trace = append(f.Trace, s.place(at, sink))
	return f
}

// weigh tells how bad it is that what is made of a secret gets out, and how sure that GitHub's mask misses it: less for a token that
// may be unable to write, for what only its name makes a secret, and for base64, of which the runner masks some spellings.
func (s *spill) weigh(got *flow.Carried) (lint.Severity, lint.Confidence) {
	switch {
	case got.Minted == nil && (got.Secret.Guess || got.Secret.Token && s.p.Flow.TokenWrites(s.p.File, s.job) != expr.True):
		return lint.Medium, lint.Likely
	case got.By != nil && got.By.Name == "base64" && !decodes(got.By), got.By != nil && got.By.Name == "sed":
		return lint.High, lint.Likely
	}
	return lint.High, lint.Sure
}

// decodes reports a base64 that decodes.
func decodes(c *shell.Command) bool {
	_, ok := c.Flag('d', "--decode", "-D")
	return ok
}

// wholeContext reports that something has all secrets at once.
func wholeContext(got *flow.Carried) bool {
	secret := &got.Secret
	return got.Minted == nil && secret.Name == "" && secret.Login == "" && !secret.Guess && !secret.Token
}
