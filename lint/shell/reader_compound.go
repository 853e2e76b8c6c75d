package shell

import "mvdan.cc/sh/v3/syntax"

// compound reads a command that begins with a reserved word; nil when that is none.
func (r *reader) compound(word string) syntax.Command {
	switch word {
	case "if":
		return r.ifClause()
	case "while", "until":
		w := &syntax.WhileClause{WhilePos: r.expect(word), Until: word == "until"}
		w.Cond = r.body()
		w.DoPos = r.expect("do")
		w.Do = r.body()
		w.DonePos = r.expect("done")
		return w
	case "for":
		return r.forClause()
	case "case":
		return r.caseClause()
	case "{":
		b := &syntax.Block{Lbrace: r.expect("{")}
		b.Stmts = r.body()
		b.Rbrace = r.expect("}")
		return b
	case "[[":
		return r.testClause()
	case "declare", "local", "export", "readonly", "typeset":
		return r.declClause(word)
	case "!", "}", "]]", "then", "elif", "else", "fi", "do", "done", "esac", "let", "function", "nameref", "time", "coproc", "select":
		r.fail()
		return &syntax.CallExpr{}
	}
	return nil
}

// parenthesis reads a command that begins with one.
func (r *reader) parenthesis() syntax.Command {
	if r.ahead(1) == '(' {
		return r.computation()
	}
	return r.subshell()
}

func (r *reader) subshell() *syntax.Subshell {
	if r.ahead(1) == ')' {
		r.fail()
	}
	sub := &syntax.Subshell{Lparen: r.pos()}
	r.noDocuments()
	r.skip(1)
	sub.Stmts = r.body()
	sub.Rparen = r.closing()
	r.noDocuments()
	r.blanks()
	return sub
}

// closing skips the ) that must come next.
func (r *reader) closing() syntax.Pos {
	at := r.pos()
	if r.peek() != ')' {
		r.fail()
		return at
	}
	r.skip(1)
	return at
}

func (r *reader) ifClause() *syntax.IfClause {
	root := &syntax.IfClause{Position: r.expect("if")}
	clause := root
	for {
		clause.Cond = r.body()
		clause.ThenPos = r.expect("then")
		clause.Then = r.body()
		word := r.keyword()
		if word != "elif" && word != "else" {
			break
		}
		clause.Else = &syntax.IfClause{Position: r.expect(word)}
		if clause = clause.Else; word == "else" {
			clause.Then = r.body()
			break
		}
	}
	at := r.expect("fi")
	for clause := root; clause != nil; clause = clause.Else {
		clause.FiPos = at
	}
	return root
}

func (r *reader) forClause() *syntax.ForClause {
	iter := &syntax.WordIter{}
	f := &syntax.ForClause{ForPos: r.expect("for"), Loop: iter}
	from := r.at
	for r.at < len(r.text) && nameByte(r.text[r.at], r.at-from) {
		r.skip(1)
	}
	if iter.Name = r.lit(from); from == r.at {
		r.fail()
	}
	switch r.peek() {
	case ' ', '\t', '\n':
	default:
		r.fail()
	}
	r.newlines()
	iter.InPos = r.expect("in")
	first := len(r.wordStack)
	for !r.stops() {
		r.wordStack = append(r.wordStack, r.needWord())
		r.blanks()
	}
	iter.Items = popped(&r.wordStack, first, &r.wordLists)
	if r.peek() == ';' {
		r.skip(1)
	}
	r.newlines()
	f.DoPos = r.expect("do")
	f.Do = r.body()
	f.DonePos = r.expect("done")
	return f
}

// stops tells whether a list of words ends here.
func (r *reader) stops() bool {
	switch r.peek() {
	case 0, '\n', ';', '&', '|', ')':
		return true
	}
	return false
}

func (r *reader) caseClause() *syntax.CaseClause {
	c := &syntax.CaseClause{Case: r.expect("case"), Word: r.needWord()}
	r.newlines()
	c.In = r.expect("in")
	r.noDocuments()
	r.newlines()
	for !r.failed && r.keyword() != "esac" {
		item := r.caseItem()
		c.Items = append(c.Items, item)
		if !item.OpPos.IsValid() {
			break
		}
		r.newlines()
	}
	r.noDocuments()
	c.Esac = r.expect("esac")
	return c
}

func (r *reader) caseItem() *syntax.CaseItem {
	item := &syntax.CaseItem{Op: syntax.Break}
	if r.peek() == '(' {
		r.skip(1)
		r.blanks()
	}
	for {
		item.Patterns = append(item.Patterns, r.needWord())
		if r.blanks(); r.peek() != '|' {
			break
		}
		r.skip(1)
		r.blanks()
	}
	r.closing()
	item.Stmts = r.list()
	if r.peek() != ';' {
		return item
	}
	item.OpPos = r.pos()
	switch r.skip(1); {
	case r.peek() == '&':
		item.Op = syntax.Fallthrough
	case r.peek() != ';':
		r.fail()
	case r.ahead(1) == '&':
		r.skip(1)
		item.Op = syntax.Resume
	}
	r.skip(1)
	return item
}

// functionName is the word before the parentheses of a function.
func (r *reader) functionName(words []*syntax.Word) *syntax.Lit {
	if len(words) != 1 || len(words[0].Parts) != 1 || r.ahead(1) != ')' {
		return nil
	}
	name, _ := words[0].Parts[0].(*syntax.Lit)
	return name
}

func (r *reader) function(name *syntax.Lit) *syntax.FuncDecl {
	r.skip(len("()"))
	r.newlines()
	f := &syntax.FuncDecl{Position: name.ValuePos, Parens: true, Name: name}
	f.Body = r.stmt(false)
	return f
}
