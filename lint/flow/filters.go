package flow

import (
	"strings"

	"sekisho/lint/shell"
)

// firstLines tells what head and tail hand on.
func (p *printer) firstLines(c *shell.Command, deep int) []piece {
	var files []shell.Word
	single, number := false, false
	for i, w := range c.Words[1:] {
		switch text := w.Text; {
		case text == "-1" || text == "-n1" || text == "--lines=1":
			single = true
		case text == "-n" || text == "-c" || text == "--lines" || text == "--bytes":
			number = true
			single = single || text != "-c" && i+2 < len(c.Words) && c.Words[i+2].Text == "1"
			continue
		case !number && !strings.HasPrefix(text, "-"):
			files = append(files, w)
		}
		number = false
	}
	text := p.read(c, files, deep)
	if single {
		return onOneLine(text)
	}
	return text
}

// translate tells what tr hands on.
func (p *printer) translate(c *shell.Command, deep int) []piece {
	text := p.input(c, deep)
	options, sets := "", []string(nil)
	for _, w := range c.Words[1:] {
		if strings.HasPrefix(w.Text, "-") && len(w.Text) > 1 {
			options += strings.TrimPrefix(strings.Replace(w.Text, "--delete", "-d", 1), "-")
			continue
		}
		sets = append(sets, w.Text)
	}
	if len(sets) == 0 {
		return text
	}
	takes := strings.Contains(sets[0], `\n`) || strings.Contains(sets[0], "\n") || strings.Contains(sets[0], `\012`) || strings.Contains(sets[0], "[:space:]") || strings.Contains(sets[0], "[:cntrl:]")
	complement := strings.ContainsAny(options, "cC")
	switch {
	case complement && !takes && !loose(sets[0]):
		return opaque
	case complement != takes && len(sets) == 2 && breaks(sets[1]):
		return withBreaks(text)
	case complement != takes && (strings.Contains(options, "d") || len(sets) == 2):
		return onOneLine(text)
	case len(sets) == 2 && breaks(sets[1]):
		return withBreaks(text)
	}
	return text
}

func breaks(set string) bool { return strings.Contains(set, `\n`) || strings.Contains(set, "\n") }

// loose reports a set of characters with which one can name a variable or a path: there is an equals sign or a slash in it.
func loose(set string) bool {
	if strings.ContainsAny(set, "=/") {
		return true
	}
	for _, class := range [...]string{"[:print:]", "[:graph:]", "[:punct:]"} {
		if strings.Contains(set, class) {
			return true
		}
	}
	return false
}

// narrow reports that a negated set of characters, from behind its [^, keeps none but some that nothing can be done with.
func narrow(set string) bool {
	set, _, ok := strings.Cut(strings.ReplaceAll(strings.ReplaceAll(set, "[:", "<"), ":]", ">"), "]")
	return ok && set != "" && !strings.ContainsAny(set, "=") && !strings.Contains(set, `\n`) && !strings.Contains(set, "<print>") && !strings.Contains(set, "<graph>") &&
		!strings.Contains(set, "<punct>")
}

// edit tells what sed and perl -pe hand on.
func (p *printer) edit(c *shell.Command, deep int) []piece {
	program, files, quiet := editProgram(c)
	text := p.read(c, files, deep)
	replacement := program
	if i := strings.LastIndex(program, "/g"); i > 0 {
		replacement = program[:i]
	}
	switch {
	case strings.Contains(program, `s/\n/`), strings.Contains(program, `s/\r?\n/`), strings.Contains(program, `tr/\n//d`), program == "1q", program == "1!d", program == "q", quiet && (program == "1p" || program == "$p" || program == "1{p;q}"), program == "$!d":
		return onOneLine(text)
	case strings.HasPrefix(program, "s/[^") && narrow(program[len("s/[^"):]):
		return opaque
	case strings.HasPrefix(program, "s/^/"):
		if list := chosenIn(text); len(list) > 0 { // each line gets the same beginning
			prefix, _, _ := strings.Cut(program[len("s/^/"):], "/")
			return onOneLine([]piece{{text: prefix}, {chosen: list}})
		}
	case strings.Contains(replacement[strings.LastIndexByte(replacement, '/')+1:], `\n`):
		return withBreaks(text)
	case quiet:
		return picked(text)
	}
	return text
}

