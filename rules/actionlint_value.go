package rules

import (
	"strconv"
	"strings"

	"github.com/rhysd/actionlint"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

func (t *alTree) str(s *syntax.Str) *actionlint.String {
	if s == nil {
		return nil
	}
	if len(t.strs) == cap(t.strs) {
		t.strs = make([]actionlint.String, 0, 32)
	}
	t.strs = append(t.strs, actionlint.String{Value: t.value(s), Pos: t.at(s.Span, s)})
	return &t.strs[len(t.strs)-1]
}

// alFence is one fence of a scalar, which is known by its place: what an alias repeats is the same.
type alFence struct {
	at    syntax.Span
	index int
}

// anything is an expression of which actionlint knows nothing, not even the type, and that can stand anywhere.
const anything = "${{ fromJSON(format('{0}', '')) }}"

// value is the text of a scalar without the fences that cannot be read, which rule syntax reports and which may be deep enough to
// exhaust actionlint's stack, and without those that are to be left out. Offsets stay what they are.
func (t *alTree) value(s *syntax.Str) string {
	var text []byte
	for i, f := range s.Fences {
		if !t.unreadable(s, i) {
			continue
		}
		if wholeFence(s) {
			return anything
		}
		if text == nil {
			text = []byte(s.Value)
		}
		copy(text[f.Start:f.End], strings.Repeat(" ", f.Len()))
	}
	if text == nil {
		return s.Value
	}
	return string(text)
}

// unreadable reports a fence that actionlint does not get to see.
func (t *alTree) unreadable(s *syntax.Str, i int) bool {
	f := &s.Fences[i]
	return len(f.Errs) > 0 || t.blank[alFence{s.Span, i}] || strings.Count(s.Value[f.Start:f.End], "\n") >= 1<<alLineBits
}

// noText stands for a text in which actionlint has nothing to find.
var noText = actionlint.String{Pos: &actionlint.Pos{}}

// alWhere tells which contexts a key can use.
type alWhere uint8

const (
	inCall alWhere = iota // github and vars
	inEnv                 // secrets too: env of a workflow or a job
	inStep                // runner and env too
)

// text is str for a scalar in which nothing but expressions matters: a name, a value of env or with. Most of them hold none, or
// only what is surely right.
func (t *alTree) text(s *syntax.Str, where alWhere) *actionlint.String {
	if s == nil {
		return nil
	}
	if t.plainText(s, where) {
		return &noText
	}
	return t.str(s)
}

// plainText reports a text whose expressions are plain.
func (t *alTree) plainText(s *syntax.Str, where alWhere) bool {
	for i := range s.Fences {
		if !t.plain(s.Fences[i].X, where) {
			return false
		}
	}
	return true
}

func (t *alTree) textField(f *syntax.Field, where alWhere) *actionlint.String {
	if f == nil {
		return nil
	}
	return t.text(&f.Str, where)
}

// plain reports an expression that is a string, whatever else the file says: what most expressions are.
func (t *alTree) plain(x expr.Node, where alWhere) bool {
	p, ok := x.(*expr.Property)
	if !ok {
		return false
	}
	root, ok := p.Of.(*expr.Name)
	if !ok {
		return false
	}
	switch strings.ToLower(root.Name) {
	case "github":
		switch p.Name {
		case "actor", "api_url", "base_ref", "event_name", "graphql_url", "ref", "ref_name", "ref_type", "repository", "repository_owner",
			"run_attempt", "run_id", "run_number", "server_url", "sha", "token", "triggering_actor", "workflow", "workspace":
			return true
		}
	case "runner":
		switch p.Name {
		case "os", "arch", "temp", "tool_cache", "name":
			return where == inStep
		}
	case "secrets":
		return where >= inEnv && t.anySecret
	case "env":
		return where == inStep
	case "vars":
		return t.anyVariable
	}
	return false
}

func (t *alTree) field(f *syntax.Field) *actionlint.String {
	if f == nil {
		return nil
	}
	return t.str(&f.Str)
}

func (t *alTree) condition(c *syntax.Condition) *actionlint.String {
	if c == nil || len(c.Cond.Errs) > 0 {
		return nil
	}
	for i := range c.Fences {
		if t.unreadable(&c.Str, i) {
			return nil // what is left would mean something else
		}
	}
	if strings.Count(c.Value, "\n") >= 1<<alLineBits {
		return nil
	}
	out := t.str(&c.Str)
	t.places[len(t.places)-1].cond = c
	return out
}

// node is the scalar at n, which has no typed tree.
func (t *alTree) node(n *syntax.Node) *actionlint.String {
	s := n.Str()
	return t.str(&s)
}

func (t *alTree) list(l *syntax.List) []*actionlint.String {
	if l == nil {
		return nil
	}
	out := make([]*actionlint.String, 0, len(l.Values))
	for _, v := range l.Values {
		out = append(out, t.str(v))
	}
	return out
}

func wholeFence(s *syntax.Str) bool {
	text := strings.TrimSpace(s.Value)
	return len(s.Fences) == 1 && strings.HasPrefix(text, "${{") && strings.HasSuffix(text, "}}")
}

func (t *alTree) boolean(f *syntax.Field) *actionlint.Bool {
	if f == nil {
		return nil
	}
	b := &actionlint.Bool{Value: f.Value == "true", Pos: t.pos(f.Span)}
	if wholeFence(&f.Str) {
		b.Expression = t.field(f)
	}
	return b
}

func (t *alTree) integer(f *syntax.Field) *actionlint.Int {
	if f == nil {
		return nil
	}
	if wholeFence(&f.Str) {
		return &actionlint.Int{Expression: t.field(f), Pos: t.pos(f.Span)}
	}
	n, err := strconv.Atoi(f.Value)
	if err != nil {
		return nil
	}
	return &actionlint.Int{Value: n, Pos: t.pos(f.Span)}
}

func (t *alTree) float(f *syntax.Field) *actionlint.Float {
	if f == nil {
		return nil
	}
	if wholeFence(&f.Str) {
		return &actionlint.Float{Expression: t.field(f), Pos: t.pos(f.Span)}
	}
	x, err := strconv.ParseFloat(f.Value, 64)
	if err != nil {
		return nil
	}
	return &actionlint.Float{Value: x, Pos: t.pos(f.Span)}
}
