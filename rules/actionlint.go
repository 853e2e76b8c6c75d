package rules

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	_ "time/tzdata" // for the time zones of schedules, where the system has none

	"github.com/rhysd/actionlint"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

func actionlintRule() *lint.Rule {
	return &lint.Rule{
		ID:       "actionlint",
		Summary:  "what actionlint finds: types and contexts of expressions, events, inputs of well-known actions, labels, patterns",
		Severity: lint.High,
		Tags:     []string{"cwe-1286", "prevent"},
		Kinds: []string{
			"action", "credentials", "deprecated-commands", "env-var", "events", "expression", "glob", "id", "if-cond", "job-needs",
			"matrix", "runner-label", "shell-name", "workflow-call",
		},
		NewOptions: func() any { return &actionlintOptions{} },
		Run:        runActionlint,
	}
}

type actionlintOptions struct {
	ConfigVariables []string `yaml:"config-variables"`
}

func runActionlint(p *lint.Pass) {
	t := &alTree{file: p.File, config: alConfig(p), blank: map[alFence]bool{}}
	found := map[alError]bool{}
	// actionlint stops at the first faulty expression of a scalar: those found are left out, and it looks again.
	for range maxActionlintRounds {
		before := len(t.blank)
		for _, e := range t.check() {
			found[e] = true
		}
		if len(t.blank) == before {
			break
		}
	}
	report(p, found)
}

const maxActionlintRounds = 20

// declaresSecrets reports a workflow that says which secrets it is called with: it has no others then.
func declaresSecrets(w *syntax.Workflow) bool {
	return w.On != nil && slices.ContainsFunc(w.On.Events, func(e *syntax.Event) bool { return e.Name.Value == "workflow_call" })
}

// alError is what actionlint says, with our place.
type alError struct {
	kind    string
	span    syntax.Span
	message string
	related syntax.Span // of another place that the message speaks of; empty when there is none
	strict  bool
}

// alConfig returns what actionlint is told of the repository; nil: nothing.
func alConfig(p *lint.Pass) *actionlint.Config {
	variables := p.Options.(*actionlintOptions).ConfigVariables
	if len(variables) == 0 && len(p.Given.RunnerLabels) == 0 {
		return nil
	}
	c := &actionlint.Config{ConfigVariables: variables}
	for _, label := range p.Given.RunnerLabels {
		c.SelfHostedRunner.Labels = append(c.SelfHostedRunner.Labels, string(label))
	}
	return c
}

// check runs actionlint once over the file.
func (t *alTree) check() []alError {
	t.places = t.places[:0]
	t.anySecret, t.anyVariable = t.file.Workflow != nil && !declaresSecrets(t.file.Workflow), t.config == nil || len(t.config.ConfigVariables) == 0
	var w *actionlint.Workflow
	switch {
	case t.file.Workflow != nil && t.file.Workflow.Node != nil:
		w = t.workflow(t.file.Workflow)
	case t.file.Action != nil && t.file.Action.Runs != nil && len(t.file.Action.Runs.Steps) > 0:
		w = t.composite(t.file.Action)
	default:
		return nil
	}
	// Without a project actionlint reads no file: what local actions and workflows declare is looked at by unresolved-uses.
	actions, workflows := actionlint.NewLocalActionsCache(nil, nil), actionlint.NewLocalReusableWorkflowCache(nil, "", nil)
	rules := []actionlint.Rule{
		actionlint.NewRuleMatrix(), actionlint.NewRuleCredentials(), actionlint.NewRuleShellName(), actionlint.NewRuleRunnerLabel(),
		actionlint.NewRuleEvents(), actionlint.NewRuleJobNeeds(), actionlint.NewRuleAction(actions), actionlint.NewRuleEnvVar(),
		actionlint.NewRuleID(), actionlint.NewRuleGlob(), actionlint.NewRuleWorkflowCall(t.file.Path, workflows),
		actionlint.NewRuleDeprecatedCommands(),
	}
	// The rule on expressions copies all types for each expression where a dispatch event has inputs.
	expressions := actionlint.NewRuleExpression(actions, workflows)
	passes := map[*actionlint.Workflow][]actionlint.Rule{w: rules, dispatchAsCall(w): {expressions}}
	rules = append(rules, expressions)
	for _, r := range rules {
		if t.config != nil {
			r.SetConfig(t.config)
		}
	}
	for w, rules := range passes {
		v := actionlint.NewVisitor()
		for _, r := range rules {
			v.AddPass(r)
		}
		if v.Visit(w) != nil {
			return nil // none of its rules fails
		}
	}
	out := t.conditions()
	out = append(out, t.dispatchInputs()...)
	for _, r := range rules {
		for _, e := range r.Errs() {
			if found, ok := t.found(e); ok {
				out = append(out, found)
			}
		}
	}
	return out
}

var alPosition = regexp.MustCompile(`line:(\d+),col:(\d+)`)

// found turns an error into one of ours. It fails where rule syntax says the same, and where actionlint is behind the times.
func (t *alTree) found(e *actionlint.Error) (alError, bool) {
	span, at := t.place(e.Line, e.Column)
	if at != (alFence{}) && e.Kind == "expression" {
		t.blank[at] = true
	}
	out := alError{kind: e.Kind, span: span}
	out.message = alPosition.ReplaceAllStringFunc(e.Message, func(s string) string {
		m := alPosition.FindStringSubmatch(s)
		line, _ := strconv.Atoi(m[1])
		col, _ := strconv.Atoi(m[2])
		out.related, _ = t.place(line, col)
		return "line " + strconv.Itoa(t.file.Position(out.related.Start).Line)
	})
	out.message = polish(out.message)
	if e.Kind == "deprecated-commands" {
		out.span = t.command(e, span)
	}
	return out, !t.outdated(&out) && !t.said(out.span)
}

