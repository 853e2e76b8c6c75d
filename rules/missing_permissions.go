package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func missingPermissions() *lint.Rule {
	return &lint.Rule{
		ID:       "missing-permissions",
		Summary:  "a job whose GITHUB_TOKEN has whatever scopes the repository gives by default",
		Severity: lint.Medium,
		Aliases:  []string{"zizmor:excessive-permissions", "ghalint:job_permissions", "codeql:actions/missing-workflow-permissions"},
		Tags:     []string{"cwe-275", "cwe-732", "owasp-cicd-sec-2", "owasp-cicd-sec-5", "limit", "leak-trigger", "limit-permissions"},
		Run:      runMissingPermissions,
	}
}

func runMissingPermissions(p *lint.Pass) {
	w := p.File.Workflow
	if w == nil || w.Permissions != nil {
		return
	}
	var without []*syntax.Job
	certain := false
	for _, job := range w.Jobs {
		if job.Permissions != nil || flow.Never(job.If) {
			continue
		}
		declares := job.Uses != nil && calleeDeclares(p, job)
		if !declares {
			without = append(without, job)
			certain = certain || job.Uses == nil || p.Repo.Callee(job.Uses.Value) != nil
		}
	}
	if len(without) == 0 {
		return
	}
	f := lint.Finding{Span: without[0].ID.Span, Strict: onlyCalled(w)}
	what := fmt.Sprintf("the job `%s` has", without[0].ID.Value)
	for _, job := range without[1:] {
		f.Related = append(f.Related, lint.Place{Span: job.ID.Span, Message: fmt.Sprintf("the job `%s` has no permissions block either", job.ID.Value)})
	}
	if len(without) > 1 {
		what = fmt.Sprintf("%d jobs have", len(without))
	}
	if !certain {
		f.Confidence = lint.Likely
	}
	f.Message = what + " no permissions block, so the token may do whatever the repository's default allows; grant only what is needed"
	if event, job := privilegedEvent(p, without); event != nil {
		f.Severity = lint.High
		started := "it"
		if len(without) > 1 {
			started = "`" + job.ID.Value + "`"
		}
		f.Message = fmt.Sprintf("%s no permissions block, and anybody can start %s by %s, so a stranger's run may write to the repository; grant only what is needed", what, started, event.Name.Value)
		f.Related = append(f.Related, lint.Place{Span: event.Name.Span, Message: "anybody can cause this event"})
		f.Way = &lint.Way{Events: []string{event.Name.Value}, Job: job.ID.Value, Goal: "the token with its default scopes"}
	}
	f.Fixes = permissionsFix(p)
	p.Report(f)
}

// onlyCalled reports that a workflow runs only when another one calls it, whose token it then gets.
func onlyCalled(w *syntax.Workflow) bool {
	return w.On != nil && len(w.On.Events) > 0 && !slices.ContainsFunc(w.On.Events, func(e *syntax.Event) bool { return e.Name.Value != "workflow_call" })
}

// calleeDeclares reports a call of a workflow of this repository all of whose jobs have a permissions block.
func calleeDeclares(p *lint.Pass, job *syntax.Job) bool {
	callee := p.Repo.Callee(job.Uses.Value)
	if callee == nil || callee.Workflow == nil {
		return false
	}
	return callee.Workflow.Permissions != nil ||
		!slices.ContainsFunc(callee.Workflow.Jobs, func(j *syntax.Job) bool { return j.Permissions == nil })
}

// privilegedEvent returns an event by which somebody without rights starts one of the jobs with the rights of the repository, and
// that job.
func privilegedEvent(p *lint.Pass, jobs []*syntax.Job) (*syntax.Event, *syntax.Job) {
	for _, t := range p.Flow.Triggers(p.File) {
		info, ok := catalog.Event(t.Name)
		if !ok || info.Class != catalog.Privileged || len(t.Via) > 0 || !p.Flow.StartedByOutsiders(t) {
			continue
		}
		for _, job := range jobs {
			if !p.Flow.Outsider(t, p.File, job, nil).Blocked {
				return t.Event, job
			}
		}
	}
	return nil, nil
}

