package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// occasion judges the conditions and inputs of a job as they come out when one event starts it, whoever caused it.
type occasion struct {
	deploying *Deploying
	trigger   Trigger
	memo      map[*syntax.Job]expr.Tri // which jobs run, of all files, for this trigger
	where     *syntax.File
	job       *syntax.Job
	step      *syntax.Step // whose env: counts, or nil
	looked    int          // how many names were looked up
	fresh     bool         // on a branch that somebody just made, by whatever name
	made      *made        // what create or delete is about, or nil
	on        refKind      // what github.ref is, where that is known
}

// Names of env: and inputs may lead to each other: bounds of how many are looked up for one job and event, and for all.
const (
	maxLooked    = 50
	maxLookedAll = 20_000
)

// review reports that the trigger only proposes a change: a pull request that is not yet merged.
func (t Trigger) review() bool {
	if t.Name != "pull_request" && t.Name != "pull_request_target" {
		return false
	}
	return t.Event == nil || t.Event.Types == nil || len(t.Event.Types.Values) != 1 || t.Event.Types.Values[0].Value != "closed"
}

// runs tells whether the job runs: its callers, the jobs it needs and its own condition.
func (o *occasion) runs() expr.Tri {
	t := expr.True
	for _, c := range o.trigger.Via {
		t = and(t, o.at(c.File, c.Job).jobRuns())
	}
	return and(t, o.jobRuns())
}

// at is the same occasion for another job.
func (o *occasion) at(file *syntax.File, job *syntax.Job) *occasion {
	return &occasion{deploying: o.deploying, trigger: o.trigger, memo: o.memo, where: file, job: job, fresh: o.fresh, made: o.made, on: o.on}
}

func (o *occasion) jobRuns() expr.Tri {
	if t, known := o.memo[o.job]; known {
		return t
	}
	o.memo[o.job] = expr.True // for jobs that need each other, which never run
	t := o.holds(o.job.If)
	if o.job.Needs != nil && !statusDecides(o.job.If) {
		for _, need := range o.job.Needs.Values {
			if before := o.deploying.jobByName(o.where, need.Value); before != nil && t != expr.False {
				t = and(t, o.at(o.where, before).jobRuns())
			}
		}
	}
	o.memo[o.job] = t
	return t
}

// statusDecides reports that a condition calls a status function, which takes the place of the success() that is added otherwise.
func statusDecides(c *syntax.Condition) bool {
	found := false
	if c != nil && c.Cond.X != nil {
		expr.Walk(c.Cond.X, func(n expr.Node) bool {
			if call, ok := n.(*expr.Call); ok {
				name := strings.ToLower(call.Name)
				found = found || name == "always" || name == "failure" || name == "cancelled"
			}
			return !found
		})
	}
	return found
}

// holds judges a condition; one that is not given holds.
func (o *occasion) holds(c *syntax.Condition) expr.Tri {
	if c == nil || c.Cond.AlwaysTrue {
		return expr.True
	}
	if c.Cond.X == nil {
		return expr.Unknown
	}
	return expr.Truth(c.Cond.X, o.leaf)
}

// leaf judges a comparison, a call or a value.
func (o *occasion) leaf(n expr.Node) expr.Tri {
	if ref, literal, op, ok := refTest(n); ok && o.trigger.Name == "pull_request" && !mayBePullRef(ref, op, literal) {
		return expr.TriOf(op == "!=")
	}
	if o.made != nil {
		if t := o.made.judge(n); t != expr.Unknown {
			return t
		}
	}
	if o.fresh {
		if t := freshBranch(n); t != expr.Unknown {
			return t
		}
	}
	if o.on != someRef {
		if t := o.on.holds(n); t != expr.Unknown {
			return t
		}
	}
	switch n := n.(type) {
	case *expr.Binary:
		x, xok := o.value(n.X)
		y, yok := o.value(n.Y)
		if xok && yok {
			return expr.TriOf(expr.Compare(n.Op, x, y).Truthy())
		}
		return expr.Unknown
	case *expr.Call:
		switch strings.ToLower(n.Name) {
		case "always", "success":
			return expr.True
		case "failure", "cancelled":
			return expr.Unknown
		}
		return o.call(n)
	}
	if v, ok := o.value(n); ok {
		return expr.TriOf(v.Truthy())
	}
	if x := o.resolve(n); x != n {
		return expr.Truth(x, o.leaf)
	}
	return expr.Unknown
}

// call evaluates contains() and the like when all they read is known.
func (o *occasion) call(n *expr.Call) expr.Tri {
	args := make([]expr.Node, len(n.Args))
	for i, a := range n.Args {
		v, ok := o.value(a)
		if !ok {
			return expr.Unknown
		}
		args[i] = &expr.Literal{Value: v}
	}
	v, ok := expr.Fold(&expr.Call{Name: n.Name, Args: args})
	if !ok {
		return expr.Unknown
	}
	return expr.TriOf(v.Truthy())
}

