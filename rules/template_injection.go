package rules

import (
	"fmt"
	"slices"
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
	var found []lint.Finding
	var fences []int // of found
	for i := range s.Fences {
		fence := &s.Fences[i]
		if len(fence.Errs) > 0 || fence.X == nil {
			continue
		}
		if n := slices.IndexFunc(fences, func(other int) bool { return sameFence(s, other, i) }); n >= 0 {
			found[n].Related = append(found[n].Related, lint.Place{Span: c.File.ValueSpan(s, fence.Span), Message: "it stands here as well"})
			continue
		}
		if f, ok := c.fence(s, i, what); ok {
			found = append(found, f)
			fences = append(fences, i)
		}
	}
	if c.step != nil && c.step.Run != nil && s == &c.step.Run.Str {
		c.hoist(found, fences)
	}
	for _, f := range found {
		if c.Strict || !f.Strict {
			c.Report(f)
		}
	}
}

// fence checks one expression of a scalar that is run as code.
func (c *injection) fence(s *syntax.Str, i int, what string) (f lint.Finding, ok bool) {
	fence := &s.Fences[i]
	whole := c.isCode(s, i)
	if whole && len(c.Flow.Callers(c.File)) > 0 {
		return f, false // what they put into it is looked at where they are
	}
	taints := c.Flow.Taints(c.File, c.job, c.step, s, i)
	if keptAsJSON(s, i, what == "the `script` of the action", taints) {
		return f, false
	}
	best, of := verdict{}, flow.Taint{}
	for _, t := range taints {
		if v, ok := c.judge(t); ok && (best.severity == 0 || v.severity > best.severity || v.severity == best.severity && best.strict && !v.strict) {
			best, of = v, t
		}
	}
	none := best.severity == 0
	if none && (!c.Strict || c.Flow.FixedValue(c.File, c.job, c.step, fence.X)) {
		return f, false
	}
	if best.strict || whole {
		f.Strict = true
		if !c.Strict {
			return f, true // it only stands for others of the same text
		}
	}
	if none {
		f.Severity, f.Strict, f.Confidence = lint.Low, true, lint.Unsure
		f.Message = fmt.Sprintf("`%s` becomes part of %s before it runs, so that whatever it holds is code; hand it over in an environment variable",
			shorten(s.Value[fence.Start:fence.End]), what)
	} else {
		c.describe(&f, best, of, what)
	}
	if c.unsure && f.Confidence == 0 {
		f.Confidence = lint.Likely
	}
	f.Span = c.File.ValueSpan(s, fence.Span)
	for _, at := range of.Trace {
		f.Trace = append(f.Trace, lint.Place{Path: otherPath(c.File, at.File), Span: at.Span, Message: at.Message})
	}
	if len(f.Trace) > 0 {
		f.Trace = append(f.Trace, lint.Place{Span: f.Span, Message: "it becomes part of " + what + " here"})
	}
	f.Here = fmt.Sprintf("`%s`", shorten(strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s.Value[fence.Start:fence.End], "${{"), "}}"))))
	return f, true
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
	if len(together) == 0 && !c.Strict {
		return
	}
	fix := hoistFix(c.Pass, c.job, c.step, together)
	for n := range found {
		switch {
		case c.isCode(&c.step.Run.Str, fences[n]): // as data it would do nothing
		case found[n].Strict && !c.Strict: // it is not reported
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

// verdict is how bad it is that a value comes into code.
type verdict struct {
	severity lint.Severity
	strict   bool
	guarded  bool // a guard that can be met makes it less
	caller   bool // whoever calls chooses the value; else:
	worst    flow.Reaches
	by       flow.Exposure // the way to start the step by which it is worst
	rights   flow.Rights   // what there is to gain by it
}

// judge says how bad it is that a value comes into code; ok is false where nobody gets there who is not trusted anyway.
func (c *injection) judge(t flow.Taint) (v verdict, ok bool) {
	if t.Who == flow.ByCaller || t.Who == flow.ByUnknown {
		return verdict{severity: lint.Low, strict: t.Shape == catalog.Structured, caller: true}, true
	}
	if !c.exposed {
		c.exposures, c.exposed = c.Flow.Exposures(c.File, c.job, c.step), true
	}
	for _, e := range c.exposures {
		reach := c.Flow.Reach(t, e)
		if reach > v.worst || reach == v.worst && reach > flow.NotAtAll && v.by.Weak && !e.Weak {
			v.worst, v.by = reach, e
		}
	}
	if v.worst == flow.NotAtAll {
		return v, false
	}
	v.rights = c.Flow.RightsUnder(v.by)
	v.severity = severityOfReach(v.worst, v.rights, c.Flow.ReadOnly(v.by.File, v.by.Job))
	if v.worst < flow.ByForks {
		v.strict = !v.rights.Any() && !v.rights.SelfHosted
	}
	if t.Shape == catalog.Structured {
		v.severity, v.strict = lint.Low, true
	}
	if v.by.Weak && v.severity > lint.Low {
		v.severity--
		v.guarded = true
	}
	return v, true
}

// describe says so.
func (c *injection) describe(f *lint.Finding, v verdict, t flow.Taint, what string) {
	f.Severity, f.Strict = v.severity, f.Strict || v.strict
	if v.caller {
		f.Confidence, f.Same = lint.Likely, "caller"
		f.Message = fmt.Sprintf("%s becomes part of %s, so that whoever calls with a value of somebody else lets them run commands here; hand it over in an environment variable", t.Text(), what)
		return
	}
	by := v.by
	f.Message = fmt.Sprintf("%s becomes part of %s: %s run commands in this job, which holds %s; hand it over in an environment variable", t.Text(), what, whoCan(v.worst, by), v.rights.Text())
	if v.worst < flow.ByForks {
		f.Same = whoCan(v.worst, by) // one thing to learn for all the values that people with rights choose
	}
	f.Way = &lint.Way{Events: []string{by.Trigger.Name}, Job: by.Job.ID.Value, Goal: v.rights.Text()}
	if t.Shape == catalog.Structured {
		f.Message = fmt.Sprintf("%s becomes part of %s; others choose it, if among few characters; hand it over in an environment variable", t.Text(), what)
	}
	if v.guarded {
		guard := by.Guards[0]
		f.Message += fmt.Sprintf("; the only guard is the %s", guard.Kind)
		f.Related = append(f.Related, lint.Place{Path: otherPath(c.File, guard.File), Span: guard.Span, Message: "the guard: " + guard.Kind.String()})
	}
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
