package policy

import (
	"fmt"
	"reflect"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// guard admits the part of the language whose cost can be told: no loops but those over lists that exist, nothing that grows.
type guard struct {
	scope Scope
	asks  Asks
	lets  map[string]bool // names that the expression defines
	seen  map[any]bool    // nodes; the parser puts one into two places for a < b < c and a ?: b
	err   *fault          // the first
}

// fault is what is wrong with a node.
type fault struct {
	from, to int // in characters
	message  string
}

func (g *guard) fault(n ast.Node, format string, args ...any) {
	if g.err == nil {
		g.err = &fault{n.Location().From, n.Location().To, fmt.Sprintf(format, args...)}
	}
}

// Functions returns those that conditions may call.
func Functions() []string {
	return []string{
		"all", "any", "none", "one", "filter", "map", "count",
		"len", "lower", "upper", "trim", "trimPrefix", "trimSuffix", "split", "int", "float", "keys", "values",
	}
}

// form checks what can be told without types.
func (g *guard) form(n ast.Node) {
	if g.err != nil {
		return
	}
	if g.seen[n] {
		g.fault(n, "this stands for two things at once; write a < b && b < c for a < b < c, and a ? a : b for a ?: b")
		return
	}
	g.seen[n] = true
	switch n := n.(type) {
	case *ast.IdentifierNode:
		g.identifier(n)
	case *ast.NilNode:
		g.fault(n, `nothing is nil here: what is absent is "", 0, false or empty; compare with that`)
	case *ast.ChainNode:
		g.fault(n, "nothing is nil here: write . for ?.")
	case *ast.BytesNode, *ast.MapNode, *ast.SequenceNode:
		g.fault(n, "this has no use in a condition; remove it")
	case *ast.BinaryNode:
		g.operator(n)
	case *ast.CallNode:
		g.call(n)
	case *ast.BuiltinNode:
		switch {
		case !slices.Contains(Functions(), n.Name):
			g.fault(n, "the function %s is not available here; %s", quote(n.Name), oneOf(n.Name, Functions()))
		case n.Name == "count" && len(n.Arguments) == 1:
			g.fault(n, "count takes a list and a condition; len counts all that is in a list")
		}
	case *ast.PointerNode:
		if n.Name != "" && n.Name != "index" {
			g.fault(n, "%s means nothing here; # is the element and #index its number", quote("#"+n.Name))
		}
	case *ast.VariableDeclaratorNode:
		g.lets[n.Name] = true
	}
	for _, child := range children(n) {
		g.form(child)
	}
}

func (g *guard) identifier(n *ast.IdentifierNode) {
	names := g.scope.variables()
	if n.Value == "keys" || n.Value == "values" {
		return // functions of ours, see call
	}
	if !g.lets[n.Value] && !slices.Contains(names, n.Value) {
		g.fault(n, "there is no %s in the scope %s; %s", quote(n.Value), g.scope, oneOf(n.Value, names))
	}
}

func (g *guard) call(n *ast.CallNode) {
	name := "this"
	switch callee := n.Callee.(type) {
	case *ast.IdentifierNode:
		if name = callee.Value; name == "keys" || name == "values" {
			return
		}
	case *ast.MemberNode:
		if s, ok := callee.Property.(*ast.StringNode); ok {
			name = s.Value
		}
	}
	g.fault(n, "there is no function %s; %s", quote(name), oneOf(name, Functions()))
}

// maxPattern is how long a regular expression may be, in bytes, and maxInstructions how large what it is compiled to.
const (
	maxPattern      = 500
	maxInstructions = 4000
)

func (g *guard) operator(n *ast.BinaryNode) {
	switch n.Operator {
	case "..":
		g.fault(n, "ranges are not available here; write the numbers out")
	case "??":
		g.fault(n, `nothing is nil here: what is absent is "", 0, false or empty; compare with that`)
	case "matches":
		s, ok := n.Right.(*ast.StringNode)
		switch {
		case !ok:
			g.fault(n, "what stands behind matches is not fixed; write the regular expression in quotes")
		case instructions(s.Value) < 0:
			_, err := syntax.Parse(s.Value, syntax.Perl)
			g.fault(s, "%v; see the syntax of RE2", err)
		case len(s.Value) > maxPattern || instructions(s.Value) > maxInstructions:
			g.fault(s, "the regular expression is too large; make several of it")
		}
	}
}

// instructions returns the size of a regular expression, or -1 when it is none.
func instructions(pattern string) int {
	if len(pattern) > maxPattern {
		return maxInstructions
	}
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return -1
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return -1
	}
	return len(prog.Inst)
}

