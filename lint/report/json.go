package report

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// writeJSON prints the document that schema/output.json describes, a finding a line.
func writeJSON(p *printer, v *view) {
	e := &encoder{printer: p, view: v}
	e.put(`{"version":1,"tool":{"name":"sekisho","version":`)
	e.string(v.Version)
	e.put(`},`)
	e.newline()
	e.put(`"findings":[`)
	for i, f := range v.shown {
		e.separate(i)
		e.newline()
		e.finding(f)
	}
	e.put(`],`)
	e.newline()
	e.put(`"problems":[`)
	for i, problem := range v.problems {
		e.separate(i)
		e.newline()
		e.field(`{"path":`, problem.Path)
		e.field(`,"message":`, problem.Message)
		e.put(`}`)
	}
	e.put(`],`)
	e.newline()
	e.summary()
	e.put(`}`)
	e.newline()
}

// encoder writes JSON. Its strings hold neither raw control or hidden characters nor a line that a runner would obey.
type encoder struct {
	*printer
	*view
}

func (e *encoder) finding(f *lint.Finding) {
	e.field(`{"rule":`, f.Rule)
	e.field(`,"severity":`, f.Severity.String())
	e.field(`,"confidence":`, f.Confidence.String())
	e.field(`,"level":`, string(f.Severity.Level()))
	e.field(`,"path":`, f.Path)
	e.put(`,`)
	e.region(e.view.region(f.Path, f.Span))
	e.put(`,`)
	e.offsets(f.Path, f.Span)
	e.field(`,"message":`, f.Message)
	e.field(`,"url":`, e.url(f.Rule))
	e.put(`,"related":[`)
	e.places(f, f.Related)
	e.put(`],"trace":[`)
	e.places(f, f.Trace)
	e.put(`],"fixes":[`)
	for i := range f.Fixes {
		e.separate(i)
		e.fix(f.Path, &f.Fixes[i])
	}
	e.put(`],"suppressed":`)
	if s := f.Suppressed; s == nil {
		e.put(`null`)
	} else {
		e.field(`{"reason":`, s.Reason)
		e.field(`,"kind":`, s.Kind)
		e.put(`}`)
	}
	e.field(`,"fingerprint":`, f.Fingerprint)
	e.put(`}`)
}

func (e *encoder) places(f *lint.Finding, list []lint.Place) {
	for i := range list {
		e.separate(i)
		path := placePath(f, &list[i])
		e.field(`{"path":`, path)
		e.put(`,`)
		e.region(e.view.region(path, list[i].Span))
		e.field(`,"message":`, list[i].Message)
		e.put(`}`)
	}
}

func (e *encoder) fix(path string, x *lint.Fix) {
	e.field(`{"title":`, x.Title)
	e.field(`,"safety":`, x.Safety.String())
	e.put(`,"edits":[`)
	for i := range x.Edits {
		e.separate(i)
		e.put(`{`)
		e.offsets(path, x.Edits[i].Span)
		e.put(`,`)
		e.region(e.view.region(path, x.Edits[i].Span))
		e.field(`,"text":`, x.Edits[i].New)
		e.put(`}`)
	}
	e.put(`]}`)
}

func (e *encoder) summary() {
	c := &e.counts
	e.number(`"summary":{"files":`, e.Files)
	e.number(`,"findings":`, c.findings)
	e.number(`,"suppressed":`, c.suppressed)
	if e.Older > 0 {
		e.number(`,"older":`, e.Older)
	}
	e.number(`,"fixable":`, c.safe)
	e.put(`,"bySeverity":{`)
	first := 0
	for s := lint.Critical; s >= lint.Info; s-- {
		if c.bySeverity[s] > 0 {
			e.separate(first)
			first++
			e.string(s.String())
			e.number(`:`, c.bySeverity[s])
		}
	}
	e.put(`},"durationMs":`)
	e.buf = strconv.AppendInt(e.buf, max(e.DurationMS, 0), 10)
	e.put(`}`)
}

// url returns the address of a rule's page; a command is not one.
func (e *encoder) url(rule string) string {
	if page := e.page(rule); isURL(page) {
		return page
	}
	return ""
}

func isURL(page string) bool {
	return strings.HasPrefix(page, "https://") || strings.HasPrefix(page, "http://")
}

func (e *encoder) region(r region) {
	e.number(`"line":`, r.start.Line)
	e.number(`,"column":`, r.start.Column)
	e.number(`,"endLine":`, r.end.Line)
	e.number(`,"endColumn":`, r.end.Column)
}

func (e *encoder) offsets(path string, span syntax.Span) {
	if src := e.Sources[path]; src != nil {
		span = clamp(src, span)
	}
	e.number(`"offset":`, max(span.Start, 0))
	e.number(`,"endOffset":`, max(span.End, span.Start, 0))
}

func (e *encoder) separate(i int) {
	if i > 0 {
		e.buf = append(e.buf, ',')
	}
}

func (e *encoder) field(key, value string) {
	e.put(key)
	e.string(value)
}

func (e *encoder) number(key string, n int) {
	e.put(key)
	e.buf = strconv.AppendInt(e.buf, int64(n), 10)
}

func (e *encoder) string(s string) {
	b := append(e.buf, '"')
	hashes, from := 0, 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < ' ' || c == '"' || c == '\\' || c == 0x7f || c == '[' && hashes >= 2 {
				b = appendASCII(append(b, s[from:i]...), c)
				from = i + 1
			}
			if c == '#' {
				hashes++
			} else {
				hashes = 0
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError:
			b = append(append(b, s[from:i]...), "\uFFFD"...)
			from = i + size
		case hidden(r, 0):
			b = appendUnicode(append(b, s[from:i]...), r)
			from = i + size
		}
		if !unicode.IsMark(r) {
			hashes = 0
		}
		i += size
	}
	e.buf = append(append(b, s[from:]...), '"')
}

func appendASCII(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	}
	return appendUnicode(b, rune(c))
}

// appendUnicode appends a character as \u202e, or as two surrogates.
func appendUnicode(b []byte, r rune) []byte {
	if r > 0xffff {
		r -= 0x10000
		return appendUnicode(appendUnicode(b, 0xd800+r>>10), 0xdc00+r&0x3ff)
	}
	return append(b, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}

// placePath returns the path of a place, which may leave it to the finding.
func placePath(f *lint.Finding, p *lint.Place) string {
	if p.Path == "" {
		return f.Path
	}
	return p.Path
}
