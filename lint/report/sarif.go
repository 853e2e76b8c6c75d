package report

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// What code scanning takes from a file (docs.github.com, SARIF support for code scanning). It refuses one with more results, and
// of those that it takes it keeps 5,000, the most severe; what is above the other limits it would leave out by itself.
const (
	maxResults   = 25_000
	maxLocations = 100   // of a result, the primary one included
	maxFlow      = 1_000 // locations of a code flow
	maxMessage   = 4_096 // characters; larger ones carry text of a file that went wrong
)

// writeSARIF prints a SARIF 2.1.0 log with one run, a rule or result a line, the most severe results first. Paths have no uriBaseId:
// code scanning takes relative ones from the root of the repository, as sekisho does.
func writeSARIF(p *printer, v *view) {
	s := &sarif{encoder: &encoder{printer: p, view: v}, ruleIndex: map[string]int{}, uris: map[string]string{}, hashes: map[string][]lineHash{}}
	results := slices.Clone(v.shown)
	slices.SortStableFunc(results, bySeverity)
	left := max(len(results)-maxResults, 0)
	results = results[:len(results)-left]

	s.put(`{"$schema":"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json","version":"2.1.0","runs":[{`)
	s.newline()
	s.tool()
	s.put(`"columnKind":"utf16CodeUnits","newlineSequences":["\r\n","\n","\r"],`)
	s.newline()
	s.invocation(left)
	s.put(`"results":[`)
	for i, f := range results {
		s.separate(i)
		s.newline()
		s.result(f)
	}
	s.put(`]}]}`)
	s.newline()
}

// bySeverity puts open findings before suppressed ones and severe ones before mild ones.
func bySeverity(a, b *lint.Finding) int {
	switch {
	case a.Suppressed == nil && b.Suppressed != nil:
		return -1
	case a.Suppressed != nil && b.Suppressed == nil:
		return 1
	}
	return cmp.Compare(b.Severity, a.Severity)
}

// sarif writes the parts of a log.
type sarif struct {
	*encoder
	ruleIndex map[string]int        // by id
	uris      map[string]string     // by path
	hashes    map[string][]lineHash // by path
}

// invocation says what could not be checked, and how many results were left out. The run is a failure in the first case only, as
// it is by the exit code; findings are none.
func (s *sarif) invocation(left int) {
	s.put(`"invocations":[{"executionSuccessful":`)
	s.buf = strconv.AppendBool(s.buf, len(s.problems) == 0)
	s.put(`,"toolExecutionNotifications":[`)
	for i, problem := range s.problems {
		s.separate(i)
		s.newline()
		s.put(`{"level":"error",`)
		s.message(problem.Message)
		if problem.Path != "" {
			s.put(`,"locations":[{"physicalLocation":{`)
			s.artifact(problem.Path)
			s.put(`}}]`)
		}
		s.put(`}`)
	}
	if left > 0 {
		s.separate(len(s.problems))
		s.newline()
		s.put(`{"level":"warning",`)
		s.message(fmt.Sprintf("%d more findings are left out, the mildest; code scanning takes %d", left, maxResults))
		s.put(`}`)
	}
	s.put(`]}],`)
	s.newline()
}

// result prints a finding. Code scanning shows the security-severity of the rule whatever the finding's own is, so the level alone
// carries that; the exact one is among the properties.
func (s *sarif) result(f *lint.Finding) {
	s.field(`{"ruleId":`, f.Rule)
	if i, known := s.ruleIndex[f.Rule]; known {
		s.number(`,"ruleIndex":`, i)
	}
	s.field(`,"level":`, string(f.Severity.Level()))
	related := f.Related[:min(len(f.Related), maxLocations-1)]
	s.put(`,"message":{"text":`)
	s.string(resultText(f, related))
	s.put(`},"locations":[{"physicalLocation":{`)
	s.artifact(f.Path)
	at := s.regionUTF16(f.Path, s.firstLine(f.Path, f.Span))
	s.regionField(`,"region":`, at)
	s.put(`}}]`)
	if len(related) > 0 {
		s.put(`,"relatedLocations":[`)
		s.locations(f, related)
		s.put(`]`)
	}
	s.flow(f)
	s.fixes(f)
	s.suppressions(f)
	s.fingerprints(f, at.start.Line)
	s.field(`,"properties":{"severity":`, f.Severity.String())
	s.field(`,"confidence":`, f.Confidence.String())
	if more := len(f.Related) - len(related); more > 0 {
		s.number(`,"relatedLocationsLeftOut":`, more)
	}
	s.put(`}}`)
}

