package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/lint"
	"sekisho/lint/config"
	"sekisho/lint/syntax"
)

func newConfig(s *system, rules lint.RuleSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show, check or take over a configuration",
		Long:  `The configuration of a repository is .github/sekisho.yml or .github/sekisho.yaml. ` + "`sekisho init`" + ` writes one to start from.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("config takes a command: show, verify, schema or import")
			}
			return fmt.Errorf("config has no command %q; %s", args[0], suggest(args[0], []string{"show", "verify", "schema", "import"}))
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	cmd.AddCommand(newShow(s, rules), newVerify(s, rules), newConfigSchema(s, rules), newImport(s, rules))
	return cmd
}

func newConfigSchema(s *system, rules lint.RuleSet) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the configuration",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := s.stdout.Write(config.Schema(rules.Known()))
			return failed(err)
		},
	}
}

func newVerify(s *system, rules lint.RuleSet) *cobra.Command {
	return &cobra.Command{
		Use:   "verify [FILE]",
		Short: "Check a configuration and list all its faults",
		Long: `Check the configuration of the repository around the working directory, or FILE, and list all its faults. Of the repository's
own, patterns that match no file are named as well.

Exit codes: 0 no faults, 2 faults.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return s.verifyOwn(rules)
			}
			src, err := s.readConfig(args[0])
			if err != nil {
				return err
			}
			if _, faults := config.Parse(src, rules.Known()); len(faults) > 0 {
				return &stop{exitUsage, sentences(faults, "")}
			}
			_, err = fmt.Fprintln(s.stdout, plain(src.Path)+": no faults")
			return failed(err)
		},
	}
}

// verifyOwn checks the configuration of the repository around the working directory.
func (s *system) verifyOwn(rules lint.RuleSet) error {
	c, err := newChecker(s, rules, &common{failOn: choice{value: "never"}})
	if err != nil {
		return err
	}
	o, err := c.openAround(".")
	if err != nil {
		return err
	}
	defer o.close()
	if o.source == "" {
		return fmt.Errorf("there is no %s; `sekisho init` writes one", config.Names()[0])
	}
	var paths []string
	for _, f := range o.repo.Files {
		paths = append(paths, f.Path)
	}
	var b strings.Builder
	for _, note := range o.conf.Unused(paths) {
		b.WriteString(plain("note: "+note.Error()) + "\n")
	}
	b.WriteString(o.source + ": no faults\n")
	_, err = io.WriteString(s.stdout, b.String())
	return failed(err)
}

// openAround opens the repository around a folder.
func (c *checker) openAround(dir string) (*opened, error) {
	abs, err := c.sys.abs(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", dir, reason(err))
	}
	return c.load(&target{dir: c.sys.around(abs), all: true})
}

// readConfig reads a configuration file by its path.
func (s *system) readConfig(name string) (*syntax.Source, error) {
	f, err := s.readable(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: no such file", name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %s", name, reason(err))
	}
	defer f.Close()
	return config.ReadFrom(f, name)
}
