package rules

import (
	"cmp"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// script is what a step executes: its own script, a script file of the repository that it runs, what a Dockerfile that it builds executes, or a
// script in another dialect that one of these hands to another shell.
type script struct {
	*shell.Script
	p     *lint.Pass
	job   *syntax.Job // nil in a composite action
	step  *syntax.Step
	run   *flow.Run      // the file; nil for the step's own
	outer *shell.Command // the command that hands it to another shell; nil otherwise
	built *dockerfile    // whose RUN executes it; nil otherwise
	from  int            // where it starts in the Dockerfile
}

// maxInner bounds how deep shells of different dialects are followed into each other.
const maxInner = 3

// scriptsOf lists what a step executes as far as its text gives a clue.
func scriptsOf(p *lint.Pass, step *flow.Surveyed, clue catalog.Clue) []script {
	return scriptsWith(p, step, step.Clues.Has(clue), clue, heldBy(p, step))
}

// heldBy is what the script of a step holds, where it runs other scripts, which get it.
func heldBy(p *lint.Pass, step *flow.Surveyed) flow.Held {
	if !step.Runs {
		return flow.Held{}
	}
	return p.Flow.Held(p.File, step.Job, step.Step)
}

// bareScriptsOf is scriptsOf for those who do not ask what the scripts hold. own: the script of the step itself is wanted too.
func bareScriptsOf(p *lint.Pass, step *flow.Surveyed, own bool, clue catalog.Clue) []script {
	return scriptsWith(p, step, own, clue, flow.Held{})
}

func scriptsWith(p *lint.Pass, step *flow.Surveyed, own bool, clue catalog.Clue, held flow.Held) []script {
	var out []script
	if own {
		out = withInner(out, script{Script: p.Flow.Script(p.File, step.Job, step.Step), p: p, job: step.Job, step: step.Step}, 0)
	}
	if step.Runs {
		for _, run := range p.Flow.Runs(p.File, step.Job, step.Step, held) {
			if p.Flow.FileClues(run.Source).Has(clue) {
				out = withInner(out, script{Script: run.Script, p: p, job: step.Job, step: step.Step, run: &run}, 0)
			}
		}
	}
	return out
}

// withInner adds a script and those that it hands to other shells.
func withInner(out []script, s script, depth int) []script {
	out = append(out, s)
	if depth == maxInner {
		return out
	}
	for _, c := range s.Commands {
		if inner := s.Inner(c); inner != nil {
			in := s
			in.Script = inner
			if in.outer == nil {
				in.outer = c
			}
			out = withInner(out, in, depth+1)
		}
	}
	return out
}

// where is the file of a span of the script, and its bytes there.
func (s *script) where(at shell.Span) (path string, span syntax.Span) {
	if s.outer != nil {
		at = s.outer.Span
	}
	switch {
	case s.built != nil:
		return s.built.Docker.Path, syntax.Span(at).Shift(s.from)
	case s.run != nil:
		return s.run.Source.Path, syntax.Span(at)
	}
	return "", s.p.File.ValueSpan(&s.step.Run.Str, syntax.Span(at))
}

// place is a span of the script as a place.
func (s *script) place(at shell.Span, message string) lint.Place {
	path, span := s.where(at)
	return lint.Place{Path: path, Span: span, Message: message}
}

// anchor sets where a finding about a span of the script stands: for a file that the step runs at the command that does so.
func (s *script) anchor(f *lint.Finding, at shell.Span) {
	path, span := s.where(at)
	if path == "" {
		f.Span = span
		return
	}
	if s.built != nil {
		s.built.at(f, span)
		return
	}
	f.Span = s.p.File.ValueSpan(&s.step.Run.Str, syntax.Span(s.run.Command.Span))
	f.Related = append(f.Related, lint.Place{Path: path, Span: span, Message: "in this file, which the step runs"})
}

// held is what the script holds.
func (s *script) held() flow.Held {
	if s.run != nil {
		return s.run.Held
	}
	return s.p.Flow.Held(s.p.File, s.job, s.step)
}

// secret returns the secret that counts most of those that a step holds: one that lasts, or a token that surely may write.
func (s *script) secret() (flow.HeldSecret, bool) {
	if s.built != nil {
		return flow.HeldSecret{}, false
	}
	held := s.held()
	if secret, ok := held.Lasting(func(flow.HeldSecret) bool { return false }); ok {
		return secret, true
	}
	for _, secret := range held.Secrets {
		if secret.Login != "" || secret.Token && s.p.Flow.TokenWrites(s.p.File, s.job) == expr.True {
			return secret, true
		}
	}
	return flow.HeldSecret{}, false
}

// wordTexts are the words of a command as the catalogue reads them; a program that a variable names by its name.
func wordTexts(c *shell.Command) []string {
	return appendTexts(make([]string, 0, 16), c) // inlined, so that the array mostly stays with who asks
}

func appendTexts(words []string, c *shell.Command) []string {
	for _, w := range c.Words {
		words = append(words, w.Text)
	}
	if len(words) > 0 {
		words[0] = firstText(c)
	}
	return words
}

// firstText is the first word as wordTexts has it, of a command with words.
func firstText(c *shell.Command) string {
	first := &c.Words[0]
	if c.Name != "" && !first.Const && len(first.Vars) > 0 && first.Text[0] == '$' {
		return c.Name
	}
	return first.Text
}

// while adds a circumstance to a message, before what to do.
func while(message, circumstance string) string {
	at := max(strings.LastIndex(message, "; "), 0)
	return message[:at] + ", while " + circumstance + message[at:]
}

// collected are the findings of a file, of several at one place the worst.
type collected struct {
	p    *lint.Pass
	list []lint.Finding
	at   map[syntax.Span]int
}

func (o *collected) add(f lint.Finding) {
	f.Severity = cmp.Or(f.Severity, o.p.Rule.Severity)
	i, again := o.at[f.Span]
	switch {
	case !again:
		if o.at == nil {
			o.at = map[syntax.Span]int{}
		}
		o.at[f.Span] = len(o.list)
		o.list = append(o.list, f)
	case worse(f, o.list[i]):
		o.list[i] = f
	}
}

func (o *collected) report() {
	for _, f := range o.list {
		o.p.Report(f)
	}
}
