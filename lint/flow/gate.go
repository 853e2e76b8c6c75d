package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// lookups are parts of scripts that ask GitHub for somebody's rights.
var lookups = [...]string{"getCollaboratorPermissionLevel", "checkMembershipForUser", "getMembershipForUser", "checkCollaborator", "/memberships/"}

// authorship are parts of a script for actions/github-script that tell from whom a pull request or comment is.
var authorship = [...]string{"author_association", "head.repo.full_name", "head.repo?.full_name", "head.repo.fork", "head.repo?.fork"}

// lookup reports a step that looks up what rights the person behind the run has: Lookup for an action that does just that,
// Script for a script.
func lookup(s *syntax.Step) GuardKind {
	if s.Uses != nil {
		if looks, _ := catalog.Gate(s.Uses.Value, inputs(s.With)); looks {
			return Lookup
		}
	}
	text := scriptText(s)
	for _, l := range lookups {
		if strings.Contains(text, l) {
			return Script
		}
	}
	if s.Uses != nil {
		for _, who := range authorship {
			if strings.Contains(text, who) {
				return Script
			}
		}
	}
	if strings.Contains(text, "/permission") && strings.Contains(text, "/collaborators/") || strings.Contains(text, "/members/") && strings.Contains(text, "orgs/") {
		return Script
	}
	return NoGuard
}

// ChecksAuthor tells whether a step is an action that answers comments, and that does nothing for authors without rights.
func ChecksAuthor(s *syntax.Step) bool {
	return s.Uses != nil && catalog.ChecksAuthor(s.Uses.Value, inputs(s.With))
}

// scriptText is what a step runs: its run: value, or the script input of an action.
func scriptText(s *syntax.Step) string {
	if s.Run != nil {
		return s.Run.Value
	}
	if script := s.With.Get("script"); script != nil {
		return script.Value
	}
	return ""
}

// gate reports that a step, when it runs for an outsider, fails the job or may do so after a look at who it is.
func (o *outsider) gate(s gateStep) (GuardKind, syntax.Span) {
	if s.Uses != nil {
		if _, fails := catalog.Gate(s.Uses.Value, inputs(s.With)); fails {
			return Lookup, s.Uses.Span
		}
	}
	if s.looksUp || s.Run != nil && s.script && o.comparesIdentity(s.Step) {
		return Script, s.Span
	}
	return NoGuard, syntax.Span{}
}

func fails(text string) bool {
	for _, exit := range [...]string{"exit", "setFailed", "throw "} {
		if strings.Contains(text, exit) {
			return true
		}
	}
	return false
}

// comparesIdentity reports a script that tests a value that says who the outsider is, and that has an exit with an error.
func (o *outsider) comparesIdentity(s *syntax.Step) bool {
	script := o.flow.Script(o.file, o.job, s)
	tests, exits := false, false
	for _, c := range script.Commands {
		switch c.Name {
		case "exit":
			exits = exits || exitsWithError(c)
		case "[", "[[", "test", "case", "grep":
			for _, w := range c.Words {
				tests = tests || o.identityWord(s, w)
			}
		}
	}
	return tests && exits
}

func exitsWithError(c *shell.Command) bool {
	return len(c.Words) == 2 && c.Words[1].Const && c.Words[1].Text != "0"
}

func (o *outsider) identityWord(s *syntax.Step, w shell.Word) bool {
	in := *o
	in.step = s
	for _, h := range w.Holes {
		if h < len(s.Run.Fences) && in.saysWho(s.Run.Fences[h].X) {
			return true
		}
	}
	for _, v := range w.Vars {
		if v.Name == "GITHUB_ACTOR" || v.Name == "GITHUB_TRIGGERING_ACTOR" || in.saysWho(&expr.Property{Of: &expr.Name{Name: "env"}, Name: v.Name}) {
			return true
		}
	}
	return false
}

func (o *outsider) saysWho(n expr.Node) bool {
	if _, constant := expr.Fold(n); constant {
		return false
	}
	in := *o
	in.as.role = "NONE"
	v := in.value(n)
	return v.identity || v.label || v.kind != NoGuard
}
