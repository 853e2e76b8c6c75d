package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
)

// handed tells which token a command of the catalogue works with.
func (w *caller) handed(c *shell.Command, scopes []catalog.Scope) origin {
	switch c.Name {
	case "gh":
		return w.ghToken(c)
	case "curl", "wget":
		return w.curlToken(c)
	case "git", "gh-pages", "ghp-import", "mike", "mkdocs", "lerna":
		return w.gitToken(c)
	}
	if from := max(w.token, w.inVariable(w.step, "GITHUB_TOKEN")); from != nothing {
		return from
	}
	if w.persists() && slices.ContainsFunc(scopes, func(s catalog.Scope) bool { return s.Name == "contents" }) {
		return unclear // it may be that it works by git
	}
	return nothing
}

// ghToken tells which token gh takes: that of its variables, else the one that it was logged in with.
func (w *caller) ghToken(c *shell.Command) origin {
	for _, name := range [...]string{"GH_TOKEN", "GITHUB_TOKEN"} {
		if from := w.assigned(c, name); from != nothing {
			return from
		}
		if from := w.inVariable(w.step, name); from != nothing {
			return from
		}
	}
	switch {
	case w.gh != nothing:
		return w.gh
	case w.token != nothing:
		return unclear // by gh auth login in the same script, or from GITHUB_ENV
	}
	return nothing
}

// assigned tells which token a script itself sets a variable to, before a command or at the head of it.
func (w *caller) assigned(c *shell.Command, name string) origin {
	from := nothing
	for _, other := range w.script.Commands {
		if other.Start > c.Start {
			break
		}
		for i := range other.Assigns {
			a := &other.Assigns[i]
			if a.Name == name && (other == c || len(other.Words) == 0 || a.Export && other.Name == "export") {
				from = w.inWord(&a.Value)
			}
		}
	}
	return from
}

// inWord tells which token a word of a script expands; a constant is none of ours.
func (w *caller) inWord(word *shell.Word) origin {
	from := theirs
	for _, v := range word.Vars {
		switch in := w.inVariable(w.step, v.Name); {
		case in != nothing:
			from = max(from, in)
		case w.token != nothing:
			from = max(from, unclear) // a variable of the script
		}
	}
	for _, i := range word.Holes {
		if w.script == w.own && i < len(w.step.Run.Fences) {
			hole := w.step.Run.Str
			hole.Fences = w.step.Run.Fences[i : i+1]
			from = max(from, w.origin(&hole, w.step, 0))
		}
	}
	if len(word.From) > 0 && w.token != nothing {
		from = max(from, unclear)
	}
	return from
}

// curlToken tells which token a call is handed: one in a header, or another as its user. Without any it is a call of nobody.
func (w *caller) curlToken(c *shell.Command) origin {
	from := nothing
	for i := range c.Words {
		if in := w.inWord(&c.Words[i]); in >= shared || authorizes(c, i) {
			from = max(from, in)
		}
		if w.token != nothing && i > 0 && mayAuthorize(c.Words[i].Text) {
			from = max(from, unclear)
		}
	}
	return from
}

// authorizes reports a word of a call that is a header with a credential, or may be one.
func authorizes(c *shell.Command, i int) bool {
	before := ""
	if i > 0 {
		before = c.Words[i-1].Text
	}
	switch before {
	case "-u", "--user", "--oauth2-bearer":
		return true
	case "-H", "--header":
		return strings.Contains(c.Words[i].Text, "uthorization") || strings.HasPrefix(c.Words[i].Text, "$")
	}
	return strings.Contains(c.Words[i].Text, "uthorization")
}

// mayAuthorize reports a word of a call that reads credentials from elsewhere, or may hold options: "${OPTIONS[@]}".
func mayAuthorize(word string) bool {
	switch word {
	case "-n", "--netrc", "--netrc-file", "-K", "--config":
		return true
	}
	return strings.HasPrefix(word, "$") && (strings.Contains(word, "[@]") || strings.Contains(word, "[*]") || !strings.Contains(word, "/"))
}

// gitToken tells which token git works with: one in the address, else what was left for it.
func (w *caller) gitToken(c *shell.Command) origin {
	for i := range c.Words {
		if word := &c.Words[i]; strings.Contains(word.Text, "://") && strings.Contains(word.Text, "@") {
			return w.inWord(word)
		}
	}
	if w.git == nothing && w.token != nothing {
		return unclear
	}
	return w.git
}
