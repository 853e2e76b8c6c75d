package catalog

import (
	"slices"
	"strings"
)

// managerWrappers are programs that run others, and by which a package manager may be run.
var managerWrappers = [...]string{"poetry", "pipenv", "pdm", "hatch", "conda", "mamba", "micromamba", "rye", "mise", "direnv", "nix", "nix-shell", "pixi", "bundle", "retry"}

// managerOf is the program of a package manager without its version: pip for pip3.12, and what is known of other programs by name.
func managerOf(name string) string {
	name = programOf(name).name
	if rest, ok := strings.CutPrefix(name, "pip"); ok && strings.Trim(rest, "0123456789.-") == "" {
		return "pip"
	}
	return name
}

// Manager returns the words of the package manager or other program that a command runs through others, such as python -m pip,
// poetry run pip or corepack pnpm.
func Manager(words []string) []string {
	for range maxWrappers {
		if len(words) < 2 {
			return words
		}
		name := programOf(words[0]).name
		switch {
		case strings.HasPrefix(name, "python") || strings.HasPrefix(name, "pypy") || name == "py":
			words = module(words)
			if words == nil {
				return nil
			}
			continue
		case name == "corepack" && words[1] != "prepare" && words[1] != "use" && words[1] != "enable" && words[1] != "install":
			words = words[1:]
			continue
		}
		if slices.Contains(managerWrappers[:], name) {
			if inner := unwrap(name, words); inner != nil {
				words = inner
				continue
			}
		}
		break
	}
	return words
}

// module returns the module that python -m runs and its arguments.
func module(words []string) []string {
	for i := 1; i+1 < len(words); i++ {
		if words[i] == "-m" {
			return words[i+1:]
		}
		if !strings.HasPrefix(words[i], "-") {
			break
		}
	}
	return nil
}
