package syntax

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// fault is a syntax error of yaml.v3, which tells a line at most and not always the right one.
type fault struct {
	problem string // without prefix and line
	line    int    // 1-based; the error was noticed in this line or below
}

func newFault(err error) fault {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	f := fault{problem: text, line: 1}
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if digits, problem, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(digits); err == nil {
				f.line, f.problem = n, problem
			}
		}
	}
	return f
}

// reach says how much of a line an error is about.
type reach uint8

const (
	oneChar   reach = iota // the character where it was noticed
	toEnd                  // from there to the end of the line
	oneLine                // the whole line but for its indentation
	oneWord                // like toEnd, from the start of the word
	fromSlash              // the backslash before and the character behind it
)

// explanation is what we make of a problem.
type explanation struct {
	problem string // as yaml.v3 says it
	reach   reach
	message string
}

// explanations lists the problems that yaml.v3 v3.0.1 knows (scannerc.go, parserc.go), the commonest first.
var explanations = []explanation{
	{"mapping values are not allowed in this context", oneChar, `":" cannot start a value here; quote the text around it or fix the indentation`},
	{"did not find expected key", oneLine, "line belongs to no mapping above it; fix its indentation"},
	{"could not find expected ':'", oneLine, `line is no "key: value"; add the ":" or fix the indentation`},
	{"did not find expected '-' indicator", oneLine, `line belongs to no list above it; fix its indentation or start it with "- "`},
	{"found unexpected end of stream", toEnd, "quote is never closed; add the closing quote"},
	{"found unexpected document indicator", toEnd, "quote is not closed before the document ends; add the closing quote"},
	{"did not find expected alphabetic or numeric character", oneWord, `"*" and "&" start an alias or an anchor; quote the text`},
	{"found unknown escape character", fromSlash, `escape sequence is not known; write the backslash twice or use single quotes`},
	{"did not find expected hexdecimal number", fromSlash, "escape sequence lacks hexadecimal digits; add them"},
	{"found invalid Unicode character escape code", fromSlash, "escape sequence is no Unicode character; correct it"},
	{"block sequence entries are not allowed in this context", oneChar, `"-" cannot start a list item here; put the item on a line of its own`},
	{"mapping keys are not allowed in this context", oneChar, `"?" cannot start a key here; put the key on a line of its own or quote the text`},
	{"did not find expected node content", toEnd, "a value is missing here; add one or remove what stands here"},
	{"did not find expected comment or line break", toEnd, `text cannot follow the "|" or ">" of a block on the same line; move it to the next line`},
	{"found an indentation indicator equal to 0", toEnd, "indentation of a block cannot be 0; use 1 to 9"},
	{"did not find expected whitespace or line break", oneWord, `"!" starts a tag, and a blank must follow the tag; quote the text`},
	{"did not find expected tag URI", oneWord, `"!" starts a tag, and this one is malformed; quote the text`},
	{"did not find URI escaped octet", oneWord, `"!" starts a tag, and this one is malformed; quote the text`},
	{"did not find the expected '>'", toEnd, `tag that starts with "!<" is not closed; add ">"`},
	{"found undefined tag handle", oneWord, "tag uses a handle that is not declared; quote the text"},
	{"found unknown directive name", oneLine, `"%" starts a directive, and this one is not known; quote the text`},
	{"found incompatible YAML document", oneLine, "YAML version is not supported; remove the directive"},
	{"did not find expected <document start>", oneLine, afterDoc},
}

const tabMessage = "tab is used for indentation; use spaces"

// maxProbed bounds the bytes that are parsed again in search of the places of the errors of one file.
const maxProbed = 1 << 20

// affordable reports whether n more bytes may be parsed in search of an error.
func (r *repairer) affordable(n int) bool { return r.probed+n <= maxProbed }

// probe reports whether text[:end] has the error f.
func (r *repairer) probe(end int, f fault) bool {
	r.probed += end
	doc := decode(r.text[:end])
	return doc.err != nil && newFault(doc.err) == f
}

