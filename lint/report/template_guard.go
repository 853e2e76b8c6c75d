package report

import (
	"bytes"
	"fmt"
	"text/template"
	"unicode"
	"unicode/utf8"
)

// maxTemplateOutput is how many bytes a template may print.
const maxTemplateOutput = 64 << 20

// announce is the function through which every value passes before it is printed.
const announce = "_announce"

// guard is what a template prints to. It knows what stands in the current line and whose it is, so that a value and what the
// template says around it do not make a command together.
type guard struct {
	printer
	next  kind
	colon bool // the current line is blank but for a colon of the template
}

// kind is whose a text is, and how it is printed.
type kind uint8

const (
	own   kind = iota // the template's: as it is
	value             // on one line, with everything harmful made visible
	lines             // value that may have several lines
	exact             // as it is, because the template asks for that
	data              // JSON, which is harmless by itself
)

// The texts that functions return besides string, which is printed as a value.
type (
	lineText string
	rawText  string
	jsonText string
)

// functions returns the functions of templates.
func (g *guard) functions() template.FuncMap {
	all := templateFunctions()
	all[announce] = g.announce
	return all
}

// announce returns the text of a value, which text/template hands to Write next.
func (g *guard) announce(v any) string {
	switch v := v.(type) {
	case lineText:
		g.next = lines
		return string(v)
	case rawText:
		g.next = exact
		return string(v)
	case jsonText:
		g.next = data
		return string(v)
	}
	g.next = value
	return fmt.Sprint(v)
}

// Write appends what the template prints.
func (g *guard) Write(b []byte) (int, error) {
	if len(g.buf)+len(b) > maxTemplateOutput {
		return 0, fmt.Errorf("it prints more than %d MiB", maxTemplateOutput>>20)
	}
	what := g.next
	g.next = own
	switch what {
	case value:
		g.text(string(b))
	case lines:
		for line := range bytes.Lines(b) {
			text, ended := bytes.CutSuffix(line, []byte("\n"))
			g.text(string(text))
			if ended {
				g.own([]byte("\n"))
			}
		}
	case data:
		if g.hashes > 0 {
			g.own([]byte(" ")) // so that ## and a list make no command
		}
		g.own(b)
	default:
		g.own(b)
	}
	return len(b), nil
}

// own appends text as it is and notes how the line stands. Only what would make a command together with number signs or a colon
// that were there before is escaped.
func (g *guard) own(b []byte) {
	hashes, colon := g.hashes > 0, g.colon
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		switch {
		case r == '[' && hashes && g.hashes >= 2:
			g.buf = append(g.buf, `\[`...)
		case r == ':' && colon && !g.inked:
			g.hex(':')
		default:
			g.buf = append(g.buf, b[i:i+size]...)
		}
		g.stand(r)
		hashes, colon = hashes && g.hashes > 0, colon && g.colon
		i += size
	}
}

// stand notes what a character of the template makes of the line. A colon at its start leaves it bare, so that a colon of a value
// behind it is escaped as the first one of a line is.
func (g *guard) stand(r rune) {
	mark := unicode.IsMark(r)
	if r == '#' {
		g.hashes++
	} else if !mark {
		g.hashes = 0
	}
	switch {
	case r == '\n' || r == '\r':
		g.inked, g.colon = false, false
	case r == ':' && !g.inked && !g.colon:
		g.colon = true
	case !mark && !unicode.IsSpace(r):
		g.inked = true
	}
	g.last = r
}
