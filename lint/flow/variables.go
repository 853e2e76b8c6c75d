package flow

import (
	"slices"
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/shell"
)

// expansion tells the value of a variable, after what the expansion itself does to it.
func (p *printer) expansion(c *shell.Command, v shell.VarUse, deep int) []piece {
	if v.Length || p.checked(c, v.Name) {
		return opaque
	}
	text := p.variableText(c, v, deep)
	if len(chosenIn(text)) == 0 {
		return text
	}
	text = mapChosen(text, func(c *Chosen) {
		if c.at == (shell.Span{}) {
			c.at = v.Span
		}
	})
	if !p.splits() {
		return text
	}
	switch op := p.source[v.Start:v.End]; {
	case strings.HasSuffix(op, "@Q}"), strings.Contains(op, `//`) && strings.Contains(op, `\n`), strings.Contains(op, `%%$'\n'`), strings.Contains(op, `//[[:space:]]`),
		strings.Contains(op, `//[[:cntrl:]]`):
		return onOneLine(text)
	case strings.Contains(op, "//[^") && narrow(op[strings.Index(op, "//[^")+4:]):
		return opaque
	}
	return text
}

// variableText tells the value of a variable: what was assigned to it before a command, or what the environment holds.
func (p *printer) variableText(c *shell.Command, v shell.VarUse, deep int) []piece {
	if p.budget--; p.budget < 0 || deep > maxDeep {
		return opaque
	}
	if c.Function != "" && len(v.Name) == 1 && (v.Name[0] >= '1' && v.Name[0] <= '9' || v.Name == "@" || v.Name == "*") {
		return p.argument(c.Function, v.Name, deep)
	}
	if p.outer != nil && len(v.Name) == 1 && v.Name[0] >= '1' && v.Name[0] <= '9' {
		return p.passed(int(v.Name[0]-'0'), deep)
	}
	var out []piece
	p.index()
	for i := len(p.setters) - 1; i >= 0; i-- {
		by := p.setters[i]
		if by.Start >= c.Start && by.Function == c.Function {
			continue
		}
		text, sets := p.filled(by, v.Name, deep)
		if !sets {
			continue
		}
		out = append(out, text...)
		_, certain := p.script.Lasts(by)
		if certain && by.Function == c.Function || len(out) > maxPieces {
			return out
		}
	}
	if v.Foreign {
		return out
	}
	if taints := p.shellTaint.variable(v.Name); len(taints) > 0 {
		one := piece{}
		for _, t := range taints {
			one.chosen = append(one.chosen, Chosen{Taint: t, Lines: !oneLine(t)})
		}
		return append(out, one)
	}
	if len(out) == 0 {
		return p.unknownVariable(v)
	}
	return out
}

// unknownVariable tells of a variable of the environment whose value an expression makes that can be many things.
func (p *printer) unknownVariable(v shell.VarUse) []piece {
	if !p.guess {
		return opaque
	}
	for _, env := range p.t.flow.Environments(p.at.file, p.at.job, p.at.step) {
		s := env.Get(v.Name)
		if s == nil {
			continue
		}
		for i := range s.Fences {
			if x := s.Fences[i].X; x != nil && !p.t.flow.FixedValue(p.at.file, p.at.job, p.at.step, x) && !constantExpr(x) {
				return trimmed(p.unknown(v.Span, "the value of `"+v.Name+"`"))
			}
		}
		return opaque
	}
	return opaque
}

// constantExpr reports an expression that has one value.
func constantExpr(n expr.Node) bool {
	_, ok := expr.Fold(n)
	return ok
}

// passed tells what the command that runs a script file gives it.
func (p *printer) passed(n, deep int) []piece {
	args := p.caller.Words[1:]
	if _, named, ok := scriptFile(p.outer.script, p.caller); ok {
		args = named
	}
	if n > len(args) {
		return opaque
	}
	return p.outer.word(p.caller, &args[n-1], true, deep+1)
}

// argument tells what the calls of a function pass to it.
func (p *printer) argument(function, name string, deep int) []piece {
	var out []piece
	for _, call := range p.script.Commands {
		if call.Name != function || len(out) > maxPieces {
			continue
		}
		for i := 1; i < len(call.Words) && i < 10; i++ {
			if name == "@" || name == "*" || name[0] == byte('0'+i) {
				out = append(out, p.word(call, &call.Words[i], true, deep)...)
			}
		}
	}
	if len(chosenIn(out)) == 0 && len(out) != 1 {
		return opaque
	}
	return out
}

// fill is what a command puts into a variable.
type fill struct {
	by   *shell.Command
	name string
}

// filled is given, asked once.
func (p *printer) filled(c *shell.Command, name string, deep int) (text []piece, sets bool) {
	key := fill{c, name}
	if text, known := p.fills[key]; known {
		return text, true
	}
	if text, sets = p.given(c, name, deep); sets && deep < maxDeep/2 {
		if p.fills == nil {
			p.fills = map[fill][]piece{}
		}
		p.fills[key] = text
	}
	return text, sets
}

// given tells what a command puts into a variable; sets is false when it leaves it as it is.
func (p *printer) given(c *shell.Command, name string, deep int) (text []piece, sets bool) {
	for i := range c.Assigns {
		a := &c.Assigns[i]
		if a.Name != name || len(c.Words) > 0 && !a.Export && c.Env != nil {
			continue
		}
		text = p.word(c, &a.Value, false, deep)
		if a.Append {
			before := p.variableText(&shell.Command{Span: shell.Span{Start: c.Start}, Function: c.Function}, shell.VarUse{Name: name}, deep+1)
			text = append(slices.Clone(before), text...)
		}
		return p.kept(text, c, name), true
	}
	switch c.Name {
	case "read", "mapfile", "readarray":
		if readsInto(c, name) {
			text = p.input(c, deep)
			if c.Name == "read" && !hasWord(c, "-d") {
				text = onOneLine(text)
			}
			return p.kept(picked(text), c, name), true
		}
	case "for", "select":
		if len(c.Words) < 3 || c.Words[1].Text != name {
			return nil, false
		}
		for i := 2; i < len(c.Words); i++ {
			text = append(text, p.word(c, &c.Words[i], true, deep)...)
		}
		return p.kept(picked(text), c, name), true
	case "printf":
		if len(c.Words) > 3 && c.Words[1].Text == "-v" && c.Words[2].Text == name {
			return p.kept(p.format(c, c.Words[3:], deep), c, name), true
		}
	}
	return nil, false
}

// kept notes that a script keeps a text in a variable.
func (p *printer) kept(text []piece, c *shell.Command, name string) []piece {
	return mapChosen(text, func(one *Chosen) {
		one.at, one.Apart = shell.Span{}, false
		if at := p.span(c.Span); len(one.Trace) == 0 || one.Trace[len(one.Trace)-1].Span != at {
			one.Taint = hop([]Taint{one.Taint}, p.at.file, at, "the script keeps it in `"+strings.TrimPrefix(name, "$")+"`")[0]
		}
	})
}

// readsInto reports that read or mapfile fills a variable.
func readsInto(c *shell.Command, name string) bool {
	plain := 0
	for _, w := range c.Words[1:] {
		if w.Text == name {
			return true
		}
		if !strings.HasPrefix(w.Text, "-") {
			plain++
		}
	}
	return plain == 0 && name == "REPLY"
}
