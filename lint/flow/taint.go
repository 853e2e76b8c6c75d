package flow

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// Who chooses a value.
type Who uint8

// The writers, those that know the repository best first.
const (
	ByUnknown  Who = iota // something that the files do not tell: the output of an unknown action, a variable
	ByCaller              // whoever calls a reusable workflow or an action from elsewhere
	ByInsider             // somebody with rights in the repository: who pushes, who starts a workflow by hand
	ByOutsider            // anybody
)

// Taint is a value that somebody else chooses, and how it comes to where it is used.
type Taint struct {
	Shape catalog.Shape
	Who   Who
	JSON  bool   // it comes as JSON text, as long as it is the whole of an expression
	Name  string // of the source, for messages: github.event.issue.title, the input `x`
	Field string // of the github context, without github.; "" for other sources
	Trace []Step // from the source to the place of use, which is not part of it

	OneLine bool // a step wrote it on one line, so that it holds no line break
}

// Step is one place on the way of a value.
type Step struct {
	File    *syntax.File
	Source  *syntax.Source // of the text, which may be a script file
	Span    syntax.Span
	Message string
}

// maxTaints and maxHops bound what is followed of one expression.
const (
	maxTaints   = 12
	maxHops     = 12
	maxAccesses = 2000 // accesses
)

// scope is where an expression stands.
type scope struct {
	file *syntax.File
	job  *syntax.Job  // nil in a composite action, and outside jobs
	step *syntax.Step // nil for keys of the job
}

// spot is a place in the value of a scalar, or with a nil scalar in the file.
type spot struct {
	s  *syntax.Str
	in syntax.Span
}

// span returns the bytes of the file. They are looked for only when asked: most of what is followed leads nowhere.
func (p spot) span(file *syntax.File) syntax.Span {
	if p.s == nil {
		return p.in
	}
	return file.ValueSpan(p.s, p.in)
}

// Taints returns what somebody else chooses of an expression's value: fence is the index of one in s. The answer holds whatever
// event starts the job; Chosen tells for which it does.
func (f *Flow) Taints(file *syntax.File, job *syntax.Job, step *syntax.Step, s *syntax.Str, fence int) []Taint {
	t := &tainter{flow: f, busy: map[busyKey]bool{}}
	return tidy(t.expr(scope{file, job, step}, s, s.Fences[fence].X, 0))
}

// tidy keeps one taint for each source, the one that is followed the furthest.
func tidy(list []Taint) []Taint {
	slices.SortStableFunc(list, func(a, b Taint) int {
		return cmp.Or(cmp.Compare(b.Who, a.Who), cmp.Compare(b.Shape, a.Shape), cmp.Compare(len(a.Trace), len(b.Trace)))
	})
	var out []Taint
	for _, t := range list {
		if len(out) < maxTaints && !slices.ContainsFunc(out, func(o Taint) bool { return o.Name == t.Name && o.Who == t.Who }) {
			out = append(out, t)
		}
	}
	return out
}

// tainter follows the values of one expression.
type tainter struct {
	flow   *Flow
	busy   map[busyKey]bool // what is being followed, so that cycles end
	looked int              // accesses that were followed
	cut    bool             // a cycle ended since the access that is followed
	heads  bool             // it looks for what names the head of a pull request, and not for texts
}

type busyKey struct {
	file *syntax.File
	at   syntax.Span
	name string
}

// expr follows the parts of an expression that its value may hold.
func (t *tainter) expr(in scope, s *syntax.Str, n expr.Node, depth int) []Taint {
	if depth > maxHops {
		return nil
	}
	var out []Taint
	if t.heads && headLiteral(n) {
		out = append(out, t.pull(in, in.file.ValueSpan(s, n.Range())))
	}
	eachPart(n, func(part expr.Node) {
		if len(out) < maxTaints {
			out = append(out, t.access(in, s, part, depth)...)
		}
	})
	return out
}

// str follows all fences of a scalar.
func (t *tainter) str(in scope, s *syntax.Str, depth int) []Taint {
	if s == nil {
		return nil
	}
	var out []Taint
	if t.heads && pullRef(s.Value) {
		out = append(out, t.pull(in, s.Span))
	}
	for i := range s.Fences {
		out = append(out, t.expr(in, s, s.Fences[i].X, depth)...)
	}
	return out
}

