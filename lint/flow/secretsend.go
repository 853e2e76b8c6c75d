package flow

import (
	"iter"
	"strings"

	"sekisho/lint/shell"
)

// Sent is a secret that a command sends to a host.
type Sent struct {
	Carried
	Host      string // as the script names it
	Address   string
	InAddress bool // as part of the address
	Auth      bool // by which the sender shows who it is: a header, a user; not as data
	Dump      bool // the whole environment is sent, the secret among it
}

// Sent ranges over the secrets that a command sends to a host which the script names.
func (s *SecretFlow) Sent(c *shell.Command) iter.Seq[Sent] {
	return func(yield func(Sent) bool) {
		host, address, ok := s.target(c)
		if !ok {
			s.sentToDevice(c, yield)
			return
		}
		give := func(got Carried, auth, dump bool) bool {
			return yield(Sent{Carried: got, Host: host, Address: address, Auth: auth, Dump: dump})
		}
		inAddress := func(w *shell.Word) bool { return strings.Contains(w.Text, "://") && !strings.HasPrefix(w.Text, "-") }
		role := ""
		for i := 1; i < len(c.Words); i++ {
			w := &c.Words[i]
			if role == "-o" || role == "--output" || role == "-O" {
				role = ""
				continue
			}
			name, joined := w.Text, false
			if j := strings.IndexByte(name, '='); strings.HasPrefix(name, "--") && j > 0 {
				name, joined = name[:j], true
			}
			if got, dump, found := s.sentWord(c, w, role); found {
				auth := authenticates(c, role, w.Text)
				if strings.HasPrefix(w.Text, "-") && joined {
					auth = authenticates(c, name, w.Text)
				}
				if !yield(Sent{Carried: got, Host: host, Address: address, Auth: auth, Dump: dump, InAddress: role == "" && inAddress(w)}) {
					return
				}
			}
			role = ""
			if strings.HasPrefix(name, "-") && !joined {
				role = name
			}
		}
		if got, ok := s.dumpInto(c); ok {
			give(got, false, true)
		} else if readsInput(c) {
			if got, ok := s.Input(c); ok {
				give(got, false, false)
			}
		}
	}
}

// sentWord finds a secret in a word of a command, or in the file that it names as what to send.
func (s *SecretFlow) sentWord(c *shell.Command, w *shell.Word, role string) (got Carried, dump, ok bool) {
	if strings.Contains(w.Text, "[@]}") {
		return Carried{}, false, false // an array may hold options and their values
	}
	if got, dump, ok := s.WordOrDump(c, w); ok {
		return got, dump, true
	}
	at := strings.IndexByte(w.Text, '@')
	if at < 0 || !strings.HasPrefix(role, "-d") && !strings.HasPrefix(role, "--data") && role != "-F" && role != "--form" && role != "--json" {
		return Carried{}, false, false
	}
	file := *w
	file.Text, _, _ = strings.Cut(w.Text[at+1:], ";")
	got, ok = s.File(c, &file)
	return got, false, ok
}

// WordOrDump is Word that also finds a secret in a dump of the environment within a word.
func (s *SecretFlow) WordOrDump(c *shell.Command, w *shell.Word) (got Carried, dump, ok bool) {
	if got, ok := s.Word(c, w); ok {
		return got, false, true
	}
	for _, from := range w.From {
		if got, ok := s.environment(from); ok {
			return got, true, true
		}
	}
	return Carried{}, false, false
}

// FileOrDump returns the secret in the file that a word names, or in the standard input when it is "-", also when the file holds a dump
// of the environment.
func (s *SecretFlow) FileOrDump(c *shell.Command, w *shell.Word) (got Carried, dump, ok bool) {
	if _, file, joined := strings.Cut(w.Text, "="); joined && strings.HasPrefix(w.Text, "--") {
		one := *w
		one.Text = file
		w = &one
	}
	if w.Text == "-" {
		if got, ok := s.Input(c); ok {
			return got, false, true
		}
		for _, from := range c.Feeds {
			if got, ok := s.environment(from); ok {
				return got, true, true
			}
		}
		return Carried{}, false, false
	}
	if got, ok := s.File(c, w); ok {
		return got, false, true
	}
	for _, by := range s.Script.Commands {
		if by.Start >= c.Start {
			break
		}
		for i := range by.Redirects {
			if strings.Contains(by.Redirects[i].Op, ">") && by.Redirects[i].Target.Text == w.Text {
				if got, ok := s.environment(by); ok {
					return got, true, true
				}
			}
		}
	}
	return Carried{}, false, false
}

