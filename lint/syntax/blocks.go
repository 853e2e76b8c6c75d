package syntax

import "strings"

// ParseBlocks reads a file of blocks and assignments, Terraform and Bicep, or of JSON. It gives a tree like that of YAML: a block is a mapping whose
// key holds all words before its brace ("resource aws_iam_role ci"), lists are sequences, objects and the only argument of a function
// are what stands in them, as is what a for expression makes of each element, and what an object depends on; lists that are put together
// are one; a here-document with an object is that object; any other expression is a plain scalar with its text. It never fails: what it
// cannot read is passed over.
func ParseBlocks(src *Source) (*Node, []Comment) {
	p := &blockParser{text: src.Text}
	if p.blank(true); p.more() && (p.text[p.at] == '{' || p.text[p.at] == '[') { // JSON
		return p.value(0), p.comments
	}
	root := &Node{Kind: Mapping, Style: Block, Tag: TagMap, Parts: &Parts{Links: noLinks}}
	root.Pairs = p.body(0)
	root.Span = Span{End: len(p.text)}
	if len(root.Pairs) > 0 {
		root.Span = Span{Start: root.Pairs[0].Key.Start, End: root.Pairs[len(root.Pairs)-1].Value.End}
	}
	return root, p.comments
}

// maxBlockNodes bounds the tree.
const maxBlockNodes = 200_000

type blockParser struct {
	text     string
	at       int
	nodes    int
	comments []Comment
}

func (p *blockParser) more() bool { return p.at < len(p.text) && p.nodes < maxBlockNodes }

// body reads assignments and blocks up to a closing brace or the end.
func (p *blockParser) body(depth int) []Pair {
	var pairs []Pair
	for {
		p.blank(true)
		if !p.more() || depth > 0 && closes(p.text[p.at]) {
			return pairs
		}
		before := p.at
		if pair, ok := p.pair(depth); ok {
			pairs = append(pairs, pair)
		}
		if p.at == before {
			p.at++ // a character that begins nothing
		}
	}
}

func closes(c byte) bool { return c == '}' || c == ']' || c == ')' }

// pair reads the words before =, : or a brace, and what follows.
func (p *blockParser) pair(depth int) (Pair, bool) {
	key := &Node{Kind: Scalar, Tag: TagString, Parts: noParts, Span: Span{Start: p.at, End: p.at}}
	var words []string
	for p.more() {
		p.blank(false)
		if !p.more() {
			return Pair{}, false
		}
		switch c := p.text[p.at]; {
		case c == '\n' || c == ',' || closes(c):
			return Pair{}, false
		case c == '=' || c == ':':
			p.at++
			if p.more() && p.text[p.at] == '>' {
				p.at++ // => of a for expression
			}
			key.Value = strings.Join(words, " ")
			p.nodes++
			return Pair{key, p.value(depth)}, len(words) > 0
		case c == '{':
			key.Value = strings.Join(words, " ")
			p.nodes++
			return Pair{key, p.value(depth)}, len(words) > 0
		case c == '"' || c == '\'':
			words = append(words, p.quoted().Value)
		case c == '(':
			start := p.at
			p.enclosed()
			words = append(words, p.text[start:p.at])
		default:
			start := p.at
			for p.more() && !strings.ContainsRune(" \t\r\n=:,{}[]()\"'", rune(p.text[p.at])) {
				p.at++
			}
			if p.at == start {
				return Pair{}, false
			}
			words = append(words, p.text[start:p.at])
		}
		key.End = p.at
	}
	return Pair{}, false
}

// value reads one expression.
func (p *blockParser) value(depth int) *Node {
	p.blank(false)
	p.nodes++
	n := &Node{Kind: Scalar, Tag: TagString, Parts: noParts, Span: Span{Start: p.at, End: p.at}}
	if !p.more() || depth >= MaxDepth {
		p.raw(n)
		return n
	}
	switch c := p.text[p.at]; {
	case c == '{':
		p.at++
		n.Kind, n.Style, n.Tag = Mapping, Flow, TagMap
		n.Parts = &Parts{Links: noLinks, Pairs: p.body(depth + 1)}
		p.closing('}')
		n.End = p.at
		return p.rest(n)
	case c == '[':
		p.at++
		n.Kind, n.Style, n.Tag, n.Parts = Sequence, Flow, TagSeq, &Parts{Links: noLinks}
		if p.eachOf() {
			n.Items = p.each(depth + 1)
		} else {
			n.Items = p.items(depth + 1)
		}
		p.closing(']')
		n.End = p.at
		return p.rest(n)
	case c == '"' || c == '\'':
		return p.rest(p.quoted())
	case strings.HasPrefix(p.text[p.at:], "<<"):
		return p.heredoc()
	}
	if p.word("if") {
		if p.blank(false); p.more() && p.text[p.at] == '(' { // a resource of Bicep
			p.enclosed()
			return p.value(depth + 1)
		}
		p.at = n.Start
	}
	if inner := p.call(depth); inner != nil {
		return inner
	}
	p.raw(n)
	return n
}

