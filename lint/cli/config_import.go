package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sekisho/lint"
	"sekisho/lint/config"
	"sekisho/lint/migrate"
	"sekisho/lint/syntax"
)

func newImport(s *system, rules lint.RuleSet) *cobra.Command {
	var write bool
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Take over the configuration of zizmor or actionlint",
		Long: `Print a configuration that says what zizmor.yml and actionlint.yaml say. Comments in it name what has no counterpart.

Findings that zizmor ignores in a whole file are ignored in that file. Those that it ignores at a line become advice: lines
move, and a comment in the workflow does not. Comments of zizmor (# zizmor: ignore[…]) are honoured as they are.`,
		Example: "  sekisho config import .github/zizmor.yml .github/actionlint.yaml --write",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("import takes the configuration files of other tools, such as .github/zizmor.yml")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return runImport(s, rules, args, write) },
	}
	cmd.Flags().BoolVar(&write, "write", false, "write it to "+config.Names()[0]+", which must not exist yet")
	return cmd
}

func runImport(s *system, rules lint.RuleSet, args []string, write bool) error {
	var sources []*syntax.Source
	for _, arg := range args {
		src, err := s.readConfig(arg)
		if err != nil {
			return err
		}
		sources = append(sources, src)
	}
	text, faults := migrate.Read(sources, func(tool, id string) []string {
		var ids []string
		for _, r := range rules.Alias(tool + ":" + id) {
			ids = append(ids, r.ID)
		}
		return ids
	})
	if len(faults) == 0 {
		// What another tool accepts, such as a pattern, may be wrong here.
		_, faults = config.Parse(syntax.NewSource(config.Names()[0], text), rules.Known())
	}
	if len(faults) > 0 {
		return &stop{exitUsage, sentences(faults, "")}
	}
	if !write {
		_, err := io.WriteString(s.stdout, text)
		return failed(err)
	}
	written, err := s.writeNew(".", []newFile{{config.Names()[0], text}})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.stdout, "%s written; read its comments\n", plain(written[0]))
	return failed(err)
}
