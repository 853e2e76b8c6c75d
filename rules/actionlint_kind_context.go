package rules

import (
	"slices"
	"strings"

	"github.com/rhysd/actionlint"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// alScope is what the expressions at a place of a file can read.
type alScope struct {
	tree   *alTree
	file   *syntax.File
	job    *syntax.Job    // nil outside of jobs
	ran    []*syntax.Step // the steps with an id that come before, mostRan at most
	matrix alMatrix       // of the job
	text   string         // in which the expression stands
	usable alNames        // what its key can use
}

// mostRan is how many steps with an id of one job are looked at, mostNeeds how many jobs that one needs.
const (
	mostRan   = 200
	mostNeeds = 50
)

// alAccess is one part of a path: the name of .name and of ['name'], and nothing else of [x] and .*.
type alAccess struct {
	form alForm
	kind alKind // of the x in [x]
	name string
}

type alForm uint8

const (
	alDotted alForm = iota // .name, in lower case
	alQuoted               // ['name']
	alIndex                // [x]
	alFilter               // .*
)

// named reports the access to one property.
func (a alAccess) named() bool { return a.form <= alQuoted }

// mostAccesses is how many parts a path has that is looked at.
const mostAccesses = 8

// access returns the type of a path.
func (s *alScope) access(x expr.Node) alKind {
	var room [mostAccesses]alAccess
	for at := len(room); ; at-- {
		for group, ok := x.(*expr.Group); ok; group, ok = x.(*expr.Group) {
			x = group.X
		}
		if name, ok := x.(*expr.Name); ok {
			return s.context(strings.ToLower(name.Name), room[at:])
		}
		if at == 0 {
			return alDoubt
		}
		a := &room[at-1]
		switch n := x.(type) {
		case *expr.Property:
			a.name, x = strings.ToLower(n.Name), n.Of
		case *expr.Index:
			if *a = s.index(n); a.kind == alDoubt {
				return alDoubt
			}
			x = n.Of
		case *expr.Star:
			if s.text[n.End-1] != '*' {
				return alDoubt // actionlint does not know [*]
			}
			a.form, x = alFilter, n.Of
		default:
			if s.kind(x) != alAny {
				return alDoubt
			}
			return below(room[at:])
		}
	}
}

// index returns the access by an index, which is in doubt where its kind is.
func (s *alScope) index(x *expr.Index) alAccess {
	a := alAccess{form: alIndex, kind: s.kind(x.Index)}
	if lit, ok := ungrouped(x.Index).(*expr.Literal); ok && lit.Value.Kind == expr.String {
		a.form, a.name = alQuoted, lit.Value.String
		if strings.ToLower(a.name) != a.name {
			a.kind = alDoubt // actionlint takes the case of letters seriously here
		}
	}
	if !isText(a.kind) {
		a.kind = alDoubt
	}
	return a
}

// below returns the type of a path below a value of any type.
func below(path []alAccess) alKind {
	kind := alAny
	for _, a := range path {
		switch {
		case a.form == alFilter:
			kind = alList
		case kind == alAny || a.form == alDotted:
		case a.form == alIndex && a.kind != alString:
			kind = alAny
		default:
			return alDoubt
		}
	}
	return kind
}

// context returns the type of a path that begins with a context.
func (s *alScope) context(name string, path []alAccess) alKind {
	context := alNameOf(name)
	if context&s.usable == 0 {
		return alDoubt
	}
	if len(path) == 0 {
		return alObject
	}
	if path[0].form == alIndex {
		return indexed(context, path)
	}
	switch context {
	case alOfGitHub, alOfEnv, alOfRunner, alOfJob, alOfStrategy:
		return walked(actionlint.BuiltinGlobalVariableTypes[name], path)
	case alOfVars:
		return variable(path)
	case alOfSecrets:
		return s.secret(path)
	case alOfSteps:
		return s.stepPath(path)
	case alOfNeeds:
		return s.needed(path)
	case alOfInputs:
		return s.input(path)
	case alOfMatrix:
		return s.matrixPath(path)
	case alOfJobs:
		return s.called(path)
	}
	return alDoubt
}

// indexed returns the type of a path whose first property is computed.
func indexed(context alNames, path []alAccess) alKind {
	if path[0].kind == alNumber {
		return alDoubt
	}
	if context&(alOfEnv|alOfVars|alOfSecrets) == 0 || path[0].kind == alAny {
		return below(path[1:])
	}
	if len(path) > 1 {
		return alDoubt
	}
	return alString // or any type, where secrets are declared: good in the same places
}

// walked returns the type of a path below a type of actionlint's.
func walked(typ actionlint.ExprType, path []alAccess) alKind {
	for i, a := range path {
		object, ok := typ.(*actionlint.ObjectType)
		if !ok {
			if _, ok := typ.(actionlint.AnyType); ok {
				return below(path[i:])
			}
			return alDoubt
		}
		if !a.named() {
			if object.IsLoose() && (a.form == alFilter || a.kind != alNumber) {
				return below(path[i:])
			}
			return alDoubt
		}
		if typ, ok = object.Props[a.name]; ok {
			continue
		}
		if typ = object.Mapped; typ == nil {
			return alDoubt
		}
	}
	switch typ.(type) {
	case actionlint.AnyType:
		return alAny
	case actionlint.NullType:
		return alNull
	case actionlint.BoolType:
		return alBool
	case actionlint.NumberType:
		return alNumber
	case actionlint.StringType:
		return alString
	case *actionlint.ObjectType:
		return alObject
	}
	return alDoubt
}

// variable returns the type of vars.name.
func variable(path []alAccess) alKind {
	name := path[0].name
	if len(path) > 1 || path[0].form != alDotted || strings.HasPrefix(name, "github_") || strings.Contains(name, "-") {
		return alDoubt
	}
	return alString
}

// secret returns the type of secrets.name.
func (s *alScope) secret(path []alAccess) alKind {
	if len(path) > 1 || !path[0].named() {
		return alDoubt
	}
	if s.file.Workflow == nil || s.file.Workflow.On == nil {
		return alString
	}
	for _, e := range s.file.Workflow.On.Events {
		if _, declared := e.Node.Get("secrets"); !declared || e.Name.Value != "workflow_call" {
			continue
		}
		switch path[0].name {
		case "github_token", "actions_step_debug", "actions_runner_debug":
			return alString
		}
		if !slices.ContainsFunc(e.Secrets, func(d *syntax.SecretDecl) bool { return strings.EqualFold(d.Name.Value, path[0].name) }) {
			return alDoubt
		}
	}
	return alString
}

// stepPath returns the type of a path below steps.
func (s *alScope) stepPath(path []alAccess) alKind {
	if path[0].form == alFilter && len(s.ran) > 0 {
		return below(path)
	}
	for _, step := range s.ran {
		if path[0].named() && strings.EqualFold(step.ID.Value, path[0].name) {
			return stepResult(step, path[1:])
		}
	}
	return alDoubt
}

// anyOutputs starts the address of the action that has any outputs.
const anyOutputs = "actions/github-script@"

// stepResult returns the type of a path below a step.
func stepResult(step *syntax.Step, path []alAccess) alKind {
	switch {
	case len(path) == 0:
		return alObject
	case !path[0].named():
		return alDoubt
	case path[0].name == "outcome" || path[0].name == "conclusion":
		return scalar(alString, path[1:])
	case path[0].name != "outputs":
		return alDoubt
	case len(path) == 1:
		return alObject
	case !path[1].named():
		return alDoubt
	case step.Run != nil:
		return scalar(alString, path[2:])
	case strings.HasPrefix(step.Uses.Value, anyOutputs):
		return below(path[2:])
	}
	action := actionlint.PopularActions[step.Uses.Value]
	switch {
	case action == nil:
		return scalar(alString, path[2:])
	case action.SkipOutputs:
		return below(path[2:])
	}
	for name := range action.Outputs {
		if strings.EqualFold(name, path[1].name) {
			return scalar(alString, path[2:])
		}
	}
	return alDoubt
}

// scalar returns the type of a path below a value that has no properties.
func scalar(kind alKind, path []alAccess) alKind {
	switch {
	case len(path) == 0:
		return kind
	case kind == alAny:
		return below(path)
	}
	return alDoubt
}

// needed returns the type of a path below needs.
func (s *alScope) needed(path []alAccess) alKind {
	if s.job == nil || s.job.Needs == nil || len(s.job.Needs.Values) > mostNeeds {
		return alDoubt
	}
	for _, id := range s.job.Needs.Values {
		if path[0].named() && !strings.EqualFold(id.Value, path[0].name) || strings.EqualFold(id.Value, s.job.ID.Value) {
			continue
		}
		if job := alJobOf(s.file.Workflow, id.Value); job != nil {
			if path[0].form == alFilter {
				return below(path)
			}
			return jobResult(job, path[1:], alString)
		}
	}
	return alDoubt
}

// alJobOf returns the job with an id as far as it is handed over.
func alJobOf(w *syntax.Workflow, id string) *syntax.Job {
	if job := w.Job(id); job != nil && job.Node != nil {
		return job
	}
	return nil
}

// jobResult returns the type of a path below a job; called is that of an output of a called workflow.
func jobResult(job *syntax.Job, path []alAccess, called alKind) alKind {
	switch {
	case len(path) == 0:
		return alObject
	case !path[0].named():
		return alDoubt
	case path[0].name == "result" && called == alString:
		return scalar(alString, path[1:])
	case path[0].name != "outputs":
		return alDoubt
	case len(path) == 1:
		return alObject
	case !path[1].named():
		return alDoubt
	case job.Uses != nil:
		return scalar(called, path[2:])
	case job.Outputs == nil:
		return alDoubt
	}
	for i := range job.Outputs.Entries {
		if strings.EqualFold(job.Outputs.Entries[i].Name.Value, path[1].name) {
			return scalar(alString, path[2:])
		}
	}
	return alDoubt
}

// called returns the type of a path below jobs, which the outputs of a called workflow can use.
func (s *alScope) called(path []alAccess) alKind {
	if !path[0].named() {
		return alDoubt
	}
	job := alJobOf(s.file.Workflow, path[0].name)
	if job == nil {
		return alDoubt
	}
	return jobResult(job, path[1:], alAny)
}

// input returns the type of inputs.name.
func (s *alScope) input(path []alAccess) alKind {
	if !path[0].named() {
		return alDoubt
	}
	kind, found := alDoubt, 0
	add := func(in *syntax.Input, k alKind) {
		if !strings.EqualFold(in.Name.Value, path[0].name) {
			return
		}
		if found++; found == 1 {
			kind = k
		} else if kind != k {
			kind = alAny
		}
	}
	if s.file.Action != nil {
		for _, in := range s.file.Action.Inputs {
			add(in, alString)
		}
	} else if s.file.Workflow.On != nil {
		for _, e := range s.file.Workflow.On.Events {
			switch e.Name.Value {
			case "workflow_call":
				for _, in := range e.Inputs {
					add(in, callKind(in.Type))
				}
			case "workflow_dispatch":
				for _, in := range e.Inputs {
					add(in, dispatchKind(in.Type))
				}
			}
		}
	}
	if found == 0 {
		return alDoubt
	}
	return scalar(kind, path[1:])
}
