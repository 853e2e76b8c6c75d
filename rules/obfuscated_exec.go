package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

func obfuscatedExec() *lint.Rule {
	return &lint.Rule{
		ID:       "obfuscated-exec",
		Summary:  "a script that is decoded and executed, so that nobody who reads the workflow sees what runs",
		Severity: lint.High,
		Tags:     []string{"cwe-506", "cwe-94", "owasp-cicd-sec-4", "detect", "prevent-download", "detect-shapes", "matrix-compilation"},
		Run:      runObfuscatedExec,
	}
}

func runObfuscatedExec(p *lint.Pass) {
	out := collected{p: p}
	survey := p.Survey()
	for i := range survey.Steps {
		step := &survey.Steps[i]
		if step.Run != nil {
			own := step.Clues.Has(catalog.ClueDecodes) || mayBeParted(step.Run.Value)
			for _, s := range bareScriptsOf(p, step, own, catalog.ClueDecodes) {
				decodedScript(&out, &s)
			}
		}
		if step.With != nil && step.Uses != nil {
			if s := step.With.Get("script"); s != nil && decodesWord(s.Value) {
				if at, ok := evaluatesDecoded(s.Value); ok {
					out.add(evaluated(p, step.Job, p.File.ValueSpan(s, at)))
				}
			}
		}
	}
	out.report()
}

// decodedScript reports what a script decodes and executes.
func decodedScript(out *collected, s *script) {
	if s.Dialect == shell.Other {
		if s.run == nil && s.outer == nil {
			if at, ok := evaluatesDecoded(s.step.Run.Value); ok {
				out.add(evaluated(s.p, s.job, s.p.File.ValueSpan(&s.step.Run.Str, at)))
			}
		}
		return
	}
	for _, c := range s.Commands {
		if f, ok := decodesItself(s, c); ok {
			out.add(f)
		} else if f, ok := splitName(s, c); ok {
			out.add(f)
		}
	}
	for _, e := range decodedExecutions(s) {
		if !sendsAway(decodedRaw(s, e.origin.Seed)) { // malicious-workflow tells of those
			out.add(decodedFinding(s, e))
		}
	}
}

// decodedExecutions lists what a script decodes and executes.
func decodedExecutions(s *script) (out []executed) {
	if !decodesAny(s) {
		return nil
	}
	dir, known := flow.WorkingDirectory(s.p.File, s.job, s.step)
	if !known {
		dir = "."
	}
	followed := s.Follow(shell.Seeds{Command: isDecoder, Dir: dir})
	for _, c := range s.Commands {
		e, ok := executes(s, followed, c)
		if ok && e.origin.Seed != nil && isDecoder(e.origin.Seed) && (!decrypts(e.origin.Seed) || e.kind == shell.CodeInput || e.kind == shell.CodeText) {
			out = append(out, e)
		}
	}
	return out
}

// decodesAny tells whether any command of the script decodes.
func decodesAny(s *script) bool {
	for _, c := range s.Commands {
		if isDecoder(c) {
			return true
		}
	}
	return false
}

func decodedFinding(s *script, e executed) lint.Finding {
	seed := e.origin.Seed
	f := lint.Finding{Way: way(s.p, s.job, "what the job holds")}
	f.Message = fmt.Sprintf("what `%s` decodes is %s, so that nobody who reads this sees what runs; write the script out", programName(seed), e.how)
	if text := decodedRaw(s, seed); text != "" {
		f.Message = fmt.Sprintf("what `%s` decodes is %s: `%s`; write the script out", programName(seed), e.how, shorten(strings.ReplaceAll(text, "`", "'")))
	}
	at := shell.Span{Start: min(seed.Start, e.by.Start), End: max(seed.End, e.by.End)}
	if e.kind != shell.CodeInput && e.kind != shell.CodeText {
		at = seed.Span
	}
	s.anchor(&f, at)
	f.Trace = []lint.Place{s.place(seed.Span, "decoded here"), s.place(e.by.Span, e.how+" here")}
	return f
}

// decodesItself reports a command that decodes and executes in one: PowerShell and interpreters.
func decodesItself(s *script, c *shell.Command) (f lint.Finding, ok bool) {
	code := s.Code(c)
	if code.Kind == shell.CodeText && code.Language == shell.Other {
		for _, w := range c.Words[code.From:code.To] {
			if _, ok := evaluatesDecoded(w.Text); ok {
				return finding(s, c, fmt.Sprintf("the program that `%s` executes decodes another one and executes that, so that nobody who reads this sees what runs; write it out", programName(c))), true
			}
		}
	}
	switch strings.ToLower(c.Name) {
	case "pwsh", "powershell":
		for i := 1; i+1 < len(c.Words); i++ {
			option := strings.ToLower(c.Words[i].Text)
			if len(option) > 1 && (option == "-ec" || strings.HasPrefix("-encodedcommand", option)) && len(c.Words[i+1].Text) > 15 && (c.Words[i+1].Const || len(c.Words[i+1].Vars) > 0) {
				return finding(s, c, fmt.Sprintf("`%s` gets its script encoded, so that nobody who reads this sees what runs; write it out", programName(c))), true
			}
		}
	}
	if s.Dialect != shell.PowerShell || code.Kind != shell.CodeText && (code.Kind != shell.CodeInput || !feedsDecoded(c)) {
		return f, false
	}
	if feedsDecoded(c) {
		return decodedBefore(s, c), true
	}
	for _, w := range c.Words[code.From:code.To] {
		if strings.Contains(strings.ToLower(s.Resolve(w.Text)), "frombase64string") || decodedVariable(s, &w) {
			return decodedBefore(s, c), true
		}
	}
	return f, false
}

func decodedBefore(s *script, c *shell.Command) lint.Finding {
	return finding(s, c, fmt.Sprintf("`%s` executes a text that is decoded before, so that nobody who reads this sees what runs; write it out", programName(c)))
}

// decodedVariable reports a word with a variable that holds a decoded text.
func decodedVariable(s *script, w *shell.Word) bool {
	for _, v := range w.Vars {
		for _, c := range s.Commands {
			for i := range c.Assigns {
				if a := &c.Assigns[i]; a.Name == v.Name && strings.Contains(strings.ToLower(a.Value.Text), "frombase64string") {
					return true
				}
			}
		}
	}
	return false
}

func feedsDecoded(c *shell.Command) bool {
	for _, feed := range c.Feeds {
		for i := range feed.Words {
			if strings.Contains(strings.ToLower(feed.Words[i].Text), "frombase64string") {
				return true
			}
		}
	}
	return false
}

func finding(s *script, c *shell.Command, message string) lint.Finding {
	f := lint.Finding{Message: message, Way: way(s.p, s.job, "what the job holds")}
	s.anchor(&f, c.Span)
	return f
}

// evaluated is the finding about a script in another language.
func evaluated(p *lint.Pass, job *syntax.Job, at syntax.Span) lint.Finding {
	return lint.Finding{Span: at, Way: way(p, job, "what the job holds"),
		Message: "the script decodes a text and executes it, so that nobody who reads this sees what runs; write it out"}
}
