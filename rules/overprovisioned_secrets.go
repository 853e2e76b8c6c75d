package rules

import (
	"fmt"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func overprovisionedSecrets() *lint.Rule {
	return &lint.Rule{
		ID:       "overprovisioned-secrets",
		Summary:  "an expression that gets every secret at once, or one whose name only the run knows",
		Severity: lint.High,
		Aliases:  []string{"zizmor:overprovisioned-secrets", "codeql:actions/excessive-secrets-exposure", "poutine:job_all_secrets"},
		Tags:     []string{"cwe-272", "owasp-cicd-sec-6", "limit", "leak-trigger", "limit-repository-secrets", "matrix-ci-credentials"},
		Run:      runOverprovisionedSecrets,
	}
}

func runOverprovisionedSecrets(p *lint.Pass) {
	if p.File.Workflow == nil || !p.Survey().NamesSecrets() || !p.Flow.AllSecrets(p.File) {
		return
	}
	for s, fence := range p.File.Exprs() {
		if fence.X == nil || len(fence.Errs) > 0 || !flow.HasAllSecrets(fence.X) {
			continue
		}
		c := secretAccesses{Pass: p, in: s}
		c.visit(fence.X, nil)
	}
}

// secretAccesses looks through one expression.
type secretAccesses struct {
	*lint.Pass
	in *syntax.Str
}

// visit goes through n; call is the function of which it is an argument.
func (c *secretAccesses) visit(n expr.Node, call *expr.Call) {
	switch n := n.(type) {
	case *expr.Group:
		c.visit(n.X, call)
	case *expr.Name:
		if strings.EqualFold(n.Name, "secrets") {
			c.whole(n, call)
		}
	case *expr.Star:
		if isSecrets(n.Of) {
			c.whole(n, call)
			return
		}
		c.visit(n.Of, nil)
	case *expr.Property:
		if !isSecrets(n.Of) {
			c.visit(n.Of, nil)
		}
	case *expr.Index:
		if isSecrets(n.Of) {
			if _, constant := expr.Fold(n.Index); !constant {
				c.computed(n)
			}
		} else {
			c.visit(n.Of, nil)
		}
		c.visit(n.Index, nil)
	case *expr.Call:
		for _, arg := range n.Args {
			c.visit(arg, n)
		}
	case *expr.Not:
		c.visit(n.X, nil)
	case *expr.Binary:
		c.visit(n.X, nil)
		c.visit(n.Y, nil)
	}
}

func isSecrets(n expr.Node) bool {
	path, ok := expr.Path(n)
	return ok && path == "secrets"
}

// whole reports an expression that gets every secret.
func (c *secretAccesses) whole(n expr.Node, call *expr.Call) {
	at := n.Range()
	if call != nil {
		at = call.Range()
	}
	span := c.File.ValueSpan(c.in, at)
	job := jobAt(c.File, span)
	f := lint.Finding{Span: span, Way: way(c.Pass, job, "every secret")}
	if onlyCalled(c.File.Workflow) {
		f.Severity = lint.Medium
		f.Message = fmt.Sprintf("`%s` gets every secret that a caller hands over, all of them with `secrets: inherit`; name those that are needed", shorten(c.in.Value[at.Start:at.End]))
	} else {
		f.Message = fmt.Sprintf("`%s` gets every secret of the repository and those that its owner shares with it, also the ones that are added later; name those that are needed", shorten(c.in.Value[at.Start:at.End]))
	}
	c.Report(f)
}

// computed reports a secret whose name is computed. The runner gets all of them, as nobody can tell before which it will be.
func (c *secretAccesses) computed(n *expr.Index) {
	span := c.File.ValueSpan(c.in, n.Span)
	job := jobAt(c.File, span)
	f := lint.Finding{Span: span, Severity: lint.Medium, Way: way(c.Pass, job, "every secret")}
	f.Message = fmt.Sprintf("which secret `%s` is only the run knows, so that the job gets all of them; %s", shorten(c.in.Value[n.Start:n.End]), c.instead(job, n.Index))
	c.Report(f)
}

// instead says what to write: the secrets that the name may be, where the file tells.
func (c *secretAccesses) instead(job *syntax.Job, index expr.Node) string {
	var names []string
	if job != nil {
		for _, v := range flow.Possible(c.File, job, stepAt(job, c.in.Span), index) {
			if name := "`secrets." + v.Text() + "`"; v.Text() != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 || len(names) > 6 {
		return "choose among named ones, as in `inputs.stage == 'a' && secrets.A || secrets.B`, or let an environment hold it by one name"
	}
	return "choose among " + strings.Join(names, ", ") + ", or let an environment hold it by one name"
}

func stepAt(job *syntax.Job, at syntax.Span) *syntax.Step {
	for step := range job.Flat() {
		if step.Contains(at) {
			return step
		}
	}
	return nil
}

// jobAt returns the job in which a place stands, nil outside jobs.
func jobAt(file *syntax.File, at syntax.Span) *syntax.Job {
	if file.Workflow == nil {
		return nil
	}
	for _, job := range file.Workflow.Jobs {
		if job.Node != nil && job.ID.Start <= at.Start && at.End <= job.Node.End {
			return job
		}
	}
	return nil
}
