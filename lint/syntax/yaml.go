package syntax

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// document is what yaml.v3 makes of a text.
type document struct {
	root *yaml.Node // nil when there is nothing in it
	next *yaml.Node // the second document
	err  error
}

// decode reads the first document of text and looks for a second one.
func decode(text string) (doc document) {
	defer func() { // yaml.v3 panics on a few malformed files
		if r := recover(); r != nil {
			doc.err = fmt.Errorf("%v", r)
		}
	}()
	d := yaml.NewDecoder(strings.NewReader(text))
	first, second := new(yaml.Node), new(yaml.Node)
	if doc.err = d.Decode(first); doc.err != nil {
		if errors.Is(doc.err, io.EOF) {
			doc.err = nil
		}
		return doc
	}
	if len(first.Content) > 0 {
		doc.root = first.Content[0]
	}
	switch err := d.Decode(second); {
	case err == nil:
		doc.next = second
	case !errors.Is(err, io.EOF):
		doc.err = err
	}
	return doc
}

// builder turns yaml.v3's nodes into ours, in the order of the source.
type builder struct {
	text  string  // what yaml.v3 read
	raw   string  // what the file holds; the same length, and mostly the same
	clean bool    // both are the same
	lines []int32 // as yaml.v3 counts them
	ascii bool

	line, column, off int // where the last node was found; the next one is near

	nodes    []Node // slabs, cut from the front
	pairs    []Pair
	items    []*Node
	anchors  map[*yaml.Node]anchored
	nulls    map[int]int // where aliases to nothing start and end; yaml.v3 read a null
	comments *commenter
	depth    int
	expanded int
	errs     []Error
	over     *Error // the cap that the file is beyond
}

// anchored is a node that aliases stand for; its node is nil until all of it has been read.
type anchored struct {
	node *Node
	cost cost
}

// cost is what walking a node costs when every alias is followed.
type cost struct{ nodes, height int }

func (c *cost) add(child cost) {
	c.nodes = min(c.nodes+child.nodes, 1<<30)
	c.height = max(c.height, child.height+1)
}

func newBuilder(src *Source, text string) *builder {
	b := &builder{text: text, raw: src.Text, lines: src.lines, ascii: src.ascii, comments: newCommenter(text, src.Text)}
	b.clean = text == src.Text
	if len(b.lines) == 0 || !src.ascii && oddBreaks(text) {
		b.lines = yamlLines(text)
	}
	return b
}

func (b *builder) fault(span Span, message string) {
	b.errs = append(b.errs, Error{Span: span, Message: message})
}

// exceed stops the reading: the file is beyond a cap.
func (b *builder) exceed(span Span, message string) {
	if b.over == nil {
		b.over = &Error{Span: span, Message: message}
	}
}

// offset returns the byte at yaml.v3's line and column, which counts code points.
func (b *builder) offset(line, column int) int {
	if line < 1 || line > len(b.lines) {
		return len(b.text)
	}
	if b.ascii {
		return min(int(b.lines[line-1])+column-1, len(b.text))
	}
	if line != b.line || column < b.column {
		b.line, b.column, b.off = line, 1, int(b.lines[line-1])
	}
	for b.column < column && b.off < len(b.text) {
		if b.text[b.off] < utf8.RuneSelf {
			b.off++
		} else {
			_, w := utf8.DecodeRuneInString(b.text[b.off:])
			b.off += w
		}
		b.column++
	}
	return b.off
}

// reserve allocates what y and everything below it takes.
func (b *builder) reserve(y *yaml.Node) {
	var nodes, pairs, items int
	var count func(y *yaml.Node)
	count = func(y *yaml.Node) {
		nodes++
		if y.Kind == yaml.SequenceNode {
			items += len(y.Content)
		} else {
			pairs += len(y.Content) / 2
		}
		for _, c := range y.Content {
			count(c)
		}
	}
	count(y)
	b.nodes = make([]Node, nodes)
	b.pairs = make([]Pair, pairs)
	b.items = make([]*Node, items)
}

// cut takes n elements from the front of a slab.
func cut[T any](slab *[]T, n int) []T {
	got := (*slab)[:n:n]
	*slab = (*slab)[n:]
	return got
}

// build turns y and everything below it into a Node.
func (b *builder) build(y *yaml.Node) *Node {
	b.reserve(y)
	n, _ := b.node(y)
	return n
}

