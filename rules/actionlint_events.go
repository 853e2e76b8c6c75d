package rules

import (
	"strings"

	"github.com/rhysd/actionlint"

	"sekisho/lint/syntax"
)

func (t *alTree) event(e *syntax.Event) actionlint.Event {
	pos := t.pos(e.Name.Span)
	switch e.Name.Value {
	case "schedule":
		out := &actionlint.ScheduledEvent{Pos: pos}
		for _, s := range e.Schedules {
			if s.Cron != nil {
				out.Schedules = append(out.Schedules, &actionlint.ScheduleEntry{Cron: t.field(s.Cron), Timezone: t.field(s.Timezone)})
			}
		}
		return out
	case "workflow_dispatch":
		return t.dispatch(e, pos)
	case "repository_dispatch":
		return &actionlint.RepositoryDispatchEvent{Types: t.list(e.Types), Pos: pos}
	case "workflow_call":
		return t.workflowCall(e, pos)
	case "image_version":
		return &actionlint.ImageVersionEvent{Names: t.list(e.Names), Versions: t.list(e.Versions), Pos: pos}
	}
	return &actionlint.WebhookEvent{
		Hook:           t.str(&e.Name),
		Types:          t.list(e.Types),
		Branches:       t.filter("branches", e.Branches),
		BranchesIgnore: t.filter("branches-ignore", e.BranchesIgnore),
		Tags:           t.filter("tags", e.Tags),
		TagsIgnore:     t.filter("tags-ignore", e.TagsIgnore),
		Paths:          t.filter("paths", e.Paths),
		PathsIgnore:    t.filter("paths-ignore", e.PathsIgnore),
		Workflows:      t.list(e.Workflows),
		Pos:            pos,
	}
}

func (t *alTree) filter(name string, l *syntax.List) *actionlint.WebhookEventFilter {
	if l == nil {
		return nil
	}
	return &actionlint.WebhookEventFilter{Name: &actionlint.String{Value: name, Pos: t.pos(l.Key)}, Values: t.list(l)}
}

func (t *alTree) dispatch(e *syntax.Event, pos *actionlint.Pos) actionlint.Event {
	out := &actionlint.WorkflowDispatchEvent{Pos: pos}
	if e.Node != nil {
		if _, ok := e.Node.Get("inputs"); ok {
			out.Inputs = make(map[string]*actionlint.DispatchInput, len(e.Inputs))
		}
	}
	for _, in := range e.Inputs {
		out.Inputs[strings.ToLower(in.Name.Value)] = &actionlint.DispatchInput{
			Name: t.str(&in.Name), Description: t.field(in.Description), Required: t.boolean(in.Required), Default: t.field(in.Default),
			Type: dispatchType(in.Type), Options: t.list(in.Options),
		}
	}
	return out
}

func dispatchType(f *syntax.Field) actionlint.WorkflowDispatchEventInputType {
	if f != nil {
		switch f.Value {
		case "string":
			return actionlint.WorkflowDispatchEventInputTypeString
		case "number":
			return actionlint.WorkflowDispatchEventInputTypeNumber
		case "boolean":
			return actionlint.WorkflowDispatchEventInputTypeBoolean
		case "choice":
			return actionlint.WorkflowDispatchEventInputTypeChoice
		case "environment":
			return actionlint.WorkflowDispatchEventInputTypeEnvironment
		}
	}
	return actionlint.WorkflowDispatchEventInputTypeNone
}

func (t *alTree) workflowCall(e *syntax.Event, pos *actionlint.Pos) actionlint.Event {
	out := &actionlint.WorkflowCallEvent{Pos: pos}
	for _, in := range e.Inputs {
		out.Inputs = append(out.Inputs, &actionlint.WorkflowCallEventInput{
			Name: t.str(&in.Name), Description: t.field(in.Description), Default: t.field(in.Default), Required: t.boolean(in.Required),
			Type: callType(in.Type), ID: strings.ToLower(in.Name.Value),
		})
	}
	if e.Node != nil {
		if _, ok := e.Node.Get("secrets"); ok {
			out.Secrets = make(map[string]*actionlint.WorkflowCallEventSecret, len(e.Secrets))
		}
	}
	for _, s := range e.Secrets {
		out.Secrets[strings.ToLower(s.Name.Value)] = &actionlint.WorkflowCallEventSecret{
			Name: t.str(&s.Name), Description: t.field(s.Description), Required: t.boolean(s.Required),
		}
	}
	if len(e.Outputs) > 0 {
		out.Outputs = make(map[string]*actionlint.WorkflowCallEventOutput, len(e.Outputs))
	}
	for _, o := range e.Outputs {
		out.Outputs[strings.ToLower(o.Name.Value)] = &actionlint.WorkflowCallEventOutput{
			Name: t.str(&o.Name), Description: t.field(o.Description), Value: t.field(o.Value),
		}
	}
	return out
}

func callType(f *syntax.Field) actionlint.WorkflowCallEventInputType {
	if f != nil {
		switch f.Value {
		case "string":
			return actionlint.WorkflowCallEventInputTypeString
		case "number":
			return actionlint.WorkflowCallEventInputTypeNumber
		case "boolean":
			return actionlint.WorkflowCallEventInputTypeBoolean
		}
	}
	return actionlint.WorkflowCallEventInputTypeInvalid
}

// dispatchAsCall returns a workflow in which the inputs of workflow_dispatch are those of workflow_call, which have the same types
// in expressions.
func dispatchAsCall(w *actionlint.Workflow) *actionlint.Workflow {
	out := *w
	out.On = make([]actionlint.Event, 0, len(w.On))
	call := &actionlint.WorkflowCallEvent{}
	var dispatch *actionlint.WorkflowDispatchEvent
	called := false
	for _, e := range w.On {
		switch e := e.(type) {
		case *actionlint.WorkflowCallEvent:
			*call, called = *e, true
		case *actionlint.WorkflowDispatchEvent:
			dispatch = e
		default:
			out.On = append(out.On, e)
		}
	}
	if dispatch != nil {
		called = called || len(dispatch.Inputs) > 0
		call.Inputs = append([]*actionlint.WorkflowCallEventInput(nil), call.Inputs...)
		for id, in := range dispatch.Inputs {
			addInput(call, id, in)
		}
	}
	if called {
		out.On = append(out.On, call)
	}
	return &out
}

// addInput adds an input of workflow_dispatch to those of a call; one that both have may be of any type unless they agree.
func addInput(call *actionlint.WorkflowCallEvent, id string, in *actionlint.DispatchInput) {
	typ := actionlint.WorkflowCallEventInputTypeString
	switch in.Type {
	case actionlint.WorkflowDispatchEventInputTypeNone:
		typ = actionlint.WorkflowCallEventInputTypeInvalid
	case actionlint.WorkflowDispatchEventInputTypeBoolean:
		typ = actionlint.WorkflowCallEventInputTypeBoolean
	case actionlint.WorkflowDispatchEventInputTypeNumber:
		typ = actionlint.WorkflowCallEventInputTypeNumber
	}
	for i, other := range call.Inputs {
		if other.ID == id {
			if other.Type != typ {
				both := *other
				both.Type = actionlint.WorkflowCallEventInputTypeInvalid
				call.Inputs[i] = &both
			}
			return
		}
	}
	// A default of workflow_dispatch can use no context, just as a description.
	text := in.Description
	if in.Default != nil && in.Default.ContainsExpression() {
		text = in.Default
	}
	call.Inputs = append(call.Inputs, &actionlint.WorkflowCallEventInput{Name: in.Name, Description: text, Type: typ, ID: id})
}
