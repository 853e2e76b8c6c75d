package syntax

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// checker looks at every node of a tree: whether its span is the bytes that spell it.
type checker struct {
	text  string
	nodes *int
	bad   []string
}

// CheckTree returns what is wrong with the spans of root, and adds the nodes that it looked at to count.
func CheckTree(text string, root *Node, count *int) []string {
	c := &checker{text: text, nodes: count}
	c.check(root, Span{Start: 0, End: len(text)})
	return c.bad
}

func (c *checker) fail(n *Node, format string, args ...any) {
	slice := ""
	if n.Start >= 0 && n.Start <= n.End && n.End <= len(c.text) {
		slice = c.text[n.Start:n.End]
	}
	c.bad = append(c.bad, fmt.Sprintf("kind %d style %d %v %.80q: %s", n.Kind, n.Style, n.Span, slice, fmt.Sprintf(format, args...)))
}

func (c *checker) check(n *Node, within Span) {
	*c.nodes++
	if n.Start < 0 || n.Start > n.End || !within.Contains(n.Span) {
		c.fail(n, "outside its parent %v", within)
		return
	}
	slice := c.text[n.Start:n.End]
	if slice != "" && skipSpace(slice, 0) > 0 {
		c.fail(n, "blank at its start")
	}
	if slice != "" && !endsInBlock(n) && strings.TrimRight(slice, " \t\r\n") != slice {
		c.fail(n, "blank at its end")
	}
	switch n.Kind {
	case Scalar:
		c.scalar(n, slice)
	case Alias:
		if !strings.HasPrefix(slice, "*") || skipWord(slice, 1) != len(slice) || n.Target == nil {
			c.fail(n, "no alias")
		}
	default:
		c.collection(n, slice)
	}
}

func (c *checker) scalar(n *Node, slice string) {
	c.pieces(n)
	if n.Value == "" && slice == "" {
		return
	}
	switch n.Style {
	case SingleQuoted, DoubleQuoted:
		if len(slice) < 2 || slice[0] != slice[len(slice)-1] {
			c.fail(n, "quotes differ")
			return
		}
	case Literal, Folded:
		// Line ends behind the last line of text are outside the span.
		end := n.End
		if end == blockHead(c.text, n.Start) {
			end = lineEnd(c.text, end)
		}
		for at := end; at < len(c.text); {
			w := breakAt(c.text, at)
			if w == 0 && c.text[at] != ' ' {
				break
			}
			if at += max(w, 1); w > 0 {
				end = at
			}
		}
		slice = c.text[n.Start:end]
		slice = c.relative(n, slice)
	}
	got, err := alone(slice)
	if n.Style == Plain && (err != nil || got.Kind != yaml.ScalarNode || got.Value != n.Value) {
		// Some plain scalars are some only as a key, within brackets or behind an indicator.
		for _, context := range [][2]string{{"", ": x"}, {"[", "]"}, {"- ", ""}, {"? ", ""}} {
			got, err = alone(context[0] + slice + context[1])
			if err == nil && len(got.Content) > 0 && got.Content[0].Value == n.Value {
				got = got.Content[0]
				break
			}
		}
	}
	if err != nil || got.Kind != yaml.ScalarNode || got.Value != n.Value {
		c.fail(n, "alone it reads %+v, not %.80q: %v", got, n.Value, err)
	}
}

// relative takes the digit out of a block header: it counts from a parent that is missing when the scalar stands alone.
func (c *checker) relative(n *Node, slice string) string {
	head := slice[:blockHead(slice, 0)]
	i := strings.IndexAny(head, "123456789")
	if i < 0 {
		return slice
	}
	indent := blockIndent(slice, blockBody(slice, 0), n.Value)
	if indent == 0 {
		return slice[:i] + slice[i+1:]
	}
	strip := indent - int(head[i]-'0')
	var out strings.Builder
	for at := 0; at < len(slice); {
		if at > 0 {
			at += min(spaces(slice, at), max(strip, 0))
		}
		end := lineEnd(slice, at)
		end += breakAt(slice, end)
		out.WriteString(slice[at:end])
		at = end
	}
	return out.String()
}

func alone(slice string) (*yaml.Node, error) {
	doc := decode(slice)
	if doc.err != nil || doc.root == nil {
		return &yaml.Node{}, doc.err
	}
	return doc.root, nil
}

func (c *checker) pieces(n *Node) {
	val, src := 0, n.Start
	var out strings.Builder
	pieces(c.text, n.Start, n.Style, n.Value, func(p piece) bool {
		if p.val != val || p.n <= 0 || p.src < src || p.src+p.width > len(c.text) {
			c.fail(n, "piece %+v at value %d, source %d", p, val, src)
		}
		val, src = p.val+p.n, p.src+p.width
		if p.copied {
			out.WriteString(c.text[p.src:src])
		} else {
			out.WriteString(c.emitted(n, c.text[p.src:src], n.Value[p.val:val]))
		}
		return true
	})
	if out.String() != n.Value {
		c.fail(n, "pieces make %q of %q", out.String(), n.Value)
	}
	s := Str{Span: n.Span, Value: n.Value, Style: n.Style}
	source := NewSource("", c.text)
	step := max(len(n.Value)/64, 1)
	last := n.Start
	for i := 0; i < len(n.Value); i += step {
		got := source.ValueSpan(&s, Span{Start: i, End: i + 1})
		if got.Start < last || got.End <= got.Start || got.End > len(c.text) {
			c.fail(n, "value byte %d maps to %v, behind %d", i, got, last)
			break
		}
		last = got.Start
		for _, end := range []int{i, i + 1, min(i+2*step, len(n.Value))} {
			in := Span{Start: i, End: end}
			if fast, slow := source.ValueSpan(&s, in), source.walkedSpan(&s, in); n.Style == Literal && fast != slow {
				c.fail(n, "%v maps to %v, by reading all to %v", in, fast, slow)
			}
		}
		if b := n.Value[i]; b > ' ' && b < 0x80 && got.End-got.Start == 1 && c.text[got.Start] != b {
			c.fail(n, "value byte %d %q maps to %q", i, b, c.text[got.Start:got.End])
		}
		from := source.ValueSpan(&s, Span{Start: i, End: i})
		if from.Start != got.Start || from.End != got.Start {
			c.fail(n, "empty range at %d maps to %v, not %d", i, from, got.Start)
		}
	}
}

