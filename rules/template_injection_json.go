package rules

import (
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// keptAsJSON reports an expression whose value is JSON and stands where JSON cannot become code: as a value in JavaScript, or in a
// here-document that the shell does not look into, as no line of JSON is its end.
func keptAsJSON(s *syntax.Str, fence int, script bool, taints []flow.Taint) bool {
	if !isJSON(s.Fences[fence].X, taints) {
		return false
	}
	at := s.Fences[fence].Start
	if script {
		return isValue(s, at)
	}
	return inQuotedDocument(s.Value, at)
}

// isJSON reports toJSON(…) of something, or an output that an action gives out as JSON.
func isJSON(x expr.Node, taints []flow.Taint) bool {
	switch n := x.(type) {
	case *expr.Group:
		return isJSON(n.X, taints)
	case *expr.Call:
		return strings.EqualFold(n.Name, "toJSON")
	}
	if _, plain := expr.Path(x); !plain || len(taints) == 0 {
		return false
	}
	for _, t := range taints {
		if !t.JSON {
			return false
		}
	}
	return true
}

// isValue reports a place of a JavaScript text that stands in no string, template, comment or regular expression. A text in which
// that cannot be told gives false.
func isValue(s *syntax.Str, offset int) bool {
	text := s.Value[:offset]
	in := byte(0) // the quote of the string that is open, or '/' and '*' for comments
	for i := 0; i < len(text); i++ {
		if f := fenceAt(s, i); f > i && in != '/' {
			i = f - 1
			continue
		}
		switch c := text[i]; {
		case in == '/':
			if c == '\n' {
				in = 0
			}
		case in == '*':
			if strings.HasPrefix(text[i:], "*/") {
				in = 0
				i++
			}
		case in != 0:
			if c == '\\' {
				i++
			} else if c == in {
				in = 0
			}
		case c == '\'' || c == '"' || c == '`':
			in = c
		case strings.HasPrefix(text[i:], "//"):
			in = '/'
		case strings.HasPrefix(text[i:], "/*"):
			in = '*'
			i++
		case c == '/':
			return false // a division or a regular expression, in which quotes are no quotes
		}
	}
	return in == 0
}

// fenceAt returns the end of the expression that starts at an offset of a text, or 0.
func fenceAt(s *syntax.Str, offset int) int {
	for i := range s.Fences {
		if s.Fences[i].Start == offset {
			return s.Fences[i].End
		}
	}
	return 0
}

// inQuotedDocument reports a place in the body of a here-document whose end is quoted and which no shell runs: cat <<'EOF'.
func inQuotedDocument(script string, offset int) bool {
	end, quoted, tabs, start := "", false, false, 0
	for line := range strings.Lines(script) {
		next := start + len(line)
		text := strings.TrimRight(line, "\r\n")
		if tabs {
			text = strings.TrimLeft(text, "\t")
		}
		switch {
		case end != "" && text == end:
			end = ""
		case end != "":
			if start <= offset && offset < next {
				return quoted
			}
		default:
			end, quoted, tabs = documentEnd(line)
		}
		if offset < next {
			return false
		}
		start = next
	}
	return false
}

// documentEnd reads what ends the here-document that a line opens, "" when it opens none or more than one.
func documentEnd(line string) (end string, quoted, tabs bool) {
	before, rest, found := strings.Cut(line, "<<")
	if !found || strings.HasPrefix(rest, "<") || strings.Contains(rest, "<<") {
		return "", false, false
	}
	data := isData(before, rest)
	rest, tabs = strings.CutPrefix(rest, "-")
	rest = strings.TrimLeft(rest, " \t")
	if rest == "" {
		return "", false, false
	}
	if q := rest[0]; q == '\'' || q == '"' {
		end, _, found = strings.Cut(rest[1:], string(q))
		if !found {
			end = ""
		}
		return end, data, tabs
	}
	if i := strings.IndexAny(rest, " \t\r\n;|&>)"); i >= 0 {
		rest = rest[:i]
	}
	return strings.TrimPrefix(rest, `\`), data && strings.HasPrefix(rest, `\`), tabs
}

// isData reports a line that hands its here-document to programs that run nothing of it: cat <<'END' | jq .
func isData(before, behind string) bool {
	if strings.Contains(behind, ".sh") || strings.Contains(behind, "bin/") {
		return false // a script is made of it
	}
	programs := []string{before[strings.LastIndexAny(before, "|;&(`=")+1:]}
	if _, piped, ok := strings.Cut(behind, "|"); ok {
		programs = append(programs, strings.Split(piped, "|")...)
	}
	for _, p := range programs {
		words := strings.Fields(p)
		if len(words) == 0 {
			return false
		}
		switch words[0] {
		case "cat", "curl", "gh", "grep", "head", "jq", "sort", "tee", "wc":
		default:
			return false
		}
	}
	return true
}
