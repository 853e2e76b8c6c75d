package shell

import "strings"

// change is one switch of an option of this shell.
type change struct {
	on      bool
	maybe   bool // a variable decides
	verbose bool // the option is verbose, not xtrace
	word    int  // index of the word that says so
	value   int  // index of the word with the option's name after -o, 0 when it is a letter
}

// changesOf reads what set and shopt do to xtrace and verbose, in order. value tells the constant that a variable has.
func changesOf(words []Word, value func(name string) string) []change {
	switch words[0].Text {
	case "set":
		return setChanges(words, value)
	case "shopt":
		return shoptChanges(words)
	}
	return nil
}

func setChanges(words []Word, value func(string) string) []change {
	var list []change
	for i := 1; i < len(words); i++ {
		text, maybe, known := words[i].spelled(value)
		if text == "-" {
			return append(list, change{word: i}, change{verbose: true, word: i})
		}
		if known && text == "" {
			continue
		}
		if len(text) < 2 || text[0] != '-' && text[0] != '+' || text == "--" || !known {
			break
		}
		at, on := i, text[0] == '-'
		for _, flag := range text[1:] {
			switch flag {
			case 'x', 'v':
				list = append(list, change{on: on, maybe: maybe, verbose: flag == 'v', word: at})
			case 'o':
				if i+1 >= len(words) {
					break
				}
				i++
				if name, either, _ := words[i].spelled(value); name == "xtrace" || name == "verbose" {
					list = append(list, change{on: on, maybe: maybe || either, verbose: name == "verbose", word: at, value: i})
				}
			}
		}
	}
	return list
}

// spelled is what a word reads as when its variables are constants of the script and those of ${NAME:+word} and ${NAME:-word} give
// word; maybe tells that they need not. It is not known where another expansion decides.
func (w *Word) spelled(value func(string) string) (text string, maybe, known bool) {
	if w.Const {
		return w.Text, false, true
	}
	if len(w.Holes) > 0 || len(w.From) > 0 {
		return w.Text, false, false
	}
	var b strings.Builder
	for rest := w.Text; rest != ""; {
		head, tail, found := strings.Cut(rest, "$")
		b.WriteString(head)
		if !found {
			break
		}
		if !strings.HasPrefix(tail, "{") {
			end := 0
			for end < len(tail) && nameByte(tail[end], end) {
				end++
			}
			set := value(tail[:end])
			if set == "" {
				return w.Text, false, false
			}
			b.WriteString(set)
			rest = tail[end:]
			continue
		}
		inner, after, closed := strings.Cut(tail[1:], "}")
		end := strings.IndexAny(inner, ":+-")
		switch {
		case !closed || strings.Contains(inner, "$"):
			return w.Text, false, false
		case end < 0:
			inner = value(inner)
			if inner == "" {
				return w.Text, false, false
			}
		case isName(inner[:end]):
			inner = strings.TrimPrefix(inner[end:], ":")
			if inner == "" || inner[0] != '+' && inner[0] != '-' {
				return w.Text, false, false
			}
			inner, maybe = inner[1:], true
		default:
			return w.Text, false, false
		}
		b.WriteString(inner)
		rest = after
	}
	return b.String(), maybe, true
}

func shoptChanges(words []Word) []change {
	var set, unset, names bool
	var list []change
	at := 0
	for i := 1; i < len(words); i++ {
		text := words[i].Text
		if strings.HasPrefix(text, "-") {
			set = set || strings.Contains(text, "s")
			unset = unset || strings.Contains(text, "u")
			names = names || strings.Contains(text, "o")
			at = i
			continue
		}
		if names && (set || unset) && (text == "xtrace" || text == "verbose") {
			list = append(list, change{on: set, verbose: text == "verbose", word: at, value: i})
		}
	}
	return list
}

// asksTrace tells whether a command succeeds only while tracing is on (1) or off (-1); 0 when it asks something else.
func asksTrace(c *Command) int {
	has := func(text string) bool {
		for _, w := range c.Words {
			if w.Text == text {
				return true
			}
		}
		return false
	}
	switch c.Name {
	case "[", "[[", "test":
		sign, flags, letter := 1, 0, false
		for _, w := range c.Words[1:] {
			if w.uses("-") {
				flags++
			} else if strings.Contains(w.Text, "x") {
				letter = true
			}
		}
		if has("!") != has("!=") {
			sign = -1
		}
		if has("-o") && has("xtrace") {
			return sign
		}
		switch {
		case flags >= 2:
			return -sign
		case flags == 1 && (letter || has("-n")):
			return sign
		case flags == 1 && has("-z"):
			return -sign
		}
	case "shopt":
		if has("xtrace") && (has("-qo") || has("-oq")) {
			return 1
		}
	}
	return 0
}

func (w *Word) uses(name string) bool {
	for _, v := range w.Vars {
		if v.Name == name {
			return true
		}
	}
	return false
}
