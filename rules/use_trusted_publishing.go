package rules

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func useTrustedPublishing() *lint.Rule {
	return &lint.Rule{
		ID:       "use-trusted-publishing",
		Summary:  "a package published with a lasting token, where the registry would take the identity of the workflow",
		Severity: lint.Medium,
		Aliases:  []string{"zizmor:use-trusted-publishing"},
		Tags:     []string{"cwe-798", "cwe-522", "owasp-cicd-sec-2", "owasp-cicd-sec-6", "prevent", "limit-oidc", "matrix-ci-authentication", "matrix-registry-injection"},
		Run:      runUseTrustedPublishing,
	}
}

func runUseTrustedPublishing(p *lint.Pass) { eachRunning(p, checkPublishings) }

func checkPublishings(p *lint.Pass, job *syntax.Job) {
	all := p.Flow.Publishings(p.File, job)
	if len(all) == 0 {
		return
	}
	granted := p.Flow.IdentityGranted(p.File, job)
	for _, pub := range all {
		if pub.Registry == "npmjs" && job != nil && flow.OwnRunner(job) {
			continue // it takes identities of hosted runners only
		}
		if f, ok := publishFinding(pub, granted); ok {
			p.Report(f)
		}
	}
}

// publishFinding judges a publication. A job that may ask for an identity most likely publishes with it, unless an action is
// told otherwise.
func publishFinding(pub flow.Publishing, granted expr.Tri) (lint.Finding, bool) {
	f := lint.Finding{Span: pub.Span, Severity: lint.Medium, Confidence: lint.Likely}
	with, advice := "a token that is kept somewhere", "set up trusted publishing there, grant `id-token: write` and delete the token"
	if pub.Secret != nil {
		with = pub.Secret.Text() + ", which lasts until somebody revokes it"
		f.Related = []lint.Place{{Span: pub.Secret.At, Message: "the token comes from here"}}
	}
	switch {
	case pub.Action:
		f.Confidence = lint.Sure
		if pub.Secret == nil {
			with = "a token, as it is told to"
		}
		if granted == expr.True {
			advice = "set up trusted publishing there, remove the token here and delete it"
		}
	case granted == expr.True && pub.Secret != nil && !pub.Near:
		f.Severity, f.Strict = lint.Low, true
		advice = "the job may ask for an identity: see that it publishes with that, and delete the token"
	case granted == expr.True, granted == expr.Unknown && pub.Secret == nil:
		return f, false
	case pub.Secret == nil:
		f.Severity = lint.Low
	}
	f.Message = fmt.Sprintf("`%s` publishes to %s with %s; %s", pub.By, pub.Registry.Name(), with, advice)
	return f, true
}
