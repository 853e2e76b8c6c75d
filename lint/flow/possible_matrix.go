package flow

import (
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// maxTried bounds how many values of the matrix are tried in the conditions of one expression.
const maxTried = 1000

// and gathers the right side of x && y, with the values of the matrix for which x may hold where x asks for one variable of it.
func (p *possible) and(n *expr.Binary, depth int) {
	path, values, ok := p.choices(n.X)
	if !ok || p.tried+len(values) > maxTried {
		p.gather(n.Y, depth+1)
		return
	}
	p.tried += len(values)
	for _, v := range values {
		if expr.Truth(replaced(n.X, path, v, 0), nil) == expr.False {
			continue
		}
		p.gather(replaced(n.Y, path, v, 0), depth+1)
		if !reads(n.Y, path) {
			return
		}
	}
}

// choices returns the one variable of the matrix that a condition reads, and all that it can be.
func (p *possible) choices(n expr.Node) (path string, values []expr.Value, ok bool) {
	if p.job == nil || p.job.Strategy == nil || p.job.Strategy.Matrix == nil {
		return "", nil, false
	}
	if path, ok = matrixVariable(n); !ok {
		return "", nil, false
	}
	values, ok = matrixValues(p.job.Strategy.Matrix, strings.TrimPrefix(path, "matrix."))
	return path, values, ok
}

func reads(n expr.Node, path string) bool {
	found := false
	expr.Walk(n, func(n expr.Node) bool {
		at, ok := expr.Path(n)
		found = found || ok && at == path
		return !ok
	})
	return found
}

// matrixVariable returns the path of the one variable of the matrix that an expression reads.
func matrixVariable(n expr.Node) (path string, ok bool) {
	several := false
	expr.Walk(n, func(n expr.Node) bool {
		at, isPath := expr.Path(n)
		if !isPath {
			return true
		}
		if strings.HasPrefix(at, "matrix.") {
			several = several || path != "" && path != at
			path = at
		}
		return false
	})
	return path, path != "" && !several
}

// matrixValues returns all that a variable of a matrix can be, null where combinations may lack it. It fails when the file does not
// tell all of them.
func matrixValues(m *syntax.Matrix, path string) (values []expr.Value, ok bool) {
	if m.Rows == nil {
		return nil, false
	}
	add := func(n *syntax.Node) bool {
		if n = n.Resolve(); n == nil || n.Kind != syntax.Scalar || strings.Contains(n.Value, "${{") || len(values) >= maxPossible {
			return false
		}
		values = append(values, expr.Value{Kind: expr.String, String: n.Value})
		return true
	}
	name, rest, _ := strings.Cut(path, ".")
	for _, entry := range m.Rows.Entries {
		if !strings.EqualFold(entry.Name.Value, name) {
			continue
		}
		row := entry.Node.Resolve()
		if row == nil || row.Kind != syntax.Sequence {
			return nil, false
		}
		for _, item := range row.Items {
			if !add(descend(item, rest)) {
				return nil, false
			}
		}
	}
	include := m.Include.Resolve()
	if include == nil {
		return values, true
	}
	if include.Kind != syntax.Sequence {
		return nil, false
	}
	for _, item := range include.Items {
		if item = item.Resolve(); item == nil || item.Kind != syntax.Mapping {
			return nil, false
		}
		if n := descend(item, path); n == nil {
			values = append(values, expr.Value{})
		} else if !add(n) {
			return nil, false
		}
	}
	return values, true
}

// replaced returns an expression with a value in the place of a path.
func replaced(n expr.Node, path string, v expr.Value, depth int) expr.Node {
	if depth > expr.MaxDepth {
		return n
	}
	if at, ok := expr.Path(n); ok {
		if at == path {
			return &expr.Literal{Value: v}
		}
		return n
	}
	switch n := n.(type) {
	case *expr.Group:
		return &expr.Group{Span: n.Span, X: replaced(n.X, path, v, depth+1)}
	case *expr.Not:
		return &expr.Not{Span: n.Span, X: replaced(n.X, path, v, depth+1)}
	case *expr.Binary:
		return &expr.Binary{Span: n.Span, Op: n.Op, X: replaced(n.X, path, v, depth+1), Y: replaced(n.Y, path, v, depth+1)}
	case *expr.Call:
		args := make([]expr.Node, len(n.Args))
		for i, arg := range n.Args {
			args[i] = replaced(arg, path, v, depth+1)
		}
		return &expr.Call{Span: n.Span, Name: n.Name, Args: args}
	}
	return n
}
