package flow

import (
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// outsider judges conditions as they come out for someone without rights in the repository who caused an event: every value
// that tells who they are compares unequal to any name of the repository's own; what they can choose is unknown.
type outsider struct {
	flow    *Flow
	trigger Trigger
	as      variant
	belief  belief
	results map[string]string // of needed jobs that do not succeed, by lower-cased id: skipped or failure
	failed  bool              // a job before this one, or a step, did not succeed, so success() is false
	file    *syntax.File
	job     *syntax.Job
	step    *syntax.Step
	str     *syntax.Str // that holds the expression being judged
	asked   *asked
	ends    *jobEnds // of the jobs judged so far
	depth   int      // of values that stand for other values
	guards  []Guard
}

// maxIndirect is how often a value may stand for another one: env, outputs and inputs that are expressions themselves.
const maxIndirect = 8

// variant fixes what an outsider can be or do; "" is open.
type variant struct{ action, role, parent string }

// asked tells which parts of a variant a condition reads.
type asked struct{ action, role, parent bool }

func (a *asked) add(b asked) {
	a.action, a.role, a.parent = a.action || b.action, a.role || b.role, a.parent || b.parent
}

// counts reports that guards of a kind are believed.
func (o *outsider) counts(k GuardKind) bool { return o.belief.in(k, o.trigger.Name) }

// judge evaluates a condition; nil is true. The guards are those that the answer rests on.
func (o *outsider) judge(c *syntax.Condition) (expr.Tri, []Guard) {
	if c == nil || c.Cond.AlwaysTrue {
		return expr.True, nil
	}
	if c.Cond.X == nil {
		return expr.Unknown, nil
	}
	o.str = &c.Str
	t, guards := o.truth(c.Cond.X)
	if t == expr.False && len(guards) == 0 && o.counts(Activity) {
		guards = []Guard{{Activity, o.file, c.Span}}
	}
	return t, guards
}

// truth is expr.Truth that also tells which guards an answer rests on.
func (o *outsider) truth(n expr.Node) (expr.Tri, []Guard) {
	switch n := n.(type) {
	case *expr.Group:
		return o.truth(n.X)
	case *expr.Not:
		t, guards := o.truth(n.X)
		return t.Not(), guards
	case *expr.Binary:
		switch n.Op {
		case expr.And:
			return o.decided(n, expr.False)
		case expr.Or:
			return o.decided(n, expr.True)
		}
	}
	o.guards = nil
	t := expr.Truth(n, o.leaf)
	return t, o.guards
}

// decided judges && and ||, which one side decides that comes out as by.
func (o *outsider) decided(n *expr.Binary, by expr.Tri) (expr.Tri, []Guard) {
	x, guards := o.truth(n.X)
	if x == by {
		return x, guards
	}
	y, more := o.truth(n.Y)
	switch {
	case y == by:
		return y, more
	case x == expr.Unknown || y == expr.Unknown:
		return expr.Unknown, nil
	}
	return by.Not(), append(guards, more...)
}

func (o *outsider) leaf(n expr.Node) expr.Tri {
	switch n := n.(type) {
	case *expr.Binary:
		return o.compare(n)
	case *expr.Call:
		if t := o.call(n); t != expr.Unknown || strings.EqualFold(n.Name, "toJSON") {
			return t // JSON text is true, whatever it tells
		}
	}
	v := o.value(n)
	switch {
	case v.label:
		return o.decide(n, v.kind, false)
	case !v.known:
		return expr.Unknown
	}
	return o.decide(n, v.kind, v.v.Truthy())
}

// decide records the guard behind an answer, or takes the answer back when such guards are not believed.
func (o *outsider) decide(n expr.Node, kind GuardKind, truth bool) expr.Tri {
	if kind != NoGuard {
		if !o.counts(kind) {
			return expr.Unknown
		}
		span := n.Range()
		o.guards = append(o.guards, Guard{kind, o.file, o.file.ValueSpan(o.str, span)})
	}
	return expr.TriOf(truth)
}

func (o *outsider) compare(n *expr.Binary) expr.Tri {
	x, y := o.value(n.X), o.value(n.Y)
	if x.known && y.known {
		return o.decide(n, max(x.kind, y.kind), expr.Compare(n.Op, x.v, y.v).Truthy())
	}
	if n.Op != expr.Eq && n.Op != expr.Ne {
		return expr.Unknown
	}
	if y.identity || y.label {
		x, y = y, x
	}
	different := n.Op == expr.Ne
	switch {
	case x.label && y.known && (y.v.Text() == "" || y.v.Text() == "[]" || y.v.Text() == "null"):
		return o.decide(n, x.kind, !different)
	case x.label && (y.known || y.own):
		return o.decide(n, x.kind, different)
	case x.identity && y.known && y.v.Text() == "":
		return expr.TriOf(different)
	case x.identity && (y.known || y.own):
		return o.decide(n, x.guard(y), different)
	}
	return expr.Unknown
}

// call judges the functions that yield a truth.
func (o *outsider) call(n *expr.Call) expr.Tri {
	switch strings.ToLower(n.Name) {
	case "always":
		return expr.True
	case "success":
		if o.failed {
			return expr.False
		}
	case "failure":
		if o.failed {
			return expr.True
		}
	case "contains":
		if len(n.Args) == 2 {
			return o.contains(n)
		}
	case "startswith", "endswith":
		if len(n.Args) == 2 {
			return o.affix(n)
		}
	}
	return expr.Unknown
}

func (o *outsider) contains(n *expr.Call) expr.Tri {
	in, item := o.value(n.Args[0]), o.value(n.Args[1])
	list := isList(n.Args[0]) || in.known && in.v.Kind == expr.Array
	switch {
	case in.label && (item.known || item.own):
		return o.decide(n, in.kind, false)
	case in.known && item.known:
		return o.fold(n, in, item)
	case item.identity && list && in.known:
		kind := item.kind
		for _, v := range in.v.Array {
			kind = max(kind, item.guard(value{known: true, v: v}))
		}
		return o.decide(n, kind, false)
	case item.identity && list && in.own:
		return o.decide(n, item.kind, false)
	case item.identity && (in.own || in.known) && item.kind != SameRepository:
		return o.decide(n, Substring, false)
	case in.identity && item.known && in.kind == Person && strings.Contains(item.v.Text(), "[bot"):
		return o.decide(n, Bot, false)
	}
	return expr.Unknown
}

// fold computes a function of two known values.
func (o *outsider) fold(n *expr.Call, x, y value) expr.Tri {
	v, ok := expr.Fold(&expr.Call{Name: n.Name, Args: []expr.Node{&expr.Literal{Value: x.v}, &expr.Literal{Value: y.v}}})
	if !ok {
		return expr.Unknown
	}
	return o.decide(n, max(x.kind, y.kind), v.Truthy())
}

// isList reports that n yields an array whatever is in it, so that contains() compares whole elements.
func isList(n expr.Node) bool {
	switch n := n.(type) {
	case *expr.Group:
		return isList(n.X)
	case *expr.Star:
		return true
	case *expr.Property:
		return isList(n.Of)
	case *expr.Call:
		return strings.EqualFold(n.Name, "fromJSON")
	}
	return false
}

func (o *outsider) affix(n *expr.Call) expr.Tri {
	x, y := o.value(n.Args[0]), o.value(n.Args[1])
	ends := strings.EqualFold(n.Name, "endsWith")
	switch {
	case x.known && y.known:
		return o.fold(n, x, y)
	case x.label && (y.known || y.own):
		return o.decide(n, x.kind, false)
	case x.branch && y.known && !ends && strings.HasPrefix("refs/tags/", strings.ToLower(y.v.Text())) && len(y.v.Text()) > len("refs/"):
		return expr.False
	case x.identity && y.known && ends && strings.HasSuffix(y.v.Text(), "bot]"):
		return o.decide(n, Bot, false)
	case x.identity && x.kind == SameRepository && !ends && y.known && strings.ContainsAny(y.v.Text(), ":/"), x.identity && !ends && y.ownPrefix:
		return o.decide(n, SameRepository, false)
	}
	return expr.Unknown
}
