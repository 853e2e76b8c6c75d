package syntax

import (
	"slices"
	"strings"
)

const (
	tooDeep     = "collections are nested more than 100 deep; flatten them"
	tooExpanded = "aliases stand for more than 20000 nodes; write the values out"
	mergeKey    = "merge key \"<<\" is not supported; write the keys out"
	emptyFile   = "file is empty; add content or remove it"
	secondDoc   = "a second document starts here; keep one document in a file"
	afterDoc    = "text stands behind the end of the document; indent it like the first line or remove it"
)

// ParseYAML reads the first document of src. A nil node comes with at least one error; a node may come with errors too
// (duplicate keys, second documents, merge keys), which are in source order. Behind a syntax error reading goes on where
// the next block starts; the node is Partial then, or nil.
func ParseYAML(src *Source) (*Node, []Comment, []Error) {
	root, comments, errs, _ := parseYAML(src)
	return root, comments, errs
}

// parseYAML is ParseYAML; linked tells that there may be anchors and aliases.
func parseYAML(src *Source) (root *Node, comments []Comment, errs []Error, linked bool) {
	text, errs, ok := screen(src)
	if !ok {
		return nil, nil, errs, false
	}
	if root, b := readQuick(src, text); root != nil {
		b.comments.upTo(len(text))
		return root, b.comments.found, ordered(append(errs, b.errs...)), false
	}
	root, comments, errs = parseSlowly(src, text, errs)
	return root, comments, errs, true
}

// parseSlowly reads what the quick reader gave up.
func parseSlowly(src *Source, text string, errs []Error) (*Node, []Comment, []Error) {
	doc := decode(text)
	var nulls map[int]int
	partial := false
	if doc.err != nil && doc.root == nil {
		r := repairer{src: src, text: text, doc: doc}
		r.run()
		text, doc, nulls, partial = r.text, r.doc, r.nulls, r.partial
		errs = append(errs, r.errs...)
		if doc.root == nil {
			return nil, nil, ordered(errs)
		}
	}
	b := newBuilder(src, text)
	b.nulls = nulls
	if doc.root == nil {
		b.comments.upTo(len(text))
		return nil, b.comments.found, ordered(append(errs, Error{Message: emptyFile}))
	}
	root := b.build(doc.root)
	errs = append(errs, b.errs...)
	if b.over != nil {
		return nil, b.comments.found, ordered(append(errs, *b.over))
	}
	end := len(text)
	if doc.next != nil || doc.err != nil {
		end = skipGap(text, root.End)
		tail := tailError(text, end)
		errs = append(errs, tail)
		partial = partial || tail.Message == afterDoc
	}
	b.comments.upTo(end)
	root.Partial = partial
	if root.Kind == Scalar && root.Start == root.End {
		return nil, b.comments.found, ordered(append(errs, Error{Span: root.Span, Message: emptyFile}))
	}
	return root, b.comments.found, ordered(errs)
}

// tailError says what is wrong with the text behind the document that ends before at.
func tailError(text string, at int) Error {
	span := Span{Start: at, End: lineEnd(text, at)}
	if at < len(text) && (strings.HasPrefix(text[at:], "---") || strings.HasPrefix(text[at:], "...") || text[at] == '%') {
		return Error{Span: span, Message: secondDoc}
	}
	return Error{Span: span, Message: afterDoc}
}

// ordered sorts errors by where they start.
func ordered(errs []Error) []Error {
	slices.SortStableFunc(errs, func(a, b Error) int { return a.Start - b.Start })
	return errs
}
