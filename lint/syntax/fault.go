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
	oneChar  reach = iota // the character where it was noticed
	toEnd                 // from there to the end of the line
	oneLine               // the whole line but for its indentation
	fromStar              // like toEnd, from the & or * before
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
	{"did not find expected ',' or ']'", toEnd, `list in brackets is not closed here; add "]" or ","`},
	{"did not find expected ',' or '}'", toEnd, `mapping in braces is not closed here; add "}" or ","`},
	{"found unexpected end of stream", toEnd, "quote is never closed; add the closing quote"},
	{"found unexpected document indicator", toEnd, "quote is not closed before the document ends; add the closing quote"},
	{"did not find expected alphabetic or numeric character", fromStar, `"*" and "&" start an alias or an anchor; quote the text`},
	{"found unknown escape character", toEnd, `escape sequence is not known; write the backslash twice or use single quotes`},
	{"did not find expected hexdecimal number", toEnd, "escape sequence lacks hexadecimal digits; add them"},
	{"found invalid Unicode character escape code", toEnd, "escape sequence is no Unicode character; correct it"},
	{"block sequence entries are not allowed in this context", oneChar, `"-" cannot start a list item here; put the item on a line of its own`},
	{"mapping keys are not allowed in this context", oneChar, `"?" cannot start a key here; put the key on a line of its own or quote the text`},
	{"did not find expected node content", toEnd, "a value is missing here; add one or remove what stands here"},
	{"did not find expected comment or line break", toEnd, `text cannot follow the "|" or ">" of a block on the same line; move it to the next line`},
	{"found an indentation indicator equal to 0", toEnd, "indentation of a block cannot be 0; use 1 to 9"},
	{"did not find expected whitespace or line break", toEnd, `"!" starts a tag, and a blank must follow the tag; quote the text`},
	{"did not find expected tag URI", toEnd, `"!" starts a tag, and this one is malformed; quote the text`},
	{"did not find URI escaped octet", toEnd, `"!" starts a tag, and this one is malformed; quote the text`},
	{"did not find the expected '>'", toEnd, `tag that starts with "!<" is not closed; add ">"`},
	{"found undefined tag handle", toEnd, "tag uses a handle that is not declared; quote the text"},
	{"found unknown directive name", oneLine, `"%" starts a directive, and this one is not known; quote the text`},
	{"found incompatible YAML document", oneLine, "YAML version is not supported; remove the directive"},
	{"did not find expected <document start>", oneLine, afterDoc},
}

const (
	tabMessage   = "tab is used for indentation; use spaces"
	otherMessage = "file is not valid YAML here: "
)

// maxProbed bounds the bytes that are parsed again in search of the place of the errors of one file.
const maxProbed = 3 << 20

// locate returns the offset of the character at which yaml.v3 notices f in text: the last one of the shortest beginning
// of the text that has the same error.
func (r *repairer) locate(f fault) int {
	lines := yamlLines(r.text)
	lo := lines[min(f.line-1, len(lines)-1)]
	hi, known := len(r.text), false
	for step := 1; ; step *= 2 {
		next := f.line - 1 + step
		if next >= len(lines) || step > 1<<16 {
			break
		}
		if r.probe(lines[next], f) {
			hi, known = lines[next], true
			break
		}
		lo = lines[next]
		if r.probed > maxProbed {
			break
		}
	}
	if !known && r.probed > maxProbed {
		return skipSpace(r.text, lines[min(f.line-1, len(lines)-1)])
	}
	for hi-lo > 1 && r.probed <= maxProbed {
		mid := r.cut((lo+hi)/2, hi)
		if mid >= hi || mid <= lo {
			break
		}
		if r.probe(mid, f) {
			hi = mid
		} else {
			lo = mid
		}
	}
	_, w := utf8.DecodeLastRuneInString(r.text[:hi])
	return max(hi-w, 0)
}

// cut moves the end of a beginning so that cutting there does not change the meaning of its last character.
func (r *repairer) cut(at, limit int) int {
	for at < limit && (!utf8.RuneStart(r.text[at]) || strings.IndexByte(":-?\\'\r", r.text[at-1]) >= 0) {
		at++
	}
	return at
}

// probe reports whether text[:end] has the error f.
func (r *repairer) probe(end int, f fault) bool {
	r.probed += end
	doc := decode(r.text[:end])
	return doc.err != nil && newFault(doc.err) == f
}

// explain says what f means, and where: the error, and the offset of the text to do without.
func (r *repairer) explain(f fault) (Error, int) {
	if strings.HasPrefix(f.problem, "exceeded max depth") {
		at := r.deep()
		return Error{Span: Span{Start: at, End: min(at+1, len(r.text))}, Message: tooDeep}, at
	}
	if f.problem == "found unexpected end of stream" {
		if at, ok := r.openQuote(f.line); ok {
			message := fmt.Sprintf("quote %c is never closed; add the closing quote", r.text[at])
			return Error{Span: r.toEnd(at), Message: message}, at
		}
	}
	at := r.locate(f)
	lead := r.lead(at)
	if tab := strings.IndexByte(r.text[lead.Start:max(lead.End, min(at+1, len(r.text)))], '\t'); tab >= 0 && strings.Contains(f.problem, "t") && (lead.End >= at || at < len(r.text) && r.text[at] == '\t') {
		from := lead.Start + tab
		return Error{Span: Span{Start: from, End: max(skipBlank(r.text, from), from+1)}, Message: tabMessage}, at
	}
	if f.problem == "found character that cannot start any token" && at < len(r.text) {
		c, _ := utf8.DecodeRuneInString(r.text[at:])
		return Error{Span: r.toEnd(at), Message: fmt.Sprintf("plain text cannot start with %q; quote it", c)}, at
	}
	for _, e := range explanations {
		if e.problem != f.problem {
			continue
		}
		span := r.toEnd(at)
		switch e.reach {
		case oneChar:
			span.End = min(at+1, len(r.text))
		case oneLine:
			span.Start = min(lead.End, span.End)
		case fromStar:
			if i := strings.LastIndexAny(r.text[:min(at+1, len(r.text))], "*&"); i >= lead.End {
				span.Start = i
			}
		}
		return Error{Span: span, Message: e.message}, at
	}
	return Error{Span: r.toEnd(at), Message: otherMessage + f.problem}, at
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
		start := lines[n-1]
		end := lineEnd(r.text, start)
		for i := start; i < end; i++ {
			c := r.text[i]
			if c != '"' && c != '\'' || i > start && strings.IndexByte(" \t,[{:-?", r.text[i-1]) < 0 {
				continue
			}
			closed := singleEnd
			if c == '"' {
				closed = doubleEnd
			}
			stop := closed(r.text, i)
			if stop >= len(r.text) && (stop-i < 2 || r.text[stop-1] != c || closed(r.text+"x", i) > len(r.text)) {
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
