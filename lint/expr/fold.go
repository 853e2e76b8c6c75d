package expr

import "strings"

// Bounds of constant folding: text longer than maxFolded bytes, or collections of more items, are not computed.
const (
	maxFolded = 1 << 16
	foldWork  = 1 << 20      // bytes and items that one call of Fold may produce
	foldDepth = 4 * MaxDepth // only a chain of hundreds of && or || is deeper; folding each node of one stays cheap
)

// Fold returns the constant that n always evaluates to, and whether there is one. Contexts and functions that read the
// state of a run are never constant, nor is what the runner refuses to evaluate, nor anything unreasonably large.
func Fold(n Node) (Value, bool) {
	if literal, ok := n.(*Literal); ok {
		return literal.Value, true
	}
	if !mayFold(n) {
		return Value{}, false
	}
	f := folder{work: foldWork}
	v, _, ok := f.fold(n)
	return v, ok
}

// mayFold reports whether what is evaluated first below n is constant, without which n is not.
func mayFold(n Node) bool {
	for {
		switch at := n.(type) {
		case *Literal:
			return true
		case *Group:
			n = at.X
		case *Not:
			n = at.X
		case *Binary:
			n = at.X
		case *Property:
			n = at.Of
		case *Index:
			n = at.Of
		case *Star:
			n = at.Of
		case *Call:
			if len(at.Args) == 0 { // success() and the like
				return false
			}
			n = at.Args[0]
		default:
			return false
		}
	}
}

// folder computes constants within a budget.
type folder struct{ work, depth int }

// spend takes n from the budget and reports whether it lasted.
func (f *folder) spend(n int) bool {
	f.work -= n + 1
	return n <= maxFolded && f.work >= 0
}

// fold returns the value of n, whether it is the result of an object filter, and whether it is constant.
func (f *folder) fold(n Node) (v Value, filtered, ok bool) {
	if f.depth >= foldDepth {
		return Value{}, false, false
	}
	f.depth++
	defer func() { f.depth-- }()
	switch n := n.(type) {
	case *Literal:
		return n.Value, false, true
	case *Group:
		return f.fold(n.X)
	case *Not:
		v, ok = f.value(n.X)
		return Value{Kind: Bool, Bool: !v.Truthy()}, false, ok
	case *Binary:
		v, ok = f.binary(n)
		return v, false, ok
	case *Call:
		v, ok = f.call(n)
		return v, false, ok
	case *Property:
		of, filtered, ok := f.fold(n.Of)
		if !ok {
			return Value{}, false, false
		}
		return f.index(of, Value{Kind: String, String: n.Name}, filtered)
	case *Index:
		of, filtered, ok := f.fold(n.Of)
		if !ok {
			return Value{}, false, false
		}
		i, ok := f.value(n.Index)
		if !ok {
			return Value{}, false, false
		}
		return f.index(of, i, filtered)
	case *Star:
		of, filtered, ok := f.fold(n.Of)
		if !ok {
			return Value{}, false, false
		}
		v, ok = f.filter(of, filtered)
		return v, true, ok
	}
	return Value{}, false, false
}

func (f *folder) value(n Node) (Value, bool) {
	v, _, ok := f.fold(n)
	return v, ok
}

func (f *folder) binary(n *Binary) (Value, bool) {
	x, ok := f.value(n.X)
	if !ok {
		return Value{}, false
	}
	switch n.Op {
	case And:
		if !x.Truthy() {
			return x, true
		}
		return f.value(n.Y)
	case Or:
		if x.Truthy() {
			return x, true
		}
		return f.value(n.Y)
	}
	y, ok := f.value(n.Y)
	if !ok || !f.spend(min(len(x.String), len(y.String))) {
		return Value{}, false
	}
	return Compare(n.Op, x, y), true
}

// index applies [i] to a value, or to each item of a filter's result.
func (f *folder) index(of, i Value, filtered bool) (Value, bool, bool) {
	if !filtered {
		v, _ := f.item(of, i)
		return v, false, true
	}
	out := Value{Kind: Array}
	for _, item := range of.Array {
		if v, ok := f.item(item, i); ok {
			out.Array = append(out.Array, v)
		}
	}
	return out, true, f.spend(len(of.Array))
}