// word passes a word.
func (p *blockParser) word(w string) bool {
	end := p.at + len(w)
	if end >= len(p.text) || p.text[p.at:end] != w || !strings.ContainsRune(" \t\r\n(", rune(p.text[end])) {
		return false
	}
	p.at = end
	return true
}

// eachOf passes the head of a for expression, up to its colon.
func (p *blockParser) eachOf() bool {
	p.blank(true)
	if !p.more() {
		return false
	}
	start := p.at
	for ok := p.word("for"); ok && p.more(); {
		switch c := p.text[p.at]; {
		case c == ':':
			p.at++
			return true
		case c == '"' || c == '\'':
			p.quoted()
		case c == '(' || c == '[' || c == '{':
			p.enclosed()
		case closes(c):
			ok = false
		default:
			p.at++
		}
	}
	p.at = start
	return false
}

// each reads what a for expression makes of an element, and passes its condition.
func (p *blockParser) each(depth int) []*Node {
	p.blank(true)
	item := p.value(depth)
	for p.blank(true); p.more() && !closes(p.text[p.at]); p.blank(true) {
		before := p.at
		if p.raw(&Node{Span: Span{Start: p.at}, Parts: noParts}); p.at == before {
			p.at++
		}
	}
	return []*Node{item}
}

// items reads the elements of a list.
func (p *blockParser) items(depth int) []*Node {
	var items []*Node
	for {
		p.blank(true)
		if !p.more() || closes(p.text[p.at]) {
			return items
		}
		before := p.at
		if item := p.value(depth); item.Len() > 0 {
			items = append(items, item)
		}
		if p.at == before {
			p.at++
		}
	}
}

// call reads a function of which the result can be told: it is given one object or list, as jsonencode is, or puts lists together, or
// fills in a format. It returns nil for anything else.
func (p *blockParser) call(depth int) *Node {
	start := p.at
	i := start
	for i < len(p.text) && (p.text[i] == '_' || p.text[i]|0x20 >= 'a' && p.text[i]|0x20 <= 'z') {
		i++
	}
	if i == start || i >= len(p.text) || p.text[i] != '(' {
		return nil
	}
	p.at = i + 1
	args := p.items(depth + 1)
	if p.more() && p.text[p.at] == ')' && len(args) > 0 {
		p.at++
		switch name := p.text[start:i]; {
		case len(args) == 1 && args[0].Kind != Scalar:
			return args[0]
		case name == "concat":
			return &Node{Kind: Sequence, Style: Flow, Tag: TagSeq, Span: Span{Start: start, End: p.at}, Parts: &Parts{Links: noLinks, Items: spliced(args)}}
		case name == "format" && args[0].Style == DoubleQuoted:
			filled := *args[0]
			filled.Value = strings.NewReplacer("%s", "${}", "%v", "${}").Replace(filled.Value)
			return &filled
		}
	}
	p.at = start
	return nil
}

// spliced puts the items of lists in their places.
func spliced(lists []*Node) []*Node {
	var items []*Node
	for _, n := range lists {
		if n.Kind == Sequence {
			items = append(items, n.Items...)
		} else {
			items = append(items, n)
		}
	}
	return items
}

// rest makes a plain scalar of a value that goes on behind it: "a" == b ? c : d, [for …][0].
func (p *blockParser) rest(n *Node) *Node {
	p.blank(false)
	if !p.more() || strings.ContainsRune("\n,}])", rune(p.text[p.at])) || strings.HasPrefix(p.text[p.at:], "if ") {
		return n
	}
	whole := &Node{Kind: Scalar, Tag: TagString, Parts: noParts, Span: Span{Start: n.Start, End: n.Start}}
	p.raw(whole)
	return whole
}

// raw reads an expression up to the end of its line, or what closes the collection around it.
func (p *blockParser) raw(n *Node) {
	for p.more() {
		switch c := p.text[p.at]; c {
		case '\n', ',', '}', ']', ')':
			n.finishRaw(p.text, p.at)
			return
		case '"', '\'':
			p.quoted()
		case '(', '[', '{':
			p.enclosed()
		case '#':
			n.finishRaw(p.text, p.at)
			return
		default:
			if strings.HasPrefix(p.text[p.at:], "//") {
				n.finishRaw(p.text, p.at)
				return
			}
			p.at++
		}
	}
	n.finishRaw(p.text, p.at)
}

