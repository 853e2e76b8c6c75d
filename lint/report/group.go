package report

import "sekisho/lint"

// fileGroup is what is printed about one file.
type fileGroup struct {
	path     string // never empty: the repository itself is "."
	findings []*lint.Finding
	problems []lint.Problem
}

// groups returns what is printed file by file, sorted by path.
func (v *view) groups() []fileGroup {
	var out []fileGroup
	findings, problems := v.shown, v.problems
	for len(findings)+len(problems) > 0 {
		path := nextPath(findings, problems)
		g := fileGroup{path: orRoot(path)}
		n := 0
		for n < len(findings) && findings[n].Path == path {
			n++
		}
		g.findings, findings = findings[:n], findings[n:]
		n = 0
		for n < len(problems) && problems[n].Path == path {
			n++
		}
		g.problems, problems = problems[:n], problems[n:]
		out = append(out, g)
	}
	return out
}

// nextPath returns the lower one of the first paths of two sorted lists, of which one may be empty.
func nextPath(findings []*lint.Finding, problems []lint.Problem) string {
	switch {
	case len(findings) == 0:
		return problems[0].Path
	case len(problems) == 0:
		return findings[0].Path
	}
	return min(findings[0].Path, problems[0].Path)
}

// orRoot returns a path for programs that need one.
func orRoot(path string) string {
	if path == "" {
		return "."
	}
	return path
}

// messageOf returns the message of a finding, which says when it is suppressed.
func messageOf(f *lint.Finding) string {
	if f.Suppressed != nil {
		return "suppressed: " + f.Message
	}
	return f.Message
}
