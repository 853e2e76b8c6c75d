package shell

import (
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"
)

// reader reads a script of bash into the tree of the parser, in one pass and without copies. It knows what people mostly write; at
// anything else, and at anything wrong, it gives up, and the parser reads the script. Positions have no lines.
type reader struct {
	text     string
	at       int                // of the next byte
	failed   bool               // it gave up
	depth    int                // of nesting
	docs     []*syntax.Redirect // here-documents that begin behind the next newline
	elements bool               // the word is an element of an array
	commands int                // about how many were read, since reset

	// What is read but not yet part of a list; each list begins where its reader found the stack.
	stmtStack []*syntax.Stmt
	wordStack []*syntax.Word
	partStack []syntax.WordPart

	files   arena[syntax.File]
	stmts   arena[syntax.Stmt]
	calls   arena[syntax.CallExpr]
	words   arena[oneWord]
	lits    arena[syntax.Lit]
	quotes  arena[syntax.DblQuoted]
	params  arena[syntax.ParamExp]
	assigns arena[syntax.Assign]

	stmtLists arena[*syntax.Stmt]
	wordLists arena[*syntax.Word]
	partLists arena[syntax.WordPart]
}

// oneWord is a word with room for its only part.
type oneWord struct {
	word syntax.Word
	part [1]syntax.WordPart
}

// maxNested is how deep what a reader reads may be nested: the parser has a limit of its own.
const maxNested = 40

// file reads a script; false when it gives up. The tree is valid until reset is called.
func (r *reader) file(text string) (*syntax.File, bool) {
	if strings.IndexByte(text, '\r') >= 0 || strings.IndexByte(text, 0) >= 0 || !utf8.ValidString(text) {
		return nil, false
	}
	r.text, r.at, r.failed, r.depth, r.docs, r.elements = text, 0, false, 0, nil, false
	r.stmtStack, r.wordStack, r.partStack = r.stmtStack[:0], r.wordStack[:0], r.partStack[:0]
	file := r.files.one()
	file.Stmts = r.list()
	return file, !r.failed && r.at == len(text) && len(r.docs) == 0
}

// reset makes ready for another script.
func (r *reader) reset() {
	r.text, r.docs, r.commands = "", nil, 0
	r.stmtStack, r.wordStack, r.partStack = emptied(r.stmtStack), emptied(r.wordStack), emptied(r.partStack)
	r.files.reset()
	r.stmts.reset()
	r.calls.reset()
	r.words.reset()
	r.lits.reset()
	r.quotes.reset()
	r.params.reset()
	r.assigns.reset()
	r.stmtLists.reset()
	r.wordLists.reset()
	r.partLists.reset()
}

// emptied is a stack without what stood on it.
func emptied[T any](stack []T) []T {
	if cap(stack) > maxArena {
		return nil
	}
	clear(stack)
	return stack[:0]
}

// fail gives up.
func (r *reader) fail() { r.failed, r.at = true, len(r.text) }

// skip goes on by some bytes, if there are as many.
func (r *reader) skip(n int) { r.at = min(r.at+n, len(r.text)) }

// peek is the next byte, 0 at the end.
func (r *reader) peek() byte { return r.ahead(0) }

func (r *reader) ahead(n int) byte {
	if r.at+n < len(r.text) {
		return r.text[r.at+n]
	}
	return 0
}

func (r *reader) pos() syntax.Pos { return posAt(r.at) }

func posAt(offset int) syntax.Pos { return syntax.NewPos(uint(offset), 1, 0) }

// enter goes one level deeper; leave goes back.
func (r *reader) enter() {
	if r.depth++; r.depth > maxNested {
		r.fail()
	}
}

func (r *reader) leave() { r.depth-- }

// noDocuments gives up when a here-document would begin within something that has lines of its own, or behind it.
func (r *reader) noDocuments() {
	if len(r.docs) > 0 {
		r.fail()
	}
}

// blanks skips what stands between words, comments included.
func (r *reader) blanks() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t':
			r.at++
		case '\\':
			if r.ahead(1) != '\n' {
				return
			}
			r.skip(2)
		case '#':
			end := strings.IndexByte(r.text[r.at:], '\n')
			if end < 0 {
				r.at = len(r.text)
				return
			}
			if r.text[r.at+end-1] == '\\' {
				r.fail()
				return
			}
			r.skip(end)
		default:
			return
		}
	}
}

// newlines skips the ends of lines; false when there are none.
func (r *reader) newlines() bool {
	for found := false; ; found = true {
		r.blanks()
		if r.peek() != '\n' {
			return found
		}
		r.skip(1)
		if len(r.docs) > 0 {
			r.documents()
		}
	}
}

// keyword is the next word if it may be a reserved one, "" otherwise.
func (r *reader) keyword() string {
	end := r.at
	for end < len(r.text) && keywordBytes[r.text[end]] {
		end++
	}
	if end < len(r.text) && !wordEnds[r.text[end]] {
		return ""
	}
	return r.text[r.at:end]
}

