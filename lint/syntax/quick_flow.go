package syntax

// flow reads the flow collection at pos.
func (q *quick) flow() *Node {
	if q.depth++; q.depth > quickDepth {
		return nil
	}
	defer func() { q.depth-- }()
	if q.text[q.pos] == '{' {
		return q.flowMapping()
	}
	n := q.new(Sequence, Flow, TagSeq, q.pos)
	q.pos++
	first := len(q.items)
	for {
		if !q.flowGap() {
			return nil
		}
		if q.text[q.pos] == ']' {
			break
		}
		item := q.flowNode()
		if item == nil {
			return nil
		}
		q.items = append(q.items, item)
		if !q.flowGap() || !q.comma(']') {
			return nil
		}
	}
	q.pos++
	n.End = q.pos
	n.Items = carve(&q.itemSlab, q.items[first:])
	q.items = q.items[:first]
	return n
}

func (q *quick) flowMapping() *Node {
	n := q.new(Mapping, Flow, TagMap, q.pos)
	q.pos++
	first := len(q.pairs)
	for {
		if !q.flowGap() {
			return nil
		}
		if q.text[q.pos] == '}' {
			break
		}
		key := q.scalar(true)
		if key == nil || key.Len() > quickKey || !q.colon() {
			return nil
		}
		q.pos++
		if !q.flowGap() {
			return nil
		}
		value := q.flowNode()
		if value == nil {
			return nil
		}
		q.pairs = append(q.pairs, Pair{key, value})
		if !q.flowGap() || !q.comma('}') {
			return nil
		}
	}
	q.pos++
	n.End = q.pos
	n.Pairs = carve(&q.pairSlab, q.pairs[first:])
	q.pairs = q.pairs[:first]
	q.b.checkKeys(n.Pairs)
	return n
}

// flowGap is gap in brackets, where the text may not end, nor a document.
func (q *quick) flowGap() bool { return q.gap() && q.pos < len(q.text) && !q.marker() }

// comma passes the comma between two entries; none is needed before the bracket.
func (q *quick) comma(bracket byte) bool {
	switch q.text[q.pos] {
	case ',':
		q.pos++
		return true
	case bracket:
		return true
	}
	return false
}

// flowNode reads the entry at pos.
func (q *quick) flowNode() *Node {
	if c := q.text[q.pos]; c == '[' || c == '{' {
		return q.flow()
	}
	return q.scalar(true)
}
