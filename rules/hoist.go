package rules

import (
	"strconv"
	"strings"
	"unicode"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// hoistAll is the title of a fix for several values.
const hoistAll = "hand over in the environment what others choose"

// hoisting is a fix that hands expressions of a script over in environment variables.
type hoisting struct {
	fixes  []lint.Fix
	covers map[int]bool // the fences
}

// hoistFix hands expressions of a script over in environment variables. The script gets the values as data then and may have
// relied on them being code, so it wants a look. It leaves out those of which it cannot be told how their place is quoted.
func hoistFix(p *lint.Pass, job *syntax.Job, step *syntax.Step, fences []int) hoisting {
	h := hoist{Pass: p, job: job, step: step, given: map[string]string{}}
	out := hoisting{covers: map[int]bool{}}
	title := ""
	for _, fence := range fences {
		if name, ok := h.add(fence); ok {
			title = "hand it over as " + name
			out.covers[fence] = true
		}
	}
	if len(out.covers) > 1 {
		title = hoistAll
	}
	edits, ok := h.environment()
	if len(out.covers) == 0 || !ok {
		return hoisting{}
	}
	out.fixes = []lint.Fix{{Title: title, Same: hoistAll, Safety: lint.Unsafe, Edits: append(h.edits, edits...)}}
	return out
}

// hoist makes the edits of one step.
type hoist struct {
	*lint.Pass
	job  *syntax.Job
	step *syntax.Step

	edits []syntax.Edit     // of the script
	names []string          // of the new variables, in order
	given map[string]string // their values
}

// add makes the edits for an expression wherever the script has it.
func (h *hoist) add(fence int) (name string, ok bool) {
	run := &h.step.Run.Str
	at := run.Fences[fence]
	value := strings.TrimSpace(run.Value[at.Start:at.End])
	name, fresh := h.name(at.X, value)
	if fresh && strings.ContainsAny(value, "\r\n#") {
		return "", false
	}
	shellName, _ := flow.Shell(h.File, h.job, h.step)
	var edits []syntax.Edit
	for i := range run.Fences {
		if !sameFence(run, i, fence) {
			continue
		}
		use, told := hoisted(shell.DialectOf(shellName, flow.Windows(h.job)), run.Value, run.Fences[i].Start, name)
		if !told {
			return "", false
		}
		edits = append(edits, syntax.Edit{Span: h.File.ValueSpan(run, run.Fences[i].Span), New: use})
	}
	h.edits = append(h.edits, edits...)
	if fresh {
		h.names = append(h.names, name)
		h.given[name] = value
	}
	return name, true
}

// environment makes the edits that set the new variables.
func (h *hoist) environment() (edits []syntax.Edit, ok bool) {
	if len(h.names) == 0 {
		return nil, true
	}
	var lines []string
	for _, name := range h.names {
		lines = append(lines, name+": "+h.given[name])
	}
	switch env := h.step.Env; {
	case env == nil:
		return h.File.InsertKeyBefore(h.step.Node, "run", "env", lines)
	case env.Expr != nil:
		return nil, false
	}
	for _, name := range h.names {
		more, ok := h.File.InsertKey(h.step.Env.Node, "", name, []string{h.given[name]})
		if !ok {
			return nil, false
		}
		edits = append(edits, more...)
	}
	return edits, true
}

// sameFence tells whether two expressions of a scalar have the same text, blanks aside.
func sameFence(s *syntax.Str, i, j int) bool {
	a, b := s.Value[s.Fences[i].Start:s.Fences[i].End], s.Value[s.Fences[j].Start:s.Fences[j].End]
	for {
		a, b = strings.TrimLeftFunc(a, unicode.IsSpace), strings.TrimLeftFunc(b, unicode.IsSpace)
		if a == "" || b == "" || a[0] != b[0] {
			return a == b
		}
		a, b = a[1:], b[1:]
	}
}

// name returns a name for the variable that is to hold an expression, and whether it must be set: the step may have it.
func (h *hoist) name(x expr.Node, fence string) (name string, fresh bool) {
	path, _ := expr.Path(x)
	if p, ok := x.(*expr.Property); ok && strings.HasPrefix(path, "env.") && p.Name != "" {
		return p.Name, false // the shell has it already
	}
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '*' })
	if len(parts) > 1 {
		parts = parts[1:] // github, steps, needs …
	}
	if len(parts) > 3 {
		parts = parts[len(parts)-3:]
	}
	base := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r == '_':
			return r
		}
		return '_'
	}, strings.Join(parts, "_")), "_")
	for _, word := range []string{"EVENT_", "OUTPUTS_"} {
		base = strings.TrimPrefix(base, word)
	}
	base = strings.ReplaceAll(base, "_OUTPUTS_", "_")
	if base == "" || base[0] >= '0' && base[0] <= '9' || reservedName(base) {
		base = strings.TrimSuffix("VALUE_"+base, "_")
	}
	name = base
	for n := 2; ; n++ {
		_, taken := h.given[name]
		for _, env := range h.Flow.Environments(h.File, h.job, h.step) {
			if s := env.Get(name); s != nil {
				if strings.TrimSpace(s.Value) == strings.TrimSpace(fence) {
					return name, false
				}
				taken = true
			}
		}
		if !taken && !strings.Contains(outside(&h.step.Run.Str), name) {
			return name, true
		}
		name = base + "_" + strconv.Itoa(n)
	}
}

