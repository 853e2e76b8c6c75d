package policy

import (
	"slices"
	"strconv"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// Asks are the things that are only looked up when a condition reads them.
type Asks uint8

// What can be asked.
const (
	AsksEvents Asks = 1 << iota
	AsksDeploys
	AsksSecrets
	AsksCommands
)

// Model is what conditions see of one file.
type Model struct {
	workflow, triggers, jobs, steps, uses []Subject
}

// NewModel looks at a workflow or an action. What is not among asks is left empty. labels are those of the configuration.
func NewModel(f *syntax.File, fl *flow.Flow, asks Asks, labels []string) *Model {
	m := &Model{}
	b := &builder{
		Model: m, file: f, flow: fl, asks: asks,
		env:     environment{File: &File{Path: f.Path}, Workflow: &Workflow{}, Trigger: &Trigger{}, Job: &Job{}, Step: &Step{}, Uses: &Uses{}, RunnerLabels: labels},
		ofSteps: map[*syntax.Step]*Step{},
	}
	switch {
	case f.Workflow != nil && f.Workflow.Node != nil:
		b.env.File.Kind = "workflow"
		b.addWorkflow(f.Workflow)
	case f.Action != nil && f.Action.Runs != nil:
		b.env.File.Kind = "action"
		for _, step := range f.Steps() {
			b.addStep(nil, step)
		}
	}
	b.addUses()
	return m
}

// builder makes a model.
type builder struct {
	*Model
	file    *syntax.File
	flow    *flow.Flow
	asks    Asks
	env     environment // with what is the same for all subjects
	ofSteps map[*syntax.Step]*Step
	ofJobs  map[*syntax.Job]*Job
}

func (b *builder) addWorkflow(w *syntax.Workflow) {
	out := b.env.Workflow
	*out = Workflow{
		Path: b.file.Path, Name: text(w.Name), RunName: text(w.RunName), Permissions: permissions(w.Permissions), Env: table(w.Env), Concurrency: group(w.Concurrency), Keys: keys(w.Node),
	}
	named := w.Node.Span
	if len(w.Node.Pairs) > 0 {
		named = w.Node.Pairs[0].Key.Span
	}
	if w.On != nil {
		named = w.On.Key
		for _, e := range w.On.Events {
			t := trigger(e)
			out.Triggers, out.Events = append(out.Triggers, t), append(out.Events, t.Name)
		}
	}
	b.ofJobs = map[*syntax.Job]*Job{}
	for _, j := range w.Jobs {
		b.ofJobs[j] = &Job{}
		out.Jobs = append(out.Jobs, b.ofJobs[j])
	}
	b.workflow = []Subject{{env: b.env, file: b.file, node: w.Node, named: named}}
	for i, t := range out.Triggers {
		s := Subject{env: b.env, file: b.file, node: triggerNode(w.On, w.On.Events[i]), named: w.On.Events[i].Name.Span}
		s.env.Trigger = t
		b.triggers = append(b.triggers, s)
	}
	for _, j := range w.Jobs {
		b.addJob(w, j)
	}
}

func (b *builder) addJob(w *syntax.Workflow, j *syntax.Job) {
	out := b.ofJobs[j]
	*out = Job{
		ID: j.ID.Value, Name: text(j.Name), If: condition(j.If), Needs: list(j.Needs), Permissions: permissions(flow.Token(b.file, j).Block),
		TimeoutMinutes: number(j.TimeoutMinutes), Concurrency: group(j.Concurrency), Container: image(j.Container), Env: table(j.Env), Uses: text(j.Uses),
		With: lowered(j.With), Inherits: j.Secrets != nil && j.Secrets.Inherit, Keys: keys(j.Node),
	}
	if j.RunsOn != nil {
		out.RunsOn = RunsOn{Labels: values(j.RunsOn.Labels), Group: text(j.RunsOn.Group)}
	}
	if j.Environment != nil {
		out.Environment = Environment{text(j.Environment.Name), text(j.Environment.URL)}
	}
	for _, c := range j.Services {
		out.Services = append(out.Services, image(c))
	}
	if j.Strategy != nil && j.Strategy.Matrix != nil && j.Strategy.Matrix.Rows != nil {
		for i := range j.Strategy.Matrix.Rows.Entries {
			out.Matrix = append(out.Matrix, j.Strategy.Matrix.Rows.Entries[i].Name.Value)
		}
	}
	b.ask(out, j)
	s := Subject{env: b.env, file: b.file, node: j.Node, named: j.ID.Span}
	s.env.Job = out
	b.jobs = append(b.jobs, s)
	for step := range j.Flat() {
		out.Steps = append(out.Steps, b.addStep(j, step))
	}
	if b.asks&AsksSecrets != 0 {
		b.addSecrets(out, j)
	}
}

// ask looks up what takes long.
func (b *builder) ask(out *Job, j *syntax.Job) {
	if b.asks&AsksEvents != 0 {
		out.Events = b.flow.Starts(b.file, j)
	}
	if b.asks&AsksDeploys != 0 {
		out.Deploys = slices.ContainsFunc(b.flow.Deployments(b.file, j), func(d flow.Deployment) bool {
			return d.Strength > catalog.Named && !d.Draft && !d.Review
		})
	}
}

func (b *builder) addSecrets(out *Job, j *syntax.Job) {
	add := func(to *[]string, name string) {
		if name != "" && !slices.Contains(*to, name) {
			*to = append(*to, name)
		}
	}
	for _, s := range b.flow.JobSecrets(b.file, j) {
		add(&out.Secrets, s.Name)
		if step := b.ofSteps[s.Step]; step != nil {
			add(&step.Secrets, s.Name)
		}
	}
}

func (b *builder) addStep(j *syntax.Job, st *syntax.Step) *Step {
	shell, _ := flow.Shell(b.file, j, st)
	out := &Step{
		ID: text(st.ID), Name: text(st.Name), If: condition(st.If), Run: text(st.Run), Shell: shell, WorkingDirectory: text(st.WorkingDirectory), Uses: text(st.Uses),
		With: lowered(st.With), Env: table(st.Env), ContinueOnError: text(st.ContinueOnError), TimeoutMinutes: number(st.TimeoutMinutes), Keys: keys(st.Node),
	}
	named := st.Span
	if n := st.Node.Resolve(); n != nil && len(n.Pairs) > 0 {
		named = n.Pairs[0].Key.Span
	}
	if st.Uses != nil {
		out.Target, named = target(st.Uses.Value), st.Uses.Span
	} else if st.Run != nil {
		named = st.Run.Key
	}
	if b.asks&AsksCommands != 0 && st.Run != nil {
		for _, c := range b.flow.Script(b.file, j, st).Commands {
			command := &Command{Name: c.Name}
			for _, w := range c.Words {
				command.Words = append(command.Words, w.Text)
			}
			out.Commands = append(out.Commands, command)
		}
	}
	b.ofSteps[st] = out
	s := Subject{env: b.env, file: b.file, node: st.Node.Resolve(), named: named}
	s.env.Step = out
	if j != nil {
		s.env.Job = b.ofJobs[j]
	}
	b.steps = append(b.steps, s)
	return out
}

func (b *builder) addUses() {
	for use := range b.file.Uses() {
		s := Subject{env: b.env, file: b.file, named: use.Span}
		s.env.Uses = &Uses{Value: use.Value, Kind: "action", Target: target(use.Value)}
		if use.Step == nil {
			s.env.Uses.Kind = "workflow"
		}
		if use.Job != nil {
			s.env.Job = b.ofJobs[use.Job]
		}
		b.uses = append(b.uses, s)
	}
}

func trigger(e *syntax.Event) *Trigger {
	t := &Trigger{
		Name: e.Name.Value, Types: list(e.Types), Branches: list(e.Branches), BranchesIgnore: list(e.BranchesIgnore), Tags: list(e.Tags), TagsIgnore: list(e.TagsIgnore),
		Paths: list(e.Paths), PathsIgnore: list(e.PathsIgnore), Workflows: list(e.Workflows), Keys: keys(e.Node),
	}
	for _, in := range e.Inputs {
		t.Inputs = append(t.Inputs, in.Name.Value)
	}
	for _, s := range e.Schedules {
		t.Schedules = append(t.Schedules, &Schedule{Cron: text(s.Cron), Timezone: text(s.Timezone), Interval: interval(text(s.Cron))})
	}
	return t
}

func target(value string) (t Target) {
	value = strings.TrimSpace(value)
	switch {
	case strings.HasPrefix(value, "./") || strings.HasPrefix(value, "$/"):
		return Target{Local: true, Pinned: true}
	case strings.HasPrefix(value, "docker://"):
		return Target{Docker: true, Pinned: strings.Contains(value, "@sha256:")}
	}
	if named, ok := syntax.ParseTarget(value); ok {
		t = Target{Owner: strings.ToLower(named.Owner), Repo: strings.ToLower(named.Repo), Path: named.Path, Ref: named.Ref}
		t.Pinned = repo.IsHex(named.Ref) && (len(named.Ref) == 40 || len(named.Ref) == 64)
	}
	return t
}

func text(f *syntax.Field) string {
	if f == nil {
		return ""
	}
	return f.Value
}

func condition(c *syntax.Condition) string {
	if c == nil {
		return ""
	}
	return c.Value
}

func number(f *syntax.Field) float64 {
	if f == nil {
		return 0
	}
	x, err := strconv.ParseFloat(f.Value, 64)
	if err != nil {
		return 0
	}
	return x
}

func group(c *syntax.Concurrency) string {
	if c == nil {
		return ""
	}
	return text(c.Group)
}

func image(c *syntax.Container) string {
	if c == nil {
		return ""
	}
	return text(c.Image)
}

func list(l *syntax.List) []string {
	if l == nil {
		return nil
	}
	return values(l.Values)
}

func values(strs []*syntax.Str) []string {
	var out []string
	for _, s := range strs {
		out = append(out, s.Value)
	}
	return out
}

func permissions(p *syntax.Permissions) Permissions {
	if p == nil {
		return Permissions{}
	}
	out := Permissions{Given: true}
	if p.All != nil {
		out.All = p.All.Value
	}
	for _, s := range p.Scopes {
		if out.Scopes == nil {
			out.Scopes = make(map[string]string, len(p.Scopes))
		}
		out.Scopes[s.Name.Value] = s.Value.Value
	}
	return out
}

// table returns the scalars of a mapping.
func table(m *syntax.Map) map[string]string {
	if m == nil || len(m.Entries) == 0 {
		return nil
	}
	out := make(map[string]string, len(m.Entries))
	for i := range m.Entries {
		if e := &m.Entries[i]; e.Value != nil {
			out[e.Name.Value] = e.Value.Value
		}
	}
	return out
}

// lowered returns the scalars of a mapping whose keys GitHub reads in any letter case.
func lowered(m *syntax.Map) map[string]string {
	out := table(m)
	for name, value := range out {
		if low := strings.ToLower(name); low != name {
			delete(out, name)
			out[low] = value
		}
	}
	return out
}

func keys(n *syntax.Node) []string {
	if n = n.Resolve(); n == nil {
		return nil
	}
	var out []string
	for _, p := range n.Pairs {
		if k := p.Key.Resolve(); k.Kind == syntax.Scalar {
			out = append(out, k.Value)
		}
	}
	return out
}
