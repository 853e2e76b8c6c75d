package catalog

import (
	_ "embed" // for the table
	"slices"
	"strings"
)

//go:embed workspace.tsv
var workspaceText string

var workspaceTable = lazy(&workspaceText, 3)

// RunsWorkspace tells whether a command, its words without quotes and the program's name first, executes files of the working
// folder, so that whoever wrote them decides what happens.
func RunsWorkspace(words []string) bool {
	if len(words) == 0 {
		return false
	}
	name := words[0]
	if strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../") || strings.Contains(name, "/") && !strings.HasPrefix(name, "/") && !strings.ContainsAny(name, "$~") {
		return true
	}
	base := name[strings.LastIndexByte(name, '/')+1:]
	switch base {
	case "bash", "sh", "zsh", "dash", "python", "python3", "node", "ruby", "perl", "pwsh", "source", ".", "deno", "php":
		return scriptArgument(words[1:])
	}
	found := false
	workspaceTable().each(base, func(row []string) bool {
		subcommands := strings.Fields(row[1])
		found = slices.Contains(subcommands, "*") || slices.ContainsFunc(words[1:], func(w string) bool { return slices.Contains(subcommands, w) })
		return !found
	})
	return found
}

// scriptArgument reports that the first argument that is no option names a file below the working folder.
func scriptArgument(args []string) bool {
	for i, a := range args {
		switch {
		case a == "-c" || a == "-e" || a == "-":
			return false
		case a == "-m":
			return i+1 < len(args) && (strings.HasPrefix(args[i+1], "pip") || args[i+1] == "pytest" || args[i+1] == "build" || args[i+1] == "tox")
		case !strings.HasPrefix(a, "-"):
			return !strings.HasPrefix(a, "/") && !strings.HasPrefix(a, "<(")
		}
	}
	return false
}
