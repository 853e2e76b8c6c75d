package policy

import (
	"errors"
	"strings"

	"sekisho/lint/syntax"
)

// Message is a text with values in it: {step.run} stands for the value of an expression, {{ and }} for a brace.
type Message struct {
	Asks  Asks
	parts []part
}

// part is a text or an expression.
type part struct {
	text    string
	program *Program
}

// CompileMessage reads a message. The expressions in it cannot hold braces.
func CompileMessage(scope Scope, text string) (*Message, error) {
	m := &Message{}
	var plain strings.Builder
	for at := 0; at < len(text); {
		open := strings.IndexAny(text[at:], "{}")
		if open < 0 {
			plain.WriteString(text[at:])
			break
		}
		plain.WriteString(text[at : at+open])
		at += open
		brace := text[at : at+1]
		if strings.HasPrefix(text[at+1:], brace) {
			plain.WriteString(brace)
			at += 2
			continue
		}
		end := strings.IndexAny(text[at+1:], "{}")
		if brace == "}" || end < 0 || text[at+1+end] == '{' {
			return nil, Error{Span: syntax.Span{Start: at, End: at + 1}, Message: "a brace that belongs to no other; write it twice if it is meant as text"}
		}
		p, err := compileValue(scope, text[at+1:at+1+end])
		if err != nil {
			return nil, shifted(err, at+1, end)
		}
		m.Asks |= p.Asks
		m.parts = append(m.parts, part{text: plain.String()}, part{program: p})
		plain.Reset()
		at += end + 2
	}
	m.parts = append(m.parts, part{text: plain.String()})
	return m, nil
}

// shifted moves the place of an error in an expression to that in the text around it.
func shifted(err error, by, length int) error {
	var e Error
	if !errors.As(err, &e) {
		return err
	}
	if e.Len() == 0 {
		e.Span = syntax.Span{End: length}
	}
	e.Span = e.Shift(by)
	return e
}

// maxValue is how much of a value is printed, in bytes.
const maxValue = 200

// Text returns the message about a subject, as one line.
func (r *Run) Text(m *Message, s Subject) (string, error) {
	var b strings.Builder
	for _, p := range m.parts {
		if p.program == nil {
			b.WriteString(p.text)
			continue
		}
		value, err := r.value(p.program, s)
		if err != nil {
			return "", err
		}
		text := printed(value)
		if len(text) > maxValue {
			text = strings.ToValidUTF8(text[:maxValue], "") + "…"
		}
		b.WriteString(text)
	}
	return strings.Join(strings.Fields(b.String()), " "), nil
}
