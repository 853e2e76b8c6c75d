package rules

import (
	"strings"

	"sekisho/lint"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// scoped is a secret in the env: of a workflow or a job with what the steps below do with it.
type scoped struct {
	flow.BroadSecret
	uses   []*syntax.Step // that name the variable
	may    []*syntax.Step // that may read it
	idle   []*syntax.Step // that have no use for it
	others bool           // something names it that sees the env: above the steps only
}

// scopeOf tells what steps do with a secret of an env:.
func scopeOf(p *lint.Pass, b flow.BroadSecret) scoped {
	out := scoped{BroadSecret: b}
	for _, job := range p.File.Workflow.Jobs {
		if b.Job != nil && b.Job != job || job.Uses != nil || job.Env.Get(b.Entry.Name.Value) != nil && b.Job == nil {
			continue
		}
		out.others = out.others || p.Flow.ElsewhereMentions(p.File, job, &b)
		for step := range job.Flat() {
			if step.Env.Get(b.Entry.Name.Value) != nil {
				continue // it has its own value
			}
			if step.If != nil && strings.Contains(step.If.Value, b.Entry.Name.Value) {
				out.others = true // a condition sees no variable of its own step
			}
			switch p.Flow.VariableUse(p.File, job, step, b.Entry.Name.Value) {
			case flow.Mentions:
				out.uses = append(out.uses, step)
			case flow.MayUse:
				out.may = append(out.may, step)
			case flow.Idle:
				out.idle = append(out.idle, step)
			}
		}
	}
	return out
}

// narrowFix moves a variable from the env: of a job or workflow to those of some steps. They may not be all that use it, so it wants a look.
func narrowFix(p *lint.Pass, b *flow.BroadSecret, steps []*syntax.Step) []lint.Fix {
	if len(steps) == 0 {
		return nil
	}
	value := p.File.Text[b.Entry.Value.Start:b.Entry.Value.End]
	if strings.ContainsAny(value, "\r\n") || strings.HasPrefix(value, "&") || strings.HasPrefix(value, "*") {
		return nil
	}
	edits, ok := removeEntry(p, b)
	if !ok {
		return nil
	}
	name := b.Entry.Name.Value
	for _, step := range steps {
		var more []syntax.Edit
		switch {
		case step.Env == nil && step.Run != nil:
			more, ok = p.File.InsertKeyBefore(step.Node, "run", "env", []string{name + ": " + value})
		case step.Env == nil:
			more, ok = p.File.InsertKey(step.Node, "uses", "env", []string{name + ": " + value})
		case step.Env.Expr != nil:
			ok = false
		default:
			more, ok = p.File.InsertKey(step.Env.Node, "", name, []string{value})
		}
		if !ok {
			return nil
		}
		edits = append(edits, more...)
	}
	return []lint.Fix{{Title: "move " + name + " to the steps that use it", Safety: lint.Unsafe, Edits: edits}}
}

// removeEntry takes a variable out of an env:, or the env: with it when it is the only one.
func removeEntry(p *lint.Pass, b *flow.BroadSecret) ([]syntax.Edit, bool) {
	if len(b.Env.Entries) > 1 {
		return p.File.RemovePair(b.Env.Node, b.Entry.Name.Value)
	}
	if b.Job != nil {
		return p.File.RemovePair(b.Job.Node, "env")
	}
	return p.File.RemovePair(p.File.Root, "env")
}
