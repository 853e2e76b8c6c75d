package flow

import (
	"regexp/syntax"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
)

// narrowed makes structured what a script lets through by a pattern of few characters: X=$(… | grep -oE '[0-9]+'), or a use after
// [[ $X =~ ^[0-9]+$ ]]. What the script does where the test fails is not judged.
func (s *shellTaint) narrowed(c *shell.Command, name string, found []Taint) []Taint {
	if len(found) == 0 || !s.picked(name) && !s.tested(c, name) {
		return found
	}
	found = slices.Clone(found)
	for i := range found {
		found[i].Shape = min(found[i].Shape, catalog.Structured)
	}
	return found
}

// picked reports a variable that only ever gets what a pattern of few characters matches.
func (s *shellTaint) picked(name string) bool {
	all := 0
	for _, c := range s.script.Commands {
		for i := range c.Assigns {
			a := &c.Assigns[i]
			if a.Name != name {
				continue
			}
			all++
			if len(a.Value.Vars) > 0 || len(a.Value.Holes) > 0 || !allPicked(a.From) {
				return false
			}
		}
	}
	return all > 0
}

// allPicked reports a pipeline in which grep -o picks something out, and nothing behind it adds to that.
func allPicked(pipeline []*shell.Command) bool {
	picked, ends := false, 0
	for _, c := range pipeline {
		if c.PipeTo == nil {
			ends++
		}
		switch {
		case picks(c):
			picked = true
		case picked && !filters(c.Name):
			return false
		}
	}
	return picked && ends == 1
}

// filters reports a program that prints no more than it reads.
func filters(name string) bool {
	switch name {
	case "cut", "grep", "head", "sort", "tail", "tr", "uniq", "wc":
		return true
	}
	return false
}

// picks reports grep -o with a pattern that no character of the shell can match.
func picks(c *shell.Command) bool {
	if c.Name != "grep" && c.Name != "egrep" {
		return false
	}
	only, extended, pattern := false, c.Name == "egrep", ""
	for _, w := range c.Words[1:] {
		switch {
		case strings.HasPrefix(w.Text, "--"):
			only = only || w.Text == "--only-matching"
			extended = extended || w.Text == "--extended-regexp" || w.Text == "--perl-regexp"
		case strings.HasPrefix(w.Text, "-"):
			only = only || strings.Contains(w.Text, "o")
			extended = extended || strings.ContainsAny(w.Text, "EP")
		case pattern == "" && w.Const:
			pattern = w.Text
		}
	}
	return only && extended && fewCharacters(pattern)
}

// tested reports that a command stands behind a test of a variable against such a pattern, and before another value of it.
func (s *shellTaint) tested(by *shell.Command, name string) bool {
	tested := false
	for _, c := range s.script.Commands {
		if c.Start >= by.Start {
			break
		}
		if slices.ContainsFunc(c.Assigns, func(a shell.Assign) bool { return a.Name == name }) {
			tested = false
		}
		tested = tested || tests(c, name)
	}
	return tested
}

// tests reports [[ $NAME =~ ^…$ ]] with a pattern of few characters.
func tests(c *shell.Command, name string) bool {
	if c.Name != "[[" {
		return false
	}
	for i := 1; i+1 < len(c.Words); i++ {
		left, right := &c.Words[i-1], &c.Words[i+1]
		if c.Words[i].Text == "=~" && len(left.Vars) == 1 && left.Vars[0].Name == name && right.Const && wholly(right.Text) {
			return true
		}
	}
	return false
}

// wholly reports a pattern that fits a text from end to end, and no character of the shell.
func wholly(pattern string) bool {
	return strings.HasPrefix(pattern, "^") && strings.HasSuffix(pattern, "$") && !strings.Contains(pattern, "|") && fewCharacters(pattern)
}

// fewCharacters reports a pattern that matches nothing but letters, digits and marks that no shell and no language of scripts
// takes for its own.
func fewCharacters(pattern string) bool {
	re, err := syntax.Parse(pattern, syntax.Perl)
	return err == nil && pattern != "" && harmless(re)
}

func harmless(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL, syntax.OpNoMatch:
		return false
	case syntax.OpLiteral:
		return !slices.ContainsFunc(re.Rune, func(r rune) bool { return !inert(r) })
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if re.Rune[i+1] > '~' {
				return false
			}
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				if !inert(r) {
					return false
				}
			}
		}
		return true
	}
	return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !harmless(sub) })
}

// inert reports a character that stands for itself everywhere.
func inert(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("._-/:@%+=#,", r)
}
