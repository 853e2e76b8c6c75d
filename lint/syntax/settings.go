package syntax

import "strings"

// wholeLineComments returns the comments of a file of lines that have a line to themselves. What stands behind a value may be part of it.
func wholeLineComments(src *Source) []Comment {
	if !strings.ContainsAny(src.Text, "#;") || strings.IndexByte(src.Text, 0) >= 0 {
		return nil
	}
	var out []Comment
	for n := 1; n <= src.Lines(); n++ {
		span := src.LineSpan(n)
		text := src.Slice(span)
		if body := strings.TrimLeft(text, " \t"); body != "" && (body[0] == '#' || body[0] == ';') {
			span.Start += len(text) - len(body)
			out = append(out, Comment{Span: span, Text: strings.Trim(body[1:], " \t"), Own: true})
		}
	}
	return out
}

// maxSettings is how many settings of a file are read.
const maxSettings = 2000

// Setting is a name and its value in a file of lines: NAME=value, name: value, "name": "value", or words that follow each other.
type Setting struct {
	Name  string
	Value Span // without quotes
}

// Settings reads the settings of a file, whatever their form. A value that goes on in the next line ends with its line.
func Settings(src *Source) []Setting {
	var out []Setting
	for n := 1; n <= src.Lines() && len(out) < maxSettings; n++ {
		span := src.LineSpan(n)
		if s, ok := setting(src.Slice(span)); ok {
			s.Value = s.Value.Shift(span.Start)
			out = append(out, s)
		}
	}
	return out
}

// setting reads one line; the span is within it.
func setting(line string) (Setting, bool) {
	at := len(line) - len(strings.TrimLeft(line, " \t,{"))
	rest := line[at:]
	if rest == "" || rest[0] == '#' || rest[0] == ';' {
		return Setting{}, false
	}
	for _, word := range [...]string{"export ", "set ", "- "} {
		if after, ok := strings.CutPrefix(rest, word); ok {
			at += len(word) + len(after) - len(strings.TrimLeft(after, " \t"))
			rest = line[at:]
		}
	}
	end := separator(rest)
	if end <= 0 {
		return words(line, at)
	}
	name := strings.Trim(rest[:end], " \t\"'")
	value := rest[end+1:]
	at += end + 1 + len(value) - len(strings.TrimLeft(value, " \t"))
	return Setting{Name: name, Value: unquoted(line, at)}, name != ""
}

// separator returns where the name of a setting ends: at the first = or, when there is none before, at a colon that ends a word.
func separator(text string) int {
	for i := range len(text) {
		switch text[i] {
		case '=':
			return i
		case ':':
			if i+1 < len(text) && (text[i+1] == ' ' || text[i+1] == '\t' || text[i+1] == '"') {
				return i
			}
		}
	}
	return -1
}

// words reads a line of .netrc: login a password b.
func words(line string, at int) (Setting, bool) {
	name := ""
	for at < len(line) {
		word := line[at:]
		if i := strings.IndexAny(word, " \t"); i >= 0 {
			word = word[:i]
		}
		if name == "password" && word != "" {
			return Setting{Name: name, Value: Span{Start: at, End: at + len(word)}}, true
		}
		if word != "" {
			name = word
		}
		at += len(word) + 1
	}
	return Setting{}, false
}

// unquoted returns the span of the value that starts at an offset of a line: what is in quotes, or all up to a comment or a comma.
func unquoted(line string, at int) Span {
	if at >= len(line) {
		return Span{Start: len(line), End: len(line)}
	}
	if quote := line[at]; quote == '"' || quote == '\'' || quote == '`' {
		if i := strings.IndexByte(line[at+1:], quote); i >= 0 {
			return Span{Start: at + 1, End: at + 1 + i}
		}
	}
	value := line[at:]
	if i := strings.Index(value, " #"); i >= 0 {
		value = value[:i]
	}
	value = strings.TrimRight(value, " \t\r,;")
	return Span{Start: at, End: at + len(value)}
}
