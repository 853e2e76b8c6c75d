package policy

import "sekisho/lint/syntax"

// Scope is what a condition is asked of, one by one.
type Scope string

// The scopes.
const (
	OfStep     Scope = "step"
	OfUses     Scope = "uses"
	OfJob      Scope = "job"
	OfTrigger  Scope = "trigger"
	OfWorkflow Scope = "workflow"
)

// Words returns the scopes.
func (Scope) Words() []string {
	return []string{string(OfStep), string(OfUses), string(OfJob), string(OfTrigger), string(OfWorkflow)}
}

// variables returns what an expression of the scope may name.
func (s Scope) variables() []string {
	names := []string{"file", "workflow", "runnerLabels"}
	switch s {
	case OfStep:
		return append(names, "job", "step")
	case OfUses:
		return append(names, "job", "uses")
	case OfJob:
		return append(names, "job")
	case OfTrigger:
		return append(names, "trigger")
	}
	return names
}

// Places returns the keys that a finding of the scope can stand at.
func (s Scope) Places() []string {
	switch s {
	case OfStep:
		return syntax.StepKeys()
	case OfJob:
		return syntax.JobKeys()
	case OfTrigger:
		return []string{"types", "branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore", "workflows", "inputs", "cron"}
	case OfWorkflow:
		return syntax.WorkflowKeys()
	}
	return nil
}

// Subject is one thing that conditions are asked of.
type Subject struct {
	env   environment
	file  *syntax.File
	node  *syntax.Node // that holds the keys a finding can stand at; may be nil
	named syntax.Span  // where a finding stands otherwise
}

// Span returns where a finding about the subject stands: at a key of its own, where it is there, else at what names the subject.
// It is the value of the key when that stands on one line.
func (s *Subject) Span(key string) syntax.Span {
	if key == "" || s.node == nil {
		return s.named
	}
	p, ok := s.node.Get(key)
	if !ok {
		return s.named
	}
	v := p.Value.Resolve()
	if v.Kind == syntax.Scalar && v.Len() > 0 && s.file.Position(v.Start).Line == s.file.Position(v.End).Line {
		return v.Span
	}
	return p.Key.Span
}

// Line returns the line of the subject, for messages.
func (s *Subject) Line() int { return s.file.Position(s.named.Start).Line }

// Subjects lists what there is of the scope in the file, in source order.
func (m *Model) Subjects(scope Scope) []Subject {
	switch scope {
	case OfStep:
		return m.steps
	case OfUses:
		return m.uses
	case OfJob:
		return m.jobs
	case OfTrigger:
		return m.triggers
	case OfWorkflow:
		return m.workflow
	}
	return nil
}

// triggerNode returns the mapping with the keys of an event: of a schedule its first entry.
func triggerNode(on *syntax.On, e *syntax.Event) *syntax.Node {
	if len(e.Schedules) == 0 {
		return e.Node
	}
	p, _ := on.Node.Get(e.Name.Value)
	if list := p.Value.Resolve(); list != nil && len(list.Items) > 0 {
		return list.Items[0].Resolve()
	}
	return nil
}
