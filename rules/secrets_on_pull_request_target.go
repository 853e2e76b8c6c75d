package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func secretsOnPullRequestTarget() *lint.Rule {
	return &lint.Rule{
		ID:       "secrets-on-pull-request-target",
		Summary:  "a secret in a job that pull_request_target starts for anybody's pull request",
		Severity: lint.High,
		Tags:     []string{"cwe-200", "cwe-862", "owasp-cicd-sec-4", "owasp-cicd-sec-6", "prevent", "leak-trigger", "limit-events", "matrix-public-ppe"},
		Run:      runSecretsOnPullRequestTarget,
	}
}

func runSecretsOnPullRequestTarget(p *lint.Pass) {
	if p.File.Workflow == nil {
		return
	}
	for _, t := range p.Flow.Triggers(p.File) {
		// What a caller hands to this workflow is reported where it is handed over.
		if t.Name == "pull_request_target" && len(t.Via) == 0 {
			c := targetCheck{Pass: p, trigger: t, seen: map[syntax.Span]int{}}
			for _, job := range p.File.Workflow.Jobs {
				c.job(job)
			}
			for _, f := range c.findings {
				p.Report(f)
			}
		}
	}
}

// targetCheck gathers the findings of one workflow.
type targetCheck struct {
	*lint.Pass
	trigger  flow.Trigger
	findings []lint.Finding
	seen     map[syntax.Span]int // index into findings: a secret of the workflow's env is the same one in every job

	// Of the job being checked.
	ran    *execution             // nil when it runs nothing of the pull request's
	fetch  bool                   // it may fetch the pull request's code
	reach  map[string]flow.Access // how far outsiders get to the secrets of the workflow it calls, by name; "" is any of them
	callee bool                   // reach is known
}

// execution is how a job comes to run what the pull request brings.
type execution struct {
	path          string // of the file with the job; "" for this one
	checkout, run syntax.Span
	program       string
}

func (c *targetCheck) job(job *syntax.Job) {
	type use struct {
		name     string
		severity lint.Severity
	}
	c.ran, c.fetch, c.reach, c.callee = c.execution(job), c.fetches(c.File, job, 0), nil, false
	if job.Uses != nil {
		if callee := c.Repo.Callee(job.Uses.Value); callee != nil && callee.Workflow != nil {
			c.reach, c.callee = c.handed(callee, job), true
		}
	}
	first := map[use]int{}
	for _, s := range c.Flow.JobSecrets(c.File, job) {
		if s.Token || (flow.HeldSecret{Secret: s.Secret}).Public() {
			continue
		}
		what := "the secret `" + s.Name + "`"
		if s.Name == "" {
			what = "every secret"
		}
		f, ok := c.finding(job, s, what)
		if !ok {
			continue
		}
		key, also := use{s.Name, f.Severity}, "it is also given here"
		if c.ran != nil {
			key, also = use{"", f.Severity}, what+" is within its reach, too" // one attack takes them all
		}
		if i, again := first[key]; again && (s.Name != "" || c.ran != nil) && c.findings[i].Span != f.Span {
			c.findings[i].Related = append(c.findings[i].Related, lint.Place{Span: f.Span, Message: also})
			continue
		}
		first[key] = c.add(f)
	}
	if job.Secrets != nil && job.Secrets.Inherit {
		all := flow.StepSecret{Secret: flow.Secret{Span: job.Secrets.Span}}
		if f, ok := c.finding(job, all, "every secret, through `secrets: inherit`,"); ok {
			c.add(f)
		}
	}
}

// add keeps a finding, or the worse of two at the same place, and returns its index.
func (c *targetCheck) add(f lint.Finding) int {
	i, seen := c.seen[f.Span]
	switch {
	case !seen:
		i = len(c.findings)
		c.seen[f.Span] = i
		c.findings = append(c.findings, f)
	case f.Severity > c.findings[i].Severity:
		c.findings[i] = f
	}
	return i
}

