package syntax

import "strings"

// quick reads the YAML that nearly every workflow is written in straight into our nodes: block mappings and sequences, the
// five styles of scalar, flow collections, comments. Whatever is rare or doubtful (anchors, tags, tabs between tokens,
// complex keys, errors of any kind) it leaves to yaml.v3 by giving up. What it does read is what yaml.v3 would have
// made of the same text; FuzzQuick compares the two. It costs about a tenth.
type quick struct {
	b       *builder
	text    string
	pos     int // of the next byte to read
	line    int // where the line of pos starts
	depth   int
	nodes   []Node
	parts   []Parts
	pairs   []Pair  // those of the mappings that are not complete yet
	items   []*Node // likewise of the sequences
	scratch []byte

	pairSlab []Pair
	itemSlab []*Node
}

const (
	quickDepth   = 50   // collections below each other
	quickKey     = 1000 // bytes of a key; yaml.v3 refuses those with more than 1024 characters
	firstScratch = 512  // bytes of the first block scalar there is room for at once
	leastSlab    = 32   // pairs and items allocated at once
	leastNodes   = 16   // allocated at once
	mostNodes    = 256  // likewise
	nodeBytes    = 40   // of the rest of a text, for which one more node is allocated at once; there may be fewer when it holds scripts
	partsBytes   = 200  // likewise for one more collection
)

// readQuick returns the root of a text, and what else was found on the way; nil when it gives up.
func readQuick(src *Source, text string) (*Node, *builder) {
	b := newBuilder(src, text)
	if !b.clean || strings.HasPrefix(b.text, byteOrderMark) || !b.ascii && oddBreaks(b.text) || loneReturn(b.text) {
		return nil, nil
	}
	q := &quick{b: b, text: b.text}
	if !q.gap() {
		return nil, nil
	}
	if q.marker() {
		if q.text[q.pos] != '-' {
			return nil, nil
		}
		q.pos += len("---")
		from := q.line
		if !q.gap() || q.line == from {
			return nil, nil
		}
	}
	if q.pos == len(q.text) {
		return nil, nil
	}
	root := q.node(-1, true)
	if root == nil || root.Kind == Scalar || q.pos < len(q.text) {
		return nil, nil
	}
	return root, b
}

// loneReturn reports whether text holds a CR that is not part of a CRLF.
func loneReturn(text string) bool {
	for i := strings.IndexByte(text, '\r'); i >= 0; {
		if i+1 == len(text) || text[i+1] != '\n' {
			return true
		}
		next := strings.IndexByte(text[i+2:], '\r')
		if next < 0 {
			return false
		}
		i += 2 + next
	}
	return false
}

// gap passes blanks, line ends and comments. It fails for a tab, and for a # that touches what stands before it.
func (q *quick) gap() bool {
	for q.pos < len(q.text) {
		switch q.text[q.pos] {
		case ' ', '\r':
			q.pos++
		case '\n':
			q.pos++
			q.line = q.pos
		case '#':
			if q.pos > q.line && q.text[q.pos-1] != ' ' {
				return false
			}
			q.pos = q.lineEnd(q.pos)
		default:
			return q.text[q.pos] != '\t'
		}
	}
	return true
}

// lineEnd returns the offset of the line end at or behind i.
func (q *quick) lineEnd(i int) int {
	n := strings.IndexByte(q.text[i:], '\n')
	if n < 0 {
		return len(q.text)
	}
	if i += n; i > 0 && n > 0 && q.text[i-1] == '\r' {
		i--
	}
	return i
}

// ends reports whether nothing but a comment stands between pos and the end of the line.
func (q *quick) ends() bool {
	i := q.pos
	for i < len(q.text) && q.text[i] == ' ' {
		i++
	}
	return i == len(q.text) || q.text[i] == '\n' || q.text[i] == '\r' || q.text[i] == '#' && i > q.pos
}

// blankAt reports whether a blank, a line end or the end of the text stands at i.
func (q *quick) blankAt(i int) bool {
	if i >= len(q.text) {
		return true
	}
	c := q.text[i]
	return c == ' ' || c == '\n' || c == '\t' || c == '\r'
}

// marker reports whether a document starts or ends at pos.
func (q *quick) marker() bool {
	if q.pos != q.line || !q.blankAt(q.pos+3) {
		return false
	}
	mark := q.text[q.pos:min(q.pos+3, len(q.text))]
	return mark == "---" || mark == "..."
}

func (q *quick) dash() bool { return q.text[q.pos] == '-' && q.blankAt(q.pos+1) }

func (q *quick) new(kind NodeKind, style Style, tag Tag, start int) *Node {
	if len(q.nodes) == 0 {
		q.nodes = make([]Node, min(max((len(q.text)-q.pos)/nodeBytes, leastNodes), mostNodes))
	}
	n := &q.nodes[0]
	q.nodes = q.nodes[1:]
	n.Kind, n.Style, n.Tag, n.Start, n.Parts = kind, style, tag, start, noParts
	if kind != Scalar {
		if len(q.parts) == 0 {
			q.parts = make([]Parts, min(max((len(q.text)-q.pos)/partsBytes, leastNodes/4), mostNodes/4))
		}
		n.Parts = &q.parts[0]
		n.Parts.Links = noLinks
		q.parts = q.parts[1:]
	}
	return n
}