// item returns of[i]; what does not exist is null and false.
func (f *folder) item(of, i Value) (Value, bool) {
	switch of.Kind {
	case Object:
		if i.isPrimitive() {
			f.spend(len(of.Object))
			return of.Get(i.Text())
		}
	case Array:
		if n := ToNumber(i); n >= 0 && n < float64(len(of.Array)) {
			return of.Array[int(n)], true
		}
	}
	return Value{}, false
}

// filter applies .* to a value, or to each item of a filter's result.
func (f *folder) filter(of Value, filtered bool) (Value, bool) {
	out := Value{Kind: Array}
	items := []Value{of}
	if filtered {
		items = of.Array
	}
	for _, item := range items {
		switch item.Kind {
		case Array:
			out.Array = append(out.Array, item.Array...)
		case Object:
			for _, m := range item.Object {
				out.Array = append(out.Array, m.Value)
			}
		}
		if !f.spend(len(out.Array)) {
			return Value{}, false
		}
	}
	return out, true
}

func (f *folder) call(n *Call) (Value, bool) {
	fn, ok := lookupFunction(n.Name)
	switch {
	case !ok || !fn.accepts(len(n.Args)):
		return Value{}, false
	case fn.name == "case":
		return f.choose(n.Args)
	case fn.fold == nil:
		return Value{}, false
	}
	args := make([]Value, 0, len(n.Args))
	for _, arg := range n.Args {
		v, ok := f.value(arg)
		if !ok {
			return Value{}, false
		}
		args = append(args, v)
	}
	return fn.fold(f, args)
}

// choose evaluates case(predicate, result, …, default); a predicate that is no boolean is an error in the runner.
func (f *folder) choose(args []Node) (Value, bool) {
	for ; len(args) > 1; args = args[2:] {
		v, ok := f.value(args[0])
		if !ok || v.Kind != Bool {
			return Value{}, false
		}
		if v.Bool {
			return f.value(args[1])
		}
	}
	return f.value(args[0])
}

func (f *folder) text(s string) (Value, bool) {
	return Value{Kind: String, String: s}, f.spend(len(s))
}

func foldContains(f *folder, args []Value) (Value, bool) {
	in, item := args[0], args[1]
	found := false
	switch {
	case in.Kind == Array:
		for _, v := range in.Array {
			if !f.spend(min(len(v.String), len(item.String))) {
				return Value{}, false
			}
			if found = Equal(v, item); found {
				break
			}
		}
	case in.isPrimitive() && item.isPrimitive():
		found = strings.Contains(upperText(in.Text()), upperText(item.Text()))
	}
	return Value{Kind: Bool, Bool: found}, f.spend(len(in.String) + len(item.String))
}

func foldStartsWith(f *folder, args []Value) (Value, bool) {
	return f.affix(args, strings.HasPrefix)
}

func foldEndsWith(f *folder, args []Value) (Value, bool) {
	return f.affix(args, strings.HasSuffix)
}

func (f *folder) affix(args []Value, test func(s, affix string) bool) (Value, bool) {
	a, b := args[0], args[1]
	found := a.isPrimitive() && b.isPrimitive() && test(upperText(a.Text()), upperText(b.Text()))
	return Value{Kind: Bool, Bool: found}, f.spend(len(a.String) + len(b.String))
}

func upperText(s string) string { return strings.Map(upper, s) }

func foldJoin(f *folder, args []Value) (Value, bool) {
	items, separator := args[0], ","
	if len(args) > 1 && args[1].isPrimitive() {
		separator = args[1].Text()
	}
	if items.Kind != Array {
		if items.Kind == Object {
			return f.text("")
		}
		return f.text(items.Text())
	}
	var b strings.Builder
	for i, v := range items.Array {
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(v.Text())
		if b.Len() > maxFolded {
			return Value{}, false
		}
	}
	return f.text(b.String())
}

func foldFormat(f *folder, args []Value) (Value, bool) {
	var b strings.Builder
	for rest := args[0].Text(); rest != ""; {
		p := nextPiece(rest)
		if p.fault != "" || p.arg >= len(args)-1 {
			return Value{}, false
		}
		b.WriteString(rest[:p.literal])
		if p.arg >= 0 {
			b.WriteString(args[p.arg+1].Text())
		}
		if b.Len() > maxFolded {
			return Value{}, false
		}
		rest = rest[p.size:]
	}
	return f.text(b.String())
}
