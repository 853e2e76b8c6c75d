package rules

import (
	"encoding/base64"
	"fmt"
	"path"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

func envFileCommitted() *lint.Rule {
	return &lint.Rule{
		ID:       "env-file-committed",
		Summary:  "a file in which programs keep credentials, such as .env or .npmrc, that is in the repository with some in it",
		Severity: lint.High,
		Tags:     []string{"cwe-312", "cwe-540", "owasp-cicd-sec-6", "prevent", "leak-commit", "prevent-hook", "matrix-repository-secrets"},
		Run:      runEnvFileCommitted,
	}
}

func runEnvFileCommitted(p *lint.Pass) {
	if p.File.Kind != syntax.KindCredentials {
		return
	}
	file, ok := catalog.CredentialFileAt(p.File.Path)
	if !ok || strings.TrimSpace(p.File.Text) == "" || !committed(p) {
		return
	}
	switch held := heldIn(p.File, file.Form); {
	case file.Form == catalog.CredentialStore:
		line := p.File.LineSpan(1)
		line.End = max(line.End, line.Start+1)
		p.Report(lint.Finding{Span: line, Hidden: []lint.Place{{Span: syntax.Span{End: len(p.File.Text)}}}, Message: fmt.Sprintf(
			"%s is in the repository, and whoever has it needs only guess its password; remove it, replace the keys in it, and let the job write it from a secret", file.What)})
	case len(held) > 0:
		reportHeld(p, file, held)
	case file.Form == catalog.CredentialSettings && strings.HasPrefix(strings.ToLower(path.Base(p.File.Path)), ".env"):
		p.Report(lint.Finding{Span: lastContent(p.File), Severity: lint.Low, Strict: true, Message: fmt.Sprintf(
			"%s is in the repository, where the first password that somebody writes into it is published; rename it to .env.example, and add .env to .gitignore", file.What)})
	}
}

func reportHeld(p *lint.Pass, file catalog.CredentialFile, held []syntax.Setting) {
	f := lint.Finding{Span: held[0].Value}
	names := "`" + strings.ReplaceAll(oneLine(held[0].Name), "`", "'") + "`"
	if n := len(held) - 1; n > 0 {
		names = fmt.Sprintf("%s and %d more", names, n)
	}
	for _, s := range held {
		f.Hidden = append(f.Hidden, lint.Place{Span: s.Value})
	}
	if strings.EqualFold(path.Base(p.File.Path), ".env.keys") {
		f.Severity = lint.Critical // with them every encrypted .env can be read
	}
	f.Message = fmt.Sprintf("%s is in the repository, with a value of %s for everybody who can read it, now and in its history; remove it, replace what it holds, and add it to .gitignore", file.What, names)
	p.Report(f)
}

// heldIn returns what a file holds that opens something. Tokens and keys that can be told by their form alone are for rule hardcoded-credentials.
func heldIn(f *syntax.File, form catalog.CredentialForm) []syntax.Setting {
	var list []syntax.Setting
	switch form {
	case catalog.CredentialSettings, catalog.CredentialRegistry, catalog.CredentialLogins:
		list = syntax.Settings(f.Source)
	case catalog.CredentialAddresses, catalog.CredentialPasswords:
		list = lastFields(f.Source, form)
	case catalog.CredentialToken:
		list = []syntax.Setting{{Name: path.Base(f.Path), Value: lastContent(f)}}
	}
	tokens := catalog.Credentials(f.Text)
	var out []syntax.Setting
	for _, s := range list {
		value := f.Slice(s.Value)
		known := false
		for _, c := range tokens {
			known = known || c.Start < s.Value.End && s.Value.Start < c.End
		}
		if !known && opens(form, s.Name, value) {
			out = append(out, s)
		}
	}
	return out
}

// opens tells whether a value under a name is a credential in a file of this form.
func opens(form catalog.CredentialForm, name, value string) bool {
	const least = 8
	low := strings.ToLower(name)
	if len(value) < least || catalog.FilledIn(value) {
		return false
	}
	switch form {
	case catalog.CredentialRegistry:
		return strings.HasSuffix(low, "_authtoken") || strings.HasSuffix(low, ":_password") || strings.HasSuffix(low, "_auth") || low == "npmauthtoken" || low == "npmauthident"
	case catalog.CredentialLogins:
		if low == "identitytoken" || low == "registrytoken" {
			return true
		}
		login, err := base64.StdEncoding.DecodeString(value)
		return low == "auth" && err == nil && strings.Contains(string(login), ":")
	case catalog.CredentialSettings:
		return catalog.CredentialName(name) && !catalog.Plain(value)
	}
	return !catalog.Plain(value)
}

// lastFields returns the passwords of lines that are addresses with a user, or end in a password behind a colon.
func lastFields(src *syntax.Source, form catalog.CredentialForm) []syntax.Setting {
	var out []syntax.Setting
	for n := 1; n <= src.Lines() && len(out) < 100; n++ {
		span := src.LineSpan(n)
		line := src.Slice(span)
		start, end := strings.LastIndexByte(line, ':')+1, len(strings.TrimRight(line, " \t"))
		if form == catalog.CredentialAddresses {
			end = strings.LastIndexByte(line, '@')
			start = strings.LastIndexByte(line[:max(end, 0)], ':') + 1
		}
		if start > 0 && start < end && !strings.HasPrefix(line, "#") && strings.Count(line[:start], ":") >= 2 {
			out = append(out, syntax.Setting{Name: "password", Value: syntax.Span{Start: start, End: end}.Shift(span.Start)})
		}
	}
	return out
}
