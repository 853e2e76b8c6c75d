package rules

import (
	"iter"
	"strconv"
	"strings"

	"github.com/rhysd/actionlint"

	"sekisho/lint/syntax"
)

// maxMatrixNodes bounds the values of the matrices of one file that are checked one by one: GitHub makes 256 jobs of a matrix.
const maxMatrixNodes = 3_000

func (t *alTree) strategy(s *syntax.Strategy) *actionlint.Strategy {
	if s == nil {
		return nil
	}
	out := &actionlint.Strategy{FailFast: t.boolean(s.FailFast), MaxParallel: t.integer(s.MaxParallel), Pos: t.pos(s.Key)}
	if s.Matrix != nil {
		out.Matrix = t.matrix(s.Matrix)
	}
	return out
}

func (t *alTree) matrix(m *syntax.Matrix) *actionlint.Matrix {
	pos := t.pos(m.Key)
	if m.Expr != nil {
		if !wholeFence(m.Expr) {
			return nil
		}
		return &actionlint.Matrix{Expression: t.str(m.Expr), Pos: pos}
	}
	if !t.raw.made {
		// The rest of the job is checked as if nothing were known of the matrix.
		return &actionlint.Matrix{Expression: &actionlint.String{Value: anything, Pos: pos}, Pos: pos}
	}
	out := &actionlint.Matrix{Rows: map[string]*actionlint.MatrixRow{}, Pos: pos}
	for i := range m.Rows.Entries {
		e := &m.Rows.Entries[i]
		row := &actionlint.MatrixRow{Name: t.str(&e.Name)}
		if e.Value != nil {
			if !wholeFence(e.Value) {
				continue
			}
			row.Expression = t.str(e.Value)
		} else if e.Node.Kind == syntax.Sequence {
			row.Values = t.raw.take(len(e.Node.Items))
		}
		out.Rows[strings.ToLower(e.Name.Value)] = row
	}
	out.Include = t.combinations(m.Include)
	out.Exclude = t.combinations(m.Exclude)
	return out
}

func (t *alTree) combinations(n *syntax.Node) *actionlint.MatrixCombinations {
	n = n.Resolve()
	switch {
	case n == nil:
		return nil
	case n.Kind == syntax.Scalar:
		if s := n.Str(); wholeFence(&s) {
			return &actionlint.MatrixCombinations{Expression: t.str(&s)}
		}
		return nil
	}
	out := &actionlint.MatrixCombinations{}
	for _, item := range n.Items {
		item = item.Resolve()
		if item.Kind == syntax.Mapping {
			c := &actionlint.MatrixCombination{Assigns: map[string]*actionlint.MatrixAssign{}}
			for _, p := range item.Pairs {
				key, value := p.Key.Resolve(), t.raw.take(1)[0]
				c.Assigns[strings.ToLower(key.Value)] = &actionlint.MatrixAssign{Key: t.node(key), Value: value}
			}
			out.Combinations = append(out.Combinations, c)
		} else if s := item.Str(); wholeFence(&s) {
			out.Combinations = append(out.Combinations, &actionlint.MatrixCombination{Expression: t.str(&s)})
		}
	}
	return out
}

// rawValues makes the values of a file's matrices. It is never copied: a strings.Builder knows where it is. Their positions cannot be set from outside actionlint, so a text is parsed in
// which each value has a line of its own.
type rawValues struct {
	made   bool
	text   func(*syntax.Str) string  // of a scalar
	values []actionlint.RawYAMLValue // those not taken yet
	nodes  map[int]*syntax.Node      // by line of the text

	out  strings.Builder
	line int
	left int // nodes that may still be written
}

// rawHead is what stands before the values.
const rawHead = "on: push\njobs:\n j:\n  runs-on: x\n  steps: [{run: x}]\n  strategy:\n   matrix:\n    r: [\n"

// rawValues makes the values of the matrices of these jobs, to be taken in the order in which matrix asks for them.
func (t *alTree) rawValues(jobs []*syntax.Job) *rawValues {
	r := &rawValues{text: t.value, line: 1, left: maxMatrixNodes, nodes: map[int]*syntax.Node{}}
	count := 0
	for _, j := range jobs {
		if j.Strategy == nil || j.Strategy.Matrix == nil || j.Strategy.Matrix.Expr != nil {
			continue
		}
		for n := range matrixValues(j.Strategy.Matrix) {
			if count++; count == 1 {
				r.put(rawHead)
			}
			if !r.write(n) {
				return r
			}
			r.put(",\n")
		}
	}
	if count == 0 {
		r.made = true
		return r
	}
	r.put("    ]\n")
	w, errs := actionlint.Parse([]byte(r.out.String()))
	if w == nil || len(errs) > 0 || w.Jobs["j"] == nil || w.Jobs["j"].Strategy == nil || w.Jobs["j"].Strategy.Matrix == nil {
		return r
	}
	r.values = w.Jobs["j"].Strategy.Matrix.Rows["r"].Values
	r.made = len(r.values) == count
	return r
}

// matrixValues ranges over the values of a matrix in the order in which matrix asks for them.
func matrixValues(m *syntax.Matrix) iter.Seq[*syntax.Node] {
	return func(yield func(*syntax.Node) bool) {
		for i := range m.Rows.Entries {
			if n := m.Rows.Entries[i].Node; n.Kind == syntax.Sequence {
				for _, item := range n.Items {
					if !yield(item) {
						return
					}
				}
			}
		}
		for _, n := range []*syntax.Node{m.Include.Resolve(), m.Exclude.Resolve()} {
			if n == nil {
				continue
			}
			for _, item := range n.Items {
				for _, p := range item.Resolve().Pairs {
					if !yield(p.Value) {
						return
					}
				}
			}
		}
	}
}

// take returns the next n values.
func (r *rawValues) take(n int) []actionlint.RawYAMLValue {
	got := r.values[:n:n]
	r.values = r.values[n:]
	return got
}

func (r *rawValues) put(s string) {
	r.out.WriteString(s)
	r.line += strings.Count(s, "\n")
}

// write writes n as JSON, with a line for each value. It fails where there is too much, and for a key that is no scalar.
func (r *rawValues) write(n *syntax.Node) bool {
	if r.left--; r.left < 0 {
		return false
	}
	n = n.Resolve()
	r.nodes[r.line] = n
	r.put("     ")
	switch n.Kind {
	case syntax.Scalar:
		s := n.Str()
		r.put(strconv.QuoteToASCII(r.text(&s)))
		return true
	case syntax.Sequence:
		r.put("[\n")
		for _, item := range n.Items {
			if !r.write(item) {
				return false
			}
			r.put(",\n")
		}
		r.put("     ]")
		return true
	}
	r.put("{\n")
	seen := map[string]bool{}
	for _, p := range n.Pairs {
		key := p.Key.Resolve()
		if key.Kind != syntax.Scalar || key.Value == "" || key.Value == "<<" {
			return false
		}
		if id := strings.ToLower(key.Value); !seen[id] { // rule syntax reports twins
			seen[id] = true
			r.put("     " + strconv.QuoteToASCII(key.Value) + ":\n")
			if !r.write(p.Value) {
				return false
			}
			r.put(",\n")
		}
	}
	r.put("     }")
	return true
}
