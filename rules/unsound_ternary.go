package rules

import (
	"fmt"
	"math"
	"strings"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

func unsoundTernary() *lint.Rule {
	return &lint.Rule{
		ID:       "unsound-ternary",
		Summary:  "a choice by && and || that never gives its first value, as that counts as false",
		Severity: lint.Low,
		Aliases:  []string{"zizmor:unsound-ternary"},
		Tags:     []string{"cwe-783", "prevent", "detect-mistakes"},
		Run:      runUnsoundTernary,
	}
}

func runUnsoundTernary(p *lint.Pass) {
	for s, fence := range p.File.Exprs() {
		text := s.Value[fence.Start:fence.End]
		if fence.X == nil || len(fence.Errs) > 0 || !strings.Contains(text, "&&") || !strings.Contains(text, "||") {
			continue
		}
		inner := map[expr.Node]bool{}
		expr.Walk(fence.X, func(n expr.Node) bool {
			if or, ok := n.(*expr.Binary); ok && or.Op == expr.Or && !inner[n] {
				checkChoice(p, s, or, alternatives(or, inner))
			}
			return true
		})
	}
}

// alternatives lists what stands between the || of a chain, and notes the inner ones.
func alternatives(n expr.Node, inner map[expr.Node]bool) []expr.Node {
	or, ok := n.(*expr.Binary)
	if !ok || or.Op != expr.Or {
		return []expr.Node{n}
	}
	inner[or.X], inner[or.Y] = true, true
	return append(alternatives(or.X, inner), alternatives(or.Y, inner)...)
}

// checkChoice reports the values of a choice that count as false, so that the next one takes their place.
func checkChoice(p *lint.Pass, s *syntax.Str, or *expr.Binary, list []expr.Node) {
	last := list[len(list)-1]
	for i, n := range list[:len(list)-1] {
		and, ok := ungrouped(n).(*expr.Binary)
		if !ok || and.Op != expr.And {
			continue
		}
		v, constant := expr.Fold(and.Y)
		if !constant || !falsy(v) {
			continue
		}
		if other, same := expr.Fold(last); same && other.Kind == v.Kind && other.Text() == v.Text() && len(list) == i+2 {
			continue // it is the same value either way
		}
		f := lint.Finding{Span: p.File.ValueSpan(s, and.Y.Range())}
		f.Message = fmt.Sprintf("`%s` counts as false, so that what stands behind `||` comes out even when `%s` holds; use `case(condition, value, …, otherwise)`",
			exprText(s, and.Y), shorten(exprText(s, and.X)))
		f.Fixes = caseFix(p, s, or, list)
		p.Report(f)
	}
}

// falsy reports a constant that counts as false.
func falsy(v expr.Value) bool {
	switch v.Kind {
	case expr.Null:
		return true
	case expr.Bool:
		return !v.Bool
	case expr.Number:
		return v.Number == 0 || math.IsNaN(v.Number)
	case expr.String:
		return v.String == ""
	}
	return false
}

// caseFix makes a case() of a choice each alternative of which, but the last, is a condition and a value.
func caseFix(p *lint.Pass, s *syntax.Str, or *expr.Binary, list []expr.Node) []lint.Fix {
	var args []string
	for _, n := range list[:len(list)-1] {
		and, ok := ungrouped(n).(*expr.Binary)
		if !ok || and.Op != expr.And {
			return nil
		}
		args = append(args, predicate(s, and.X), exprText(s, and.Y))
	}
	args = append(args, exprText(s, list[len(list)-1]))
	return []lint.Fix{{Title: "use case()", Safety: lint.Unsafe, Edits: replaceNode(p.File, s, or, "case("+strings.Join(args, ", ")+")")}}
}

// predicate is the text of a condition as case() takes it, which wants true or false and nothing else.
func predicate(s *syntax.Str, n expr.Node) string {
	text := exprText(s, n)
	if yieldsBool(n) {
		return text
	}
	if _, access := expr.Path(n); access {
		return "!!" + text
	}
	return "!!(" + text + ")"
}

// yieldsBool reports an expression that is true or false and nothing else.
func yieldsBool(n expr.Node) bool {
	switch n := ungrouped(n).(type) {
	case *expr.Not:
		return true
	case *expr.Literal:
		return n.Value.Kind == expr.Bool
	case *expr.Binary:
		return n.Op != expr.And && n.Op != expr.Or || yieldsBool(n.X) && yieldsBool(n.Y)
	case *expr.Call:
		switch strings.ToLower(n.Name) {
		case "contains", "startswith", "endswith", "always", "success", "failure", "cancelled":
			return true
		}
	}
	return false
}
