package rules

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/config"
	"sekisho/lint/policy"
	"sekisho/lint/syntax"
)

// custom has the rules of the user's own, which are its options: each is one of its kinds.
func custom() *lint.Rule {
	return &lint.Rule{
		ID:         config.CustomRule,
		Summary:    "what a rule of your own, written in the configuration, finds",
		Severity:   lint.Medium,
		Tags:       []string{"detect", "detect-mistakes"},
		NewOptions: func() any { return &customRules{} },
		Run:        runCustom,
	}
}

// customRules are the user's own rules by id.
type customRules map[customID]*customRule

// customID is the id of a rule of the user's own.
type customID string

// Valid wants ids like those of other rules.
func (id customID) Valid() error {
	for word := range strings.SplitSeq(string(id), "-") {
		if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return fmt.Errorf("`%s` is no id of a rule; write small letters and digits with hyphens between words", id)
		}
	}
	return nil
}

type customSeverity string

// Words returns the severities.
func (customSeverity) Words() []string { return lint.SeverityNames() }

// customRule is one rule of the user's own.
type customRule struct {
	Message  string         `yaml:"message,required"`
	Scope    policy.Scope   `yaml:"scope,required"`
	When     string         `yaml:"when,required"`
	At       string         `yaml:"at"`
	Severity customSeverity `yaml:"severity"`
	Help     string         `yaml:"help"`

	condition *policy.Program
	message   *policy.Message
}

// Valid compiles the expressions.
func (r *customRule) Valid() error {
	var errs []error
	fault := func(key string, err error) {
		var e policy.Error
		if errors.As(err, &e) {
			errs = append(errs, config.Fault{Key: key, Span: e.Span, Message: e.Message})
		}
	}
	var err error
	r.condition, err = policy.Compile(r.Scope, r.When)
	fault("when", err)
	r.message, err = policy.CompileMessage(r.Scope, r.Message)
	fault("message", err)
	if strings.TrimSpace(r.Message) == "" {
		fault("message", policy.Error{Message: "the message is empty; say what is wrong with which thing, and what to do"})
	}
	if places := r.Scope.Places(); r.At != "" && !slices.Contains(places, r.At) {
		fault("at", policy.Error{Message: noPlace(r.At, r.Scope, places)})
	}
	return errors.Join(errs...)
}

func noPlace(at string, scope policy.Scope, places []string) string {
	what := fmt.Sprintf("a finding of the scope %s cannot stand at `%s`; ", scope, at)
	if len(places) == 0 {
		return what + "remove the key: it stands at what is called"
	}
	if near := syntax.Nearest(at, places); near != "" {
		return what + "did you mean `" + near + "`?"
	}
	return what + "use one of " + strings.Join(places, ", ")
}

func (r *customRule) severity() lint.Severity {
	if s, err := lint.ParseSeverity(string(r.Severity)); err == nil {
		return s
	}
	return lint.Medium
}

// Kinds returns the ids in order.
func (rs *customRules) Kinds() []string {
	var ids []string
	for id := range *rs {
		ids = append(ids, string(id))
	}
	slices.Sort(ids)
	return ids
}

// Kind describes one rule.
func (rs *customRules) Kind(id string) lint.Kind {
	r := (*rs)[customID(id)]
	summary := strings.Join(strings.Fields(r.Message), " ")
	doc := "# custom/" + id + "\n\n"
	if help := strings.TrimSpace(r.Help); help != "" {
		doc += help + "\n\n"
	}
	doc += "A rule of this repository's own. It looks at each " + string(r.Scope) + " and reports where this holds:\n\n```\n" + strings.TrimSpace(r.When) + "\n```\n"
	return lint.Kind{Summary: summary, Severity: r.severity(), Doc: doc}
}

func runCustom(p *lint.Pass) {
	rules := *p.Options.(*customRules)
	if len(rules) == 0 || p.File.Workflow == nil && p.File.Action == nil {
		return
	}
	var asks policy.Asks
	for _, r := range rules {
		asks |= r.condition.Asks | r.message.Asks
	}
	labels := make([]string, len(p.Given.RunnerLabels))
	for i, label := range p.Given.RunnerLabels {
		labels[i] = string(label)
	}
	model := policy.NewModel(p.File, p.Flow, asks, labels)
	for _, id := range slices.Sorted(maps.Keys(rules)) {
		if p.Wants(string(id)) {
			evaluate(p, string(id), rules[id], model)
		}
	}
}

// evaluate asks a rule's condition of all there is of its scope. Where one cannot be answered the rest is not asked.
func evaluate(p *lint.Pass, id string, r *customRule, model *policy.Model) {
	run := policy.NewRun()
	for _, subject := range model.Subjects(r.Scope) {
		message := ""
		holds, err := run.Holds(r.condition, subject)
		if holds {
			message, err = run.Text(r.message, subject)
		}
		if err != nil {
			p.Problem(fmt.Sprintf("rule custom/%s cannot judge what stands in line %d: %v", id, subject.Line(), err))
			return
		}
		if holds {
			p.ReportKind(id, lint.Finding{Span: subject.Span(r.At), Severity: r.severity(), Message: message})
		}
	}
}