// carve copies a list into a slab, from which many lists are cut.
func carve[T any](slab *[]T, list []T) []T {
	if len(*slab) < len(list) {
		*slab = make([]T, max(len(list), leastSlab))
	}
	out := (*slab)[:len(list):len(list)]
	copy(out, list)
	*slab = (*slab)[len(list):]
	return out
}

// node reads the node at pos, in a collection that is indented by indent, and passes the gap behind it. block tells that a
// block collection may start here. It returns nil to give up, as all that follow do.
func (q *quick) node(indent int, block bool) *Node {
	if q.marker() {
		return nil
	}
	switch c := q.text[q.pos]; {
	case q.dash():
		if !block {
			return nil
		}
		return q.sequence(q.pos - q.line)
	case c == '|' || c == '>':
		return q.after(q.block(indent))
	case c == '[' || c == '{':
		return q.after(q.flow())
	}
	column := q.pos - q.line
	n := q.scalar(false)
	if n == nil {
		return nil
	}
	if q.colon() {
		if !block {
			return nil
		}
		return q.mapping(n, column)
	}
	if n.Style == Plain {
		n = q.continued(n, indent)
	}
	return q.after(n)
}

// after passes the gap behind n, which must end its line.
func (q *quick) after(n *Node) *Node {
	if n == nil || n.Style != Literal && n.Style != Folded && !q.ends() || !q.gap() {
		return nil
	}
	return n
}

// colon passes blanks and reports whether the colon behind a key follows. Without one pos stays.
func (q *quick) colon() bool {
	i := q.pos
	for i < len(q.text) && q.text[i] == ' ' {
		i++
	}
	if i >= len(q.text) || q.text[i] != ':' || !q.blankAt(i+1) {
		return false
	}
	q.pos = i
	return true
}

// mapping reads the block mapping with this first key, whose colon is at pos, and whose keys stand at this column.
func (q *quick) mapping(key *Node, column int) *Node {
	if q.depth++; q.depth > quickDepth {
		return nil
	}
	n := q.new(Mapping, Block, TagMap, key.Start)
	first := len(q.pairs)
	for {
		if key.Len() > quickKey {
			return nil
		}
		q.pos++ // the colon
		value := q.value(column)
		if value == nil {
			return nil
		}
		q.pairs = append(q.pairs, Pair{key, value})
		n.End = max(n.End, key.End, value.End)
		if at := q.pos - q.line; q.pos == len(q.text) || at < column {
			break
		} else if at > column || q.marker() || q.dash() {
			return nil
		}
		if key = q.scalar(false); key == nil || !q.colon() {
			return nil
		}
	}
	n.Pairs = carve(&q.pairSlab, q.pairs[first:])
	q.pairs = q.pairs[:first]
	q.b.checkKeys(n.Pairs)
	q.depth--
	return n
}

// value reads what belongs to the key of a mapping at this column; pos is behind its colon.
func (q *quick) value(column int) *Node {
	empty := q.pos
	if !q.ends() {
		for q.pos < len(q.text) && q.text[q.pos] == ' ' {
			q.pos++
		}
		return q.node(column, false)
	}
	if !q.gap() {
		return nil
	}
	if q.pos < len(q.text) {
		switch at := q.pos - q.line; {
		case at > column:
			return q.node(column, true)
		case at == column && q.dash():
			return q.sequence(column)
		}
	}
	return q.nothing(empty)
}

// nothing is an empty value.
func (q *quick) nothing(at int) *Node {
	n := q.new(Scalar, Plain, TagNull, at)
	n.End = at
	return n
}

// sequence reads the block sequence whose first dash is at pos, and all of them at this column.
func (q *quick) sequence(column int) *Node {
	if q.depth++; q.depth > quickDepth {
		return nil
	}
	n := q.new(Sequence, Block, TagSeq, q.pos)
	n.End = q.pos + 1
	first := len(q.items)
	for {
		q.pos++ // the dash
		item := q.item(column)
		if item == nil {
			return nil
		}
		q.items = append(q.items, item)
		n.End = max(n.End, item.End)
		if at := q.pos - q.line; q.pos == len(q.text) || at < column || at == column && !q.dash() {
			break
		} else if at > column || q.marker() {
			return nil
		}
	}
	n.Items = carve(&q.itemSlab, q.items[first:])
	q.items = q.items[:first]
	q.depth--
	return n
}

// item reads what stands behind a dash.
func (q *quick) item(column int) *Node {
	empty := q.pos
	from := q.line
	if !q.gap() {
		return nil
	}
	if q.pos == len(q.text) || q.line != from && q.pos-q.line <= column {
		return q.nothing(empty)
	}
	return q.node(column, true)
}

func (q *quick) lineStart(i int) int { return strings.LastIndexByte(q.text[:i], '\n') + 1 }
