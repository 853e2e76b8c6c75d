package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// insecureScript reports what scripts print as such a command, or write to GITHUB_ENV to allow it.
func insecureScript(out *collected, step *flow.Surveyed) {
	for _, s := range bareScriptsOf(out.p, step, step.Clues.Has(catalog.ClueOldCommand), catalog.ClueOldCommand) {
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
