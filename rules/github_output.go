package rules

import (
	"fmt"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func githubOutput() *lint.Rule {
	return &lint.Rule{
		ID:       "github-output",
		Summary:  "a text of somebody else's choice that sets other outputs of its step than the one it is written as",
		Severity: lint.Medium,
		Aliases:  []string{"codeql:actions/output-clobbering/high"},
		Tags:     []string{"cwe-74", "cwe-20", "owasp-cicd-sec-4", "prevent", "leak-trigger", "matrix-public-ppe"},
		Run:      runGithubOutput,
	}
}

func runGithubOutput(p *lint.Pass) {
	for job, step := range outsiderSteps(p, readable) {
		r := reacher{Pass: p, job: job, step: step}
		var found []lint.Finding
		for _, h := range p.Flow.Handovers(p.File, job, step, "GITHUB_OUTPUT", "GITHUB_STATE") {
			if f, ok := r.output(h); ok {
				found = append(found, f)
			}
		}
		reportWorst(p, found)
	}
}

// readable reports a step with outputs that something can read.
func readable(step *syntax.Step) bool { return step.ID != nil && step.Run != nil }

// output judges a text that is written as an output.
func (r *reacher) output(h flow.Handover) (f lint.Finding, ok bool) {
	what := clobbers(h)
	if what == "" {
		return f, false
	}
	f = lint.Finding{Span: h.Span, Severity: lint.Medium}
	name, read := r.clobbered(h)
	gain := "set any other output of the step `" + r.step.ID.Value + "`"
	if read != (syntax.Span{}) {
		gain = "also set the output `" + name + "` of the step `" + r.step.ID.Value + "`"
		f.Related = append(f.Related, lint.Place{Span: read, Message: "`" + name + "` is read here"})
	} else {
		f.Severity, f.Strict = lint.Low, true
	}
	repair := "take its line breaks away, or write it as a block with a random marker"
	if h.Value.Who == flow.ByCaller || h.Value.Who == flow.ByUnknown {
		f.Severity, f.Confidence, f.Strict = lint.Low, lint.Unsure, true
		f.Message = fmt.Sprintf("%s is written to %s %s, so that whoever calls with a text of somebody else lets them %s; %s", h.Value.Text(), h.To, what, gain, repair)
	} else {
		way, reaches := r.reach(h.Value)
		if !reaches {
			return f, false
		}
		if _, strict := r.severity(way); strict {
			f.Severity, f.Strict = lint.Low, true
		}
		f.Message = fmt.Sprintf("%s is written to %s %s: %s %s in this job, which holds %s; %s", h.Value.Text(), h.To, what, whoCan(way.worst, way.by), gain, way.rights.Text(), repair)
		f.Way = &lint.Way{Events: []string{way.by.Trigger.Name}, Job: way.by.Job.ID.Value, Goal: way.rights.Text()}
		r.guarded(&f, way)
	}
	f.Trace = r.trace(h.Value.Taint, h.Span, "it is written to "+h.To+" here")
	return f, true
}

// clobbers says how a text gets at other outputs; "" when it does not.
func clobbers(h flow.Handover) string {
	switch {
	case !freeText(h.Value.Taint):
		return ""
	case h.FreeName():
		return "with the name of the output in it"
	case h.Block != "" && h.Value.Lines:
		return fmt.Sprintf("before the fixed marker `%s`, which it may hold itself", shorten(h.Block))
	case h.Name != "" && h.Value.Lines:
		return fmt.Sprintf("as `%s`, where each line break in it begins another output", shorten(h.Name))
	case h.Within != "" && h.Value.Lines:
		return "with its line breaks, each of which begins another output"
	}
	return ""
}

// clobbered finds an output of the step that is read and that a text can set: not the one it is written as, nor one that the script
// writes again behind it.
func (r *reacher) clobbered(h flow.Handover) (name string, read syntax.Span) {
	if h.To != "GITHUB_OUTPUT" {
		return "", read
	}
	start, end := 0, len(r.File.Text)
	if r.job != nil && r.job.Node != nil {
		start, end = r.job.Node.Start, r.job.Node.End
	}
	prefix := "steps." + strings.ToLower(r.step.ID.Value) + ".outputs"
	for s, fence := range r.File.Exprs() {
		if read != (syntax.Span{}) || s.Start < start || s.End > end || fence.X == nil {
			continue
		}
		expr.Walk(fence.X, func(n expr.Node) bool {
			path, ok := expr.Path(n)
			rest, of := strings.CutPrefix(path, prefix)
			if !ok || !of || rest != "" && rest[0] != '.' || read != (syntax.Span{}) {
				return true
			}
			output := strings.TrimPrefix(rest, ".")
			same := func(other string) bool { return strings.EqualFold(other, output) }
			if output != "" && output != "*" && (same(h.Name) || slices.ContainsFunc(h.Rewritten, same)) {
				return false
			}
			name, read = output, r.File.ValueSpan(s, n.Range())
			if name == "" {
				name = "*"
			}
			return false
		})
	}
	return name, read
}
