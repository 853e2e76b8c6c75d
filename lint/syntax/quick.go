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

// scalar reads the scalar at pos as far as its line goes: a quoted one, or the start of a plain one.
func (q *quick) scalar(flow bool) *Node {
	var n *Node
	switch c := q.text[q.pos]; c {
	case '\'':
		n = q.single()
	case '"':
		n = q.double()
	case ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '%', '@', '`', '\t':
		return nil
	case '?', ':':
		if flow || q.blankAt(q.pos+1) {
			return nil
		}
		n = q.plain(false)
	default:
		n = q.plain(flow)
	}
	if n == nil {
		return nil
	}
	q.b.comments.upTo(n.Start)
	q.b.comments.skip(n.End)
	return n
}

// quoted is the scalar that ends before pos, in quotes.
func (q *quick) quoted(style Style, start int, value string) *Node {
	n := q.new(Scalar, style, TagString, start)
	n.End, n.Value = q.pos, value
	return n
}

func (q *quick) single() *Node {
	start := q.pos
	doubled := false
	for i := start + 1; i < len(q.text); i++ {
		switch q.text[i] {
		case '\n':
			return nil
		case '\'':
			if i+1 < len(q.text) && q.text[i+1] == '\'' {
				doubled = true
				i++
				continue
			}
			q.pos = i + 1
			value := q.text[start+1 : i]
			if doubled {
				value = strings.ReplaceAll(value, "''", "'")
			}
			return q.quoted(SingleQuoted, start, value)
		}
	}
	return nil
}

func (q *quick) double() *Node {
	start := q.pos
	escaped := false
	for i := start + 1; i < len(q.text); i++ {
		switch q.text[i] {
		case '\n':
			return nil
		case '\\':
			escaped = true
			i++
			if i < len(q.text) && (q.text[i] == '\n' || q.text[i] == '\r') {
				return nil
			}
		case '"':
			q.pos = i + 1
			value := q.text[start+1 : i]
			if escaped {
				var ok bool
				if value, ok = q.unescape(value); !ok {
					return nil
				}
			}
			return q.quoted(DoubleQuoted, start, value)
		}
	}
	return nil
}

// unescape replaces the usual escape sequences; it fails for the others.
func (q *quick) unescape(s string) (string, bool) {
	out := q.scratch[:0]
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' {
			i++
			switch s[i] {
			case 'n':
				c = '\n'
			case 't':
				c = '\t'
			case 'r':
				c = '\r'
			case '"', '\\', '\'', ' ':
				c = s[i]
			default:
				return "", false
			}
		}
		out = append(out, c)
	}
	q.scratch = out
	return string(out), true
}

// plain reads the first line of a plain scalar.
func (q *quick) plain(flow bool) *Node {
	start := q.pos
	if q.text[start] == '-' && q.blankAt(start+1) {
		return nil
	}
	end := q.plainLine(start, flow)
	if end < 0 {
		return nil
	}
	q.pos = end
	value := q.text[start:end]
	n := q.new(Scalar, Plain, plainTag(value), start)
	n.End, n.Value = end, value
	return n
}

// plainLine returns where the text of a plain scalar that starts or goes on at i ends on its line, blanks behind it not
// included; -1 to give up.
func (q *quick) plainLine(i int, flow bool) int {
	end := i
	for ; i < len(q.text); i++ {
		switch c := q.text[i]; c {
		case '\n', '\r':
			return end
		case ' ', '\t':
			continue
		case ':':
			if q.blankAt(i + 1) {
				return end
			}
		case '#':
			if i > 0 && q.blankAt(i-1) {
				return end
			}
		case ',', ']', '}':
			if flow {
				return end
			}
		case '?', '[', '{':
			if flow {
				return -1
			}
		}
		end = i + 1
	}
	return end
}

// continued reads the further lines of a plain scalar in a block collection that is indented by indent.
func (q *quick) continued(n *Node, indent int) *Node {
	out := q.scratch[:0]
	for {
		end := q.pos
		if q.blankAt(end) {
			for end < len(q.text) && (q.text[end] == ' ' || q.text[end] == '\t') {
				end++
			}
		}
		breaks := 0
		for at := end; at < len(q.text); at = end {
			if q.text[at] == '\r' {
				at++
			}
			if q.text[at] != '\n' {
				break
			}
			breaks++
			q.line = at + 1
			for end = at + 1; end < len(q.text) && q.text[end] == ' '; end++ {
			}
		}
		if end < len(q.text) && q.text[end] == '\t' {
			return nil
		}
		if breaks == 0 || end == len(q.text) || end-q.line <= indent || q.text[end] == '#' {
			break
		}
		if q.pos = end; q.marker() {
			return nil
		}
		last := q.plainLine(end, false)
		if last == end || last < len(q.text) && !q.blankAt(last) {
			return nil // a colon
		}
		if len(out) == 0 {
			out = append(out, n.Value...)
		}
		if breaks == 1 {
			out = append(out, ' ')
		}
		for range breaks - 1 {
			out = append(out, '\n')
		}
		out = append(out, q.text[end:last]...)
		q.pos, n.End = last, last
		q.b.comments.skip(last)
	}
	// Lines that were looked at and are not part of the scalar are read again.
	q.line = q.lineStart(q.pos)
	if len(out) > 0 {
		n.Value = string(out)
		n.Tag = plainTag(n.Value)
	}
	q.scratch = out
	return n
}

