package syntax

func (d *decoder) matrix(p Pair) *Matrix {
	v := p.Value.Resolve()
	m := &Matrix{Span: v.Span, Key: p.Key.Span, Node: v}
	if isExpr(v) {
		m.Expr = d.str(v)
		return m
	}
	if v.Kind != Mapping {
		d.wrong(p, "a mapping")
		return nil
	}
	rows := *v // the rows alone
	rows.Parts = &Parts{Links: v.Links, Pairs: make([]Pair, 0, len(v.Pairs))}
	for _, p := range v.Pairs {
		switch key(p) {
		case "include":
			m.Include = p.Value.Resolve()
			d.combinations(p)
		case "exclude":
			m.Exclude = p.Value.Resolve()
			d.combinations(p)
		default:
			rows.Pairs = append(rows.Pairs, p)
			d.row(p)
		}
	}
	m.Rows = &Map{Span: v.Span, Key: p.Key.Span, Node: v, Entries: d.entries(&rows, "matrix", true)}
	return m
}

// row checks the values of one variable of a matrix.
func (d *decoder) row(p Pair) {
	v := p.Value.Resolve()
	switch {
	case key(p) == "<<":
	case isNull(v), v.Kind == Sequence && len(v.Items) == 0:
		d.errorf(p.Key.Span, "matrix variable %s has no values; list at least one", quote(key(p)))
	case v.Kind != Sequence && !hasFence(v):
		d.errorf(v.Span, "matrix variable %s must be a list, not %s; write [ ] around the value", quote(key(p)), kindName(v))
	}
}

func (d *decoder) combinations(p Pair) {
	d.raw(p.Value)
	v := p.Value.Resolve()
	if hasFence(v) {
		return
	}
	if v.Kind != Sequence {
		d.errorf(p.Key.Span, "%s must be a list of mappings, not %s; write each combination as an entry", quote(key(p)), kindName(v))
		return
	}
	for _, item := range v.Items {
		if item = item.Resolve(); item.Kind != Mapping && !hasFence(item) {
			d.errorf(item.Span, "an entry of %s must be a mapping, not %s; name the matrix variables", quote(key(p)), kindName(item))
		}
	}
}
