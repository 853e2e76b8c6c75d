package rules

import (
	"strings"
	"sync"

	"github.com/rhysd/actionlint"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// alKind is the type that actionlint gives an expression, as far as it matters here.
type alKind uint8

const (
	alDoubt  alKind = iota // not known; or actionlint reports the expression
	alAny                  // any type
	alNull                 // null
	alBool                 // true or false
	alNumber               // a number
	alString               // a text
	alObject               // an object
	alList                 // a list of values of any type
)

// alKey is a key of a workflow whose value may hold expressions.
type alKey uint8

const (
	alNoKey alKey = iota // one that can use no context
	alRunName
	alEnv
	alConcurrency
	alCallOutput
	alJobName
	alJobRunsOn
	alJobConcurrency
	alJobEnv
	alJobDefaults
	alJobIf
	alJobStrategy
	alJobContinue
	alJobTimeout
	alJobContainer
	alJobContainerCredentials
	alJobContainerEnv
	alJobServices
	alJobServicesCredentials
	alJobServicesEnv
	alJobWith
	alJobSecrets
	alJobEnvironment
	alJobEnvironmentURL
	alJobOutput
	alStepName
	alStepIf
	alStepRun
	alStepDirectory
	alStepWith
	alStepEnv
	alStepContinue
	alStepTimeout
)

// alKeyNames are the keys as actionlint calls them.
var alKeyNames = [...]string{
	alNoKey:                   "",
	alRunName:                 "run-name",
	alEnv:                     "env",
	alConcurrency:             "concurrency",
	alCallOutput:              "on.workflow_call.outputs.<output_id>.value",
	alJobName:                 "jobs.<job_id>.name",
	alJobRunsOn:               "jobs.<job_id>.runs-on",
	alJobConcurrency:          "jobs.<job_id>.concurrency",
	alJobEnv:                  "jobs.<job_id>.env",
	alJobDefaults:             "jobs.<job_id>.defaults.run",
	alJobIf:                   "jobs.<job_id>.if",
	alJobStrategy:             "jobs.<job_id>.strategy",
	alJobContinue:             "jobs.<job_id>.continue-on-error",
	alJobTimeout:              "jobs.<job_id>.timeout-minutes",
	alJobContainer:            "jobs.<job_id>.container",
	alJobContainerCredentials: "jobs.<job_id>.container.credentials",
	alJobContainerEnv:         "jobs.<job_id>.container.env.<env_id>",
	alJobServices:             "jobs.<job_id>.services",
	alJobServicesCredentials:  "jobs.<job_id>.services.<service_id>.credentials",
	alJobServicesEnv:          "jobs.<job_id>.services.<service_id>.env.<env_id>",
	alJobWith:                 "jobs.<job_id>.with.<with_id>",
	alJobSecrets:              "jobs.<job_id>.secrets.<secrets_id>",
	alJobEnvironment:          "jobs.<job_id>.environment",
	alJobEnvironmentURL:       "jobs.<job_id>.environment.url",
	alJobOutput:               "jobs.<job_id>.outputs.<output_id>",
	alStepName:                "jobs.<job_id>.steps.name",
	alStepIf:                  "jobs.<job_id>.steps.if",
	alStepRun:                 "jobs.<job_id>.steps.run",
	alStepDirectory:           "jobs.<job_id>.steps.working-directory",
	alStepWith:                "jobs.<job_id>.steps.with",
	alStepEnv:                 "jobs.<job_id>.steps.env",
	alStepContinue:            "jobs.<job_id>.steps.continue-on-error",
	alStepTimeout:             "jobs.<job_id>.steps.timeout-minutes",
}

// alNames is a set of the names of contexts and of functions that not every key can use.
type alNames uint32

const (
	alOfEnv alNames = 1 << iota
	alOfGitHub
	alOfInputs
	alOfJob
	alOfJobs
	alOfMatrix
	alOfNeeds
	alOfRunner
	alOfSecrets
	alOfSteps
	alOfStrategy
	alOfVars
	alHashFiles
	alStatus // success and the like
)

// alNameOf returns the set of one name, which is in lower case; 0 where there is none.
func alNameOf(name string) alNames {
	switch name {
	case "env":
		return alOfEnv
	case "github":
		return alOfGitHub
	case "inputs":
		return alOfInputs
	case "job":
		return alOfJob
	case "jobs":
		return alOfJobs
	case "matrix":
		return alOfMatrix
	case "needs":
		return alOfNeeds
	case "runner":
		return alOfRunner
	case "secrets":
		return alOfSecrets
	case "steps":
		return alOfSteps
	case "strategy":
		return alOfStrategy
	case "vars":
		return alOfVars
	case "hashfiles":
		return alHashFiles
	case "success", "always", "cancelled", "failure":
		return alStatus
	}
	return 0
}

// alUsable has for each key what it can use.
var alUsable = sync.OnceValue(func() *[len(alKeyNames)]alNames {
	var usable [len(alKeyNames)]alNames
	for key, name := range alKeyNames {
		contexts, functions := actionlint.WorkflowKeyAvailability(name)
		for _, list := range [][]string{contexts, functions} {
			for _, name := range list {
				usable[key] |= alNameOf(name)
			}
		}
	}
	return &usable
})

// fence returns the type of the expression in a fence of a scalar.
func (s *alScope) fence(str *syntax.Str, i int, key alKey) alKind {
	f := &str.Fences[i]
	if len(f.Errs) > 0 {
		return alDoubt
	}
	return s.expression(f.X, str.Value, f.Inner, key)
}

// expression returns the type of an expression, which stands in a part of a text.
func (s *alScope) expression(x expr.Node, text string, in expr.Span, key alKey) alKind {
	if !plainlyLexed(text[in.Start:in.End]) {
		return alDoubt
	}
	around, usable := s.text, s.usable // of the expression that reads a matrix in which this one stands
	s.text, s.usable = text, alUsable()[key]
	kind := s.kind(x)
	s.text, s.usable = around, usable
	return kind
}

// plainlyLexed reports a text in which our lexer sees the same blanks and characters as actionlint's.
func plainlyLexed(text string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\n' || c == '\r' || c == '\t':
		case c < ' ' || c > '~' || c == '$':
			return false
		}
	}
	return true
}

