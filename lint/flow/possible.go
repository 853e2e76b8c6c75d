package flow

import (
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// maxPossible bounds how many values are gathered for one expression.
const maxPossible = 64

// Possible returns the constants that an expression of a step, or of a job when step is nil, can evaluate to as far as the file
// tells: both sides of ||, the right one of && unless no value of the matrix lets the left one hold, the results of case() and
// format(), the rows of the matrix, literal env values and the defaults and options of inputs. Where something else may come out,
// it is left out.
func Possible(file *syntax.File, job *syntax.Job, step *syntax.Step, n expr.Node) []expr.Value {
	p := possible{file: file, job: job, step: step}
	p.gather(n, 0)
	return p.out
}

type possible struct {
	file *syntax.File
	job  *syntax.Job
	step *syntax.Step
	out  []expr.Value

	tried int // values of the matrix in conditions; see and
}

func (p *possible) gather(n expr.Node, depth int) {
	if depth > expr.MaxDepth || len(p.out) >= maxPossible {
		return
	}
	if v, ok := expr.Fold(n); ok {
		p.out = append(p.out, v)
		return
	}
	switch n := n.(type) {
	case *expr.Group:
		p.gather(n.X, depth+1)
	case *expr.Binary:
		if n.Op == expr.Or {
			p.gather(n.X, depth+1)
		}
		switch n.Op {
		case expr.Or:
			p.gather(n.Y, depth+1)
		case expr.And:
			p.and(n, depth)
		}
	case *expr.Call:
		p.call(n, depth)
	default:
		p.path(n, depth)
	}
}

func (p *possible) call(n *expr.Call, depth int) {
	switch strings.ToLower(n.Name) {
	case "case":
		for i := 1; i < len(n.Args); i += 2 {
			p.gather(n.Args[i], depth+1)
		}
		if len(n.Args)%2 == 1 {
			p.gather(n.Args[len(n.Args)-1], depth+1)
		}
	case "fromjson":
		if len(n.Args) == 1 {
			p.gather(n.Args[0], depth+1)
		}
	case "format":
		p.format(n, 0, make([]expr.Node, 0, len(n.Args)), depth)
	}
}

// format adds what the text becomes with each choice of values for its arguments from one on; args are those chosen before it.
func (p *possible) format(n *expr.Call, from int, args []expr.Node, depth int) {
	if from == len(n.Args) {
		if v, ok := expr.Fold(&expr.Call{Name: n.Name, Args: args}); ok && len(p.out) < maxPossible {
			p.out = append(p.out, v)
		}
		return
	}
	one := possible{file: p.file, job: p.job, step: p.step, tried: p.tried}
	one.gather(n.Args[from], depth+1)
	p.tried = one.tried
	for _, v := range one.out {
		if len(p.out) < maxPossible {
			p.format(n, from+1, append(args, &expr.Literal{Value: v}), depth)
		}
	}
}

func (p *possible) path(n expr.Node, depth int) {
	path, ok := expr.Path(n)
	if !ok {
		return
	}
	context, name, _ := strings.Cut(path, ".")
	switch context {
	case "matrix":
		if p.job != nil && p.job.Strategy != nil && p.job.Strategy.Matrix != nil {
			p.matrix(p.job.Strategy.Matrix, name)
		}
	case "env":
		for _, env := range p.envs() {
			if s := env.Get(name); s != nil {
				p.str(s, depth)
				return
			}
		}
	case "inputs":
		p.input(name)
	}
}

func (p *possible) envs() []*syntax.Map {
	var out []*syntax.Map
	if p.step != nil {
		out = append(out, p.step.Env)
	}
	if p.job != nil {
		out = append(out, p.job.Env)
	}
	if p.file.Workflow != nil {
		out = append(out, p.file.Workflow.Env)
	}
	return out
}

func (p *possible) str(s *syntax.Str, depth int) {
	switch {
	case len(s.Fences) == 0:
		p.text(s)
	case len(s.Fences) == 1 && s.Fences[0].Len() == len(strings.TrimSpace(s.Value)):
		p.gather(s.Fences[0].X, depth+1)
	}
}

func (p *possible) text(s *syntax.Str) {
	p.out = append(p.out, expr.Value{Kind: expr.String, String: s.Value})
}

func (p *possible) matrix(m *syntax.Matrix, path string) {
	name, rest, _ := strings.Cut(path, ".")
	if m.Rows != nil {
		for _, row := range m.Rows.Entries {
			if strings.EqualFold(row.Name.Value, name) && row.Node != nil {
				for _, item := range row.Node.Resolve().Items {
					p.scalar(descend(item, rest))
				}
			}
		}
	}
	if include := m.Include.Resolve(); include != nil {
		for _, item := range include.Items {
			p.scalar(descend(item, path))
		}
	}
}

// descend returns the value that names joined by dots lead to, or nil.
func descend(n *syntax.Node, path string) *syntax.Node {
	for path != "" && n != nil {
		var name string
		name, path, _ = strings.Cut(path, ".")
		n = member(n.Resolve(), name)
	}
	return n
}

// member returns the value of a key of a mapping, whatever the key's case, or nil.
func member(n *syntax.Node, name string) *syntax.Node {
	if n == nil {
		return nil
	}
	for _, pair := range n.Pairs {
		if strings.EqualFold(pair.Key.Value, name) {
			return pair.Value
		}
	}
	return nil
}

func (p *possible) scalar(n *syntax.Node) {
	if n = n.Resolve(); n != nil && n.Kind == syntax.Scalar && !strings.Contains(n.Value, "${{") {
		p.out = append(p.out, expr.Value{Kind: expr.String, String: n.Value})
	}
}

func (p *possible) input(name string) {
	inputs := func(ins []*syntax.Input) {
		for _, in := range ins {
			if !strings.EqualFold(in.Name.Value, name) {
				continue
			}
			if in.Default != nil {
				p.text(&in.Default.Str)
			}
			if in.Options != nil {
				for _, o := range in.Options.Values {
					p.text(o)
				}
			}
		}
	}
	if p.file.Action != nil {
		inputs(p.file.Action.Inputs)
	}
	if p.file.Workflow != nil && p.file.Workflow.On != nil {
		for _, e := range p.file.Workflow.On.Events {
			inputs(e.Inputs)
		}
	}
}
