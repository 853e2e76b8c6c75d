package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func personalAccessToken() *lint.Rule {
	return &lint.Rule{
		ID:       "personal-access-token",
		Summary:  "a person's access token, which lasts and opens all their repositories, where a token of the job or of an app would do",
		Severity: lint.Low,
		Tags:     []string{"cwe-250", "cwe-522", "owasp-cicd-sec-2", "owasp-cicd-sec-6", "limit", "limit-oidc", "matrix-scm-authentication", "matrix-clone"},
		Alike:    true,
		Anywhere: true,
		Run:      runPersonalAccessToken,
	}
}

func runPersonalAccessToken(p *lint.Pass) {
	if p.Survey().NamesSecrets() {
		eachRunning(p, checkPersonal)
	}
}

// checkPersonal reports each such token of a job once, by the use that best explains why it is there.
func checkPersonal(p *lint.Pass, job *syntax.Job) {
	best := map[string]flow.PersonalToken{}
	var order []string
	all := p.Flow.PersonalTokens(p.File, job)
	for _, t := range all {
		have, again := best[t.Name]
		if !again {
			order = append(order, t.Name)
		}
		if !again || t.Why > have.Why {
			best[t.Name] = t
		}
	}
	for _, name := range order {
		f := personalFinding(best[name])
		for _, t := range all {
			if t.Name == name && t.Span != f.Span && len(f.Related) < maxPlaces {
				f.Related = append(f.Related, lint.Place{Span: t.Span, Message: "it is also used here"})
			}
		}
		p.Report(f)
	}
}

// maxPlaces is how many other places of the same thing a finding names.
const maxPlaces = 10

func personalFinding(t flow.PersonalToken) lint.Finding {
	f := lint.Finding{Span: t.Span, Severity: lint.Low, Confidence: lint.Sure}
	what := "is a person's access token"
	if !t.Named {
		f.Confidence = lint.Likely
		what = "is the token of a person or a robot"
	}
	by := oneLine(t.By)
	if t.Why == flow.NoReason {
		f.Message = fmt.Sprintf("the secret `%s` %s, and `%s` does nothing that the token of the job could not do; use `github.token`%s", t.Name, what, by, with(t))
		return f
	}
	f.Severity, f.Same = lint.Info, t.Name
	why := ""
	switch t.Why {
	case flow.SpeaksAs:
		why = ", perhaps so that what `" + by + "` writes appears under its owner's name"
	case flow.TriggersRuns:
		why = ", perhaps so that what `" + by + "` does starts workflows"
	case flow.OtherPlaces:
		why = ", as `" + by + "` is about more than this repository"
	}
	f.Message = fmt.Sprintf("the secret `%s` %s, which lasts and opens all that its owner may%s; a token of a GitHub App can do the same for an hour: `actions/create-github-app-token`", t.Name, what, why)
	return f
}

// with names the permissions that the token of the job needs instead.
func with(t flow.PersonalToken) string {
	var scopes []string
	for _, s := range t.Scopes {
		scopes = append(scopes, "`"+s.Name+": "+s.Level.String()+"`")
	}
	if len(scopes) == 0 {
		return ""
	}
	return " with " + strings.Join(scopes, ", ")
}
