// Package runner reads the output of a step as a runner of GitHub Actions does, for tests.
package runner

import (
	"strings"
	"unicode"
)

// Command is a workflow command as a runner understands it.
type Command struct {
	Name       string
	Properties map[string]string
	Data       string
}

// Commands returns the commands that a runner finds in the output of a step, as ActionCommand.cs and ActionCommandManager.cs of
// actions/runner read them: :: behind blanks at the start of a line, else ##[ anywhere in it.
func Commands(out string) []Command {
	var all []Command
	for line := range strings.FieldsFuncSeq(out, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if c, ok := newForm(line); ok {
			all = append(all, c)
		} else if c, ok := oldForm(line); ok {
			all = append(all, c)
		}
	}
	return all
}

func newForm(line string) (c Command, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "::")
	info, data, closed := strings.Cut(rest, "::")
	name, properties, _ := strings.Cut(info, " ")
	if !ok || !closed || !registered(name) {
		return c, false
	}
	unescape := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
	c = Command{name, pairs(strings.TrimSpace(properties), ",", unescape), ""}
	c.Data = strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%").Replace(data)
	c.drop()
	return c, true
}

func oldForm(line string) (c Command, ok bool) {
	_, rest, ok := strings.Cut(line, "##[")
	info, data, closed := strings.Cut(rest, "]")
	name, properties, _ := strings.Cut(info, " ")
	if !ok || !closed || !registered(name) {
		return c, false
	}
	unescape := strings.NewReplacer("%3B", ";", "%0D", "\r", "%0A", "\n", "%5D", "]", "%25", "%")
	c = Command{name, pairs(properties, ";", unescape), unescape.Replace(data)}
	c.drop()
	return c, true
}

func registered(name string) bool {
	switch strings.ToLower(name) {
	case "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher", "save-state",
		"set-env", "set-output", "stop-commands", "warning":
		return true
	}
	return false
}

// pairs reads properties; those without a value are ignored.
func pairs(text, separator string, unescape *strings.Replacer) map[string]string {
	out := map[string]string{}
	for pair := range strings.SplitSeq(text, separator) {
		key, value, _ := strings.Cut(pair, "=")
		if value = strings.TrimLeft(value, "="); key != "" && value != "" {
			out[key] = unescape.Replace(value)
		}
	}
	return out
}

// drop takes away the lines and columns that contradict each other.
func (c *Command) drop() {
	number := func(key string) (n int, ok bool) {
		n, ok = 0, c.Properties[key] != ""
		for _, r := range c.Properties[key] {
			n, ok = 10*n+int(r-'0'), ok && '0' <= r && r <= '9'
		}
		return n, ok
	}
	without := func(a, b string) {
		delete(c.Properties, a)
		delete(c.Properties, b)
	}
	if _, ok := number("line"); !ok && c.Properties["endLine"] != "" {
		c.Properties["line"] = c.Properties["endLine"]
	}
	if _, ok := number("col"); !ok && c.Properties["endColumn"] != "" {
		c.Properties["col"] = c.Properties["endColumn"]
	}
	line, hasLine := number("line")
	endLine, hasEndLine := number("endLine")
	col, hasCol := number("col")
	endCol, hasEndCol := number("endColumn")
	if !hasLine || hasEndLine && line != endLine || hasCol && hasEndCol && endCol < col {
		without("col", "endColumn")
	}
	if hasLine && hasEndLine && endLine < line {
		without("line", "endLine")
	}
}
