package rules

import (
	"strings"

	"github.com/rhysd/actionlint"

	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// alTree turns our tree into actionlint's, so that no file is parsed twice, composite actions and parallel groups can be checked
// too, and every place that actionlint names can be found again. The line of each position is the number of an entry of
// places, shifted; see alPlaceOf.
type alTree struct {
	file     *syntax.File
	flow     *flow.Flow
	config   *actionlint.Config // what it is told of the repository; nil: nothing
	places   []alPlace
	poss     []actionlint.Pos     // slabs
	strs     []actionlint.String  // slabs
	blank    map[alFence]bool     // fences that are left out
	polished map[string]alMessage // by message of actionlint
	known    *alFacts             // see facts
	work     int                  // see crowded
	raw      *rawValues           // nil in an action
	doubted  []*syntax.Step       // what is left of the steps in doubt, while the tree is made
	// Whether any secret and any variable may be meant: nothing declares those that there are.
	anySecret, anyVariable bool
}

func newTree(file *syntax.File, flow *flow.Flow, config *actionlint.Config) *alTree {
	return &alTree{
		file: file, flow: flow, config: config, blank: map[alFence]bool{}, polished: map[string]alMessage{},
		anySecret: file.Workflow != nil && !declaresSecrets(file.Workflow), anyVariable: config == nil || len(config.ConfigVariables) == 0,
	}
}

// alPlace is what a position stands for: a scalar, in which columns are offsets, or something else with a span.
type alPlace struct {
	span syntax.Span
	str  *syntax.Str
	cond *syntax.Condition // whose str it is
}

// alLineBits is how many lines a scalar may have whose position is to be found again.
const alLineBits = 12

// alFirstPlace keeps the lines of positions apart from those of the text that rawValues parses.
const alFirstPlace = 1 << 10

func (t *alTree) at(span syntax.Span, str *syntax.Str) *actionlint.Pos {
	t.places = append(t.places, alPlace{span: span, str: str})
	if len(t.poss) == cap(t.poss) {
		t.poss = make([]actionlint.Pos, 0, 64)
	}
	t.poss = append(t.poss, actionlint.Pos{Line: (len(t.places) - 1 + alFirstPlace) << alLineBits, Col: 1})
	return &t.poss[len(t.poss)-1]
}

func (t *alTree) pos(span syntax.Span) *actionlint.Pos { return t.at(span, nil) }

func (t *alTree) env(m *syntax.Map, where alWhere) *actionlint.Env {
	if m == nil {
		return nil
	}
	if m.Expr != nil {
		return &actionlint.Env{Expression: t.str(m.Expr)}
	}
	vars := make(map[string]*actionlint.EnvVar, len(m.Entries))
	t.entries(m, where, func(id string, name, value *actionlint.String) {
		vars[id] = &actionlint.EnvVar{Name: name, Value: value}
	})
	return &actionlint.Env{Vars: vars}
}

// entries calls f for each entry of a map, with its name in lower case.
func (t *alTree) entries(m *syntax.Map, where alWhere, f func(id string, name, value *actionlint.String)) {
	if m == nil {
		return
	}
	for i := range m.Entries {
		e := &m.Entries[i]
		value := t.text(e.Value, where)
		if value == nil {
			value = &actionlint.String{Pos: t.pos(e.Name.Span)}
		}
		f(strings.ToLower(e.Name.Value), t.str(&e.Name), value)
	}
}

// workflow hands over what is in doubt, and what it refers to.
func (t *alTree) workflow(w *syntax.Workflow, doubts *alDoubts) *actionlint.Workflow {
	t.raw = t.rawValues(doubts.jobs)
	out := &actionlint.Workflow{
		Name:        t.field(w.Name),
		RunName:     t.field(w.RunName),
		Permissions: t.permissions(w.Permissions),
		Env:         t.env(w.Env, inEnv),
		Defaults:    t.defaults(w.Defaults),
		Concurrency: t.concurrency(w.Concurrency),
		Jobs:        make(map[string]*actionlint.Job, len(w.Jobs)),
	}
	if w.On != nil {
		for _, e := range w.On.Events {
			out.On = append(out.On, t.event(e))
		}
	}
	for _, j := range doubts.jobs {
		job := t.job(j.Job, j.frame)
		job.Steps = t.steps(nil, j.Steps)
		out.Jobs[strings.ToLower(j.ID.Value)] = job
	}
	for _, j := range w.Jobs {
		if id := strings.ToLower(j.ID.Value); out.Jobs[id] == nil && j.Node != nil {
			out.Jobs[id] = t.outline(j)
		}
	}
	return out
}

// outline is what other jobs can read of a job.
func (t *alTree) outline(j *syntax.Job) *actionlint.Job {
	out := &actionlint.Job{ID: t.str(&j.ID), Pos: t.pos(j.ID.Span)}
	if j.Uses != nil {
		out.WorkflowCall = &actionlint.WorkflowCall{Uses: t.uses(j.Uses)}
	}
	if j.Outputs != nil {
		out.Outputs = make(map[string]*actionlint.Output, len(j.Outputs.Entries))
		for i := range j.Outputs.Entries {
			out.Outputs[strings.ToLower(j.Outputs.Entries[i].Name.Value)] = &noOutput
		}
	}
	return out
}

// noOutput stands for an output in which there is nothing to find.
var noOutput actionlint.Output

func (t *alTree) permissions(p *syntax.Permissions) *actionlint.Permissions {
	if p == nil {
		return nil
	}
	return &actionlint.Permissions{Pos: t.pos(p.Key)} // its scopes are checked with exact spans by rule syntax
}

func (t *alTree) defaults(d *syntax.Defaults) *actionlint.Defaults {
	if d == nil {
		return nil
	}
	return &actionlint.Defaults{Pos: t.pos(d.Key), Run: &actionlint.DefaultsRun{
		Shell: t.field(d.Shell), WorkingDirectory: t.field(d.WorkingDirectory), Pos: t.pos(d.Key),
	}}
}

func (t *alTree) concurrency(c *syntax.Concurrency) *actionlint.Concurrency {
	if c == nil {
		return nil
	}
	return &actionlint.Concurrency{Group: t.field(c.Group), CancelInProgress: t.boolean(c.CancelInProgress), Pos: t.pos(c.Key)}
}

// job is a job without its steps, and without a frame as far as these cannot read it.
func (t *alTree) job(j *syntax.Job, frame bool) *actionlint.Job {
	if !frame {
		out := t.outline(j)
		out.Needs, out.RunsOn, out.Strategy = t.list(j.Needs), t.runsOn(j.RunsOn), t.strategy(j.Strategy)
		return out
	}
	out := &actionlint.Job{
		ID:              t.str(&j.ID),
		Name:            t.field(j.Name),
		Needs:           t.list(j.Needs),
		RunsOn:          t.runsOn(j.RunsOn),
		Permissions:     t.permissions(j.Permissions),
		Environment:     t.environment(j.Environment),
		Concurrency:     t.concurrency(j.Concurrency),
		Env:             t.env(j.Env, inEnv),
		Defaults:        t.defaults(j.Defaults),
		If:              t.condition(j.If),
		TimeoutMinutes:  t.float(j.TimeoutMinutes),
		Strategy:        t.strategy(j.Strategy),
		ContinueOnError: t.boolean(j.ContinueOnError),
		Container:       t.container(j.Container),
		Services:        t.services(j),
		WorkflowCall:    t.call(j),
		Snapshot:        t.snapshot(j),
		Pos:             t.pos(j.ID.Span),
	}
	if j.Outputs != nil {
		out.Outputs = make(map[string]*actionlint.Output, len(j.Outputs.Entries))
		t.entries(j.Outputs, inStep, func(id string, name, value *actionlint.String) {
			out.Outputs[id] = &actionlint.Output{Name: name, Value: value}
		})
	}
	return out
}

// steps appends the steps that are in doubt, and an outline of those that others can refer to.
func (t *alTree) steps(to []*actionlint.Step, steps []*syntax.Step) []*actionlint.Step {
	for _, s := range steps {
		var step *actionlint.Step
		switch {
		case s.ParallelKey.Len() > 0:
			to = t.steps(to, s.Parallel)
		case len(t.doubted) > 0 && t.doubted[0] == s:
			t.doubted = t.doubted[1:]
			step = t.step(s)
		case s.ID != nil:
			step = t.stepOutline(s)
		}
		if step != nil {
			to = append(to, step)
		}
	}
	return to
}

// stepOutline is what other steps can read of a step. What actionlint knows of an action's outputs it learns from the whole step.
func (t *alTree) stepOutline(s *syntax.Step) *actionlint.Step {
	if s.Run != nil || s.Uses != nil && actionlint.PopularActions[s.Uses.Value] == nil && !strings.HasPrefix(s.Uses.Value, anyOutputs) {
		return &actionlint.Step{ID: t.field(s.ID), Pos: t.pos(s.Span)}
	}
	return t.step(s)
}

func (t *alTree) runsOn(r *syntax.RunsOn) *actionlint.Runner {
	if r == nil {
		return nil
	}
	out := &actionlint.Runner{Group: t.field(r.Group)}
	if len(r.Labels) == 1 && wholeFence(r.Labels[0]) {
		out.LabelsExpr = t.str(r.Labels[0])
		return out
	}
	for _, l := range r.Labels {
		out.Labels = append(out.Labels, t.str(l))
	}
	return out
}

func (t *alTree) environment(e *syntax.Environment) *actionlint.Environment {
	if e == nil {
		return nil
	}
	return &actionlint.Environment{Name: t.field(e.Name), URL: t.field(e.URL), Deployment: t.boolean(e.Deployment), Pos: t.pos(e.Key)}
}

func (t *alTree) container(c *syntax.Container) *actionlint.Container {
	if c == nil {
		return nil
	}
	out := &actionlint.Container{
		Image: t.field(c.Image), Env: t.env(c.Env, inStep), Ports: t.list(c.Ports), Volumes: t.list(c.Volumes), Options: t.field(c.Options),
		Pos: t.pos(c.Key),
	}
	switch {
	case c.CredentialsExpr != nil:
		out.Credentials = &actionlint.Credentials{Expression: t.str(c.CredentialsExpr), Pos: t.pos(c.CredentialsExpr.Span)}
	case c.Username != nil || c.Password != nil:
		out.Credentials = &actionlint.Credentials{Username: t.field(c.Username), Password: t.field(c.Password), Pos: t.pos(c.Key)}
	}
	return out
}

func (t *alTree) services(j *syntax.Job) *actionlint.Services {
	switch {
	case j.ServicesExpr != nil:
		return &actionlint.Services{Expression: t.str(j.ServicesExpr), Pos: t.pos(j.ServicesExpr.Span)}
	case len(j.Services) == 0:
		return nil
	}
	out := &actionlint.Services{Value: make(map[string]*actionlint.Service, len(j.Services)), Pos: t.pos(j.Services[0].Key)}
	for _, c := range j.Services {
		out.Value[strings.ToLower(c.Name.Value)] = &actionlint.Service{Name: t.str(c.Name), Container: t.container(c)}
	}
	return out
}

func (t *alTree) call(j *syntax.Job) *actionlint.WorkflowCall {
	if j.Uses == nil {
		return nil
	}
	out := &actionlint.WorkflowCall{Uses: t.uses(j.Uses), Inputs: map[string]*actionlint.WorkflowCallInput{}}
	t.entries(j.With, inCall, func(id string, name, value *actionlint.String) {
		out.Inputs[id] = &actionlint.WorkflowCallInput{Name: name, Value: value}
	})
	if j.Secrets != nil {
		out.InheritSecrets = j.Secrets.Inherit
		out.Secrets = map[string]*actionlint.WorkflowCallSecret{}
		t.entries(j.Secrets.Map, inEnv, func(id string, name, value *actionlint.String) {
			out.Secrets[id] = &actionlint.WorkflowCallSecret{Name: name, Value: value}
		})
	}
	return out
}

func (t *alTree) snapshot(j *syntax.Job) *actionlint.Snapshot {
	n := j.Snapshot.Resolve()
	switch {
	case n == nil:
		return nil
	case n.Kind == syntax.Scalar:
		return &actionlint.Snapshot{ImageName: t.node(n)}
	}
	out := &actionlint.Snapshot{If: t.condition(j.SnapshotIf)}
	for _, p := range n.Pairs {
		if v := p.Value.Resolve(); v.Kind == syntax.Scalar {
			switch p.Key.Resolve().Value {
			case "image-name":
				out.ImageName = t.node(v)
			case "version":
				out.Version = t.node(v)
			}
		}
	}
	return out
}

// uses spells $/ as ./, which is all that actionlint knows.
func (t *alTree) uses(f *syntax.Field) *actionlint.String {
	out := t.field(f)
	if rest, ok := strings.CutPrefix(out.Value, "$/"); ok {
		out.Value = "./" + rest
	}
	return out
}

// step returns nil for a step that waits for others or cancels them.
func (t *alTree) step(s *syntax.Step) *actionlint.Step {
	out := &actionlint.Step{
		ID: t.field(s.ID), If: t.condition(s.If), Name: t.textField(s.Name, inStep), Env: t.env(s.Env, inStep), ContinueOnError: t.boolean(s.ContinueOnError),
		TimeoutMinutes: t.float(s.TimeoutMinutes), Pos: t.pos(s.Span),
	}
	switch {
	case s.Run != nil:
		out.Exec = &actionlint.ExecRun{Run: t.script(s.Run), Shell: t.field(s.Shell), WorkingDirectory: t.field(s.WorkingDirectory), RunPos: t.pos(s.Run.Key)}
	case s.Uses != nil:
		out.Exec = t.action(s)
	default:
		return nil
	}
	return out
}

// script is the text of a run: key. Its text matters only where it may hold a deprecated command.
func (t *alTree) script(f *syntax.Field) *actionlint.String {
	if mayCommand(f.Value) {
		return t.field(f)
	}
	return t.textField(f, inStep)
}

func (t *alTree) action(s *syntax.Step) *actionlint.ExecAction {
	out := &actionlint.ExecAction{Uses: t.uses(s.Uses), Inputs: map[string]*actionlint.Input{}}
	docker := strings.HasPrefix(s.Uses.Value, "docker://")
	t.entries(s.With, inStep, func(id string, name, value *actionlint.String) {
		switch {
		case docker && id == "entrypoint":
			out.Entrypoint = value
		case docker && id == "args":
			out.Args = value
		default:
			out.Inputs[id] = &actionlint.Input{Name: name, Value: value}
		}
	})
	return out
}

// composite is a workflow with a job that does what a composite action does.
func (t *alTree) composite(a *syntax.Action) *actionlint.Workflow {
	call := &actionlint.WorkflowCallEvent{Pos: t.pos(a.Runs.Key)}
	for _, in := range a.Inputs {
		call.Inputs = append(call.Inputs, &actionlint.WorkflowCallEventInput{
			Name: t.str(&in.Name), Type: actionlint.WorkflowCallEventInputTypeString, ID: strings.ToLower(in.Name.Value),
		})
	}
	job := &actionlint.Job{
		ID:     &actionlint.String{Value: "composite", Pos: t.pos(a.Runs.Key)},
		RunsOn: &actionlint.Runner{Labels: []*actionlint.String{{Value: "self-hosted", Pos: t.pos(a.Runs.Key)}}},
		Pos:    t.pos(a.Runs.Key),
		// Whoever uses the action may have a matrix.
		Strategy: &actionlint.Strategy{Pos: t.pos(a.Runs.Key), Matrix: &actionlint.Matrix{
			Expression: &actionlint.String{Value: anything, Pos: t.pos(a.Runs.Key)}, Pos: t.pos(a.Runs.Key),
		}},
	}
	job.Steps = t.steps(nil, a.Runs.Steps)
	if len(a.Outputs) > 0 {
		job.Outputs = map[string]*actionlint.Output{}
	}
	for _, o := range a.Outputs {
		if o.Value != nil {
			job.Outputs[strings.ToLower(o.Name.Value)] = &actionlint.Output{Name: t.str(&o.Name), Value: t.field(o.Value)}
		}
	}
	return &actionlint.Workflow{On: []actionlint.Event{call}, Jobs: map[string]*actionlint.Job{"composite": job}}
}
