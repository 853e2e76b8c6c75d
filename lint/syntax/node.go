package syntax

import (
	"strings"

	"sekisho/lint/expr"
)

// NodeKind tells what a Node is.
type NodeKind uint8

// The kinds of node.
const (
	Scalar NodeKind = iota
	Mapping
	Sequence
	Alias // *name; Target is what it stands for
)

// Style is how a node is spelled.
type Style uint8

// The styles: the first five of scalars, the last two of collections.
const (
	Plain Style = iota
	SingleQuoted
	DoubleQuoted
	Literal // |
	Folded  // >
	Block
	Flow // { } or [ ]
)

// Tag is the type of a node.
type Tag uint8

// The tags. Untagged is none that a file gives.
const (
	Untagged  Tag = iota
	TagNull       // !!null
	TagBool       // !!bool
	TagInt        // !!int
	TagFloat      // !!float
	TagString     // !!str
	TagTime       // !!timestamp
	TagMap        // !!map
	TagSeq        // !!seq
	TagCustom     // any other; Links.Custom is its spelling
)

// Node is a YAML node and the bytes it was read from: quotes, block headers and brackets included, anchor and tag not.
// An empty value has an empty Span where it would stand. A block scalar ends behind its last line of text, before that
// line's end. A tree has no cycles: an alias that cannot be followed is read as an empty value, next to an Error.
type Node struct {
	Span
	Kind    NodeKind
	Style   Style
	Partial bool // of a root: what could not be read is missing from the tree
	Tag     Tag
	Value   string // of a scalar, decoded
	*Parts         // never nil
}

// Parts is what collections have. Scalars share one that is empty.
type Parts struct {
	Items  []*Node // of a sequence
	Pairs  []Pair  // of a mapping, in source order, duplicates included
	*Links         // never nil
}

// Links is what very few nodes have. The others share one that is empty.
type Links struct {
	Target *Node // of an alias
	Anchor string
	Custom string // of a TagCustom
}

// noParts and noLinks are what the others share. They are never written to.
var (
	noLinks = new(Links)
	noParts = &Parts{Links: noLinks}
)

// Pair is one key of a mapping.
type Pair struct{ Key, Value *Node }

// Comment is one # comment of a file, from the # to the end of its line. Text inside block scalars is none.
type Comment struct {
	Span
	Text string // without the # and the blanks around
	Own  bool   // nothing but blanks stands before it on its line
}

// Error is one fault of a file: what rule syntax reports.
type Error struct {
	Span
	Message string
}

// Get returns the pair of a mapping with this key, the first of duplicates; aliases are followed.
func (n *Node) Get(key string) (Pair, bool) {
	n = n.Resolve()
	if n == nil {
		return Pair{}, false
	}
	for _, p := range n.Pairs {
		if k := p.Key.Resolve(); k.Kind == Scalar && k.Value == key {
			return p, true
		}
	}
	return Pair{}, false
}

// Resolve follows aliases. It is safe on a nil Node.
func (n *Node) Resolve() *Node {
	for n != nil && n.Kind == Alias && n.Target != nil && n.Target != n {
		n = n.Target
	}
	return n
}

// Str is a scalar and what its text holds.
type Str struct {
	Span          // of the spelling, quotes and block header included
	Value  string // decoded
	Style  Style
	Tag    Tag
	Fences []expr.Fence // every ${{ }} of Value; spans are offsets into Value, see Source.ValueSpan
}

// Str returns the scalar that n is or stands for, with the fences of its value; the span of an alias is that of the
// scalar behind it. Of a collection it returns the span alone.
func (n *Node) Str() Str {
	n = n.Resolve()
	if n == nil {
		return Str{}
	}
	s := Str{Span: n.Span, Value: n.Value, Style: n.Style, Tag: n.Tag}
	if strings.Contains(n.Value, "${{") {
		s.Fences = expr.ParseFences(n.Value)
	}
	return s
}
