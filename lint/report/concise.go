package report

// writeConcise prints one line a finding, in the shape that compilers use and editors read.
func writeConcise(p *printer, v *view) {
	for _, f := range v.shown {
		start := v.region(f.Path, f.Span).start
		p.text(f.Path)
		p.raw(":")
		p.int(start.Line)
		p.raw(":")
		p.int(start.Column)
		p.raw(": ")
		p.raw(string(f.Severity.Level()))
		p.raw(": ")
		if f.Suppressed != nil {
			p.raw("suppressed: ")
		}
		p.text(f.Message)
		p.raw(" [")
		p.text(f.Rule)
		p.raw("]")
		p.newline()
	}
	for _, problem := range v.problems {
		if problem.Path != "" {
			p.text(problem.Path)
			p.raw(": ")
		}
		p.raw("could not check: ")
		p.text(problem.Message)
		p.newline()
	}
}