// emitted decodes one piece that is no copy, in another way than the code under test does.
func (c *checker) emitted(n *Node, src, want string) string {
	switch {
	case strings.HasPrefix(src, `\`) && n.Style == DoubleQuoted && breakAt(src, 1) == 0:
		if got, err := alone(`"` + src + `"`); err == nil {
			return got.Value
		}
		return "?"
	case n.Style == SingleQuoted && src == "''":
		return "'"
	}
	if strings.Trim(src, " \t\r\n\u0085\u2028\u2029") != "" {
		return "?"
	}
	return want
}

func (c *checker) collection(n *Node, slice string) {
	last := n.Start
	children := n.Items
	for _, p := range n.Pairs {
		children = append(children, p.Key, p.Value)
	}
	for _, child := range children {
		if child.Start < last {
			c.fail(child, "overlaps what stands before it, up to %d", last)
		}
		last = child.End
		c.check(child, n.Span)
	}
	pair := n.Kind == Mapping && n.Style == Flow && len(n.Pairs) == 1 && (!strings.HasPrefix(slice, "{") || n.Start == n.Pairs[0].Key.Start)
	switch {
	case n.Style == Flow && !pair:
		if want := map[NodeKind]string{Mapping: "{}", Sequence: "[]"}[n.Kind]; slice[:1]+slice[len(slice)-1:] != want {
			c.fail(n, "brackets are not %s", want)
		}
	case n.Style == Block && n.Kind == Sequence && !strings.HasPrefix(slice, "-"):
		c.fail(n, "does not start with -")
	}
	if hasAlias(n) {
		return
	}
	if pair {
		slice = "[" + slice + " ]"
	} else if n.Style == Block {
		lineStart := n.Start
		for lineStart > 0 && c.text[lineStart-1] != '\n' && c.text[lineStart-1] != '\r' {
			lineStart--
		}
		if strings.Trim(strings.TrimPrefix(c.text[lineStart:n.Start], "\ufeff"), " ") != "" || lineStart == 0 {
			slice = strings.Repeat(" ", len([]rune(strings.TrimPrefix(c.text[lineStart:n.Start], "\ufeff")))) + slice
		} else {
			slice = c.text[lineStart:n.End]
		}
		if tail(n) != "" {
			slice += tail(n)
		}
	}
	got, err := alone(slice)
	if pair && (err != nil || len(got.Content) != 1 || !same(n, got.Content[0])) {
		got, err = alone(strings.TrimSuffix(slice, " ]") + "]")
	}
	if pair && err == nil && len(got.Content) == 1 {
		got = got.Content[0]
	}
	if err != nil || !same(n, got) {
		c.fail(n, "alone it reads otherwise: %v", err)
	}
}

// lastLeaf returns the last node of n that is no collection with children.
func lastLeaf(n *Node) *Node {
	for {
		switch {
		case n.Kind == Sequence && len(n.Items) > 0:
			n = n.Items[len(n.Items)-1]
		case n.Kind == Mapping && len(n.Pairs) > 0:
			last := n.Pairs[len(n.Pairs)-1]
			n = last.Value
			if n.End == last.Key.End { // a key without a colon
				n = last.Key
			}
		default:
			return n
		}
	}
}

// endsInBlock reports whether n ends with a block scalar, whose blanks belong to its value.
func endsInBlock(n *Node) bool {
	n = lastLeaf(n)
	return n.Style == Literal || n.Style == Folded
}

// tail returns the line ends that the last scalar of n keeps behind its span.
func tail(n *Node) string {
	if n = lastLeaf(n); n.Style == Literal || n.Style == Folded {
		text := strings.TrimRight(n.Value, "\n\u2028\u2029")
		if text == "" {
			return "\n" + n.Value
		}
		return n.Value[len(text):]
	}
	return ""
}

func hasAlias(n *Node) bool {
	if n.Kind == Alias {
		return true
	}
	for _, i := range n.Items {
		if hasAlias(i) {
			return true
		}
	}
	for _, p := range n.Pairs {
		if hasAlias(p.Key) || hasAlias(p.Value) {
			return true
		}
	}
	return false
}

func same(n *Node, y *yaml.Node) bool {
	switch n.Kind {
	case Alias:
		return y.Kind == yaml.AliasNode
	case Scalar:
		return y.Kind == yaml.ScalarNode && y.Value == n.Value
	case Sequence:
		if y.Kind != yaml.SequenceNode || len(y.Content) != len(n.Items) {
			return false
		}
		for i, item := range n.Items {
			if !same(item, y.Content[i]) {
				return false
			}
		}
		return true
	case Mapping:
		if y.Kind != yaml.MappingNode || len(y.Content) != 2*len(n.Pairs) {
			return false
		}
		for i, p := range n.Pairs {
			if !same(p.Key, y.Content[2*i]) || !same(p.Value, y.Content[2*i+1]) {
				return false
			}
		}
		return true
	}
	return false
}
