package flow

import (
	"slices"
	"strings"

	"sekisho/lint/shell"
)

// shown finds a secret that a command prints although no word of it is printed as it stands: a declaration, the environment of a process,
// code that an interpreter is handed, what xargs appends, a manifest with the secret encoded.
func (s *SecretFlow) shown(c *shell.Command) (Carried, bool) {
	switch c.Name {
	case "declare", "typeset":
		if len(c.Words) == 3 && c.Words[1].Text == "-p" {
			return s.Variable(c, &c.Words[2], c.Words[2].Text)
		}
	case "echo", "printf":
		if slices.Contains(c.Wrappers, "xargs") {
			return s.Input(c)
		}
	case "kubectl", "oc":
		return s.manifest(c)
	case "node", "python", "python3", "ruby", "perl", "awk", "gawk", "php":
		return s.inline(c)
	}
	return Carried{}, false
}

// manifest finds a secret in a manifest that kubectl only prints, with its values in base64.
func (s *SecretFlow) manifest(c *shell.Command) (Carried, bool) {
	if !hasWord(c, "create") || !hasWord(c, "secret") || !slices.ContainsFunc(c.Words, func(w shell.Word) bool { return strings.HasPrefix(w.Text, "--dry-run") }) {
		return Carried{}, false
	}
	for i := 1; i < len(c.Words); i++ {
		if got, ok := s.Word(c, &c.Words[i]); ok && strings.HasPrefix(c.Words[i].Text, "--from-literal") {
			got.By = c
			return got, true
		}
	}
	return Carried{}, false
}

// inline finds a secret of the environment that code on a command line prints.
func (s *SecretFlow) inline(c *shell.Command) (Carried, bool) {
	for i := 1; i < len(c.Words); i++ {
		code := &c.Words[i]
		if !code.Const || !strings.Contains(code.Text, "print") && !strings.Contains(code.Text, "puts") && !strings.Contains(code.Text, "console.") && !strings.Contains(code.Text, "echo") && !strings.Contains(code.Text, "write(") {
			continue
		}
		for name, secret := range s.Held.Variables() {
			if secret.Guess || secret.Part || secret.Public() || !c.Env.Has(name) || !strings.Contains(code.Text, name) {
				continue
			}
			for _, text := range [...]string{"process.env." + name, "process.env['" + name + "']", `process.env["` + name + `"]`, "os.environ['" + name + "']", `os.environ["` + name + `"]`,
				"getenv('" + name + "'", `getenv("` + name + `"`, "ENV['" + name + "']", `ENV["` + name + `"]`, "$ENV{" + name + "}", `ENVIRON["` + name + `"]`} {
				if changed, ok := printedAccess(code.Text, access{text: text}); ok {
					return Carried{Secret: secret, At: code.Span, Var: name, Cut: changed}, true
				}
			}
		}
	}
	return Carried{}, false
}

// readsEnvironment reports a command that reads the environment of a process as a file.
func readsEnvironment(c *shell.Command) bool {
	is := func(w *shell.Word) bool {
		return strings.HasPrefix(w.Text, "/proc/") && strings.HasSuffix(w.Text, "/environ")
	}
	for i := 1; i < len(c.Words); i++ {
		if is(&c.Words[i]) {
			return true
		}
	}
	return slices.ContainsFunc(c.Redirects, func(r shell.Redirect) bool { return r.Op == "<" && is(&r.Target) })
}
