package syntax

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sekisho/lint/expr"
)

// decoder turns nodes into the typed trees of one file and gathers what is wrong on the way.
type decoder struct {
	f     *File
	depth int // of parallel groups and raw collections
}

// maxErrors bounds the faults that are listed of one file.
const maxErrors = 1000

func (d *decoder) errorf(at Span, format string, args ...any) {
	if !d.full() {
		d.f.Errs = append(d.f.Errs, Error{d.visible(at), fmt.Sprintf(format, args...)})
	}
}

// ignoredf notes what GitHub accepts, but does nothing with.
func (d *decoder) ignoredf(at Span, format string, args ...any) {
	if len(d.f.Ignored) < maxErrors {
		d.f.Ignored = append(d.f.Ignored, Error{d.visible(at), fmt.Sprintf(format, args...)})
	}
}

// visible widens the place of an empty value to what stands before it: the dash or the colon.
func (d *decoder) visible(at Span) Span {
	if at.Len() > 0 {
		return at
	}
	before := strings.TrimRight(d.f.Text[:at.Start], " \t\r\n")
	if before == "" {
		return at
	}
	_, w := utf8.DecodeLastRuneInString(before)
	return Span{Start: len(before) - w, End: len(before)}
}

// full reports whether no more faults are listed, so that looking for more is wasted.
func (d *decoder) full() bool { return len(d.f.Errs) >= maxErrors }

// finish brings errors and expressions into source order. What an alias repeats stays once.
func (d *decoder) finish() {
	exprs := d.f.exprs
	byPlace := func(a, b exprRef) int {
		return cmp.Or(cmp.Compare(a.str.Start, b.str.Start), cmp.Compare(a.fence.Start, b.fence.Start))
	}
	if !slices.IsSortedFunc(exprs, byPlace) {
		slices.SortStableFunc(exprs, byPlace)
	}
	d.f.exprs = slices.CompactFunc(exprs, func(a, b exprRef) bool { return byPlace(a, b) == 0 })
	for _, e := range d.f.exprs {
		if d.full() {
			break
		}
		d.checkExpr(e)
	}
	full := d.full()
	d.f.Errs, d.f.Ignored = inOrder(d.f.Errs), inOrder(d.f.Ignored)
	if full {
		at := d.f.Errs[len(d.f.Errs)-1].Span
		d.f.Errs = append(d.f.Errs, Error{at, fmt.Sprintf("the file has more than %d faults, and the rest is not listed; correct these first", maxErrors)})
	}
}