// resultText is the message with links to the related places, a line for each that says something new: code scanning shows no
// place that has no link. It shows the first sentence alone where it has little room, so the message ends as one.
func resultText(f *lint.Finding, related []lint.Place) string {
	var b strings.Builder
	text := plainText(cmp.Or(f.Message, f.Rule, "finding"))
	b.WriteString(text)
	if !strings.ContainsAny(text[len(text)-1:], ".?!") {
		b.WriteByte('.')
	}
	for i := range related[:min(len(related), maxRelated)] {
		if i > 0 && related[i].Message == related[i-1].Message {
			fmt.Fprintf(&b, ", [%d](%d)", i+1, i+1)
			continue
		}
		fmt.Fprintf(&b, "\n[%s](%d)", linkText(cmp.Or(related[i].Message, "see also")), i+1)
	}
	if more := len(f.Related) - maxRelated; more > 0 {
		fmt.Fprintf(&b, "\nand %d more places", more)
	}
	return b.String()
}

// locations prints places with ids from 1.
func (s *sarif) locations(f *lint.Finding, places []lint.Place) {
	for i := range places {
		s.separate(i)
		s.number(`{"id":`, i+1)
		s.put(`,`)
		s.place(f, &places[i])
		s.put(`}`)
	}
}

func (s *sarif) place(f *lint.Finding, place *lint.Place) {
	path := placePath(f, place)
	s.put(`"physicalLocation":{`)
	s.artifact(path)
	s.regionField(`,"region":`, s.regionUTF16(path, place.Span))
	s.put(`}`)
	if place.Message != "" {
		s.put(`,`)
		s.message(place.Message)
	}
}

// flow prints the trace from source to sink; when it is too long, the places before the sink are left out.
func (s *sarif) flow(f *lint.Finding) {
	if len(f.Trace) == 0 {
		return
	}
	trace := f.Trace
	if len(trace) > maxFlow {
		trace = append(slices.Clone(trace[:maxFlow-1]), trace[len(trace)-1])
	}
	s.put(`,"codeFlows":[{"threadFlows":[{"locations":[`)
	for i := range trace {
		s.separate(i)
		s.put(`{"location":{`)
		s.place(f, &trace[i])
		s.put(`}}`)
	}
	s.put(`]}]}]`)
}

// fixes prints the fixes that change something; without the text of the file nobody knows where they belong.
func (s *sarif) fixes(f *lint.Finding) {
	if s.Sources[f.Path] == nil {
		return
	}
	first := 0
	for i := range f.Fixes {
		if len(f.Fixes[i].Edits) == 0 {
			continue
		}
		if first == 0 {
			s.put(`,"fixes":[`)
		}
		s.separate(first)
		first++
		s.fix(f.Path, &f.Fixes[i])
	}
	if first > 0 {
		s.put(`]`)
	}
}

func (s *sarif) fix(path string, x *lint.Fix) {
	safety := "safe"
	if x.Safety != lint.Safe {
		safety = "unsafe: it needs a look"
	}
	s.put(`{"description":{"text":`)
	s.string(plainText(x.Title) + " (" + safety + ")")
	s.put(`},"artifactChanges":[{`)
	s.artifact(path)
	s.put(`,"replacements":[`)
	for i := range x.Edits {
		s.separate(i)
		s.regionField(`{"deletedRegion":`, s.regionUTF16(path, x.Edits[i].Span))
		s.field(`,"insertedContent":{"text":`, x.Edits[i].New)
		s.put(`}}`)
	}
	s.field(`]}],"properties":{"safety":`, x.Safety.String())
	s.put(`}}`)
}