// finding judges one secret of a job; ok is false when no outsider gets to it.
func (c *targetCheck) finding(job *syntax.Job, s flow.StepSecret, what string) (f lint.Finding, ok bool) {
	access := c.Flow.OutsiderSecret(c.trigger, c.File, job, s)
	if access.Blocked {
		return f, false
	}
	if c.callee {
		if access, ok = c.mostOpen(handedAs(job, s.Span)); !ok {
			return f, false
		}
	}
	if access.Deliberate() && !c.fetch {
		return f, false // whoever starts it hands the secret to nobody
	}
	f = lint.Finding{Span: s.Span, Severity: lint.High, Way: &lint.Way{Events: []string{c.trigger.Name}, Job: job.ID.Value, Goal: strings.TrimSuffix(what, ",")}}
	start := lint.Place{Span: c.trigger.Event.Name.Span, Message: "anybody can start this by opening a pull request from a fork"}
	f.Related = []lint.Place{start}
	given := what + " is given to a job that pull_request_target starts"
	if access.Weak || len(access.Guards) > 0 {
		guard := access.Guards[0]
		f.Related = append(f.Related, lint.Place{Path: guard.File.Path, Span: guard.Span, Message: "the guard: " + guard.Kind.String()})
	}
	switch {
	case access.Weak:
		f.Severity = lint.Low
		if access.Guards[0].Kind == flow.Mark {
			f.Severity = lint.Medium
		}
		f.Message = fmt.Sprintf("%s; its only guard is the %s, which %s; demand the same repository or move the secret behind an environment with reviewers",
			given, access.Guards[0].Kind, weakness(access.Guards[0].Kind))
	case len(access.Guards) > 0:
		f.Severity = lint.Medium
		f.Message = given + " for anybody's pull request; its environment helps only if it requires a reviewer"
	default:
		f.Message = given + " for anybody's pull request; use pull_request without secrets, demand the same repository, or move it behind an environment with reviewers"
	}
	c.executed(&f, access, start, what)
	return f, true
}

// handed says how far outsiders get to the secrets of a called workflow of this repository: to the most open of the places that use
// each. Blocked ones are left out.
func (c *targetCheck) handed(callee *syntax.File, call *syntax.Job) map[string]flow.Access {
	out := map[string]flow.Access{}
	for _, t := range c.Flow.Triggers(callee) {
		if t.Name != c.trigger.Name || len(t.Via) == 0 || t.Via[0].Job != call {
			continue
		}
		for _, job := range callee.Workflow.Jobs {
			consider := func(name string, s flow.StepSecret) {
				a := c.Flow.OutsiderSecret(t, callee, job, s)
				if worst, ok := out[name]; !a.Blocked && (!ok || openness(a) > openness(worst)) {
					out[name] = a
				}
			}
			for _, s := range c.Flow.JobSecrets(callee, job) {
				if !s.Token {
					consider(s.Name, s)
				}
			}
			if job.Secrets != nil && job.Secrets.Inherit {
				consider("", flow.StepSecret{})
			}
		}
	}
	return out
}

// mostOpen picks the most open access to one of the names, nil for any; what reads all secrets reads them too.
func (c *targetCheck) mostOpen(names []string) (worst flow.Access, ok bool) {
	for _, name := range slices.Sorted(maps.Keys(c.reach)) {
		if a := c.reach[name]; (names == nil || name == "" || slices.Contains(names, name)) && (!ok || openness(a) > openness(worst)) {
			worst, ok = a, true
		}
	}
	return worst, ok
}

// handedAs lists the names, in capitals, under which the called workflow gets a secret; nil stands for all.
func handedAs(call *syntax.Job, at syntax.Span) []string {
	if call.Secrets == nil || call.Secrets.Map == nil {
		return nil
	}
	names := []string{}
	for _, e := range call.Secrets.Map.Entries {
		if e.Value != nil && e.Value.Start <= at.Start && at.End <= e.Value.End {
			names = append(names, strings.ToUpper(e.Name.Value))
		}
	}
	return names
}

