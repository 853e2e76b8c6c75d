package syntax

const (
	tooDeep     = "collections are nested more than 100 deep; flatten them"
	tooExpanded = "aliases stand for more than 20000 nodes; write the values out"
	mergeKey    = "merge key \"<<\" is not supported; write the keys out"
	emptyFile   = "file is empty; add content or remove it"
	manyDocs    = "a second document starts here; keep one document in a file"
)

// ParseYAML reads the first document of src. A nil node comes with at least one error; a node may come with errors too
// (duplicate keys, second documents, merge keys), which are in source order.
func ParseYAML(src *Source) (*Node, []Comment, []Error) {
	doc := decode(src.Text)
	if doc.err != nil {
		return nil, nil, []Error{{Message: doc.err.Error()}}
	}
	if doc.root == nil {
		return nil, nil, []Error{{Message: emptyFile}}
	}
	b := newBuilder(src, src.Text)
	root, _ := b.node(doc.root)
	if b.over != nil {
		return nil, b.comments.found, append(b.errs, *b.over)
	}
	b.comments.upTo(len(src.Text))
	return root, b.comments.found, b.errs
}
