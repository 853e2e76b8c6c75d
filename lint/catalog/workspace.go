package catalog

import (
	_ "embed" // for the table
	"slices"
	"strings"
)

//go:embed workspace.tsv
var workspaceText string

//go:embed runners.tsv
var runnerText string

//go:embed heads.tsv
var headText string

var workspaceTable = lazy(&workspaceText, 3)

// RunsWorkspace tells whether a command, its words without quotes and the program's name first, executes files of the working
// folder, so that whoever wrote them decides what happens. path is what it executes as the words name it: a script, or a folder;
// "." where they name none.
func RunsWorkspace(words []string) (path string, runs bool) {
	if len(words) == 0 {
		return "", false
	}
	name := words[0]
	if strings.Contains(name, "/") && !strings.HasPrefix(name, "/") && !strings.ContainsAny(name, "$~") {
		return name, true
	}
	base := name[strings.LastIndexByte(name, '/')+1:]
	switch base {
	case "bash", "sh", "zsh", "dash", "ksh", "python", "python3", "node", "ruby", "perl", "pwsh", "powershell", "source", ".", "deno", "php", "Rscript", "tsx", "ts-node", "julia",
		"lua", "elixir", "groovy":
		if path, runs = scriptArgument(words[1:]); !runs {
			return "", false
		}
		return path, true
	}
	for _, row := range workspaceTable().of(base) {
		runs = runs || hasField(row[1], "*") || slices.ContainsFunc(words[1:], func(w string) bool { return hasField(row[1], w) })
	}
	if !runs || avoids(base, words[1:]) {
		return "", false
	}
	switch base {
	case "pip", "pip3", "uv", "npm", "pnpm", "yarn", "bun":
		if name := packageOperand(words[1:]); name != "" {
			return name, true
		}
	}
	return folderOption(words[1:]), true
}

// DecidingFile names the file of the working folder that decides what a program executes; "" when the program is not known.
func DecidingFile(program string) (file string) {
	workspaceTable().each(program, func(row []string) bool {
		file = row[2]
		return false
	})
	return file
}

var runnerTable = lazyActions(&runnerText, 3)

// ActionRunsWorkspace tells whether an action, with its inputs, executes files of the workspace, and names the file that decides.
func ActionRunsWorkspace(uses string, with With) (file string, runs bool) {
	for _, row := range runnerTable().uses(uses) {
		file = row[2]
		if row[1] == "" || holds(row[1], with, nil) != no {
			return file, true
		}
	}
	return file, false
}

var headTable = lazyActions(&headText, 2)

// HeadOutput tells whether an output of an action names the head of a pull request that the action looks up.
func HeadOutput(uses, output string) bool {
	return slices.ContainsFunc(headTable().uses(uses), func(row []string) bool { return strings.EqualFold(row[1], output) })
}

// avoids reports arguments with which a tool leaves the working folder's code alone: installs of packages by name, installs
// without scripts, and questions about the tool itself.
func avoids(program string, args []string) bool {
	if len(args) == 1 && (args[0] == "--version" || args[0] == "-v" || args[0] == "-V" || args[0] == "--help" || args[0] == "version") {
		return true
	}
	has := func(names ...string) bool {
		return slices.ContainsFunc(args, func(a string) bool { return slices.Contains(names, a) })
	}
	switch program {
	case "npm", "pnpm", "yarn", "bun":
		return has("-g", "--global", "--ignore-scripts") && has("install", "i", "ci", "add")
	case "pip", "pip3":
		return namedPackages(args)
	case "uv":
		return has("pip") && namedPackages(args)
	}
	return false
}

// namedPackages reports a pip install of packages by name, not of a folder or of what a file lists.
func namedPackages(args []string) bool {
	for _, a := range args {
		if a == "-e" || a == "-r" || a == "." || strings.HasPrefix(a, "--editable") || strings.HasPrefix(a, "--requirement") || strings.HasPrefix(a, "-r") ||
			strings.HasPrefix(a, ".[") || isPackage(a) {
			return false
		}
	}
	return true
}

// isPackage reports an argument of an install that is a folder or an archive of this machine, not a name.
func isPackage(a string) bool {
	if strings.Contains(a, "://") {
		return false
	}
	for _, ending := range [...]string{".whl", ".tgz", ".tar.gz", ".gem", ".nupkg"} {
		if strings.HasSuffix(a, ending) {
			return true
		}
	}
	return strings.HasPrefix(a, "./") || strings.HasPrefix(a, "../")
}

// packageOperand returns the folder, archive or list that an install names; "" when it names none.
func packageOperand(args []string) string {
	for i, a := range args {
		name, value, joined := strings.Cut(a, "=")
		switch {
		case joined && (name == "--editable" || name == "--requirement"):
			return withoutExtras(value)
		case a == "-e" || a == "-r" || a == "--editable" || a == "--requirement":
			if i+1 < len(args) {
				return withoutExtras(args[i+1])
			}
		case isPackage(a):
			return withoutExtras(a)
		}
	}
	return ""
}

// withoutExtras cuts the extras of a Python package off: .[test] is the folder itself.
func withoutExtras(a string) string {
	if i := strings.IndexByte(a, '['); i > 0 {
		return a[:i]
	}
	return a
}

// folderOption returns the folder that an option such as make -C names, "." without one.
func folderOption(args []string) string {
	for i, a := range args {
		name, value, joined := strings.Cut(a, "=")
		switch name {
		case "-C", "--prefix", "--directory", "--cwd", "--manifest-path", "--project", "-f", "--file", "--dir", "-chdir", "--path":
			if joined {
				return value
			}
			if i+1 < len(args) {
				return args[i+1]
			}
		}
		if strings.HasPrefix(a, "-C") && len(a) > 2 {
			return a[2:]
		}
	}
	return "."
}

// modules are the Python modules that execute the working folder.
var modules = [...]string{"build", "coverage", "invoke", "mypy", "nox", "pip", "pipenv", "poetry", "pre_commit", "pylint", "pytest", "sphinx", "tox", "unittest"}

// scriptArgument returns the file that is the first argument and no option, and whether it may lie below the working folder.
func scriptArgument(args []string) (string, bool) {
	for i, a := range args {
		switch {
		case a == "-c" || a == "-e" || a == "-" || a == "-Command" || a == "-s":
			return "", false
		case a == "-m":
			if i+1 == len(args) || !slices.Contains(modules[:], args[i+1]) {
				return "", false
			}
			if args[i+1] == "pip" {
				if name := packageOperand(args[i+2:]); name != "" {
					return name, true
				}
				return ".", !namedPackages(args[i+1:])
			}
			return ".", true
		case !strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "+"):
			return a, !strings.HasPrefix(a, "/") && !strings.HasPrefix(a, "<(") && !strings.HasPrefix(a, "$") && !strings.HasPrefix(a, "~") && !strings.HasPrefix(a, "http")
		}
	}
	return "", false
}
