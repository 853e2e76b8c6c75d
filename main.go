// Command sekisho checks the GitHub Actions files of a repository.
package main

import (
	"os"

	"sekisho/lint/cli"
	"sekisho/rules"
)

// version is set by the linker: -X main.version=1.2.3.
var version string

func main() {
	os.Exit(cli.Main(rules.All(), version, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