func (n *Node) finishRaw(text string, end int) {
	n.Value = strings.TrimSpace(text[n.Start:end])
	n.End = n.Start + len(n.Value)
}

// enclosed passes brackets and what is in them.
func (p *blockParser) enclosed() {
	depth := 0
	for p.more() {
		switch p.text[p.at] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case '"', '\'':
			p.quoted()
			continue
		}
		p.at++
		if depth <= 0 {
			return
		}
	}
}

// quoted reads a string; what ${ } holds belongs to it. Without an end it stops at the end of the line.
func (p *blockParser) quoted() *Node {
	n := &Node{Kind: Scalar, Tag: TagString, Parts: noParts, Style: DoubleQuoted, Span: Span{Start: p.at, End: p.at}}
	quote := p.text[p.at]
	if quote == '\'' {
		n.Style = SingleQuoted
	}
	p.at++
	var b strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		switch {
		case c == quote:
			p.at++
			n.End, n.Value = p.at, b.String()
			return n
		case c == '\n':
			n.End, n.Value = p.at, b.String()
			return n
		case c == '\\' && p.at+1 < len(p.text) && p.text[p.at+1] != '\n':
			b.WriteByte(p.text[p.at+1])
			p.at += 2
		case c == '$' && strings.HasPrefix(p.text[p.at:], "${"):
			start := p.at
			p.template()
			b.WriteString(p.text[start:p.at])
		default:
			b.WriteByte(c)
			p.at++
		}
	}
	n.End, n.Value = p.at, b.String()
	return n
}

// template passes ${ } with all that it nests, within its line.
func (p *blockParser) template() {
	depth := 0
	for p.at < len(p.text) && p.text[p.at] != '\n' {
		switch p.text[p.at] {
		case '{':
			depth++
		case '}':
			depth--
			if depth == 0 {
				p.at++
				return
			}
		}
		p.at++
	}
}

// heredoc reads <<NAME or <<-NAME. One that holds an object is read as that.
func (p *blockParser) heredoc() *Node {
	n := &Node{Kind: Scalar, Tag: TagString, Parts: noParts, Style: Literal, Span: Span{Start: p.at, End: p.at}}
	first := lineEnd(p.text, p.at)
	name := strings.TrimSpace(strings.TrimPrefix(strings.TrimLeft(p.text[p.at:first], "<"), "-"))
	start := min(first+1, len(p.text))
	for at := start; at < len(p.text); {
		end := lineEnd(p.text, at)
		if strings.TrimSpace(p.text[at:end]) == name {
			n.Value, n.End, p.at = p.text[start:at], end, end
			return p.embedded(n, start)
		}
		at = max(end+1, at+1)
	}
	n.Value, n.End, p.at = p.text[start:], len(p.text), len(p.text)
	return n
}

// embedded reads the object in a here-document whose text starts at an offset.
func (p *blockParser) embedded(n *Node, start int) *Node {
	if !strings.HasPrefix(strings.TrimSpace(n.Value), "{") {
		return n
	}
	inner := *p
	inner.text, inner.at, inner.comments = p.text[:start+len(n.Value)], start, nil
	inner.blank(true)
	object := inner.value(1)
	p.nodes = inner.nodes
	if object.Kind != Mapping {
		return n
	}
	return object
}

// closing passes one closing bracket.
func (p *blockParser) closing(c byte) {
	p.blank(true)
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
	}
}

// blank passes blanks and comments, and with lines also line ends and commas.
func (p *blockParser) blank(lines bool) {
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == ' ' || c == '\t' || c == '\r' || lines && (c == '\n' || c == ',' || c == ';'):
			p.at++
		case c == '#' || strings.HasPrefix(p.text[p.at:], "//"):
			p.comment()
		case strings.HasPrefix(p.text[p.at:], "/*"):
			end := strings.Index(p.text[p.at+2:], "*/")
			if end < 0 {
				p.at = len(p.text)
				return
			}
			p.at += end + 4
		default:
			return
		}
	}
}

func (p *blockParser) comment() {
	c := Comment{Span: Span{Start: p.at, End: lineEnd(p.text, p.at)}}
	c.Text = strings.Trim(strings.TrimLeft(p.text[c.Start:c.End], "#/"), " \t\r")
	line := strings.LastIndexByte(p.text[:p.at], '\n') + 1
	c.Own = strings.TrimSpace(p.text[line:p.at]) == ""
	p.comments = append(p.comments, c)
	p.at = c.End
}
