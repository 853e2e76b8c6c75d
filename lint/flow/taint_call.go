package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// input follows an input to what callers pass, or says who they are.
func (t *tainter) input(in scope, name string, depth int) []Taint {
	leave, ok := t.enter(in, syntax.Span{}, "inputs."+name)
	if !ok {
		return nil
	}
	defer leave()
	if in.file.Action != nil {
		return t.actionInput(in, name, depth)
	}
	if in.file.Workflow == nil || in.file.Workflow.On == nil {
		return nil
	}
	var out []Taint
	for _, e := range in.file.Workflow.On.Events {
		for _, decl := range e.Inputs {
			if !strings.EqualFold(decl.Name.Value, name) || fixedType(decl) {
				continue
			}
			switch e.Name.Value {
			case "workflow_dispatch":
				if t.heads {
					continue
				}
				one := Taint{Shape: catalog.Arbitrary, Who: ByInsider, Name: "inputs." + name, Field: "event.inputs"}
				one.Trace = []Step{{in.file, in.file.Source, decl.Name.Span, "the input `" + decl.Name.Value + "` takes any text from whoever starts the workflow"}}
				out = append(out, one)
			case "workflow_call":
				out = append(out, t.callInput(in, decl, depth)...)
			}
		}
	}
	return out
}

// callInput follows an input of a reusable workflow to its callers in the repository.
func (t *tainter) callInput(in scope, decl *syntax.Input, depth int) []Taint {
	callers := t.flow.Callers(in.file)
	if len(callers) == 0 && t.heads {
		return nil
	}
	if len(callers) == 0 {
		return []Taint{{
			Shape: catalog.Arbitrary, Who: ByCaller, Name: "inputs." + decl.Name.Value,
			Trace: []Step{{in.file, in.file.Source, decl.Name.Span, "the input `" + decl.Name.Value + "` takes any text from whoever calls the workflow"}},
		}}
	}
	var out []Taint
	for _, c := range callers[:min(len(callers), maxUsers)] {
		if s := c.Job.With.Get(decl.Name.Value); s != nil {
			out = append(out, hop(t.str(scope{c.File, c.Job, nil}, s, depth+1), c.File, s.Span, "it is passed as the input `"+decl.Name.Value+"`")...)
		}
	}
	return out
}

// actionInput follows an input of a composite action to the steps of the repository that use it.
func (t *tainter) actionInput(in scope, name string, depth int) []Taint {
	users := t.flow.users(in.file)
	if len(users) == 0 && t.heads {
		return nil
	}
	if len(users) == 0 {
		for _, decl := range in.file.Action.Inputs {
			if strings.EqualFold(decl.Name.Value, name) {
				return []Taint{{
					Shape: catalog.Arbitrary, Who: ByCaller, Name: "inputs." + decl.Name.Value,
					Trace: []Step{{in.file, in.file.Source, decl.Name.Span, "the input `" + decl.Name.Value + "` takes any text from whoever uses the action"}},
				}}
			}
		}
		return nil
	}
	var out []Taint
	for _, u := range users[:min(len(users), maxUsers)] {
		if s := u.step.With.Get(name); s != nil {
			out = append(out, hop(t.str(scope(u), s, depth+1), u.file, s.Span, "it is passed as the input `"+name+"`")...)
		}
	}
	return out
}

// need follows needs.job.outputs.name to the job.
func (t *tainter) need(in scope, path string, depth int) []Taint {
	id, rest, _ := strings.Cut(path, ".")
	name, isOutput := strings.CutPrefix(rest, "outputs.")
	if !isOutput || in.file.Workflow == nil {
		return nil
	}
	job := in.file.Workflow.Job(id)
	if job == nil {
		return nil
	}
	leave, ok := t.enter(in, job.ID.Span, "needs."+path)
	if !ok {
		return nil
	}
	defer leave()
	if job.Uses != nil {
		return t.calleeOutput(in.file, job, name, depth)
	}
	var out []Taint
	if job.Outputs == nil {
		return nil
	}
	for i := range job.Outputs.Entries {
		e := &job.Outputs.Entries[i]
		if e.Value != nil && (name == "*" || strings.EqualFold(e.Name.Value, name)) {
			out = append(out, hop(t.str(scope{in.file, job, nil}, e.Value, depth+1), in.file, e.Value.Span, "the job `"+job.ID.Value+"` gives it out as `"+e.Name.Value+"`")...)
		}
	}
	return out
}

// calleeOutput follows an output of a reusable workflow of the repository.
func (t *tainter) calleeOutput(file *syntax.File, job *syntax.Job, name string, depth int) []Taint {
	callee := t.flow.repo.Callee(job.Uses.Value)
	if callee == nil || callee.Workflow == nil || callee.Workflow.On == nil {
		return nil
	}
	var out []Taint
	for _, e := range callee.Workflow.On.Events {
		for _, o := range e.Outputs {
			if o.Value != nil && strings.EqualFold(o.Name.Value, name) {
				out = append(out, hop(t.jobsValue(callee, &o.Value.Str, depth+1), callee, o.Value.Span, "the workflow gives it out as `"+o.Name.Value+"`")...)
			}
		}
	}
	return out
}

// jobsValue follows jobs.job.outputs.name in the value of a workflow's output.
func (t *tainter) jobsValue(file *syntax.File, s *syntax.Str, depth int) []Taint {
	var out []Taint
	for i := range s.Fences {
		eachPart(s.Fences[i].X, func(n expr.Node) {
			if path, ok := expr.Path(n); ok {
				if rest, ok := strings.CutPrefix(path, "jobs."); ok {
					out = append(out, t.need(scope{file, nil, nil}, rest, depth+1)...)
				}
			}
		})
	}
	return out
}

// matrix follows a value of the matrix: its rows, and a whole that an expression makes.
func (t *tainter) matrix(in scope, path string, depth int) []Taint {
	if in.job == nil || in.job.Strategy == nil || in.job.Strategy.Matrix == nil {
		return nil
	}
	m := in.job.Strategy.Matrix
	leave, ok := t.enter(in, m.Span, "matrix."+path)
	if !ok {
		return nil
	}
	defer leave()
	at := scope{in.file, in.job, nil}
	if m.Expr != nil {
		return hop(t.str(at, m.Expr, depth+1), in.file, m.Expr.Span, "the matrix is made of it")
	}
	name, rest, _ := strings.Cut(path, ".")
	var out []Taint
	node := func(n *syntax.Node) {
		if n = n.Resolve(); n != nil && n.Kind == syntax.Scalar && strings.Contains(n.Value, "${{") {
			s := n.Str()
			out = append(out, hop(t.str(at, &s, depth+1), in.file, n.Span, "the matrix has it as `"+name+"`")...)
		}
	}
	if m.Rows != nil {
		for i := range m.Rows.Entries {
			if row := &m.Rows.Entries[i]; strings.EqualFold(row.Name.Value, name) {
				node(row.Node)
				for _, item := range row.Node.Items {
					node(descend(item, rest))
				}
			}
		}
	}
	if include := m.Include.Resolve(); include != nil {
		node(include)
		for _, item := range include.Items {
			node(item)
			node(descend(item, path))
		}
	}
	return out
}