// types checks what can be told once the types are known, and notes what is asked.
func (g *guard) types(n ast.Node) {
	if g.err != nil {
		return
	}
	for _, child := range children(n) {
		if _, called := n.(*ast.CallNode); !called || child.Type().Kind() != reflect.Func {
			g.types(child)
		}
	}
	switch n := n.(type) {
	case *ast.PredicateNode:
		return
	case *ast.BinaryNode:
		g.operands(n)
	case *ast.MemberNode:
		g.member(n)
	case *ast.BuiltinNode:
		if len(n.Arguments) > 1 && n.Name != "split" && n.Name != "trim" && n.Name != "trimPrefix" && n.Name != "trimSuffix" {
			if kind := n.Arguments[0].Type().Kind(); kind != reflect.Slice {
				g.fault(n, "%s looks through a list, not %s", quote(n.Name), typeName(n.Arguments[0].Type()))
			}
		}
	}
	if kind := n.Type().Kind(); g.err == nil && kind == reflect.Func {
		g.fault(n, "a function is called with brackets: keys(…)")
	} else if g.err == nil && kind == reflect.Interface {
		g.fault(n, "what type this has is not certain; compare and list things of one type")
	}
}

func (g *guard) operands(n *ast.BinaryNode) {
	left, right := n.Left.Type(), n.Right.Type()
	switch n.Operator {
	case "==", "!=":
		if !scalar(left) || !scalar(right) {
			g.fault(n, "%s compares texts, numbers and truth values; compare what %s holds", quote(n.Operator), typeName(first(left, right)))
		}
	case "+":
		if left.Kind() == reflect.String || right.Kind() == reflect.String {
			g.fault(n, "texts cannot be put together here; compare their parts")
		}
	case "in":
		if !scalar(left) || right.Kind() != reflect.Slice && right.Kind() != reflect.Map {
			g.fault(n, "%s asks whether a text or a number is in a list, or a name among those of a mapping; this is %s in %s", quote("in"), typeName(left), typeName(right))
		}
	}
}

// first returns the type that is no scalar.
func first(left, right reflect.Type) reflect.Type {
	if scalar(left) {
		return right
	}
	return left
}

func (g *guard) member(n *ast.MemberNode) {
	s, ok := n.Property.(*ast.StringNode)
	if !ok {
		return
	}
	switch t := n.Node.Type(); {
	case t == reflect.TypeFor[*Job]() && s.Value == "events":
		g.asks |= AsksEvents
	case t == reflect.TypeFor[*Job]() && s.Value == "deploys":
		g.asks |= AsksDeploys
	case (t == reflect.TypeFor[*Job]() || t == reflect.TypeFor[*Step]()) && s.Value == "secrets":
		g.asks |= AsksSecrets
	case t == reflect.TypeFor[*Step]() && s.Value == "commands":
		g.asks |= AsksCommands
	}
}

func scalar(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Float64:
		return true
	}
	return false
}

// children returns the nodes below n.
func children(n ast.Node) []ast.Node {
	switch n := n.(type) {
	case *ast.UnaryNode:
		return []ast.Node{n.Node}
	case *ast.BinaryNode:
		return []ast.Node{n.Left, n.Right}
	case *ast.ChainNode:
		return []ast.Node{n.Node}
	case *ast.MemberNode:
		return []ast.Node{n.Node, n.Property}
	case *ast.SliceNode:
		return slices.DeleteFunc([]ast.Node{n.Node, n.From, n.To}, func(n ast.Node) bool { return n == nil })
	case *ast.CallNode:
		return append([]ast.Node{n.Callee}, n.Arguments...)
	case *ast.BuiltinNode:
		return n.Arguments
	case *ast.PredicateNode:
		return []ast.Node{n.Node}
	case *ast.VariableDeclaratorNode:
		return []ast.Node{n.Value, n.Expr}
	case *ast.SequenceNode:
		return n.Nodes
	case *ast.ConditionalNode:
		return []ast.Node{n.Cond, n.Exp1, n.Exp2}
	case *ast.ArrayNode:
		return n.Nodes
	case *ast.MapNode:
		return n.Pairs
	case *ast.PairNode:
		return []ast.Node{n.Key, n.Value}
	}
	return nil
}

func quote(s string) string {
	const most = 60
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return "`" + s + "`"
}
