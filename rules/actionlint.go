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
	"sekisho/lint/syntax"
)

func actionlintRule() *lint.Rule {
	return &lint.Rule{
		ID:       "actionlint",
		Summary:  "what actionlint finds: types and contexts of expressions, events, inputs of well-known actions, labels, patterns",
		Severity: lint.High,
		Alike:    true,
		Tags:     []string{"cwe-1286", "prevent", "detect-mistakes"},
		Kinds: []string{
			"action", "deprecated-commands", "env-var", "events", "expression", "glob", "id", "if-cond", "job-needs",
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
	switch {
	case p.File.Action != nil:
		metadata(p, p.File.Action)
	case p.File.Workflow == nil:
		return
	}
	t := newTree(p.File, p.Flow, alConfig(p))
	report(p, t.findings(t.doubts()))
	if t.crowded() {
		p.ReportKind("expression", lint.Finding{Span: t.stepsKey(), Severity: lint.Info, Message: "the file has so many expressions and names that types and contexts are not checked; split it"})
	}
}

// findings returns what actionlint finds in those parts of the file that are in doubt.
func (t *alTree) findings(doubts *alDoubts) map[alError]bool {
	found := map[alError]bool{}
	// actionlint stops at the first faulty expression of a scalar: those found are left out, and it looks again.
	for round := range maxActionlintRounds {
		before := len(t.blank)
		for _, e := range t.check(round == 0, doubts) {
			found[e] = true
		}
		if len(t.blank) == before || len(found) >= lint.MaxFindings {
			break
		}
	}
	return found
}

// maxActionlintRounds is how many faulty expressions of one scalar are found at most, maxActionlintErrors how many errors of one
// run are looked at, the first in the file: more than are reported.
const (
	maxActionlintRounds = 20
	maxActionlintErrors = 2 * lint.MaxFindings
)

// declaresSecrets reports a workflow that says which secrets it is called with: it has no others then.
func declaresSecrets(w *syntax.Workflow) bool {
	return w.On != nil && slices.ContainsFunc(w.On.Events, func(e *syntax.Event) bool { return e.Name.Value == "workflow_call" })
}

// alError is what actionlint says, with our place.
type alError struct {
	kind     string
	span     syntax.Span
	message  string
	related  syntax.Span // of another place that the message speaks of; empty when there is none
	strict   bool
	severity lint.Severity
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

// check runs actionlint once over the file: all its rules the first time, and then the one that looks at expressions.
func (t *alTree) check(first bool, doubts *alDoubts) []alError {
	var out []alError
	if first {
		out = append(t.conditions(), t.dispatchInputs()...)
	}
	if doubts.none() {
		return out
	}
	t.places, t.doubted = t.places[:0], doubts.steps
	var w *actionlint.Workflow
	switch {
	case t.file.Workflow != nil && t.file.Workflow.Node != nil:
		w = t.workflow(t.file.Workflow, doubts)
	case t.file.Action != nil && t.file.Action.Runs != nil && len(t.file.Action.Runs.Steps) > 0:
		w = t.composite(t.file.Action)
	default:
		return out
	}
	var errs []*actionlint.Error
	// Without a project actionlint reads no file: what local actions and workflows declare is looked at by unresolved-uses.
	actions, workflows := actionlint.NewLocalActionsCache(nil, nil), actionlint.NewLocalReusableWorkflowCache(nil, "", nil)
	if first {
		errs = t.errors(w, actionlint.NewRuleMatrix(), actionlint.NewRuleShellName(), actionlint.NewRuleRunnerLabel(),
			actionlint.NewRuleEvents(), actionlint.NewRuleJobNeeds(), actionlint.NewRuleAction(actions), actionlint.NewRuleEnvVar(),
			actionlint.NewRuleID(), actionlint.NewRuleGlob(), actionlint.NewRuleWorkflowCall(t.file.Path, workflows), actionlint.NewRuleDeprecatedCommands())
	}
	if !t.crowded() {
		// The rule on expressions copies all types for each expression where a dispatch event has inputs.
		errs = append(errs, t.errors(dispatchAsCall(w), actionlint.NewRuleExpression(actions, workflows))...)
	}
	slices.SortFunc(errs, func(a, b *actionlint.Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), strings.Compare(a.Message, b.Message))
	})
	for _, e := range errs[:min(len(errs), maxActionlintErrors)] {
		if found, ok := t.found(e); ok {
			out = append(out, found)
		}
	}
	return out
}

// errors runs rules of actionlint over a workflow.
func (t *alTree) errors(w *actionlint.Workflow, rules ...actionlint.Rule) []*actionlint.Error {
	v := actionlint.NewVisitor()
	for _, r := range rules {
		if t.config != nil {
			r.SetConfig(t.config)
		}
		v.AddPass(r)
	}
	if v.Visit(w) != nil {
		return nil // none of its rules fails
	}
	var errs []*actionlint.Error
	for _, r := range rules {
		errs = append(errs, r.Errs()...)
	}
	return errs
}

var alPosition = regexp.MustCompile(`line:(\d+),col:(\d+)`)

// found turns an error into one of ours. It fails where rule syntax says the same, and where actionlint is behind the times.
func (t *alTree) found(e *actionlint.Error) (alError, bool) {
	inside := e.Kind == "expression" && !strings.HasPrefix(e.Message, `"if" condition`)
	span, at, x := t.place(e.Line, e.Column, inside)
	if at != (alFence{}) && e.Kind == "expression" {
		t.blank[at] = true
	}
	out := alError{kind: e.Kind, span: span}
	raw := alPosition.ReplaceAllStringFunc(e.Message, func(s string) string {
		m := alPosition.FindStringSubmatch(s)
		line, _ := strconv.Atoi(m[1])
		col, _ := strconv.Atoi(m[2])
		out.related, _, _ = t.place(line, col, false)
		return "line " + strconv.Itoa(t.file.Position(out.related.Start).Line)
	})
	if t.outdated(raw, x, &out) || said(t.file, out.span) || insecure(e) {
		return alError{}, false
	}
	if e.Kind == "deprecated-commands" {
		out.span = t.command(e, span)
	}
	polished, ok := t.polished[raw]
	if !ok {
		polished.text, polished.severity = polish(raw)
		t.polished[raw] = polished
	}
	out.message, out.severity = polished.text, cmp.Or(out.severity, polished.severity)
	if text, ok := retiredLabel(raw); ok {
		out.message = text
	}
	if rest, ok := strings.CutPrefix(out.message, absentProperty); ok {
		out.message = t.absent(x, span, rest)
	}
	return out, true
}

// insecure reports a command of which insecure-commands tells.
func insecure(e *actionlint.Error) bool {
	return e.Kind == "deprecated-commands" && (strings.Contains(e.Message, `"set-env"`) || strings.Contains(e.Message, `"add-path"`))
}

// alMessage is a message as we put it, and how bad what it says is.
type alMessage struct {
	text     string
	severity lint.Severity
}

// report reports what was found; what is said of one span becomes one finding a kind.
func report(p *lint.Pass, found map[alError]bool) {
	list := make([]alError, 0, len(found))
	for e := range found {
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b alError) int {
		return cmp.Or(cmp.Compare(a.span.Start, b.span.Start), cmp.Compare(a.span.End, b.span.End), strings.Compare(a.kind, b.kind), cmp.Compare(b.severity, a.severity), strings.Compare(a.message, b.message))
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
			f.Severity = max(f.Severity, e.severity)
			f.Strict = f.Strict && e.strict
		}
		f.Message = strings.Join(slices.Compact(messages), "; besides, ")
		if f.Len() > 0 {
			p.ReportKind(list[0].kind, f)
		}
		list = list[n:]
	}
}
