package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

func secretsInherit() *lint.Rule {
	return &lint.Rule{
		ID:       "secrets-inherit",
		Summary:  "a call of a reusable workflow that hands every secret over",
		Severity: lint.Medium,
		Aliases:  []string{"zizmor:secrets-inherit", "codeql:actions/secrets-inherit", "ghalint:deny_inherit_secrets", "sisakulint:secrets-inherit"},
		Tags:     []string{"cwe-272", "owasp-cicd-sec-6", "limit", "leak-trigger", "limit-repository-secrets", "matrix-ci-credentials"},
		Run:      runSecretsInherit,
	}
}

func runSecretsInherit(p *lint.Pass) {
	if p.File.Workflow == nil {
		return
	}
	out := collected{p: p}
	for _, job := range p.File.Workflow.Jobs {
		if job.Uses != nil && job.Secrets != nil && job.Secrets.Inherit {
			out.add(inheriting(p, job))
		}
	}
	out.report()
}

// inheriting judges one call by what the workflow does with the secrets, if it is of this repository.
func inheriting(p *lint.Pass, job *syntax.Job) lint.Finding {
	f := lint.Finding{Span: job.Secrets.Span, Way: way(p, job, "every secret")}
	callee := p.Repo.Callee(job.Uses.Value)
	if callee == nil || callee.Workflow == nil {
		whose := "of another repository"
		if strings.HasPrefix(job.Uses.Value, ".") || strings.HasPrefix(job.Uses.Value, "$") {
			whose = "which is not here to be looked at"
		}
		f.Message = fmt.Sprintf("every secret of the repository is handed to %s, %s; name those that it needs", named(job.Uses.Value), whose)
		return f
	}
	t := takenSecrets{repo: p.Repo.Callee, seen: map[*syntax.File]bool{}}
	t.file(callee)
	switch {
	case t.all != nil:
		f.Message = fmt.Sprintf("every secret of the repository is handed to %s, which takes them all; name those that are needed in both", named(job.Uses.Value))
		f.Related = []lint.Place{{Path: t.allIn.Path, Span: *t.all, Message: "this gets all of them"}}
		return f
	case len(t.names) == 0 && t.handsOn:
		f.Severity = lint.Info
		f.Message = fmt.Sprintf("every secret of the repository is handed to %s, which uses none and hands them on; name those that are needed in both", named(job.Uses.Value))
		return f
	case len(t.names) == 0:
		f.Severity = lint.Info
		f.Message = fmt.Sprintf("every secret of the repository is handed to %s, which uses none; leave it out", named(job.Uses.Value))
		if edits, ok := p.File.RemovePair(job.Node, "secrets"); ok {
			f.Fixes = []lint.Fix{{Title: "hand no secret over", Safety: lint.Unsafe, Edits: edits}}
		}
		return f
	}
	f.Severity = lint.Info
	undeclared := undeclaredSecrets(callee, t.names)
	f.Message = fmt.Sprintf("every secret of the repository is handed to %s, which uses %s; hand over those", named(job.Uses.Value), namedAll(t.names))
	switch {
	case t.handsOn:
	case len(undeclared) > 0:
		f.Message += " alone, and declare there " + namedAll(undeclared)
	default:
		f.Message += " alone"
		f.Fixes = nameSecrets(p.File, job, t.names)
	}
	return f
}

// namedAll names some secrets for a message.
func namedAll(names []string) string {
	const most = 5
	var b strings.Builder
	for i, name := range names {
		switch {
		case i == most:
			fmt.Fprintf(&b, " and %d more", len(names)-most)
			return b.String()
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString("`" + name + "`")
	}
	return b.String()
}

// nameSecrets lists the secrets in the place of inherit. It wants a look: those of an environment of the called job are found by
// inherit alone.
func nameSecrets(file *syntax.File, job *syntax.Job, names []string) []lint.Fix {
	at := job.Secrets
	key := file.Position(at.Key.Start)
	line := file.LineSpan(key.Line)
	if strings.TrimSpace(file.Text[at.Key.End:at.Start]) != ":" || strings.Trim(file.Text[line.Start:at.Key.Start], " ") != "" {
		return nil
	}
	newline := "\n"
	if strings.HasPrefix(file.Text[line.End:], "\r\n") {
		newline = "\r\n"
	}
	var b strings.Builder
	b.WriteString(":")
	for _, name := range names {
		b.WriteString(newline + strings.Repeat(" ", key.Column-1+2) + name + ": ${{ secrets." + name + " }}")
	}
	edit := syntax.Edit{Span: syntax.Span{Start: at.Key.End, End: at.End}, New: b.String()}
	return []lint.Fix{{Title: "name the secrets that it uses", Safety: lint.Unsafe, Edits: []syntax.Edit{edit}}}
}