// suppressions are printed for all results of a run or for none, as the standard wants it.
func (s *sarif) suppressions(f *lint.Finding) {
	if !s.ShowSuppressed {
		return
	}
	s.put(`,"suppressions":[`)
	if x := f.Suppressed; x != nil {
		if x.Kind == "comment" {
			s.put(`{"kind":"inSource","location":{"physicalLocation":{`)
			s.artifact(f.Path)
			s.regionField(`,"region":`, s.regionUTF16(f.Path, x.Span))
			s.put(`}}`)
		} else {
			s.put(`{"kind":"external"`)
		}
		if x.Reason != "" {
			s.field(`,"justification":`, x.Reason)
		}
		s.put(`}`)
	}
	s.put(`]`)
}

// fingerprints prints the hash of the line, by which code scanning knows a result again, and sekisho's own fingerprint.
func (s *sarif) fingerprints(f *lint.Finding, line int) {
	src := s.Sources[f.Path]
	if src == nil && f.Fingerprint == "" {
		return
	}
	s.put(`,"partialFingerprints":{`)
	if src != nil {
		if s.hashes[f.Path] == nil {
			s.hashes[f.Path] = lineHashes(src.Text)
		}
		s.field(`"primaryLocationLineHash":`, s.hashes[f.Path][line-1].String())
		if f.Fingerprint != "" {
			s.put(`,`)
		}
	}
	if f.Fingerprint != "" {
		s.field(`"sekisho/v1":`, f.Fingerprint)
	}
	s.put(`}`)
}

// message prints a message that has no links.
func (s *sarif) message(text string) {
	s.field(`"message":{"text":`, plainText(text))
	s.put(`}`)
}

func (s *sarif) artifact(path string) {
	address, known := s.uris[path]
	if !known {
		address = uri(path)
		s.uris[path] = address
	}
	s.put(`"artifactLocation":{"uri":"`)
	s.put(address)
	s.put(`"}`)
}

func (s *sarif) regionField(key string, r region) {
	s.put(key)
	s.number(`{"startLine":`, r.start.Line)
	s.number(`,"startColumn":`, r.start.Column)
	s.number(`,"endLine":`, r.end.Line)
	s.number(`,"endColumn":`, r.end.Column)
	s.put(`}`)
}

// regionUTF16 is region with columns in UTF-16 code units.
func (s *sarif) regionUTF16(path string, span syntax.Span) region {
	src := s.Sources[path]
	if src == nil {
		return s.view.region(path, span)
	}
	span = clamp(src, span)
	return region{src.PositionUTF16(span.Start), src.PositionUTF16(span.End)}
}

// firstLine cuts a span to its part of one line: code scanning shows a result in a pull request only when the diff has all its
// lines.
func (s *sarif) firstLine(path string, span syntax.Span) syntax.Span {
	src := s.Sources[path]
	if src == nil {
		return span
	}
	span = clamp(src, span)
	line := src.LineSpan(src.Position(span.Start).Line)
	span.End = max(min(span.End, line.End), span.Start)
	return span
}

// plainText makes a message one of SARIF, which is no Markdown but for its links: nothing in it may become one. Code scanning drops
// backquotes and shows a backslash before what is special between them, so names stand in single quotes. Braces stay as they are:
// without arguments nothing can be put in their place.
func plainText(text string) string {
	text = strings.ReplaceAll(shorten(text, maxMessage), "`", "'")
	return strings.ReplaceAll(text, "](", "] (") // a backslash could itself be escaped by one before it
}

// linkText is plainText between the brackets of a link.
func linkText(text string) string {
	text = strings.ReplaceAll(shorten(text, maxMessage), "`", "'")
	for _, c := range [...]string{`\`, `[`, `]`} { // a Replacer takes longer to make than this
		text = strings.ReplaceAll(text, c, `\`+c)
	}
	return text
}

// shorten cuts text to n characters.
func shorten(text string, n int) string {
	if len(text) <= n || utf8.RuneCountInString(text) <= n {
		return text
	}
	end := 0
	for range n - 1 {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	return text[:end] + "…"
}

// uri writes a path as a URI reference: relative paths stay relative, absolute ones become those of files.
func uri(path string) string {
	var b strings.Builder
	switch {
	case strings.HasPrefix(path, "/"):
		b.WriteString("file://")
	case filepath.IsAbs(filepath.FromSlash(path)):
		b.WriteString("file:///") // before the letter of a drive
	}
	for i := range len(path) {
		switch c := path[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("/-._~", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hexUpper[c>>4])
			b.WriteByte(hexUpper[c&15])
		}
	}
	return b.String()
}
