package rules

import (
	"iter"
	"slices"
	"strings"
	"sync"

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

// rawValues makes the values of a file's matrices. Their positions cannot be set from outside actionlint, so they are copies of
// values from a text that was parsed, in which each has a line of its own.
type rawValues struct {
	made   bool
	text   func(*syntax.Str) string  // of a scalar
	values []actionlint.RawYAMLValue // those not taken yet
	nodes  map[int]*syntax.Node      // by line of the text
	from   *rawPool
	used   rawCount
}

// rawCount is how many values there are of each kind.
type rawCount struct{ scalars, sequences, mappings int }

// rawPool has values to copy, each kind in the order of its lines, without a gap.
type rawPool struct {
	rawCount
	first     rawCount // the lines that the kinds begin at
	scalars   []actionlint.RawYAMLValue
	sequences []actionlint.RawYAMLValue
	mappings  []actionlint.RawYAMLValue
}

// rawHead is what stands before the values.
const rawHead = "on: push\njobs:\n j:\n  runs-on: x\n  steps: [{run: x}]\n  strategy:\n   matrix:\n    r: [\n"

// commonPool serves nearly every file.
var commonPool = sync.OnceValue(func() *rawPool { return newRawPool(rawCount{128, 16, 32}) })

func newRawPool(n rawCount) *rawPool {
	line := strings.Count(rawHead, "\n") + 1
	p := &rawPool{rawCount: n, first: rawCount{line, line + n.scalars, line + n.scalars + n.sequences}}
	text := rawHead + strings.Repeat("     \"\",\n", n.scalars) + strings.Repeat("     [],\n", n.sequences) + strings.Repeat("     {},\n", n.mappings) + "    ]\n"
	w, errs := actionlint.Parse([]byte(text))
	if w == nil || len(errs) > 0 || w.Jobs["j"] == nil || w.Jobs["j"].Strategy == nil || w.Jobs["j"].Strategy.Matrix == nil {
		return &rawPool{}
	}
	all := w.Jobs["j"].Strategy.Matrix.Rows["r"].Values
	p.scalars, p.sequences, p.mappings = all[:n.scalars], all[n.scalars:n.scalars+n.sequences], all[n.scalars+n.sequences:]
	return p
}

// rawValues makes the values of the matrices of these jobs, to be taken in the order in which matrix asks for them.
func (t *alTree) rawValues(jobs []alJobDoubt) *rawValues {
	r := &rawValues{text: t.value}
	var roots []*syntax.Node
	for _, j := range jobs {
		if j.Strategy != nil && j.Strategy.Matrix != nil && j.Strategy.Matrix.Expr == nil {
			roots = slices.AppendSeq(roots, matrixValues(j.Strategy.Matrix))
		}
	}
	if len(roots) == 0 {
		r.made = true
		return r
	}
	need, left := rawCount{}, maxMatrixNodes
	for _, n := range roots {
		if !need.count(n, &left) {
			return r
		}
	}
	r.from = commonPool()
	if need.scalars > r.from.rawCount.scalars || need.sequences > r.from.rawCount.sequences || need.mappings > r.from.rawCount.mappings {
		r.from = newRawPool(need)
	}
	if len(r.from.scalars) < need.scalars {
		return r
	}
	r.made = true
	r.nodes = make(map[int]*syntax.Node, need.scalars+need.sequences+need.mappings)
	r.values = make([]actionlint.RawYAMLValue, 0, len(roots))
	for _, n := range roots {
		r.values = append(r.values, r.value(n))
	}
	return r
}

// count adds a value. It fails where there is too much, and for a key that is no scalar.
func (c *rawCount) count(n *syntax.Node, left *int) bool {
	if *left--; *left < 0 {
		return false
	}
	n = n.Resolve()
	switch n.Kind {
	case syntax.Scalar:
		c.scalars++
		return true
	case syntax.Sequence:
		c.sequences++
		for _, item := range n.Items {
			if !c.count(item, left) {
				return false
			}
		}
		return true
	}
	c.mappings++
	for _, p := range n.Pairs {
		key := p.Key.Resolve()
		if key.Kind != syntax.Scalar || key.Value == "" || key.Value == "<<" || !c.count(p.Value, left) {
			return false
		}
	}
	return true
}

// value makes one value.
func (r *rawValues) value(n *syntax.Node) actionlint.RawYAMLValue {
	n = n.Resolve()
	switch n.Kind {
	case syntax.Scalar:
		v := *r.from.scalars[r.used.scalars].(*actionlint.RawYAMLString)
		r.nodes[r.from.first.scalars+r.used.scalars] = n
		r.used.scalars++
		s := n.Str()
		v.Value = r.text(&s)
		return &v
	case syntax.Sequence:
		v := *r.from.sequences[r.used.sequences].(*actionlint.RawYAMLArray)
		r.nodes[r.from.first.sequences+r.used.sequences] = n
		r.used.sequences++
		v.Elems = make([]actionlint.RawYAMLValue, 0, len(n.Items))
		for _, item := range n.Items {
			v.Elems = append(v.Elems, r.value(item))
		}
		return &v
	}
	v := *r.from.mappings[r.used.mappings].(*actionlint.RawYAMLObject)
	r.nodes[r.from.first.mappings+r.used.mappings] = n
	r.used.mappings++
	v.Props = make(map[string]actionlint.RawYAMLValue, len(n.Pairs))
	for _, p := range n.Pairs {
		if id := strings.ToLower(p.Key.Resolve().Value); v.Props[id] == nil { // rule syntax reports twins
			v.Props[id] = r.value(p.Value)
		}
	}
	return &v
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
