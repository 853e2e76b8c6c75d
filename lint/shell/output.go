package shell

import "strings"

// Output tells whether a command writes something of a followed value to its standard output.
func (d *Followed) Output(c *Command) (Origin, bool) {
	d.budget = maxSteps / 10 // it is asked of each command
	return d.outputs(c, maxRounds)
}

// Captured tells whether what a command of a substitution writes to its standard output becomes part of the word: it goes into no
// pipe and no file.
func (c *Command) Captured() bool {
	if c.PipeTo != nil || !c.Subst {
		return false
	}
	_, file := written(c)
	return !file
}

// copies tells whether a command that moves data leaves each value as it is: what it writes holds the same text again.
func copies(c *Command) bool {
	switch strings.ToLower(c.Name) {
	case "cat", "tac", "nl", "tee", "sponge", "dd", "pv", "ts", "get-content", "gc", "type", "out-file", "set-content", "add-content", "tee-object", "out-string",
		"cp", "mv", "install", "ln", "rsync", "copy-item", "move-item", "copy", "move", "xcopy", "cpi", "mi", "printenv", "envsubst",
		"sort", "uniq", "paste", "column", "dos2unix", "grep", "egrep", "fgrep", "select-string":
		return true
	case "tr":
		return len(c.Words) == 3 && c.Words[1].Text == "-d" && (c.Words[2].Text == "[:space:]" || c.Words[2].Text == "[:blank:]" || strings.Trim(c.Words[2].Text, "\\nrt \n\r\t\"'") == "")
	case "head", "tail":
		_, bytes := c.Flag('c', "--bytes")
		return !bytes // of a secret of several lines each is masked
	case "jq":
		return buildsOnly(c)
	case "sed", "gsed":
		return trimsOnly(c)
	}
	return false
}

// buildsOnly tells whether jq puts arguments into a new document.
func buildsOnly(c *Command) bool {
	for _, w := range c.Words[1:] {
		if w.Text == "--arg" || w.Text == "--null-input" || w.Text == "-n" || strings.HasPrefix(w.Text, "-") && !strings.HasPrefix(w.Text, "--") && strings.Contains(w.Text, "n") {
			return true
		}
	}
	return false
}

// trimsOnly tells whether sed takes nothing but white space and quotes away: s/ //g.
func trimsOnly(c *Command) bool {
	for _, w := range c.Words[1:] {
		if rest, ok := strings.CutPrefix(w.Text, "s/"); ok {
			return strings.Trim(rest, "\\sntr \"'^$*+/g[]:pace") == ""
		}
	}
	return false
}

// Logs tells whether what a command writes to its standard output gets to the terminal, which is the log: it is not captured,
// redirected or piped, nor the output of the functions around it.
func (s *Script) Logs(c *Command) bool { return s.logs(c, maxDepth) }

func (s *Script) logs(c *Command, depth int) bool {
	if depth == 0 || !s.shows(c) {
		return false
	}
	if c.Function == "" {
		return true
	}
	for _, call := range s.Commands {
		if call.Name == c.Function && call.Function != c.Function && s.logs(call, depth-1) {
			return true
		}
	}
	return false
}

// shows is Logs for a command alone.
func (s *Script) shows(c *Command) bool {
	t := tracer{fds: make(map[string]int8)}
	st := state{fd: 2}
	if c.Subst || c.PipeTo != nil {
		st.hide = 1 << 1
	}
	for _, before := range s.Commands { // exec >file, exec 3>&1
		if before.Start >= c.Start {
			break
		}
		if before.Name == "exec" && len(before.Words) == 1 && !before.Subst && before.Function == "" {
			t.redirect(before.Redirects, &st)
		}
	}
	for _, list := range [...][]Redirect{c.Group, c.Redirects} {
		t.redirect(list, &st)
		for i := range list {
			if strings.HasPrefix(list[i].Op, "*>") {
				st.hide |= 1 << 1
			}
		}
	}
	return st.shows(1)
}