// inOrder sorts faults and drops those that are there twice.
func inOrder(errs []Error) []Error {
	slices.SortStableFunc(errs, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	return slices.Compact(errs)
}

func (d *decoder) checkExpr(e exprRef) {
	for _, err := range e.fence.Errs {
		d.f.Errs = append(d.f.Errs, Error{d.f.ValueSpan(e.str, err.Span), err.Message})
	}
	for _, err := range expr.Check(e.fence.X) {
		d.f.Errs = append(d.f.Errs, Error{d.f.ValueSpan(e.str, err.Span), err.Message})
	}
}

// fill makes s the text of the scalar n and reads its fences. s must stay where it is.
func (d *decoder) fill(s *Str, n *Node) {
	s.Span, s.Value, s.Style, s.Tag = n.Span, n.Value, n.Style, n.Tag
	if !strings.Contains(n.Value, "${{") {
		return
	}
	s.Fences = expr.ParseFences(n.Value)
	for i := range s.Fences {
		d.f.exprs = append(d.f.exprs, exprRef{s, &s.Fences[i]})
	}
}

func (d *decoder) str(n *Node) *Str {
	s := new(Str)
	d.fill(s, n)
	return s
}

// raw reads the fences below a node that has no typed tree. Aliases are not followed: their targets are read in place.
func (d *decoder) raw(n *Node) {
	if n == nil || d.depth > MaxDepth {
		return
	}
	d.depth++
	defer func() { d.depth-- }()
	if n.Kind == Scalar && strings.Contains(n.Value, "${{") {
		d.str(n)
	}
	for _, item := range n.Items {
		d.raw(item)
	}
	for _, p := range n.Pairs {
		d.raw(p.Key)
		d.raw(p.Value)
	}
}

// key returns the text of a pair's key, or "" when the key is no scalar.
func key(p Pair) string {
	if k := p.Key.Resolve(); k.Kind == Scalar {
		return k.Value
	}
	return ""
}

func isNull(n *Node) bool { return n.Kind == Scalar && n.Tag == TagNull }

// isExpr reports whether the scalar n is one fence and nothing else.
func isExpr(n *Node) bool {
	if n.Kind != Scalar || !strings.HasPrefix(strings.TrimSpace(n.Value), "${{") {
		return false
	}
	return strings.HasSuffix(strings.TrimSpace(n.Value), "}}")
}

func hasFence(n *Node) bool { return n.Kind == Scalar && strings.Contains(n.Value, "${{") }

// wrong reports that the value of p is not what its key takes.
func (d *decoder) wrong(p Pair, want string) {
	v := p.Value.Resolve()
	d.raw(p.Value)
	if isNull(v) {
		d.errorf(p.Key.Span, "%s is empty; give it %s or remove it", quote(key(p)), want)
		return
	}
	d.errorf(v.Span, "%s must be %s, not %s", quote(key(p)), want, kindName(v))
}

// mapping returns the value of p, or nil and an error when it is none.
func (d *decoder) mapping(p Pair) *Node {
	if v := p.Value.Resolve(); v.Kind == Mapping {
		return v
	}
	d.wrong(p, "a mapping")
	return nil
}

// field reads a string that may be empty; numbers and booleans are their text.
func (d *decoder) field(p Pair) *Field {
	v := p.Value.Resolve()
	if v.Kind != Scalar {
		d.wrong(p, "a string")
		return nil
	}
	f := &Field{Key: p.Key.Span}
	d.fill(&f.Str, v)
	return f
}

// text reads a string that may not be empty.
func (d *decoder) text(p Pair) *Field {
	f := d.field(p)
	if f != nil && f.Value == "" {
		d.errorf(p.Key.Span, "%s is empty; give it a value or remove it", quote(key(p)))
		return nil
	}
	return f
}

// boolean reads true, false or an expression.
func (d *decoder) boolean(p Pair) *Field {
	v := p.Value.Resolve()
	if v.Kind == Scalar && (v.Tag == TagBool || isExpr(v)) {
		return d.field(p)
	}
	if v.Kind == Scalar && (strings.EqualFold(v.Value, "true") || strings.EqualFold(v.Value, "false")) {
		d.errorf(v.Span, "%s must be a boolean, not a string; remove the quotes", quote(key(p)))
		return nil
	}
	d.wrong(p, "true or false")
	return nil
}

// number reads a number above zero or an expression.
func (d *decoder) number(p Pair) *Field {
	v := p.Value.Resolve()
	switch {
	case isExpr(v):
		return d.field(p)
	case v.Kind != Scalar || v.Tag != TagInt && v.Tag != TagFloat:
		if _, err := strconv.ParseFloat(v.Value, 64); err == nil && v.Kind == Scalar {
			d.errorf(v.Span, "%s must be a number, not a string; remove the quotes", quote(key(p)))
			return nil
		}
		d.wrong(p, "a number")
		return nil
	}
	x, err := strconv.ParseFloat(v.Value, 64)
	if i, ierr := strconv.ParseInt(v.Value, 0, 64); err != nil && ierr == nil {
		x, err = float64(i), nil
	}
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) || x <= 0 {
		d.errorf(v.Span, "%s must be above zero, not %s; give it a positive number", quote(key(p)), quote(v.Value))
		return nil
	}
	return d.field(p)
}

