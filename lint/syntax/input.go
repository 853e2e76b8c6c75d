package syntax

import (
	"slices"
	"strings"
)

const maxDispatchInputs = 25

// inputs reads the inputs that an event or an action ("") declares.
func (d *decoder) inputs(p Pair, event string) []*Input {
	n := d.mapping(p)
	if n == nil {
		return nil
	}
	d.caseTwins(n)
	inputs := make([]*Input, 0, len(n.Pairs))
	for _, p := range n.Pairs {
		if k := p.Key.Resolve(); k.Kind != Scalar || k.Value == "<<" {
			d.unknown(p, place{what: "inputs"})
			continue
		}
		in := &Input{}
		d.fill(&in.Name, p.Key.Resolve())
		switch v := p.Value.Resolve(); {
		case v.Kind == Mapping:
			in.Node = v
			d.input(in, event)
		case !isNull(v):
			d.wrong(p, "a mapping")
		}
		if event != "" {
			d.inputType(in, event)
		}
		inputs = append(inputs, in)
	}
	if event == "workflow_dispatch" && len(inputs) > maxDispatchInputs {
		d.errorf(inputs[maxDispatchInputs].Name.Span, "workflow_dispatch has %d inputs, but GitHub allows %d; merge or remove some", len(inputs), maxDispatchInputs)
	}
	return inputs
}

func (d *decoder) input(in *Input, event string) {
	for _, p := range in.Node.Pairs {
		switch key(p) {
		case "description":
			in.Description = d.field(p)
		case "type":
			in.Type = d.text(p)
		case "required":
			in.Required = d.mandatory(p, event)
		case "default":
			in.Default = d.field(p)
		case "options":
			if event == "" {
				d.raw(p.Value)
			} else {
				in.Options = d.sequence(p)
				d.notEmpty(in.Options, "list what can be chosen")
			}
		case "deprecationMessage":
			in.Deprecated = d.field(p)
		default:
			if at := (place{what: "input", name: in.Name.Value, keys: inputKeys}); event == "" {
				d.loose(p, in.Node, at)
			} else {
				d.unknown(p, at)
			}
		}
	}
}

// mandatory reads whether an input must be given. Where a form is filled in, and in actions, text that reads true or false does too.
func (d *decoder) mandatory(p Pair, event string) *Field {
	v := p.Value.Resolve()
	loose := v.Kind == Scalar && (isNull(v) || strings.EqualFold(v.Value, "true") || strings.EqualFold(v.Value, "false"))
	if event == "" || event == "workflow_dispatch" && loose {
		return d.field(p)
	}
	return d.boolean(p)
}

// inputType checks the type of an input of workflow_dispatch or workflow_call.
func (d *decoder) inputType(in *Input, event string) {
	types := []string{"string", "boolean", "number"}
	if event == "workflow_dispatch" {
		types = append(types, "choice", "environment")
	}
	switch {
	case in.Type == nil && event == "workflow_call":
		if in.Node == nil {
			d.errorf(in.Name.Span, `input %s has no "type"; say %s`, quote(in.Name.Value), choice(types))
		} else if _, ok := in.Node.Get("type"); !ok {
			d.errorf(in.Name.Span, `input %s has no "type"; say %s`, quote(in.Name.Value), choice(types))
		}
	case in.Type == nil:
	case !slices.Contains(types, in.Type.Value) && event == "workflow_dispatch":
		d.ignoredf(in.Type.Span, "input %s of %s cannot be of type %s, so it is any text; %s", quote(in.Name.Value), event, quote(in.Type.Value), d.suggest(in.Type.Value, types))
	case !slices.Contains(types, in.Type.Value):
		d.errorf(in.Type.Span, "input %s of %s cannot be of type %s; %s", quote(in.Name.Value), event, quote(in.Type.Value), d.suggest(in.Type.Value, types))
	case in.Type.Value == "choice":
		if _, ok := in.Node.Get("options"); !ok {
			d.errorf(in.Type.Span, `input %s is a choice without "options"; list what can be chosen`, quote(in.Name.Value))
		}
	}
}

func (d *decoder) secretDecls(p Pair) []*SecretDecl {
	n := d.mapping(p)
	if n == nil {
		return nil
	}
	d.caseTwins(n)
	secrets := make([]*SecretDecl, 0, len(n.Pairs))
	for _, p := range n.Pairs {
		if k := p.Key.Resolve(); k.Kind != Scalar || k.Value == "<<" {
			d.unknown(p, place{what: "secrets"})
			continue
		}
		s := &SecretDecl{}
		d.fill(&s.Name, p.Key.Resolve())
		secrets = append(secrets, s)
		v := p.Value.Resolve()
		if isNull(v) {
			continue
		}
		if v.Kind != Mapping {
			d.wrong(p, "a mapping")
			continue
		}
		s.Node = v
		for _, p := range v.Pairs {
			switch key(p) {
			case "description":
				s.Description = d.field(p)
			case "required":
				s.Required = d.boolean(p)
			default:
				d.unknown(p, place{what: "secret", name: s.Name.Value, keys: secretKeys})
			}
		}
	}
	return secrets
}

// outputs reads the outputs of a reusable workflow, which need a value, or of an action.
func (d *decoder) outputs(p Pair, call bool) []*Output {
	n := d.mapping(p)
	if n == nil {
		return nil
	}
	d.caseTwins(n)
	outputs := make([]*Output, 0, len(n.Pairs))
	for _, p := range n.Pairs {
		if k := p.Key.Resolve(); k.Kind != Scalar || k.Value == "<<" {
			d.unknown(p, place{what: "outputs"})
			continue
		}
		o := &Output{}
		d.fill(&o.Name, p.Key.Resolve())
		outputs = append(outputs, o)
		v := p.Value.Resolve()
		if v.Kind != Mapping {
			if call || !isNull(v) {
				d.wrong(p, `a mapping with "value"`)
			}
			continue
		}
		o.Node = v
		for _, p := range v.Pairs {
			switch key(p) {
			case "description":
				o.Description = d.field(p)
			case "value":
				if o.Value = d.field(p); call && o.Value != nil && o.Value.Value == "" {
					d.errorf(p.Key.Span, `"value" of output %s is empty; say what it returns`, quote(o.Name.Value))
				}
			default:
				d.unknown(p, place{what: "output", name: o.Name.Value, keys: outputKeys})
			}
		}
		if _, ok := v.Get("value"); call && !ok {
			d.errorf(o.Name.Span, `output %s has no "value"; say what it returns`, quote(o.Name.Value))
		}
	}
	return outputs
}
