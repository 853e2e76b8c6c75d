package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// shellTaint follows values through the script of one step.
type shellTaint struct {
	t      *tainter
	at     scope
	script *shell.Script
	found  shell.Derived // nil until derived is asked
	depth  int
	vars   map[string][]Taint // by name, of the environment and of what commands bring in; nil when nothing
	holes  map[int][]Taint
	within *syntax.Span // of a script file that the step runs: the command that does so, for all that is in it
}

// runnerVars are variables of the runner that hold what somebody else chooses, with the field of the github context.
var runnerVars = map[string]string{
	"GITHUB_HEAD_REF": "head_ref", "GITHUB_REF_NAME": "ref_name", "GITHUB_REF": "ref", "GITHUB_BASE_REF": "base_ref",
}

func (t *tainter) shell(at scope, depth int) *shellTaint {
	return t.script(at, t.flow.Script(at.file, at.job, at.step), nil, depth)
}

// script follows values through a script that a step runs: its own, or that of a file.
func (t *tainter) script(at scope, script *shell.Script, within *syntax.Span, depth int) *shellTaint {
	s := &shellTaint{t: t, at: at, script: script, within: within, depth: depth, vars: map[string][]Taint{}, holes: map[int][]Taint{}}
	for _, c := range s.script.Commands {
		for i := range c.Assigns {
			a := &c.Assigns[i]
			for _, from := range a.From {
				if found := s.source(from); len(found) > 0 && keeps(from) {
					s.vars[a.Name] = hop(found, at.file, s.span(a.Span), "the script keeps it in `"+a.Name+"`")
				}
			}
		}
	}
	return s
}

// derived are the variables that the script itself fills. They are looked for only when a variable is: most scripts that hand something on
// need no more than the environment and their expressions.
func (s *shellTaint) derived() shell.Derived {
	if s.found == nil {
		s.found = s.script.Derived(
			func(name string) bool { return len(s.variable(name)) > 0 },
			func(i int) bool { return len(s.hole(i)) > 0 })
	}
	return s.found
}

// span returns the bytes of the file that a span of the script stands for.
func (s *shellTaint) span(in shell.Span) syntax.Span {
	if s.within != nil {
		return *s.within
	}
	return s.at.file.ValueSpan(&s.at.step.Run.Str, syntax.Span(in))
}

// variable follows a variable of the environment.
func (s *shellTaint) variable(name string) []Taint {
	found, seen := s.vars[name]
	if seen {
		return found
	}
	s.vars[name] = nil
	if strings.Trim(name, "0123456789@*#?!$-_") == "" {
		return nil
	}
	if field, ok := runnerVars[name]; ok {
		found = s.t.github(s.at, spot{in: s.at.step.Run.Key}, field)
	} else {
		found = s.t.env(s.at, name, s.depth+1)
	}
	s.vars[name] = found
	return found
}

func (s *shellTaint) hole(i int) []Taint {
	found, seen := s.holes[i]
	if !seen {
		run := &s.at.step.Run.Str
		if i < len(run.Fences) {
			found = s.t.expr(s.at, run, run.Fences[i].X, s.depth+1)
		}
		s.holes[i] = found
	}
	return found
}

// word follows what a word of a command expands.
func (s *shellTaint) word(c *shell.Command, w *shell.Word) []Taint {
	var out []Taint
	for _, v := range w.Vars {
		if !v.Length {
			out = append(out, s.narrowed(c, v.Name, s.use(c, v))...)
		}
	}
	for _, i := range w.Holes {
		out = append(out, s.hole(i)...)
	}
	for _, from := range w.From {
		if keeps(from) {
			out = append(out, s.output(from)...)
		}
	}
	return out
}

// output follows what a command prints.
func (s *shellTaint) output(c *shell.Command) []Taint {
	if found := s.source(c); len(found) > 0 {
		return found
	}
	var out []Taint
	switch c.Name {
	case "echo", "printf", "jq", "awk", "sed", "tr", "cut", "basename", "dirname":
		for i := 1; i < len(c.Words); i++ {
			out = append(out, s.word(c, &c.Words[i])...)
		}
	}
	for i := range c.Redirects {
		if strings.HasPrefix(c.Redirects[i].Op, "<<") {
			out = append(out, s.word(c, &c.Redirects[i].Target)...)
		}
	}
	return out
}