// whole reads a whole number above zero or an expression.
func (d *decoder) whole(p Pair) *Field {
	f := d.number(p)
	if f == nil || len(f.Fences) > 0 {
		return f
	}
	if x, err := strconv.ParseFloat(f.Value, 64); err == nil && x != math.Trunc(x) {
		d.errorf(f.Span, "%s must be a whole number, not %s", quote(key(p)), quote(f.Value))
		return nil
	}
	return f
}

// oneOf reads one of words or an expression.
func (d *decoder) oneOf(p Pair, words []string) *Field {
	f := d.text(p)
	if f == nil || len(f.Fences) > 0 || slices.Contains(words, f.Value) {
		return f
	}
	d.errorf(f.Span, "%s cannot be %s; %s", quote(key(p)), quote(f.Value), d.suggest(f.Value, words))
	return f
}

// condition reads an if: key.
func (d *decoder) condition(p Pair) *Condition {
	v := p.Value.Resolve()
	if v.Kind != Scalar {
		d.wrong(p, "a condition")
		return nil
	}
	if strings.HasPrefix(v.Custom, "!") && !strings.HasPrefix(v.Custom, "!!") {
		at := v.Span
		if i := strings.IndexByte(d.f.Text[min(p.Key.End, v.Start):v.Start], '!'); i >= 0 {
			at.Start = p.Key.End + i
		}
		d.errorf(at, "the condition starts with !, which YAML reads as the tag %s; write it as ${{ !… }}", quote(v.Custom))
		return nil
	}
	if isNull(v) && v.Value == "" {
		d.errorf(p.Key.Span, "%s is empty; give it a condition or remove it", quote(key(p)))
		return nil
	}
	c := &Condition{Cond: expr.ParseCondition(v.Value)}
	if c.Cond.X != nil {
		c.Fixed = expr.Truth(c.Cond.X, nil)
	}
	c.Key = p.Key.Span
	c.Str = Str{Span: v.Span, Value: v.Value, Style: v.Style, Tag: v.Tag, Fences: c.Cond.Fences}
	if len(c.Fences) == 0 {
		whole := Span{End: len(v.Value)}
		d.f.exprs = append(d.f.exprs, exprRef{&c.Str, &expr.Fence{Span: whole, Inner: whole, X: c.Cond.X, Errs: c.Cond.Errs}})
	}
	for i := range c.Fences {
		d.f.exprs = append(d.f.exprs, exprRef{&c.Str, &c.Fences[i]})
	}
	return c
}

// list reads a string or a sequence of strings.
func (d *decoder) list(p Pair) *List {
	v := p.Value.Resolve()
	switch {
	case v.Kind == Scalar && v.Value != "":
		return &List{Span: v.Span, Key: p.Key.Span, Node: v, Values: []*Str{d.str(v)}}
	case v.Kind == Sequence:
		return d.items(p, v)
	}
	d.wrong(p, "a string or a list of strings")
	return nil
}

// sequence reads a sequence of strings, or an expression for the whole.
func (d *decoder) sequence(p Pair) *List {
	v := p.Value.Resolve()
	if v.Kind == Sequence || isExpr(v) {
		return d.list(p)
	}
	d.wrong(p, "a list of strings")
	return nil
}

func (d *decoder) items(p Pair, v *Node) *List {
	l := &List{Span: v.Span, Key: p.Key.Span, Node: v, Values: make([]*Str, 0, len(v.Items))}
	block := make([]Str, len(v.Items))
	for i, item := range v.Items {
		item = item.Resolve()
		if item.Kind != Scalar {
			d.raw(item)
			d.errorf(item.Span, "an entry of %s must be a string, not %s", quote(key(p)), kindName(item))
			continue
		}
		if item.Value == "" && !mayBeEmpty(key(p)) {
			d.errorf(item.Span, "an entry of %s is empty; remove it", quote(key(p)))
			continue
		}
		d.fill(&block[i], item)
		l.Values = append(l.Values, &block[i])
	}
	return l
}