// access follows one access to a context.
func (t *tainter) access(in scope, s *syntax.Str, n expr.Node, depth int) []Taint {
	at := spot{s, n.Range()}
	path, ok := expr.Path(n)
	if !ok {
		return t.computed(in, s, n, at, depth)
	}
	context, rest, _ := strings.Cut(path, ".")
	switch context {
	case "github":
		return t.github(in, at, rest)
	case "env":
		return t.once(in, path, depth, func() []Taint { return t.env(in, rest, depth) })
	case "inputs":
		return t.once(scope{file: in.file}, path, depth, func() []Taint { return t.input(in, rest, depth) })
	case "steps":
		return t.once(scope{file: in.file, job: in.job}, path, depth, func() []Taint { return t.stepOutput(in, rest, depth) })
	case "needs":
		return t.once(scope{file: in.file}, path, depth, func() []Taint { return t.need(in, rest, depth) })
	case "matrix":
		return t.once(scope{file: in.file, job: in.job}, path, depth, func() []Taint { return t.matrix(in, rest, depth) })
	}
	return nil
}

// taintKey is what the taints of an access depend on: where it is read, how much further they are followed, and what is looked for.
type taintKey struct {
	scope
	path  string
	depth int
	heads bool
}

// once finds the taints of an access, or remembers them: where jobs and workflows hand values on to several others, the same one is
// asked for again and again. What a cycle cut short is not remembered, as it depends on where the cycle was entered; for that the
// number of accesses is bounded.
func (t *tainter) once(in scope, path string, depth int, find func() []Taint) []Taint {
	key := taintKey{in, path, depth, t.heads}
	t.flow.mu.Lock()
	found, seen := t.flow.taints[key]
	t.flow.mu.Unlock()
	if seen {
		return slices.Clone(found)
	}
	if t.looked++; t.looked > maxAccesses {
		t.cut = true
		return nil
	}
	outer := t.cut
	t.cut = false
	found = tidy(find())
	if !t.cut {
		t.flow.mu.Lock()
		t.flow.taints[key] = slices.Clone(found)
		t.flow.mu.Unlock()
	}
	t.cut = t.cut || outer
	return found
}

// computed follows an access whose path is not constant: the whole of what it may read.
func (t *tainter) computed(in scope, s *syntax.Str, n expr.Node, at spot, depth int) []Taint {
	if t.heads && headMember(n) {
		return []Taint{t.pull(in, at.span(in.file))}
	}
	for {
		if of := expr.Accessed(n); of != nil {
			n = of
			continue
		}
		switch x := n.(type) {
		case *expr.Call:
			return t.expr(in, s, x, depth+1)
		case *expr.Group:
			n = x.X
		default:
			if path, ok := expr.Path(n); ok && strings.HasPrefix(path, "github.event") {
				return t.github(in, at, strings.TrimPrefix(path, "github."))
			}
			return nil
		}
	}
}

// github finds the fields of the context that somebody chooses, under the events that may start the job.
func (t *tainter) github(in scope, at spot, path string) []Taint {
	if t.heads {
		return t.headField(in, at, path)
	}
	if path == "" {
		path = "event" // all of it
	}
	var out []Taint
	for _, event := range t.flow.events(in.file) {
		for field := range catalog.Fields(path, event) {
			if dispatchFixed(in.file, field.Path, path) {
				continue
			}
			one := Taint{Shape: field.Shape, Who: ByOutsider, Name: "github." + field.Path, Field: field.Path}
			if strings.HasPrefix(path, field.Path) {
				one.Name = "github." + path
			}
			switch {
			case event == "workflow_call":
				one.Who = ByCaller
			case field.Insider:
				one.Who = ByInsider
			}
			one.Trace = []Step{{in.file, in.file.Source, at.span(in.file), "`" + one.Name + "` is " + chosenBy(one)}}
			out = append(out, one)
		}
	}
	return tidy(out)
}

// chosenBy says for a trace who writes a value.
func chosenBy(t Taint) string {
	switch {
	case t.Who == ByCaller:
		return "whatever the event behind the call brings"
	case t.Field == "event.client_payload" || strings.HasPrefix(t.Field, "event.inputs"):
		return "what somebody passes who starts the workflow"
	case t.Who == ByInsider:
		return "what somebody with write access chose"
	}
	return "text that anybody can write"
}

