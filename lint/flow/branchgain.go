package flow

import (
	"slices"
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// BranchGain is what a job gives to whoever may push a branch, or start it on one, without a change to its workflow.
type BranchGain struct {
	Trigger  Trigger
	File     *syntax.File
	Job      *syntax.Job
	Secrets  []StepSecret // that last, each once
	Identity *syntax.Scope
	Runs     *Execution // what runs the branch's code before or beside them; nil when nothing is seen to
}

// BranchGains lists the jobs of a workflow, and of those it calls here, that an event starts on a branch of any name, and that hold a
// secret or may ask for an identity token.
func (f *Flow) BranchGains(file *syntax.File, event *syntax.Event) []BranchGain {
	if event.Name.Value == "push" && !anyBranch(event) {
		return nil
	}
	var out []BranchGain
	seen := map[*syntax.File]bool{file: true}
	for todo := []*syntax.File{file}; len(todo) > 0; todo = todo[1:] {
		for _, job := range todo[0].Workflow.Jobs {
			if job.Uses == nil {
				continue
			}
			if callee := f.repo.Callee(job.Uses.Value); callee != nil && callee.Workflow != nil && !seen[callee] && len(seen) < maxTriggers {
				seen[callee] = true
				todo = append(todo, callee)
			}
		}
		for _, t := range f.Triggers(todo[0]) {
			if t.Event == event {
				out = f.branchGains(out, t, todo[0])
			}
		}
	}
	return out
}

// branchGains adds what the jobs of one file give under one trigger.
func (f *Flow) branchGains(out []BranchGain, t Trigger, file *syntax.File) []BranchGain {
	start := &occasion{deploying: f.Deploying(t.File), trigger: t, memo: map[*syntax.Job]expr.Tri{}, where: t.File, fresh: true}
	named := strings.Contains(file.Text, "ecrets") || InExpressions(file, "secrets") // secrets: inherit, or one by name
	for _, job := range file.Workflow.Jobs {
		o := start.at(file, job)
		if job.Uses != nil && f.repo.Callee(job.Uses.Value) != nil {
			continue // judged where its jobs stand
		}
		g := BranchGain{Trigger: t, File: file, Job: job}
		if named {
			g.Secrets = f.branchSecrets(o)
		}
		if grant := Token(file, job); grant.Block != nil && grant.Block.All == nil && grant.Writes("id-token") == expr.True {
			g.Identity = grant.Scope("id-token")
		}
		if len(g.Secrets) == 0 && g.Identity == nil || o.runs() == expr.False {
			continue
		}
		g.Runs = f.branchRuns(o, g)
		out = append(out, g)
	}
	return out
}

// branchSecrets lists the secrets of a job that get to it on this occasion, each once.
func (f *Flow) branchSecrets(o *occasion) []StepSecret {
	var out []StepSecret
	seen := map[string]bool{}
	for _, s := range f.JobSecrets(o.where, o.job) {
		if s.Token || seen[s.Name] || !handed(o.trigger, s.Name) || (HeldSecret{Secret: s.Secret}).Public() || o.trigger.handsToken(s.Name) {
			continue
		}
		if o.step = s.Step; s.Step != nil && o.holds(s.Step.If) == expr.False || !o.mayGive(s) {
			continue
		}
		seen[s.Name] = true
		out = append(out, s)
	}
	if s := o.job.Secrets; s != nil && s.Inherit {
		out = append(out, StepSecret{Secret: Secret{Span: s.Span}})
	}
	return out
}

// handsToken reports that the innermost call of a trigger hands over GITHUB_TOKEN as a secret.
func (t Trigger) handsToken(name string) bool {
	if len(t.Via) == 0 || name == "" {
		return false
	}
	call := t.Via[len(t.Via)-1]
	if call.Job.Secrets == nil {
		return false
	}
	uses := secretsOf(call.File.Source, call.Job.Secrets.Map.Get(name))
	return len(uses) > 0 && !slices.ContainsFunc(uses, func(s Secret) bool { return !s.Token })
}

// mayGive reports that no left side of && or || keeps a secret from becoming the value of its scalar.
func (o *occasion) mayGive(s StepSecret) bool {
	for i := range s.In.Fences {
		if o.keeps(s, s.In.Fences[i].X) {
			return false
		}
	}
	return true
}

func (o *occasion) keeps(s StepSecret, n expr.Node) bool {
	if span := o.where.ValueSpan(s.In, n.Range()); s.Start < span.Start || span.End < s.End {
		return false
	}
	switch n := n.(type) {
	case *expr.Group:
		return o.keeps(s, n.X)
	case *expr.Binary:
		if n.Op != expr.And && n.Op != expr.Or {
			return false
		}
		if left := o.where.ValueSpan(s.In, n.X.Range()); s.End <= left.End {
			return o.keeps(s, n.X)
		}
		return expr.Truth(n.X, o.leaf) == expr.TriOf(n.Op == expr.Or) || o.keeps(s, n.Y)
	}
	return false
}

// branchRuns finds what runs the branch's code before or in a step that gets one of the secrets, or anywhere in a job all of which does.
func (f *Flow) branchRuns(o *occasion, g BranchGain) *Execution {
	until := -1
	for _, s := range g.Secrets {
		if s.Step == nil {
			until = g.Job.ID.Start + len(o.where.Text)
			break
		}
		until = max(until, s.Step.End)
	}
	if g.Identity != nil {
		until = g.Job.ID.Start + len(o.where.Text)
	}
	for step := range g.Job.Flat() {
		if !isCheckout(step) || step.With.Get("repository") != nil || !f.ofProposal(o.where, g.Job, step) {
			continue
		}
		for e := range f.Executions(o.where, g.Job, Checkout{Span: step.Span, Step: step, Path: checkoutPath(step)}) {
			if e.Start >= until {
				return nil
			}
			if o.step = e.Step; o.holds(e.Step.If) != expr.False && !strings.HasPrefix(e.Program, "$/") {
				return &e
			}
		}
	}
	return nil
}