// said reports whether rule syntax reports something that overlaps span.
func (t *alTree) said(span syntax.Span) bool {
	return slices.ContainsFunc(t.file.Errs, func(e syntax.Error) bool { return e.Start < span.End && span.Start < e.End })
}

// place returns the span that a position of actionlint stands for, and the fence it is in, if any.
func (t *alTree) place(line, col int) (syntax.Span, alFence) {
	i := line>>alLineBits - alFirstPlace
	if i < 0 {
		n := t.raw.nodes[line].Resolve()
		if n == nil {
			return syntax.Span{}, alFence{}
		}
		if n.Kind != syntax.Scalar {
			return n.Span, alFence{}
		}
		s := n.Str()
		span, _ := t.within(&s, nil, col-len("     ")-1, 0)
		return span, alFence{}
	}
	p := t.places[i]
	if p.str == nil {
		return p.span, alFence{}
	}
	return t.within(p.str, p.cond, col-1, line&(1<<alLineBits-1))
}

// within returns the smallest span of a scalar that is meant by an offset: of the expression that starts there, else the scalar.
// Where lines is not 0, offset counts from the start of the line that lies so many lines below the start of a fence, plus where
// the text of the fence starts.
func (t *alTree) within(s *syntax.Str, c *syntax.Condition, offset, lines int) (syntax.Span, alFence) {
	for i := range s.Fences {
		f := &s.Fences[i]
		off := offset
		if lines > 0 {
			off = lineOffset(s.Value, f.Inner.Start, lines) + offset - f.Inner.Start
		}
		if off == f.Start && lines == 0 {
			return t.file.ValueSpan(s, f.Span), alFence{s, i}
		}
		if f.Inner.Start <= off && off < f.Inner.End {
			return t.file.ValueSpan(s, exprAt(f.X, off, f.Span)), alFence{s, i}
		}
	}
	if c != nil && len(s.Fences) == 0 && c.Cond.X != nil && offset+lines > 0 {
		off := lineOffset(s.Value, 0, lines) + offset
		return t.file.ValueSpan(s, exprAt(c.Cond.X, off, syntax.Span{End: len(s.Value)})), alFence{}
	}
	return s.Span, alFence{}
}

// lineOffset returns where the line starts that lies so many line ends behind from.
func lineOffset(text string, from, lines int) int {
	for range lines {
		n := strings.IndexByte(text[from:], '\n')
		if n < 0 {
			return len(text)
		}
		from += n + 1
	}
	return from
}

// exprAt returns the span of the longest path, call or literal that starts at off, or whole.
func exprAt(x expr.Node, off int, whole syntax.Span) syntax.Span {
	found := whole
	done := false
	expr.Walk(x, func(n expr.Node) bool {
		span := n.Range()
		switch n.(type) {
		case *expr.Binary, *expr.Group, *expr.Not:
		default:
			if !done && span.Start == off && span.Len() > 0 {
				found, done = span, true
			}
		}
		return !done
	})
	return found
}

var alCommand = regexp.MustCompile(`^workflow command "([a-z-]+)"`)

// command narrows span, which is that of a script, to the command that the message speaks of.
func (t *alTree) command(e *actionlint.Error, span syntax.Span) syntax.Span {
	p := t.places[e.Line>>alLineBits-alFirstPlace]
	m := alCommand.FindStringSubmatch(e.Message)
	if m == nil || p.str == nil {
		return span
	}
	if i := strings.Index(p.str.Value, "::"+m[1]); i >= 0 {
		return t.file.ValueSpan(p.str, syntax.Span{Start: i, End: i + len("::") + len(m[1])})
	}
	return span
}

// report reports what was found; what is said of one span becomes one finding a kind.
func report(p *lint.Pass, found map[alError]bool) {
	list := make([]alError, 0, len(found))
	for e := range found {
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b alError) int {
		return cmp.Or(cmp.Compare(a.span.Start, b.span.Start), cmp.Compare(a.span.End, b.span.End), strings.Compare(a.kind, b.kind), strings.Compare(a.message, b.message))
	})
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].span == list[0].span && list[n].kind == list[0].kind {
			n++
		}
		f := lint.Finding{Span: list[0].span, Strict: true}
		var messages []string
		for _, e := range list[:n] {
			if messages = append(messages, e.message); e.related != (syntax.Span{}) {
				f.Related = append(f.Related, lint.Place{Span: e.related, Message: "this is the other one"})
			}
			f.Severity = max(f.Severity, severityOf(e))
			f.Strict = f.Strict && e.strict
		}
		f.Message = strings.Join(slices.Compact(messages), "; besides, ")
		if f.Len() > 0 {
			p.ReportKind(list[0].kind, f)
		}
		list = list[n:]
	}
}

// severityOf says what becomes of the fault: GitHub refuses the workflow or something dangerous happens (high), a value is empty or
// a warning appears (medium), or nothing happens but the text is needless (low).
func severityOf(e alError) lint.Severity {
	switch {
	case e.kind == "if-cond" && strings.HasPrefix(e.message, "constant expression"),
		e.kind == "action" && strings.Contains(e.message, "deprecated input"):
		return lint.Low
	case e.kind == "deprecated-commands" && (strings.Contains(e.message, `"set-output"`) || strings.Contains(e.message, `"save-state"`)),
		e.kind == "action" && (strings.Contains(e.message, "is not defined in action") || strings.HasPrefix(e.message, "the action ")),
		e.kind == "expression" && strings.HasPrefix(e.message, "property "),
		e.kind == "runner-label", e.kind == "matrix":
		return lint.Medium
	}
	return lint.High
}
