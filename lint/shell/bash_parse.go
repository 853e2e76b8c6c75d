package shell

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"
)

// parse reads a source. After an error what stands before it and each line after it that can be read alone are kept.
func (w *walker) parse(src *source) ([]unit, error) {
	file, err := w.parseText(src.mask, w.s.Dialect)
	if err == nil {
		units := w.newUnits.take(1)
		units[0] = unit{file, src}
		return units, nil
	}
	if errors.Is(err, errDeep) {
		return nil, err
	}
	if w.s.Dialect == POSIX {
		if file, bashErr := w.parseText(src.mask, Bash); bashErr == nil {
			return []unit{{file, src}}, nil
		}
	}
	return append([]unit{{file, src}}, w.salvage(file, src)...), err
}

// errDeep is the reason for not reading a script.
var errDeep = errors.New("the script is nested too deeply; simplify it")

// parsers are kept for the next script, as each has buffers of its own: those of POSIX and those of bash.
var parsers = [...]sync.Pool{
	{New: func() any { return syntax.NewParser(syntax.Variant(syntax.LangPOSIX)) }},
	{New: func() any { return syntax.NewParser(syntax.Variant(syntax.LangBash)) }},
}

func (w *walker) parseText(text string, d Dialect) (*syntax.File, error) {
	pool := &parsers[0]
	if d == Bash {
		if file, ok := w.reader.file(text); ok {
			return file, nil
		}
		pool = &parsers[1]
	}
	p := pool.Get().(*syntax.Parser)
	r := &guardedReader{text: text}
	file, err := p.Parse(r, "")
	pool.Put(p) // after a panic it is not kept
	if r.deep {
		return nil, errDeep
	}
	if err != nil {
		var parse syntax.ParseError
		if errors.As(err, &parse) {
			err = errors.New(parse.Text)
		}
	}
	return file, err
}

// guardedReader ends the text when the parser that reads it has recursed too deeply. It looks at the stack again after a few
// thousand bytes, in which that cannot grow much.
type guardedReader struct {
	text string
	read int // since the last look
	deep bool
}

const (
	maxUnseen = 1 << 12
	maxFrames = 1500
)

func (r *guardedReader) Read(p []byte) (int, error) {
	if r.text == "" {
		return 0, io.EOF
	}
	if r.read > maxUnseen || r.deep {
		r.read = 0
		var frames [maxFrames]uintptr
		if r.deep || runtime.Callers(0, frames[:]) == len(frames) {
			r.deep = true
			return 0, io.ErrUnexpectedEOF
		}
	}
	n := copy(p[:min(len(p), maxUnseen/4)], r.text)
	r.text, r.read = r.text[n:], r.read+n
	return n, nil
}

// maxSalvage limits the lines that are read on their own after an error.
const maxSalvage = 2000

// salvage reads the lines after the last whole statement one by one.
func (w *walker) salvage(file *syntax.File, src *source) []unit {
	at := 0
	if n := len(file.Stmts); n > 0 {
		file.Stmts = file.Stmts[:n-1]
		if n > 1 {
			at = int(file.Stmts[n-2].End().Offset())
		}
	}
	var units []unit
	for range maxSalvage {
		if at >= len(src.mask) {
			break
		}
		end := len(src.mask)
		if i := strings.IndexByte(src.mask[at:], '\n'); i >= 0 {
			end = at + i
		}
		start, stop := statementOf(src.mask, at, end)
		at = end + 1
		if start >= stop || len(src.mask[start:stop]) > 4096 {
			continue
		}
		part := src.slice(start, stop)
		if f, err := w.parseText(part.mask, w.s.Dialect); err == nil && len(f.Stmts) > 0 {
			units = append(units, unit{f, part})
		}
	}
	return units
}

// statementOf cuts the keywords of compound commands off a line.
func statementOf(text string, start, end int) (int, int) {
	for {
		for start < end && strings.IndexByte(" \t\r;&|(){}!", text[start]) >= 0 {
			start++
		}
		word := text[start:end]
		if i := strings.IndexAny(word, " \t;"); i >= 0 {
			word = word[:i]
		}
		switch word {
		case "if", "then", "else", "elif", "while", "until", "do", "done", "fi", "esac", "time":
			start += len(word)
			continue
		}
		break
	}
	line := strings.TrimRight(text[start:end], " \t\r;&|{\\")
	for _, word := range []string{"then", "do"} {
		if rest, ok := strings.CutSuffix(line, word); ok && strings.HasSuffix(strings.TrimRight(rest, " \t"), ";") {
			line = strings.TrimRight(rest, " \t;")
		}
	}
	return start, start + len(line)
}