// value knows constants, the event's name, its one activity, the parts of its payload that it has not, and what env: and
// callers make of these.
func (o *occasion) value(n expr.Node) (expr.Value, bool) {
	if v, ok := expr.Fold(n); ok {
		return v, true
	}
	if x := o.resolve(n); x != n {
		if v, ok := expr.Fold(x); ok {
			return v, true
		}
		if text, ok := o.text(x); ok {
			return expr.Value{Kind: expr.String, String: text}, true
		}
		return expr.Value{}, false
	}
	path, ok := expr.Path(n)
	if !ok {
		return expr.Value{}, false
	}
	switch path {
	case "github.event_name":
		return expr.Value{Kind: expr.String, String: o.trigger.Name}, o.trigger.Name != "workflow_call"
	case "github.event.action":
		if e := o.trigger.Event; e != nil && e.Types != nil && len(e.Types.Values) == 1 {
			return expr.Value{Kind: expr.String, String: e.Types.Values[0].Value}, true
		}
		return expr.Value{}, false
	}
	if rest, ok := strings.CutPrefix(path, "github.event."); ok {
		object, _, _ := strings.Cut(rest, ".")
		return expr.Value{}, catalog.Absent(o.trigger.Name, object)
	}
	return expr.Value{}, false
}

// resolve replaces env.X by the value that the nearest env: gives it, and inputs.X by what the caller passes, when that is
// constant or one expression.
func (o *occasion) resolve(n expr.Node) expr.Node {
	path, ok := expr.Path(n)
	if !ok || o.looked >= maxLooked || o.deploying.looked >= maxLookedAll {
		return n
	}
	if name, ok := strings.CutPrefix(path, "inputs."); ok {
		o.look()
		return o.input(n, name)
	}
	name, ok := strings.CutPrefix(path, "env.")
	if !ok {
		return n
	}
	o.look()
	step := o.step
	if step == nil {
		step = &syntax.Step{}
	}
	for _, env := range o.deploying.flow.Environments(o.where, o.job, step) {
		if s := env.Get(name); s != nil {
			if x, ok := whole(s); ok {
				return x
			}
			return n
		}
	}
	return n
}

func (o *occasion) look() {
	o.looked++
	o.deploying.looked++
}

// caller is the job that calls the workflow that is looked at, on this occasion.
func (o *occasion) caller() (Call, bool) {
	via := o.trigger.Via
	for i, c := range via {
		if c.File == o.where {
			via = via[:i]
			break
		}
	}
	if len(via) == 0 {
		return Call{}, false
	}
	return via[len(via)-1], true
}

// input is what the caller passes for an input, else the default; an event that has no inputs leaves null.
func (o *occasion) input(n expr.Node, name string) expr.Node {
	call, called := o.caller()
	if !called {
		if o.trigger.Name == "workflow_call" || o.trigger.Name == "workflow_dispatch" {
			return n
		}
		return &expr.Literal{}
	}
	s := call.Job.With.Get(name)
	if s == nil {
		if s = callDefault(o.where, name); s == nil {
			return n
		}
	}
	if word := strings.TrimSpace(s.Value); word == "true" || word == "false" {
		return &expr.Literal{Value: expr.Value{Kind: expr.Bool, Bool: word == "true"}}
	}
	x, ok := whole(s)
	if !ok {
		return n
	}
	expr.Walk(x, func(part expr.Node) bool {
		path, isPath := expr.Path(part)
		context, _, _ := strings.Cut(path, ".")
		ok = ok && (!isPath || context == "github") // the caller's own contexts are not those of the callee
		return ok
	})
	if !ok {
		return n
	}
	return x
}

// callDefault is the default of an input of a reusable workflow.
func callDefault(file *syntax.File, name string) *syntax.Str {
	for _, e := range file.Workflow.On.Events {
		for _, in := range e.Inputs {
			if e.Name.Value == "workflow_call" && strings.EqualFold(in.Name.Value, name) && in.Default != nil {
				return &in.Default.Str
			}
		}
	}
	return nil
}

// whole returns a value as an expression: a constant, or its one fence.
func whole(s *syntax.Str) (expr.Node, bool) {
	switch {
	case len(s.Fences) == 0:
		return &expr.Literal{Value: expr.Value{Kind: expr.String, String: s.Value}}, true
	case len(s.Fences) == 1 && s.Fences[0].Len() == len(strings.TrimSpace(s.Value)):
		return s.Fences[0].X, true
	}
	return nil, false
}

