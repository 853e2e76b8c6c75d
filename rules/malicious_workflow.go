package rules

import (
	"fmt"
	"path"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

func maliciousWorkflow() *lint.Rule {
	return &lint.Rule{
		ID:       "malicious-workflow",
		Summary:  "a workflow as attackers push it: it sends every secret away, or has the marks of a known attack",
		Severity: lint.Critical,
		Tags:     []string{"cwe-506", "owasp-cicd-sec-4", "owasp-cicd-sec-6", "detect", "leak-third-party", "detect-shapes"},
		Run:      runMaliciousWorkflow,
	}
}

// attacked is what to do about each finding.
const attacked = "; take it for an attack: remove it, find out who pushed it, and replace every secret that a run could read"

func runMaliciousWorkflow(p *lint.Pass) {
	if p.File.Workflow == nil && p.File.Action == nil {
		return
	}
	m := malice{Pass: p, out: collected{p: p}, whole: p.File.Workflow != nil && p.Survey().NamesSecrets() && p.Flow.AllSecrets(p.File)}
	if p.File.Workflow != nil {
		m.workflow(p.File.Workflow)
	}
	survey := p.Survey()
	for i := range survey.Steps {
		if step := &survey.Steps[i]; step.Run != nil {
			m.step(step)
		}
	}
	m.out.report()
}

// malice looks for the shapes of known attacks in one file.
type malice struct {
	*lint.Pass
	out   collected
	whole bool // the file may hold an expression with all secrets
}

func (m *malice) add(span syntax.Span, job *syntax.Job, message string, related ...lint.Place) {
	m.out.add(lint.Finding{Span: span, Message: message + attacked, Related: related, Way: way(m.Pass, job, "every secret")})
}

// workflow looks at what the workflow itself shows: its file name, the labels of its runners, and a door for whoever writes a discussion.
func (m *malice) workflow(w *syntax.Workflow) {
	if attack := catalog.IndicatorFile(path.Base(m.File.Path)); attack != "" && w.On != nil {
		m.add(w.On.Key, nil, fmt.Sprintf("a workflow of this file name is left by %s", attack))
	}
	for _, job := range w.Jobs {
		if job.RunsOn == nil {
			continue
		}
		for _, label := range job.RunsOn.Labels {
			if attack := catalog.IndicatorLabel(label.Value); attack != "" {
				m.add(label.Span, job, fmt.Sprintf("the runner `%s` is one that %s registers", label.Value, attack))
			}
		}
	}
}

func (m *malice) step(step *flow.Surveyed) {
	m.backDoor(step.Job, step.Step)
	if step.May(catalog.ClueBackdoor) {
		for _, s := range bareScriptsOf(m.Pass, step, step.Clues.Has(catalog.ClueBackdoor), catalog.ClueBackdoor) {
			m.marks(&s)
		}
	}
	if step.Clues.Has(catalog.ClueDecodes) {
		for _, s := range bareScriptsOf(m.Pass, step, true, catalog.ClueDecodes) {
			m.payload(&s)
		}
	}
	if m.whole && step.Uses == nil {
		m.sentAway(step)
	}
}

// backDoor reports a script on a runner of one's own that consists of what anybody writes in a discussion.
func (m *malice) backDoor(job *syntax.Job, step *syntax.Step) {
	if job == nil || job.RunsOn == nil || len(step.Run.Fences) == 0 || !m.Flow.Rights(m.File, job).SelfHosted {
		return
	}
	for _, t := range m.Flow.Triggers(m.File) {
		if t.Name != "discussion" && t.Name != "discussion_comment" || m.Flow.Outsider(t, m.File, job, step).Blocked {
			continue
		}
		for i := range step.Run.Fences {
			path, _ := expr.Path(step.Run.Fences[i].X)
			if path == "github.event.discussion.body" || path == "github.event.comment.body" || path == "github.event.discussion.title" {
				related := lint.Place{Span: job.RunsOn.Span, Message: "on this runner"}
				m.add(m.File.ValueSpan(&step.Run.Str, step.Run.Fences[i].Span), job,
					fmt.Sprintf("whoever writes a discussion runs commands on a runner of your own, by `%s`: such a back door is what Shai-Hulud 2 (November 2025) leaves", path), related)
				return
			}
		}
	}
}

// marks reports commands that have a name of a known attack in them, and those that look for secrets in the memory of the runner.
func (m *malice) marks(s *script) {
	text := s.step.Run.Value
	if s.run != nil {
		text = s.run.Source.Text
	}
	memory := strings.Contains(text, "/proc/") && (strings.Contains(text, "/mem") || strings.Contains(text, "/maps")) && (strings.Contains(text, "Runner.Worker") || strings.Contains(text, "isSecret"))
	for _, c := range s.Commands {
		if memory && readsSecrets(c) {
			m.found(s, c, "the script looks for secrets in the memory of the runner, as the one in tj-actions/changed-files (March 2025) did")
			memory = false
			continue
		}
		if name, attack := marked(s, c); attack != "" {
			m.found(s, c, fmt.Sprintf("`%s` is a mark of %s", name, attack))
		}
	}
	if memory && s.Dialect != shell.Bash && s.Dialect != shell.POSIX && s.run == nil && s.outer == nil {
		m.add(s.step.Run.Span, s.job, "the script looks for secrets in the memory of the runner")
	}
}

func (m *malice) found(s *script, c *shell.Command, message string) {
	f := lint.Finding{Message: message + attacked, Way: way(m.Pass, s.job, "every secret")}
	s.anchor(&f, c.Span)
	m.out.add(f)
}

// marked finds a name of a known attack in a command that talks to a host, registers a runner or executes a file. Others speak of such
// names too: defenders look for them.
func marked(s *script, c *shell.Command) (name, attack string) {
	if len(c.Words) == 0 {
		return "", ""
	}
	code := s.Code(c)
	if code.Kind == shell.CodeFile {
		name = path.Base(strings.ReplaceAll(c.Words[code.From].Text, `\`, "/"))
		if attack = catalog.IndicatorProgram(name); attack != "" {
			return name, attack
		}
	}
	switch strings.ToLower(c.Name) {
	case "curl", "wget", "nc", "ncat", "netcat", "socat", "openssl", "ssh", "scp", "aria2c", "invoke-webrequest", "invoke-restmethod", "iwr", "irm", "config.sh", "run.sh", "config.cmd",
		"python", "python3", "node", "bun", "bash", "sh", "gh":
		for i := range c.Words {
			if name, attack = catalog.IndicatorText(c.Words[i].Text); attack != "" {
				return name, attack
			}
		}
	}
	for i := range c.Redirects {
		if target := c.Redirects[i].Target.Text; strings.HasPrefix(target, "/dev/tcp/") {
			return catalog.IndicatorText(target)
		}
	}
	return "", ""
}

// readsSecrets reports a search for what the runner keeps of a secret in its memory.
func readsSecrets(c *shell.Command) bool {
	for i := range c.Words {
		if strings.Contains(c.Words[i].Text, "isSecret") {
			return true
		}
	}
	return false
}

// payload reports a text that is decoded and executed, and that by itself shows that it sends something away.
func (m *malice) payload(s *script) {
	for _, f := range decodedExecutions(s) {
		if raw := decodedRaw(s, f.origin.Seed); sendsAway(raw) {
			d := decodedFinding(s, f)
			d.Severity = lint.Critical
			d.Message = fmt.Sprintf("`%s` is decoded and executed, and sends something away", shorten(strings.ReplaceAll(raw, "`", "'"))) + attacked
			m.out.add(d)
		}
	}
}

// sendsAway tells whether a script that somebody hid opens a connection.
func sendsAway(script string) bool {
	for _, word := range [...]string{"/dev/tcp/", "curl ", "wget ", "nc ", "ncat ", "socat ", "http://", "https://", "urlopen(", "requests.post", "169.254.169.254"} {
		if strings.Contains(script, word) {
			return true
		}
	}
	return false
}
