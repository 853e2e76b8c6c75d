package syntax

import "sekisho/lint/expr"

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

// Node is a YAML node and the bytes it was read from: quotes, block headers and brackets included, anchor and tag not.
// An empty value has an empty Span where it would stand.
type Node struct {
	Span
	Kind   NodeKind
	Style  Style
	Tag    string // short form: !!str, !!int, !!bool, !!null, !!float, !!map, !!seq, or the custom tag
	Value  string // of a scalar, decoded
	Anchor string
	Items  []*Node // of a sequence
	Pairs  []Pair  // of a mapping, in source order, duplicates included
	Target *Node   // of an alias
}

// Pair is one key of a mapping.
type Pair struct{ Key, Value *Node }

// Comment is one # comment of a file, from the # to the end of its line. Text inside block scalars is none.
type Comment struct {
	Span
	Text string // without the # and the blanks around
	Own  bool   // nothing but blanks stands before it on its line
}

// Severity-free fault of a file: what rule syntax reports.
type Error struct {
	Span
	Message string
}

// Caps bound what one file may cost. A file beyond them is not checked and says so.
const (
	MaxFileSize   = 1 << 20 // bytes
	MaxDepth      = 100     // nested collections
	MaxExpansions = 20_000  // nodes reached through aliases
)

// ParseYAML reads the first document of src. A nil node comes with at least one error; a node may come with errors too
// (duplicate keys, second documents, merge keys), which are in source order.
func ParseYAML(src *Source) (*Node, []Comment, []Error) { return nil, nil, nil }

// Get returns the pair of a mapping with this key, the first of duplicates; aliases are followed.
func (n *Node) Get(key string) (Pair, bool) { return Pair{}, false }

// Resolve follows aliases.
func (n *Node) Resolve() *Node { return n }

// Str is a scalar and what its text holds.
type Str struct {
	Span          // of the spelling, quotes and block header included
	Value  string // decoded
	Style  Style
	Tag    string
	Fences []expr.Fence // every ${{ }} of Value; spans are offsets into Value, see Source.ValueSpan
}

// ValueSpan maps a range of offsets in s.Value to the bytes of the file that spell it. In a block scalar a range that
// crosses lines includes the indentation between them.
func (src *Source) ValueSpan(s *Str, in Span) Span { return s.Span }
