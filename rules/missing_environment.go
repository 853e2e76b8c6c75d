package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func missingEnvironment() *lint.Rule {
	return &lint.Rule{
		ID:       "missing-environment",
		Summary:  "a job that deploys or publishes without an environment, so that nobody approves it and its secrets are everybody's",
		Severity: lint.High,
		Tags:     []string{"cwe-862", "owasp-cicd-sec-1", "owasp-cicd-sec-5", "limit", "prevent-approval", "limit-environment", "matrix-direct-ppe", "matrix-registry-injection", "matrix-deployment", "matrix-deletion", "matrix-production-data"},
		Run:      runMissingEnvironment,
	}
}

func runMissingEnvironment(p *lint.Pass) {
	if p.File.Workflow == nil {
		return
	}
	d := p.Flow.Deploying(p.File)
	for _, job := range p.File.Workflow.Jobs {
		// A called workflow is judged where its jobs stand.
		if job.Uses == nil && !flow.HasEnvironment(job) && !flow.Never(job.If) {
			if f, ok := withoutEnvironment(p, d, job); ok {
				p.Report(f)
			}
		}
	}
}

// gate is what decides how bad it is that a job has no environment.
type gate struct {
	job   *syntax.Job
	named bool // its id says that it deploys, or its name where a script or target does as well
	test  bool // it is there to test
	deed  flow.Deployment
	found bool
	held  flow.Credential
	write bool // the token may change something in the repository
}

// withoutEnvironment judges a job that has no environment.
func withoutEnvironment(p *lint.Pass, d *flow.Deploying, job *syntax.Job) (f lint.Finding, ok bool) {
	g := gate{job: job, named: catalog.DeployName(job.ID.Value), test: flow.Tests(p.File, job)}
	all := d.Deployments(job)
	g.deed, g.found = strongest(d, all)
	byName := !g.found || g.deed.Strength == catalog.Named
	if !g.found && (len(all) > 0 || !g.named || d.HandsOver(job)) || byName && d.Rehearses(job) {
		return f, false // drafts, rehearsals and Pages' own action need no gate, nor what deploys nothing itself
	}
	if n := job.Name; g.found && n != nil && len(n.Fences) == 0 {
		g.named = g.named || catalog.DeployName(n.Value)
	}
	g.held = d.Credential(job, g.deed.Step)
	g.write = flow.Token(p.File, job).WritesAny() == expr.True
	severity, confidence := g.grade()
	if severity == 0 {
		return f, false
	}
	approval, approved := d.ApprovedBefore(job)
	if approved {
		if severity < lint.High {
			return f, false
		}
		severity = lint.Medium // the secret is still open to every workflow
	}
	f = g.finding(severity, confidence, approval)
	if g.held.Opens() {
		f.Way = way(p, job, g.held.Text)
	}
	return f, true
}

// strongest picks the deployment to name, and passes over those that need no gate: drafts of releases, files for such drafts,
// and Pages' own action, which GitHub refuses to run without an environment.
func strongest(in *flow.Deploying, ds []flow.Deployment) (best flow.Deployment, found bool) {
	for _, d := range ds {
		if d.Draft || d.Upload && in.DraftsOnly() || strings.EqualFold(d.What, "actions/deploy-pages") {
			continue
		}
		if !found || best.Review && !d.Review || best.Review == d.Review && d.Strength > best.Strength {
			best, found = d, true
		}
	}
	return best, found
}

// grade returns how bad it is, 0 for not worth a word.
func (g *gate) grade() (lint.Severity, lint.Confidence) {
	opens := g.held.Opens()
	byName := !g.found || g.deed.Strength == catalog.Named
	switch {
	case g.test && (byName || g.deed.Review || g.deed.Strength == catalog.Likely):
		return 0, 0 // what a test sets up, a reviewer of each run would only hold up
	case (g.test || g.deed.Review) && !opens, g.deed.Review && byName && !g.named:
		return 0, 0
	case g.test || g.deed.Review && g.deed.Strength == catalog.Likely:
		return lint.Low, lint.Unsure
	case g.deed.Review:
		return lint.Medium, lint.Likely
	case byName && !opens && !(g.named && g.found && g.write):
		return 0, 0 // there is nothing to gate
	case g.found && byName && !g.named && g.held.Use < catalog.TargetSecret && strings.HasSuffix(g.deed.What, " release"):
		return 0, 0 // make release more often builds than releases
	case !g.found, byName && !opens, byName && !g.named:
		return lint.Low, lint.Unsure
	case opens && !byName && (g.named || g.deed.Strength == catalog.Certain):
		return lint.High, lint.Sure
	case opens:
		return lint.High, lint.Likely
	case g.deed.Kind == catalog.Pages:
		return lint.Low, lint.Likely
	case g.deed.Open:
		return lint.Medium, lint.Likely
	case g.deed.Strength == catalog.Likely && g.deed.Kind == catalog.Deploys:
		// ssh, rsync or ansible without a credential reach nothing outside, but the runner may have one.
		if !flow.OwnRunner(g.job) {
			return 0, 0
		}
		return lint.Medium, lint.Likely
	case g.deed.Strength == catalog.Likely:
		return lint.Low, lint.Likely
	}
	return lint.Medium, lint.Sure
}

func (g *gate) finding(s lint.Severity, c lint.Confidence, approval flow.Approved) lint.Finding {
	f := lint.Finding{Span: g.job.ID.Span, Severity: s, Confidence: c}
	what := fmt.Sprintf("the job `%s` by its name %s", g.job.ID.Value, verb(catalog.KindName(g.job.ID.Value)))
	if g.found {
		what = fmt.Sprintf("the job `%s` %s with `%s`", g.job.ID.Value, g.does(), g.deed.What)
		if g.deed.In != "" {
			what += fmt.Sprintf(" in `%s`", g.deed.In)
		}
		if g.deed.Review {
			what += " for pull requests"
		}
		f.Related = append(f.Related, lint.Place{Span: g.deed.Span, Message: "this " + g.does()})
	}
	if g.held.Opens() {
		what += " and holds " + g.held.Text
		f.Related = append(f.Related, lint.Place{Span: g.held.Span, Message: g.held.Text})
	}
	f.Message = what + " but has no environment; name one, and require a reviewer and the branches it accepts in its settings"
	if approval.Job != nil {
		f.Related = append(f.Related, lint.Place{Path: approval.File.Path, Span: approval.Job.Environment.Key, Message: "this environment asks for approval, but does not keep the secret"})
		f.Message = fmt.Sprintf("%s outside an environment, where the approval of the job `%s` does not protect it; name the environment here, too, and keep the secret in it",
			what, approval.Job.ID.Value)
	}
	return f
}

// does says what the deployment is.
func (g *gate) does() string {
	for _, end := range [...]string{"destroy", " delete", ":delete", " remove", " dismiss", " delete-stack"} {
		if strings.HasSuffix(g.deed.What, end) {
			return "tears down"
		}
	}
	return verb(g.deed.Kind)
}

func verb(k catalog.Kind) string {
	switch k {
	case catalog.Publishes:
		return "publishes"
	case catalog.Releases:
		return "releases"
	}
	return "deploys"
}
