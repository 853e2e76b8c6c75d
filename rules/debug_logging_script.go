package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
)

// script looks at the commands of a step.
func (d *debugging) script(step *flow.Surveyed) {
	for _, s := range scriptsOf(d.Pass, step, catalog.ClueDebug) {
		for _, c := range s.Commands {
			d.command(&s, c)
			for i := range c.Assigns {
				if a := &c.Assigns[i]; a.Value.Const && a.Export {
					d.assigned(&s, a.Name, a.Value.Text, a.Span)
				}
			}
			if !toRunner(c) {
				continue
			}
			for i := range c.Words {
				if name, value, ok := strings.Cut(c.Words[i].Text, "="); ok {
					d.assigned(&s, name, value, c.Words[i].Span)
				}
			}
		}
	}
}

func (d *debugging) command(s *script, c *shell.Command) {
	if len(c.Words) < 2 || c.Remote || quiet(c) {
		return
	}
	words := wordTexts(c)
	meaning, expands, from, to := catalog.Debugs(words)
	if meaning == "" {
		return
	}
	held := s.held()
	secret, ok := worthwhile(held)
	if expands {
		secret, ok = held.ExpandedBy(s.Script, c)
	}
	if !ok {
		return
	}
	f := lint.Finding{Confidence: lint.Likely, Way: way(d.Pass, s.job, secret.Text())}
	f.Message = fmt.Sprintf("`%s` with `%s`: %s, while the step holds %s, of which GitHub masks the exact value only; leave it out",
		programName(c), strings.Join(words[from:to], " "), meaning, secret.Text())
	f.Related = []lint.Place{{Span: secret.At, Message: "the secret comes from here"}}
	s.anchor(&f, shell.Span{Start: c.Words[from].Start, End: c.Words[to-1].End})
	d.out.add(f)
}

// assigned looks at a variable that the script sets for the programs behind it.
func (d *debugging) assigned(s *script, name, value string, at shell.Span) {
	meaning := catalog.DebugEnv(name, value)
	if meaning == "" {
		return
	}
	secret, ok := worthwhile(s.held())
	if !ok && s.job != nil {
		secret, ok = d.secretOf(s.job, nil)
	}
	if !ok {
		return
	}
	f := lint.Finding{Confidence: lint.Likely, Way: way(d.Pass, s.job, secret.Text()), Related: []lint.Place{{Span: secret.At, Message: "the secret comes from here"}}}
	f.Message = fmt.Sprintf("with `%s=%s` %s, while the job holds %s, of which GitHub masks the exact value only; leave it out", name, oneLine(value), meaning, secret.Text())
	s.anchor(&f, at)
	d.out.add(f)
}

// quiet reports a command whose output goes nowhere near the log.
func quiet(c *shell.Command) bool {
	for i := range c.Redirects {
		r := &c.Redirects[i]
		if (strings.HasPrefix(r.Op, "2>") || strings.HasPrefix(r.Op, "&>")) && !strings.HasPrefix(r.Target.Text, "&") && r.Target.Text != "1" && !strings.HasPrefix(r.Target.Text, "/dev/std") {
			return true
		}
	}
	return false
}
