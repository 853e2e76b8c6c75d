package rules

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func secretInLog() *lint.Rule {
	return &lint.Rule{
		ID:       "secret-in-log",
		Summary:  "a script that prints a secret, or what is made of one, to the log",
		Severity: lint.High,
		Tags:     []string{"cwe-532", "cwe-200", "owasp-cicd-sec-6", "prevent", "leak-log", "prevent-mask", "matrix-logs"},
		Run:      runSecretInLog,
	}
}

func runSecretInLog(p *lint.Pass) {
	out := collected{p: p}
	eachSpill(p, nil, func(s *spill) {
		for _, print := range s.Prints() {
			printed(s, &print, &out)
		}
	})
	for _, step := range mayHoldSteps(p) {
		for _, print := range p.Flow.CodePrints(p.File, step.Job, step.Step) {
			codePrinted(p, step.Job, &print, &out)
		}
	}
	out.report()
}

// printed reports a command that prints a secret: medium as long as GitHub masks it, high when it does not.
func printed(s *spill, print *flow.Print, out *collected) {
	secret := &print.Secret
	if print.Minted == nil && secret.Part && print.By == nil && !print.Cut {
		return // where it is taken out of the secret, unmasked-secret says so
	}
	if wholeContext(&print.Carried) {
		return // overprovisioned-secrets says so, or malicious-workflow
	}
	exact := print.Exact()
	if exact && (print.Masked || secret.ShortLived() || secret.Guess) {
		return
	}
	f := s.finding(&print.Carried, print.Command.Span, "it is printed here")
	what := oneLine(programName(print.Command))
	switch {
	case print.Dump:
		f.Severity = lint.Medium
		f.Message = fmt.Sprintf("`%s` prints the whole environment to the log, and with it %s, which GitHub masks only where it stands unchanged; print the variables that are of interest", what, print.Text())
	case exact:
		f.Severity = lint.Medium
		f.Message = fmt.Sprintf("`%s` prints %s to the log, where GitHub masks it only as long as nothing changes its spelling; leave it out", what, print.Text())
	default:
		f.Severity, f.Confidence = s.weigh(&print.Carried)
		f.Message = fmt.Sprintf("`%s` prints %s to the log, where GitHub masks stored secrets as a whole only, so that everybody can read it; leave it out or print `::add-mask::` with it first",
			what, spelled(&print.Carried))
	}
	out.add(f)
}

// codePrinted reports JavaScript or Python that prints a secret.
func codePrinted(p *lint.Pass, job *syntax.Job, print *flow.CodePrint, out *collected) {
	if print.Secret.ShortLived() && !print.Changed {
		return
	}
	f := lint.Finding{Span: print.Span, Severity: lint.Medium, Way: way(p, job, print.Secret.Text())}
	f.Trace = []lint.Place{{Span: print.Secret.At, Message: print.Secret.Text() + " comes from here"}, {Span: print.Span, Message: "it is printed here"}}
	f.Message = fmt.Sprintf("`%s` prints %s to the log, where GitHub masks it only as long as nothing changes its spelling; leave it out", print.Call, print.Secret.Text())
	if print.Changed {
		f.Severity = lint.High
		f.Message = fmt.Sprintf("`%s` prints something made of %s to the log, where GitHub masks stored secrets as a whole only, so that everybody can read it; leave it out", print.Call, print.Secret.Text())
	}
	out.add(f)
}
