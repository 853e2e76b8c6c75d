package rules

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

func unresolvedUses() *lint.Rule {
	return &lint.Rule{
		ID:       "unresolved-uses",
		Summary:  "a call of a local action or reusable workflow that is not there, or that has other inputs, secrets or outputs",
		Severity: lint.High,
		Alike:    true,
		Tags:     []string{"cwe-628", "prevent", "detect-mistakes"},
		Run:      runUnresolvedUses,
	}
}

func runUnresolvedUses(p *lint.Pass) {
	c := &localCalls{Pass: p}
	for job, step := range p.File.Steps() {
		if step.Uses != nil && len(step.Uses.Fences) == 0 {
			c.step(job, step)
		}
	}
	if p.File.Workflow != nil {
		for _, job := range p.File.Workflow.Jobs {
			if job.Uses != nil && len(job.Uses.Fences) == 0 && !said(p.File, job.Uses.Span) {
				c.job(job)
			}
		}
	}
	if p.Survey().Local {
		c.outputs()
		c.circles()
	}
	c.flush()
}

// localCalls looks at what one file calls.
type localCalls struct {
	*lint.Pass
	found    []lint.Finding
	followed int                          // calls, in search of circles
	graph    map[*syntax.File][]localCall // as far as it was asked for
}

// add keeps a finding; what is said of one place becomes one.
func (c *localCalls) add(f lint.Finding) {
	f.Severity = cmp.Or(f.Severity, c.Rule.Severity)
	for i := range c.found {
		if old := &c.found[i]; old.Span == f.Span {
			old.Severity = max(old.Severity, f.Severity)
			old.Message += "; besides, " + f.Message
			old.Related = append(old.Related, f.Related...)
			return
		}
	}
	c.found = append(c.found, f)
}

func (c *localCalls) flush() {
	for _, f := range c.found {
		c.Report(f)
	}
}

func (c *localCalls) step(job *syntax.Job, step *syntax.Step) {
	uses := step.Uses.Value
	if isWorkflowPath(uses) {
		c.add(lint.Finding{Span: step.Uses.Span, Message: fmt.Sprintf("%s is a reusable workflow, which no step can call; give it a job of its own with `uses`", named(uses))})
		return
	}
	local, ok := c.Flow.Local(c.File, job, step)
	if !ok {
		return
	}
	callee := c.Repo.Callee("./" + local.Path)
	if local.Empty() {
		c.add(lint.Finding{Span: step.Uses.Span, Message: fmt.Sprintf("nothing has checked the repository out when %s is used, so the runner does not find it; put a step with actions/checkout before it, or write `$/%s`",
			named(uses), local.Path)})
	}
	switch {
	case callee == nil || callee.Action == nil:
		c.missingAction(step.Uses, local)
	case callee.Path == local.Path:
		c.add(lint.Finding{Span: step.Uses.Span, Message: fmt.Sprintf("%s is a file, but an action is called by its folder; write `%s`", named(uses), path.Dir(uses))})
	default:
		c.withAction(step, callee)
		c.files(job, step, callee)
	}
}

func (c *localCalls) job(job *syntax.Job) {
	local, ok := repo.LocalPath(job.Uses.Value)
	if !ok {
		return
	}
	callee := c.Repo.Callee(job.Uses.Value)
	switch {
	case callee == nil:
		c.missingWorkflow(job.Uses, local)
	case callee.Workflow != nil:
		c.withWorkflow(job, callee)
	}
}

// isWorkflowPath reports a call of a file of .github/workflows, here or elsewhere.
func isWorkflowPath(uses string) bool {
	name, _, _ := strings.Cut(uses, "@")
	dir, file := path.Split(name)
	return strings.HasSuffix(dir, "/"+repo.WorkflowDir+"/") && (strings.HasSuffix(file, ".yml") || strings.HasSuffix(file, ".yaml"))
}

// said reports whether rule syntax reports something that overlaps span.
func said(file *syntax.File, span syntax.Span) bool {
	overlaps := func(e syntax.Error) bool { return e.Start < span.End && span.Start < e.End }
	return slices.ContainsFunc(file.Errs, overlaps) || slices.ContainsFunc(file.Ignored, overlaps)
}

// named is text of a file as a message shows it.
func named(text string) string {
	const most = 100
	text = oneLine(text)
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return "`" + text + "`"
}