// locate returns the offset of the character at which yaml.v3 notices f in text: the last one of the shortest beginning
// of the text that has the same error. In a long file it may be the start of a line above.
func (r *repairer) locate(f fault) int {
	lines := yamlLines(r.text)
	first := min(f.line, len(lines)) - 1
	lo, hi := int(lines[first]), len(r.text)
	for step := 1; first+step < len(lines); step *= 2 {
		next := int(lines[first+step])
		if !r.affordable(next) {
			return skipSpace(r.text, lo)
		}
		if r.probe(next, f) {
			hi = next
			break
		}
		lo = next
	}
	for hi-lo > 1 {
		mid := r.cut((lo+hi)/2, hi)
		if mid >= hi {
			mid = r.cut(lo+1, hi)
		}
		if mid >= hi {
			break
		}
		if !r.affordable(mid) {
			return skipSpace(r.text, lo)
		}
		if r.probe(mid, f) {
			hi = mid
		} else {
			lo = mid
		}
	}
	_, w := utf8.DecodeLastRuneInString(r.text[:hi])
	at := max(hi-w, 0)
	// The scanner looks one character behind an indicator.
	if at > 0 && (at == len(r.text) || strings.IndexByte(" \t\r\n", r.text[at]) >= 0) && strings.IndexByte(":-?", r.text[at-1]) >= 0 {
		at--
	}
	return at
}

// cut moves the end of a beginning so that cutting there does not change the meaning of its last character.
func (r *repairer) cut(at, limit int) int {
	for at < limit && (!utf8.RuneStart(r.text[at]) || strings.IndexByte(":-?\\'\r", r.text[at-1]) >= 0) {
		at++
	}
	return at
}

// explain says what f means, and which offset the text to do without holds.
func (r *repairer) explain(f fault) (Error, int) {
	switch {
	case strings.HasPrefix(f.problem, "exceeded max depth"):
		at := r.deep()
		return Error{Span: Span{Start: at, End: min(at+1, len(r.text))}, Message: tooDeep}, at
	case f.problem == "found unexpected end of stream":
		if at, ok := r.openQuote(f.line); ok {
			message := fmt.Sprintf("quote %c is never closed; add the closing quote", r.text[at])
			return Error{Span: r.toEnd(at), Message: message}, at
		}
	case strings.HasPrefix(f.problem, "did not find expected ',' or"):
		if e, at, ok := r.openBracket(f.line); ok {
			return e, at
		}
	}
	at := r.locate(f)
	if tab, ok := r.tab(f, at); ok {
		return Error{Span: tab, Message: tabMessage}, at
	}
	switch f.problem {
	case "found character that cannot start any token":
		c, _ := utf8.DecodeRuneInString(r.text[min(at, len(r.text)):])
		return Error{Span: r.toEnd(at), Message: fmt.Sprintf("plain text cannot start with %q; quote it", c)}, at
	case "did not find expected key":
		if r.behindValue(at) {
			return Error{Span: r.toEnd(at), Message: "text cannot follow a complete value; quote the value as a whole"}, at
		}
	}
	for _, e := range explanations {
		if e.problem == f.problem {
			return Error{Span: r.reached(at, e.reach), Message: e.message}, at
		}
	}
	return Error{Span: r.toEnd(at), Message: "file is not valid YAML here, " + f.problem + "; correct it"}, at
}

// reached returns the bytes that an error noticed at an offset is about.
func (r *repairer) reached(at int, how reach) Span {
	span := r.toEnd(at)
	lead := r.lead(at)
	switch how {
	case oneChar:
		span.End = min(at+1, len(r.text))
	case oneLine:
		span.Start = min(lead.End, span.End)
	case oneWord:
		for span.Start > lead.End && strings.IndexByte(" \t,[{", r.text[span.Start-1]) < 0 {
			span.Start--
		}
	case fromSlash:
		if i := strings.LastIndexByte(r.text[lead.Start:min(at+1, len(r.text))], '\\'); i >= 0 {
			span.Start = lead.Start + i
			_, w := utf8.DecodeRuneInString(r.text[min(span.Start+1, len(r.text)):])
			span.End = span.Start + 1 + w
		}
	}
	return span
}

// tab returns the tabs in the indentation of the line that at is in, when they are what f is about.
func (r *repairer) tab(f fault, at int) (Span, bool) {
	lead := r.lead(at)
	from := strings.IndexByte(r.text[lead.Start:lead.End], '\t')
	if from < 0 || at > lead.End && !strings.Contains(f.problem, "tab character") {
		return Span{}, false
	}
	from += lead.Start
	return Span{Start: from, End: skipBlank(r.text, from)}, true
}

