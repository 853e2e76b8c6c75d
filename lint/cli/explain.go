package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/lint"
	"sekisho/lint/config"
)

func newExplain(s *system, rules lint.RuleSet) *cobra.Command {
	color := choice{"auto", []string{"auto", "always", "never"}}
	cmd := &cobra.Command{
		Use:   "explain RULE",
		Short: "Show what a rule reports, why it matters and how to repair it",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("explain takes one rule; `sekisho rules` lists them")
			}
			return nil
		},
		ValidArgsFunction: completeRules(rules),
		RunE: func(_ *cobra.Command, args []string) error {
			pages, err := s.pages(rules, args[0])
			if err != nil {
				return err
			}
			var b strings.Builder
			for i, text := range pages {
				if i > 0 {
					b.WriteString("\n")
				}
				markdown(&b, text, width(s.columns()), s.colored(color.value))
			}
			_, err = io.WriteString(s.stdout, b.String())
			return failed(err)
		},
	}
	color.add(cmd, "color", "colour the output")
	return cmd
}

// pages returns the pages of the rules that a name stands for. Those of the user's own are in the configuration of the repository
// around the working directory.
func (s *system) pages(rules lint.RuleSet, name string) ([]string, error) {
	if strings.HasPrefix(name, config.CustomRule+"/") && rules.Find(config.CustomRule) != nil {
		c, err := newChecker(s, rules, &common{failOn: choice{value: "never"}})
		if err != nil {
			return nil, err
		}
		o, err := c.openAround(".")
		if err != nil {
			return nil, err
		}
		defer o.close()
		own := rules.With(o.conf)
		r := own.Find(name)
		if r == nil {
			return nil, noRule(own, name)
		}
		return []string{r.KindOf(strings.TrimPrefix(name, config.CustomRule+"/")).Doc}, nil
	}
	found := named(rules, name)
	if len(found) == 0 {
		return nil, noRule(rules, name)
	}
	var pages []string
	for _, r := range found {
		pages = append(pages, page(r))
	}
	return pages, nil
}

// width returns how wide a page is set on a terminal with so many columns; 0: on none.
func width(columns int) int {
	if columns == 0 {
		return 80
	}
	return min(max(columns, 40), 100)
}

// page returns the page of a rule with its facts below the title.
func page(r *lint.Rule) string {
	facts := "Severity: **" + r.Severity.String() + "**"
	if r.Strict {
		facts += ", only with `--strict`"
	}
	if len(r.Aliases) > 0 {
		facts += ". Also known as " + strings.Join(r.Aliases, ", ")
	}
	if len(r.Tags) > 0 {
		facts += ". Tags: " + strings.Join(r.Tags, ", ")
	}
	help := r.Help()
	title, rest, _ := strings.Cut(strings.TrimPrefix(help, "\n"), "\n")
	if !strings.HasPrefix(title, "# ") {
		title, rest = "# "+r.ID, fmt.Sprintf("\n%s.\n\n%s", r.Summary, help)
	}
	return title + "\n\n" + facts + ".\n" + rest
}
