package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func templateInjection() *lint.Rule {
	return &lint.Rule{
		ID:       "template-injection",
		Summary:  "a value that somebody else chooses and that becomes part of a script before the script runs",
		Severity: lint.High,
		Aliases:  []string{"zizmor:template-injection", "codeql:actions/code-injection", "octoscan:expression-injection", "poutine:injection"},
		Tags:     []string{"cwe-94", "cwe-78", "owasp-cicd-sec-4", "prevent", "leak-trigger", "matrix-public-repositories", "matrix-public-ppe"},
		Alike:    true,
		Run:      runTemplateInjection,
	}
}

func runTemplateInjection(p *lint.Pass) {
	for job, step := range p.File.Steps() {
		c := injection{Pass: p, job: job, step: step}
		if step.Run != nil {
			c.code(&step.Run.Str, "the script")
		}
		if step.Shell != nil {
			c.code(&step.Shell.Str, "the command that starts the shell")
		}
		if step.Uses == nil || step.With == nil {
			continue
		}
		for _, in := range catalog.ScriptInputs(step.Uses.Value) {
			if s := step.With.Get(in.Name); s != nil {
				c.code(s, "the `"+in.Name+"` of the action")
			}
		}
	}
	if p.File.Workflow != nil {
		for _, job := range p.File.Workflow.Jobs {
			checkHanded(p, job)
		}
	}
}

// checkHanded looks at the inputs of a called workflow that it runs as code.
func checkHanded(p *lint.Pass, job *syntax.Job) {
	if job.Uses == nil || job.With == nil {
		return
	}
	for i := range job.With.Entries {
		e := &job.With.Entries[i]
		if e.Value == nil || len(e.Value.Fences) == 0 {
			continue
		}
		if runs, sure := p.Flow.RunsInput(job.Uses.Value, e.Name.Value); runs {
			c := injection{Pass: p, job: job, unsure: !sure}
			c.code(e.Value, "the `"+e.Name.Value+"` that the called workflow runs")
		}
	}
}

// injection checks the code of one step.
type injection struct {
	*lint.Pass
	job  *syntax.Job
	step *syntax.Step // nil for a job that calls a workflow

	unsure    bool // by its name only it is code
	exposures []flow.Exposure
	exposed   bool // exposures are known
}

// code checks the expressions of a scalar that is run as code.
func (c *injection) code(s *syntax.Str, what string) {
	first := map[string]int{} // index into found, by the expression's text
	var found []lint.Finding
	var fences []int // of found
	for i := range s.Fences {
		fence := &s.Fences[i]
		if len(fence.Errs) > 0 || fence.X == nil {
			continue
		}
		text := fenceText(s, i)
		if n, again := first[text]; again {
			found[n].Related = append(found[n].Related, lint.Place{Span: c.File.ValueSpan(s, fence.Span), Message: "it stands here as well"})
			continue
		}
		whole := c.isCode(s, i)
		if whole && len(c.Flow.Callers(c.File)) > 0 {
			continue // what they put into it is looked at where they are
		}
		taints := c.Flow.Taints(c.File, c.job, c.step, s, i)
		if keptAsJSON(s, i, what == "the `script` of the action", taints) {
			continue
		}
		best, bestOf := lint.Finding{}, flow.Taint{}
		for _, t := range taints {
			if f, ok := c.judge(t, what); ok && (best.Severity == 0 || f.Severity > best.Severity || f.Severity == best.Severity && best.Strict && !f.Strict) {
				best, bestOf = f, t
			}
		}
		if best.Severity == 0 {
			if !c.Strict || c.Flow.FixedValue(c.File, c.job, c.step, fence.X) {
				continue
			}
			best = lint.Finding{Severity: lint.Low, Strict: true, Confidence: lint.Unsure}
			best.Message = fmt.Sprintf("`%s` becomes part of %s before it runs, so that whatever it holds is code; hand it over in an environment variable",
				shorten(s.Value[fence.Start:fence.End]), what)
		}
		if best.Strict = best.Strict || whole; best.Strict && !c.Strict {
			continue
		}
		if c.unsure && best.Confidence == 0 {
			best.Confidence = lint.Likely
		}
		first[text] = len(found)
		best.Span = c.File.ValueSpan(s, fence.Span)
		for _, at := range bestOf.Trace {
			place := lint.Place{Span: at.Span, Message: at.Message}
			if at.File != c.File {
				place.Path = at.File.Path
			}
			best.Trace = append(best.Trace, place)
		}
		if len(best.Trace) > 0 {
			best.Trace = append(best.Trace, lint.Place{Span: best.Span, Message: "it becomes part of " + what + " here"})
		}
		best.Here = fmt.Sprintf("`%s`", shorten(strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s.Value[fence.Start:fence.End], "${{"), "}}"))))
		found = append(found, best)
		fences = append(fences, i)
	}
	if c.step != nil && c.step.Run != nil && s == &c.step.Run.Str {
		c.hoist(found, fences)
	}
	for _, f := range found {
		c.Report(f)
	}
}