// dispatchFixed reports an input of workflow_dispatch that is a boolean, a number, a choice or an environment.
func dispatchFixed(file *syntax.File, field, path string) bool {
	name, ok := strings.CutPrefix(path, "event.inputs.")
	if !ok || field != "event.inputs" || file.Workflow == nil || file.Workflow.On == nil {
		return false
	}
	for _, e := range file.Workflow.On.Events {
		if e.Name.Value == "workflow_dispatch" {
			for _, in := range e.Inputs {
				if strings.EqualFold(in.Name.Value, name) {
					return fixedType(in)
				}
			}
		}
	}
	return false
}

// fixedType reports an input whose type leaves no text of the caller's choice.
func fixedType(in *syntax.Input) bool {
	if in.Type == nil {
		return false
	}
	switch in.Type.Value {
	case "boolean", "number", "choice", "environment":
		return true
	}
	return false
}

// events lists the names of the events that may start a file's jobs: for a composite action those of the workflows that use it.
// "workflow_call" stands for what is not known.
func (f *Flow) events(file *syntax.File) []string {
	f.mu.Lock()
	out, seen := f.eventNames[file]
	f.mu.Unlock()
	if seen {
		return out
	}
	add := func(name string) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	f.eachTop(file, 0, func(top *syntax.File) {
		for _, tr := range f.Triggers(top) {
			add(tr.Name)
		}
	})
	if file.Action != nil && len(f.users(file)) == 0 {
		add("workflow_call")
	}
	f.mu.Lock()
	if f.eventNames == nil {
		f.eventNames = map[*syntax.File][]string{}
	}
	f.eventNames[file] = out
	f.mu.Unlock()
	return out
}

// eachTop calls fn for the workflow that file is, or for those that use the composite action that it is.
func (f *Flow) eachTop(file *syntax.File, depth int, fn func(*syntax.File)) {
	if file.Workflow != nil {
		fn(file)
		return
	}
	if depth > maxNest || file.Action == nil {
		return
	}
	users := f.users(file)
	seen := map[*syntax.File]bool{}
	for _, u := range users[:min(len(users), maxUsers)] {
		if !seen[u.file] {
			seen[u.file] = true
			f.eachTop(u.file, depth+1, fn)
		}
	}
}

// enter guards against values that lead to themselves; leave is to be called when it answers true.
func (t *tainter) enter(in scope, at syntax.Span, name string) (leave func(), ok bool) {
	key := busyKey{in.file, at, name}
	if t.busy[key] || len(t.busy) > 200 {
		t.cut = true
		return nil, false
	}
	t.busy[key] = true
	return func() { delete(t.busy, key) }, true
}

// hop adds a place to the way of each taint.
func hop(list []Taint, file *syntax.File, span syntax.Span, message string) []Taint {
	for i := range list {
		list[i].JSON = false
		list[i].Trace = append(slices.Clone(list[i].Trace), Step{file, file.Source, span, message})
	}
	return list
}

// env follows a variable: one that an earlier step wrote, else the nearest env: that sets it.
func (t *tainter) env(in scope, name string, depth int) []Taint {
	step := in.step
	if step == nil {
		step = &syntax.Step{}
	}
	if in.step != nil && in.step.Env.Get(name) == nil {
		if written := t.written(in, "GITHUB_ENV", name, in.step, depth); len(written) > 0 {
			return written
		}
	}
	for _, env := range t.flow.Environments(in.file, in.job, step) {
		s := env.Get(name)
		if s == nil {
			continue
		}
		leave, ok := t.enter(in, s.Span, "env."+name)
		if !ok {
			return nil
		}
		defer leave()
		at := in
		if env != step.Env {
			at.step = nil
		}
		return hop(t.str(at, s, depth+1), in.file, s.Span, "the variable `"+name+"` holds it")
	}
	return nil
}

// Text says for messages what is chosen.
func (t Taint) Text() string {
	switch {
	case strings.HasPrefix(t.Name, "inputs."):
		return "the input " + strconv.Quote(strings.TrimPrefix(t.Name, "inputs."))
	case strings.HasPrefix(t.Name, "github."):
		return "`" + t.Name + "`"
	}
	return t.Name
}
