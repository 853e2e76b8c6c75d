package rules

import (
	"fmt"
	"path"
	"strings"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// sentAway reports a script that holds every secret and sends something to a host, uploads it, or prints it so that GitHub does not see
// what it is.
func (m *malice) sentAway(step *flow.Surveyed) {
	job := step.Job
	at, holds := m.everySecret(job, step.Step)
	if !holds {
		return
	}
	source := lint.Place{Span: at, Message: "every secret comes from here"}
	for _, s := range bareScriptsOf(m.Pass, step, true, 0) {
		for _, c := range s.Commands {
			how := m.leaves(&s, job, c)
			if how == "" {
				continue
			}
			f := lint.Finding{Message: fmt.Sprintf("every secret of the repository is in this step, which %s", how) + attacked, Way: way(m.Pass, job, "every secret")}
			s.anchor(&f, c.Span)
			f.Trace = []lint.Place{source, s.place(c.Span, "it leaves here")}
			m.out.add(f)
			return
		}
	}
}

// everySecret finds an expression with all secrets that a step has: in its script, its environment or that of its job.
func (m *malice) everySecret(job *syntax.Job, step *syntax.Step) (syntax.Span, bool) {
	var list []*syntax.Str
	list = append(list, &step.Run.Str)
	for _, env := range m.Flow.Environments(m.File, job, step) {
		for i := range env.Entries {
			if v := env.Entries[i].Value; v != nil {
				list = append(list, v)
			}
		}
	}
	for _, s := range list {
		for i := range s.Fences {
			if at, ok := allSecrets(s.Fences[i].X); ok {
				return m.File.ValueSpan(s, at), true
			}
		}
	}
	return syntax.Span{}, false
}

// allSecrets finds the whole secrets context in an expression.
func allSecrets(n expr.Node) (at syntax.Span, ok bool) {
	expr.Walk(n, func(n expr.Node) bool {
		switch n := n.(type) {
		case *expr.Property:
			return !isSecrets(n.Of)
		case *expr.Index:
			return !isSecrets(n.Of)
		case *expr.Name:
			if strings.EqualFold(n.Name, "secrets") {
				at, ok = n.Span, true
			}
		}
		return !ok
	})
	return at, ok
}

// leaves says how a command lets something out, "" when it does not.
func (m *malice) leaves(s *script, job *syntax.Job, c *shell.Command) string {
	if host := hostAsked(c); host != "" {
		return "sends something to `" + shorten(host) + "`"
	}
	if c.Name == "base64" && c.PipeTo != nil && c.PipeTo.Name == "base64" {
		return "prints something encoded twice, which GitHub masks nothing of"
	}
	for _, r := range c.Redirects {
		if !strings.HasPrefix(strings.TrimLeft(r.Op, "&1"), ">") {
			continue
		}
		if name := path.Base(r.Target.Text); uploads(job, s.step, name) {
			return "writes something to `" + shorten(name) + "`, which is uploaded"
		}
	}
	return ""
}

// hostAsked is the literal host to which a command sends a body, "" for none and for GitHub itself.
func hostAsked(c *shell.Command) string {
	body := false
	switch strings.ToLower(c.Name) {
	case "curl":
		for _, w := range c.Words[1:] {
			name, _, _ := strings.Cut(w.Text, "=")
			switch name {
			case "-d", "-F", "-T", "--json", "--upload-file", "--form", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--data-ascii":
				body = true
			}
			body = body || strings.HasPrefix(name, "-d") || strings.HasSuffix(name, "POST") || strings.HasSuffix(name, "PUT")
		}
	case "wget":
		for _, w := range c.Words[1:] {
			body = body || strings.HasPrefix(w.Text, "--post-") || strings.HasPrefix(w.Text, "--body-")
		}
	case "invoke-webrequest", "invoke-restmethod", "iwr", "irm":
		for _, w := range c.Words[1:] {
			body = body || strings.EqualFold(w.Text, "-body") || strings.EqualFold(w.Text, "-infile")
		}
	case "nc", "ncat", "netcat", "http", "https", "xh":
		body = len(c.Words) > 1
	}
	if !body {
		return ""
	}
	for _, w := range c.Words[1:] {
		if _, rest, ok := strings.Cut(w.Text, "://"); ok || c.Name == "nc" || c.Name == "ncat" {
			host := w.Text
			if ok {
				host, _, _ = strings.Cut(rest, "/")
			}
			if strings.Contains(host, ".") && !strings.ContainsAny(host, "$ ") && !strings.HasSuffix(host, "github.com") {
				return host
			}
		}
	}
	return ""
}

// uploads reports a step behind another one that uploads a file.
func uploads(job *syntax.Job, after *syntax.Step, name string) bool {
	if job == nil || name == "" || name == "." {
		return false
	}
	passed := false
	for step := range job.Flat() {
		if step == after {
			passed = true
			continue
		}
		if !passed || step.Uses == nil || !strings.HasPrefix(strings.ToLower(step.Uses.Value), "actions/upload-artifact@") {
			continue
		}
		if p := step.With.Get("path"); p != nil && strings.Contains(p.Value, name) {
			return true
		}
	}
	return false
}