// node turns y into a Node.
func (b *builder) node(y *yaml.Node) (*Node, cost) {
	n := &cut(&b.nodes, 1)[0]
	b.properties(n, y)
	at := b.offset(y.Line, y.Column)
	if y.Kind == yaml.AliasNode {
		return n, b.alias(n, y, at)
	}
	if y.Anchor != "" {
		if b.anchors == nil {
			b.anchors = make(map[*yaml.Node]anchored)
		}
		b.anchors[y] = anchored{}
	}
	total := cost{nodes: 1}
	if y.Kind == yaml.ScalarNode {
		b.scalar(n, y, at)
	} else {
		b.depth++
		if b.depth > MaxDepth {
			b.exceed(Span{Start: at, End: min(at+1, len(b.text))}, tooDeep)
		} else {
			total = b.collection(n, y, at)
		}
		b.depth--
	}
	if y.Anchor != "" {
		b.anchors[y] = anchored{n, total}
	}
	return n, total
}

// properties sets the tag and the anchor of n.
func (b *builder) properties(n *Node, y *yaml.Node) {
	n.Tag = tagOf(y.Tag)
	if y.Kind == yaml.ScalarNode && y.Style&yaml.TaggedStyle == 0 && (n.Tag == TagTime || y.Tag == "!!merge") {
		n.Tag = TagString
	}
	links := noLinks
	if y.Kind == yaml.AliasNode || y.Anchor != "" || n.Tag == TagCustom {
		links = &Links{Anchor: y.Anchor}
	}
	if n.Tag == TagCustom {
		links.Custom = y.Tag
	}
	if n.Parts = noParts; y.Kind != yaml.ScalarNode || links != noLinks {
		n.Parts = &Parts{Links: links}
	}
}

func (b *builder) alias(n *Node, y *yaml.Node, at int) cost {
	n.Span = Span{Start: at, End: skipWord(b.text, min(at+1, len(b.text)))}
	total := cost{nodes: 1}
	target := b.anchors[y.Alias]
	if target.node == nil {
		b.fault(n.Span, fmt.Sprintf("alias %q stands inside what it stands for; write the value out", "*"+y.Value))
		n.Kind, n.Tag = Scalar, TagNull
		return total
	}
	n.Kind, n.Target, n.Tag, n.Custom = Alias, target.node, target.node.Tag, target.node.Custom
	total.add(target.cost)
	b.expanded = min(b.expanded+target.cost.nodes, 1<<30)
	if b.expanded > MaxExpansions {
		b.exceed(n.Span, tooExpanded)
	}
	if b.depth+target.cost.height > MaxDepth {
		b.exceed(n.Span, tooDeep)
	}
	return total
}

func (b *builder) scalar(n *Node, y *yaml.Node, at int) {
	plain := y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
	after := at
	for at < len(b.text) && (b.text[at] == '&' || b.text[at] == '!') {
		after = skipProperty(b.text, at)
		if at = after; plain && y.Value == "" {
			at = skipBlank(b.text, at)
		} else {
			at = skipGap(b.text, at)
		}
	}
	n.Value = y.Value
	end, isNull := b.nulls[at]
	switch {
	case isNull:
		n.Value, n.Span = "", Span{Start: at, End: end}
		return
	case plain && y.Value == "":
		n.Span = Span{Start: after, End: after}
		return
	case plain:
		n.Span = Span{Start: at, End: plainEnd(b.text, at, y.Value)}
	case y.Style&yaml.SingleQuotedStyle != 0:
		n.Style = SingleQuoted
		n.Span = Span{Start: at, End: singleEnd(b.text, at)}
	case y.Style&yaml.DoubleQuotedStyle != 0:
		n.Style = DoubleQuoted
		n.Span = Span{Start: at, End: doubleEnd(b.text, at)}
	default:
		n.Style = Literal
		if y.Style&yaml.FoldedStyle != 0 {
			n.Style = Folded
		}
		n.Span = Span{Start: at, End: blockEnd(b.text, at, y.Value)}
		b.comments.upTo(lineEnd(b.text, at))
	}
	b.comments.upTo(at)
	b.comments.skip(n.End)
	b.keep(n)
}

