package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// eachSecretPart is eachPart that looks into fromJSON() too: part tells that the value is only something out of what the access
// reads. Fields that by their name are no credential are left out.
func eachSecretPart(root expr.Node, f func(n expr.Node, part bool)) {
	eachPart(root, func(n expr.Node) {
		call, field := parsedField(n)
		switch {
		case call == nil:
			f(n, parsed(root, n))
		case !catalog.NoSecretField(field):
			eachPart(call, func(n expr.Node) { f(n, true) })
		}
	})
}

// parsed reports a part of an expression that fromJSON() is given.
func parsed(root, part expr.Node) (found bool) {
	if root == part {
		return false
	}
	expr.Walk(root, func(n expr.Node) bool {
		call, ok := n.(*expr.Call)
		found = found || ok && strings.EqualFold(call.Name, "fromJSON") && call.Range().Start <= part.Range().Start && part.Range().End <= call.Range().End
		return !found
	})
	return found
}

// parsedField returns the fromJSON() that an access picks something out of, and the last name it picks; nil for any other access.
func parsedField(n expr.Node) (call *expr.Call, field string) {
	for {
		switch x := n.(type) {
		case *expr.Property:
			if field == "" {
				field = x.Name
			}
			n = x.Of
		case *expr.Index:
			if name, ok := expr.Fold(x.Index); ok && field == "" {
				field = name.Text()
			}
			n = x.Of
		case *expr.Star:
			n = x.Of
		case *expr.Group:
			n = x.X
		case *expr.Call:
			if strings.EqualFold(x.Name, "fromJSON") {
				return x, field
			}
			return nil, ""
		default:
			return nil, ""
		}
	}
}

// SecretPart is an expression that takes something out of a secret, which GitHub does not mask.
type SecretPart struct {
	HeldSecret
	Span syntax.Span // of the access in the file
}

// SecretParts lists where the value of a scalar may be something that fromJSON() took out of a secret. The scalar is one of a step,
// of its job or, with a nil step, of the job's own keys or of the workflow's.
func (f *Flow) SecretParts(file *syntax.File, job *syntax.Job, step *syntax.Step, s *syntax.Str) []SecretPart {
	var out []SecretPart
	for i := range s.Fences {
		if !ContainsFold(s.Value[s.Fences[i].Start:s.Fences[i].End], "fromjson") {
			continue
		}
		h := &holder{f: f, file: file, job: job}
		if step != nil {
			h = f.holder(file, job, step, f.left(file, job))
		}
		eachSecretPart(s.Fences[i].X, func(n expr.Node, part bool) {
			one, ok := h.source(s, n)
			if !ok || !part && !one.Part || one.ShortLived() || one.Guess || one.Public() {
				return
			}
			span := file.ValueSpan(s, syntax.Span(n.Range()))
			if !slices.ContainsFunc(out, func(old SecretPart) bool { return old.Span == span }) {
				out = append(out, SecretPart{HeldSecret: one, Span: span})
			}
		})
	}
	return out
}

// PlacedSecret is a secret and where a scalar reads it.
type PlacedSecret struct {
	HeldSecret
	Place syntax.Span // of the access in the file
}

// SecretsIn lists the secrets, other than mere names, that the value of a scalar of a step may hold.
func (f *Flow) SecretsIn(file *syntax.File, job *syntax.Job, step *syntax.Step, s *syntax.Str) []PlacedSecret {
	if len(s.Fences) == 0 || !f.MayHold(file) {
		return nil
	}
	var out []PlacedSecret
	h := f.holder(file, job, step, f.left(file, job))
	for i := range s.Fences {
		eachSecretPart(s.Fences[i].X, func(n expr.Node, part bool) {
			if one, ok := h.source(s, n); ok && !one.Public() {
				one.Part = one.Part || part
				out = append(out, PlacedSecret{one, file.ValueSpan(s, syntax.Span(n.Range()))})
			}
		})
	}
	return out
}

// SecretVariable returns the secret, other than a mere name, in a variable of the environment of a step.
func (f *Flow) SecretVariable(file *syntax.File, job *syntax.Job, step *syntax.Step, name string) (HeldSecret, bool) {
	if !f.MayHold(file) {
		return HeldSecret{}, false
	}
	secret, ok := f.holder(file, job, step, f.left(file, job)).held.vars[name]
	return secret, ok && !secret.Public()
}

// ContainsFold reports that a text has a word of small letters in it, whatever their case there.
func ContainsFold(text, lower string) bool {
	for i := 0; i+len(lower) <= len(text); i++ {
		if text[i]|0x20 == lower[0] && strings.EqualFold(text[i:i+len(lower)], lower) {
			return true
		}
	}
	return false
}
