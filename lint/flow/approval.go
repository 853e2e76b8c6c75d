package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// Approval is a step's approval or merge of a pull request.
type Approval struct {
	syntax.Span // the command, the action, or the script
	Step        *syntax.Step
	Does        catalog.Approval
	What        string // for messages: gh pr review --approve, an action
	Bots        bool   // only for pull requests of Dependabot or Renovate
}

// Approvals lists what in a job, or with a nil job in a composite action, approves or merges pull requests.
func (f *Flow) Approvals(file *syntax.File, job *syntax.Job) []Approval {
	var out []Approval
	grant := Token(file, job)
	writes := grant.Writes("pull-requests") != expr.False || grant.Writes("contents") != expr.False
	for step := range (owner{file, job}).steps() {
		switch {
		case Never(step.If):
		case step.Run != nil:
			if f.Clues(step)&catalog.ClueApproves != 0 {
				out = f.commandsApprove(out, file, job, step)
			}
			if writes && f.MayRun(step) && f.hasToken(file, job, step) {
				out = f.filesApprove(out, file, job, step)
			}
		case step.Uses != nil:
			if does, bots := catalog.Approves(step.Uses.Value, inputs(step.With)); does != catalog.NoApproval {
				out = append(out, Approval{step.Uses.Span, step, does, actionName(step.Uses.Value), bots})
			}
			if script := step.With.Get("script"); script != nil && catalog.MayApprove(script.Value) && strings.EqualFold(actionName(step.Uses.Value), "actions/github-script") {
				if does := catalog.ApprovesScript(script.Value); does != catalog.NoApproval {
					out = append(out, Approval{Span: step.Uses.Span, Step: step, Does: does, What: "actions/github-script"})
				}
			}
		}
	}
	return out
}

func (f *Flow) commandsApprove(out []Approval, file *syntax.File, job *syntax.Job, step *syntax.Step) []Approval {
	for _, c := range f.Script(file, job, step).Commands {
		if does := catalog.ApprovesCommand(words(c)); does != catalog.NoApproval && len(c.Words) > 0 {
			out = append(out, Approval{Span: file.ValueSpan(&step.Run.Str, wordsSpan(c)), Step: step, Does: does, What: c.Name + " " + approvalVerb(does)})
		}
	}
	return out
}

// hasToken reports a step whose script files find a token in their environment.
func (f *Flow) hasToken(file *syntax.File, job *syntax.Job, step *syntax.Step) bool {
	for _, env := range f.Environments(file, job, step) {
		for i := range env.Entries {
			if strings.Contains(env.Entries[i].Name.Value, "TOKEN") {
				return true
			}
		}
	}
	return false
}

// filesApprove adds the script files of the repository that approve and that a step runs.
func (f *Flow) filesApprove(out []Approval, file *syntax.File, job *syntax.Job, step *syntax.Step) []Approval {
	for _, run := range f.Runs(file, job, step, Held{}) {
		if !catalog.MayApprove(run.Source.Text) {
			continue
		}
		for _, c := range run.Script.Commands {
			if does := catalog.ApprovesCommand(words(c)); does != catalog.NoApproval {
				at := file.ValueSpan(&step.Run.Str, wordsSpan(run.Command))
				out = append(out, Approval{Span: at, Step: step, Does: does, What: run.Source.Path})
				break
			}
		}
	}
	return out
}

func approvalVerb(does catalog.Approval) string {
	switch does {
	case catalog.Approve:
		return "pr review --approve"
	case catalog.AdminMerge:
		return "pr merge --admin"
	case catalog.AutoMerge:
		return "pr merge --auto"
	}
	return "pr merge"
}

// KnowsContent reports that a condition on a step, its job or one that it needs asks what a pull request changes: by the answers of an
// action that reads that of Dependabot, or lists the files.
func (f *Flow) KnowsContent(file *syntax.File, job *syntax.Job, step *syntax.Step) bool {
	if job == nil || file.Workflow == nil {
		return false
	}
	if asksContent(file, job, step.If) || asksContent(file, job, job.If) {
		return true
	}
	if job.Needs != nil && !statusDecides(job.If) {
		for _, need := range job.Needs.Values {
			if before := file.Workflow.Job(need.Value); before != nil && asksContent(file, before, before.If) {
				return true
			}
		}
	}
	return false
}

func asksContent(file *syntax.File, job *syntax.Job, c *syntax.Condition) bool {
	if c == nil || c.Cond.X == nil {
		return false
	}
	found := false
	expr.Walk(c.Cond.X, func(n expr.Node) bool {
		path, ok := expr.Path(n)
		if !ok || found {
			return !ok && !found
		}
		in, rest := job, path
		if after, needs := strings.CutPrefix(path, "needs."); needs {
			id, output, _ := strings.Cut(after, ".outputs.")
			if in = file.Workflow.Job(id); in == nil {
				return false
			}
			value := in.Outputs.Get(output)
			if value == nil || len(value.Fences) == 0 {
				return false
			}
			rest, _ = expr.Path(value.Fences[0].X)
		}
		step, _, isOutput := stepOutputPath(in, rest)
		found = isOutput && step.Uses != nil && catalog.TellsContent(step.Uses.Value)
		return false
	})
	return found
}
