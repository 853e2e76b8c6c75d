package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func unmaskedSecret() *lint.Rule {
	return &lint.Rule{
		ID:       "unmasked-secret",
		Summary:  "a part or another spelling of a secret that goes on without a mask, so that the log shows it",
		Severity: lint.High,
		Aliases:  []string{"zizmor:unredacted-secrets"},
		Tags:     []string{"cwe-312", "cwe-532", "owasp-cicd-sec-6", "prevent", "leak-log", "prevent-mask", "matrix-logs"},
		Run:      runUnmaskedSecret,
	}
}

func runUnmaskedSecret(p *lint.Pass) {
	if p.File.Workflow == nil && p.File.Action == nil {
		return
	}
	out := collected{p: p}
	unmaskedParts(p, &out)
	eachSpill(p, mayStore, func(s *spill) {
		for _, stored := range s.Stores() {
			unmaskedStore(s, &stored, &out)
		}
	})
	for _, step := range mayHoldSteps(p) {
		for _, stored := range p.Flow.CodeStores(p.File, step.Job, step.Step) {
			f := lint.Finding{Span: stored.Span, Severity: lint.High, Way: way(p, step.Job, stored.Secret.Text())}
			f.Trace = []lint.Place{{Span: stored.Secret.At, Message: stored.Secret.Text() + " comes from here"}, {Span: stored.Span, Message: "it is handed to other steps here"}}
			f.Message = fmt.Sprintf("`%s` hands something made of %s to other steps without a mask, and GitHub, which masks stored secrets as a whole only, shows it in the log of whatever uses it; call `core.setSecret` with it first, or print `::add-mask::`",
				stored.Call, stored.Secret.Text())
			out.add(f)
		}
	}
	out.report()
}

// mayStore answers false when nothing in a script writes to a file of the runner.
func mayStore(text string) bool {
	return strings.Contains(text, "GITHUB_") || strings.Contains(text, "::set-output")
}

// unmaskedParts reports what expressions take out of a secret. What a caller hands on as a secret is masked again.
func unmaskedParts(p *lint.Pass, out *collected) {
	if !flow.InExpressions(p.File, "fromjson") || !p.Flow.MayHold(p.File) {
		return
	}
	check := func(job *syntax.Job, step *syntax.Step, list ...*syntax.Str) {
		for _, s := range list {
			for _, part := range p.Flow.SecretParts(p.File, job, step, s) {
				unmaskedPart(out, &part)
			}
		}
	}
	if w := p.File.Workflow; w != nil {
		check(nil, nil, flow.MapStrs(w.Env)...)
		for _, job := range w.Jobs {
			check(job, nil, flow.MapStrs(job.Env)...)
			check(job, nil, flow.MapStrs(job.Outputs)...)
		}
	}
	for job, step := range p.File.Steps() {
		check(job, step, flow.StepStrs(step)...)
	}
}

func unmaskedPart(out *collected, part *flow.SecretPart) {
	f := lint.Finding{Span: part.Span, Severity: lint.High}
	f.Message = fmt.Sprintf("`fromJSON` takes a value out of %s, and GitHub masks the secret as a whole only, so this value stands in the log for all to read; store it as a secret of its own", part.Text())
	if part.At != part.Span {
		f.Trace = []lint.Place{{Span: part.At, Message: part.Text() + " comes from here"}, {Span: part.Span, Message: "a value is taken out of it here"}}
	}
	out.add(f)
}

// unmaskedStore reports what a script hands to other steps and jobs without a mask.
func unmaskedStore(s *spill, stored *flow.Stored, out *collected) {
	if stored.Exact() || stored.Masked || stored.Late || flow.PublicName(stored.Name) {
		return
	}
	f := s.finding(&stored.Carried, stored.Command.Span, "it is written to `"+stored.To+"` here")
	f.Severity, f.Confidence = s.weigh(&stored.Carried)
	where := "`" + stored.To + "`"
	if stored.Name != "" {
		where = fmt.Sprintf("`%s` in %s", stored.Name, where)
	}
	f.Message = fmt.Sprintf("%s becomes %s without a mask, and GitHub, which masks stored secrets as a whole only, shows it in the log of whatever uses it; print `::add-mask::` with it first",
		spelled(&stored.Carried), where)
	out.add(f)
}

// spelled names a secret or what was made of it, for messages.
func spelled(got *flow.Carried) string {
	if spelling := got.Spelling(); spelling != "" {
		return "what " + spelling + " " + got.Text()
	}
	return got.Text()
}
