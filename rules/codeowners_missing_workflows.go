package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

func codeownersMissingWorkflows() *lint.Rule {
	return &lint.Rule{
		ID:       "codeowners-missing-workflows",
		Summary:  "workflows, actions or CODEOWNERS itself without a code owner, so that no particular person has to look at a change of them",
		Severity: lint.Medium,
		Tags:     []string{"cwe-284", "owasp-cicd-sec-1", "owasp-cicd-sec-2", "limit", "limit-owners", "matrix-direct-ppe", "matrix-pipeline-change"},
		Run:      runCodeownersMissingWorkflows,
	}
}

// runCodeownersMissingWorkflows reports once a repository: in CODEOWNERS, or without one at the first workflow.
func runCodeownersMissingWorkflows(p *lint.Pass) {
	owners := p.Repo.Owners()
	if owners == nil || owners.Empty() {
		if firstWorkflow(p) {
			p.Report(lint.Finding{Span: p.File.Workflow.On.Key, Strict: true, Message: "there is no CODEOWNERS with a pattern, so that no particular person has to look at a change of the workflows; add .github/CODEOWNERS with a line `/.github/ @owner`, and let the branch's rules require the review"})
		}
		return
	}
	if p.File != owners.File {
		return
	}
	var open []string
	var at syntax.Span
	for _, name := range guardedFiles(p, owners.File.Path) {
		ownership, line := owners.Of(name)
		if ownership != repo.Unowned {
			continue
		}
		if open = append(open, name); at.Len() == 0 {
			at = line
		}
	}
	if len(open) > 0 {
		reportUnowned(p, owners, open, at)
	}
}

// reportUnowned reports the files that nobody owns, at the line that says so for the first of them, if one does.
func reportUnowned(p *lint.Pass, owners *repo.Owners, open []string, at syntax.Span) {
	f := lint.Finding{Span: at, Severity: lint.Low}
	what := "`" + open[0] + "`"
	switch {
	case open[0] == newWorkflow:
		what = "a workflow that somebody adds"
	case path.Dir(open[0]) == repo.WorkflowDir:
		f.Severity = lint.Medium
	}
	if n := len(open) - 1; n > 0 {
		what = fmt.Sprintf("%s and %d more", what, n)
	}
	why, advice := "no pattern names an owner of", "add `/.github/ @owner` behind it"
	misplaced, wrong := owners.Misplaced()
	switch {
	case at.Len() > 0:
		why = "this is the last pattern that matches, and it names no owner of"
	case wrong:
		f.Span, why, advice = misplaced, "the line begins with an owner where the pattern should be, and no other one names an owner of", "write `* ` in front of it"
	default:
		f.Span = lastContent(p.File)
	}
	f.Message = fmt.Sprintf("%s %s, so that no particular person has to look at a change of what runs with the repository's secrets; %s", why, what, advice)
	p.Report(f)
}

// newWorkflow stands for a workflow that is not there yet.
const newWorkflow = repo.WorkflowDir + "/a-new-one.yml"

// firstWorkflow reports that the file is the first workflow of a repository, where what is said of all of it stands.
func firstWorkflow(p *lint.Pass) bool {
	if p.File.Workflow == nil || p.File.Workflow.On == nil || p.File.Workflow.On.Key.Len() == 0 || len(p.Repo.Names) == 0 {
		return false
	}
	for _, f := range p.Repo.Files {
		if f.Workflow != nil && path.Dir(f.Path) == repo.WorkflowDir && f.Workflow.On != nil && f.Workflow.On.Key.Len() > 0 {
			return f == p.File
		}
	}
	return false
}

// guardedFiles lists what should have an owner: the workflows, one that somebody may add, the actions that are not there to be tested with, and
// CODEOWNERS itself. A repository without workflows has nothing to guard.
func guardedFiles(p *lint.Pass, owners string) []string {
	var workflows, actions []string
	for _, f := range p.Repo.Files {
		switch {
		case f.Workflow != nil && path.Dir(f.Path) == repo.WorkflowDir:
			workflows = append(workflows, f.Path)
		case f.Action != nil && !testFolder(f.Path):
			actions = append(actions, f.Path)
		}
	}
	if len(workflows) == 0 {
		return nil
	}
	return slices.Concat(workflows, []string{newWorkflow}, actions, []string{owners})
}

// lastContent is the last line that is not blank.
func lastContent(f *syntax.File) syntax.Span {
	for n := f.Lines(); n > 0; n-- {
		span := f.LineSpan(n)
		text := f.Slice(span)
		if body := strings.TrimSpace(text); body != "" {
			span.Start += strings.Index(text, body)
			span.End = span.Start + len(body)
			return span
		}
	}
	return syntax.Span{}
}
