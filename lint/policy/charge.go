package policy

import (
	"maps"
	"reflect"
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
)

// What things cost, in steps of about 10 ns.
const (
	nodeCost    = 8  // evaluating a node
	textUnit    = 32 // bytes of a text; the costs below are for so many
	lookCost    = 4  // looking through a text
	changeCost  = 24 // making another text of a text
	elementCost = 24 // comparing something with an element of a list
)

// chargeName is the function that bill puts around lists and texts. No expression can spell it.
const chargeName = "#charge"

// bill puts a charge around each list that is looped over and each text that is looked through, and returns the number of nodes
// outside loops.
func bill(at *ast.Node) (nodes int) {
	switch n := (*at).(type) {
	case *ast.UnaryNode:
		nodes = bill(&n.Node)
	case *ast.BinaryNode:
		nodes = bill(&n.Left) + bill(&n.Right)
		charge(&n.Left, weightOf(n))
		charge(&n.Right, elementCost)
	case *ast.MemberNode:
		nodes = bill(&n.Node) + bill(&n.Property)
	case *ast.SliceNode:
		nodes = bill(&n.Node)
		for _, part := range []*ast.Node{&n.From, &n.To} {
			if *part != nil {
				nodes += bill(part)
			}
		}
	case *ast.BuiltinNode:
		nodes = billCall(n)
	case *ast.CallNode:
		for i := range n.Arguments {
			nodes += bill(&n.Arguments[i])
			charge(&n.Arguments[i], nodeCost)
		}
	case *ast.PredicateNode:
		nodes = bill(&n.Node)
	case *ast.VariableDeclaratorNode:
		nodes = bill(&n.Value) + bill(&n.Expr)
	case *ast.ConditionalNode:
		nodes = bill(&n.Cond) + bill(&n.Exp1) + bill(&n.Exp2)
	case *ast.ArrayNode:
		for i := range n.Nodes {
			nodes += bill(&n.Nodes[i])
		}
	}
	return nodes + 1
}

func billCall(n *ast.BuiltinNode) (nodes int) {
	for i := range n.Arguments {
		each := bill(&n.Arguments[i])
		if _, loop := n.Arguments[i].(*ast.PredicateNode); loop {
			charge(&n.Arguments[0], nodeCost*each)
			continue
		}
		nodes += each
		if len(n.Arguments) == 1 || i > 0 || n.Arguments[i].Type().Kind() == reflect.String {
			charge(&n.Arguments[i], changeCost)
		}
	}
	return nodes
}

// weightOf returns what an operator costs on textUnit bytes of its left side.
func weightOf(n *ast.BinaryNode) int {
	if s, ok := n.Right.(*ast.StringNode); ok && n.Operator == "matches" {
		return lookCost * instructions(s.Value)
	}
	return lookCost
}

// charge puts a charge around a list, a mapping or a text that is not fixed.
func charge(at *ast.Node, weight int) {
	n := *at
	switch n.(type) {
	case *ast.StringNode, *ast.ArrayNode:
		return
	}
	switch n.Type().Kind() {
	case reflect.String, reflect.Slice, reflect.Map:
	default:
		return
	}
	each := &ast.IntegerNode{Value: weight}
	each.SetType(reflect.TypeFor[int]())
	call := &ast.CallNode{
		Callee:    &ast.IdentifierNode{Value: chargeName},
		Arguments: []ast.Node{&ast.IdentifierNode{Value: "#left"}, n, each},
	}
	call.SetLocation(n.Location())
	call.SetNature(*n.Nature())
	*at = call
}

// tables returns the functions that give the names and the values of a mapping, in the order of the names.
func tables() []*builtin.Function {
	function := func(name string, of func(map[string]string) []string) *builtin.Function {
		return &builtin.Function{
			Name: name, Types: []reflect.Type{reflect.TypeFor[func(map[string]string) []string]()},
			Func: func(args ...any) (any, error) { return of(args[0].(map[string]string)), nil },
		}
	}
	names := func(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
	return []*builtin.Function{
		function("keys", names),
		function("values", func(m map[string]string) []string {
			out := names(m)
			for i, name := range out {
				out[i] = m[name]
			}
			return out
		}),
	}
}

// chargeFunction takes the steps, a value and what each of its elements costs, and returns the value.
func chargeFunction() *builtin.Function {
	return &builtin.Function{
		Name: chargeName,
		Func: func(args ...any) (any, error) {
			left, each := args[0].(*int), args[2].(int)
			size := 0
			switch v := args[1].(type) {
			case string:
				size = len(v)/textUnit + 1
			case []string:
				size = len(v)
			default:
				size = reflect.ValueOf(v).Len()
			}
			if *left -= size * each; *left < 0 {
				return nil, errSpent
			}
			return args[1], nil
		},
	}
}
