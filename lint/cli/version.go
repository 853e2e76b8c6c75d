package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

func newVersion(s *system) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(s.stdout, "sekisho %s (%s, %s/%s)\n", s.version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return failed(err)
		},
	}
}

// buildVersion returns the version without a leading v: the one set by the linker, else that of the module, else devel.
func buildVersion(set string) string {
	if info, ok := debug.ReadBuildInfo(); ok && set == "" && info.Main.Version != "(devel)" {
		set = info.Main.Version
	}
	if set == "" {
		return "devel"
	}
	return strings.TrimPrefix(set, "v")
}