// permissionsFix adds what is needed: at the workflow what all jobs that fall under its block need, at a job what it needs beyond
// that.
func permissionsFix(p *lint.Pass) []lint.Fix {
	var jobs []*syntax.Job
	var all []grants
	var doubts []string
	called := p.File.Workflow.On != nil && slices.ContainsFunc(p.File.Workflow.On.Events, func(e *syntax.Event) bool { return e.Name.Value == "workflow_call" })
	if called {
		doubts = append(doubts, "check that every caller grants as much")
	}
	for _, job := range p.File.Workflow.Jobs {
		if job.Permissions != nil || flow.Never(job.If) {
			continue
		}
		grant, more := proposed(p.Flow.Needs(p.File, job), called)
		jobs, all, doubts = append(jobs, job), append(all, grant), append(doubts, more...)
	}
	base := shared(all)
	edits, ok := p.File.InsertKeyBefore(p.File.Root, "jobs", "permissions", block(base))
	if !ok {
		return nil
	}
	for i, job := range jobs {
		if maps.Equal(all[i], base) {
			continue
		}
		more, ok := p.File.InsertKey(job.Node, lastHead(job.Node), "permissions", block(all[i]))
		if !ok {
			return nil
		}
		edits = append(edits, more...)
	}
	fix := lint.Fix{Title: "grant what the jobs need: " + describe(all), Safety: lint.Safe, Edits: edits}
	if doubts = distinct(doubts); len(doubts) > 0 {
		fix.Safety = lint.Unsafe
		fix.Title += "; " + strings.Join(doubts[:min(3, len(doubts))], ", ")
		if n := len(doubts) - 3; n > 0 {
			fix.Title += fmt.Sprintf(", and %d more", n)
		}
	}
	return []lint.Fix{fix}
}

// grants are scopes of the token and the level of each.
type grants map[string]catalog.Level

// proposed turns what a job needs into what to grant it, and says what is in doubt. called tells that other workflows call this one.
func proposed(need *flow.Need, called bool) (grants, []string) {
	var said []string
	scopes := withReads(need)
	doubts := need.Doubts()
	for _, u := range doubts {
		said = append(said, u.What.String()+" may need more")
	}
	maybe := need.Scopes(flow.Likely)
	for _, name := range slices.Sorted(maps.Keys(maybe)) {
		if maybe[name] > scopes[name] && (name != "id-token" || called) {
			said = append(said, "`"+name+": write` may be needed")
		}
	}
	if len(doubts) > 0 {
		scopes["contents"] = max(scopes["contents"], catalog.Read) // what reads code is the least of it
	}
	if !called && !need.Demands("id-token") {
		delete(scopes, "id-token") // no default includes it, so it is not used today
	}
	return scopes, said
}

// withReads returns the scopes that a job needs, and those that it is likely to have to read.
func withReads(need *flow.Need) grants {
	scopes := grants(need.Scopes(flow.Certain))
	for name, level := range need.Scopes(flow.Likely) {
		if _, sure := scopes[name]; level == catalog.Read && !sure {
			scopes[name] = catalog.Read
		}
	}
	return scopes
}

// distinct drops what is said twice and keeps the order.
func distinct(list []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(s string) bool {
		again := seen[s]
		seen[s] = true
		return again
	})
}

// shared returns the scopes that all have, at the lowest level.
func shared(all []grants) grants {
	base := maps.Clone(all[0])
	for _, g := range all[1:] {
		for name, level := range base {
			other, ok := g[name]
			if !ok {
				delete(base, name)
			} else {
				base[name] = min(level, other)
			}
		}
	}
	return base
}

func scopeLines(scopes grants) []string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(scopes)) {
		lines = append(lines, name+": "+scopes[name].String())
	}
	return lines
}

// block is scopeLines as the value of a key, where nothing at all is written {}.
func block(scopes grants) []string {
	if len(scopes) == 0 {
		return []string{"{}"}
	}
	return scopeLines(scopes)
}

// lastHead returns the last of the keys that a job begins with, behind which its permissions are looked for.
func lastHead(job *syntax.Node) string {
	last := ""
	if job == nil {
		return last
	}
	for _, p := range job.Resolve().Pairs {
		switch p.Key.Value {
		case "name", "needs", "if", "runs-on", "uses":
			last = p.Key.Value
		default:
			return last
		}
	}
	return last
}

func describe(all []grants) string {
	union := grants{}
	for _, g := range all {
		for name, level := range g {
			union[name] = max(union[name], level)
		}
	}
	if len(union) == 0 {
		return "nothing"
	}
	return strings.Join(scopeLines(union), ", ")
}
