package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

func selfRepository() *lint.Rule {
	return &lint.Rule{
		ID:       "self-repository",
		Summary:  "a local action that is taken from the workspace, which earlier steps can change, and not from the running commit",
		Severity: lint.Low,
		Strict:   true,
		Aliases:  []string{"zizmor:self-repository"},
		Tags:     []string{"cwe-829", "owasp-cicd-sec-4", "prevent", "prevent-pin"},
		Run:      runSelfRepository,
	}
}

func runSelfRepository(p *lint.Pass) {
	other := map[*syntax.Job]bool{} // jobs whose workspace holds something else than the running commit
	for job, step := range p.File.Steps() {
		if step.Uses != nil && checksOutOther(step) {
			other[job] = true
		}
	}
	for use := range p.File.Uses() {
		rest, ok := strings.CutPrefix(use.Value, "./")
		if !ok || strings.Trim(rest, "./") == "" || len(use.Fences) > 0 || use.Step != nil && (other[use.Job] || p.File.Workflow == nil) || p.Repo.Callee(use.Value) == nil {
			continue
		}
		f := lint.Finding{
			Span:    use.Span,
			Message: fmt.Sprintf("`%s` is whatever the workspace holds by then; `$/%s` is the %s of the running commit", use.Value, rest, use.What()),
			Fixes:   []lint.Fix{{Title: "take it from the running commit", Safety: lint.Safe, Edits: p.File.ReplaceScalar(&use.Str, "$/"+rest)}},
		}
		if use.Step == nil {
			f.Message = fmt.Sprintf("`%s` is better written `$/%s`, as local actions are: both are the workflow of the running commit", use.Value, rest)
			f.Severity = lint.Info
		}
		p.Report(f)
	}
}

// checksOutOther reports a checkout that may put something else than the running commit into the root of the workspace.
func checksOutOther(step *syntax.Step) bool {
	name, _, _ := strings.Cut(strings.ToLower(step.Uses.Value), "@")
	if !strings.Contains(name, "checkout") {
		return false
	}
	for _, input := range [...]string{"ref", "repository", "path"} {
		if step.With.Get(input) != nil {
			return true
		}
	}
	return name != "actions/checkout"
}
