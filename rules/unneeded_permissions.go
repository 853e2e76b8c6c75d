package rules

import (
	"fmt"
	"slices"

	"sekisho/lint"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func unneededPermissions() *lint.Rule {
	return &lint.Rule{
		ID:       "unneeded-permissions",
		Summary:  "a scope of GITHUB_TOKEN that nothing in the job uses",
		Severity: lint.Low,
		Tags:     []string{"cwe-250", "cwe-269", "owasp-cicd-sec-2", "owasp-cicd-sec-5", "limit", "limit-permissions"},
		Run:      runUnneededPermissions,
	}
}

func runUnneededPermissions(p *lint.Pass) {
	w := p.File.Workflow
	if w == nil {
		return
	}
	c := newExcess(p)
	for _, job := range w.Jobs {
		if job.Permissions != nil {
			c.unneeded(job.Permissions, c.sharing(job.Permissions))
		}
	}
	if w.Permissions != nil {
		c.unneeded(w.Permissions, c.heirs)
	}
}

// unneeded reports the scopes of a block that none of the jobs with it uses: what is not used at all in one finding, each that
// could be taken by a program in one of its own.
func (c *excess) unneeded(block *syntax.Permissions, jobs []*syntax.Job) {
	jobs = slices.DeleteFunc(slices.Clone(jobs), func(j *syntax.Job) bool { return flow.Never(j.If) })
	if len(jobs) == 0 {
		return
	}
	var unused []loss
	for _, s := range block.Scopes {
		if s.Value.Value != "read" && s.Value.Value != "write" || c.excessive(block, jobs, s) {
			continue
		}
		l := loss{s, s.Value.Value == "write" && c.anyReads(jobs, s)}
		switch uses, by := c.mostUse(jobs, s); {
		case uses == flow.Unused && !readsCode(s):
			unused = append(unused, l)
		case uses <= flow.Hinted && c.Strict:
			c.report(c.unseen(block, jobs, l, by))
		}
	}
	if len(unused) > 0 {
		c.report(c.unused(block, jobs, unused))
	}
}

// excessive reports a scope that is the matter of excessive-permissions: one to write with at a workflow of several jobs, or where
// anybody can start the job.
func (c *excess) excessive(block *syntax.Permissions, jobs []*syntax.Job, s syntax.Scope) bool {
	several := block == c.File.Workflow.Permissions && len(c.File.Workflow.Jobs) > 1
	return s.Value.Value == "write" && (several || c.exposed(jobs))
}

// mostUse tells how sure it is that one of the jobs uses a scope, and by what.
func (c *excess) mostUse(jobs []*syntax.Job, s syntax.Scope) (most flow.Confidence, by string) {
	for _, job := range jobs {
		if uses := c.uses(job, s); uses > most {
			most, by = uses, c.Flow.Needs(c.File, job).By(s.Name.Value, levelOf(s), uses)
		}
	}
	return most, by
}

// unused is the finding for scopes that nothing can use.
func (c *excess) unused(block *syntax.Permissions, jobs []*syntax.Job, list []loss) lint.Finding {
	f := lint.Finding{Span: list[0].Name.Span, Confidence: lint.Likely}
	f.Message = fmt.Sprintf("nothing in %s uses %s; %s", jobsWith(jobs), scopesOf(list), advice(list))
	for _, l := range list[1:] {
		f.Related = append(f.Related, lint.Place{Span: l.Name.Span, Message: "nor " + l.said() + "; " + advice([]loss{l})})
	}
	f.Related = append(f.Related, c.others(jobs)...)
	f.Fixes = c.dropFix(block, jobs, list)
	return f
}

// unseen is the finding for a scope that nothing is seen to use, but by may without being handed the token.
func (c *excess) unseen(block *syntax.Permissions, jobs []*syntax.Job, l loss, by string) lint.Finding {
	f := lint.Finding{Span: l.Name.Span, Confidence: lint.Unsure, Strict: true}
	f.Message = fmt.Sprintf("nothing in %s uses %s; %s", jobsWith(jobs), l.said(), advice([]loss{l}))
	if by != "" {
		f.Message = fmt.Sprintf("nothing in %s is known to use %s, though %s may; %s if it does not", jobsWith(jobs), l.said(), by, advice([]loss{l}))
	}
	f.Related = c.others(jobs)
	f.Fixes = c.dropFix(block, jobs, []loss{l})
	return f
}

func (c *excess) others(jobs []*syntax.Job) []lint.Place {
	var out []lint.Place
	for _, job := range jobs[1:] {
		out = append(out, lint.Place{Span: job.ID.Span, Message: fmt.Sprintf("the job `%s` has this block, too", job.ID.Value)})
	}
	return out
}

func jobsWith(jobs []*syntax.Job) string {
	if len(jobs) > 1 {
		return fmt.Sprintf("the %d jobs with this block", len(jobs))
	}
	return "the job `" + jobs[0].ID.Value + "`"
}

// scopesOf names the first scopes of a list.
func scopesOf(list []loss) string {
	switch len(list) {
	case 1:
		return list[0].said()
	case 2:
		return list[0].said() + " and " + list[1].said()
	}
	return fmt.Sprintf("%s and %d more scopes", list[0].said(), len(list)-1)
}

func (l loss) said() string { return "`" + l.Name.Value + ": " + l.Value.Value + "`" }

func advice(list []loss) string {
	switch {
	case len(list) == 1 && list[0].read:
		return "`read` is enough"
	case len(list) == 1:
		return "remove it"
	}
	return "remove what is not used"
}
