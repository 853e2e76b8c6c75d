package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Deployment is one reason to say that a job deploys or publishes.
type Deployment struct {
	syntax.Span // the uses: value, or the command in a script; of the caller's step where a local action deploys
	Step        *syntax.Step
	What        string // the action or the command, for messages
	In          string // the local action, as in uses:, or the script file of this repository that does it, else ""
	Kind        catalog.Kind
	Strength    catalog.Strength
	Open        bool // an input or option that decides is not known
	Draft       bool // a release that nobody sees before somebody publishes it
	Upload      bool // changes a release that exists already, which may be a draft
	Review      bool // it happens for pull requests that nobody merged yet
}

// maxNested is how deep local actions that use each other are followed.
const maxNested = 4

// Deploying answers what the jobs of one workflow deploy. It remembers what it found and is not safe for concurrent use.
type Deploying struct {
	flow    *Flow
	file    *syntax.File
	times   []occasion // one for each trigger; made when first needed
	jobs    map[*syntax.File]map[string]*syntax.Job
	found   map[*syntax.Job][]Deployment
	allowed map[*syntax.Job]Approved
	shared  *ranked // what the workflow's env: gives every job
	looked  int     // how many names were looked up
	drafts  expr.Tri
}

// Deploying prepares to answer for the workflow in file.
func (f *Flow) Deploying(file *syntax.File) *Deploying {
	return &Deploying{flow: f, file: file}
}

// occasions returns one for each trigger.
func (d *Deploying) occasions() []occasion {
	if d.times == nil {
		for _, t := range d.flow.Triggers(d.file) {
			d.times = append(d.times, occasion{deploying: d, trigger: t, memo: map[*syntax.Job]expr.Tri{}, where: d.file})
		}
	}
	return d.times
}

// jobByName finds a job by its id, whatever its case.
func (d *Deploying) jobByName(file *syntax.File, id string) *syntax.Job {
	index := d.jobs[file]
	if index == nil {
		index = make(map[string]*syntax.Job, len(file.Workflow.Jobs))
		for _, j := range file.Workflow.Jobs {
			index[strings.ToLower(j.ID.Value)] = j
		}
		if d.jobs == nil {
			d.jobs = map[*syntax.File]map[string]*syntax.Job{}
		}
		d.jobs[file] = index
	}
	return index[strings.ToLower(id)]
}

// Deployments lists what in a job deploys or publishes, in source order. Previews and dry runs are not among it, nor what
// works on a cluster or registry that the job made for itself, nor what no event that starts the workflow gets to.
func (d *Deploying) Deployments(job *syntax.Job) []Deployment {
	if out, known := d.found[job]; known {
		return out
	}
	if d.found == nil {
		d.found = map[*syntax.Job][]Deployment{}
	}
	d.flow.mu.Lock()
	out, known := d.flow.deployments[job]
	d.flow.mu.Unlock()
	if !known {
		if d.flow.jobMayDeploy(job) {
			w := deployments{Deploying: d, job: job}
			for step := range job.Flat() {
				if !Never(step.If) {
					w.step(d.file, step, step, "", 0)
				}
			}
			out = w.out
		}
		d.flow.mu.Lock()
		d.flow.deployments[job] = out
		d.flow.mu.Unlock()
	}
	d.found[job] = out
	return out
}

// Deployments lists what in one job deploys or publishes: see Deploying.
func (f *Flow) Deployments(file *syntax.File, job *syntax.Job) []Deployment {
	return f.Deploying(file).Deployments(job)
}

// deployments gathers those of one job.
type deployments struct {
	*Deploying
	job    *syntax.Job
	runs   []*occasion   // those on which the job runs; made when first needed
	local  bool          // a cluster was made on the runner
	script *shell.Script // that lists are of
	lists  map[string][]string
	walked int      // steps looked at, those of local actions among them
	room   []string // for words
	out    []Deployment

	followed int // local actions
}

// step looks at one step, which stands in at: the workflow, or a local action that outer uses.
func (d *deployments) step(at *syntax.File, step, outer *syntax.Step, in string, depth int) {
	d.walked++
	switch {
	case d.walked > maxWalked:
	case step.Uses != nil:
		d.uses(at, step, outer, in, depth)
		for _, given := range d.flow.Given(d.jobIn(at), step) {
			d.step(at, given, outer, in, depth)
		}
	case step.Run != nil:
		if d.flow.Clues(step).Has(catalog.ClueCluster) || catalog.MayDeploy(step.Run.Value) {
			d.commands(at, step, outer, in)
		}
		if d.flow.MayRun(step) {
			d.files(at, step, outer)
		}
	}
}