// kind mirrors the type checks of actionlint, which have their errors where this is in doubt.
func (s *alScope) kind(x expr.Node) alKind {
	switch x := x.(type) {
	case *expr.Literal:
		return s.literal(x)
	case *expr.Group:
		return s.kind(x.X)
	case *expr.Not:
		if s.kind(x.X) == alDoubt {
			return alDoubt
		}
		return alBool
	case *expr.Binary:
		if x.Op == expr.And || x.Op == expr.Or {
			return s.logical(x, false)
		}
		return s.comparison(x)
	case *expr.Call:
		return s.call(x)
	case *expr.Name, *expr.Property, *expr.Index, *expr.Star:
		return s.access(x)
	}
	return alDoubt
}

func (s *alScope) literal(x *expr.Literal) alKind {
	switch x.Value.Kind {
	case expr.Null:
		return alNull
	case expr.Bool:
		return alBool
	case expr.String:
		return alString
	case expr.Number:
		if plainNumber(s.text[x.Start:x.End]) {
			return alNumber
		}
	}
	return alDoubt
}

// plainNumber reports a whole number that actionlint reads as we do.
func plainNumber(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return len(text) == 1 || len(text) > 1 && len(text) < 10 && text[0] != '0'
}

// logical returns the type of a chain of && or ||. With rest it is that of the chain without its first operand.
//
// For actionlint a && b && c is a && (b && c).
func (s *alScope) logical(x *expr.Binary, rest bool) alKind {
	kind, first := s.kind(x.Y), x.X
	for {
		b, ok := first.(*expr.Binary)
		if !ok || b.Op != x.Op {
			break
		}
		kind, first = eitherKind(s.narrowed(b.Y, x.Op == expr.Or), kind), b.X
	}
	if !rest {
		return eitherKind(s.narrowed(first, x.Op == expr.Or), kind)
	}
	if s.kind(first) == alDoubt {
		return alDoubt
	}
	return kind
}

// narrowed returns the type of an expression where it is known to hold, or not to hold.
func (s *alScope) narrowed(x expr.Node, holds bool) alKind {
	switch x := x.(type) {
	case *expr.Group:
		return s.narrowed(x.X, holds)
	case *expr.Not:
		return s.narrowed(x.X, !holds)
	case *expr.Binary:
		if x.Op == expr.And && holds || x.Op == expr.Or && !holds {
			return s.logical(x, true)
		}
	}
	return s.kind(x)
}