func (q *quick) lineStart(i int) int { return strings.LastIndexByte(q.text[:i], '\n') + 1 }

// block reads the block scalar at pos, whose parent is indented by parent, up to the start of the line behind it.
func (q *quick) block(parent int) *Node {
	style := Literal
	if q.text[q.pos] == '>' {
		style = Folded
	}
	n := q.new(Scalar, style, TagString, q.pos)
	q.pos++
	chomp := byte(0)
	if q.pos < len(q.text) && (q.text[q.pos] == '+' || q.text[q.pos] == '-') {
		chomp = q.text[q.pos]
		q.pos++
	}
	n.End = q.pos
	if !q.ends() {
		return nil
	}
	q.pos = q.lineEnd(q.pos)
	q.b.comments.upTo(q.pos)
	q.newline()
	if q.scratch == nil {
		q.scratch = make([]byte, 0, firstScratch)
	}
	s := blockReader{quick: q, indent: 0, parent: parent, folded: style == Folded}
	if !s.read(n) {
		return nil
	}
	n.Value = s.chomped(chomp)
	q.scratch = s.out
	q.b.comments.upTo(n.Start)
	q.b.comments.skip(n.End)
	return n
}

// newline passes the line end at pos.
func (q *quick) newline() bool {
	if q.pos < len(q.text) && q.text[q.pos] == '\r' {
		q.pos++
	}
	if q.pos >= len(q.text) || q.text[q.pos] != '\n' {
		return false
	}
	q.pos++
	q.line = q.pos
	return true
}

// blockReader reads the lines of a block scalar.
type blockReader struct {
	*quick
	indent, parent int
	folded         bool
	out            []byte
	ended          bool // the last line of text has a line end
	empty          int  // empty lines since
}

// read takes lines as long as they are indented. It sets where n ends.
func (s *blockReader) read(n *Node) bool {
	s.out = s.scratch[:0]
	if !s.breaks(true) {
		return false
	}
	blankBefore, any := false, false
	for s.pos-s.line == s.indent && s.pos < len(s.text) {
		blank := s.text[s.pos] == ' ' || s.text[s.pos] == '\t'
		if s.folded && any && !blankBefore && !blank {
			if s.empty == 0 {
				s.out = append(s.out, ' ')
			}
		} else if any {
			s.out = append(s.out, '\n')
		}
		for range s.empty {
			s.out = append(s.out, '\n')
		}
		end := s.lineEnd(s.pos)
		s.out = append(s.out, s.text[s.pos:end]...)
		n.End = end
		s.pos = end
		any, blankBefore = true, blank
		s.ended = s.newline()
		if !s.breaks(false) {
			return false
		}
	}
	if s.line >= n.End {
		s.pos = s.line // what was passed of the line behind belongs to that line
	}
	return true
}

// breaks passes the indentation and the empty lines before the next line of text, and finds out the indentation if first.
func (s *blockReader) breaks(first bool) bool {
	s.empty = 0
	deepest := 0
	for {
		for s.pos < len(s.text) && s.text[s.pos] == ' ' && (s.indent == 0 || s.pos-s.line < s.indent) {
			s.pos++
		}
		column := s.pos - s.line
		deepest = max(deepest, column)
		if s.pos < len(s.text) && s.text[s.pos] == '\t' && (s.indent == 0 || column < s.indent) {
			return false
		}
		if !s.newline() {
			if first {
				s.indent = max(deepest, s.parent+1, 1)
				// A line of blanks that is longer than the text is deep leaves the text out.
				return column == s.indent || column <= s.parent
			}
			return true
		}
		s.empty++
	}
}

// chomped returns the text with the line ends that the header asks for.
func (s *blockReader) chomped(chomp byte) string {
	if chomp != '-' && s.ended {
		s.out = append(s.out, '\n')
	}
	if chomp == '+' {
		for range s.empty {
			s.out = append(s.out, '\n')
		}
	}
	return string(s.out)
}

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
