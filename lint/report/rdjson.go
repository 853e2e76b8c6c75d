package report

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// maxSuggestion is how many bytes a suggestion may have: reviewers see it in a comment.
const maxSuggestion = 4 << 10

// writeRDJSON prints a DiagnosticResult of the Reviewdog Diagnostic Format, whose columns count bytes. Members without a value
// are left out: null is not valid.
func writeRDJSON(p *printer, v *view) {
	r := &rdjson{encoder{printer: p, view: v}}
	r.put(`{"source":{"name":"sekisho"},`)
	r.newline()
	r.put(`"diagnostics":[`)
	n := 0
	for _, g := range v.groups() {
		for _, f := range g.findings {
			r.separate(n)
			n++
			r.newline()
			r.diagnostic(f)
		}
		for _, problem := range g.problems {
			r.separate(n)
			n++
			r.newline()
			r.field(`{"message":`, "could not check: "+problem.Message)
			r.field(`,"location":{"path":`, g.path)
			r.put(`},"severity":"ERROR"}`)
		}
	}
	r.put(`]}`)
	r.newline()
}

type rdjson struct{ encoder }

func (r *rdjson) diagnostic(f *lint.Finding) {
	r.field(`{"message":`, messageOf(f))
	r.location(f.Path, f.Span)
	r.field(`,"severity":`, rdSeverity(f))
	r.field(`,"code":{"value":`, f.Rule)
	if url := r.url(f.Rule); url != "" {
		r.field(`,"url":`, url)
	}
	r.put(`}`)
	if edit, ok := r.suggestion(f); ok {
		r.put(`,"suggestions":[{`)
		r.span(r.Sources[f.Path], edit.Span)
		r.field(`,"text":`, edit.New)
		r.put(`}]`)
	}
	r.related(f)
	r.put(`}`)
}

// related writes the places that the message speaks of and the way of the data, without the finding itself.
func (r *rdjson) related(f *lint.Finding) {
	n := 0
	for _, list := range [...][]lint.Place{f.Related, f.Trace} {
		for i := range list {
			path := placePath(f, &list[i])
			if path == f.Path && list[i].Span == f.Span {
				continue
			}
			if n == 0 {
				r.put(`,"related_locations":[`)
			}
			r.separate(n)
			n++
			r.field(`{"message":`, list[i].Message)
			r.location(path, list[i].Span)
			r.put(`}`)
		}
	}
	if n > 0 {
		r.put(`]`)
	}
}

func (r *rdjson) location(path string, span syntax.Span) {
	r.field(`,"location":{"path":`, orRoot(path))
	if src := r.Sources[path]; src != nil {
		r.put(`,`)
		r.span(src, clamp(src, span))
	}
	r.put(`}`)
}

func (r *rdjson) span(src *syntax.Source, span syntax.Span) {
	start, end := bytePosition(src, span.Start), bytePosition(src, span.End)
	r.number(`"range":{"start":{"line":`, start.Line)
	r.number(`,"column":`, start.Column)
	r.number(`},"end":{"line":`, end.Line)
	r.number(`,"column":`, end.Column)
	r.put(`}}`)
}

// bytePosition returns the line and column of an offset, where columns count bytes from the line's start. The byte order mark
// counts, because it does in the diff to which a reader holds the column.
func bytePosition(src *syntax.Source, off int) syntax.Position {
	line := src.Position(off).Line
	start := 0
	if line > 1 {
		start = src.LineSpan(line).Start
	}
	return syntax.Position{Line: line, Column: off - start + 1}
}

// suggestion returns the edits of the first fix as one, because a reader takes several suggestions for alternatives. A text that
// would not be the same in JSON, and one that is too long, is no suggestion.
func (r *rdjson) suggestion(f *lint.Finding) (syntax.Edit, bool) {
	src := r.Sources[f.Path]
	if src == nil || len(f.Fixes) == 0 || f.Suppressed != nil {
		return syntax.Edit{}, false
	}
	edit, ok := joinEdits(src, f.Fixes[0].Edits)
	return edit, ok && utf8.ValidString(edit.New)
}

// joinEdits returns one edit that does what several do, with the text between them. It fails for edits that overlap or lie outside
// the text.
func joinEdits(src *syntax.Source, edits []syntax.Edit) (syntax.Edit, bool) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b syntax.Edit) int { return cmp.Compare(a.Start, b.Start) })
	var b strings.Builder
	for i, e := range edits {
		if i > 0 && e.Start < edits[i-1].End || e.Span != clamp(src, e.Span) {
			return syntax.Edit{}, false
		}
		if i > 0 {
			b.WriteString(src.Text[edits[i-1].End:e.Start])
		}
		b.WriteString(e.New)
		if b.Len() > maxSuggestion {
			return syntax.Edit{}, false
		}
	}
	if len(edits) == 0 {
		return syntax.Edit{}, false
	}
	return syntax.Edit{Span: syntax.Span{Start: edits[0].Start, End: edits[len(edits)-1].End}, New: b.String()}, true
}

// rdSeverity returns the level in reviewdog's words.
func rdSeverity(f *lint.Finding) string {
	switch level := f.Severity.Level(); {
	case f.Suppressed != nil || level == lint.Note:
		return "INFO"
	case level == lint.Warning:
		return "WARNING"
	}
	return "ERROR"
}