func (d *deployments) uses(at *syntax.File, step, outer *syntax.Step, in string, depth int) {
	uses := step.Uses.Value
	d.local = d.local || catalog.LocalClusterAction(uses) || localClusterPath(uses)
	if callee := d.flow.repo.Callee(uses); callee != nil && callee.Action != nil && callee.Action.Runs != nil && depth < maxNested {
		if d.followed++; d.followed > maxFollowed || !d.flow.mayDeploy(callee) {
			return
		}
		for _, inner := range callee.Action.Runs.Steps {
			if !Never(inner.If) {
				d.step(callee, inner, outer, uses, depth+1)
			}
		}
		return
	}
	got, ok := catalog.Deploy(uses, inputs(step.With))
	if !ok {
		return
	}
	dep := Deployment{Span: outer.Uses.Span, Step: outer, What: actionName(uses), In: in, Kind: got.Kind, Strength: got.Strength, Open: len(got.Open) > 0}
	draft, _, _ := inputs(step.With)("draft")
	dep.Draft = dep.Kind == catalog.Releases && strings.EqualFold(strings.TrimSpace(draft), "true")
	dep.Upload = strings.HasSuffix(strings.ToLower(dep.What), "upload-release-asset")
	if at != d.file { // its inputs and conditions speak of another file
		d.add(dep, outer, nil)
		return
	}
	d.add(dep, outer, func(o *occasion) (catalog.Strength, expr.Tri) {
		got, ok := catalog.Deploy(uses, o.with(step))
		switch {
		case !ok:
			return 0, expr.False
		case len(got.Open) > 0:
			return got.Strength, expr.Unknown
		}
		return got.Strength, expr.True
	})
}

// mayDeploy answers false for a composite action that surely neither deploys nor makes a cluster, wherever it is called.
func (f *Flow) mayDeploy(action *syntax.File) bool {
	f.mu.Lock()
	may, seen := f.deploying[action]
	f.mu.Unlock()
	if !seen {
		may = slices.ContainsFunc(action.Action.Runs.Steps, func(step *syntax.Step) bool { return f.stepMayDeploy(step) || f.stepMayMakeCluster(step) })
		f.mu.Lock()
		if f.deploying == nil {
			f.deploying = map[*syntax.File]bool{}
		}
		f.deploying[action] = may
		f.mu.Unlock()
	}
	return may
}

// jobMayDeploy answers false for a job of which surely no step deploys; whether one makes a cluster does not matter then.
func (f *Flow) jobMayDeploy(job *syntax.Job) bool {
	for step := range job.Flat() {
		if f.stepMayDeploy(step) {
			return true
		}
	}
	return false
}

func (f *Flow) stepMayDeploy(step *syntax.Step) bool {
	if step.Uses == nil {
		return step.Run != nil && (f.MayRun(step) || catalog.MayDeploy(step.Run.Value))
	}
	uses := step.Uses.Value
	local := strings.HasPrefix(uses, "./") || strings.HasPrefix(uses, "$/")
	return local || catalog.MayDeployAction(uses) || len(catalog.ScriptInputs(uses)) > 0
}

func (f *Flow) stepMayMakeCluster(step *syntax.Step) bool {
	return step.Uses != nil && catalog.LocalClusterAction(step.Uses.Value) || step.Run != nil && f.Clues(step).Has(catalog.ClueCluster)
}

func (d *deployments) commands(at *syntax.File, step, outer *syntax.Step, in string) {
	for _, c := range d.flow.Script(at, d.jobIn(at), step).Commands {
		if dep, ok := d.command(c, d.words(at, step, c), outer, in); ok {
			d.add(d.placed(dep, at, step, c), outer, nil)
		}
	}
}

