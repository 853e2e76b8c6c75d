package syntax

func (d *decoder) job(p Pair) *Job {
	j := &Job{}
	d.fill(&j.ID, p.Key.Resolve())
	if !validID(j.ID.Value) {
		d.errorf(j.ID.Span, `job id %s is not valid; start it with a letter or "_" and use only letters, digits, "-" and "_"`, quote(j.ID.Value))
	}
	v := p.Value.Resolve()
	if v.Kind != Mapping {
		d.raw(v)
		d.errorf(j.ID.Span, "job %s must be a mapping, but is %s; give it %s and %s", quote(j.ID.Value), kindName(v), quote("runs-on"), quote("steps"))
		return j
	}
	j.Node = v
	_, reusable := v.Get("uses")
	for _, p := range v.Pairs {
		k := key(p)
		if reusable && !callKey(k) && jobKey(k) {
			d.errorf(p.Key.Span, "%s is not allowed in job %s, which calls a reusable workflow; remove it or \"uses\"", quote(k), quote(j.ID.Value))
		}
		if !d.jobFrame(j, p) && !d.jobBody(j, p, reusable) {
			d.unknown(p, place{what: "job", name: j.ID.Value, keys: jobKeys})
		}
	}
	d.jobComplete(j, reusable)
	return j
}

// callKey reports whether a job that calls a reusable workflow may have the key.
func callKey(k string) bool {
	switch k {
	case "name", "uses", "with", "secrets", "needs", "if", "permissions", "concurrency", "strategy", "cache-mode":
		return true
	}
	return false
}

func jobKey(k string) bool {
	for _, known := range jobKeys {
		if k == known {
			return true
		}
	}
	return false
}

// jobFrame reads what says when and where a job runs.
func (d *decoder) jobFrame(j *Job, p Pair) bool {
	switch key(p) {
	case "name":
		j.Name = d.field(p)
	case "needs":
		j.Needs = d.list(p)
	case "if":
		j.If = d.condition(p)
	case "runs-on":
		j.RunsOn = d.runsOn(p)
	case "permissions":
		j.Permissions = d.permissions(p)
	case "environment":
		j.Environment = d.environment(p)
	case "concurrency":
		j.Concurrency = d.concurrency(p)
	case "strategy":
		j.Strategy = d.strategy(p)
	case "continue-on-error":
		j.ContinueOnError = d.boolean(p)
	case "timeout-minutes":
		j.TimeoutMinutes = d.number(p)
	case "cancel-timeout-minutes":
		j.CancelTimeout = d.number(p)
	case "cache-mode":
		j.CacheMode = d.oneOf(p, cacheModes)
	case "snapshot":
		d.snapshot(j, p)
	default:
		return false
	}
	return true
}

// jobBody reads what a job does.
func (d *decoder) jobBody(j *Job, p Pair, reusable bool) bool {
	switch key(p) {
	case "outputs":
		j.Outputs = d.table(p, false)
	case "env":
		j.Env = d.table(p, false)
	case "defaults":
		j.Defaults = d.defaults(p)
	case "container":
		j.Container = d.container(p, false)
	case "services":
		d.services(j, p)
	case "steps":
		j.StepsKey = p.Key.Span
		j.Steps = d.steps(p, stepsOfJob)
	case "uses":
		j.Uses = d.uses(p, workflowForm)
	case "with":
		j.With = d.table(p, false)
	case "secrets":
		j.Secrets = d.secrets(p)
	default:
		return false
	}
	if k := key(p); !reusable && (k == "with" || k == "secrets") {
		d.errorf(p.Key.Span, `%s of job %s needs "uses"; only a call of a reusable workflow takes it`, quote(k), quote(j.ID.Value))
	}
	return true
}

func (d *decoder) jobComplete(j *Job, reusable bool) {
	if reusable {
		return
	}
	_, runs := j.Node.Get("runs-on")
	steps, hasSteps := j.Node.Get("steps")
	switch {
	case !runs && !hasSteps:
		d.errorf(j.ID.Span, `job %s has neither "runs-on" and "steps" nor "uses"; say what it does`, quote(j.ID.Value))
	case !runs:
		d.errorf(j.ID.Span, `job %s has no "runs-on"; say which runner it needs`, quote(j.ID.Value))
	case !hasSteps:
		d.errorf(j.ID.Span, `job %s has no "steps"; say what it does`, quote(j.ID.Value))
	}
	if v := steps.Value.Resolve(); hasSteps && v.Kind == Sequence && len(v.Items) == 0 {
		d.errorf(steps.Key.Span, `"steps" of job %s is empty; give it at least one step`, quote(j.ID.Value))
	}
}