// openness ranks how little an access is guarded.
func openness(a flow.Access) int {
	switch {
	case a.Deliberate():
		return 0
	case a.Weak && a.Guards[0].Kind != flow.Mark:
		return 1
	case len(a.Guards) > 0:
		return 2
	}
	return 3
}

// weakness says why a guard is not enough.
func weakness(k flow.GuardKind) string {
	switch k {
	case flow.Bot:
		return "a stranger may meet by having the bot act on their pull request"
	case flow.Substring:
		return "a part of a listed name meets"
	case flow.Script:
		return "is not judged here"
	case flow.Mark:
		return "still holds when the author pushes more"
	}
	return "says nothing of what is pushed later"
}

// maxCalls is how deep called workflows are followed.
const maxCalls = 4

// fetches reports that a job checks out the pull request's code, or calls a workflow that does or that is not known.
func (c *targetCheck) fetches(file *syntax.File, job *syntax.Job, depth int) bool {
	if job.Uses == nil {
		_, ok := c.Flow.UntrustedCheckout(file, job)
		return ok
	}
	callee := c.Repo.Callee(job.Uses.Value)
	if callee == nil || callee.Workflow == nil || depth >= maxCalls {
		return true
	}
	return slices.ContainsFunc(callee.Workflow.Jobs, func(j *syntax.Job) bool { return c.fetches(callee, j, depth+1) })
}

// execution finds what a job that the trigger starts runs of the pull request's code, or a job of the workflow of this repository that it calls.
func (c *targetCheck) execution(job *syntax.Job) *execution {
	if job.Uses == nil {
		return c.executionIn(c.trigger, c.File, job)
	}
	callee := c.Repo.Callee(job.Uses.Value)
	if callee == nil || callee.Workflow == nil {
		return nil
	}
	for _, t := range c.Flow.Triggers(callee) {
		if t.Name != c.trigger.Name || len(t.Via) == 0 || t.Via[0].Job != job {
			continue
		}
		for _, inner := range callee.Workflow.Jobs {
			if e := c.executionIn(t, callee, inner); e != nil {
				return e
			}
		}
	}
	return nil
}

func (c *targetCheck) executionIn(t flow.Trigger, file *syntax.File, job *syntax.Job) *execution {
	for _, checkout := range c.Flow.Checkouts(file, job) {
		if checkout.Refuses || checkout.Branch || !checkout.HeadUnder(t.Name) || c.Flow.Outsider(t, file, job, checkout.Step).Blocked {
			continue
		}
		for e := range c.Flow.Executions(file, job, checkout) {
			if !c.Flow.Outsider(t, file, job, e.Step).Blocked {
				return &execution{otherPath(c.File, file), checkout.Span, e.Span, e.Program}
			}
		}
	}
	return nil
}

// executed makes the finding critical when the job also runs what the pull request brings.
func (c *targetCheck) executed(f *lint.Finding, access flow.Access, start lint.Place, what string) {
	if c.ran == nil {
		return
	}
	switch f.Severity {
	case lint.High:
		f.Severity = lint.Critical
	case lint.Medium:
		if access.Weak {
			f.Severity = lint.High // the mark does not keep what is pushed later from being run
		}
	}
	f.Message += fmt.Sprintf("; the job runs `%s` on the pull request's code, which can read it", c.ran.program)
	f.Related = f.Related[1:]
	f.Trace = []lint.Place{
		start,
		{Path: c.ran.path, Span: c.ran.checkout, Message: "the pull request's code is checked out"},
		{Path: c.ran.path, Span: c.ran.run, Message: fmt.Sprintf("`%s` executes it", c.ran.program)},
		{Span: f.Span, Message: what + " is within its reach"},
	}
}