// text evaluates an expression to its text where that is known.
func (o *occasion) text(n expr.Node) (string, bool) {
	if v, ok := expr.Fold(n); ok {
		return v.Text(), true
	}
	switch n := n.(type) {
	case *expr.Group:
		return o.text(n.X)
	case *expr.Binary:
		if n.Op != expr.And && n.Op != expr.Or {
			break
		}
		t := expr.Truth(n.X, o.leaf)
		switch {
		case t == expr.Unknown:
			return "", false
		case (t == expr.True) == (n.Op == expr.And):
			return o.text(n.Y)
		}
		return o.text(n.X)
	}
	if v, ok := o.value(n); ok {
		return v.Text(), true
	}
	if boolean(n) {
		if t := expr.Truth(n, o.leaf); t != expr.Unknown {
			if t == expr.True {
				return "true", true
			}
			return "false", true
		}
	}
	return "", false
}

// boolean reports an expression whose value is true or false.
func boolean(n expr.Node) bool {
	switch n := n.(type) {
	case *expr.Not:
		return true
	case *expr.Binary:
		return n.Op != expr.And && n.Op != expr.Or
	case *expr.Call:
		switch strings.ToLower(n.Name) {
		case "contains", "startswith", "endswith", "always", "success", "failure", "cancelled":
			return true
		}
	}
	return false
}

// with gives the catalogue the inputs of the step as they are on this occasion.
func (o *occasion) with(step *syntax.Step) func(string) (string, bool, bool) {
	o.step = step
	return func(name string) (string, bool, bool) {
		if name == catalog.EventInput {
			return o.trigger.Name, o.trigger.Name != "workflow_call", true
		}
		if variable, ok := strings.CutPrefix(name, catalog.EnvInput); ok {
			for _, env := range o.deploying.flow.Environments(o.where, o.job, step) {
				if s := env.Get(variable); s != nil {
					return s.Value, len(s.Fences) == 0, true
				}
			}
			return "", false, false
		}
		s := step.With.Get(name)
		if s == nil {
			return "", false, false
		}
		text, known := o.filled(s)
		return text, known, true
	}
}

// filled is the value of a scalar with those of its expressions filled in that are known; known tells that all are.
func (o *occasion) filled(s *syntax.Str) (text string, known bool) {
	if len(s.Fences) == 0 {
		return s.Value, true
	}
	var b strings.Builder
	at := 0
	known = true
	for i := range s.Fences {
		f := &s.Fences[i]
		b.WriteString(s.Value[at:f.Start])
		if value, ok := o.text(f.X); ok {
			b.WriteString(value)
		} else {
			b.WriteString(s.Value[f.Start:f.End])
			known = false
		}
		at = f.End
	}
	b.WriteString(s.Value[at:])
	return b.String(), known
}

// refTest recognises a comparison of the ref with a constant: ==, != or the name of a function.
func refTest(n expr.Node) (ref, literal, op string, ok bool) {
	var x, y expr.Node
	switch n := n.(type) {
	case *expr.Binary:
		if n.Op != expr.Eq && n.Op != expr.Ne {
			return "", "", "", false
		}
		x, y, op = n.X, n.Y, "=="
		if n.Op == expr.Ne {
			op = "!="
		}
		if _, constant := expr.Fold(x); constant {
			x, y = y, x
		}
	case *expr.Call:
		if len(n.Args) != 2 {
			return "", "", "", false
		}
		x, y, op = n.Args[0], n.Args[1], strings.ToLower(n.Name)
	default:
		return "", "", "", false
	}
	v, constant := expr.Fold(y)
	ref, path := expr.Path(x)
	if ref == "github.event.ref" {
		ref = "github.ref" // of a push; a pull request has none, which meets no test that its ref does not meet
	}
	return ref, v.Text(), op, constant && path && (ref == "github.ref" || ref == "github.ref_name" || ref == "github.ref_type")
}

// mayBePullRef tells whether a test of the ref can come out true (!=: false) for a pull request, whose ref is refs/pull/N/merge.
func mayBePullRef(ref, op, literal string) bool {
	const pull = "refs/pull/"
	literal = strings.ToLower(literal)
	switch ref {
	case "github.ref_type":
		return literal != "tag"
	case "github.ref_name":
		return op != "==" && op != "!=" || strings.HasSuffix(literal, "/merge")
	}
	switch op {
	case "==", "!=":
		return strings.HasPrefix(literal, pull)
	case "startswith":
		return strings.HasPrefix(literal, pull) || strings.HasPrefix(pull, literal)
	case "contains":
		return !strings.HasPrefix(literal, "refs/") && strings.Trim(literal, "/") != "tags" && strings.Trim(literal, "/") != "heads" || strings.HasPrefix(pull, literal)
	}
	return true
}

func and(x, y expr.Tri) expr.Tri {
	switch {
	case x == expr.False || y == expr.False:
		return expr.False
	case x == expr.Unknown || y == expr.Unknown:
		return expr.Unknown
	}
	return expr.True
}
