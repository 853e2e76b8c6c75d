package rules

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func broadSecretScope() *lint.Rule {
	return &lint.Rule{
		ID:       "broad-secret-scope",
		Summary:  "a secret in the environment of all steps, of which only some use it",
		Severity: lint.Low,
		Tags:     []string{"cwe-272", "cwe-522", "owasp-cicd-sec-6", "owasp-cicd-sec-5", "limit", "limit-environment", "limit-scope", "matrix-ci-credentials"},
		Run:      runBroadSecretScope,
	}
}

func runBroadSecretScope(p *lint.Pass) {
	if !p.Survey().NamesSecrets() {
		return
	}
	left := sync.OnceValue(func() []idleInstall { return installsWithSecrets(p) })
	for _, b := range p.Flow.BroadSecrets(p.File) {
		if f, ok := broadScope(p, b); ok && !slices.ContainsFunc(left(), func(with idleInstall) bool { return with.has(&b) }) {
			p.Report(f)
		}
	}
}

// broadScope judges a secret in an env:.
func broadScope(p *lint.Pass, b flow.BroadSecret) (lint.Finding, bool) {
	s := scopeOf(p, b)
	if s.others || len(s.uses) == 0 || len(s.idle)+len(s.may) == 0 {
		return lint.Finding{}, false
	}
	f := lint.Finding{Span: b.Entry.Name.Span, Severity: lint.Low, Confidence: lint.Likely}
	if b.Job != nil {
		f.Way = way(p, b.Job, b.Text())
	}
	targets := append(slices.Clone(s.uses), s.may...)
	others := fmt.Sprintf("of which %s", counted(len(s.idle), "has no use for it", "have no use for it"))
	third, pinned := thirdParty(s.idle)
	switch {
	case third == nil:
		f.Strict, f.Confidence = true, lint.Unsure
		targets = s.uses
		others = fmt.Sprintf("of which only %s it", counted(len(s.uses), "names", "name"))
	case !pinned:
		f.Severity = lint.Medium
	}
	where := "the workflow"
	if b.Job != nil {
		where = "the job `" + b.Job.ID.Value + "`"
	}
	f.Message = fmt.Sprintf("`%s` puts %s into the environment of all %d steps of %s, %s; give it to the steps that use it", b.Entry.Name.Value, b.Text(), len(s.uses)+len(s.may)+len(s.idle), where, others)
	if third != nil {
		f.Related = append(f.Related, lint.Place{Span: third.Uses.Span, Message: "this action of others can read it"})
	}
	f.Related = append(f.Related, lint.Place{Span: firstSpan(s.uses[0]), Message: "this step uses it"})
	f.Fixes = narrowFix(p, &b, targets)
	return f, true
}

// counted is a number of steps with its verb.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// firstSpan is where a step begins to say what it does.
func firstSpan(step *syntax.Step) syntax.Span {
	switch {
	case step.Uses != nil:
		return step.Uses.Span
	case step.Run != nil:
		return step.Run.Key
	}
	return step.Span
}

// thirdParty returns an action of others among some steps, one that is not pinned to a commit if there is one.
func thirdParty(steps []*syntax.Step) (found *syntax.Step, pinned bool) {
	for _, step := range steps {
		if step.Uses == nil || catalog.Official(step.Uses.Value) {
			continue
		}
		_, ref, _ := strings.Cut(step.Uses.Value, "@")
		if full := len(ref) == 40 || len(ref) == 64; found == nil || pinned && !full {
			found, pinned = step, full
		}
	}
	return found, pinned
}
