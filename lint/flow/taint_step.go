package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// stepOutput follows steps.id.outputs.name to the step.
func (t *tainter) stepOutput(in scope, path string, depth int) []Taint {
	id, rest, _ := strings.Cut(path, ".")
	name, isOutput := strings.CutPrefix(rest, "outputs.")
	if !isOutput {
		return nil
	}
	by := t.stepByID(in, id)
	if by == nil {
		return nil
	}
	leave, ok := t.enter(in, by.Span, "steps."+path)
	if !ok {
		return nil
	}
	defer leave()
	at := scope{in.file, in.job, by}
	if by.Run != nil {
		return t.scriptWrites(at, "GITHUB_OUTPUT", name, depth)
	}
	if by.Uses == nil {
		return nil
	}
	if callee := t.flow.repo.Callee(by.Uses.Value); callee != nil {
		return t.actionOutput(callee, name, depth)
	}
	return t.knownOutput(at, name, depth)
}

func (t *tainter) stepByID(in scope, id string) *syntax.Step {
	for step := range (owner{in.file, in.job}).steps() {
		if step.ID != nil && strings.EqualFold(step.ID.Value, id) {
			return step
		}
	}
	return nil
}

// actionOutput follows an output of a composite action of the repository.
func (t *tainter) actionOutput(action *syntax.File, name string, depth int) []Taint {
	if action.Action == nil {
		return nil
	}
	var out []Taint
	for _, o := range action.Action.Outputs {
		if o.Value != nil && strings.EqualFold(o.Name.Value, name) {
			out = append(out, hop(t.str(scope{action, nil, nil}, &o.Value.Str, depth+1), action, o.Value.Span, "the action gives it out as `"+o.Name.Value+"`")...)
		}
	}
	return out
}

// knownOutput looks an output up among those of well-known actions, and follows the inputs that an action hands on.
func (t *tainter) knownOutput(at scope, name string, depth int) []Taint {
	if t.heads {
		return t.headOutput(at, name)
	}
	info, ok := catalog.Output(at.step.Uses.Value, inputs(at.step.With), name)
	if !ok {
		return nil
	}
	if info.Input != "" {
		s := at.step.With.Get(info.Input)
		return hop(t.str(at, s, depth+1), at.file, at.step.Uses.Span, "the action hands it on as `"+name+"`")
	}
	var out []Taint
	for _, event := range t.flow.events(at.file) {
		if info.Under(event) {
			one := Taint{Shape: info.Shape, Who: ByOutsider, JSON: info.JSON, Name: "the output `" + name + "` of `" + actionName(at.step.Uses.Value) + "`"}
			if event == "workflow_call" {
				one.Who = ByCaller
			}
			one.Trace = []Step{{at.file, at.file.Source, at.step.Uses.Span, "the action gives out " + info.What + " as `" + name + "`"}}
			out = append(out, one)
		}
	}
	return out
}

// written follows what the steps before one wrote to GITHUB_ENV under a name: the last of them counts.
func (t *tainter) written(in scope, file, name string, before *syntax.Step, depth int) []Taint {
	var out []Taint
	for step := range (owner{in.file, in.job}).steps() {
		if step == before {
			break
		}
		if step.Run == nil || !strings.Contains(step.Run.Value, file) && !strings.Contains(step.Run.Value, "::set-env") {
			continue
		}
		if !strings.Contains(step.Run.Value, name) && !strings.Contains(strings.ToLower(step.Run.Value), strings.ToLower(name)) {
			continue
		}
		if leave, ok := t.enter(in, step.Span, file+"."+name); ok {
			if found := t.scriptWrites(scope{in.file, in.job, step}, file, name, depth); len(found) > 0 {
				out = found
			}
			leave()
		}
	}
	return out
}

// scriptWrites follows what a step's script writes under a name to GITHUB_OUTPUT or GITHUB_ENV.
func (t *tainter) scriptWrites(at scope, to, name string, depth int) []Taint {
	if depth > maxHops {
		return nil
	}
	s := t.shell(at, depth)
	var out []Taint
	for _, w := range writes(s.script) {
		if w.to != to || !strings.EqualFold(w.name, name) && name != "*" {
			continue
		}
		found := s.value(w)
		for i := range found {
			found[i].OneLine = found[i].OneLine || w.pair
		}
		message := "the script writes it as the output `" + w.name + "`"
		if to == "GITHUB_ENV" {
			message = "the script writes it as the variable `" + w.name + "`"
		}
		out = append(out, hop(found, at.file, s.span(w.by.Span), message)...)
	}
	return out
}

