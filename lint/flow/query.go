package flow

import (
	"maps"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
)

// answer are texts that a command asks GitHub for, or takes from the event's payload.
func (p *printer) answer(c *shell.Command, found []Taint) []piece {
	program, raw := "", rawOutput(c)
	if c.Name == "gh" {
		program, raw = ghQuery(c)
	} else if c.Name == "jq" {
		program, _, _ = queryProgram(c)
	}
	if countsOnly(program) || numberOnly(program) {
		return opaque
	}
	one := piece{}
	for _, t := range found {
		lines := raw && (t.Shape == catalog.Arbitrary && !oneLine(t) || strings.Contains(program, "[]"))
		one.chosen = append(one.chosen, Chosen{Taint: t, Lines: lines && !strings.Contains(program, "tojson"), at: c.Span})
	}
	return []piece{one, {text: "\n"}}
}

// ghQuery returns the query behind --jq of a gh command, and whether it prints texts as they are, not as JSON.
func ghQuery(c *shell.Command) (program string, raw bool) {
	json := hasWord(c, "api")
	for i, w := range c.Words {
		switch text := w.Text; {
		case (text == "--jq" || text == "-q" || text == "--template" || text == "-t") && i+1 < len(c.Words):
			return c.Words[i+1].Text, true
		case strings.HasPrefix(text, "--jq="):
			return text[len("--jq="):], true
		case text == "--json":
			json = true
		}
	}
	return "", !json
}

// query tells what jq and the like print: without -r a text in quotes, in which line breaks are escaped.
func (p *printer) query(c *shell.Command, deep int) []piece {
	program, args, files := queryProgram(c)
	var out []piece
	for _, name := range slices.Sorted(maps.Keys(args)) {
		if printsArg(program, name) {
			out = append(out, p.word(c, args[name], false, deep)...)
		}
	}
	read := p.read(c, files, deep)
	if readsEvent(c) {
		read = append(slices.Clone(read), p.ofEvent(c, program)...)
	}
	if countsOnly(program) || numberOnly(program) && !slices.ContainsFunc(chosenIn(read), func(one Chosen) bool { return one.File }) {
		read = opaque
	}
	out = picked(append(out, read...))
	switch {
	case len(chosenIn(out)) == 0:
		return out
	case !rawOutput(c) && c.Name != "yq":
		return append([]piece{{text: `"`}}, onOneLine(out)...)
	case strings.Contains(program, "tojson"), strings.Contains(program, "@json"), strings.Contains(program, "@base64"), strings.Contains(program, "@uri"),
		strings.Contains(program, `gsub("\\n"`), strings.Contains(program, `gsub("[\\r\\n]`), strings.Contains(program, `split("\n")[0]`):
		out = onOneLine(out)
	default:
		out = withBreaks(out)
	}
	if literal, ok := strings.CutPrefix(program, `"`); ok { // "name=\(…)"
		if before, _, ok := strings.Cut(literal, `\(`); ok && !strings.Contains(before, `"`) {
			out = append(constant(before), out...)
		}
	}
	return append(out, piece{text: "\n"})
}

// readsEvent reports a command that reads the file with the event's payload.
func readsEvent(c *shell.Command) bool {
	for i := range c.Words {
		if strings.Contains(c.Words[i].Text, "GITHUB_EVENT_PATH") {
			return true
		}
	}
	return slices.ContainsFunc(c.Redirects, func(r shell.Redirect) bool {
		return r.Op == "<" && strings.Contains(r.Target.Text, "GITHUB_EVENT_PATH")
	})
}

// ofEvent tells what a query takes from the event's payload: the fields that its paths name.
func (p *printer) ofEvent(c *shell.Command, program string) []piece {
	one := piece{}
	for rest := program; ; {
		_, after, ok := strings.Cut(rest, ".")
		if !ok {
			break
		}
		end := 0
		for end < len(after) && (isWord(after[end]) || after[end] == '.') {
			end++
		}
		path := strings.Trim(after[:end], ".")
		rest = after[end:]
		if path == "" {
			continue
		}
		for _, t := range p.t.github(p.at, spot{in: p.span(c.Span)}, "event."+path) {
			one.chosen = append(one.chosen, Chosen{Taint: t, Lines: !oneLine(t), at: c.Span})
		}
	}
	return []piece{one}
}

// queryProgram reads the command line of jq: the program, the values of its variables, and its files.
func queryProgram(c *shell.Command) (program string, args map[string]*shell.Word, files []shell.Word) {
	have := false
	for i := 1; i < len(c.Words); i++ {
		switch text := c.Words[i].Text; {
		case (text == "--arg" || text == "--argjson" || text == "--slurpfile" || text == "--rawfile") && i+2 < len(c.Words):
			if text == "--arg" || text == "--argjson" {
				if args == nil {
					args = map[string]*shell.Word{}
				}
				args[c.Words[i+1].Text] = &c.Words[i+2]
			}
			i += 2
		case strings.HasPrefix(text, "-") && len(text) > 1:
		case !have && c.Name == "yq" && (text == "e" || text == "eval" || text == "r"):
		case !have:
			have, program = true, strings.TrimSpace(text)
		default:
			files = append(files, c.Words[i])
		}
	}
	return program, args, files
}

// printsArg reports a variable of a query that is used for more than comparisons.
func printsArg(program, name string) bool {
	for rest := program; ; {
		before, after, ok := strings.Cut(rest, "$"+name)
		if !ok {
			return strings.Contains(program, "$ENV") || strings.Contains(program, "$__")
		}
		before = strings.TrimRight(before, " ")
		compared := strings.HasPrefix(strings.TrimLeft(after, " "), "==") || strings.HasPrefix(strings.TrimLeft(after, " "), "!=")
		for _, end := range [...]string{"==", "!=", "contains(", "test(", "startswith(", "endswith(", "index(", "has(", "["} {
			compared = compared || strings.HasSuffix(before, end)
		}
		if !compared {
			return true
		}
		rest = after
	}
}

// countsOnly reports a query that answers with a number, or with true and false.
func countsOnly(program string) bool {
	last := strings.TrimSpace(program[strings.LastIndexByte(program, '|')+1:])
	for _, begin := range [...]string{"startswith(", "endswith(", "test(", "contains(", "any(", "all(", "any", "all", "length", "tonumber", "has(", "index(", "inside(", "not", "ascii"} {
		if last == begin || strings.HasSuffix(begin, "(") && strings.HasPrefix(last, begin) {
			return true
		}
	}
	return (strings.Contains(last, " == ") || strings.Contains(last, " != ") || strings.Contains(last, " > ")) && !strings.Contains(last, "select(") && !strings.Contains(last, "then")
}

// numberOnly reports a query for fields that GitHub fills with numbers, commits or times.
func numberOnly(program string) bool {
	for _, end := range [...]string{".number", ".id", ".databaseId", ".sha", ".oid", ".headRefOid", ".state", ".draft", ".isDraft", ".merged", "_at", "At", ".url", ".html_url"} {
		if strings.HasSuffix(strings.TrimRight(strings.TrimSuffix(program, "// empty"), `") `), end) {
			return true
		}
	}
	return false
}

// rawOutput reports a jq that prints texts as they are.
func rawOutput(c *shell.Command) bool {
	for _, w := range c.Words[1:] {
		if w.Text == "--raw-output" || w.Text == "--join-output" || w.Text == "--raw-output0" {
			return true
		}
		if len(w.Text) > 1 && w.Text[0] == '-' && w.Text[1] != '-' && strings.ContainsAny(w.Text, "rj") {
			return true
		}
	}
	return false
}