// use follows a variable back to where its value came from.
func (s *shellTaint) use(c *shell.Command, v shell.VarUse) []Taint {
	type way struct {
		span shell.Span
		name string
	}
	var ways []way
	back := func(found []Taint) []Taint {
		for i := len(ways) - 1; i >= 0; i-- {
			found = hop(found, s.at.file, s.span(ways[i].span), "the script keeps it in `"+ways[i].name+"`")
		}
		return found
	}
	for range 8 {
		if o, ok := s.derived().Of(c, v); ok {
			ways = append(ways, way{o.Span, v.Name})
			if o.Name == "" {
				return back(s.hole(o.Hole))
			}
			v.Name, c = o.Name, o.Command
			continue
		}
		return back(s.variable(v.Name))
	}
	return nil
}

// source tells what a command brings in from outside: fields of the event's payload, and texts that gh asks GitHub for.
func (s *shellTaint) source(c *shell.Command) []Taint {
	words := words(c)
	if path, ok := eventPath(c); ok {
		found := s.t.github(s.at, spot{in: s.span(c.Span)}, "event"+path)
		return hop(found, s.at.file, s.span(c.Span), "the script reads it from the event's payload")
	}
	if s.t.heads {
		if asksHead(words) {
			one := s.pulled(c)
			if asksBranch(words) {
				one.Name, one.Field = "headRefName", askedBranch
			}
			return []Taint{one}
		}
		return nil
	}
	what, shape, ok := catalog.Asks(words)
	if !ok {
		return nil
	}
	var out []Taint
	for _, event := range s.t.flow.events(s.at.file) {
		info, known := catalog.Event(event)
		if known && info.Class == catalog.Insider {
			continue
		}
		one := Taint{Shape: shape, Who: ByOutsider, Name: what + " that `" + c.Name + "` asks for"}
		if event == "workflow_call" {
			one.Who = ByCaller
		}
		one.Trace = []Step{{s.at.file, s.at.file.Source, s.span(c.Span), "the script asks GitHub for " + what + ", which anybody can write"}}
		out = append(out, one)
	}
	return tidy(out)
}

// eventPath returns the path below github.event that a jq command reads from the file with the payload.
func eventPath(c *shell.Command) (string, bool) {
	if c.Name != "jq" {
		return "", false
	}
	reads := false
	for i := range c.Words {
		reads = reads || strings.Contains(c.Words[i].Text, "GITHUB_EVENT_PATH")
	}
	for i := range c.Redirects {
		reads = reads || c.Redirects[i].Op == "<" && strings.Contains(c.Redirects[i].Target.Text, "GITHUB_EVENT_PATH")
	}
	if !reads {
		return "", false
	}
	for _, w := range c.Words[1:] {
		if strings.HasPrefix(w.Text, ".") {
			path, _, _ := strings.Cut(w.Text, " ")
			path = strings.NewReplacer("[]", ".*", `["`, ".", `"]`, "", "?", "").Replace(path)
			if strings.Trim(path, ".abcdefghijklmnopqrstuvwxyz_*0123456789") == "" {
				return strings.TrimSuffix(path, "."), true
			}
		}
	}
	return "", false
}

// Writable reports whether an outsider can choose a taint under a trigger: the field is carried by its event.
func (t Taint) Under(tr Trigger) bool {
	if t.Field == "" || tr.Name == "workflow_call" {
		return true
	}
	for f := range catalog.Fields(t.Field, tr.Name) {
		if strings.HasPrefix(t.Field, f.Path) || strings.HasPrefix(f.Path, t.Field) {
			return true
		}
	}
	return strings.HasPrefix(t.Field, "event.inputs") && tr.Name == "workflow_dispatch"
}

// FixedValue reports an expression whose value nobody but the workflow's author and GitHub choose, among a few: numbers, commits,
// names of the repository and of the runner, results, literals.
func (f *Flow) FixedValue(file *syntax.File, job *syntax.Job, step *syntax.Step, n expr.Node) bool {
	fixed := true
	eachPart(n, func(part expr.Node) {
		path, ok := expr.Path(part)
		fixed = fixed && ok && f.fixedPath(file, job, step, path)
	})
	return fixed
}

