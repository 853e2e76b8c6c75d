package report

import "sekisho/lint"

// writeCheckstyle prints the XML of Checkstyle 4.3, which many programs read: an element a file, and in it one a finding. A
// problem is an error in the first line.
func writeCheckstyle(p *printer, v *view) {
	m := &markup{p}
	m.declaration()
	m.put(`<checkstyle version="4.3">`)
	m.newline()
	for _, g := range v.groups() {
		m.put(`<file`)
		m.attribute("name", g.path)
		m.put(`>`)
		m.newline()
		for _, f := range g.findings {
			start := v.region(f.Path, f.Span).start
			m.put(`<error`)
			m.number("line", start.Line)
			m.number("column", start.Column)
			m.attribute("severity", checkstyleSeverity(f))
			m.attribute("message", messageOf(f))
			// Readers take what stands behind the last full stop for the rule.
			m.attribute("source", "sekisho."+f.Rule)
			m.put(`/>`)
			m.newline()
		}
		for _, problem := range g.problems {
			m.put(`<error line="1" severity="error"`)
			m.attribute("message", "could not check: "+problem.Message)
			m.put(` source="sekisho.problem"/>`)
			m.newline()
		}
		m.put(`</file>`)
		m.newline()
	}
	m.put(`</checkstyle>`)
	m.newline()
}

// checkstyleSeverity returns the level in the words of Checkstyle. Its "ignore" is taken for a warning by some readers.
func checkstyleSeverity(f *lint.Finding) string {
	level := f.Severity.Level()
	if f.Suppressed != nil || level == lint.Note {
		return "info"
	}
	return string(level)
}