// expect skips a reserved word, which must be the next word.
func (r *reader) expect(word string) syntax.Pos {
	at := r.pos()
	if r.keyword() != word {
		r.fail()
		return at
	}
	r.skip(len(word))
	r.blanks()
	return at
}

// byteSet makes a table of the bytes of a text.
func byteSet(bytes string) (out [256]bool) {
	for i := range len(bytes) {
		out[bytes[i]] = true
	}
	return out
}

var (
	keywordBytes = byteSet("abcdefghijklmnopqrstuvwxyz{}[]!")
	wordEnds     = byteSet(" \t\n;&|()<>")
)

// list reads statements up to what ends a list of them: the caller looks at what that is.
func (r *reader) list() []*syntax.Stmt {
	from := len(r.stmtStack)
	for ended := true; ; {
		ended = r.newlines() || ended
		c := r.peek()
		if c == 0 || c == ')' || c == ';' && (r.ahead(1) == ';' || r.ahead(1) == '&') || r.closes() {
			break
		}
		if !ended || c == ';' {
			r.fail()
			break
		}
		s := r.stmt(false)
		ended = r.end(s)
		r.stmtStack = append(r.stmtStack, s)
	}
	return popped(&r.stmtStack, from, &r.stmtLists)
}

// body is a list that is not empty.
func (r *reader) body() []*syntax.Stmt {
	list := r.list()
	if len(list) == 0 {
		r.fail()
	}
	return list
}

// popped takes a list off a stack.
func popped[T any](stack *[]T, from int, lists *arena[T]) []T {
	n := len(*stack) - from
	if n == 0 {
		return nil
	}
	list := lists.take(n)
	copy(list, (*stack)[from:])
	clear((*stack)[from:])
	*stack = (*stack)[:from]
	return list
}

// closes tells whether a reserved word comes next that ends a list.
func (r *reader) closes() bool {
	switch r.peek() {
	case 't', 'e', 'f', 'd', '}':
	default:
		return false
	}
	switch r.keyword() {
	case "then", "elif", "else", "fi", "do", "done", "esac", "}":
		return true
	}
	return false
}

// end reads the ; or & behind a statement.
func (r *reader) end(s *syntax.Stmt) bool {
	switch c, next := r.peek(), r.ahead(1); {
	case c == ';' && next != ';' && next != '&':
	case c == '&' && next != '&' && next != '>':
		s.Background = true
	default:
		return false
	}
	s.Semicolon = r.pos()
	r.skip(1)
	r.blanks()
	return true
}

// stmt reads a statement: pipelines with && and || between them, unless only one is wanted.
func (r *reader) stmt(one bool) *syntax.Stmt {
	r.enter()
	s := r.newStmt()
	if r.peek() == '!' && r.keyword() == "!" {
		r.skip(1)
		s.Negated = true
		if r.peek() == '(' {
			r.fail()
		}
		r.blanks()
	}
	s = r.pipe(s)
	for c := r.peek(); !one && (c == '&' || c == '|') && r.ahead(1) == c; c = r.peek() {
		b := &syntax.BinaryCmd{OpPos: r.pos(), Op: syntax.AndStmt, X: s}
		if c == '|' {
			b.Op = syntax.OrStmt
		}
		r.skip(2)
		r.newlines()
		b.Y = r.stmt(true)
		s = r.newStmt()
		s.Position, s.Cmd = b.X.Position, b
	}
	r.leave()
	return s
}

func (r *reader) newStmt() *syntax.Stmt {
	s := r.stmts.one()
	s.Position = r.pos()
	return s
}

// pipe reads a pipeline.
func (r *reader) pipe(s *syntax.Stmt) *syntax.Stmt {
	r.command(s)
	for r.peek() == '|' && r.ahead(1) != '|' {
		b := &syntax.BinaryCmd{OpPos: r.pos(), Op: syntax.Pipe, X: s}
		if r.skip(1); r.peek() == '&' {
			r.skip(1)
			b.Op = syntax.PipeAll
		}
		r.newlines()
		b.Y = r.newStmt()
		r.command(b.Y)
		s = r.newStmt()
		s.Position, s.Cmd, s.Negated, b.X.Negated = b.X.Position, b, b.X.Negated, false
	}
	return s
}

// command reads a command with its redirections.
func (r *reader) command(s *syntax.Stmt) {
	r.commands++
	for r.redirect(s) {
	}
	switch r.peek() {
	case 0, '\n', ')', ';', '&', '|':
		if len(s.Redirs) == 0 {
			r.fail()
		}
		return
	case '(':
		if s.Cmd = r.parenthesis(); r.failed {
			return
		}
	case 'i', 'w', 'u', 'f', 'c', 'd', 'l', 'e', 'r', 't', 'n', 's', '{', '}', '[', ']', '!':
		s.Cmd = r.compound(r.keyword())
	}
	if s.Cmd == nil {
		r.call(s)
		return
	}
	if len(s.Redirs) > 0 {
		r.fail()
	}
	for r.redirect(s) {
	}
}
