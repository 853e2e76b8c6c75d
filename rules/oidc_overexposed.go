package rules

import (
	"fmt"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func oidcOverexposed() *lint.Rule {
	return &lint.Rule{
		ID:       "oidc-overexposed",
		Summary:  "an identity token within reach of code that has no business with it",
		Severity: lint.Medium,
		Tags:     []string{"cwe-250", "cwe-829", "owasp-cicd-sec-2", "owasp-cicd-sec-4", "limit", "limit-oidc", "matrix-metadata"},
		Run:      runOIDCOverexposed,
	}
}

func runOIDCOverexposed(p *lint.Pass) {
	if p.File.Workflow == nil {
		return
	}
	var heirs []*syntax.Job
	for _, job := range p.File.Workflow.Jobs {
		switch grant := flow.Token(p.File, job); {
		case flow.Never(job.If) || grant.Block == nil || grant.Block.All != nil || grant.Writes("id-token") != expr.True:
		case grant.OfJob:
			if x, ok := exposed(p, job); ok {
				f := x.finding(grant.Scope("id-token").Name.Span)
				if x.needs == expr.False {
					f.Fixes = dropIdentity(p, job, grant)
				}
				p.Report(f)
			}
		default:
			heirs = append(heirs, job)
		}
	}
	if len(heirs) > 0 {
		checkShared(p, heirs)
	}
}

// dropIdentity takes the scope from the block of a job.
func dropIdentity(p *lint.Pass, job *syntax.Job, grant flow.Grant) []lint.Fix {
	c := newExcess(p)
	return c.dropFix(grant.Block, c.sharing(grant.Block), []loss{{Scope: *grant.Scope("id-token")}})
}

// identityTold reports that the rule speaks of the scope that a workflow gives to jobs without permissions of their own.
func identityTold(p *lint.Pass, heirs []*syntax.Job) bool {
	live, idle := 0, false
	for _, job := range heirs {
		if !flow.Never(job.If) {
			live++
			idle = idle || p.Flow.NeedsIdentity(p.File, job) == expr.False
		}
	}
	return idle && live > 1
}

// checkShared judges a scope that all jobs without permissions of their own get.
func checkShared(p *lint.Pass, heirs []*syntax.Job) {
	scope := flow.Token(p.File, heirs[0]).Scope("id-token")
	var idle, users []*syntax.Job
	var proposed exposure // of a job that would not need it, if there is one
	for _, job := range heirs {
		x, ok := exposed(p, job)
		switch {
		case p.Flow.NeedsIdentity(p.File, job) == expr.False:
			idle = append(idle, job)
			if ok && x.reason != "" && (proposed.job == nil || x.executes && !proposed.executes) {
				proposed = x
			}
		default:
			users = append(users, job)
			if ok {
				p.Report(x.finding(anchor(job, heirs, scope)))
			}
		}
	}
	switch {
	case len(idle) == 0:
	case len(heirs) > 1:
		reportIdle(p, heirs, users, idle, proposed)
	case proposed.job != nil:
		p.Report(proposed.finding(scope.Name.Span))
	}
}

// anchor is where a finding about one job stands: at the scope when only that job gets it, else at the job.
func anchor(job *syntax.Job, heirs []*syntax.Job, scope *syntax.Scope) syntax.Span {
	if len(heirs) == 1 {
		return scope.Name.Span
	}
	return job.ID.Span
}

// reportIdle reports a scope of the workflow that some of its jobs have for nothing.
func reportIdle(p *lint.Pass, heirs, users, idle []*syntax.Job, proposed exposure) {
	grant := flow.Token(p.File, heirs[0])
	scope := grant.Scope("id-token")
	f := lint.Finding{Span: scope.Name.Span, Severity: lint.Medium}
	f.Message = fmt.Sprintf("`id-token: write` for the whole workflow lets every step of %d jobs ask for its identity, and %s not seen to need it", len(heirs), some(idle, "is", "are"))
	if proposed.job != nil {
		if proposed.executes {
			f.Severity = lint.High
		}
		f.Message += fmt.Sprintf("; `%s` runs for %s", proposed.job.ID.Value, proposed.reason)
	}
	f.Message += "; grant it in the jobs that log in"
	for _, job := range idle {
		f.Related = append(f.Related, lint.Place{Span: job.ID.Span, Message: "nothing in this job is seen to need it"})
	}
	f.Related = append(f.Related, proposed.places...)
	move := newExcess(p)
	f.Fixes = move.moveFix(grant.Block, []excessScope{{Scope: *scope, users: users, spare: idle}})
	p.Report(f)
}

// some names jobs with their verb: the job `a` is, the jobs `a` and 2 more are.
func some(jobs []*syntax.Job, is, are string) string {
	if len(jobs) == 1 {
		return fmt.Sprintf("the job `%s` %s", jobs[0].ID.Value, is)
	}
	return fmt.Sprintf("`%s` and %d more %s", jobs[0].ID.Value, len(jobs)-1, are)
}

// exposure is how code that has no business with it gets at the identity of a job.
type exposure struct {
	job      *syntax.Job
	severity lint.Severity
	strict   bool
	reason   string   // who starts it: pull requests …
	executes bool     // it runs code of theirs, or what anybody starts
	runs     string   // what it runs before the login
	login    string   // the first that asks for the identity, "" when none is seen to
	needs    expr.Tri // whether it asks for the identity at all
	places   []lint.Place
}

// exposed judges one job that may ask for an identity token.
func exposed(p *lint.Pass, job *syntax.Job) (exposure, bool) {
	x := exposure{job: job}
	if job.Uses != nil {
		return x, false // judged where its jobs stand
	}
	uses := p.Flow.Identities(p.File, job)
	x.needs = p.Flow.NeedsIdentity(p.File, job)
	if len(uses) > 0 {
		x.login = strings.Trim(uses[0].What.String(), "`")
		x.places = append(x.places, lint.Place{Span: uses[0].Span, Message: "this asks for the identity"})
	}
	if u, ok := p.Flow.RunsUntrusted(p.File, job); ok {
		x.reason, x.severity, x.executes = "pull requests of anybody, and `"+u.Program+"` executes their code", lint.High, true
		if u.Access.Weak || len(u.Access.Guards) > 0 {
			x.severity = lint.Medium
		}
		x.places = append(x.places, lint.Place{Span: u.Run, Message: "this executes the pull request's code"})
		return x, true
	}
	if x.onEvent(p) {
		return x, true
	}
	if len(uses) == 0 {
		return x, false
	}
	at, what, ok := p.Flow.ThirdPartyBefore(p.File, job, uses[0].Start)
	if !ok {
		return x, false
	}
	x.runs, x.severity = what, lint.Medium
	x.places = append(x.places, lint.Place{Span: at, Message: "this runs code that others wrote"})
	return x, true
}

// onEvent finds the pull requests and strangers that start the job.
func (x *exposure) onEvent(p *lint.Pass) bool {
	starts := p.Flow.Starts(p.File, x.job)
	for _, t := range p.Flow.Triggers(p.File) {
		info, _ := catalog.Event(t.Name)
		if t.Name == "pull_request" && slices.Contains(starts, t.Name) {
			x.reason, x.severity = "pull requests", lint.Medium
			x.places = append(x.places, eventPlace(t, "pull requests start the job"))
			at, program, runs := p.Flow.RunsProposal(p.File, x.job)
			if runs {
				x.reason += ", and `" + program + "` executes their code"
				x.places = append(x.places, lint.Place{Span: at, Message: "this executes the pull request's code"})
			}
			x.executes = runs
			x.strict = x.needs != expr.False && (!runs || x.job.Environment != nil) // an environment has rules of its own
			return true
		}
		if info.Class != catalog.Privileged || !p.Flow.StartedByOutsiders(t) {
			continue
		}
		if a := p.Flow.Outsider(t, p.File, x.job, nil); !a.Blocked && !a.Weak && len(a.Guards) == 0 {
			x.reason, x.severity, x.executes, x.strict = "anybody, by "+t.Name, lint.Medium, true, x.needs != expr.False
			x.places = append(x.places, eventPlace(t, "anybody can start the job"))
			return true
		}
	}
	return false
}

func eventPlace(t flow.Trigger, message string) lint.Place {
	return lint.Place{Path: t.File.Path, Span: t.Event.Name.Span, Message: message}
}

func (x exposure) finding(at syntax.Span) lint.Finding {
	who := fmt.Sprintf("the job `%s`", x.job.ID.Value)
	f := lint.Finding{Span: at, Severity: x.severity, Confidence: lint.Likely, Strict: x.strict, Related: x.places}
	switch {
	case x.runs != "":
		f.Same = "before"
		f.Message = fmt.Sprintf("%s runs `%s` before `%s` asks for the identity, and each package that it loads could ask for one, too; build in a job without `id-token: write`", who, x.runs, x.login)
	case x.needs == expr.False:
		f.Same = "idle"
		f.Message = fmt.Sprintf("%s may ask for an identity that nothing in it needs, and runs for %s; remove `id-token: write`", who, x.reason)
	case x.login == "":
		f.Same = "may"
		f.Message = fmt.Sprintf("%s may ask for an identity and runs for %s; do so in a job that does not, or see that its identity opens nothing that matters", who, x.reason)
	default:
		f.Same = "asks"
		f.Message = fmt.Sprintf("%s asks for an identity by `%s` and runs for %s; log in in a job that does not, or see that its identity opens nothing that matters", who, x.login, x.reason)
	}
	return f
}
