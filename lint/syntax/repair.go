package syntax

import (
	"fmt"
	"strings"
)

const maxRepairs = 12 // syntax errors of one file that are looked for

// repairer reads a text with syntax errors: it blanks out what cannot be read until the rest can.
type repairer struct {
	src     *Source
	text    string // the text to read; always as long as the file's
	doc     document
	errs    []Error
	nulls   map[int]int // where aliases to nothing started and ended
	partial bool

	probed  int    // bytes parsed in search of errors
	damaged []Span // blocks with an error: a second one in them may follow from the first
}

func (r *repairer) run() {
	for range maxRepairs {
		if r.doc.err == nil || r.doc.root != nil {
			return
		}
		if !r.repair(newFault(r.doc.err)) {
			break
		}
		r.probed += len(r.text)
		r.doc = decode(r.text)
	}
	if r.doc.err != nil && r.doc.root == nil {
		r.doc = document{}
	}
}

// repair reports f and takes what is wrong out of the text. It reports whether there is something left to read.
func (r *repairer) repair(f fault) bool {
	if name, ok := strings.CutPrefix(f.problem, "unknown anchor '"); ok {
		return r.dropAlias(strings.TrimSuffix(name, "' referenced"))
	}
	e, at := r.explain(f)
	r.partial = true
	if e.Message == tabMessage {
		r.errs = append(r.errs, e)
		r.damaged = append(r.damaged, r.block(at))
		r.blank(e.Span)
		return r.affordable(0)
	}
	for i, d := range r.damaged {
		if !d.Contains(Span{Start: at, End: at}) {
			continue
		}
		if r.blank(d); strings.TrimSpace(r.text) == "" {
			return false
		}
		r.damaged[i] = r.around(d)
		return r.damaged[i] != d && r.affordable(0)
	}
	r.errs = append(r.errs, e)
	if e.Message == tooDeep || !r.affordable(0) {
		return false
	}
	block := r.block(at)
	if strings.HasPrefix(e.Message, "line ") { // the lines below are likely to be indented as wrongly
		r.damaged = append(r.damaged, r.around(block))
	} else {
		r.damaged = append(r.damaged, block)
	}
	r.blank(block)
	return true
}

// dropAlias reports the alias that stands for nothing and puts a null in its place.
func (r *repairer) dropAlias(name string) bool {
	message := fmt.Sprintf("alias %q stands for no anchor above it; define it or write the value out", "*"+name)
	want := r.doc.err.Error()
	for i := 0; ; i++ {
		n := strings.Index(r.text[i:], "*"+name)
		if n < 0 {
			r.errs = append(r.errs, Error{Message: message})
			return false
		}
		i += n
		end := i + 1 + len(name)
		if end < len(r.text) && isWord(r.text[end]) {
			continue
		}
		// An alias that is a key needs its colon to be one.
		cut := lineEnd(r.text, end)
		sure := r.affordable(cut)
		if sure {
			r.probed += cut
			if doc := decode(r.text[:cut]); doc.err == nil || doc.err.Error() != want {
				continue
			}
		}
		r.errs = append(r.errs, Error{Span: Span{Start: i, End: end}, Message: message})
		if !sure {
			return false
		}
		r.text = r.text[:i] + "~" + strings.Repeat(" ", len(name)) + r.text[end:]
		if r.nulls == nil {
			r.nulls = make(map[int]int)
		}
		r.nulls[i] = end
		return true
	}
}

// blank overwrites span with spaces, line ends excepted.
func (r *repairer) blank(span Span) {
	text := []byte(r.text)
	for i := span.Start; i < span.End; i++ {
		if text[i] >= 0x80 {
			if w := breakAt(r.text, i); w > 0 {
				i += w - 1
				continue
			}
		}
		if text[i] != '\n' && text[i] != '\r' {
			text[i] = ' '
		}
	}
	r.text = string(text)
}

// block returns the line that at is in, and those below it that are indented deeper.
func (r *repairer) block(at int) Span {
	lead := r.lead(at)
	return Span{Start: lead.Start, End: r.blockEnd(at, lead.End-lead.Start)}
}

// blockEnd returns the start of the first line below at that has text at this indentation or further out.
func (r *repairer) blockEnd(at, indent int) int {
	for at = lineEnd(r.text, at); at < len(r.text); at = lineEnd(r.text, at) {
		at += breakAt(r.text, at)
		text := skipBlank(r.text, at)
		if text < len(r.text) && breakAt(r.text, text) == 0 && text-at <= indent {
			return at
		}
	}
	return len(r.text)
}

// around returns the block that block is in: from the line above it that is indented less. A block of the first level is
// in none but itself.
func (r *repairer) around(block Span) Span {
	indent := r.indent(block)
	if indent == 0 {
		return block
	}
	for at := block.Start; at > 0; {
		lead := r.lead(at - 1)
		if lead.Start >= at {
			break
		}
		at = lead.Start
		if breakAt(r.text, lead.End) == 0 && lead.End < len(r.text) && r.text[lead.End] != '#' && lead.End-lead.Start < indent {
			return Span{Start: at, End: max(r.blockEnd(at, lead.End-lead.Start), block.End)}
		}
	}
	return Span{End: len(r.text)}
}

// indent returns the indentation of the first line of block in the file itself.
func (r *repairer) indent(block Span) int {
	return skipBlank(r.src.Text, block.Start) - block.Start
}
