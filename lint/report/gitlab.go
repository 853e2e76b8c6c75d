package report

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// writeGitLab prints the array of issues that GitLab's Code Quality reads.
func writeGitLab(p *printer, v *view) {
	g := &gitlab{encoder: encoder{printer: p, view: v}, seen: map[string]bool{}}
	g.put(`[`)
	for _, group := range v.groups() {
		for _, f := range group.findings {
			r := v.region(f.Path, f.Span)
			g.issue(messageOf(f), f.Rule, gitlabSeverity(f), group.path, f.Fingerprint, r)
		}
		for _, problem := range group.problems {
			first := syntax.Position{Line: 1, Column: 1}
			g.issue("could not check: "+problem.Message, "problem", "major", group.path, "", region{first, first})
		}
	}
	g.newline()
	g.put(`]`)
	g.newline()
}

type gitlab struct {
	encoder
	seen map[string]bool // fingerprints
}

func (g *gitlab) issue(description, check, severity, path, fingerprint string, r region) {
	g.separate(len(g.seen))
	g.newline()
	g.field(`{"description":`, description)
	g.field(`,"check_name":`, check)
	g.field(`,"fingerprint":`, g.unique(fingerprint, path, check+"\x00"+description))
	g.field(`,"severity":`, severity)
	g.field(`,"location":{"path":`, path)
	g.number(`,"lines":{"begin":`, r.start.Line)
	g.number(`,"end":`, r.lastLine())
	g.put(`}}}`)
}

// unique returns a fingerprint that no other issue has: GitLab keeps one issue of each. Repositories that are checked together
// may have the same file, and a problem has no fingerprint of its own.
func (g *gitlab) unique(fingerprint, path, what string) string {
	for n := 1; fingerprint == "" || g.seen[fingerprint]; n++ {
		sum := sha256.Sum256([]byte(path + "\x00" + what + "\x00" + strconv.Itoa(n)))
		fingerprint = hex.EncodeToString(sum[:16])
	}
	g.seen[fingerprint] = true
	return fingerprint
}

// lastLine returns the last line of which a region holds something.
func (r region) lastLine() int {
	if r.end.Column == 1 && r.end.Line > r.start.Line {
		return r.end.Line - 1
	}
	return r.end.Line
}

// gitlabSeverity returns the severity in GitLab's words.
func gitlabSeverity(f *lint.Finding) string {
	switch {
	case f.Suppressed != nil:
		return "info"
	case f.Severity == lint.Critical:
		return "blocker"
	case f.Severity == lint.High:
		return "critical"
	case f.Severity == lint.Medium:
		return "major"
	case f.Severity == lint.Low:
		return "minor"
	}
	return "info"
}
