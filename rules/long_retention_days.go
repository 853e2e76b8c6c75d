package rules

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

type retentionOptions struct {
	MaxDays int `yaml:"max-days"`
}

func longRetentionDays() *lint.Rule {
	return &lint.Rule{
		ID:         "long-retention-days",
		Summary:    "an artifact that is kept longer than it is of use, and with it whatever leaked into it",
		Severity:   lint.Low,
		Tags:       []string{"cwe-921", "owasp-cicd-sec-6", "limit", "leak-log", "prevent-retention"},
		NewOptions: func() any { return &retentionOptions{MaxDays: 30} },
		Run:        runLongRetentionDays,
	}
}

// platformMax is what a public repository may keep at most, in days; more is possible in private ones only.
const platformMax = 90

// retentionInputs are the spellings of the input, here and in actions and workflows that pass it on.
var retentionInputs = [...]string{"retention-days", "retention_days", "artifact-retention-days"}

func runLongRetentionDays(p *lint.Pass) {
	limit := p.Options.(*retentionOptions).MaxDays
	for job, step := range p.File.Steps() {
		if step.Uses != nil && !checkRetention(p, job, step, step.With, limit) && p.Strict && uploadsArtifact(step.Uses.Value) {
			p.Report(lint.Finding{
				Span:    step.Uses.Span,
				Strict:  true,
				Message: fmt.Sprintf("the artifact is kept for as long as the repository's default says, up to %d days; set `retention-days` to what its readers need, at most %d", platformMax, limit),
				Fixes:   addRetention(p.File, step, limit),
			})
		}
	}
	if p.File.Workflow != nil {
		for _, job := range p.File.Workflow.Jobs {
			if job.Uses != nil {
				checkRetention(p, job, nil, job.With, limit)
			}
		}
	}
}

// checkRetention reports the input that is too long, and tells whether there is one that sets anything. step is nil for the call
// of a workflow.
func checkRetention(p *lint.Pass, job *syntax.Job, step *syntax.Step, with *syntax.Map, limit int) bool {
	for _, name := range retentionInputs {
		s := with.Get(name)
		if s == nil || strings.TrimSpace(s.Value) == "" {
			continue
		}
		days, confidence := longest(p, job, step, s)
		if days == 0 && confidence == lint.Sure {
			return false // 0 asks for the repository's default
		}
		if days > limit {
			f := retentionFinding(p.File, s, days, limit, confidence)
			f.Message = retentionMessage(step, s, days, limit)
			p.Report(f)
		}
		return true
	}
	return false
}

func retentionFinding(file *syntax.File, s *syntax.Str, days, limit int, confidence lint.Confidence) lint.Finding {
	f := lint.Finding{Span: s.Span, Severity: lint.Low, Confidence: confidence}
	if days > platformMax {
		f.Severity = lint.Medium
	}
	if len(s.Fences) == 0 {
		f.Fixes = []lint.Fix{{Title: fmt.Sprintf("keep it for %d days", limit), Safety: lint.Unsafe, Edits: file.ReplaceScalar(s, strconv.Itoa(limit))}}
	}
	return f
}

func retentionMessage(step *syntax.Step, s *syntax.Str, days, limit int) string {
	kept := fmt.Sprintf("is kept for %d days, longer than %d", days, limit)
	if len(s.Fences) > 0 {
		kept = fmt.Sprintf("is kept for up to %d days, longer than %d", days, limit)
	}
	const advice = "; lower it to what its readers need"
	if step == nil || !uploadsArtifact(step.Uses.Value) { // where it is kept, and who reads there, is not known
		return "what is uploaded here " + kept + ", and so is what leaked into it" + advice
	}
	what := "the artifact"
	if name := step.With.Get("name"); name != nil && name.Value != "" && len(name.Fences) == 0 {
		what += " `" + name.Value + "`"
	}
	return what + " " + kept + ", and whoever can read the repository can read as long what leaked into it" + advice
}

// longest returns the most days that a value can stand for; 0 and lint.Unsure when it cannot be told.
func longest(p *lint.Pass, job *syntax.Job, step *syntax.Step, s *syntax.Str) (int, lint.Confidence) {
	if len(s.Fences) == 0 {
		if s.Tag == syntax.TagInt || s.Tag == syntax.TagFloat { // 0x5A and 9e1 reach the action as 90
			if n := expr.ToNumber(expr.Value{Kind: expr.String, String: s.Value}); math.Abs(n) < 1e6 {
				return int(n), lint.Sure
			}
		}
		if n, ok := leadingNumber(s.Value); ok {
			return n, lint.Sure
		}
		return 0, lint.Unsure
	}
	if len(s.Fences) > 1 || strings.TrimSpace(s.Value) != s.Value[s.Fences[0].Start:s.Fences[0].End] {
		return 0, lint.Unsure
	}
	most := 0
	for _, v := range flow.Possible(p.File, job, step, s.Fences[0].X) {
		if n := expr.ToNumber(v); n > float64(most) && n < 1e6 {
			most = int(n)
		}
	}
	if most == 0 {
		return 0, lint.Unsure
	}
	return most, lint.Likely
}

// leadingNumber reads the number that a text begins with, as the action does.
func leadingNumber(s string) (int, bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "+")
	n, err := strconv.ParseInt(s[:len(s)-len(strings.TrimLeft(s, "0123456789"))], 10, 32)
	return int(n), err == nil
}

func uploadsArtifact(uses string) bool {
	name, _, _ := strings.Cut(strings.ToLower(uses), "@")
	return name == "actions/upload-artifact" || name == "actions/upload-artifact/merge"
}

func addRetention(file *syntax.File, step *syntax.Step, limit int) []lint.Fix {
	days := strconv.Itoa(limit)
	edits, ok := file.InsertKey(step.Node, "uses", "with", []string{"retention-days: " + days})
	if zero := step.With.Get(retentionInputs[0]); zero != nil {
		edits, ok = file.ReplaceScalar(zero, days), len(zero.Fences) == 0
	} else if step.With != nil {
		edits, ok = file.InsertKey(step.With.Node, "", "retention-days", []string{days})
	}
	if !ok {
		return nil
	}
	return []lint.Fix{{Title: fmt.Sprintf("keep it for %d days", limit), Safety: lint.Unsafe, Edits: edits}}
}