// isCode reports an input of a called workflow that is meant to be code: it is a line by itself.
func (c *injection) isCode(s *syntax.Str, fence int) bool {
	path, _ := expr.Path(s.Fences[fence].X)
	name, ok := strings.CutPrefix(path, "inputs.")
	return ok && flow.OwnLine(s, fence) && flow.OnlyCalled(c.File, name)
}

// hoist gives the findings of a script one fix that hands all of them over, and apart from it one to each that is for --strict.
func (c *injection) hoist(found []lint.Finding, fences []int) {
	var together []int
	for n := range found {
		if !found[n].Strict {
			together = append(together, fences[n])
		}
	}
	fix := hoistFix(c.Pass, c.job, c.step, together)
	for n := range found {
		switch {
		case c.isCode(&c.step.Run.Str, fences[n]): // as data it would do nothing
		case found[n].Strict:
			found[n].Fixes = hoistFix(c.Pass, c.job, c.step, fences[n:n+1]).fixes
		case fix.covers[fences[n]]:
			found[n].Fixes = fix.fixes
		}
	}
}

func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > 60 {
		text = strings.ToValidUTF8(text[:60], "") + "…"
	}
	return text
}

// judge says how bad it is that a value comes into code; ok is false where nobody gets there who is not trusted anyway.
func (c *injection) judge(t flow.Taint, what string) (f lint.Finding, ok bool) {
	if t.Who == flow.ByCaller || t.Who == flow.ByUnknown {
		f.Severity, f.Confidence = lint.Low, lint.Likely
		f.Message = fmt.Sprintf("%s becomes part of %s, so that whoever calls with a value of somebody else lets them run commands here; hand it over in an environment variable", t.Text(), what)
		f.Strict, f.Same = t.Shape == catalog.Structured, "caller"
		return f, true
	}
	if !c.exposed {
		c.exposures, c.exposed = c.Flow.Exposures(c.File, c.job, c.step), true
	}
	worst := flow.NotAtAll
	var by flow.Exposure
	for _, e := range c.exposures {
		reach := c.Flow.Reach(t, e)
		if reach > worst || reach == worst && reach > flow.NotAtAll && by.Weak && !e.Weak {
			worst, by = reach, e
		}
	}
	if worst == flow.NotAtAll {
		return f, false
	}
	rights := c.Flow.RightsUnder(by)
	f.Severity = severityOfReach(worst, rights, c.Flow.ReadOnly(by.File, by.Job))
	f.Message = fmt.Sprintf("%s becomes part of %s: %s run commands in this job, which holds %s; hand it over in an environment variable", t.Text(), what, whoCan(worst, by), rights.Text())
	if worst < flow.ByForks {
		f.Same = whoCan(worst, by) // one thing to learn for all the values that people with rights choose
		f.Strict = !rights.Any() && !rights.SelfHosted
	}
	f.Way = &lint.Way{Events: []string{by.Trigger.Name}, Job: by.Job.ID.Value, Goal: rights.Text()}
	if t.Shape == catalog.Structured {
		f.Severity, f.Strict = lint.Low, true
		f.Message = fmt.Sprintf("%s becomes part of %s; others choose it, if among few characters; hand it over in an environment variable", t.Text(), what)
	}
	if by.Weak && f.Severity > lint.Low {
		guard := by.Guards[0]
		f.Severity--
		f.Message += fmt.Sprintf("; the only guard is the %s", guard.Kind)
		f.Related = append(f.Related, lint.Place{Path: otherPath(c.File, guard.File), Span: guard.Span, Message: "the guard: " + guard.Kind.String()})
	}
	return f, true
}

func otherPath(here, there *syntax.File) string {
	if here == there {
		return ""
	}
	return there.Path
}

// severityOfReach weighs who gets there against what there is to gain.
func severityOfReach(r flow.Reaches, rights flow.Rights, readOnly bool) lint.Severity {
	switch r {
	case flow.ByAnybody:
		if rights.Secret == nil && readOnly && !rights.SelfHosted {
			return lint.Medium // the run itself, its cache and what it reports
		}
		return lint.Critical
	case flow.ByForks:
		if rights.SelfHosted || rights.Explicit() {
			return lint.High
		}
		return lint.Medium
	case flow.ByDispatch:
		if rights.Any() || rights.SelfHosted {
			return lint.Medium
		}
	}
	return lint.Low
}

func whoCan(r flow.Reaches, e flow.Exposure) string {
	switch r {
	case flow.ByAnybody, flow.ByForks:
		return "by `" + e.Trigger.Name + "` anybody can"
	case flow.ByDispatch:
		return "whoever may start the workflow by `" + e.Trigger.Name + "` can"
	}
	return "whoever may write to the repository (`" + e.Trigger.Name + "`) can"
}
