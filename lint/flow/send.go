package flow

import (
	"iter"
	"path"
	"slices"
	"strings"

	"sekisho/lint/shell"
)

// abroad reports a git command in a folder whose checkout has other credentials than the token.
func (w *caller) abroad(ws []string) bool {
	dir := w.dir
	if len(ws) > 2 && ws[1] == "-C" && !strings.Contains(ws[2], "$") {
		dir = path.Join(dir, ws[2])
	}
	return w.known && slices.ContainsFunc(w.foreign, func(at string) bool { return inFolder(at, dir) })
}

// runsSender reports a command that runs a program text of the repository which pushes: python tools/publish.py. Shell scripts
// are read themselves.
func (w *caller) runsSender(c *shell.Command) bool {
	for i := range c.Words[:min(3, len(c.Words))] {
		name := c.Words[i].Text
		if !strings.Contains(name, ".") || strings.HasPrefix(name, "-") || strings.HasPrefix(name, "/") {
			continue
		}
		if w.dir != "." {
			name = path.Join(w.dir, name)
		}
		if src := w.flow.repo.Script(name); src != nil && pushesByGit(src.Text) {
			return true
		}
	}
	return false
}

// pushesByGit reports a program text that calls git push, as one command or as the words of one.
func pushesByGit(text string) bool {
	if strings.Contains(text, "git push") {
		return true
	}
	return (strings.Contains(text, `"git"`) || strings.Contains(text, "'git'")) && (strings.Contains(text, `"push"`) || strings.Contains(text, "'push'"))
}

// sends reports a script in another language that may push with what a checkout left for git.
func sends(script string) bool {
	return strings.Contains(script, "push") || strings.Contains(script, "deploy_") || strings.Contains(script, "deploydocs") || strings.Contains(script, "gh-pages")
}

// senders are parts of names of scripts and targets that may push to the repository with what a checkout left.
var senders = [...]string{"release", "deploy", "publish", "bump", "gh-pages", "push", "commit"}

// maySend reports a task or script that is called as if it pushes. To publish a package is no push.
func maySend(ws []string) bool {
	if len(ws) > 1 && ws[1] == "publish" || len(ws) > 2 && ws[1] == "run" && ws[2] == "publish" && ws[0] != "npm" {
		return false
	}
	words := ws[1:]
	switch taskProgram(ws[0]) {
	case runsTask:
	case runsFile:
		words = firstPlain(words)
	default:
		words = ws
		if !strings.Contains(ws[0], "/") {
			return false
		}
	}
	return slices.ContainsFunc(words, speaksOfSending)
}

// runsTasks answers false for a program with which maySend has nothing to do.
func runsTasks(name string) bool {
	return taskProgram(name) != runsItself || strings.Contains(name, "/")
}

// taskKind is what a program does with its arguments.
type taskKind uint8

const (
	runsItself taskKind = iota
	runsTask            // that one of them names
	runsFile            // the first
)

func taskProgram(name string) taskKind {
	switch name[strings.LastIndexByte(name, '/')+1:] {
	case "npm", "yarn", "pnpm", "bun", "npx", "make", "just", "task", "mage", "nx", "lerna", "rake", "bundle", "cargo",
		"poetry", "uv", "hatch", "invoke", "tox", "nox", "mvn", "mvnw", "gradle", "gradlew", "sbt", "deno", "composer", "go":
		return runsTask
	case "python", "python3", "node", "bash", "sh", "Rscript", "julia", "ruby", "perl", "pwsh", "php":
		return runsFile
	}
	return runsItself
}

// firstPlain returns the first word that is no option, which an interpreter takes for its script.
func firstPlain(words []string) []string {
	if i := slices.IndexFunc(words, func(w string) bool { return !strings.HasPrefix(w, "-") }); i >= 0 {
		return words[i : i+1]
	}
	return nil
}

// speaksOfSending reports a word that is a target or a script named like a push, not an option or a file elsewhere.
func speaksOfSending(word string) bool {
	if strings.HasPrefix(word, "-") || strings.HasPrefix(word, "/") {
		return false
	}
	word = strings.ToLower(word)
	return slices.ContainsFunc(senders[:], func(part string) bool { return strings.Contains(word, part) })
}

// speaks reports that a command, or the script of the repository that it runs, says that it publishes or pushes.
func (w *caller) speaks(c *shell.Command) bool {
	if installs[c.Name] {
		return false
	}
	for i := range c.Words {
		text := c.Words[i].Text
		if strings.HasPrefix(text, "-") {
			continue // cargo build --release
		}
		if saysPublish(text) {
			return true
		}
		if i >= 3 {
			continue
		}
		if src := w.flow.repo.Script(text); src != nil && pushes(src.Text) {
			return true
		}
	}
	return false
}

// pushes reports that the text of a script may use git's credentials or an identity token.
func pushes(text string) bool {
	return strings.Contains(text, "git") && strings.Contains(text, "push") || strings.Contains(text, "ID_TOKEN_REQUEST") || strings.Contains(text, "publish")
}

// installs are programs whose update, version or tag speaks of packages of the machine.
var installs = map[string]bool{
	"apt": true, "apt-get": true, "brew": true, "rustup": true, "choco": true, "apk": true, "dnf": true, "yum": true, "pip": true, "pip3": true,
	"pacman": true, "winget": true, "scoop": true, "gem": true, "corepack": true,
}

// saysPublish reports that a word of a command makes it likely to push, tag, release or sign.
func saysPublish(text string) bool {
	for word := range letters(text) {
		if len(word) < 3 {
			continue
		}
		switch word {
		case "publish", "release", "releases", "releaser", "deploy", "push", "tag", "tags", "version", "changeset", "changesets", "changelog", "commit",
			"bump", "sign", "attest", "promote", "upload", "oidc", "sync", "update", "upgrade", "merge", "backport", "lerna", "mike", "ghpages",
			"pages", "semantic", "goreleaser", "shipit", "ship", "auto":
			return true
		}
		if len(word) > 6 && (strings.Contains(word, "publish") || strings.Contains(word, "release") || strings.Contains(word, "deploy")) {
			return true
		}
	}
	return false
}

// letters yields the words of a text, in lower case.
func letters(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 0; i < len(text); {
			j, upper := i, false
			for j < len(text) && 'a' <= text[j]|0x20 && text[j]|0x20 <= 'z' {
				upper = upper || text[j] < 'a'
				j++
			}
			word := text[i:j]
			if upper {
				word = strings.ToLower(word)
			}
			if j > i && !yield(word) {
				return
			}
			i = j + 1
		}
	}
}
