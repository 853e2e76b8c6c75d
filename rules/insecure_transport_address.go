package rules

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
)

// targets tells where the words of a command say that it goes: to the machine itself or what runs beside it, elsewhere, or where
// only the run knows, mostly to a server that the job has started.
type targets struct{ local, remote, open bool }

func targetsOf(s *script, words []shell.Word) (t targets) {
	for _, w := range words {
		host, ok := target(s.filled(w.Text))
		switch {
		case !ok:
		case strings.ContainsAny(host, "$%"):
			t.open = true
		case inside(s.p, "http://"+host):
			t.local = true
		default:
			t.remote = true
		}
	}
	return t
}

// target is the host of a word that names one: an address, user@host, host:path, or an image with its registry.
func target(text string) (string, bool) {
	if strings.HasPrefix(text, "-") {
		return "", false
	}
	if text == "localhost" || strings.HasPrefix(text, "127.0.0.") {
		return text, true
	}
	_, rest, address := strings.Cut(text, "://")
	if !address {
		rest = text
	}
	if i := strings.IndexAny(rest, "/?#\\"); i >= 0 && !strings.HasPrefix(rest, "${{") {
		rest = rest[:i]
	} else if !address && !strings.ContainsAny(rest, "@:$") {
		return "", false
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	name, port, ported := strings.Cut(rest, ":")
	switch {
	case strings.HasPrefix(rest, "$"), address:
		return rest, rest != ""
	case name == "localhost", ported && strings.Trim(port, "0123456789") == "", strings.Contains(name, ".") && strings.Trim(name, ".") != "":
		return rest, true
	}
	return "", false
}

// filled is a text with the variables filled in that the script or an env: map sets to a constant.
func (s *script) filled(text string) string {
	text = s.Resolve(text)
	if !strings.Contains(text, "$") {
		return text
	}
	for _, env := range s.p.Flow.Environments(s.p.File, s.job, s.step) {
		for i := range env.Entries {
			e := &env.Entries[i]
			if e.Value == nil || len(e.Value.Fences) > 0 {
				continue
			}
			name := e.Name.Value
			for _, spelling := range [...]string{"${" + name + "}", "${{ env." + name + " }}", "${{env." + name + "}}", "$env:" + name} {
				text = strings.ReplaceAll(text, spelling, e.Value.Value)
			}
			if rest, ok := strings.CutPrefix(text, "$"+name); ok && (rest == "" || strings.IndexByte("/?:.", rest[0]) >= 0) {
				text = e.Value.Value + rest
			}
		}
	}
	return text
}

// plainAddresses are the words of a command with an address that it fetches something from without encryption.
func plainAddresses(s *script, c *shell.Command) []shell.Word {
	var out []shell.Word
	add := func(w shell.Word, address string) {
		address = s.filled(address)
		if _, known := hostName(strings.TrimPrefix(address, "git+")); (known || s.expands(c)) && plain(address) && !inside(s.p, address) {
			w.Text = address
			out = append(out, w)
		}
	}
	if load, ok := c.Download(); ok {
		if keeps(c, load) || s.expands(c) {
			for _, w := range load.URLs {
				address := s.filled(w.Text)
				if bareHost(address) && !slices.ContainsFunc(c.Words, func(o shell.Word) bool { return strings.HasPrefix(o.Text, "--proto") }) {
					address = "http://" + address
				}
				add(w, address)
			}
		}
		return out
	}
	if !slices.ContainsFunc(c.Words, func(w shell.Word) bool { return strings.Contains(w.Text, "://") }) {
		return nil
	}
	for _, i := range catalog.Sources(wordTexts(c)) {
		w := c.Words[i]
		address := w.Text
		if name, value, ok := strings.Cut(address, "="); ok && !strings.Contains(name, "://") {
			address = value
		}
		add(w, address)
	}
	return out
}

// bareHost tells whether an address has no scheme, for which curl, wget and PowerShell take http://.
func bareHost(address string) bool {
	host, _, _ := strings.Cut(address, "/")
	label := host[strings.LastIndexByte(host, '.')+1:]
	return len(label) > 1 && len(label) < len(host) && strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789-.") == "" &&
		strings.Trim(strings.ToLower(label), "abcdefghijklmnopqrstuvwxyz") == ""
}

// keeps tells whether something is done with what a command gets, and not only looked whether there is an answer.
func keeps(c *shell.Command, load shell.Download) bool {
	if len(load.Files) > 0 {
		return !slices.Contains(load.Files, "/dev/null") && !slices.Contains(load.Files, "NUL")
	}
	for i := range c.Redirects {
		if strings.Contains(c.Redirects[i].Op, ">") && !strings.Contains(c.Redirects[i].Target.Text, "/dev/null") && !strings.HasPrefix(c.Redirects[i].Op, "2") {
			return true
		}
	}
	return c.PipeTo != nil && !looks(c.PipeTo.Name) || c.Subst
}

// looks reports programs that only search a page for something.
func looks(name string) bool {
	return name == "grep" || name == "head" || name == "cat" || name == "jq" || name == "wc"
}

// expands tells whether the words of a command hold a secret.
func (s *script) expands(c *shell.Command) bool {
	return s.outer == nil && len(s.held().In(s.Script, &shell.Trace{Kind: shell.TraceSet, Prints: []*shell.Command{c}})) > 0
}
