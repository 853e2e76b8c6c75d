package rules

import (
	"fmt"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

func obfuscation() *lint.Rule {
	return &lint.Rule{
		ID:       "obfuscation",
		Summary:  "an expression, a path or a text that is spelled so that people do not see what it is",
		Severity: lint.Low,
		Aliases:  []string{"zizmor:obfuscation", "sisakulint:obfuscation"},
		Tags:     []string{"cwe-506", "owasp-cicd-sec-7", "detect", "detect-shapes"},
		Run:      runObfuscation,
	}
}

func runObfuscation(p *lint.Pass) {
	if p.File.Workflow == nil && p.File.Action == nil {
		return
	}
	for s, fence := range p.File.Exprs() {
		if fence.X != nil && len(fence.Errs) == 0 {
			c := constantExpr{Pass: p, in: s, whole: fence}
			c.check()
		}
	}
	for use := range p.File.Uses() {
		oddPath(p, use)
	}
	for _, step := range p.File.Steps() {
		if step.With != nil && step.With.Expr != nil {
			p.Report(lint.Finding{Span: step.With.Expr.Span, Severity: lint.Info,
				Message: "all inputs of the action come from one expression, so that nobody sees which it gets; write them out"})
		}
	}
	hiddenText(p)
}

// constantExpr looks through one expression for parts that are always the same.
type constantExpr struct {
	*lint.Pass
	in    *syntax.Str
	whole *expr.Fence
}

func (c *constantExpr) check() {
	n := c.whole.X
	for {
		p, member := n.(*expr.Property)
		if !member {
			break
		}
		n = p.Of
	}
	switch n := n.(type) {
	case *expr.Name: // nearly all of them
	case *expr.Literal:
		c.literal(n)
	default:
		c.visit(c.whole.X)
	}
}

// visit reports the largest parts of n that are constant and can be written as a literal.
func (c *constantExpr) visit(n expr.Node) {
	switch n := n.(type) {
	case *expr.Literal, *expr.Name, *expr.Bad:
		return
	case *expr.Group:
		c.visit(n.X) // parentheses alone hide nothing
		return
	}
	if v, ok := expr.Fold(n); ok && v.Kind != expr.Array && v.Kind != expr.Object && !switched(n) {
		c.constant(n, v)
		return
	}
	switch n := n.(type) {
	case *expr.Property:
		c.visit(n.Of)
	case *expr.Star:
		c.visit(n.Of)
	case *expr.Index:
		c.visit(n.Of)
		c.index(n)
	case *expr.Call:
		for _, arg := range n.Args {
			c.visit(arg)
		}
	case *expr.Not:
		c.visit(n.X)
	case *expr.Binary:
		c.visit(n.X)
		c.visit(n.Y)
	}
}

// switched tells that a literal true or false in front of a condition makes it constant: that is how people switch it off.
func switched(n expr.Node) bool {
	reads := false
	expr.Walk(n, func(n expr.Node) bool {
		switch n := n.(type) {
		case *expr.Name:
			reads = true
		case *expr.Call:
			if len(n.Args) == 0 {
				reads = true // always() and the like
			}
		}
		return !reads
	})
	return reads
}

// fenced tells that an expression stands between ${{ and }}: a bare condition does not.
func (c *constantExpr) fenced() bool { return strings.HasPrefix(c.in.Value[c.whole.Start:], "${{") }

// constant reports a part that always has the value v.
func (c *constantExpr) constant(n expr.Node, v expr.Value) {
	all := bareNode(c.whole.X) == n
	if all && constant(n) && isCondition(c.File, c.in) {
		return // actionlint/if-cond tells
	}
	at := n.Range()
	text := literal(v)
	if all && c.fenced() {
		at, text = c.whole.Span, v.Text()
	}
	f := lint.Finding{Span: c.File.ValueSpan(c.in, at)}
	f.Message = fmt.Sprintf("`%s` is always `%s`; write that", shorten(c.in.Value[at.Start:at.End]), shorten(text))
	if value := c.in.Value[:at.Start] + text + c.in.Value[at.End:]; !strings.ContainsAny(text, "\r\n") && !strings.Contains(text, "${{") && value != "" {
		if edits := c.File.ReplaceScalar(c.in, value); edits != nil {
			f.Fixes = []lint.Fix{{Title: "write the constant", Safety: lint.Safe, Edits: edits}}
		}
	}
	c.Report(f)
}

func isCondition(file *syntax.File, s *syntax.Str) bool {
	is := func(c *syntax.Condition) bool { return c != nil && &c.Str == s }
	for job, step := range file.Steps() {
		if is(step.If) || job != nil && is(job.If) {
			return true
		}
	}
	return file.Workflow != nil && slices.ContainsFunc(file.Workflow.Jobs, func(j *syntax.Job) bool { return is(j.If) })
}

// bareNode takes the parentheses off.
func bareNode(n expr.Node) expr.Node {
	for {
		g, ok := n.(*expr.Group)
		if !ok {
			return n
		}
		n = g.X
	}
}

// literal is a value as an expression has it.
func literal(v expr.Value) string {
	if v.Kind == expr.String {
		return "'" + strings.ReplaceAll(v.String, "'", "''") + "'"
	}
	if v.Kind == expr.Null {
		return "null"
	}
	return v.Text()
}

// literal reports an expression that is a text and nothing else. One with braces may be there for their sake, and one that is true or
// false switches something.
func (c *constantExpr) literal(n *expr.Literal) {
	if !c.fenced() || n.Value.Kind != expr.String || n.Value.String == "" || strings.ContainsAny(n.Value.String, "{}\r\n") {
		return
	}
	c.Report(lint.Finding{Span: c.File.ValueSpan(c.in, c.whole.Span), Severity: lint.Info, Strict: true,
		Message: fmt.Sprintf("`%s` needs no expression; write the text", shorten(c.in.Value[c.whole.Start:c.whole.End]))})
}

// index reports a member whose name is computed. Of secrets overprovisioned-secrets tells.
func (c *constantExpr) index(n *expr.Index) {
	if _, ok := expr.Fold(n.Index); ok {
		c.visit(n.Index)
		return
	}
	c.visit(n.Index)
	if isSecrets(n.Of) {
		return
	}
	c.Report(lint.Finding{Span: c.File.ValueSpan(c.in, n.Index.Range()), Strict: true,
		Message: fmt.Sprintf("which member `%s` is only the run knows; choose among named ones", shorten(c.in.Value[n.Start:n.End]))})
}