// target returns the host that a command talks to, as far as the script names it.
func (s *SecretFlow) target(c *shell.Command) (host, address string, ok bool) {
	switch strings.ToLower(c.Name) {
	case "nc", "ncat", "netcat", "telnet":
		for i := 1; i < len(c.Words); i++ {
			if text := c.Words[i].Text; c.Words[i].Const && strings.Contains(text, ".") && !strings.HasPrefix(text, "-") {
				return text, text, true
			}
		}
		return "", "", false
	case "dig", "nslookup", "host", "ping", "drill":
		for i := 1; i < len(c.Words); i++ {
			text := c.Words[i].Text
			if dot := strings.LastIndexAny(text, "})`"); !c.Words[i].Const && strings.Contains(text[max(dot, 0):], ".") {
				return strings.Trim(text[dot+1:], "."), text, true
			}
		}
		return "", "", false
	}
	d, loads := c.Download()
	if !loads {
		return "", "", false
	}
	for i := range d.URLs {
		_, w := s.Assigned(c, &d.URLs[i])
		if host, ok := addressHost(w.Text); ok {
			return host, w.Text, true
		}
	}
	return "", "", false
}

// addressHost is the host of an address, when it is literal.
func addressHost(address string) (string, bool) {
	rest := address
	if _, after, ok := strings.Cut(address, "://"); ok {
		rest = after
	}
	if i := strings.IndexAny(rest, "/?#\\ \"'"); i >= 0 {
		rest = rest[:i]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	return rest, strings.Contains(rest, ".") && !strings.ContainsAny(rest, "$%{`(")
}

// authenticates reports a place by which a request shows who sends it.
func authenticates(c *shell.Command, role, text string) bool {
	switch strings.ToLower(role) {
	case "-h", "--header", "-u", "--user", "--oauth2-bearer", "--cert", "-e", "--key", "-b", "--cookie", "-a", "--auth", "-headers", "-credential", "-token", "--http-password", "--password":
		return true
	case "":
		lower := strings.ToLower(c.Name)
		if lower == "http" || lower == "https" || lower == "xh" { // HTTPie: Name:value is a header
			name, _, ok := strings.Cut(text, ":")
			return ok && name != "" && !strings.ContainsAny(name, "=/")
		}
		if at := strings.IndexByte(text, '@'); strings.Contains(text, "://") && at > 0 {
			host := strings.Index(text, "://") + 3
			return !strings.ContainsAny(strings.ReplaceAll(text[host:max(host, at)], "${{", ""), "/?")
		}
	}
	return false
}

// readsInput reports a command that sends what it reads.
func readsInput(c *shell.Command) bool {
	switch strings.ToLower(c.Name) {
	case "nc", "ncat", "netcat", "telnet":
		return true
	}
	for i := 1; i < len(c.Words); i++ {
		if text := c.Words[i].Text; text == "@-" || strings.HasSuffix(text, "=@-") || text == "-T-" || text == "-" && i > 0 && (c.Words[i-1].Text == "-T" || c.Words[i-1].Text == "--upload-file") ||
			strings.HasPrefix(text, "--post-file=-") || text == "-d@-" {
			return true
		}
	}
	return false
}

// dumpInto finds a dump of the environment that a command reads through a pipe.
func (s *SecretFlow) dumpInto(c *shell.Command) (Carried, bool) {
	if !readsInput(c) {
		return Carried{}, false
	}
	from := c.Feeds
	for range maxTurns {
		if len(from) == 0 {
			break
		}
		if got, ok := s.environment(from[0]); ok {
			return got, true
		}
		from = from[0].Feeds
	}
	return Carried{}, false
}

// environment tells which secret of the environment a command prints that prints all of it.
func (s *SecretFlow) environment(c *shell.Command) (Carried, bool) {
	if !dumps(s.Script, c) {
		return Carried{}, false
	}
	return s.anyVariable(c, func(string) bool { return true })
}

// sentToDevice finds secrets that go to /dev/tcp/HOST/PORT.
func (s *SecretFlow) sentToDevice(c *shell.Command, yield func(Sent) bool) {
	for _, list := range [...][]shell.Redirect{c.Redirects, c.Group} {
		for i := range list {
			rest, ok := strings.CutPrefix(list[i].Target.Text, "/dev/tcp/")
			if !ok {
				rest, ok = strings.CutPrefix(list[i].Target.Text, "/dev/udp/")
			}
			if !ok {
				continue
			}
			host, _, _ := strings.Cut(rest, "/")
			if got, ok := s.environment(c); ok {
				yield(Sent{Carried: got, Host: host, Address: rest, Dump: true})
			} else if got, ok := s.Output(c); ok {
				yield(Sent{Carried: got, Host: host, Address: rest})
			}
			return
		}
	}
}
