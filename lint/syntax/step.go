package syntax

import "strings"

// owner tells what steps belong to.
type owner uint8

const (
	stepsOfJob owner = iota
	stepsOfAction
)

// steps reads the steps of a job or a composite action and compares their ids.
func (d *decoder) steps(p Pair, of owner) []*Step {
	steps := d.stepList(p, of)
	var ids, targets []*Str
	flatAll(steps, func(s *Step) {
		if s.ID != nil {
			ids = append(ids, &s.ID.Str)
		}
		for _, l := range [...]*List{s.Wait, s.Cancel} {
			if l != nil {
				targets = append(targets, l.Values...)
			}
		}
	})
	d.stepIDs(ids, targets)
	return steps
}

// flatAll calls f for every step and group.
func flatAll(steps []*Step, f func(*Step)) {
	for _, s := range steps {
		f(s)
		flatAll(s.Parallel, f)
	}
}

// stepIDs reports ids that are taken, and targets of wait and cancel that no step has.
func (d *decoder) stepIDs(ids, targets []*Str) {
	if len(ids) < 2 && len(targets) == 0 {
		return
	}
	lines := make(map[string]*Str, len(ids))
	for _, id := range ids {
		low := strings.ToLower(id.Value)
		first, taken := lines[low]
		switch {
		case !taken:
			lines[low] = id
		case first.Start != id.Start:
			d.errorf(id.Span, "step id %s is already taken in line %d; ids must differ in more than letter case", quote(id.Value), d.f.Position(first.Start).Line)
		}
	}
	for _, t := range targets {
		if lines[strings.ToLower(t.Value)] == nil && len(t.Fences) == 0 {
			d.errorf(t.Span, "no step of this job has the id %s; correct it or give the background step that id", quote(t.Value))
		}
	}
}

func (d *decoder) stepList(p Pair, of owner) []*Step {
	v := p.Value.Resolve()
	if v.Kind != Sequence {
		d.wrong(p, "a list of steps")
		return nil
	}
	steps := make([]*Step, 0, len(v.Items))
	block := make([]Step, len(v.Items))
	for i, item := range v.Items {
		item = item.Resolve()
		if item.Kind != Mapping {
			d.raw(item)
			if isNull(item) {
				d.errorf(item.Span, "a step is empty; remove it or say what it does")
			} else {
				d.errorf(item.Span, "a step must be a mapping, not %s; give it a key such as %s or %s", kindName(item), quote("run"), quote("uses"))
			}
			continue
		}
		d.step(&block[i], item, of)
		steps = append(steps, &block[i])
	}
	return steps
}

// step makes s the step that n holds.
func (d *decoder) step(s *Step, n *Node, of owner) {
	s.Span, s.Node = n.Span, n
	in := place{what: "step", keys: stepKeys}
	if of == stepsOfAction {
		in = place{what: "step of a composite action", keys: compositeStepKeys}
	}
	for _, p := range n.Pairs {
		if !d.stepCommon(s, p) && (of == stepsOfAction || !d.stepOfJob(s, p)) {
			d.unknownInStep(p, in)
		}
	}
	d.stepKind(n, of)
}

func (d *decoder) unknownInStep(p Pair, in place) {
	switch k := key(p); {
	case in.what == "step":
	case k == "timeout-minutes", k == "background", k == "wait", k == "wait-all", k == "cancel", k == "parallel":
		d.raw(p.Value)
		d.errorf(p.Key.Span, "%s does not work in a composite action; set it in the workflow that uses the action", quote(k))
		return
	}
	d.unknown(p, in)
}

func (d *decoder) stepCommon(s *Step, p Pair) bool {
	switch key(p) {
	case "id":
		s.ID = d.stepID(p)
	case "name":
		s.Name = d.field(p)
	case "if":
		s.If = d.condition(p)
	case "uses":
		s.Uses = d.uses(p, actionForm)
	case "run":
		s.Run = d.text(p)
	case "shell":
		s.Shell = d.text(p)
	case "working-directory":
		s.WorkingDirectory = d.text(p)
	case "with":
		s.With = d.table(p, false)
	case "env":
		s.Env = d.table(p, false)
	case "continue-on-error":
		s.ContinueOnError = d.boolean(p)
	default:
		return false
	}
	return true
}

// stepOfJob reads the keys that only the steps of a job have.
func (d *decoder) stepOfJob(s *Step, p Pair) bool {
	switch key(p) {
	case "timeout-minutes":
		s.TimeoutMinutes = d.number(p)
	case "background":
		s.Background = d.boolean(p)
	case "wait":
		s.Wait = d.list(p)
	case "wait-all":
		if v := p.Value.Resolve(); isNull(v) {
			s.WaitAll = d.field(p)
		} else {
			s.WaitAll = d.boolean(p)
		}
	case "cancel":
		s.Cancel = d.list(p)
	case "parallel":
		s.ParallelKey = p.Key.Span
		if d.depth++; d.depth <= MaxDepth {
			s.Parallel = d.stepList(p, stepsOfJob)
		}
		d.depth--
	default:
		return false
	}
	return true
}

func (d *decoder) stepID(p Pair) *Field {
	id := d.text(p)
	if id != nil && !validID(id.Value) {
		d.errorf(id.Span, `step id %s is not valid; start it with a letter or "_" and use only letters, digits, "-" and "_"`, quote(id.Value))
	}
	return id
}

// stepKind checks that a step does one thing and has only the keys that go with it.
func (d *decoder) stepKind(n *Node, of owner) {
	does := Pair{}
	for _, p := range n.Pairs {
		switch k := key(p); k {
		case "run", "uses", "wait", "wait-all", "cancel", "parallel":
			if of == stepsOfAction && k != "run" && k != "uses" {
				continue
			}
			if does.Key != nil && key(does) != k {
				d.errorf(p.Key.Span, "a step cannot have both %s and %s; split it in two", quote(key(does)), quote(k))
				return
			}
			does = p
		}
	}
	if does.Key == nil {
		d.idle(n, of)
		return
	}
	for _, p := range n.Pairs {
		if k := key(p); !fits(k, key(does)) {
			d.errorf(p.Key.Span, "%s does not go with %s; remove it", quote(k), quote(key(does)))
		}
	}
	if _, ok := n.Get("shell"); key(does) == "run" && of == stepsOfAction && !ok {
		d.errorf(does.Key.Span, `"run" has no "shell"; composite actions must name it, such as shell: bash`)
	}
}

// idle reports a step that does nothing.
func (d *decoder) idle(n *Node, of owner) {
	at := n.Span
	if len(n.Pairs) > 0 {
		at = n.Pairs[0].Key.Span
	}
	if d.full() {
		return
	}
	for _, p := range n.Pairs {
		k := key(p)
		if best := nearest(k, stepKeys); best != k && (best == "run" || best == "uses") {
			return // reported as a misspelling
		}
		if of == stepsOfAction && (k == "wait" || k == "wait-all" || k == "cancel" || k == "parallel") {
			return
		}
	}
	d.errorf(at, `the step has neither "run" nor "uses"; say what it does`)
}

// fits reports whether a step that has the key does may have k too. Unknown keys are reported elsewhere.
func fits(k, does string) bool {
	switch k {
	case "with":
		return does == "uses"
	case "shell", "working-directory":
		return does == "run"
	case "env", "timeout-minutes", "background":
		return does == "run" || does == "uses" || does == "parallel"
	case "if":
		return does != "wait" && does != "wait-all" && does != "cancel"
	}
	return true
}
