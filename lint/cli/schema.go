package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/lint/report"
)

// schemas are the shapes that other programs may rely on, by name.
func schemas() map[string]func() []byte {
	return map[string]func() []byte{"output": report.Schema}
}

func newSchema(s *system) *cobra.Command {
	names := []string{"output"}
	return &cobra.Command{
		Use:       "schema output",
		Short:     "Print the JSON Schema of --format json",
		ValidArgs: names,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("schema takes one name: %s", strings.Join(names, ", "))
			}
			if schemas()[args[0]] == nil {
				return fmt.Errorf("there is no schema %q; %s", args[0], suggest(args[0], names))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			_, err := s.stdout.Write(schemas()[args[0]]())
			return failed(err)
		},
	}
}
