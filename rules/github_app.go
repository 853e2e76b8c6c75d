package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

func githubApp() *lint.Rule {
	return &lint.Rule{
		ID:       "github-app",
		Summary:  "a token of a GitHub App that may do more, reaches further or lives longer than its job needs",
		Severity: lint.High,
		Aliases:  []string{"zizmor:github-app"},
		Tags:     []string{"cwe-250", "cwe-272", "owasp-cicd-sec-5", "limit", "leak-third-party", "limit-oidc", "matrix-clone", "owasp-cicd-sec-8"},
		Alike:    true,
		Run:      runGithubApp,
	}
}

func runGithubApp(p *lint.Pass) {
	for _, step := range p.File.Steps() {
		if step.Uses == nil || step.With != nil && step.With.Expr != nil {
			continue
		}
		if t, ok := catalog.AppTokenOf(step.Uses.Value, stepInputs(step)); ok {
			checkAppToken(p, step, t)
		}
	}
}

// stepInputs gives the catalogue the inputs of a step.
func stepInputs(step *syntax.Step) catalog.With {
	return func(name string) (string, bool, bool) {
		s := step.With.Get(name)
		if s == nil {
			return "", false, false
		}
		return s.Value, len(s.Fences) == 0, true
	}
}

func checkAppToken(p *lint.Pass, step *syntax.Step, t catalog.AppToken) {
	given := permissionsGiven(step, t.Permissions)
	wide := t.Wide && !catalog.OrganizationOnly(given)
	reportByDefault(p, step, t, len(given) == 0, wide)
	if wide && t.WideBy != "" && len(given) > 0 {
		advice := fmt.Sprintf("list those that the job needs in `%s`", t.Repositories)
		if t.Repositories == "" {
			advice = instead
		}
		p.Report(lint.Finding{
			Span:    step.With.Get(t.WideBy).Span,
			Message: fmt.Sprintf("`%s` alone makes the token reach every repository of that owner where the app is installed; %s", t.WideBy, advice),
		})
	}
	if s := step.With.Get(t.KeptBy); t.Kept && t.KeptBy != "" && s != nil {
		f := lint.Finding{
			Span:     s.Span,
			Severity: lint.Medium,
			Message:  fmt.Sprintf("`%s` leaves the token valid for up to an hour after the job has ended; have it revoked, and let each job make a token of its own", t.KeptBy),
		}
		if t.MaybeKept {
			f.Confidence = lint.Unsure
		}
		p.Report(f)
	}
}

// instead is what to do where an action cannot limit its token.
const instead = "use `actions/create-github-app-token` with `permission-…` inputs, as this action cannot limit it"

// reportByDefault reports what the token is because inputs are missing, in one finding. all is that it has all permissions.
func reportByDefault(p *lint.Pass, step *syntax.Step, t catalog.AppToken, all, wide bool) {
	f := lint.Finding{Span: step.Uses.Span, Severity: lint.Medium}
	if all && wide {
		f.Severity = lint.High
	}
	wide = wide && (all || t.WideBy == "") // an input that widens a limited token has a finding of its own
	if wide && t.WideBy != "" {
		f.Related = []lint.Place{{Span: step.With.Get(t.WideBy).Span, Message: fmt.Sprintf("`%s` stands without a list of repositories", t.WideBy)}}
	}
	var faults, advice []string
	if all {
		faults = append(faults, "has every permission of its app")
		advice = append(advice, permissionAdvice(t.Permissions))
	}
	if wide {
		faults = append(faults, "reaches every repository where its app is installed")
		advice = append(advice, fmt.Sprintf("list its repositories in `%s`", t.Repositories))
	}
	if all && t.Permissions == "" || wide && t.Repositories == "" {
		advice = []string{instead}
	}
	if t.Kept && t.KeptBy != "" && step.With.Get(t.KeptBy) == nil {
		faults = append(faults, "is not revoked when the job ends")
		if len(faults) == 1 {
			f.Severity = lint.Low
		}
		if len(advice) == 0 || advice[0] != instead {
			advice = append(advice, fmt.Sprintf("set `%s: true`", t.KeptBy))
		}
	}
	if len(faults) == 0 {
		return
	}
	action, _, _ := strings.Cut(step.Uses.Value, "@")
	f.Message = fmt.Sprintf("the token of `%s` %s; %s", action, enumerate(faults), enumerate(advice))
	p.Report(f)
}

func permissionAdvice(input string) string {
	if prefix, each := strings.CutSuffix(input, "*"); each {
		return fmt.Sprintf("name those that the job needs, such as `%scontents: read`", prefix)
	}
	return fmt.Sprintf("name those that the job needs in `%s`", input)
}

// enumerate joins parts of a sentence: a, b and c.
func enumerate(parts []string) string {
	last := len(parts) - 1
	if last < 1 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// permissionsGiven returns the permissions that a step asks for: the names behind permission-, or the values of one input.
func permissionsGiven(step *syntax.Step, input string) []string {
	prefix, each := strings.CutSuffix(input, "*")
	if step.With == nil || input == "" {
		return nil
	}
	var out []string
	for i := range step.With.Entries {
		e := &step.With.Entries[i]
		name := strings.ToLower(e.Name.Value)
		if e.Value == nil || strings.TrimSpace(e.Value.Value) == "" {
			continue
		}
		switch rest, ok := strings.CutPrefix(name, prefix); {
		case each && ok:
			out = append(out, rest)
		case !each && name == input:
			out = append(out, e.Value.Value)
		}
	}
	return out
}
