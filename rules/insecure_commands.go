package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// allowsCommands is the variable by which the runner takes set-env and add-path again, which it refuses since November 2020.
const allowsCommands = "ACTIONS_ALLOW_UNSECURE_COMMANDS"

func insecureCommands() *lint.Rule {
	return &lint.Rule{
		ID:       "insecure-commands",
		Summary:  "text that a step prints and that sets variables for the steps behind it",
		Severity: lint.High,
		Aliases:  []string{"zizmor:insecure-commands", "octoscan:unsecure-commands"},
		Tags:     []string{"cwe-749", "cwe-77", "owasp-cicd-sec-7", "prevent", "leak-log", "matrix-log-manipulation"},
		Run:      runInsecureCommands,
	}
}

func runInsecureCommands(p *lint.Pass) {
	if p.File.Workflow != nil {
		w := p.File.Workflow
		allowedByEnv(p, nil, nil, w.Env, w.Node)
		for _, job := range w.Jobs {
			allowedByEnv(p, job, nil, job.Env, job.Node)
		}
	}
	out := collected{p: p}
	survey := p.Survey()
	for i := range survey.Steps {
		step := &survey.Steps[i]
		if step.Env != nil && (step.Uses != nil || step.With == nil) { // a script in an input has its step's
			allowedByEnv(p, step.Job, step.Step, step.Env, step.Node)
		}
		if step.May(catalog.ClueOldCommand) {
			insecureScript(&out, step)
		}
		if step.With != nil && step.Uses != nil {
			exportsAllowance(p, step.Step)
		}
	}
	out.report()
}

// allowedByEnv reports the variable in an env: of the workflow, a job or a step, which is a pair of holder.
func allowedByEnv(p *lint.Pass, job *syntax.Job, step *syntax.Step, env *syntax.Map, holder *syntax.Node) {
	if env != nil && env.Expr != nil {
		p.Report(lint.Finding{Span: env.Expr.Span, Confidence: lint.Unsure, Strict: true,
			Message: fmt.Sprintf("all variables come from one expression, so that nobody sees whether `%s` is among them; write them out", allowsCommands)})
		return
	}
	s := env.Get(allowsCommands)
	if s == nil {
		return
	}
	f := lint.Finding{Span: s.Span, Message: fmt.Sprintf("`%s` lets whatever a step prints set variables and PATH for the steps behind it; remove it, and write to GITHUB_ENV and GITHUB_PATH", allowsCommands)}
	switch {
	case len(s.Fences) == 0:
		if !runnerTrue(s.Value) {
			return
		}
	case mayBeTrue(p, job, step, s):
		f.Confidence = lint.Likely
	default:
		f.Confidence, f.Strict = lint.Unsure, true
	}
	edits, ok := p.File.RemovePair(env.Node, allowsCommands)
	if !ok && len(env.Entries) == 1 {
		edits, ok = p.File.RemovePair(holder, "env")
	}
	if ok {
		f.Fixes = []lint.Fix{{Title: "remove the variable", Safety: lint.Unsafe, Edits: edits}}
	}
	p.Report(f)
}

// runnerTrue is how the runner reads a text as a truth.
func runnerTrue(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "1", "$true":
		return true
	}
	return false
}

func mayBeTrue(p *lint.Pass, job *syntax.Job, step *syntax.Step, s *syntax.Str) bool {
	if len(s.Fences) != 1 || s.Fences[0].Len() != len(strings.TrimSpace(s.Value)) {
		return false
	}
	var values []expr.Value
	if v, ok := expr.Fold(s.Fences[0].X); ok {
		values = []expr.Value{v}
	} else if job != nil {
		values = flow.Possible(p.File, job, step, s.Fences[0].X)
	}
	for _, v := range values {
		if runnerTrue(v.Text()) {
			return true
		}
	}
	return false
}

// printsCommand answers false, and fast, for a text without one of the commands.
func printsCommand(text string) bool {
	return strings.Contains(text, "::set-env") || strings.Contains(text, "::add-path") || strings.Contains(text, "##[set-env") || strings.Contains(text, "##[add-path")
}

// allowedByFile finds where a command writes the variable to GITHUB_ENV.
func allowedByFile(c *shell.Command) (at shell.Span, ok bool) {
	to := false
	for x := c; x != nil && !to; x = x.PipeTo {
		for _, list := range [...][]shell.Redirect{x.Redirects, x.Group} {
			for i := range list {
				to = to || strings.Contains(list[i].Target.Text, "GITHUB_ENV")
			}
		}
		for i := 1; i < len(x.Words); i++ {
			to = to || strings.Contains(x.Words[i].Text, "GITHUB_ENV")
		}
		if x.PipeTo == x {
			break
		}
	}
	if !to {
		return at, false
	}
	allows := func(w *shell.Word) bool {
		for line := range strings.Lines(w.Text) {
			if _, value, found := strings.Cut(line, allowsCommands+"="); found && runnerTrue(strings.Trim(value, "\r\n\"' ")) {
				return true
			}
		}
		return false
	}
	for i := range c.Words {
		if allows(&c.Words[i]) {
			return c.Words[i].Span, true
		}
	}
	for i := range c.Redirects {
		if allows(&c.Redirects[i].Target) {
			return c.Redirects[i].Target.Span, true
		}
	}
	return at, false
}

// exportsAllowance reports a script for actions/github-script that sets the variable for later steps.
func exportsAllowance(p *lint.Pass, step *syntax.Step) {
	s := step.With.Get("script")
	if s == nil {
		return
	}
	for _, quote := range [...]string{"'", `"`, "`"} {
		i := strings.Index(s.Value, "exportVariable("+quote+allowsCommands+quote)
		if i < 0 {
			continue
		}
		_, rest, _ := strings.Cut(s.Value[i:], ",")
		value, _, _ := strings.Cut(rest, ")")
		if runnerTrue(strings.Trim(strings.TrimSpace(value), "'\"`")) {
			start := i + len("exportVariable(") + 1
			p.Report(lint.Finding{
				Span:    p.File.ValueSpan(s, syntax.Span{Start: start, End: start + len(allowsCommands)}),
				Message: fmt.Sprintf("`%s` lets whatever a later step prints set variables and PATH; remove it", allowsCommands),
			})
			return
		}
	}
}
