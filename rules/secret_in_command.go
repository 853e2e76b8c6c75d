package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
)

func secretInCommand() *lint.Rule {
	return &lint.Rule{
		ID:       "secret-in-command",
		Summary:  "a secret in the arguments of a command, where every process can read it and errors repeat it",
		Severity: lint.Medium,
		Tags:     []string{"cwe-214", "cwe-522", "owasp-cicd-sec-6", "prevent", "limit-scope", "matrix-ci-credentials"},
		Run:      runSecretInCommand,
	}
}

func runSecretInCommand(p *lint.Pass) {
	out := collected{p: p}
	eachSpill(p, nil, func(s *spill) {
		for _, c := range s.Script.Commands {
			if c.Name == "" || len(c.Words) < 2 || s.Script.Dialect == shell.Other {
				continue
			}
			inArguments(s, c, &out)
			inAddress(s, c, &out)
		}
	})
	out.report()
}

// inArguments reports a secret in an argument that the program takes in a better way too.
func inArguments(s *spill, c *shell.Command, out *collected) {
	catalog.SecretArgs(wordTexts(c), func(i int, instead string) {
		got, ok := s.Word(c, &c.Words[i])
		if !ok {
			return
		}
		f := s.finding(&got, c.Words[i].Span, "it is an argument here")
		f.Severity, f.Confidence = argued(&got)
		f.Message = fmt.Sprintf("`%s` gets %s as an argument, which every process of the machine can read and its errors may repeat; hand it over by %s",
			programName(c), got.Text(), instead)
		out.add(f)
	})
}

// inAddress reports a secret before the @ of an address.
func inAddress(s *spill, c *shell.Command, out *collected) {
	switch strings.ToLower(c.Name) {
	case "echo", "printf", "[", "[[", "test", "case", "for", "export", "write-host", "write-output", "cat", "sed", "local", "declare":
		return
	}
	if s.Function(c.Name) {
		return
	}
	for i := 1; i < len(c.Words); i++ {
		w := &c.Words[i]
		by, value := s.Assigned(c, w)
		before, host, ok := userInfo(value.Text)
		if !ok {
			continue
		}
		got, ok := s.Word(by, value)
		if !ok || got.Var != "" && !strings.Contains(before, got.Var) || got.Var == "" && !strings.Contains(before, "${{") && !strings.Contains(before, "$(") {
			continue
		}
		if kept(c) == "" && got.Minted == nil && got.Secret.ShortLived() {
			continue // gone before anybody could use it
		}
		f := s.finding(&got, w.Span, "it is part of an address here")
		f.Severity, f.Confidence = argued(&got)
		f.Message = fmt.Sprintf("`%s` gets %s within the address of `%s`, which every process of the machine can read and errors repeat%s; %s",
			programName(c), got.Text(), host, kept(c), betterAddress(c))
		out.add(f)
	}
}

// userInfo returns what stands between the scheme of an address and its @, and the host behind that.
func userInfo(text string) (before, host string, ok bool) {
	_, rest, ok := strings.Cut(text, "://")
	if !ok {
		return "", "", false
	}
	depth := 0
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == '{' || c == '(':
			depth++
		case c == '}' || c == ')':
			depth--
		case depth > 0:
		case c == '@':
			return rest[:i], hostOf("x://" + rest[i+1:]), strings.Contains(rest[:i], "$") || strings.Contains(rest[:i], "%")
		case c == '/' || c == ' ' || c == '?' || c == '#':
			return "", "", false
		}
	}
	return "", "", false
}

// kept tells where a command writes an address to.
func kept(c *shell.Command) string {
	if c.Name != "git" || len(c.Words) < 2 {
		return ""
	}
	for _, w := range c.Words[1:] {
		switch w.Text {
		case "clone", "remote", "submodule":
			return ", and which git keeps in .git/config"
		case "config":
			return ", and which git keeps in its configuration"
		}
	}
	return ""
}

func betterAddress(c *shell.Command) string {
	switch c.Name {
	case "git":
		return "let actions/checkout or `gh auth setup-git` hand git the token"
	case "psql", "pg_dump", "pg_restore", "createdb":
		return "use the variable `PGPASSWORD`"
	case "pip", "pip3", "uv":
		return "use a `.netrc` file or the variables for the index"
	}
	return "use a `.netrc` file or standard input"
}

// argued tells how bad it is that a secret stands in an argument: less for one that ends with the job.
func argued(got *flow.Carried) (lint.Severity, lint.Confidence) {
	switch {
	case got.Minted != nil, got.Secret.ShortLived():
		return lint.Low, lint.Sure
	case got.Secret.Guess:
		return lint.Low, lint.Likely
	}
	return lint.Medium, lint.Sure
}
