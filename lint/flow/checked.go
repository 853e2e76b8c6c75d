package flow

import (
	"strings"

	"sekisho/lint/shell"
)

// checked reports that a script makes sure, before a command, that a variable is among few texts or made of few letters.
func (p *printer) checked(c *shell.Command, name string) bool {
	for _, check := range p.script.Commands {
		if check.Start >= c.Start || check.Function != c.Function {
			continue
		}
		switch check.Name {
		case "[[", "[", "test":
			if p.tests(check, name) && p.guards(check, c) {
				return true
			}
		case "case":
			if len(check.Words) > 1 && expands(&check.Words[1], name) && p.allows(check, c, name) {
				return true
			}
		case "grep", "egrep":
			if pattern, _, mode := grepPattern(check); mode == silent && bound(pattern, false) && p.feeds(check, name) && p.guards(check, c) {
				return true
			}
		}
	}
	return false
}

func expands(w *shell.Word, name string) bool {
	for _, v := range w.Vars {
		if v.Name == name && !v.Length {
			return true
		}
	}
	return false
}

// tests reports a test of a variable against a regular expression that holds for all of it, or as a number.
func (p *printer) tests(check *shell.Command, name string) bool {
	for i := 1; i+2 < len(check.Words); i++ {
		if !expands(&check.Words[i], name) {
			continue
		}
		switch op, right := check.Words[i+1].Text, check.Words[i+2]; {
		case op == "=~":
			if bound(regexpText(p.script, &right), false) {
				return true
			}
		case check.Name != "[[" && len(op) == 3 && strings.Contains("-eq -ne -gt -ge -lt -le", op):
			return true // [ fails with what is no number; [[ would evaluate it
		}
	}
	return false
}

// regexpText is a regular expression as it is written, as a word loses its backslashes, or what the variable for one holds.
func regexpText(script *shell.Script, w *shell.Word) string {
	if source := script.Source(); w.Const && w.Start < w.End && w.End <= len(source) {
		return source[w.Start:w.End]
	}
	return script.Resolve(w.Text)
}

// feeds reports a command that reads the value of a variable: from a pipe or a here-string.
func (p *printer) feeds(c *shell.Command, name string) bool {
	for _, from := range c.Feeds {
		for i := range from.Words {
			if expands(&from.Words[i], name) {
				return true
			}
		}
	}
	for i := range c.Redirects {
		if strings.HasPrefix(c.Redirects[i].Op, "<<") && expands(&c.Redirects[i].Target, name) {
			return true
		}
	}
	return false
}

// guards reports that a command is not reached when a test fails: it stands in a branch, something leaves the script in between, or
// the test is a statement of its own, whose failure ends the script.
func (p *printer) guards(test, c *shell.Command) bool {
	if _, certain := p.script.Lasts(c); !certain {
		return true
	}
	for _, other := range p.script.Commands {
		if other.Start > test.Start && other.Start < c.Start && leavesScript(other.Name) {
			return true
		}
	}
	line := p.source[strings.LastIndexByte(p.source[:test.Start], '\n')+1 : test.Start]
	_, certain := p.script.Lasts(test)
	rest, _, _ := strings.Cut(p.source[test.End:], "\n")
	return certain && !strings.Contains(line, "if") && !strings.Contains(line, "!") && !strings.ContainsAny(rest, "&|;")
}

func leavesScript(name string) bool {
	switch name {
	case "exit", "return", "continue", "break", "die", "fail":
		return true
	}
	return false
}

// allows reports a case that lets a command be reached with a few texts only: its patterns are constant and the rest leaves the
// script, or a pattern for what holds another letter than a few does.
func (p *printer) allows(check, c *shell.Command, name string) bool {
	body := p.source[check.End:]
	end := strings.Index(body, "esac")
	if end < 0 {
		return false
	}
	inside := c.Start < check.End+end
	body = strings.TrimPrefix(strings.TrimSpace(body[:end]), "in")
	constant, rest := true, false
	for clause := range strings.SplitSeq(body, ";;") {
		patterns, does, ok := strings.Cut(clause, ")")
		if !ok {
			continue
		}
		leaves := strings.Contains(does, "exit") || strings.Contains(does, "return") || strings.Contains(does, "continue") || strings.Contains(does, name+"=")
		for pattern := range strings.SplitSeq(strings.TrimLeft(patterns, "( \t\n"), "|") {
			switch pattern = strings.TrimSpace(pattern); {
			case pattern == "*":
				rest = true
				if !leaves {
					constant = false
				}
			case strings.HasPrefix(pattern, "*[!") && narrow(pattern[3:]) && leaves:
				return true
			case strings.ContainsAny(pattern, "*?[$"):
				constant = false
			}
		}
	}
	return constant && (rest || inside)
}
