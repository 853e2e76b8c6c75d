package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func branchLifecycleSecrets() *lint.Rule {
	return &lint.Rule{
		ID:       "branch-lifecycle-secrets",
		Summary:  "secrets or rights for a workflow that making or deleting any branch starts",
		Severity: lint.High,
		Tags:     []string{"cwe-862", "cwe-200", "owasp-cicd-sec-1", "owasp-cicd-sec-6", "prevent", "limit-events", "detect-branches", "matrix-direct-ppe"},
		Run:      runBranchLifecycleSecrets,
	}
}

func runBranchLifecycleSecrets(p *lint.Pass) {
	if p.File.Workflow == nil || p.File.Workflow.On == nil {
		return
	}
	for _, e := range p.File.Workflow.On.Events {
		if e.Name.Value != "create" && e.Name.Value != "delete" {
			continue
		}
		c := lifecycle{Pass: p, trigger: flow.Trigger{Name: e.Name.Value, Event: e, File: p.File}}
		for _, job := range p.File.Workflow.Jobs {
			c.job(job)
		}
		if c.found {
			c.worst.Related = c.places
			p.Report(c.worst)
		}
	}
}

// lifecycle gathers what the jobs of a workflow hold when one of the events starts it.
type lifecycle struct {
	*lint.Pass
	trigger flow.Trigger
	worst   lint.Finding
	found   bool
	places  []lint.Place
}

func (c *lifecycle) job(job *syntax.Job) {
	guard := c.Flow.Lifecycle(c.trigger, c.File, job, nil)
	if guard == flow.TypedName {
		return
	}
	goal, at, severity := c.gain(job, guard)
	if severity == 0 {
		return
	}
	f := lint.Finding{Span: c.trigger.Event.Name.Span, Severity: severity}
	f.Way = &lint.Way{Events: []string{c.trigger.Name}, Job: job.ID.Value, Goal: goal}
	what := "makes, and the workflow is the one that lies there"
	if c.trigger.Name == "delete" {
		what = "deletes"
	}
	f.Message = fmt.Sprintf("`%s` starts the job `%s` with %s for every branch and tag that somebody with write access, or with a stolen token, %s; start it by `push` to named branches, or demand the type and the name of the ref in its condition",
		c.trigger.Name, job.ID.Value, goal, what)
	switch guard {
	case flow.RefName:
		f.Severity = min(f.Severity, lint.Medium)
		f.Message += "; the condition asks for a name, but not whether it is that of a branch or a tag"
	case flow.RefPrefix, flow.TypedPrefix:
		f.Severity, f.Strict = min(f.Severity, lint.Medium), guard == flow.TypedPrefix
		f.Message += "; the condition asks for a part of the name only, which whoever makes one chooses"
	}
	if guard == flow.AnyRef && asksScript(c.File, job) {
		f.Severity, f.Confidence = min(f.Severity, lint.Medium), lint.Likely
		f.Message += "; the condition rests on a script that looks at the ref, which is not judged here"
	}
	if flow.HasEnvironment(job) {
		f.Severity = min(f.Severity, lint.Medium)
		f.Message += "; its environment helps only if it asks for a reviewer"
	}
	c.places = append(c.places, lint.Place{Span: at, Message: fmt.Sprintf("the job `%s` gets %s here", job.ID.Value, goal)})
	if !c.found || c.worst.Strict && !f.Strict || c.worst.Strict == f.Strict && f.Severity > c.worst.Severity {
		c.worst, c.found = f, true
	}
}

// asksScript reports a condition on what an earlier job gives out that looks at the ref.
func asksScript(file *syntax.File, job *syntax.Job) bool {
	if job.If == nil || job.If.Cond.X == nil {
		return false
	}
	found := false
	expr.Walk(job.If.Cond.X, func(n expr.Node) bool {
		path, ok := expr.Path(n)
		if rest, needs := strings.CutPrefix(path, "needs."); needs {
			id, _, _ := strings.Cut(rest, ".")
			found = found || looksAtRef(file.Workflow.Job(id))
		}
		return !ok
	})
	return found
}

func looksAtRef(job *syntax.Job) bool {
	if job == nil {
		return false
	}
	for step := range job.Flat() {
		for _, s := range flow.StepStrs(step) {
			if strings.Contains(s.Value, "GITHUB_REF") || strings.Contains(s.Value, "github.ref") || strings.Contains(s.Value, "github.event.ref") {
				return true
			}
		}
	}
	return false
}

// gain says what there is in a job for whoever causes the event, and how bad that is; 0 for nothing.
func (c *lifecycle) gain(job *syntax.Job, guard flow.RefGuard) (goal string, at syntax.Span, severity lint.Severity) {
	for _, s := range c.Flow.JobSecrets(c.File, job) {
		if s.Token || (flow.HeldSecret{Secret: s.Secret}).Public() || s.Step != nil && c.Flow.Lifecycle(c.trigger, c.File, job, s.Step) > guard {
			continue
		}
		if s.Name == "" {
			return "every secret", s.Span, lint.High
		}
		return "the secret `" + s.Name + "`", s.Span, lint.High
	}
	if job.Secrets != nil && job.Secrets.Inherit {
		return "every secret", job.Secrets.Span, lint.High
	}
	grant := flow.Token(c.File, job)
	if grant.Block == nil {
		return "", at, 0 // which is the matter of missing-permissions
	}
	if grant.Block.All == nil && grant.Writes("id-token") == expr.True {
		return "an identity token", grant.Scope("id-token").Name.Span, lint.High
	}
	if grant.WritesAny() != expr.True {
		return "", at, 0
	}
	severity = lint.High
	if c.trigger.Name == "delete" {
		severity = lint.Medium // what runs is the default branch's
	}
	if grant.Block.All != nil {
		return "a token that may write to everything", grant.Block.All.Span, severity
	}
	for _, s := range grant.Block.Scopes {
		if s.Value.Value == "write" {
			return "a token with `" + s.Name.Value + ": write`", s.Name.Span, severity
		}
	}
	return "", at, 0
}
