package rules

import (
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// asksItself reports a job in which an action looks up the rights of whoever commented on its own, and nothing else is done with
// any rights.
func asksItself(p *lint.Pass, job *syntax.Job) bool {
	asks, shared := false, givesAll(job.Env) || givesAll(p.File.Workflow.Env)
	for step := range job.Flat() {
		switch {
		case flow.ChecksAuthor(step):
			asks = true
		case step.Run != nil && prints(p, job, step):
		case step.Uses != nil && !shared && idle(step):
		default:
			return false
		}
	}
	return asks
}

// prints reports a script that does nothing but print.
func prints(p *lint.Pass, job *syntax.Job, step *syntax.Step) bool {
	for _, c := range p.Flow.Script(p.File, job, step).Commands {
		if c.Name != "echo" && c.Name != "printf" {
			return false
		}
	}
	return true
}

// givesAll reports variables that hand rights to all steps.
func givesAll(env *syntax.Map) bool {
	if env == nil {
		return false
	}
	return slices.ContainsFunc(env.Entries, func(e syntax.Entry) bool {
		return e.Value != nil && slices.ContainsFunc(e.Value.Fences, func(f expr.Fence) bool { return givesRights(f.X) })
	})
}

// idle reports an action that is given no rights and takes none, or that only makes a token.
func idle(step *syntax.Step) bool {
	if _, makes := catalog.AppTokenOf(step.Uses.Value, stepInputs(step)); makes {
		return true
	}
	name, _, _ := strings.Cut(step.Uses.Value, "@")
	need, _ := catalog.Scopes(step.Uses.Value, stepInputs(step))
	if strings.EqualFold(name, "actions/github-script") || slices.ContainsFunc(need.Scopes, func(s catalog.Scope) bool { return s.Level == catalog.Write }) {
		return false
	}
	for s := range stepValues(step) {
		for i := range s.Fences {
			if givesRights(s.Fences[i].X) {
				return false
			}
		}
	}
	return true
}

// givesRights reports an expression that reads a secret or a token.
func givesRights(x expr.Node) bool {
	found := false
	expr.Walk(x, func(n expr.Node) bool {
		path, _ := expr.Path(n)
		context, _, _ := strings.Cut(path, ".")
		found = found || context == "secrets" || path == "github.token" || context == "steps" && strings.Contains(path, "token")
		return !found
	})
	return found
}

// stepValues ranges over the values that a step is given.
func stepValues(step *syntax.Step) func(func(*syntax.Str) bool) {
	return func(yield func(*syntax.Str) bool) {
		for _, m := range [...]*syntax.Map{step.Env, step.With} {
			if m == nil {
				continue
			}
			for i := range m.Entries {
				if s := m.Entries[i].Value; s != nil && !yield(s) {
					return
				}
			}
		}
	}
}

// calleeGuards reports a job that calls a workflow of the repository of which every job with rights looks at who commented.
func calleeGuards(p *lint.Pass, t flow.Trigger, job *syntax.Job) bool {
	if job.Uses == nil {
		return false
	}
	callee := p.Repo.Callee(job.Uses.Value)
	if callee == nil || callee.Workflow == nil {
		return false
	}
	for _, inner := range p.Flow.Triggers(callee) {
		if inner.Event != t.Event || len(inner.Via) != 1 || inner.Via[0].Job != job {
			continue
		}
		for _, j := range callee.Workflow.Jobs {
			access := p.Flow.Outsider(inner, callee, j, nil)
			if access.Blocked || len(access.Guards) > 0 && access.Guards[0].Kind == flow.Script {
				continue
			}
			rights := p.Flow.RightsUnder(flow.Exposure{Access: access, File: callee, Job: j})
			if rights.Secret != nil || changes(p, callee, j, calleeGrant(p.File, job, callee, j)) != "" {
				return false
			}
		}
		return true
	}
	return false
}

// calleeGrant is what the token of a job of a called workflow is granted: its own block, else that of the caller.
func calleeGrant(file *syntax.File, job *syntax.Job, callee *syntax.File, inner *syntax.Job) flow.Grant {
	if grant := flow.Token(callee, inner); grant.Block != nil {
		return grant
	}
	return flow.Token(file, job)
}

// onlyTalks reports a job whose secrets are keys of apps, for tokens that may do no more than talk about issues and pull requests.
func onlyTalks(file *syntax.File, job *syntax.Job) bool {
	if job.Uses != nil || job.Env != nil || file.Workflow.Env != nil {
		return false
	}
	makes := false
	for step := range job.Flat() {
		if step.Uses != nil {
			if t, ok := catalog.AppTokenOf(step.Uses.Value, stepInputs(step)); ok {
				if !talkOnly(step, t) {
					return false
				}
				makes = true
				continue
			}
		}
		for s := range stepValues(step) {
			for i := range s.Fences {
				if path, _ := expr.Path(s.Fences[i].X); strings.HasPrefix(path, "secrets.") && path != "secrets.github_token" {
					return false
				}
			}
		}
		if step.Run != nil && strings.Contains(step.Run.Value, "secrets.") {
			return false
		}
	}
	return makes
}

// talkOnly reports permissions of an app's token that write to nothing but issues and pull requests.
func talkOnly(step *syntax.Step, t catalog.AppToken) bool {
	prefix, each := strings.CutSuffix(t.Permissions, "*")
	if !each || step.With == nil || len(permissionsGiven(step, t.Permissions)) == 0 {
		return false
	}
	return !slices.ContainsFunc(step.With.Entries, func(e syntax.Entry) bool {
		scope, is := strings.CutPrefix(strings.ToLower(e.Name.Value), prefix)
		return is && e.Value != nil && e.Value.Value != "read" && !talk(scope)
	})
}

// mayAsk finds what in a job can look up the rights of whoever commented: a program that is handed their name, the comment or the
// event, or an action of others that all of the job's work is left to.
func mayAsk(p *lint.Pass, job *syntax.Job) (at syntax.Span, who string, ok bool) {
	var only *syntax.Step
	others := 0
	for step := range job.Flat() {
		if at, ok := handsAuthor(p.File, step); ok {
			return at, "the program that is told who wrote it", true
		}
		switch {
		case step.Uses == nil:
			others++
		case !idle(step):
			only = step
			others++
		}
	}
	if others == 1 && only != nil && !catalog.KnowsAction(only.Uses.Value) && p.Repo.Callee(only.Uses.Value) == nil && !strings.HasPrefix(only.Uses.Value, "actions/") {
		name, _, _ := strings.Cut(only.Uses.Value, "@")
		return only.Uses.Span, "`" + name + "`", true
	}
	return at, "", false
}

// handsAuthor finds where a step hands the author of the comment, or what leads to them, to a program.
func handsAuthor(file *syntax.File, step *syntax.Step) (syntax.Span, bool) {
	if step.Run != nil {
		if i := strings.Index(step.Run.Value, "GITHUB_EVENT_PATH"); i >= 0 {
			return file.ValueSpan(&step.Run.Str, syntax.Span{Start: i, End: i + len("GITHUB_EVENT_PATH")}), true
		}
		if at, ok := speaksOfAuthor(file, &step.Run.Str, true); ok {
			return at, true
		}
	}
	if script := step.With.Get("script"); script != nil && strings.Contains(script.Value, "context") && (strings.Contains(script.Value, "require('./") || strings.Contains(script.Value, "import(`")) {
		return script.Span, true
	}
	for s := range stepValues(step) {
		if at, ok := speaksOfAuthor(file, s, step.Run != nil); ok {
			return at, true
		}
	}
	return syntax.Span{}, false
}

// speaksOfAuthor finds an expression in a value that names the author of the comment or, for a program, the comment.
func speaksOfAuthor(file *syntax.File, s *syntax.Str, program bool) (syntax.Span, bool) {
	for i := range s.Fences {
		path, _ := expr.Path(s.Fences[i].X)
		switch path {
		case "github.event.comment.user.login", "github.actor", "github.triggering_actor", "github.event.sender.login":
		case "github.event.comment.id", "github.event.comment.url":
			if !program {
				continue
			}
		default:
			continue
		}
		return file.ValueSpan(s, s.Fences[i].Span), true
	}
	return syntax.Span{}, false
}
