package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func misfeature() *lint.Rule {
	return &lint.Rule{
		ID:       "misfeature",
		Summary:  "something that GitHub or an action offers and that hardly anybody can use safely",
		Severity: lint.Low,
		Strict:   true,
		Aliases:  []string{"zizmor:misfeature"},
		Tags:     []string{"cwe-1177", "prevent", "detect-mistakes"},
		Run:      runMisfeature,
	}
}

func runMisfeature(p *lint.Pass) {
	seen := map[*syntax.Field]bool{}
	for job, step := range p.File.Steps() {
		if step.Run != nil {
			if name, field := flow.Shell(p.File, job, step); field != nil && len(field.Fences) == 0 && !seen[field] {
				seen[field] = true
				checkShell(p, name, field)
			}
		}
		if step.Uses == nil {
			continue
		}
		name, _, _ := strings.Cut(strings.ToLower(step.Uses.Value), "@")
		if with := step.With.Get("pip-install"); name == "actions/setup-python" && with != nil && with.Value != "" {
			p.Report(lint.Finding{
				Span:    with.Span,
				Message: "`pip-install` installs into the interpreter that all steps share, outside of any lock file; install into a virtual environment in a step of your own",
			})
		}
	}
}

func checkShell(p *lint.Pass, name string, field *syntax.Field) {
	program, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	program = strings.ToLower(program[strings.LastIndexAny(program, `/\`)+1:])
	switch strings.TrimSuffix(program, ".exe") {
	case "bash", "sh", "pwsh", "powershell", "python", "python3", "":
	case "cmd":
		p.Report(lint.Finding{Span: field.Span, Message: "the shell `cmd` has no way to quote a value safely, and no linter reads it; use `pwsh`"})
	default:
		p.Report(lint.Finding{Span: field.Span, Message: fmt.Sprintf("the script runs in `%s`, which no linter reads; use a shell such as `bash` or `pwsh`, or call a script file", program)})
	}
}
