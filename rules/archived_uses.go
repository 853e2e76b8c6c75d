package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

func archivedUses() *lint.Rule {
	return &lint.Rule{
		ID:       "archived-uses",
		Summary:  "an action or pre-commit hook whose repository is archived, so that nobody repairs it any more",
		Severity: lint.Medium,
		Alike:    true,
		Aliases:  []string{"zizmor:archived-uses"},
		Tags:     []string{"cwe-1104", "owasp-cicd-sec-3", "prevent", "prevent-pin", "matrix-package-hijack"},
		Run: func(p *lint.Pass) {
			for use := range p.File.Uses() {
				target, ok := use.Target()
				if !ok {
					continue
				}
				if instead, archived := catalog.Archived(target.Slug()); archived {
					reportArchived(p, target.Slug(), use.What(), instead, use.NameSpan(p.File))
				}
			}
			if p.File.PreCommit == nil {
				return
			}
			for _, repo := range p.File.PreCommit.Repos {
				if repo.Repo == nil {
					continue
				}
				slug := hookSlug(repo.Repo.Value)
				if instead, archived := catalog.Archived(slug); archived {
					reportArchived(p, slug, "pre-commit repository", instead, repo.Repo.Span)
				}
			}
		},
	}
}

func reportArchived(p *lint.Pass, slug, what, instead string, span syntax.Span) {
	message := fmt.Sprintf("the %s `%s` is archived: faults in it are not repaired any more; ", what, slug)
	switch {
	case instead == "":
		message += "replace it"
	case strings.HasPrefix(instead, "`") || strings.Contains(instead, " "):
		message += "use " + instead + " instead"
	default:
		message += "use `" + instead + "` instead"
	}
	p.Report(lint.Finding{Span: span, Message: message})
}

// hookSlug returns owner/name of a repository on GitHub, whichever way its URL is written, or "".
func hookSlug(url string) string {
	url = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(url), "/"), ".git")
	_, rest, ok := strings.Cut(strings.ToLower(url), "github.com")
	if !ok || rest == "" || rest[0] != '/' && rest[0] != ':' || strings.Count(rest[1:], "/") != 1 {
		return ""
	}
	return url[len(url)-len(rest)+1:]
}