// keep makes the value share the memory of the file where it is spelled as it is, and takes it from the file where
// yaml.v3 read something else.
func (b *builder) keep(n *Node) {
	from, to := n.Start, n.End
	if n.Style == SingleQuoted || n.Style == DoubleQuoted {
		from, to = from+1, to-1
	}
	if to-from == len(n.Value) && b.text[from:to] == n.Value {
		n.Value = b.raw[from:to]
	} else if !b.clean {
		n.Value = decoded(b.raw, n, n.Value)
	}
}

// collection turns the children of y into those of n and finds where n starts and ends.
func (b *builder) collection(n *Node, y *yaml.Node, at int) cost {
	n.Style = Block
	if y.Style&yaml.FlowStyle != 0 {
		n.Style = Flow
	}
	first := len(b.text)
	if len(y.Content) > 0 {
		first = b.offset(y.Content[0].Line, y.Content[0].Column)
	}
	for at < first && (b.text[at] == '&' || b.text[at] == '!') {
		at = skipGap(b.text, skipProperty(b.text, at))
	}
	n.Start = at
	total := cost{nodes: 1}
	end := min(at+1, len(b.text))
	if y.Kind == yaml.SequenceNode {
		n.Kind = Sequence
		n.Items = cut(&b.items, len(y.Content))
		for i, c := range y.Content {
			item, spent := b.node(c)
			n.Items[i] = item
			end = max(end, item.End)
			total.add(spent)
			if b.over != nil {
				return total
			}
		}
	} else {
		n.Kind = Mapping
		end = b.mapping(n, y, end, &total)
		if b.over != nil {
			return total
		}
	}
	// A pair in a flow sequence is a mapping without braces.
	if n.Style == Flow && (at != first && b.text[at] == '{' || n.Kind == Sequence) {
		end = closer(b.text, end)
	}
	n.End = end
	return total
}

// mapping reads the pairs of n and returns where the last one ends.
func (b *builder) mapping(n *Node, y *yaml.Node, end int, total *cost) int {
	n.Pairs = cut(&b.pairs, len(y.Content)/2)
	for i := range n.Pairs {
		key, spent := b.node(y.Content[2*i])
		total.add(spent)
		n.Pairs[i].Key = key
		if b.over != nil {
			return end
		}
		y := y.Content[2*i+1]
		value, spent := b.node(y)
		total.add(spent)
		n.Pairs[i].Value = value
		if b.over != nil {
			return end
		}
		if at := b.offset(y.Line, y.Column); value.Start == value.End && value.Start == at {
			value.Span = b.emptyValue(key.End, at, n.Style == Flow)
		}
		end = max(end, key.End, value.End)
	}
	b.checkKeys(n.Pairs)
	return end
}

// emptyValue returns where the empty value of the key that ends at end stands: behind its colon, or behind the key when it
// has none. yaml.v3 finds it at the offset at, which in brackets is that of whatever comes next.
func (b *builder) emptyValue(end, at int, flow bool) Span {
	if i := skipGap(b.text, end); i < len(b.text) && b.text[i] == ':' && (flow || i+1 == at) {
		end = i + 1
	}
	return Span{Start: end, End: end}
}

// closer returns the offset behind the bracket that closes a flow collection whose last child ends at i.
func closer(text string, i int) int {
	from := i
	for {
		i = skipGap(text, i)
		if i >= len(text) {
			return from
		}
		switch text[i] {
		case ',', ':', '?':
			i++
		case ']', '}':
			return i + 1
		default:
			return from
		}
	}
}

const fewKeys = 12 // up to so many are compared one with another

// checkKeys reports keys that are given twice and merge keys.
func (b *builder) checkKeys(pairs []Pair) {
	var seen map[string]bool
	if len(pairs) > fewKeys {
		seen = make(map[string]bool, len(pairs))
	}
	for i, p := range pairs {
		key := p.Key.Resolve()
		if key.Kind != Scalar {
			continue
		}
		if key.Value == "<<" && key.Style == Plain {
			b.fault(p.Key.Span, mergeKey)
			continue
		}
		known := seen[key.Value]
		if seen != nil {
			seen[key.Value] = true
		} else {
			known = slices.ContainsFunc(pairs[:i], func(q Pair) bool {
				k := q.Key.Resolve()
				return k.Kind == Scalar && k.Value == key.Value
			})
		}
		if known {
			b.fault(p.Key.Span, fmt.Sprintf("key %q is already given above; remove one", key.Value))
		}
	}
}
