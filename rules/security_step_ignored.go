package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

func securityStepIgnored() *lint.Rule {
	return &lint.Rule{
		ID:       "security-step-ignored",
		Summary:  "a scan, an audit or a signature whose failure changes nothing",
		Severity: lint.Medium,
		Tags:     []string{"cwe-390", "cwe-778", "owasp-cicd-sec-1", "owasp-cicd-sec-10", "detect", "prevent-hook", "detect-scanners"},
		Run:      runSecurityStepIgnored,
	}
}

// securityRun is one run of a security check.
type securityRun struct {
	catalog.SecurityCheck
	lint.Finding        // where and why its failure changes nothing; an empty span when it counts
	how          string // what makes it so
	job          *syntax.Job
	step         *syntax.Step
}

func runSecurityStepIgnored(p *lint.Pass) {
	if !ignoresSome(p) {
		return
	}
	var runs []securityRun
	for job, step := range p.File.Steps() {
		switch {
		case step.Uses != nil:
			if c, ok := catalog.CheckAction(step.Uses.Value, stepInputs(step)); ok {
				runs = append(runs, actionRun(c, job, step))
			}
		case p.Flow.Clues(step).Has(catalog.ClueChecks):
			runs = append(runs, commandRuns(p, job, step)...)
		}
	}
	out := collected{p: p}
	for i := range runs {
		if r := &runs[i]; r.Len() > 0 && !countsElsewhere(runs, r.Name) && !outcomeRead(p.File, r.step) {
			out.add(ignoredFinding(r))
		}
	}
	out.report()
}

// ignoresSome answers false, and fast, when no failure of a check in a file can be ignored.
func ignoresSome(p *lint.Pass) bool {
	for job, step := range p.File.Steps() {
		goesOn := isTrue(step.ContinueOnError) || job != nil && isTrue(job.ContinueOnError)
		switch {
		case step.Run != nil:
			if p.Flow.Clues(step).Has(catalog.ClueChecks) && (goesOn || maySwallow(step.Run.Value)) {
				return true
			}
		case step.Uses != nil && (goesOn || step.With != nil):
			if c, ok := catalog.CheckAction(step.Uses.Value, stepInputs(step)); ok && (goesOn || c.Off != "") {
				return true
			}
		}
	}
	return false
}

// maySwallow answers false, without parsing it, when a script neither goes on after a failure nor has an option for that.
func maySwallow(text string) bool {
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "||")
		if !ok {
			break
		}
		switch word := strings.TrimLeft(after, " \t\r\n\\"); {
		case strings.HasPrefix(word, "true"), strings.HasPrefix(word, ":"), strings.HasPrefix(word, "echo"), strings.HasPrefix(word, "printf"), strings.HasPrefix(word, "exit"):
			return true
		}
		rest = after
	}
	return strings.Contains(text, "-fail") || strings.Contains(text, "-exit") || strings.Contains(text, "--continue-on")
}

func ignoredFinding(r *securityRun) lint.Finding {
	f := r.Finding
	f.Message = fmt.Sprintf("the %s `%s` cannot stop anything: %s makes its failure a success; remove it, or let the check fail on what must not pass and list the exceptions in its configuration",
		r.What, strings.ReplaceAll(oneLine(r.Name), "`", "'"), r.how)
	if what, ok := reported(r.job, r.step); ok {
		f.Severity, f.Strict = lint.Low, what == codeScanning
		f.Message = while(f.Message, "its report goes to "+what)
	}
	return f
}

// actionRun judges a step that uses a check.
func actionRun(c catalog.SecurityCheck, job *syntax.Job, step *syntax.Step) securityRun {
	r := securityRun{SecurityCheck: c, job: job, step: step}
	if r.continues(); r.Len() == 0 && c.Off != "" {
		name, _, _ := strings.Cut(c.Off, ":")
		r.Span, r.how = step.With.Get(name).Span, "`"+c.Off+"`"
	}
	return r
}

