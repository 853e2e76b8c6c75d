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
	for job, step := range scriptSteps(p) {
		if step.Env != nil && (step.Uses != nil || step.With == nil) { // a script in an input has its step's
			allowedByEnv(p, job, step, step.Env, step.Node)
		}
		if step.Run != nil {
			insecureScript(p, &out, job, step)
		}
		if step.With != nil && step.Uses != nil {
			exportsAllowance(p, step)
		}
	}
	out.report()
}

// allowedByEnv reports the variable in an env: of the workflow, a job or a step, which is a pair of holder.
func allowedByEnv(p *lint.Pass, job *syntax.Job, step *syntax.Step, env *syntax.Map, holder *syntax.Node) {
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

// insecureScript reports what scripts print as such a command, or write to GITHUB_ENV to allow it.
func insecureScript(p *lint.Pass, out *collected, job *syntax.Job, step *syntax.Step) {
	for _, s := range bareScriptsOf(p, job, step, p.Flow.Clues(step).Has(catalog.ClueOldCommand), catalog.ClueOldCommand) {
		if s.Dialect == shell.Other && s.run == nil && s.outer == nil {
			foreignCommand(out, &s)
			continue
		}
		for _, c := range s.Commands {
			if f, ok := printedCommand(&s, c); ok {
				out.add(f)
			}
			if w, ok := allowedByFile(c); ok {
				f := lint.Finding{Message: fmt.Sprintf("`%s` in GITHUB_ENV lets whatever a later step prints set variables and PATH; remove it", allowsCommands)}
				s.anchor(&f, w)
				out.add(f)
			}
		}
	}
}

// foreignCommand reports a script in a language of its own that holds the text of a command.
func foreignCommand(out *collected, s *script) {
	text := s.step.Run.Value
	for _, command := range [...]string{"::set-env", "::add-path"} {
		if i := strings.Index(text, command); i >= 0 {
			f := commandFinding(s, strings.TrimPrefix(command, "::"))
			s.anchor(&f, shell.Span{Start: i, End: i + len(command)})
			out.add(f)
		}
	}
}

func commandFinding(s *script, command string) lint.Finding {
	file := "GITHUB_ENV"
	if command == "add-path" {
		file = "GITHUB_PATH"
	}
	f := lint.Finding{Severity: lint.Medium, Message: fmt.Sprintf("the runner refuses the command `%s`, so that the step fails; write to %s", command, file)}
	for _, env := range s.p.Flow.Environments(s.p.File, s.job, s.step) {
		if v := env.Get(allowsCommands); v != nil && (len(v.Fences) > 0 || runnerTrue(v.Value)) {
			f.Severity = lint.High
			f.Message = fmt.Sprintf("the command `%s` works only because `%s` lets whatever a step prints do the same; write to %s", command, allowsCommands, file)
			f.Related = []lint.Place{{Span: v.Span, Message: "it is allowed here"}}
			break
		}
	}
	return f
}

// printedCommand reports a command of the shell that prints one to the runner.
func printedCommand(s *script, c *shell.Command) (f lint.Finding, ok bool) {
	if code := s.Code(c); code.Kind == shell.CodeText && code.Language == shell.Other {
		if command, _, _, found := runnerCommand(c.Words[code.From].Text); found { // of another language
			f = commandFinding(s, command)
			s.anchor(&f, c.Words[code.From].Span)
			return f, true
		}
	}
	if !printsWords(c) {
		return f, false
	}
	for i := range c.Words {
		text, at := c.Words[i].Text, c.Words[i].Span
		if text == "::set-env" || text == "##[set-env" { // without quotes
			text = strings.Join(wordTexts(c)[i:], " ")
			at.End = c.Words[len(c.Words)-1].End
		}
		if command, start, value, found := runnerCommand(text); found {
			f = commandFinding(s, command)
			s.anchor(&f, at)
			if i == 1 && start == 0 && at.End == c.Words[len(c.Words)-1].End {
				f.Fixes = commandFix(s, c, at, command, text[:value])
			}
			return f, true
		}
	}
	for i := range c.Redirects {
		if r := &c.Redirects[i]; strings.HasPrefix(r.Op, "<<") && printsCommand(r.Target.Text) {
			if command, _, _, found := runnerCommand(r.Target.Text); found {
				f = commandFinding(s, command)
				s.anchor(&f, r.Target.Span)
				return f, true
			}
		}
	}
	return f, false
}

// printsWords reports a command that writes its arguments or a here-document to the log.
func printsWords(c *shell.Command) bool {
	for _, list := range [...][]shell.Redirect{c.Redirects, c.Group} {
		for i := range list {
			if strings.HasPrefix(strings.TrimLeft(list[i].Op, "1&"), ">") && !strings.Contains(list[i].Target.Text, "/dev/") {
				return false
			}
		}
	}
	switch strings.ToLower(c.Name) {
	case "echo", "printf", "cat", "tee", "write-host", "write-output", "[console]::writeline", "print":
		return true
	}
	return c.Name == "" && len(c.Words) == 1 && c.Words[0].Quoted // an expression of PowerShell
}

// runnerCommand finds set-env or add-path in a text: start is where it begins, value where what it sets does.
func runnerCommand(text string) (command string, start, value int, ok bool) {
	for _, name := range [...]string{"set-env", "add-path"} {
		for _, mark := range [...][2]string{{"::", "::"}, {"##[", "]"}} {
			i := strings.Index(text, mark[0]+name)
			if i < 0 {
				continue
			}
			rest := i + len(mark[0]) + len(name)
			if end := strings.Index(text[rest:], mark[1]); end >= 0 && (end == 0 || text[rest] == ' ') {
				return name, i, rest + end + len(mark[1]), true
			}
		}
	}
	return "", 0, 0, false
}

// commandFix writes to the file that took the command's place. at is what is printed, which begins with the command. The fix wants a
// look: a value of several lines needs another form there.
func commandFix(s *script, c *shell.Command, at shell.Span, command, head string) []lint.Fix {
	raw := s.step.Run.Value
	if s.run != nil || s.outer != nil || c.Nested || c.Name == "printf" || c.PipeTo != nil || len(c.Redirects) > 0 || strings.Contains(raw[at.Start:at.End], "\n") {
		return nil
	}
	i := strings.Index(raw[at.Start:at.End], head)
	if i < 0 {
		return nil
	}
	before, file := "", "GITHUB_PATH"
	if command == "set-env" {
		_, rest, ok := strings.Cut(head, "name=")
		name := strings.TrimRight(rest, ":] ")
		if !ok || strings.ContainsAny(name, ", $") {
			return nil
		}
		before, file = name+"=", "GITHUB_ENV"
	}
	edit := func(from, until int, text string) syntax.Edit {
		return syntax.Edit{Span: s.p.File.ValueSpan(&s.step.Run.Str, syntax.Span{Start: from, End: until}), New: text}
	}
	edits := []syntax.Edit{edit(at.Start+i, at.Start+i+len(head), before)}
	if s.Dialect == shell.PowerShell {
		edits = append(edits, edit(at.End, at.End, " >> $env:"+file))
	} else {
		edits = append(edits, edit(at.End, at.End, ` >> "$`+file+`"`))
	}
	if strings.EqualFold(c.Name, "write-host") { // what it writes cannot be redirected so
		edits = append(edits, edit(c.Words[0].Start, c.Words[0].End, "Write-Output"))
	}
	return []lint.Fix{{Title: "write to " + file, Safety: lint.Unsafe, Edits: edits}}
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
