package inventory

import (
	"maps"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// Bounds of one job: steps, those of actions of this repository among them, and how deep these use each other.
const (
	maxSteps = 1000
	maxNest  = 10
)

// walk follows the steps of one job in their order, also into the actions of this repository that they use.
type walk struct {
	*builder
	job     *Job
	steps   int                  // so far
	written map[string]bound     // variables that steps wrote to GITHUB_ENV
	left    []leftBehind         // by logins and checkouts so far
	held    map[*Credential]bool // everything that some step of the job uses
	asks    []*Credential        // identities that steps of the job ask for
	called  []*called            // actions of others, in the order of their first use
}

// bound is what a variable holds.
type bound struct {
	credentials []*Credential
	way         Way
}

// leftBehind is what lies where later steps can read it.
type leftBehind struct {
	*Credential
	by string
}

// scope is where the expressions of some steps are read: a job, or an action of this repository that a step uses.
type scope struct {
	*walk
	file    *syntax.File
	sj      *syntax.Job              // nil in an action
	vars    map[string]bound         // of the environment
	inputs  map[string][]*Credential // by lower-cased name; of an action
	outputs []output
	depth   int
}

// output is what an output of a step holds.
type output struct {
	path        string // id.outputs.name, lower-cased
	all         bool   // path is what the names of all such outputs begin with
	credentials []*Credential
}

// workflow lists the jobs of a workflow.
func (b *builder) workflow(file *syntax.File) {
	seen := map[int]bool{}
	for _, sj := range file.Workflow.Jobs {
		w := &walk{builder: b, job: b.newJob(file, sj), written: map[string]bound{}, held: map[*Credential]bool{}}
		s := &scope{walk: w, file: file, sj: sj, vars: map[string]bound{}}
		s.surroundings(seen)
		if sj.Uses != nil {
			s.call(seen)
		}
		for step := range sj.Flat() {
			s.step(step, seen)
		}
		w.end(s)
	}
	b.rest(file, seen)
}

// surroundings reads what all steps of a job see.
func (s *scope) surroundings(seen map[int]bool) {
	if env := s.file.Workflow.Env; env != nil {
		s.environment(env, "", Ambient, seen)
	}
	containers := s.sj.Services
	if c := s.sj.Container; c != nil {
		s.environment(c.Env, "", Ambient, seen)
		s.container(c, seen)
	}
	s.environment(s.sj.Env, "", Ambient, seen)
	for _, c := range containers {
		s.table(c.Env, "", ByContainer, "", seen)
		s.container(c, seen)
	}
}

// container reads what the runner itself needs to start one.
func (s *scope) container(c *syntax.Container, seen map[int]bool) {
	for _, f := range []*syntax.Field{c.Username, c.Password, c.Options, c.Image} {
		if f != nil {
			s.value(&f.Str, Use{How: ByContainer}, seen)
		}
	}
	if c.CredentialsExpr != nil {
		s.value(c.CredentialsExpr, Use{How: ByContainer}, seen)
	}
}

// environment binds the variables of an env:.
func (s *scope) environment(m *syntax.Map, step string, way Way, seen map[int]bool) {
	if m == nil {
		return
	}
	if m.Expr != nil {
		s.vars["*"] = bound{s.value(m.Expr, Use{Step: step, How: ByVariable}, seen), way}
	}
	for i := range m.Entries {
		e := &m.Entries[i]
		if e.Value == nil {
			continue
		}
		held := s.value(e.Value, Use{Step: step, How: ByVariable, As: e.Name.Value}, seen)
		if len(held) == 0 {
			delete(s.vars, e.Name.Value)
			continue
		}
		s.vars[e.Name.Value] = bound{held, way}
	}
}

// table reads a mapping that goes to something else, and returns what it hands over, by the names of its keys.
func (s *scope) table(m *syntax.Map, step string, how How, to string, seen map[int]bool) map[string][]*Credential {
	if m == nil {
		return nil
	}
	out := map[string][]*Credential{}
	if m.Expr != nil {
		out["*"] = s.value(m.Expr, Use{Step: step, How: how, To: to}, seen)
	}
	for i := range m.Entries {
		e := &m.Entries[i]
		if e.Value == nil {
			continue
		}
		if held := s.value(e.Value, Use{Step: step, How: how, As: e.Name.Value, To: to}, seen); len(held) > 0 {
			out[strings.ToLower(e.Name.Value)] = held
		}
	}
	return out
}

// value returns the credentials that the value of a scalar may hold, and notes that u uses them.
func (s *scope) value(str *syntax.Str, u Use, seen map[int]bool) []*Credential {
	var out []*Credential
	for i := range str.Fences {
		reads(str.Fences[i].X, func(n expr.Node) {
			at := s.file.ValueSpan(str, n.Range()).Start
			for _, c := range s.credentials(n, str) {
				u.Place, u.Job = place(s.file, at), s.job
				s.builder.use(c, u)
				if seen != nil {
					seen[at] = true
				}
				s.held[c] = true
				if !slices.Contains(out, c) && len(out) < maxNames {
					out = append(out, c)
				}
			}
		})
	}
	return out
}

// credentials returns what an access reads.
func (s *scope) credentials(n expr.Node, str *syntax.Str) []*Credential {
	p, fixed := expr.Path(n)
	context, name, _ := strings.Cut(p, ".")
	if !fixed {
		context = root(n)
	}
	switch context {
	case "secrets":
		return s.secrets(n, name, fixed, str)
	case "vars":
		if fixed && looksSecret(name) {
			return []*Credential{s.credential(Variable, strings.ToUpper(name))}
		}
	case "env":
		return s.variables(name, fixed)
	case "inputs":
		if fixed {
			return s.inputs[name]
		}
	case "steps":
		return s.output(name, fixed)
	}
	return nil
}

// secrets returns the secrets that an access to their context reads.
func (s *scope) secrets(n expr.Node, name string, fixed bool, str *syntax.Str) []*Credential {
	switch {
	case name == "github_token" && fixed:
		return nil
	case !fixed:
		span := n.Range()
		c := s.credential(Secret, shown(str.Value[span.Start:span.End]))
		c.Every = true
		return []*Credential{c}
	case name == "" || name == "*":
		return []*Credential{s.every()}
	}
	var out []*Credential
	for _, known := range s.secretNames(s.file, name) {
		out = append(out, s.credential(Secret, known))
	}
	return out
}

// every is all secrets.
func (b *builder) every() *Credential {
	c := b.credential(Secret, "")
	c.Every = true
	return c
}

// variables returns what a variable of the environment holds, or all of them.
func (s *scope) variables(name string, fixed bool) []*Credential {
	var out []*Credential
	for _, have := range slices.Sorted(maps.Keys(s.vars)) {
		if !fixed || name == "" || name == "*" || have == "*" || strings.EqualFold(have, name) {
			out = append(out, s.vars[have].credentials...)
		}
	}
	for _, have := range slices.Sorted(maps.Keys(s.written)) {
		if !fixed || name == "" || strings.EqualFold(have, name) {
			out = append(out, s.written[have].credentials...)
		}
	}
	return out
}

// output returns what outputs of the steps before hold.
func (s *scope) output(p string, fixed bool) []*Credential {
	var out []*Credential
	for i := range s.outputs {
		o := &s.outputs[i]
		if !fixed || o.path == p || o.all && strings.HasPrefix(p, o.path) || strings.HasSuffix(p, ".outputs") && strings.HasPrefix(o.path, p+".") {
			out = append(out, o.credentials...)
		}
	}
	return out
}

// step reads one step.
func (s *scope) step(step *syntax.Step, seen map[int]bool) {
	if s.steps++; s.steps > maxSteps {
		return
	}
	name := stepName(step)
	around := s.vars
	s.vars = maps.Clone(around)
	for _, v := range slices.Sorted(maps.Keys(s.written)) {
		if _, set := s.vars[v]; !set || s.vars[v].way == Ambient {
			s.vars[v] = s.written[v]
		}
	}
	s.environment(step.Env, name, Handed, seen)
	switch {
	case step.Uses != nil:
		s.uses(step, name, seen)
	case step.Run != nil:
		for _, f := range []*syntax.Field{step.Run, step.Shell, step.WorkingDirectory} {
			if f != nil {
				s.value(&f.Str, Use{Step: name, How: ByScript}, seen)
			}
		}
	}
	s.vars = around
	s.leftByScript(step)
}

// stepName is how people call a step: its name, else its id, else its action. A script is not quoted: it may hold what is not to be
// shown.
func stepName(step *syntax.Step) string {
	switch {
	case step.Name != nil && step.Name.Value != "":
		return shown(step.Name.Value)
	case step.ID != nil:
		return shown(step.ID.Value)
	case step.Uses != nil:
		return actionName(step.Uses.Value)
	}
	return ""
}

// shown returns a text of a file with the start alone of each token that stands in it.
func shown(text string) string {
	for _, c := range slices.Backward(catalog.Credentials(text)) {
		text = text[:c.Start] + c.Shown + "…" + text[c.End:]
	}
	return text
}

// leftByScript notes what the script of a step leaves for the steps behind it.
func (s *scope) leftByScript(step *syntax.Step) {
	if step.Run == nil || !strings.Contains(step.Run.Value, "GITHUB_") {
		return
	}
	for _, l := range s.flow.LeftByScripts(s.file, s.sj) {
		if l.Step != step {
			continue
		}
		held := s.behind(l.Secret)
		switch {
		case len(held) == 0:
		case l.Variable != "":
			s.written[l.Variable] = bound{held, Written}
		default:
			s.outputs = append(s.outputs, output{path: l.Output, credentials: held})
		}
	}
}

// behind returns the credentials that stand behind a secret that a script holds.
func (s *scope) behind(held flow.HeldSecret) []*Credential {
	switch {
	case held.Token:
		return nil
	case held.Input != "":
		return s.inputs[held.Input]
	case held.Login != "" && strings.Contains(held.Login, ".outputs."):
		return s.output(strings.ToLower(held.Login), true)
	case held.Login != "":
		return s.written[held.Login].credentials
	case held.Name == "":
		return []*Credential{s.every()}
	}
	return s.secrets(nil, strings.ToLower(held.Name), true, nil)
}

// plainValue is value for what only passes something on.
func (s *scope) plainValue(str *syntax.Str) []*Credential {
	var out []*Credential
	for i := range str.Fences {
		reads(str.Fences[i].X, func(n expr.Node) { out = append(out, s.credentials(n, str)...) })
	}
	return out
}
