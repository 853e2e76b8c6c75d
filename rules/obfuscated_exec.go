package rules

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

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
	for job, step := range scriptSteps(p) {
		if step.Run != nil {
			own := p.Flow.Clues(step).Has(catalog.ClueDecodes) || mayBeParted(step.Run.Value)
			for _, s := range bareScriptsOf(p, job, step, own, catalog.ClueDecodes) {
				decodedScript(&out, &s)
			}
		}
		if step.With != nil && step.Uses != nil {
			if s := step.With.Get("script"); s != nil && decodesWord(s.Value) {
				if at, ok := evaluatesDecoded(s.Value); ok {
					out.add(evaluated(p, job, p.File.ValueSpan(s, at)))
				}
			}
		}
	}
	out.report()
}

// mayBeParted finds quotes or backslashes among letters: c""url, w"g"et, b\a\sh.
func mayBeParted(text string) bool {
	for _, c := range [...]byte{'"', '\'', '\\'} {
		for from := 1; from < len(text); from++ {
			i := strings.IndexByte(text[from:], c)
			if i < 0 {
				break
			}
			from += i
			if !wordByte(text[from-1]) {
				continue
			}
			for j := from + 1; j < min(from+4, len(text)-1) && (text[j] == c || wordByte(text[j])); j++ {
				if text[j] == c && wordByte(text[j+1]) {
					return true
				}
			}
		}
	}
	return false
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

// isDecoder reports a command that makes a text of something that people cannot read. One that only passes on what a program asked a
// server for is none: such answers often come so, and unverified-download tells of those.
func isDecoder(c *shell.Command) bool {
	if len(c.Words) == 0 || !decoder(c) {
		return false
	}
	for _, feed := range c.Feeds {
		switch feed.Name {
		case "curl", "wget", "gh", "kubectl", "aws", "az", "gcloud", "vault", "op", "jq", "yq":
			return false
		}
	}
	return true
}

// decoder knows the programs. Source: their manuals.
func decoder(c *shell.Command) bool {
	switch strings.ToLower(c.Name) {
	case "base64", "gbase64", "base32", "basenc":
		_, short := c.Flag('d', "--decode")
		_, mac := c.Flag('D')
		return short || mac
	case "xxd":
		_, ok := c.Flag('r', "-revert")
		return ok
	case "uudecode", "rev":
		return true
	case "openssl", "gpg", "gpg2":
		for _, w := range c.Words[1:] {
			switch w.Text {
			case "-d", "--decrypt", "--decrypt-files":
				return true
			}
		}
	case "tr":
		return rotates(c)
	case "printf", "echo":
		for _, w := range c.Words[1:] {
			if escapedBytes(w.Text) > 3 {
				return true
			}
		}
	}
	return false
}

// decrypts reports a program for secrets: a file that it decrypts is kept so for what stands in it, and may well be a script.
func decrypts(c *shell.Command) bool { return c.Name == "openssl" || strings.HasPrefix(c.Name, "gpg") }

// rotates reports tr that replaces letters by others, as in ROT13.
func rotates(c *shell.Command) bool {
	if len(c.Words) < 3 {
		return false
	}
	from, to := c.Words[len(c.Words)-2].Text, strings.ToLower(c.Words[len(c.Words)-1].Text)
	return strings.Contains(strings.ToLower(from), "a-z") && strings.Contains(to, "-z") && strings.Contains(to, "a-") && !strings.HasPrefix(to, "a-z")
}

// escapedBytes counts the escapes of a text that stand for letters and digits.
func escapedBytes(text string) (n int) {
	for i := 0; i+3 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		hex := ""
		switch {
		case text[i+1] == 'x':
			hex = text[i+2 : i+4]
		case i+5 < len(text) && text[i+1] == 'u':
			hex = text[i+4 : i+6]
		case text[i+1] == '1' && text[i+2] >= '0' && text[i+2] <= '7', text[i+1] == '0' && text[i+2] == '1':
			n++ // octal: \1xx are letters
		}
		if hex != "" && hex[0] >= '4' && hex[0] <= '7' {
			n++
		}
	}
	return n
}

// decodedRaw is what a command decodes, where the script holds it and people can read it, "" elsewhere.
func decodedRaw(s *script, seed *shell.Command) string {
	if !strings.HasSuffix(strings.ToLower(seed.Name), "base64") {
		return ""
	}
	var words []shell.Word
	for _, feed := range seed.Feeds {
		if (feed.Name == "echo" || feed.Name == "printf") && len(feed.Words) > 1 {
			words = append(words, feed.Words[len(feed.Words)-1])
		}
	}
	for _, r := range seed.Redirects {
		if strings.HasPrefix(r.Op, "<<") {
			words = append(words, r.Target)
		}
	}
	for i := range words {
		text := strings.TrimSpace(s.Resolve(words[i].Text))
		if raw, err := base64.StdEncoding.DecodeString(text); err == nil && utf8.Valid(raw) && strings.IndexFunc(string(raw), unreadable) < 0 {
			return string(raw)
		}
	}
	return ""
}

func unreadable(r rune) bool { return !unicode.IsPrint(r) && r != '\n' && r != '\t' && r != '\r' }

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

// splitName reports a command whose name is put together of parts, or whose words are: c”url, $'\x63url', cat${IFS}x.
func splitName(s *script, c *shell.Command) (f lint.Finding, ok bool) {
	if len(c.Words) == 0 || c.Nested || s.outer != nil || s.Dialect != shell.Bash && s.Dialect != shell.POSIX {
		return f, false
	}
	text := s.step.Run.Value
	if s.run != nil {
		text = s.run.Source.Text
	}
	w := &c.Words[0]
	if w.End > len(text) || w.Start >= w.End {
		return f, false
	}
	raw := text[w.Start:w.End]
	if !parted(raw) && !strings.Contains(raw, "${IFS}") && !strings.Contains(raw, "$IFS$") {
		return f, false
	}
	return finding(s, c, fmt.Sprintf("the command `%s` is spelled in parts, so that a search does not find what runs; write it as it is", shorten(raw))), true
}

// parted tells whether quotes stand within the letters of a word without a need, or its letters are escapes.
func parted(raw string) bool {
	if strings.HasPrefix(raw, "$'") {
		return escapedBytes(raw) > 1
	}
	letters, quotes := 0, 0
	for i := range len(raw) {
		c := raw[i]
		switch {
		case c == '\'' || c == '"' || c == '\\':
			if i > 0 && i+1 < len(raw) {
				quotes++
			}
		case c == '_' || c == '-' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z':
			letters++
		default:
			return false
		}
	}
	return quotes > 1 && letters > 1 && raw[0] != '"' && raw[0] != '\'' && raw[0] != '\\'
}

// evaluated is the finding about a script in another language.
func evaluated(p *lint.Pass, job *syntax.Job, at syntax.Span) lint.Finding {
	return lint.Finding{Span: at, Way: way(p, job, "what the job holds"),
		Message: "the script decodes a text and executes it, so that nobody who reads this sees what runs; write it out"}
}