// files looks at the script files of the repository that a step runs, but not at those that are told to try only.
func (d *deployments) files(at *syntax.File, step, outer *syntax.Step) {
	for _, run := range d.flow.Runs(at, d.jobIn(at), step, Held{}) {
		given := words(run.Command)[1:]
		if slices.ContainsFunc(given, rehearsal) || !catalog.MayDeploy(run.Source.Text) || dispatches(run.Script) && !slices.ContainsFunc(given, catalog.DeployName) {
			continue
		}
		for _, c := range run.Script.Commands {
			if dep, ok := d.command(c, words(c), outer, run.Source.Path); ok {
				d.add(d.placed(dep, at, step, run.Command), outer, nil)
			}
		}
	}
}

// jobIn is the job of a step in a file: none in a local action.
func (d *deployments) jobIn(at *syntax.File) *syntax.Job {
	if at != d.file {
		return nil
	}
	return d.job
}

// placed sets the span: that of a command of the workflow, or of the step that uses a local action.
func (d *deployments) placed(dep Deployment, at *syntax.File, step *syntax.Step, c *shell.Command) Deployment {
	if at == d.file {
		dep.Span = at.ValueSpan(&step.Run.Str, syntax.Span{Start: c.Words[0].Start, End: c.Words[len(c.Words)-1].End})
	} else {
		dep.Span = dep.Step.Uses.Span
	}
	return dep
}

// words are those of a command of a step with the variables that an env: gives a constant, until it is asked for the next.
func (d *deployments) words(at *syntax.File, step *syntax.Step, c *shell.Command) []string {
	out := appendWords(d.room[:0], c)
	defer func() { d.room = out }()
	var room [4]*syntax.Map
	var envs []*syntax.Map
	for i := range c.Words {
		if w := &c.Words[i]; len(w.Vars) == 1 && strings.HasPrefix(w.Text, "${") && strings.HasSuffix(w.Text, "[@]}") {
			out = append(out, d.assigned(d.flow.Script(at, d.jobIn(at), step), w.Vars[0].Name)...)
		}
		w := &c.Words[i]
		if w.Const || len(w.Vars)+len(w.Holes) == 0 || d.looked >= maxLookedAll {
			continue
		}
		d.looked += len(w.Vars) + len(w.Holes)
		if envs == nil {
			envs = appendEnvironments(room[:0], at, d.jobIn(at), step)
		}
		for _, v := range w.Vars {
			if value, ok := constantIn(envs, v.Name); ok {
				out[i] = strings.ReplaceAll(out[i], "${"+v.Name+"}", value)
				if out[i] == "$"+v.Name || strings.HasPrefix(out[i], "$"+v.Name+"/") || strings.HasPrefix(out[i], "$"+v.Name+":") {
					out[i] = value + out[i][1+len(v.Name):]
				}
			}
		}
		for _, h := range w.Holes {
			if h >= len(step.Run.Fences) {
				continue
			}
			f := step.Run.Fences[h]
			if path, ok := expr.Path(f.X); ok && strings.HasPrefix(path, "env.") {
				if value, ok := constantIn(envs, path[len("env."):]); ok {
					out[i] = strings.ReplaceAll(out[i], step.Run.Value[f.Start:f.End], value)
				}
			}
		}
	}
	return out
}

// maxListed is how many words of a variable are looked at.
const maxListed = 50

// assigned are the words that a script gives a variable, once and for all: arguments=(--draft "$TAG").
func (d *deployments) assigned(s *shell.Script, name string) []string {
	if d.script != s {
		d.script, d.lists = s, map[string][]string{}
		for _, c := range s.Commands {
			for i := range c.Assigns {
				a := &c.Assigns[i]
				if _, again := d.lists[a.Name]; again && !a.Append {
					d.lists[a.Name] = nil
				} else if !a.Append {
					list := strings.Fields(strings.Trim(a.Value.Text, "()"))
					d.lists[a.Name] = list[:min(len(list), maxListed)]
				}
			}
		}
	}
	out := slices.Clone(d.lists[name])
	for i := range out {
		out[i] = strings.Trim(out[i], "\"'")
	}
	return out
}

// constantIn is the constant that the nearest env: gives a variable.
func constantIn(envs []*syntax.Map, name string) (string, bool) {
	for _, env := range envs {
		if s := env.Get(name); s != nil {
			return s.Value, len(s.Fences) == 0
		}
	}
	return "", false
}

