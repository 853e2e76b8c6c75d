package rules

import (
	"path"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

func noSecretScan() *lint.Rule {
	return &lint.Rule{
		ID:       "no-secret-scan",
		Summary:  "a repository in which neither pre-commit nor a workflow looks for secrets in what is committed",
		Severity: lint.Info,
		Strict:   true,
		Tags:     []string{"cwe-798", "owasp-cicd-sec-6", "detect", "prevent-scan", "prevent-hook", "detect-scanners"},
		Run: func(p *lint.Pass) {
			if firstWorkflow(p) && !scansForSecrets(p) {
				p.Report(lint.Finding{Span: p.File.Workflow.On.Key, Message: "nothing here looks for secrets in what is committed; add a hook of pre-commit and a job with gitleaks, trufflehog, detect-secrets or the like, and switch on the push protection of GitHub"})
			}
		},
	}
}

// scansForSecrets looks at the names of configurations first, then at hooks and actions, and at scripts last.
func scansForSecrets(p *lint.Pass) bool {
	for _, name := range p.Repo.Names {
		switch strings.ToLower(path.Base(name)) {
		case ".gitleaks.toml", ".gitleaksignore", ".secrets.baseline", ".gitguardian.yaml", ".gitguardian.yml", ".ggshield.yaml", ".secretlintrc", ".secretlintrc.json",
			".secretlintrc.js", ".talismanrc", ".trufflehog.yml", ".trufflehog.yaml", ".trufflehogignore", ".git-secrets", ".noseyparker.yml":
			return true
		}
	}
	for _, f := range p.Repo.Files {
		if f.PreCommit != nil && hooksScan(f.PreCommit) {
			return true
		}
		for use := range f.Uses() {
			if actionScans(strings.ToLower(use.Value)) {
				return true
			}
		}
	}
	for _, f := range p.Repo.Files {
		for _, step := range f.Steps() {
			if step.Run != nil && p.Flow.Clues(step).Has(catalog.ClueSecretScan) {
				return true
			}
		}
	}
	return false
}

func hooksScan(c *syntax.PreCommit) bool {
	for _, repo := range c.Repos {
		if repo.Repo != nil && scannerName(strings.ToLower(repo.Repo.Value)) {
			return true
		}
		for _, hook := range repo.Hooks {
			if hook.ID == nil {
				continue
			}
			if id := strings.ToLower(hook.ID.Value); scannerName(id) || id == "detect-private-key" || id == "detect-aws-credentials" {
				return true
			}
		}
	}
	return false
}

// actionScans reports an action that looks for secrets, or runs many scanners of which one does.
func actionScans(uses string) bool {
	for _, name := range [...]string{"megalinter", "super-linter", "aquasecurity/trivy-action", "checkov-action", "security-devops-action", "semgrep", "devskim", "kics", "secret-scan", "scan-secret", "wait-for-secrets"} {
		if strings.Contains(uses, name) {
			return true
		}
	}
	return scannerName(uses)
}

// scannerName reports a text that names a scanner for secrets.
func scannerName(text string) bool {
	for _, name := range [...]string{"gitleaks", "trufflehog", "detect-secrets", "ggshield", "gitguardian", "git-secrets", "talisman", "ripsecrets", "kingfisher", "noseyparker",
		"secretlint", "whispers", "titus", "betterleaks"} {
		if strings.Contains(text, name) {
			return true
		}
	}
	return false
}