// editProgram reads the command line of sed and perl.
func editProgram(c *shell.Command) (program string, files []shell.Word, quiet bool) {
	have := false
	for i := 1; i < len(c.Words); i++ {
		switch text := c.Words[i].Text; {
		case text == "-e" || text == "--expression":
			if i++; i < len(c.Words) {
				program, have = program+c.Words[i].Text+";", true
			}
		case strings.HasPrefix(text, "-") && len(text) > 1:
			quiet = quiet || strings.HasPrefix(text, "-n") || text == "--quiet"
			if c.Name == "perl" && strings.HasSuffix(text, "e") && i+1 < len(c.Words) {
				i++
				program, have = program+c.Words[i].Text, true
			}
		case !have:
			program, have = text, true
		default:
			files = append(files, c.Words[i])
		}
	}
	return strings.TrimSuffix(program, ";"), files, quiet
}

// awk tells what awk prints: parts of its input, and variables that it is given.
func (p *printer) awk(c *shell.Command, deep int) []piece {
	var out []piece
	var files []shell.Word
	have := false
	for i := 1; i < len(c.Words); i++ {
		switch text := c.Words[i].Text; {
		case text == "-v" && i+1 < len(c.Words):
			i++
			out = append(out, p.word(c, &c.Words[i], false, deep)...)
		case text == "-F":
			i++
		case strings.HasPrefix(text, "-") && len(text) > 1:
		case !have:
			have = true
		default:
			files = append(files, c.Words[i])
		}
	}
	return picked(append(out, p.read(c, files, deep)...))
}

// grep tells which lines, or which parts of them, grep lets through.
func (p *printer) grep(c *shell.Command, deep int) []piece {
	pattern, files, only := grepPattern(c)
	if only == silent || bound(pattern, only == parts) {
		return opaque
	}
	text := p.read(c, files, deep)
	if only == parts {
		return picked(text)
	}
	return text
}

// grepMode is what grep prints: lines, the parts that match, or no text of its input.
type grepMode uint8

const (
	lines grepMode = iota
	parts
	silent
)

// grepPattern reads the command line of grep.
func grepPattern(c *shell.Command) (pattern string, files []shell.Word, mode grepMode) {
	have, whole := false, false
	for i := 1; i < len(c.Words); i++ {
		text := c.Words[i].Text
		switch {
		case text == "--":
		case text == "-e" || text == "--regexp":
			if i++; i < len(c.Words) && !have {
				pattern, have = c.Words[i].Text, true
			}
		case text == "-A" || text == "-B" || text == "-C" || text == "-m":
			i++
		case text == "--only-matching":
			mode = max(mode, parts)
		case text == "--quiet" || text == "--count" || text == "--silent":
			mode = silent
		case text == "--line-regexp":
			whole = true
		case strings.HasPrefix(text, "-") && len(text) > 1 && text[1] != '-':
			if strings.Contains(text, "o") {
				mode = max(mode, parts)
			}
			if strings.ContainsAny(text, "qclL") {
				mode = silent
			}
			whole = whole || strings.Contains(text, "x")
			if strings.Contains(text, "v") && i+1 < len(c.Words) && !have {
				i++
				pattern, have = ".*", true
			}
		case strings.HasPrefix(text, "--"):
		case !have:
			pattern, have = text, true
		default:
			files = append(files, c.Words[i])
		}
	}
	if whole {
		pattern = "^" + pattern + "$"
	}
	return pattern, files, mode
}

// harmlessRegexp takes from a regular expression what stands for few characters, or for none.
var harmlessRegexp = strings.NewReplacer(`\.`, "", `[.]`, "", `\d`, "", `\w`, "", `\K`, "", `\b`, "", "(?:", "(", "(?<=", "(", "(?=", "(")

// bound reports a regular expression that lets nothing through with which one could name a variable or leave a path: it is bound
// to the whole line, or prints no more than what matches, and holds nothing that stands for any character.
func bound(pattern string, match bool) bool {
	pattern = strings.Trim(pattern, `"'`)
	if !match && (!strings.HasPrefix(pattern, "^") || !strings.HasSuffix(pattern, "$")) || pattern == "" {
		return false
	}
	plain := harmlessRegexp.Replace(pattern)
	for i := 0; i < len(plain); i++ {
		switch plain[i] {
		case '.':
			if !inClass(plain, i) {
				return false
			}
		case '=':
			return match && (strings.Contains(pattern, "(?<=") || strings.Contains(pattern, `\K`))
		case '\\':
			if i+1 < len(plain) && strings.IndexByte("SDWNXs", plain[i+1]) >= 0 && plain[i+1] != 's' {
				return false
			}
		case '[':
			if i+1 < len(plain) && plain[i+1] == '^' {
				return false
			}
			if strings.HasPrefix(plain[i:], "[[:print:]") || strings.HasPrefix(plain[i:], "[[:graph:]") {
				return false
			}
		}
	}
	return true
}

// inClass reports that a place of a regular expression stands within brackets.
func inClass(pattern string, at int) bool {
	return strings.LastIndexByte(pattern[:at], '[') > strings.LastIndexByte(pattern[:at], ']')
}
