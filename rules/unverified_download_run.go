package rules

import (
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/repo"
	"sekisho/lint/shell"
)

// executed is a downloaded thing that a command executes.
type executed struct {
	by     *shell.Command
	origin shell.Origin
	kind   shell.CodeKind
	how    string // for messages
	remote bool   // on another machine or in a container
	name   string // path of the file; "" when it is none
}

// executes tells whether a command executes, or makes executable, what was downloaded.
func executes(s *script, followed *shell.Followed, c *shell.Command) (executed, bool) {
	e := executed{by: c, remote: c.Remote}
	var ok bool
	code := s.Code(c)
	if e.origin, ok = followed.Runs(c); ok && asCode(s, c, code, e.origin) {
		e.kind, e.how, e.remote = code.Kind, "run", c.Remote || code.Remote
		switch {
		case code.From > 0 || code.Kind == shell.CodeInput:
			e.how = "executed by `" + programName(c) + "`"
		case code.Kind == shell.CodeText:
			e.how = "executed"
		}
		if code.Kind == shell.CodeFile || code.Kind == shell.CodeProgram {
			e.name = followed.Path(c, c.Words[code.From].Text)
		}
		return e, true
	}
	for _, w := range madeExecutable(c) {
		if e.origin, ok = followed.File(c, &w); ok {
			e.how, e.name = "made executable", followed.Path(c, w.Text)
			return e, true
		}
	}
	if e.origin, e.name, ok = intoPath(s, followed, c); ok {
		e.how = "put into a folder of `PATH`"
		return e, true
	}
	if dir, builds := builtFolder(c); builds {
		w := shell.Word{Text: dir}
		if e.name = followed.Path(c, dir); e.name != "." && e.name != "" {
			if e.origin, ok = followed.File(c, &w); ok && e.origin.Loose {
				e.how = "executed by `" + programName(c) + "`"
				return e, true
			}
		}
	}
	return executed{}, false
}

// asCode tells whether a value is the code itself, not a word of it.
func asCode(s *script, c *shell.Command, code shell.Code, o shell.Origin) bool {
	if o.Seed == nil {
		return false
	}
	if !o.Part {
		return true
	}
	if code.Kind != shell.CodeText {
		return false
	}
	for _, w := range c.Words[code.From:code.To] {
		for _, from := range w.From {
			if from != o.Seed {
				continue
			}
			before, _, _ := strings.Cut(w.Text, "$(")
			if before = strings.TrimRight(before, " \t(`"); before == "" || strings.IndexByte(";{(&|\n", before[len(before)-1]) >= 0 || code.Language == shell.PowerShell {
				return true
			}
		}
	}
	return false
}

// builtFolder is the folder whose files a build tool executes.
func builtFolder(c *shell.Command) (string, bool) {
	return catalog.RunsWorkspace(wordTexts(c))
}

// harmless tells whether all addresses name content that cannot change, the machine itself, or a trusted host over an encrypted line.
func harmless(p *lint.Pass, addresses []string) bool {
	for _, a := range addresses {
		if !local(a) && !fixed(a) && (plain(a) || !trustedHost(p, a)) {
			return false
		}
	}
	return len(addresses) > 0
}

// fixed reports a file of a repository on GitHub at a commit, or in the version of the very action that fetches it.
func fixed(address string) bool {
	if !strings.Contains(address, "githubusercontent.com/") && !strings.Contains(address, "github.com/") {
		return false
	}
	for part := range strings.SplitSeq(address, "/") {
		if len(part) == 40 && repo.IsHex(part) {
			return true
		}
		switch part = strings.ReplaceAll(part, " ", ""); part {
		case "${{github.action_ref}}", "$GITHUB_ACTION_REF", "${GITHUB_ACTION_REF}", "$env:GITHUB_ACTION_REF":
			return true
		}
		if strings.Contains(address, "repository") || strings.Contains(address, "GITHUB_REPOSITORY") {
			switch part {
			case "${{github.sha}}", "$GITHUB_SHA", "${GITHUB_SHA}", "${{github.workflow_sha}}", "${{github.event.pull_request.head.sha}}", "$env:GITHUB_SHA":
				return true
			}
		}
	}
	return false
}

// withEnv writes the values of env: maps in the place of the variables that are whole parts of an address.
func (s *script) withEnv(address string) string {
	if !strings.Contains(address, "/$") {
		return address
	}
	parts := strings.Split(address, "/")
	for i, part := range parts {
		name, ok := strings.CutPrefix(part, "$")
		if inner, braced := strings.CutPrefix(name, "{"); braced {
			name = strings.TrimSuffix(inner, "}")
		}
		if !ok || name == "" {
			continue
		}
		for _, env := range s.p.Flow.Environments(s.p.File, s.job, s.step) {
			if value := env.Get(name); value != nil {
				parts[i] = value.Value
				break
			}
		}
	}
	return strings.Join(parts, "/")
}
