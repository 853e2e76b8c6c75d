package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/lint"
)

func newRules(s *system, rules lint.RuleSet) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List the rules",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return failed(rulesJSON(s.stdout, rules))
			}
			return failed(rulesText(s.stdout, rules))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print them as JSON")
	return cmd
}

func rulesText(w io.Writer, rules lint.RuleSet) error {
	width := 0
	for _, r := range rules {
		width = max(width, len(r.ID))
	}
	var b strings.Builder
	for _, r := range rules {
		strict := ""
		if r.Strict {
			strict = "strict"
		}
		fmt.Fprintf(&b, "%-*s  %-8s  %-6s  %s\n", width, r.ID, r.Severity, strict, r.Summary)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// ruleEntry is a rule in the output of rules --json.
type ruleEntry struct {
	ID       string   `json:"id"`
	Summary  string   `json:"summary"`
	Severity string   `json:"severity"`
	Strict   bool     `json:"strict"`
	Online   bool     `json:"online"`
	Aliases  []string `json:"aliases"`
	Tags     []string `json:"tags"`
}

func rulesJSON(w io.Writer, rules lint.RuleSet) error {
	list := []ruleEntry{}
	for _, r := range rules {
		list = append(list, ruleEntry{
			ID: r.ID, Summary: r.Summary, Severity: r.Severity.String(), Strict: r.Strict, Online: r.Needs != 0,
			Aliases: append([]string{}, r.Aliases...), Tags: append([]string{}, r.Tags...),
		})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(list)
}
