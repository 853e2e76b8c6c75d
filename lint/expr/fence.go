package expr

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	fenceOpen  = "${{"
	fenceClose = "}}"

	// maxUnclosed bounds the fences without }} that one text reports.
	maxUnclosed = 20
)

// ParseFences finds and reads every ${{ }} of text, in order. Like the runner it takes the first }} outside single quotes as
// the end. A fence that is never closed ends with its line, or where the next one opens. Text without ${{ gives nil.
func ParseFences(text string) []Fence {
	at := strings.Index(text, fenceOpen)
	if at < 0 {
		return nil
	}
	fences := make([]Fence, 0, min(strings.Count(text[at:], fenceOpen), maxUnclosed))
	s := closer{text: text, base: at}
	for unclosed := 0; unclosed < maxUnclosed; {
		var f Fence
		if end := s.close(at); end >= 0 && !swallowsNext(text, at, end) {
			f = closedFence(text, at, end)
		} else {
			f = openFence(text, at)
			unclosed++
		}
		fences = append(fences, f)
		next := strings.Index(text[f.End:], fenceOpen)
		if next < 0 {
			break
		}
		at = f.End + next
	}
	checkLength(text, fences)
	return fences
}

// closer finds the }} that ends a fence. It remembers where a search ended for an even and for an odd number of quotes
// before its start, so that text with many ${{ is searched twice at most.
type closer struct {
	text  string
	base  int
	odd   int // quotes before base, modulo 2
	known [2]int
}

// close returns the offset behind the }} that ends the fence opened at i, or -1. Calls come with rising i.
func (s *closer) close(i int) int {
	s.odd ^= strings.Count(s.text[s.base:i], "'") & 1
	s.base = i
	from := i + len(fenceOpen)
	if end := s.known[s.odd]; end < 0 || end >= from+len(fenceClose) {
		return end
	}
	quoted, end := false, -1
	for j := from; j < len(s.text); j++ {
		c := s.text[j]
		if c == '\'' {
			quoted = !quoted
		} else if c == '}' && !quoted && strings.HasPrefix(s.text[j:], fenceClose) {
			end = j + len(fenceClose)
			break
		}
	}
	s.known[s.odd] = end
	return end
}

// swallowsNext reports whether a fence whose }} was forgotten ends only with the }} of the next one. A fence written
// within an expression looks alike; there, what stands before it is no expression of its own.
func swallowsNext(text string, start, end int) bool {
	inner := text[start+len(fenceOpen) : end]
	i := strings.Index(inner, fenceOpen)
	if i < 0 || strings.Count(inner[:i], "'")%2 == 1 {
		return false
	}
	before := strings.TrimSpace(inner[:i])
	if strings.Contains(inner[:i], "\n") || strings.HasSuffix(before, "}") {
		return true
	}
	_, errs := Parse(before)
	return len(errs) == 0
}

func closedFence(text string, start, end int) Fence {
	f := Fence{Span: Span{start, end}, Inner: Span{start + len(fenceOpen), end - len(fenceClose)}}
	if strings.TrimSpace(text[f.Inner.Start:f.Inner.End]) == "" {
		f.X = &Bad{Span{f.Inner.Start, f.Inner.Start}}
		f.Errs = []Error{{f.Span, "empty expression; write a value between ${{ and }}, or remove it"}}
		return f
	}
	f.X, f.Errs = parseRange(text, f.Inner)
	return f
}

// openFence reads a fence whose }} is missing, or hidden by an unclosed quote.
func openFence(text string, start int) Fence {
	inner := start + len(fenceOpen)
	end := len(text)
	if i := strings.Index(text[inner:], fenceOpen); i >= 0 {
		end = inner + i
	}
	if i := strings.Index(text[inner:end], fenceClose); i >= 0 {
		f := closedFence(text, start, inner+i+len(fenceClose))
		if len(f.Errs) == 0 {
			f.Errs = []Error{{Span{start, inner}, "unclosed ${{; a ' before its }} hides them"}}
		}
		return f
	}
	if i := strings.IndexByte(text[inner:end], '\n'); i >= 0 {
		end = inner + i
	}
	end = trimEnd(text, inner, end)
	f := Fence{
		Span: Span{start, end}, Inner: Span{inner, end},
		Errs: []Error{{Span{start, inner}, "unclosed ${{; add }} behind the expression"}},
	}
	x, errs := parseRange(text, f.Inner)
	if len(errs) > 0 {
		// What follows is often no expression at all; only the missing }} is certain.
		x = &Bad{Span{inner, inner}}
	}
	f.X = x
	return f
}

// checkLength reports text that the runner refuses although each of its expressions is short enough: it turns text with
// fences into one call of format(), whose length counts.
func checkLength(text string, fences []Fence) {
	first := &fences[0]
	if len(text)*2+5*len(fences) < MaxLength || len(fences) == 1 && first.Len() == len(text) {
		return
	}
	n, at := len("format('')"), 0
	for i, f := range fences {
		n += escapedLength(text[at:f.Start]) + len("{}, ") + len(strconv.Itoa(i))
		n += utf8.RuneCountInString(strings.TrimFunc(text[f.Inner.Start:f.Inner.End], unicode.IsSpace))
		at = f.End
	}
	n += escapedLength(text[at:])
	if n > MaxLength {
		first.Errs = append(first.Errs, Error{
			first.Span,
			"text with an expression comes to " + strconv.Itoa(n) + " characters, the runner takes " + strconv.Itoa(MaxLength) +
				"; pass the values through env, or shorten the text",
		})
	}
}

// escapedLength counts the characters of literal text within a format() template.
func escapedLength(text string) int {
	n := utf8.RuneCountInString(text)
	for i := range len(text) {
		switch text[i] {
		case '\'', '{', '}':
			n++
		}
	}
	return n
}

// ParseCondition reads the value of an if: key, fenced or bare. Blank text is success(), as in the runner. A fence that is
// not closed does not make the text always true: it is an error, and X is what the text says without it, or a *Bad.
func ParseCondition(text string) Condition {
	fences := ParseFences(text)
	if fences == nil {
		if strings.TrimSpace(text) == "" {
			return Condition{X: &Call{Name: "success"}}
		}
		x, errs := Parse(text)
		return Condition{X: x, Errs: errs}
	}
	c := Condition{Fences: fences}
	first := fences[0]
	switch {
	case len(fences) == 1 && first.Len() == len(text):
		c.X = first.X
	case !isClosed(fences):
		x, errs := Parse(text)
		if len(errs) > 0 {
			x = &Bad{}
		}
		c.X = x
	default:
		c.AlwaysTrue = true
	}
	return c
}

// isClosed reports whether every fence ends with }}.
func isClosed(fences []Fence) bool {
	for _, f := range fences {
		if f.Inner.End == f.End {
			return false
		}
	}
	return true
}
