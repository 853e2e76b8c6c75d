package report

import (
	"errors"
	"text/template"
	"text/template/parse"
)

// Template is a format of the user's own, in the language of text/template. It reads no file and runs nothing. What it prints
// of a finding cannot be taken for a command by a terminal or a runner, unless the template asks for the raw text.
type Template struct {
	name string // for messages
	text string
	tree *template.Template
}

// templateName stands in the messages of text/template.
const templateName = "template"

// ParseTemplate reads a template; name says where its text is from. It fails with the place of the first fault, that of a field
// that does not exist included.
func ParseTemplate(name, text string) (*Template, error) {
	tree, err := parseTemplate(text)
	if err != nil {
		return nil, parseFault(name, text, err)
	}
	for _, t := range tree.Templates() {
		if t.Tree != nil {
			protect(t.Root)
		}
	}
	t := &Template{name: name, text: text, tree: tree}
	// What a function says may depend on the findings; any other fault would come with all of them.
	if _, err := t.execute(exampleDocument()); err != nil && !isCall(err) {
		return nil, err
	}
	return t, nil
}

func parseTemplate(text string) (*template.Template, error) {
	return template.New(templateName).Option("missingkey=zero").Funcs(new(guard).functions()).Parse(text)
}

// writeTemplate prints all that the template makes of the document, or nothing.
func writeTemplate(p *printer, v *view) {
	if v.Template == nil {
		p.err = errors.New("there is no template")
		return
	}
	doc, err := newDocument(v)
	if err == nil {
		p.buf, err = v.Template.execute(doc)
	}
	p.err = err
}

func (t *Template) execute(doc *document) ([]byte, error) {
	tree, err := t.tree.Clone()
	if err != nil {
		return nil, err
	}
	g := new(guard)
	if err := tree.Funcs(g.functions()).Execute(g, doc); err != nil {
		return nil, t.fault(err)
	}
	return g.buf, nil
}

// protect makes what actions print pass through the guard. A string that stands in the template is the template's own.
func protect(n parse.Node) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, child := range n.Nodes {
			protect(child)
		}
	case *parse.IfNode:
		protect(n.List)
		protect(n.ElseList)
	case *parse.RangeNode:
		protect(n.List)
		protect(n.ElseList)
	case *parse.WithNode:
		protect(n.List)
		protect(n.ElseList)
	case *parse.ActionNode:
		if len(n.Pipe.Decl) == 0 && !isString(n.Pipe) {
			n.Pipe.Cmds = append(n.Pipe.Cmds, &parse.CommandNode{
				NodeType: parse.NodeCommand,
				Pos:      n.Pipe.Pos,
				Args:     []parse.Node{parse.NewIdentifier(announce).SetPos(n.Pipe.Pos)},
			})
		}
	}
}

func isString(p *parse.PipeNode) bool {
	if len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 1 {
		return false
	}
	_, ok := p.Cmds[0].Args[0].(*parse.StringNode)
	return ok
}
