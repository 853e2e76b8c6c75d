package inventory

import (
	"maps"
	"path"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

// called is an action of others that a job uses, and what it can read when it runs.
type called struct {
	name, what string
	uses       []ActionUse
	reach      map[*Credential]Reach
}

// uses reads a step that uses an action.
func (s *scope) uses(step *syntax.Step, name string, seen map[int]bool) {
	action := actionName(step.Uses.Value)
	given := s.table(step.With, name, ByInput, action, seen)
	callee := s.repo.Callee(step.Uses.Value)
	if callee != nil && callee.Action != nil {
		s.nested(step, callee, given)
		return
	}
	made := s.logins(step, name, given)
	s.others(step.Uses, name, actionKind(step.Uses.Value), given, made)
	s.leaves(step, action, given, made)
}

// nested follows an action of this repository.
func (s *scope) nested(step *syntax.Step, callee *syntax.File, given map[string][]*Credential) {
	if s.depth >= maxNest || callee.Action.Runs == nil {
		return
	}
	inner := &scope{walk: s.walk, file: callee, vars: maps.Clone(s.vars), inputs: given, depth: s.depth + 1}
	for v, held := range inner.vars {
		if held.way == Handed { // to the whole action
			inner.vars[v] = bound{held.credentials, Ambient}
		}
	}
	for _, one := range flatSteps(callee) {
		inner.step(one, nil)
	}
	if step.ID == nil {
		return
	}
	for _, out := range callee.Action.Outputs {
		if out.Value == nil {
			continue
		}
		if held := inner.plainValue(&out.Value.Str); len(held) > 0 {
			s.outputs = append(s.outputs, output{path: strings.ToLower(step.ID.Value + ".outputs." + out.Name.Value), credentials: held})
		}
	}
}

func flatSteps(action *syntax.File) []*syntax.Step {
	var out []*syntax.Step
	for _, step := range action.Steps() {
		out = append(out, step)
	}
	return out
}

// call reads a job that calls a reusable workflow.
func (s *scope) call(seen map[int]bool) {
	to := actionName(s.sj.Uses.Value)
	given := s.table(s.sj.With, "", ByInput, to, seen)
	if given == nil {
		given = map[string][]*Credential{}
	}
	callee := s.repo.Callee(s.sj.Uses.Value)
	local := callee != nil && callee.Workflow != nil
	if secrets := s.sj.Secrets; secrets != nil {
		maps.Copy(given, s.table(secrets.Map, "", ByCall, to, seen))
		if secrets.Inherit && !local {
			c := s.every()
			s.builder.use(c, Use{Place: place(s.file, secrets.Start), Job: s.job, How: ByCall, As: "inherit", To: to})
			s.held[c] = true
			given["inherit"] = []*Credential{c}
		}
	}
	if !local {
		s.others(s.sj.Uses, "", "workflow", given, nil)
	}
}

// others notes a use of an action of others, and what it can read by then.
func (s *scope) others(uses *syntax.Field, step, what string, given map[string][]*Credential, made []*Credential) {
	c := s.calls(actionName(uses.Value), what)
	c.uses = append(c.uses, s.actionUse(uses, step))
	add := func(held []*Credential, way Way, by string) {
		for _, one := range held {
			have, ok := c.reach[one]
			if ok && have.Way <= way || !ok && !s.spend() {
				continue
			}
			c.reach[one] = Reach{one, way, by}
		}
	}
	add(made, Made, "")
	for _, input := range slices.Sorted(maps.Keys(given)) {
		add(given[input], Handed, input)
	}
	if what == "workflow" { // it sees no environment of its caller
		return
	}
	for _, v := range slices.Sorted(maps.Keys(s.vars)) {
		add(s.vars[v].credentials, s.vars[v].way, v)
	}
	for _, l := range s.left {
		add([]*Credential{l.Credential}, Kept, l.by)
	}
}

// calls returns what is known so far of an action of others in the job.
func (w *walk) calls(name, what string) *called {
	for _, c := range w.called {
		if c.what == what && strings.EqualFold(c.name, name) {
			return c
		}
	}
	c := &called{name: name, what: what, reach: map[*Credential]Reach{}}
	w.called = append(w.called, c)
	return c
}

// leaves notes what an action leaves for the steps behind it, of what it was given and of what it made.
func (s *scope) leaves(step *syntax.Step, action string, given map[string][]*Credential, made []*Credential) {
	info, login := catalog.Login(step.Uses.Value, with(step))
	var held []*Credential
	for _, input := range slices.Sorted(maps.Keys(given)) {
		for _, c := range given[input] {
			if !c.Named {
				held = append(held, c)
			}
		}
	}
	if retry := strings.EqualFold(path.Dir(action+"/x"), "wandalen/wretry.action"); login && (len(info.Env) > 0 || len(info.Files) > 0) || retry {
		for _, c := range append(slices.Clone(held), made...) {
			if !slices.ContainsFunc(s.left, func(l leftBehind) bool { return l.Credential == c }) {
				s.left = append(s.left, leftBehind{c, action})
			}
		}
		for _, v := range info.Env {
			if len(held)+len(made) > 0 && v != "*" {
				s.written[v] = bound{append(slices.Clone(made), held...), Written}
			}
		}
	}
	if step.ID == nil {
		return
	}
	id := strings.ToLower(step.ID.Value) + ".outputs."
	for _, name := range info.Outputs {
		prefix, _, all := strings.Cut(name, "*")
		if len(made) == 0 {
			made = held
		}
		s.outputs = append(s.outputs, output{path: id + strings.ToLower(prefix), all: all, credentials: made})
	}
	if len(info.Outputs) == 0 && len(made) > 0 && made[0].Kind == App {
		s.outputs = append(s.outputs, output{path: id, all: true, credentials: made})
	}
}

// with answers the catalogue for the inputs of a step.
func with(step *syntax.Step) catalog.With {
	return func(name string) (string, bool, bool) {
		if name == catalog.EventInput || strings.HasPrefix(name, catalog.EnvInput) {
			return "${{ " + name[1:] + " }}", false, true
		}
		s := step.With.Get(name)
		if s == nil {
			return "", false, false
		}
		return s.Value, len(s.Fences) == 0, true
	}
}
