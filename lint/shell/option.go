package shell

import "strings"

// change is one switch of an option of this shell.
type change struct {
	on      bool
	verbose bool // the option is verbose, not xtrace
	word    int  // index of the word that says so
	value   int  // index of the word with the option's name after -o, 0 when it is a letter
}

// changesOf reads what set and shopt do to xtrace and verbose, in order.
func changesOf(words []Word) []change {
	switch words[0].Text {
	case "set":
		return setChanges(words)
	case "shopt":
		return shoptChanges(words)
	}
	return nil
}

func setChanges(words []Word) []change {
	var list []change
	for i := 1; i < len(words); i++ {
		text := words[i].Text
		if text == "-" {
			return append(list, change{word: i}, change{verbose: true, word: i})
		}
		if len(text) < 2 || text[0] != '-' && text[0] != '+' || text == "--" || !words[i].Const {
			break
		}
		at, on := i, text[0] == '-'
		for _, flag := range text[1:] {
			switch flag {
			case 'x', 'v':
				list = append(list, change{on: on, verbose: flag == 'v', word: at})
			case 'o':
				if i+1 >= len(words) {
					break
				}
				i++
				if name := words[i].Text; name == "xtrace" || name == "verbose" {
					list = append(list, change{on: on, verbose: name == "verbose", word: at, value: i})
				}
			}
		}
	}
	return list
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