// behindValue reports whether at stands behind a value in its line, not at the start of a key.
func (r *repairer) behindValue(at int) bool {
	before := r.text[r.lead(at).End:max(at, r.lead(at).End)]
	if before != "" && (before[0] == '"' || before[0] == '\'') {
		return strings.IndexByte(before[1:], before[0]) >= 0
	}
	return strings.ContainsAny(before, " \t\"'")
}

// toEnd returns what stands from at to the end of its line, but for blanks.
func (r *repairer) toEnd(at int) Span {
	end := lineEnd(r.text, at)
	return Span{Start: at, End: max(at, at+len(strings.TrimRight(r.text[at:end], " \t")))}
}

// lead returns the indentation of the line that at is in.
func (r *repairer) lead(at int) Span {
	start := r.lineStart(at)
	return Span{Start: start, End: skipBlank(r.text, start)}
}

func (r *repairer) lineStart(at int) int {
	at = min(at, len(r.text))
	for at > 0 && !breakEnds(r.text, at-1) && r.text[:at] != byteOrderMark {
		at--
	}
	return at
}

// openQuote looks in a line, and in the first one, for a quote that nothing closes.
func (r *repairer) openQuote(line int) (int, bool) {
	lines := yamlLines(r.text)
	for _, n := range []int{line, 1} {
		if n < 1 || n > len(lines) {
			continue
		}
		start := int(lines[n-1])
		end := lineEnd(r.text, start)
		for i := start; i < end; i++ {
			c := r.text[i]
			if c != '"' && c != '\'' || i > start && strings.IndexByte(" \t,[{:-?", r.text[i-1]) < 0 {
				continue
			}
			stop := r.quoteEnd(i)
			if stop >= len(r.text) && !quoteCloses(r.text, i) {
				return i, true
			}
			i = stop - 1
		}
	}
	return 0, false
}

// deep returns the offset of the bracket, or of the line, that nests too deep for yaml.v3.
func (r *repairer) deep() int {
	open := 0
	for i := 0; i < len(r.text); i++ {
		switch r.text[i] {
		case '[', '{':
			if open++; open > MaxDepth {
				return i
			}
		case ']', '}':
			open--
		}
	}
	return 0
}

// openBracket looks from a line on for the flow collection that is not closed, or not as it was opened.
func (r *repairer) openBracket(line int) (Error, int, bool) {
	lines := yamlLines(r.text)
	if line > len(lines) {
		return Error{}, 0, false
	}
	var open []int
	last := Span{Start: -1}
	for i := int(lines[line-1]); i < len(r.text); i++ {
		switch c := r.text[i]; c {
		case '[', '{':
			open = append(open, i)
		case ']', '}':
			if len(open) == 0 {
				continue
			}
			from := open[len(open)-1]
			if want := r.text[from] + 2; c != want { // ] and } stand two behind [ and {
				message := fmt.Sprintf("bracket %q is closed by %q; write %q", r.text[from], c, want)
				return Error{Span: Span{Start: i, End: i + 1}, Message: message}, from, true
			}
			open = open[:len(open)-1]
			last = Span{Start: from, End: i + 1}
		case '"', '\'':
			if len(open) > 0 && strings.IndexByte(" \t,[{:\n", r.text[i-1]) >= 0 {
				i = r.quoteEnd(i) - 1
			}
		case '#':
			if i > 0 && (r.text[i-1] == ' ' || r.text[i-1] == '\t') {
				i = lineEnd(r.text, i) - 1
			}
		case '\n', '\r':
			if len(open) == 0 && last.Start >= 0 && i > int(lines[min(line, len(lines)-1)]) {
				return Error{Span: last, Message: "list or mapping in brackets lacks a comma; add it or quote the text"}, last.Start, true
			}
		}
	}
	if len(open) == 0 {
		return Error{}, 0, false
	}
	at := open[len(open)-1]
	return Error{Span: r.toEnd(at), Message: fmt.Sprintf("bracket %q is never closed; add %q", r.text[at], r.text[at]+2)}, at, true
}

// quoteEnd returns the offset behind the quoted text at i.
func (r *repairer) quoteEnd(i int) int {
	if r.text[i] == '"' {
		return doubleEnd(r.text, i)
	}
	return singleEnd(r.text, i)
}

// quoteCloses reports whether the quoted text at text[i:], which reaches to the end of text, ends with its quote.
func quoteCloses(text string, i int) bool {
	if text[i] == '"' {
		return doubleEnd(text+`"`, i) == len(text)
	}
	return singleEnd(text+" ", i) == len(text)
}