func (d *decoder) runsOn(p Pair) *RunsOn {
	v := p.Value.Resolve()
	r := &RunsOn{Span: v.Span, Key: p.Key.Span}
	if v.Kind != Mapping {
		l := d.list(p)
		if l == nil {
			return nil
		}
		d.notEmpty(l, "name at least one label")
		r.Labels = l.Values
		return r
	}
	for _, p := range v.Pairs {
		switch key(p) {
		case "group":
			r.Group = d.text(p)
		case "labels":
			if l := d.list(p); l != nil {
				r.Labels = l.Values
				d.notEmpty(l, "name at least one label")
			}
		default:
			d.unknown(p, place{what: "runs-on", keys: runsOnKeys})
		}
	}
	if len(v.Pairs) == 0 {
		d.errorf(v.Span, `"runs-on" is empty; give it a "group" or "labels"`)
	}
	return r
}

func (d *decoder) environment(p Pair) *Environment {
	v := p.Value.Resolve()
	e := &Environment{Span: v.Span, Key: p.Key.Span}
	if v.Kind != Mapping {
		if v.Kind == Sequence || isNull(v) {
			d.wrong(p, "a name or a mapping")
			return nil
		}
		e.Name = d.field(p)
		return e
	}
	hasName := false
	for _, p := range v.Pairs {
		switch key(p) {
		case "name":
			hasName = true
			e.Name = d.field(p)
		case "url":
			e.URL = d.field(p)
		case "deployment":
			e.Deployment = d.boolean(p)
		default:
			d.unknown(p, place{what: "environment", keys: environmentKeys})
		}
	}
	if !hasName {
		d.errorf(p.Key.Span, `"environment" has no "name"; name the environment`)
	}
	return e
}

func (d *decoder) strategy(p Pair) *Strategy {
	v := p.Value.Resolve()
	s := &Strategy{Span: v.Span, Key: p.Key.Span}
	if isExpr(v) {
		s.Expr = d.str(v)
		return s
	}
	if v = d.mapping(p); v == nil {
		return nil
	}
	for _, p := range v.Pairs {
		switch key(p) {
		case "matrix":
			s.Matrix = d.matrix(p)
		case "fail-fast":
			s.FailFast = d.boolean(p)
		case "max-parallel":
			s.MaxParallel = d.whole(p)
		default:
			d.unknown(p, place{what: "strategy", keys: strategyKeys})
		}
	}
	return s
}

func (d *decoder) snapshot(j *Job, p Pair) {
	v := p.Value.Resolve()
	j.Snapshot = v
	if v.Kind == Scalar {
		d.text(p)
		return
	}
	if v.Kind != Mapping {
		d.wrong(p, "a name or a mapping")
		return
	}
	hasName := false
	for _, p := range v.Pairs {
		switch key(p) {
		case "image-name":
			hasName = true
			d.text(p)
		case "version":
			d.text(p)
		case "if":
			j.SnapshotIf = d.condition(p)
		default:
			d.unknown(p, place{what: "snapshot", keys: snapshotKeys})
		}
	}
	if !hasName {
		d.errorf(p.Key.Span, `"snapshot" has no "image-name"; name the image`)
	}
}

func (d *decoder) secrets(p Pair) *Secrets {
	v := p.Value.Resolve()
	s := &Secrets{Span: v.Span, Key: p.Key.Span}
	if v.Kind == Scalar && !isNull(v) && !isExpr(v) {
		if v.Value != "inherit" {
			d.raw(v)
			d.errorf(v.Span, `"secrets" must be a mapping or "inherit", not %s`, quote(v.Value))
			return nil
		}
		s.Inherit = true
		return s
	}
	if s.Map = d.table(p, false); s.Map == nil {
		return nil
	}
	return s
}