// continues notes that the step, or all of its job, goes on after a failure.
func (r *securityRun) continues() {
	switch {
	case isTrue(r.step.ContinueOnError):
		r.Span, r.how = r.step.ContinueOnError.Span, "`continue-on-error`"
	case r.job != nil && isTrue(r.job.ContinueOnError):
		r.Span, r.how = r.job.ContinueOnError.Span, "`continue-on-error` of the job"
	}
}

func isTrue(f *syntax.Field) bool { return f != nil && strings.EqualFold(f.Value, "true") }

// commandRuns judges the checks in a script.
func commandRuns(p *lint.Pass, job *syntax.Job, step *syntax.Step) []securityRun {
	var runs []securityRun
	script := p.Flow.Script(p.File, job, step)
	for i, c := range script.Commands {
		check, ok := catalog.CheckCommand(wordTexts(c))
		if !ok || c.Subst {
			continue
		}
		r := securityRun{SecurityCheck: check, job: job, step: step}
		if r.continues(); r.Len() == 0 {
			if at, how := swallowed(step.Run.Value, script.Commands[i:]); how != "" {
				r.Span, r.how = p.File.ValueSpan(&step.Run.Str, syntax.Span(at)), "`"+how+"`"
			} else if check.Off != "" {
				r.Span, r.how = p.File.ValueSpan(&step.Run.Str, syntax.Span(c.Span)), "`"+check.Off+"`"
			}
		}
		runs = append(runs, r)
	}
	return runs
}

// swallowed tells whether what stands behind the first of these commands, or behind the group that ends with it, makes its failure a success:
// || true, || echo …, || exit 0. What writes somewhere may be looked at later.
func swallowed(text string, commands []*shell.Command) (shell.Span, string) {
	last := commands[0]
	for last.PipeTo != nil {
		last = last.PipeTo
	}
	for _, next := range commands[1:] {
		if next.Start < last.End {
			continue
		}
		between := text[last.End:min(next.Start, len(text))]
		if strings.Trim(between, " \t\r\n\\;)}") != "||" || len(next.Redirects) > 0 {
			return shell.Span{}, ""
		}
		how := "|| " + next.Name
		switch next.Name {
		case "true", ":", "echo", "printf":
		case "exit":
			if len(next.Words) != 2 || next.Words[1].Text != "0" {
				return shell.Span{}, ""
			}
			how = "|| exit 0"
		default:
			return shell.Span{}, ""
		}
		return shell.Span{Start: last.End + strings.IndexByte(between, '|'), End: next.End}, how
	}
	return shell.Span{}, ""
}

// countsElsewhere reports that the same check runs in the file where its failure counts.
func countsElsewhere(runs []securityRun, name string) bool {
	for i := range runs {
		if runs[i].Len() == 0 && runs[i].Name == name {
			return true
		}
	}
	return false
}

// outcomeRead reports that something in the file looks at how a step went.
func outcomeRead(file *syntax.File, step *syntax.Step) bool {
	return step.ID != nil && strings.Contains(strings.ToLower(file.Text), "steps."+strings.ToLower(step.ID.Value)+".outcome")
}

// codeScanning gates by itself: a rule of the branch may require its results.
const codeScanning = "code scanning"

// reported tells where the report of a check goes, when a later step, or the check itself, hands it to somebody.
func reported(job *syntax.Job, step *syntax.Step) (string, bool) {
	if step.Uses != nil && strings.HasPrefix(strings.ToLower(step.Uses.Value), "github/codeql-action/") {
		return codeScanning, true
	}
	if job == nil {
		return "", false
	}
	for s := range job.Flat() {
		if s.Uses == nil || s.Start <= step.Start {
			continue
		}
		switch uses := strings.ToLower(s.Uses.Value); {
		case strings.Contains(uses, "upload-sarif"):
			return codeScanning, true
		case strings.HasPrefix(uses, "actions/upload-artifact@"):
			return "an artifact", true
		}
	}
	return "", false
}
