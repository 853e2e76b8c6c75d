// Package policy evaluates conditions of the user's own: expressions over what workflows and actions say. They cannot read or
// change anything else, and what one may cost is bounded.
package policy

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"sekisho/lint/syntax"
)

// maxText is how long the text of an expression may be, in bytes. It bounds how deep one can nest.
const maxText = 4096

// maxNodes is of how many parts an expression may consist.
const maxNodes = 1000

// Program is an expression that was checked and compiled. It may be used by several goroutines.
type Program struct {
	Asks Asks // what it reads that is not free
	code *vm.Program
	cost int // steps of one evaluation, loops and long texts not counted
}

// Error is what is wrong with an expression.
type Error struct {
	syntax.Span // of its text, in bytes
	Message     string
}

// Error returns the message.
func (e Error) Error() string { return e.Message }

// environment holds the variables. Those that a scope does not have are refused when an expression is compiled.
type environment struct {
	Left         *int      `expr:"#left"` // steps, of the run; no expression can spell this name
	File         *File     `expr:"file" doc:"the file"`
	Workflow     *Workflow `expr:"workflow" doc:"the workflow; empty in an action"`
	Trigger      *Trigger  `expr:"trigger" doc:"the trigger that is looked at"`
	Job          *Job      `expr:"job" doc:"the job, or the one around the step; empty in an action"`
	Step         *Step     `expr:"step" doc:"the step that is looked at"`
	Uses         *Uses     `expr:"uses" doc:"the call of an action or a workflow that is looked at"`
	RunnerLabels []string  `expr:"runnerLabels" doc:"those of the configuration"`
}

// Compile reads a condition: an expression that is true or false.
func Compile(scope Scope, text string) (*Program, error) { return compile(scope, text, true) }

// compileValue reads an expression whose value can be printed.
func compileValue(scope Scope, text string) (*Program, error) { return compile(scope, text, false) }

func compile(scope Scope, text string, condition bool) (*Program, error) {
	if len(text) > maxText {
		return nil, Error{Message: fmt.Sprintf("the expression is longer than %d bytes; make several of it", maxText)}
	}
	config := conf.New(environment{})
	config.Optimize = false
	config.MaxNodes = maxNodes
	for _, f := range tables() {
		config.Functions[f.Name] = f
	}
	tree, err := parser.ParseWithConfig(text, config)
	if err != nil {
		return nil, unreadable(text, err)
	}
	g := &guard{scope: scope, seen: map[any]bool{}, lets: map[string]bool{}}
	if g.form(tree.Node); g.err != nil {
		return nil, inBytes(text, *g.err)
	}
	if _, err := checker.Check(tree, config); err != nil {
		return nil, mistyped(text, err)
	}
	g.types(tree.Node)
	if kind := tree.Node.Type().Kind(); g.err == nil && condition && kind != reflect.Bool {
		g.fault(tree.Node, "the condition gives %s; write one that is true or false", typeName(tree.Node.Type()))
	} else if g.err == nil && !scalar(tree.Node.Type()) {
		g.fault(tree.Node, "the value is %s; only a text, a number or a truth value can be printed", typeName(tree.Node.Type()))
	}
	if g.err != nil {
		return nil, inBytes(text, *g.err)
	}
	p := &Program{Asks: g.asks, cost: nodeCost * bill(&tree.Node)}
	config.Functions[chargeName] = chargeFunction()
	if p.code, err = compiler.Compile(tree, config); err != nil {
		return nil, Error{Message: "the expression cannot be compiled; simplify it"}
	}
	return p, nil
}

// Run evaluates expressions on the subjects of one file. All together may take MaxSteps. It serves one goroutine.
type Run struct {
	machine vm.VM
	left    int
}

// MaxSteps bounds what the conditions of one rule may cost on one file; a step takes some 10 ns.
const MaxSteps = 30_000_000

// NewRun prepares to evaluate.
func NewRun() *Run { return &Run{left: MaxSteps} }

// errSpent says that the steps of a run are used up.
var errSpent = errors.New("it takes too long on this file; make it simpler, or exclude the file")

// Holds evaluates a condition. It fails when a list has no such element, a text is no number, or the steps are used up.
func (r *Run) Holds(p *Program, s Subject) (bool, error) {
	value, err := r.value(p, s)
	holds, _ := value.(bool)
	return holds, err
}

func (r *Run) value(p *Program, s Subject) (any, error) {
	if r.left -= p.cost; r.left < 0 {
		return nil, errSpent
	}
	s.env.Left = &r.left
	value, err := r.machine.Run(p.code, &s.env)
	var at *file.Error
	switch {
	case errors.Is(err, errSpent):
		return nil, errSpent
	case errors.As(err, &at) && at.Message == "memory budget exceeded":
		return nil, errSpent
	case errors.As(err, &at):
		return nil, errors.New(at.Message)
	}
	return value, err
}

// printed returns a value as people write it.
func printed(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return fmt.Sprint(value)
}