// eitherKind returns the type of what is of one type or of another.
func eitherKind(a, b alKind) alKind {
	switch {
	case a == alDoubt || b == alDoubt || a == alObject:
		return alDoubt
	case a == b:
		return a
	case a == alString && (b == alBool || b == alNumber), b == alString && (a == alBool || a == alNumber):
		return alString
	case a == alList:
		return alDoubt
	}
	return alAny
}

func (s *alScope) comparison(x *expr.Binary) alKind {
	if ordered(x.X) || ordered(x.Y) {
		return alDoubt // actionlint reads a == b == c as a == (b == c)
	}
	a, b := s.kind(x.X), s.kind(x.Y)
	if a == alDoubt || b == alDoubt || a == alObject || a == alList {
		return alDoubt
	}
	if b == alObject || b == alList {
		if a == alAny && (x.Op == expr.Eq || x.Op == expr.Ne) {
			return alBool
		}
		return alDoubt
	}
	if x.Op != expr.Eq && x.Op != expr.Ne && (a == alNull || a == alBool || b == alNull || b == alBool) {
		return alDoubt
	}
	return alBool
}

// ordered reports a comparison that is not in parentheses.
func ordered(x expr.Node) bool {
	b, ok := x.(*expr.Binary)
	return ok && b.Op != expr.And && b.Op != expr.Or
}

func (s *alScope) call(x *expr.Call) alKind {
	var room [8]alKind
	args := room[:0]
	for _, arg := range x.Args {
		kind := s.kind(arg)
		if kind == alDoubt {
			return alDoubt
		}
		args = append(args, kind)
	}
	var name [len("startswith")]byte
	if len(x.Name) > len(name) {
		return alDoubt
	}
	for i := range len(x.Name) {
		name[i] = lowerByte(x.Name[i])
	}
	return s.result(string(name[:len(x.Name)]), x, args)
}

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// result returns the type of the result of a function that is called with arguments of these types.
func (s *alScope) result(name string, x *expr.Call, args []alKind) alKind {
	result, ok := alDoubt, false
	switch name {
	case "success", "always", "cancelled", "failure":
		result, ok = alBool, len(args) == 0 && s.usable&alStatus != 0
	case "contains":
		result, ok = alBool, len(args) == 2 && (args[0] == alList || args[0] == alAny || isText(args[0]) && isText(args[1]))
	case "startswith", "endswith":
		result, ok = alBool, len(args) == 2 && isText(args[0]) && isText(args[1])
	case "join":
		result, ok = alString, (len(args) == 1 || len(args) == 2 && isText(args[1])) && (args[0] == alList || args[0] == alAny)
	case "tojson":
		result, ok = alString, len(args) == 1
	case "fromjson":
		result, ok = alAny, len(args) == 1 && isText(args[0]) && !isLiteral(x.Args[0])
	case "hashfiles":
		result, ok = alString, len(args) > 0 && s.usable&alHashFiles != 0
		for _, arg := range args {
			ok = ok && isText(arg)
		}
	case "format":
		result, ok = alString, len(args) > 1 && isText(args[0]) && fills(x.Args)
	case "case":
		result, ok = alAny, len(args) > 2 && len(args)%2 == 1
	}
	if !ok {
		return alDoubt
	}
	return result
}

// isText reports a type whose values can be an argument that is a text.
func isText(kind alKind) bool { return kind == alString || kind == alNumber || kind == alAny }

func isLiteral(x expr.Node) bool {
	_, literal := ungrouped(x).(*expr.Literal)
	return literal
}

// fills reports arguments of format that are just those for which its text has a place.
func fills(args []expr.Node) bool {
	text, ok := ungrouped(args[0]).(*expr.Literal)
	if !ok {
		return true
	}
	const most = 8
	values := len(args) - 1
	if values > most {
		return false
	}
	places := 0
	for rest := text.Value.String; ; {
		before, after, found := strings.Cut(rest, "{")
		if strings.Contains(before, "}") {
			return false
		}
		if !found {
			return places == 1<<values-1
		}
		if len(after) < 2 || after[0] < '0' || int(after[0]-'0') >= values || after[1] != '}' || strings.HasPrefix(after[2:], "}") {
			return false
		}
		places |= 1 << (after[0] - '0')
		rest = after[2:]
	}
}
