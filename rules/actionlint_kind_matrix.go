package rules

import (
	"strconv"
	"strings"

	"sekisho/lint/syntax"
)

// alMatrix is what is known of the matrix of a job.
type alMatrix struct {
	of    *syntax.Matrix
	loose bool // it may have any property
	doubt bool // nothing is known
}

// mostMatrixNodes is how many values a matrix has that is looked at, mostRow how many of one variable.
const (
	mostMatrixNodes = 400
	mostRow         = 32
)

// enterMatrix notes what the expressions of a job can read of its matrix. It reports a matrix in which actionlint may find something.
func (s *alScope) enterMatrix(m *syntax.Matrix) bool {
	s.matrix = alMatrix{of: m}
	if m == nil {
		return false
	}
	s.matrix.doubt = !s.matrixKnown(m)
	if s.matrix.doubt || m.Exclude != nil || m.Expr != nil {
		return s.matrix.doubt || m.Exclude != nil
	}
	for i := range m.Rows.Entries {
		if repeated(m.Rows.Entries[i].Node.Items) {
			return true
		}
	}
	return false
}

// matrixKnown reports a matrix in which the types of all values are known.
func (s *alScope) matrixKnown(m *syntax.Matrix) bool {
	if m.Expr != nil {
		s.matrix.loose = true
		return s.isAny(m.Expr)
	}
	left := mostMatrixNodes
	for i := range m.Rows.Entries {
		e := &m.Rows.Entries[i]
		if e.Value == nil && !s.known(e.Node, &left) || e.Value != nil && wholeFence(e.Value) && !s.isAny(e.Value) {
			return false
		}
	}
	include := m.Include.Resolve()
	switch {
	case include == nil:
		return true
	case include.Kind != syntax.Scalar:
		return s.known(include, &left)
	}
	str := include.Str()
	s.matrix.loose = wholeFence(&str)
	return !s.matrix.loose || s.isAny(&str)
}

// isAny reports an expression in a matrix that may be of any type.
func (s *alScope) isAny(str *syntax.Str) bool {
	return wholeFence(str) && s.fence(str, 0, alJobStrategy) == alAny
}

// known reports a value of a matrix whose type is known.
func (s *alScope) known(n *syntax.Node, left *int) bool {
	if *left--; *left < 0 {
		return false
	}
	n = n.Resolve()
	switch n.Kind {
	case syntax.Scalar:
		kind := alString
		if strings.Contains(n.Value, "${{") {
			kind = s.scalarNode(n)
		}
		return kind != alDoubt && kind != alObject && kind != alList
	case syntax.Sequence:
		for _, item := range n.Items {
			if !s.known(item, left) {
				return false
			}
		}
	default:
		for _, p := range n.Pairs {
			if !s.known(p.Value, left) {
				return false
			}
		}
	}
	return true
}

// scalarNode returns the type of a scalar of a matrix.
func (s *alScope) scalarNode(n *syntax.Node) alKind {
	if !strings.Contains(n.Value, "${{") {
		return plainKind(strings.TrimSpace(n.Value))
	}
	str, kind := n.Str(), alDoubt
	for i := range str.Fences {
		if kind = s.fence(&str, i, alJobStrategy); kind == alDoubt {
			return alDoubt
		}
	}
	if wholeFence(&str) {
		return kind
	}
	return alString
}

// plainKind returns the type of a text without an expression.
func plainKind(text string) alKind {
	switch text {
	case "":
		return alString
	case "true", "false":
		return alBool
	case "null":
		return alNull
	}
	switch c := text[0]; { // also of inf and nan
	case c >= '0' && c <= '9', c == '.', c == '+', c == '-', c|0x20 == 'i', c|0x20 == 'n':
		if _, err := strconv.ParseFloat(text, 64); err == nil {
			return alNumber
		}
	}
	return alString
}

// repeated reports values of a matrix variable that may not all be different.
func repeated(items []*syntax.Node) bool {
	if len(items) > mostRow {
		return true
	}
	for i, a := range items {
		for _, b := range items[:i] {
			if !differ(a.Resolve(), b.Resolve()) {
				return true
			}
		}
	}
	return false
}

// differ reports values that are surely not the same.
func differ(a, b *syntax.Node) bool {
	switch {
	case a.Kind != b.Kind:
		return true
	case a.Kind == syntax.Scalar:
		return a.Value != b.Value
	case a.Kind != syntax.Mapping:
		return false
	}
	for _, p := range a.Pairs {
		q, ok := b.Get(p.Key.Resolve().Value)
		if !ok {
			continue
		}
		if x, y := p.Value.Resolve(), q.Value.Resolve(); x.Kind == syntax.Scalar && y.Kind == syntax.Scalar && x.Value != y.Value {
			return true
		}
	}
	return false
}

// matrixPath returns the type of a path below matrix.
func (s *alScope) matrixPath(path []alAccess) alKind {
	m := s.matrix.of
	switch {
	case s.matrix.doubt:
		return alDoubt
	case s.matrix.loose:
		return below(path)
	case m == nil || !path[0].named():
		return alDoubt
	}
	for i := range m.Rows.Entries {
		if e := &m.Rows.Entries[i]; len(e.Node.Items) == 0 && strings.EqualFold(e.Name.Value, path[0].name) && (e.Value == nil || wholeFence(e.Value)) {
			return below(path[1:]) // an expression, or nothing
		}
	}
	return s.valuesPath(s.matrixValues(path[0].name), path[1:])
}

// matrixValues returns the values that a variable of the matrix may have, as far as they are listed.
func (s *alScope) matrixValues(name string) []*syntax.Node {
	m := s.matrix.of
	if m == nil || m.Rows == nil {
		return nil
	}
	var values []*syntax.Node
	for i := range m.Rows.Entries {
		if e := &m.Rows.Entries[i]; strings.EqualFold(e.Name.Value, name) {
			values = append(values, e.Node.Items...)
		}
	}
	if m.Include != nil {
		values = appendProperty(values, m.Include.Resolve().Items, name)
	}
	return values
}

// appendProperty appends the values that objects have under a name.
func appendProperty(to, objects []*syntax.Node, name string) []*syntax.Node {
	for _, n := range objects {
		for _, p := range n.Resolve().Pairs {
			if strings.EqualFold(p.Key.Resolve().Value, name) {
				to = append(to, p.Value)
			}
		}
	}
	return to
}

// valuesPath returns the type of a path below what may be any of these values.
func (s *alScope) valuesPath(values []*syntax.Node, path []alAccess) alKind {
	scalars, objects, kind := 0, 0, alDoubt
	for _, n := range values {
		switch n = n.Resolve(); n.Kind {
		case syntax.Scalar:
			of := s.scalarNode(n)
			if scalars++; scalars == 1 {
				kind = of
			} else {
				kind = eitherKind(kind, of)
			}
		case syntax.Mapping:
			objects++
		}
	}
	switch {
	case len(values) == 0 || len(values) > scalars && scalars == 0 && objects == 0:
		return alDoubt // nothing, or lists alone
	case scalars == len(values):
		return scalar(kind, path)
	case objects < len(values):
		return below(path)
	case len(path) == 0:
		return alObject
	case !path[0].named():
		return alDoubt
	}
	return s.valuesPath(appendProperty(nil, values, path[0].name), path[1:])
}