// notEmpty reports a list without entries.
func (d *decoder) notEmpty(l *List, advice string) {
	if l.isEmpty() {
		d.errorf(l.Span, "%s is an empty list; %s", quote(d.f.Slice(l.Key)), advice)
	}
}

func (l *List) isEmpty() bool {
	return l != nil && l.Node.Kind == Sequence && len(l.Node.Items) == 0
}

// mayBeEmpty reports a list in which an empty entry means something: what can be chosen, and what a container is started with.
func mayBeEmpty(key string) bool { return key == "options" || key == "args" }

// table reads a mapping whose keys the author chooses; its values must be scalars unless nested is set.
func (d *decoder) table(p Pair, nested bool) *Map {
	v := p.Value.Resolve()
	if isExpr(v) {
		return &Map{Span: v.Span, Key: p.Key.Span, Node: v, Expr: d.str(v)}
	}
	if v.Kind != Mapping {
		d.wrong(p, "a mapping")
		return nil
	}
	return &Map{Span: v.Span, Key: p.Key.Span, Node: v, Entries: d.entries(v, key(p), nested)}
}

// capped returns the pairs of a mapping that are checked.
func (d *decoder) capped(n *Node, name string) []Pair {
	if len(n.Pairs) <= MaxKeys {
		return n.Pairs
	}
	d.errorf(n.Pairs[MaxKeys].Key.Span, "%s has %d keys and those from here on are not checked, being more than %d; split it", quote(name), len(n.Pairs), MaxKeys)
	return n.Pairs[:MaxKeys]
}

func (d *decoder) entries(n *Node, name string, nested bool) []Entry {
	pairs := d.capped(n, name)
	entries := make([]Entry, 0, len(pairs))
	values := make([]Str, len(pairs))
	d.caseTwins(n)
	for i, p := range pairs {
		k, v := p.Key.Resolve(), p.Value.Resolve()
		if k.Kind != Scalar {
			d.unknown(p, place{what: quote(name)})
			continue
		}
		if k.Value == "<<" {
			d.raw(p.Value)
			continue
		}
		entries = append(entries, Entry{Node: v})
		e := &entries[len(entries)-1]
		d.fill(&e.Name, k)
		switch {
		case v.Kind == Scalar:
			d.fill(&values[i], v)
			e.Value = &values[i]
		case nested:
			d.raw(p.Value)
		default:
			d.raw(p.Value)
			d.errorf(v.Span, "%s in %s must be a string, not %s", quote(k.Value), quote(name), kindName(v))
		}
	}
	return entries
}

// caseTwins reports keys that differ only in letter case, which GitHub takes for the same key.
func (d *decoder) caseTwins(n *Node) {
	const small = 24
	if len(n.Pairs) <= small {
		for i := range n.Pairs {
			for j := range i {
				a, b := key(n.Pairs[i]), key(n.Pairs[j])
				if len(a) == len(b) && a != b && strings.EqualFold(a, b) {
					d.twin(n.Pairs[i], n.Pairs[j])
					break
				}
			}
		}
		return
	}
	seen := make(map[string]Pair, len(n.Pairs))
	for _, p := range n.Pairs {
		low := strings.ToLower(key(p))
		if first, ok := seen[low]; !ok {
			seen[low] = p
		} else if key(first) != key(p) {
			d.twin(p, first)
		}
	}
}

func (d *decoder) twin(p, first Pair) {
	line := d.f.Position(first.Key.Start).Line
	d.errorf(p.Key.Span, "key %s is the same as %s of line %d, letter case aside; remove or rename one", quote(key(p)), quote(key(first)), line)
}

// validID reports whether s may be the id of a job or a step.
func validID(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_'
		if !letter && (i == 0 || c != '-' && (c < '0' || '9' < c)) {
			return false
		}
	}
	return s != ""
}
