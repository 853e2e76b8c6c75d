package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/lint"
	"sekisho/lint/config"
	"sekisho/lint/report"
)

// schemas are the shapes that other programs may rely on, by name.
func schemas(rules lint.RuleSet) map[string]func() []byte {
	return map[string]func() []byte{
		"output":    report.Schema,
		"inventory": report.InventorySchema,
		"config":    func() []byte { return config.Schema(rules.Known()) },
	}
}

func newSchema(s *system, rules lint.RuleSet) *cobra.Command {
	names := []string{"output", "inventory", "config"}
	return &cobra.Command{
		Use:       "schema output|inventory|config",
		Short:     "Print the JSON Schema of --format json, of inventories, or of the configuration",
		ValidArgs: names,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("schema takes one name: %s", strings.Join(names, ", "))
			}
			if schemas(rules)[args[0]] == nil {
				return fmt.Errorf("there is no schema %q; %s", args[0], suggest(args[0], names))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			_, err := s.stdout.Write(schemas(rules)[args[0]]())
			return failed(err)
		},
	}
}
