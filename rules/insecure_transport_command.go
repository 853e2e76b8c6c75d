package rules

import (
	"fmt"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/shell"
)

// insecureCommand looks at a command, the variables that it sets, and those that it writes for later steps.
func insecureCommand(out *collected, s *script, c *shell.Command) {
	report := func(at shell.Span, message string) {
		f := lint.Finding{Message: message}
		s.anchor(&f, at)
		if secret, ok := s.secret(); ok && !c.Remote {
			f.Severity = lint.High
			f.Message = while(f.Message, "the step holds "+secret.Text())
			f.Related = append(f.Related, lint.Place{Span: secret.At, Message: "the secret comes from here"})
		}
		out.add(f)
	}
	for i := range c.Assigns {
		a := &c.Assigns[i]
		if message := variableMessage(s.p, strings.TrimPrefix(a.Name, "$"), a.Value.Text); message != "" && (a.Export || !strings.HasPrefix(message, "with")) {
			report(a.Span, message)
		}
	}
	if len(c.Words) == 0 {
		return
	}
	if writesTo(c, "GITHUB_ENV") {
		writtenVariables(s.p, c, report)
	}
	if at, message := uncheckedHost(s, c); message != "" {
		report(at, message)
		return
	}
	if at, meaning := withoutTLS(s, c); meaning != "" {
		report(at, fmt.Sprintf("`%s`: %s, so anybody on the way can answer in its place; remove it, and add an authority of your own where one is needed", s.text(c, at), meaning))
	}
	for _, w := range plainAddresses(s, c) {
		report(w.Span, fmt.Sprintf("`%s` talks to `%s` without encryption, so anybody on the way can read and change what is sent; write https://", programName(c), hostOf(w.Text)))
	}
}

// writtenVariables looks at the variables that a command writes for later steps.
func writtenVariables(p *lint.Pass, c *shell.Command, report func(shell.Span, string)) {
	for _, w := range c.Words {
		if name, value, ok := strings.Cut(w.Text, "="); ok {
			if message := variableMessage(p, name, strings.TrimSuffix(value, `\n`)); message != "" {
				report(w.Span, message)
			}
		}
	}
	for i := range c.Redirects {
		if !strings.HasPrefix(c.Redirects[i].Op, "<<") {
			continue
		}
		for line := range strings.Lines(c.Redirects[i].Target.Text) {
			if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
				if message := variableMessage(p, name, value); message != "" {
					report(c.Span, message)
				}
			}
		}
	}
}

// text is what stands at a span of the script, for messages.
func (s *script) text(c *shell.Command, at shell.Span) string {
	var words []string
	for _, w := range c.Words {
		if at.Start <= w.Start && w.End <= at.End {
			words = append(words, oneLine(w.Text))
		}
	}
	return strings.ReplaceAll(programName(c)+" "+strings.Join(words, " "), "`", "'")
}

// writesTo tells whether the output of a command goes to a file whose name holds a text.
func writesTo(c *shell.Command, name string) bool {
	for _, list := range [][]shell.Redirect{c.Redirects, c.Group} {
		for i := range list {
			if strings.Contains(list[i].Target.Text, name) {
				return true
			}
		}
	}
	switch strings.ToLower(c.Name) {
	case "add-content", "out-file", "set-content", "tee", "ac":
		if slices.ContainsFunc(c.Words, func(w shell.Word) bool { return strings.Contains(w.Text, name) }) {
			return true
		}
	}
	to := c.PipeTo
	return to != nil && len(to.Words) > 0 && slices.ContainsFunc(to.Words[1:], func(w shell.Word) bool { return strings.Contains(w.Text, name) })
}

// uncheckedHost finds a word or a configuration with which ssh takes any key for that of the host.
func uncheckedHost(s *script, c *shell.Command) (shell.Span, string) {
	at, message := hostKeysOff(c)
	if message == "" {
		return at, ""
	}
	if t := targetsOf(s, c.Words[1:]); t.local && !t.remote && !t.open {
		return shell.Span{}, ""
	}
	return at, message
}

// hostKeysOff finds the word or the configuration.
func hostKeysOff(c *shell.Command) (shell.Span, string) {
	for i, w := range c.Words {
		if len(w.Text) < len("stricthostkeychecking") {
			continue
		}
		low := strings.ToLower(w.Text)
		if !strings.Contains(low, "stricthostkeychecking") {
			continue
		}
		value := strings.TrimLeft(low[strings.Index(low, "stricthostkeychecking")+len("stricthostkeychecking"):], " =\t")
		if value == "" && i+1 < len(c.Words) {
			value = strings.ToLower(c.Words[i+1].Text)
		}
		off := strings.HasPrefix(value, "no") || strings.HasPrefix(value, "off")
		printed := c.Name == "echo" || c.Name == "printf"
		if off && (!printed || writesTo(c, "ssh")) {
			return w.Span, hostKeyMessage
		}
	}
	for i := range c.Redirects {
		if !strings.HasPrefix(c.Redirects[i].Op, "<<") {
			continue
		}
		if strings.Contains(strings.ToLower(c.Redirects[i].Target.Text), "stricthostkeychecking no") && writesTo(c, "ssh") {
			return c.Span, hostKeyMessage
		}
	}
	return shell.Span{}, ""
}

// withoutTLS finds what in a command gives up the protection of TLS.
func withoutTLS(s *script, c *shell.Command) (shell.Span, string) {
	if c.Name == "curl" {
		w, ok := c.Flag('k', "--insecure", "--proxy-insecure")
		load, _ := c.Download()
		if !ok || !targetsOf(s, load.URLs).remote {
			return shell.Span{}, ""
		}
		return w.Span, "the server's certificate is not checked"
	}
	if printed := c.Name == "echo" || c.Name == "printf"; printed || s.Dialect == shell.PowerShell {
		for _, w := range c.Words {
			low := strings.ToLower(w.Text)
			switch {
			case s.Dialect == shell.PowerShell && strings.HasSuffix(low, "::servercertificatevalidationcallback"):
				return w.Span, "the certificates of servers are not checked"
			case printed && strings.Contains(low, "strict-ssl=false") && writesTo(c, "npmrc"):
				return w.Span, "npm does not check the certificates of registries"
			case printed && strings.TrimSpace(low) == "insecure" && writesTo(c, "curlrc"):
				return w.Span, "curl does not check the certificates of servers"
			}
		}
	}
	if !catalog.MayBeInsecure(firstText(c)) && !slices.ContainsFunc(c.Words, func(w shell.Word) bool { return catalog.InsecureOption(w.Text) }) {
		return shell.Span{}, ""
	}
	words := wordTexts(c)
	inner := catalog.Manager(words)
	meaning, from, to := catalog.Insecure(inner)
	if meaning == "" {
		return shell.Span{}, ""
	}
	if t := targetsOf(s, c.Words[1:]); t.open || t.local && !t.remote {
		return shell.Span{}, ""
	}
	skipped := len(words) - len(inner)
	return shell.Span{Start: c.Words[skipped+from].Start, End: c.Words[skipped+to-1].End}, meaning
}
