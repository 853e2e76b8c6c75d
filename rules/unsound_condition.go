package rules

import (
	"strings"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

func unsoundCondition() *lint.Rule {
	return &lint.Rule{
		ID:       "unsound-condition",
		Summary:  "a condition that is always true, because text or a line break stands around its expression",
		Severity: lint.High,
		Aliases:  []string{"zizmor:unsound-condition"},
		Tags:     []string{"cwe-670", "owasp-cicd-sec-1", "prevent", "leak-trigger", "detect-mistakes"},
		Run:      runUnsoundCondition,
	}
}

func runUnsoundCondition(p *lint.Pass) {
	if p.File.Workflow != nil {
		for _, job := range p.File.Workflow.Jobs {
			checkCondition(p, job.If, "job")
			checkCondition(p, job.SnapshotIf, "snapshot")
		}
	}
	for _, step := range p.File.Steps() {
		checkCondition(p, step.If, "step")
	}
}

func checkCondition(p *lint.Pass, c *syntax.Condition, what string) {
	if c == nil || !c.Cond.AlwaysTrue {
		return
	}
	f := lint.Finding{Span: c.Str.Span, Message: "the condition is always true, so that the " + what + " runs whatever its expressions say: with something around a `${{ }}` the whole is a text, and a text that is not empty counts as true"}
	switch trimmed := strings.TrimSpace(c.Value); {
	case len(c.Fences) == 1 && c.Fences[0].Start == strings.Index(c.Value, trimmed) && c.Fences[0].End-c.Fences[0].Start == len(trimmed):
		f.Message += "; here it is the white space around it"
		if c.Style == syntax.Literal || c.Style == syntax.Folded {
			f.Message += ", the line break at the end of the block"
		}
		if edits := bare(p, c, trimmed); edits != nil {
			f.Fixes = []lint.Fix{{Title: "leave the white space out", Safety: lint.Safe, Edits: edits}}
		}
	default:
		if text, ok := joined(c); ok {
			f.Message += "; put all of it into one"
			f.Fixes = []lint.Fix{{Title: "make one expression of it", Safety: lint.Unsafe, Edits: p.File.ReplaceScalar(&c.Str, text)}}
		}
	}
	p.Report(f)
}

// bare returns the edits that leave the expression of a condition as it is and take what is around it away.
func bare(p *lint.Pass, c *syntax.Condition, trimmed string) []syntax.Edit {
	if c.Style != syntax.Literal && c.Style != syntax.Folded {
		return p.File.ReplaceScalar(&c.Str, trimmed)
	}
	if strings.TrimRight(c.Value, "\n") != trimmed {
		return nil // indented deeper than the indicator says: a matter for its author
	}
	// The header of the block gets a strip indicator in the place of another one.
	at := c.Str.Start + 1
	header := p.File.Text[at:]
	if end := strings.IndexAny(header, " \t\r\n#"); end >= 0 {
		header = header[:end]
	}
	if i := strings.IndexByte(header, '+'); i >= 0 {
		return []syntax.Edit{{Span: syntax.Span{Start: at + i, End: at + i + 1}, New: "-"}}
	}
	return []syntax.Edit{{Span: syntax.Span{Start: at, End: at}, New: "-"}}
}

// joined makes one expression of a condition whose fences stand between operators; ok is false when it does not read as one.
func joined(c *syntax.Condition) (text string, ok bool) {
	var b strings.Builder
	end := 0
	for _, f := range c.Fences {
		if f.X == nil || len(f.Errs) > 0 {
			return "", false
		}
		b.WriteString(c.Value[end:f.Start])
		inner := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(c.Value[f.Start:f.End], "${{"), "}}"))
		if _, binary := f.X.(*expr.Binary); binary {
			inner = "(" + inner + ")"
		}
		b.WriteString(inner)
		end = f.End
	}
	b.WriteString(c.Value[end:])
	text = strings.TrimSpace(b.String())
	whole := expr.ParseCondition(text)
	if whole.AlwaysTrue || len(whole.Errs) > 0 || whole.X == nil {
		return "", false
	}
	if _, bad := whole.X.(*expr.Bad); bad {
		return "", false
	}
	known := true
	expr.Walk(whole.X, func(n expr.Node) bool {
		if name, isName := n.(*expr.Name); isName {
			known = known && contexts[strings.ToLower(name.Name)]
		}
		return true
	})
	return text, known
}

// contexts are the names that an expression may begin with.
var contexts = map[string]bool{
	"env": true, "github": true, "inputs": true, "job": true, "jobs": true, "matrix": true, "needs": true, "runner": true, "secrets": true, "steps": true,
	"strategy": true, "vars": true,
}
