package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

func oidcTrustPolicy() *lint.Rule {
	return &lint.Rule{
		ID:       "oidc-trust-policy",
		Summary:  "a cloud that trusts the workflows of more repositories, branches or pull requests than it is meant for",
		Severity: lint.High,
		Tags:     []string{"cwe-284", "cwe-863", "owasp-cicd-sec-2", "limit", "limit-oidc", "matrix-service-credentials", "matrix-cloud-credentials"},
		Run:      runOIDCTrustPolicy,
	}
}

func runOIDCTrustPolicy(p *lint.Pass) {
	if p.File.Trust == nil || testFolder(p.File.Path) {
		return
	}
	for _, s := range p.File.Trust.Statements {
		checkTrust(p, s)
	}
}

// checkTrust reports what a statement lets in beyond what it is meant for, and roles that may do everything.
func checkTrust(p *lint.Pass, s *syntax.TrustStatement) {
	advice := "ask for a subject such as `repo:owner/name:environment:production`"
	google := s.Of == "Google Cloud"
	if google {
		advice = "compare `assertion.sub` in `attribute_condition` with one such as `repo:owner/name:environment:production`"
	}
	var related []lint.Place
	power, severity := "", lint.Medium
	if s.Admin != nil {
		related = []lint.Place{{Span: s.Admin.Span, Message: "this lets the role do everything"}}
		power, severity = ", with a role that may do everything", lint.High
	}
	report := func(f lint.Finding, who string) {
		f.Message = fmt.Sprintf("%s trusts %s%s; %s", s.Of, who, power, advice)
		p.Report(f)
	}
	f := lint.Finding{Span: s.Span, Severity: severity, Related: related}
	switch s.Limit {
	case syntax.Unlimited:
		f.Severity = lint.High
		if s.Elsewhere {
			f.Confidence = lint.Likely
		}
		report(f, everyRepository)
		return
	case syntax.ToOwner:
		report(f, everyOfOwner)
		return
	case syntax.ToRepository:
		f.Strict = google && s.Admin == nil // its guides ask for no more
		report(f, everyBranch)
		return
	}
	found := false
	for _, subject := range s.Subjects {
		who, any := trusted(subject)
		switch {
		case who == "":
			continue
		case any:
			report(lint.Finding{Span: subject.Span, Severity: lint.High, Related: related}, who)
		default:
			report(lint.Finding{Span: subject.Span, Severity: severity, Related: related}, who)
		}
		found = true
	}
	if !found && s.Admin != nil {
		p.Report(lint.Finding{
			Span: s.Admin.Span, Confidence: lint.Likely, Severity: lint.Medium,
			Message: "a role that workflows assume may do everything, so that whoever changes one of them may, too; allow what the job does",
			Related: []lint.Place{{Span: s.Span, Message: "workflows assume the role by this"}},
		})
	}
}

// Whom a trust lets in.
const (
	everyRepository = "the workflows of every repository on GitHub, as nothing is asked of the subject"
	everyOfOwner    = "the workflows of every repository of an owner, and so everybody who may make one there"
	everyBranch     = "every branch of the repository, and so code that nobody has looked at"
)

// trusted says whom a subject lets in beyond one branch, tag or environment, "" when no more; any is that these are strangers.
func trusted(s syntax.Subject) (who string, any bool) {
	value := strings.TrimSpace(s.Value)
	rest, isRepo := strings.CutPrefix(value, "repo:")
	if s.Pattern && !isRepo && strings.Trim(value, "*:") == "" && value != "" {
		return "the workflows of every repository on GitHub", true
	}
	if !isRepo {
		return "", false
	}
	repository, what, _ := strings.Cut(skipTemplates(rest), ":")
	owner, name, _ := strings.Cut(repository, "/")
	switch {
	case s.Pattern && strings.ContainsAny(owner, "*?"):
		return "the workflows of repositories whose owner anybody can be", true
	case s.Pattern && name == "*":
		return everyOfOwner, false
	case what == "pull_request":
		return "pull requests, whose code nobody has looked at", false
	case s.Pattern && everyRef(what):
		return everyBranch, false
	}
	return "", false
}

// skipTemplates replaces ${…} by a name, as what it stands for is one.
func skipTemplates(s string) string {
	for {
		i := strings.Index(s, "${")
		if i < 0 {
			return s
		}
		end := strings.IndexByte(s[i:], '}')
		if end < 0 {
			return s[:i] + "_"
		}
		s = s[:i] + "_" + s[i+end+1:]
	}
}

// everyRef reports a pattern that fits every branch. Whoever may push can make a branch of any name, and a workflow on it that names any
// environment.
func everyRef(what string) bool {
	switch what {
	case "*", "ref:*", "ref:refs/*", "ref:refs/heads/*", "environment:*":
		return true
	}
	return false
}
