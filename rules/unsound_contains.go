package rules

import (
	"encoding/json"
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func unsoundContains() *lint.Rule {
	return &lint.Rule{
		ID:       "unsound-contains",
		Summary:  "a list written as a text, in which contains() finds any part of it",
		Severity: lint.High,
		Aliases:  []string{"zizmor:unsound-contains", "codeql:actions/unsound-contains"},
		Tags:     []string{"cwe-183", "owasp-cicd-sec-1", "prevent", "leak-trigger"},
		Run:      runUnsoundContains,
	}
}

func runUnsoundContains(p *lint.Pass) {
	for s, fence := range p.File.Exprs() {
		if fence.X == nil || len(fence.Errs) > 0 || !flow.ContainsFold(s.Value[fence.Start:fence.End], "contains") {
			continue
		}
		negated := map[expr.Node]bool{}
		expr.Walk(fence.X, func(n expr.Node) bool {
			switch n := n.(type) {
			case *expr.Not:
				negated[ungrouped(n.X)] = true
			case *expr.Call:
				if strings.EqualFold(n.Name, "contains") && len(n.Args) == 2 {
					checkContains(p, s, n, negated[n])
				}
			}
			return true
		})
	}
}

// checkContains reports a search for what others choose in a constant text.
func checkContains(p *lint.Pass, s *syntax.Str, n *expr.Call, negated bool) {
	list, ok := expr.Fold(n.Args[0])
	if !ok || list.Kind != expr.String || strings.TrimSpace(list.String) == "" {
		return
	}
	if _, constant := expr.Fold(n.Args[1]); constant {
		return
	}
	job, step := standsIn(p.File, s)
	c := contained{Pass: p, job: job, step: step, s: s, items: listItems(list.String), list: list.String}
	f, ok := c.judge(n.Args[1])
	if !ok {
		return
	}
	if negated { // it keeps out more than it names, not less
		f.Severity, f.Strict = lint.Low, true
	}
	f.Span = p.File.ValueSpan(s, n.Range())
	f.Fixes = c.fix(n)
	p.Report(f)
}

// listItems splits a text that is meant to be a list.
func listItems(text string) []string {
	var array []string
	if json.Unmarshal([]byte(text), &array) == nil {
		return array
	}
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;|\n\t\r", r) })
}

// contained is a text in which an expression looks for a value.
type contained struct {
	*lint.Pass
	job   *syntax.Job
	step  *syntax.Step
	s     *syntax.Str
	items []string
	list  string
}

// judge says how bad it is that a value is looked for.
func (c *contained) judge(value expr.Node) (f lint.Finding, ok bool) {
	path, _ := expr.Path(value)
	name := shorten(exprText(c.s, value))
	if known, all := c.values(value, path); all {
		for _, v := range known {
			if c.wrong(v) {
				f.Severity = lint.Medium
				f.Message = fmt.Sprintf("contains() looks for `%s` anywhere in the text `%s`, where `%s` is found too, though it is no item of it; %s", name, shorten(c.list), shorten(v), c.repair())
				return f, true
			}
		}
		return f, false
	}
	outsider, insider := c.choosers(value, path)
	f.Message = fmt.Sprintf("contains() looks for `%s` anywhere in the text `%s`, so that any part of it passes, such as `%s`", name, shorten(c.list), c.part())
	switch {
	case outsider != "":
		f.Severity = lint.High
		f.Message += fmt.Sprintf(": by `%s` anybody can choose it", outsider)
	case insider:
		f.Severity = lint.Medium
	default:
		f.Severity, f.Strict, f.Confidence = lint.Low, true, lint.Likely
	}
	f.Message += "; " + c.repair()
	return f, true
}

// part is a part of the text that is none of its items.
func (c *contained) part() string {
	item := c.items
	if len(item) == 0 || len(item[0]) < 3 {
		return strings.TrimSpace(c.list)[:1]
	}
	short := strings.ToValidUTF8(item[0][:len(item[0])-1], "")
	if i := strings.LastIndexByte(short, '/'); i > 0 {
		short = short[:i]
	}
	return shorten(short)
}

func (c *contained) repair() string {
	if len(c.items) == 1 {
		return "compare them with `==`"
	}
	return "look for it in an array, `contains(fromJSON('[…]'), …)`, which compares whole items"
}

// fix compares whole items instead.
func (c *contained) fix(n *expr.Call) []lint.Fix {
	value := exprText(c.s, n.Args[1])
	if len(c.items) == 0 {
		return nil
	}
	if len(c.items) == 1 {
		switch ungrouped(n.Args[1]).(type) {
		case *expr.Binary:
			value = "(" + value + ")"
		}
		text := fmt.Sprintf("%s == %s", value, quotedText(c.items[0]))
		return []lint.Fix{{Title: "compare them", Safety: lint.Unsafe, Edits: replaceNode(c.File, c.s, n, "("+text+")")}}
	}
	array := exprText(c.s, n.Args[0])
	if !strings.HasPrefix(strings.TrimSpace(c.list), "[") {
		text, err := json.Marshal(c.items)
		if err != nil {
			return nil
		}
		array = quotedText(string(text))
	}
	return []lint.Fix{{Title: "look for it in an array", Safety: lint.Unsafe, Edits: replaceNode(c.File, c.s, n.Args[0], "fromJSON("+array+")")}}
}

// quotedText is a text as a literal of an expression.
func quotedText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
