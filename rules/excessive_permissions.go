package rules

import (
	"fmt"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func excessivePermissions() *lint.Rule {
	return &lint.Rule{
		ID:       "excessive-permissions",
		Summary:  "a GITHUB_TOKEN that may do more than the job that holds it needs",
		Severity: lint.High,
		Aliases:  []string{"zizmor:excessive-permissions"},
		Tags:     []string{"cwe-250", "cwe-269", "owasp-cicd-sec-2", "owasp-cicd-sec-5", "limit", "leak-trigger", "limit-permissions", "matrix-repository-change", "matrix-registry-image", "matrix-protected-push"},
		Run:      runExcessivePermissions,
	}
}

func runExcessivePermissions(p *lint.Pass) {
	w := p.File.Workflow
	if w == nil {
		return
	}
	c := newExcess(p)
	for _, job := range w.Jobs { // first, as an alias of theirs may stand for the block of the workflow
		if job.Permissions != nil {
			c.ownBlock(job)
		}
	}
	if w.Permissions != nil {
		c.workflowBlock(w.Permissions)
	}
}

// excess judges the permissions of one workflow.
type excess struct {
	*lint.Pass
	heirs  []*syntax.Job // without a block of their own, so that they get that of the workflow
	called bool          // the workflow runs only when another one calls it, whose token limits its own
	told   map[int]bool  // the starts of findings: jobs may share a block by an alias
}

func newExcess(p *lint.Pass) *excess {
	c := &excess{Pass: p, called: onlyCalled(p.File.Workflow), told: map[int]bool{}}
	for _, job := range p.File.Workflow.Jobs {
		if job.Permissions == nil {
			c.heirs = append(c.heirs, job)
		}
	}
	return c
}

func (c *excess) report(f lint.Finding) {
	if !c.told[f.Start] {
		c.told[f.Start] = true
		c.Report(f)
	}
}

// ownBlock judges the block of a job.
func (c *excess) ownBlock(job *syntax.Job) {
	block := job.Permissions
	if block.All != nil {
		c.all(block, []*syntax.Job{job}, fmt.Sprintf("the token of the job `%s`", job.ID.Value), c.called)
		return
	}
	jobs := c.sharing(block)
	by, found := c.outsider(jobs)
	if !found {
		return
	}
	for _, s := range block.Scopes {
		if s.Value.Value != "write" || !c.allSpare(jobs, s) || c.toldOf(job, s) {
			continue
		}
		f := lint.Finding{Span: s.Name.Span, Severity: exposedSeverity(s.Name.Value)}
		l := []loss{{s, c.anyReads(jobs, s)}}
		f.Message = fmt.Sprintf("nothing in the job `%s` needs `%s: write`, and anybody can start it by %s; %s", by.job.ID.Value, s.Name.Value, by.Name, advice(l))
		f.Same, f.Related, f.Way = "open", by.place(), by.way("`"+s.Name.Value+": write`")
		f.Fixes = c.dropFix(block, jobs, l)
		c.report(f)
	}
}

// toldOf reports the scope of a job of which oidc-overexposed speaks.
func (c *excess) toldOf(job *syntax.Job, s syntax.Scope) bool {
	if !isIdentity(s) {
		return false
	}
	x, told := exposed(c.Pass, job)
	return told && !x.strict
}

func isIdentity(s syntax.Scope) bool { return strings.EqualFold(s.Name.Value, "id-token") }

// sharing are the jobs that have this block, by an alias or themselves.
func (c *excess) sharing(block *syntax.Permissions) []*syntax.Job {
	var out []*syntax.Job
	for _, job := range c.File.Workflow.Jobs {
		if job.Permissions != nil && job.Permissions.Start == block.Start {
			out = append(out, job)
		}
	}
	return out
}

// uses tells how sure it is that a job uses a scope at the level that a block grants. Who uses a scope that is newer than this
// program cannot be told.
func (c *excess) uses(job *syntax.Job, s syntax.Scope) flow.Confidence {
	if !slices.Contains(catalog.ScopeNames(), strings.ToLower(s.Name.Value)) {
		return flow.Unknown
	}
	return c.Flow.Needs(c.File, job).Of(s.Name.Value, levelOf(s))
}

// levelOf is what a block grants of a scope.
func levelOf(s syntax.Scope) catalog.Level {
	if s.Value.Value == "write" {
		return catalog.Write
	}
	return catalog.Read
}

// spare reports that nothing in a job is seen to use a scope, or looks like it.
func (c *excess) spare(job *syntax.Job, s syntax.Scope) bool { return c.uses(job, s) < flow.Hinted }

func (c *excess) allSpare(jobs []*syntax.Job, s syntax.Scope) bool {
	return !slices.ContainsFunc(jobs, func(j *syntax.Job) bool { return !c.spare(j, s) })
}

// starter is an event by which somebody without rights starts a job with the rights of the repository.
type starter struct {
	flow.Trigger
	job *syntax.Job
}

func (c *excess) outsider(jobs []*syntax.Job) (starter, bool) {
	for _, t := range c.Flow.Triggers(c.File) {
		info, ok := catalog.Event(t.Name)
		if !ok || info.Class != catalog.Privileged || !c.Flow.StartedByOutsiders(t) {
			continue
		}
		for _, job := range jobs {
			if a := c.Flow.Outsider(t, c.File, job, nil); !a.Blocked && !a.Weak {
				return starter{t, job}, true
			}
		}
	}
	return starter{}, false
}

// exposed reports that somebody without rights starts one of the jobs with the rights of the repository.
func (c *excess) exposed(jobs []*syntax.Job) bool {
	_, open := c.outsider(jobs)
	return open
}

func (s starter) place() []lint.Place {
	return []lint.Place{{Path: s.File.Path, Span: s.Event.Name.Span, Message: "anybody can cause this event"}}
}

// way leads from the event to what the token may do.
func (s starter) way(scope string) *lint.Way {
	return &lint.Way{Events: []string{s.Name}, Job: s.job.ID.Value, Goal: "the token with " + scope}
}

// all judges read-all and write-all, which the jobs get.
func (c *excess) all(block *syntax.Permissions, jobs []*syntax.Job, whose string, strict bool) {
	f := lint.Finding{Span: block.All.Span, Strict: strict}
	switch block.All.Value {
	case "write-all":
		f.Message = "`write-all` lets " + whose + " write to everything"
		if by, ok := c.outsider(jobs); ok {
			f.Message += fmt.Sprintf(", and anybody can start the job `%s` by %s", by.job.ID.Value, by.Name)
			f.Related, f.Way = by.place(), by.way("`write-all`")
		}
	case "read-all":
		f.Severity = lint.Medium
		f.Strict = f.Strict || len(c.File.Workflow.Jobs) == 1 && !c.exposed(jobs)
		f.Message = "`read-all` lets " + whose + " read everything, security alerts and private packages included"
	default:
		return // an expression
	}
	f.Message += "; grant only what is needed"
	f.Fixes = c.narrowFix(block, jobs)
	c.report(f)
}

// workflowBlock judges the block of the workflow.
func (c *excess) workflowBlock(block *syntax.Permissions) {
	idle := len(c.heirs) == 0 // nobody gets it, but a job that is added would
	if block.All != nil {
		c.all(block, c.heirs, "the token of every job without its own permissions", c.called || idle)
		return
	}
	single := len(c.File.Workflow.Jobs) == 1
	var reported []excessScope
	for _, s := range block.Scopes {
		if s.Value.Value != "write" {
			continue
		}
		e := excessScope{Scope: s}
		for _, job := range c.heirs {
			switch {
			case !c.spare(job, s):
				e.users = append(e.users, job)
			case !flow.Never(job.If):
				e.spare = append(e.spare, job)
			}
		}
		e.by, e.open = c.outsider(e.spare)
		e.read = c.anyReads(e.spare, s)
		e.strict = !e.open && (c.called || single || len(e.spare) == 0)
		if len(e.spare) > 0 || len(c.heirs) < 2 || c.unsure(e) {
			reported = append(reported, e)
		}
	}
	for _, e := range reported {
		if isIdentity(e.Scope) && identityTold(c.Pass, c.heirs) {
			continue
		}
		f := c.finding(e)
		f.Fixes = c.moveFix(block, slices.DeleteFunc(slices.Clone(reported), func(o excessScope) bool { return o.strict && !e.strict }))
		c.report(f)
	}
}

// unsure reports that one of the jobs may do without the scope, as far as one can see.
func (c *excess) unsure(e excessScope) bool {
	return slices.ContainsFunc(e.users, func(j *syntax.Job) bool { return c.uses(j, e.Scope) < flow.Certain })
}

// excessScope is a write scope of the workflow's block.
type excessScope struct {
	syntax.Scope
	users, spare []*syntax.Job // of the jobs that get it: those that need it or may, and those that can do without
	by           starter
	open         bool // by is set: an outsider starts one of spare
	read         bool // one of spare reads what the scope gives access to
	strict       bool
}

func (c *excess) finding(e excessScope) lint.Finding {
	f := lint.Finding{Span: e.Name.Span, Severity: scopeSeverity(e.Name.Value), Strict: e.strict}
	scope := "`" + e.Name.Value + ": write`"
	switch {
	case e.open:
		f.Severity = exposedSeverity(e.Name.Value)
		f.Message = fmt.Sprintf("nothing in the job `%s` needs %s, and anybody can start it by %s; %s", e.by.job.ID.Value, scope, e.by.Name, e.advice())
		f.Related, f.Way = e.by.place(), e.by.way(scope)
	case len(c.heirs) == 0:
		f.Message = "no job gets " + scope + ", as all have their own permissions, but one that is added would; remove it"
	case len(e.spare) == 0 && len(c.heirs) == 1:
		f.Message = fmt.Sprintf("%s is granted to the whole workflow, so a job that is added gets it, too; grant it in the job `%s`", scope, c.heirs[0].ID.Value)
	case len(e.spare) == 0:
		f.Message = scope + " is granted to the whole workflow, though it is not certain that every job needs it; grant it in the jobs that do"
	default:
		f.Message = fmt.Sprintf("%s also goes to %s not need it; %s", scope, without(e.spare), e.advice())
		if len(e.users) == 0 {
			f.Message = fmt.Sprintf("%s goes to %s not need it, and nothing else gets it; %s", scope, without(e.spare), e.advice())
		}
	}
	f.Same = fmt.Sprint(e.open, e.advice(), jobNames(e.spare))
	for _, job := range e.spare {
		f.Related = append(f.Related, lint.Place{Span: job.ID.Span, Message: fmt.Sprintf("the job `%s` does not need it", job.ID.Value)})
	}
	return f
}

// advice says what to do with a scope that jobs have for nothing.
func (e *excessScope) advice() string {
	switch {
	case len(e.users) > 0:
		return "grant it in the jobs that do"
	case e.read:
		return "`read` is enough"
	}
	return "remove it"
}

// without names jobs and begins to say what they lack.
func without(jobs []*syntax.Job) string {
	switch len(jobs) {
	case 1:
		return fmt.Sprintf("the job `%s`, which does", jobs[0].ID.Value)
	case 2:
		return fmt.Sprintf("the jobs `%s` and `%s`, which do", jobs[0].ID.Value, jobs[1].ID.Value)
	}
	return fmt.Sprintf("the job `%s` and %d more, which do", jobs[0].ID.Value, len(jobs)-1)
}

// scopeSeverity is how bad it is to hold a write scope for nothing.
func scopeSeverity(scope string) lint.Severity {
	switch strings.ToLower(scope) {
	case "actions", "attestations", "contents", "deployments", "id-token", "issues", "packages", "pages", "pull-requests":
		return lint.High
	case "models", "statuses":
		return lint.Low
	}
	return lint.Medium
}

// exposedSeverity is how bad that is where anybody can start the job.
func exposedSeverity(scope string) lint.Severity { return min(scopeSeverity(scope)+1, lint.High) }