// outside is the text of a script without its expressions.
func outside(s *syntax.Str) string {
	var b strings.Builder
	last := 0
	for _, f := range s.Fences {
		b.WriteString(s.Value[last:f.Start])
		last = f.End
	}
	b.WriteString(s.Value[last:])
	return b.String()
}

// reservedName reports names that the runner or every shell sets.
func reservedName(name string) bool {
	switch name {
	case "CI", "HOME", "PATH", "SHELL", "USER", "PWD", "LANG", "TERM", "TMPDIR", "TEMP", "TMP", "IFS", "PS1", "UID", "HOSTNAME", "RANDOM", "SECONDS":
		return true
	}
	return strings.HasPrefix(name, "GITHUB_") || strings.HasPrefix(name, "RUNNER_") || strings.HasPrefix(name, "ACTIONS_")
}

// hoisted returns how a script uses a variable where the expression at offset stands.
func hoisted(d shell.Dialect, script string, offset int, name string) (string, bool) {
	switch d {
	case shell.Bash, shell.POSIX:
		switch shellQuote(script, offset) {
		case quoteNone:
			return `"${` + name + `}"`, true
		case quoteDouble:
			return "${" + name + "}", true
		case quoteSingle:
			return `'"${` + name + `}"'`, true
		}
	case shell.PowerShell:
		switch shellQuote(script, offset) {
		case quoteNone:
			return "$env:" + name, true
		case quoteDouble:
			return "${env:" + name + "}", true
		}
	}
	return "", false
}

// quoting is how a place of a script is quoted.
type quoting uint8

const (
	quoteUnknown quoting = iota
	quoteNone
	quoteDouble
	quoteSingle
)

// shellQuote tells how the place at offset of a script is quoted. Here-documents, substitutions in backquotes and comments are not
// told.
func shellQuote(script string, offset int) quoting {
	if strings.Contains(script[:offset], "<<") {
		return quoteUnknown
	}
	state := quoteNone
	var outer []quoting // of the substitutions that are open
	for i := 0; i < offset; i++ {
		if strings.HasPrefix(script[i:], "${{") { // an expression before this one
			if end := strings.Index(script[i:], "}}"); end >= 0 {
				i += end + 1
				continue
			}
		}
		switch c := script[i]; {
		case c == '\\' && state != quoteSingle:
			i++
		case c == '\'' && state != quoteDouble:
			if state == quoteSingle {
				state = quoteNone
			} else {
				state = quoteSingle
			}
		case state == quoteSingle:
		case c == '"':
			if state == quoteDouble {
				state = quoteNone
			} else {
				state = quoteDouble
			}
		case c == '$' && i+1 < offset && script[i+1] == '(':
			outer = append(outer, state)
			state = quoteNone
			i++
		case c == ')' && len(outer) > 0 && state == quoteNone:
			state = outer[len(outer)-1]
			outer = outer[:len(outer)-1]
		case c == '`':
			return quoteUnknown
		case c == '#' && state == quoteNone && (i == 0 || script[i-1] == ' ' || script[i-1] == '\n' || script[i-1] == '\t'):
			end := strings.IndexByte(script[i:], '\n')
			if end < 0 || i+end >= offset {
				return quoteUnknown
			}
			i += end
		}
	}
	return state
}