// fixedGithub are the members of the github context that hold no text of anybody's choice.
var fixedGithub = map[string]bool{
	"action": true, "action_path": true, "action_ref": true, "action_repository": true, "actor_id": true, "api_url": true, "event_name": true,
	"event.action": true, "event.after": true, "event.before": true, "event.issue.number": true, "event.number": true, "event.pull_request.number": true,
	"event.pull_request.head.sha": true, "event.pull_request.base.sha": true, "event.pull_request.merge_commit_sha": true, "event.workflow_run.id": true,
	"event.workflow_run.head_sha": true, "event.workflow_run.conclusion": true, "event.workflow_run.event": true, "event.comment.id": true,
	"event.pull_request.id": true, "event.issue.id": true, "event.release.id": true, "event.repository.name": true, "event.repository.full_name": true,
	"event.repository.default_branch": true, "event.repository.owner.login": true, "event.workflow_run.run_number": true, "event.workflow_run.workflow_id": true,
	"event.pull_request.base.repo.full_name": true, "event.pull_request.merged": true, "event.pull_request.draft": true, "event_path": true,
	"graphql_url": true, "job": true, "path": true, "ref_protected": true, "ref_type": true, "repository": true, "repository_id": true, "repository_owner": true,
	"repository_owner_id": true, "repositoryurl": true, "retention_days": true, "run_attempt": true, "run_id": true, "run_number": true, "secret_source": true,
	"server_url": true, "sha": true, "token": true, "workflow": true, "workflow_ref": true, "workflow_sha": true, "workspace": true, "env": true,
}

func (f *Flow) fixedPath(file *syntax.File, job *syntax.Job, step *syntax.Step, path string) bool {
	context, rest, _ := strings.Cut(path, ".")
	switch context {
	case "github":
		return fixedGithub[rest] || dispatchFixed(file, "event.inputs", rest)
	case "runner", "strategy", "job", "secrets":
		return true
	case "needs", "steps":
		return strings.HasSuffix(rest, ".result") || strings.HasSuffix(rest, ".outcome") || strings.HasSuffix(rest, ".conclusion") || strings.HasSuffix(rest, ".outputs.cache-hit")
	case "inputs":
		return fixedInput(file, rest)
	case "matrix":
		return f.fixedMatrix(job, rest)
	case "env":
		return f.fixedEnv(file, job, step, rest)
	}
	return false
}

func fixedInput(file *syntax.File, name string) bool {
	if file.Workflow == nil || file.Workflow.On == nil {
		return false
	}
	fixed, found := true, false
	for _, e := range file.Workflow.On.Events {
		for _, in := range e.Inputs {
			if strings.EqualFold(in.Name.Value, name) {
				found = true
				fixed = fixed && fixedType(in)
			}
		}
	}
	return found && fixed
}

func (f *Flow) fixedMatrix(job *syntax.Job, path string) bool {
	if job == nil || job.Strategy == nil || job.Strategy.Matrix == nil || job.Strategy.Matrix.Expr != nil {
		return false
	}
	name, _, _ := strings.Cut(path, ".")
	return !holdsFence(member(job.Strategy.Matrix.Node, name), 0) && !holdsFence(member(job.Strategy.Matrix.Node, "include"), 0)
}

// holdsFence reports an expression anywhere below a node.
func holdsFence(n *syntax.Node, depth int) bool {
	if n = n.Resolve(); n == nil || depth > maxNest*4 {
		return n != nil
	}
	if n.Kind == syntax.Scalar {
		return strings.Contains(n.Value, "${{")
	}
	for _, item := range n.Items {
		if holdsFence(item, depth+1) {
			return true
		}
	}
	for _, p := range n.Pairs {
		if holdsFence(p.Value, depth+1) {
			return true
		}
	}
	return false
}

func (f *Flow) fixedEnv(file *syntax.File, job *syntax.Job, step *syntax.Step, name string) bool {
	at := step
	if at == nil {
		at = &syntax.Step{}
	}
	for _, env := range f.Environments(file, job, at) {
		if s := env.Get(name); s != nil {
			for i := range s.Fences {
				if path, ok := expr.Path(s.Fences[i].X); ok && strings.HasPrefix(path, "env.") || !f.FixedValue(file, job, step, s.Fences[i].X) {
					return false
				}
			}
			return true
		}
	}
	return false
}