// write is one value that a script hands to the runner under a name.
type write struct {
	to, name string
	by       *shell.Command
	word     *shell.Word // nil: what the command prints
	line     string      // of a here-document: the line that the value stands in; "" is all of the word
	pair     bool        // it is written as name=value, of which the runner takes one line
}

// writes lists what a script writes to GITHUB_OUTPUT and GITHUB_ENV: echo name=value, name<<delimiter with lines behind it,
// here-documents of such lines, and the old commands ::set-output and ::set-env.
func writes(script *shell.Script) []write {
	var out []write
	open := "" // of name<<delimiter, until the next one
	for _, c := range script.Commands {
		if w, ok := oldCommand(c); ok {
			out = append(out, w)
		}
		to := commandFile(c)
		if to == "" {
			continue
		}
		for i := range c.Words {
			w := &c.Words[i]
			text := strings.TrimLeft(w.Text, "\"'")
			name, _, isPair := strings.Cut(text, "=")
			switch {
			case isPair && variableName(name):
				out = append(out, write{to: to, name: name, by: c, word: w, pair: true})
			case strings.Contains(text, "<<"):
				if name, _, _ = strings.Cut(text, "<<"); variableName(name) {
					open = name
					if strings.Contains(text, "\n") || strings.Contains(text, `\n`) {
						out = append(out, write{to: to, name: name, by: c, word: w})
					}
				}
			case open != "" && i > 0:
				out = append(out, write{to: to, name: open, by: c, word: w})
			}
		}
		if open != "" && len(c.Words) > 0 && c.Name != "echo" && c.Name != "printf" {
			out = append(out, write{to: to, name: open, by: c}) // what the command prints
		}
		for i := range c.Redirects {
			r := &c.Redirects[i]
			if !strings.HasPrefix(r.Op, "<<") {
				continue
			}
			for line := range strings.Lines(r.Target.Text) {
				line = strings.TrimSpace(line)
				if name, _, ok := strings.Cut(line, "="); ok && variableName(name) {
					out = append(out, write{to: to, name: name, by: c, word: &r.Target, line: line, pair: true})
				} else if name, _, ok := strings.Cut(line, "<<"); ok && variableName(name) {
					out = append(out, write{to: to, name: name, by: c, word: &r.Target})
				}
			}
		}
	}
	return out
}

// oldCommand reads echo "::set-output name=x::value" and ::set-env.
func oldCommand(c *shell.Command) (write, bool) {
	if c.Name != "echo" && c.Name != "printf" && !strings.EqualFold(c.Name, "write-host") && !strings.EqualFold(c.Name, "write-output") {
		return write{}, false
	}
	for i := range c.Words {
		for _, old := range [...]struct{ command, to string }{{"::set-output name=", "GITHUB_OUTPUT"}, {"::set-env name=", "GITHUB_ENV"}} {
			if _, rest, ok := strings.Cut(c.Words[i].Text, old.command); ok {
				name, _, _ := strings.Cut(rest, "::")
				return write{to: old.to, name: strings.TrimSpace(name), by: c, word: &c.Words[i], pair: true}, variableName(strings.TrimSpace(name))
			}
		}
	}
	return write{}, false
}

// value follows what is written.
func (s *shellTaint) value(w write) []Taint {
	switch {
	case w.word == nil:
		return s.output(w.by)
	case w.line == "":
		return s.word(w.by, w.word)
	}
	part := shell.Word{}
	for _, v := range w.word.Vars {
		if strings.Contains(w.line, v.Name) {
			part.Vars = append(part.Vars, v)
		}
	}
	if strings.Contains(w.line, "${{") {
		part.Holes = w.word.Holes
	}
	if strings.Contains(w.line, "$(") || strings.Contains(w.line, "`") {
		part.From = w.word.From
	}
	return s.word(w.by, &part)
}
