package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// plainBytes are those of scripts that plainFile reads: none has a meaning of its own wherever it stands, but = in a first word.
var plainBytes = func() (out [256]bool) {
	for c := range out {
		out[c] = c < 0x80 && (isLetter(byte(c)) || '0' <= c && c <= '9' || strings.IndexByte("_./:=@,+%- \t\n", byte(c)) >= 0)
	}
	return out
}()

// plainFile reads a script whose lines are commands of plain words, as every second one in workflows is, without the parser and
// into the same tree.
func plainFile(text string) (*syntax.File, bool) {
	words, lines := 0, 0
	for i := range len(text) {
		switch c := text[i]; {
		case !plainBytes[c]:
			return nil, false
		case c == '\n':
			lines++
		case c != ' ' && c != '\t' && (i == 0 || blank(text[i-1])):
			words++
		}
	}
	p := plainReader{
		words: make([]plainWord, 0, words), args: make([]*syntax.Word, 0, words),
		stmts: make([]plainStmt, 0, min(lines+1, words)), list: make([]*syntax.Stmt, 0, min(lines+1, words)),
	}
	for number := uint(1); text != ""; number++ {
		line, rest, _ := strings.Cut(text, "\n")
		if !p.line(line, number) {
			return nil, false
		}
		p.at += len(text) - len(rest)
		text = rest
	}
	file := &syntax.File{}
	if len(p.list) > 0 {
		file.Stmts = p.list
	}
	return file, true
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' }

// plainWord and plainStmt lie side by side, so that one allocation serves a script.
type plainWord struct {
	word syntax.Word
	lit  syntax.Lit
	part [1]syntax.WordPart
}

type plainStmt struct {
	stmt syntax.Stmt
	call syntax.CallExpr
}

type plainReader struct {
	at    int // of the line
	words []plainWord
	args  []*syntax.Word
	stmts []plainStmt
	list  []*syntax.Stmt
}

// line reads one command; false when its first word is not just a name.
func (p *plainReader) line(line string, number uint) bool {
	from := len(p.args)
	for i := 0; i < len(line); {
		if blank(line[i]) {
			i++
			continue
		}
		end := i
		for end < len(line) && !blank(line[end]) {
			end++
		}
		if len(p.args) == from && !plainName(line[i:end]) {
			return false
		}
		p.words = append(p.words, plainWord{})
		w := &p.words[len(p.words)-1]
		w.lit = syntax.Lit{Value: line[i:end], ValuePos: syntax.NewPos(uint(p.at+i), number, uint(i+1)), ValueEnd: syntax.NewPos(uint(p.at+end), number, uint(end+1))}
		w.part[0] = &w.lit
		w.word.Parts = w.part[:]
		p.args = append(p.args, &w.word)
		i = end
	}
	if len(p.args) == from {
		return true
	}
	p.stmts = append(p.stmts, plainStmt{})
	s := &p.stmts[len(p.stmts)-1]
	s.call.Args = p.args[from:len(p.args):len(p.args)]
	s.stmt.Cmd, s.stmt.Position = &s.call, s.call.Args[0].Pos()
	p.list = append(p.list, &s.stmt)
	return true
}

// plainName tells the name of a command from assignments, keywords and the builtins that the parser knows.
func plainName(word string) bool {
	switch word {
	case "if", "then", "elif", "else", "fi", "while", "until", "for", "do", "done", "case", "esac", "select", "function", "time", "coproc",
		"declare", "local", "export", "readonly", "typeset", "nameref", "let":
		return false
	}
	return strings.IndexByte(word, '=') < 0
}