// command tells what a command deploys.
func (d *deployments) command(c *shell.Command, ws []string, outer *syntax.Step, in string) (Deployment, bool) {
	if len(c.Words) == 0 || printsOnly(c) {
		return Deployment{}, false
	}
	d.local = d.local || catalog.LocalCluster(ws)
	got, ok := catalog.DeployCommand(ws)
	if !ok || got.Cluster && d.local {
		return Deployment{}, false
	}
	dep := Deployment{Step: outer, What: got.Command, In: in, Kind: got.Kind, Strength: got.Strength}
	dep.Draft = got.Kind == catalog.Releases && (slices.Contains(ws, "--draft") || slices.Contains(ws, "-d") || slices.Contains(ws, "--draft=true"))
	dep.Upload = got.Command == "gh release upload" || strings.HasPrefix(got.Command, "gh release") && got.Strength == catalog.Likely && !dep.Draft
	return dep, true
}

// dispatches reports a script whose first argument chooses what it does.
func dispatches(s *shell.Script) bool {
	return slices.ContainsFunc(s.Commands, func(c *shell.Command) bool {
		return c.Name == "case" && c.Function == "" && len(c.Words) > 1 && slices.ContainsFunc(c.Words[1].Vars, func(v shell.VarUse) bool { return v.Name == "1" })
	})
}

// rehearsal knows an argument that tells a script to try only.
func rehearsal(word string) bool {
	word = strings.ToLower(strings.TrimLeft(word, "-"))
	return word == "dry-run" || word == "dryrun" || word == "dry_run" || word == "noop" || word == "check" || word == "plan"
}

// add keeps a deployment when an event that starts the workflow gets to it. decides tells for one event whether it then
// deploys, and how sure that is; nil when that does not depend on the event.
func (d *deployments) add(dep Deployment, step *syntax.Step, decides func(*occasion) (catalog.Strength, expr.Tri)) {
	if d.runs == nil {
		times := d.occasions()
		for i := range times {
			if o := times[i].at(d.file, d.job); o.runs() != expr.False {
				d.runs = append(d.runs, o)
			}
		}
	}
	if len(d.runs) == 0 && d.file.Workflow.On != nil && len(d.file.Workflow.On.Events) > 0 {
		return
	}
	ever, merged, sure := len(d.runs) == 0, false, false
	for _, o := range d.runs {
		o.step = step
		runs := and(o.runs(), o.holds(step.If))
		if decides != nil && runs != expr.False {
			strength, t := decides(o)
			runs = and(runs, t)
			if t == expr.True {
				dep.Strength, sure = max(dep.Strength, strength), true
			}
		}
		if runs == expr.False {
			continue
		}
		ever = true
		merged = merged || !o.trigger.review()
		dep.Review = dep.Review || o.trigger.review() && runs == expr.True
	}
	dep.Open = dep.Open && !sure
	if dep.Open && dep.Kind == catalog.Pages {
		return // which branch is pushed to decides whether it is a site at all
	}
	if ever {
		dep.Review = dep.Review || !merged && len(d.runs) > 0
		d.out = append(d.out, dep)
	}
}

// localClusterPath knows a local action that makes a cluster by its name.
func localClusterPath(uses string) bool {
	if !strings.HasPrefix(uses, "./") && !strings.HasPrefix(uses, "$/") {
		return false
	}
	for word := range strings.FieldsFuncSeq(uses, func(r rune) bool { return r == '/' || r == '-' || r == '_' || r == '.' }) {
		switch word {
		case "minikube", "kind", "k3d", "k3s", "microk8s":
			return true
		}
	}
	return false
}

// printsOnly reports a command whose words are text, not something done.
func printsOnly(c *shell.Command) bool { return c.Name == "echo" || c.Name == "printf" }

// inputs gives the catalogue the inputs of a step.
func inputs(with *syntax.Map) catalog.With {
	return func(name string) (string, bool, bool) {
		if name == catalog.EventInput || strings.HasPrefix(name, catalog.EnvInput) {
			return "${{ " + name[1:] + " }}", false, true
		}
		s := with.Get(name)
		if s == nil {
			return "", false, false
		}
		return s.Value, len(s.Fences) == 0, true
	}
}

// actionName returns uses without its ref.
func actionName(uses string) string {
	name, _, _ := strings.Cut(uses, "@")
	return name
}
