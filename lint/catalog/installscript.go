package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed installscripts.tsv
var installScriptText string

var installScriptTable = lazy(&installScriptText, 4)

// ScriptInstall is a command that installs packages and runs scripts that these bring.
type ScriptInstall struct {
	Command string // program and subcommand
	Manager string
	Frozen  bool // a lockfile or hashes bind the versions
}

// MayInstallScripts answers false, without parsing it, when a script has no command that InstallScripts knows.
func MayInstallScripts(script string) bool {
	for _, name := range [...]string{"npm ", "yarn", "pip", "bundle ", "gem ", "composer ", "poetry ", "uv "} {
		if strings.Contains(script, name) {
			return true
		}
	}
	return false
}

// InstallScripts tells whether a command installs packages with their scripts; false also when the command keeps them from being run.
func InstallScripts(words []string) (in ScriptInstall, ok bool) {
	if len(words) > maxWords {
		words = words[:maxWords]
	}
	inner := Manager(words)
	if len(inner) == 0 {
		return in, false
	}
	name := managerOf(inner[0])
	if !installScriptTable().has(name) {
		return in, false
	}
	installScriptTable().each(name, func(row []string) bool {
		rest := inner[1:]
		switch {
		case row[1] == "" && nextWord(inner[1:], "--cwd --cache-folder") >= 0:
			return true
		case row[1] != "":
			found := false
			if rest, found = subcommand(inner[1:], row[1]); !found {
				return true
			}
		}
		ok = row[3] == "" || !hasOption(append([]string{""}, inner[1:]...), row[3])
		in.Manager, in.Command = name, name
		if row[1] != "" {
			in.Command += " " + inner[len(inner)-len(rest)-1]
		}
		switch row[2] {
		case "always":
			in.Frozen = true
		case "never":
		default:
			in.Frozen = hasOption(append([]string{""}, inner[1:]...), row[2])
		}
		return false
	})
	return in, ok && !nothingInstalled(inner)
}

// nothingInstalled reports an installation that is asked for help or a version, or that
// gets pip's own packages only.
func nothingInstalled(words []string) bool {
	own := managerOf(words[0]) == "pip" // pip install --upgrade pip
	for i, w := range words[1:] {
		if i > 0 && own && !strings.HasPrefix(w, "-") {
			name, _, _ := strings.Cut(strings.TrimRight(w, "0123456789."), "=")
			own = name == "pip" || name == "setuptools" || name == "wheel" || name == "build" || strings.HasSuffix(w, ".whl")
		}
		switch w {
		case "--help", "-h", "--version", "-v", "--dry-run", "--package-lock-only", "--lockfile-only":
			return true
		}
	}
	return own
}

// InstallSecret tells whether a secret by the name of its variable is for the registry that packages come from.
func InstallSecret(name string) bool {
	found := false
	eachWord(name, func(word string) bool {
		switch word {
		case "npm", "npmrc", "npmjs", "yarn", "node", "registry", "registries", "packages", "package", "pkg", "bundle", "gem", "gems", "gemfury", "composer", "pip", "pypi", "index", "uv", "poetry",
			"artifactory", "jfrog", "nexus", "cloudsmith", "fontawesome", "codeartifact", "proxy", "mirror", "gh", "github", "git", "ssh", "nuget", "cargo", "feed", "tiptap", "sidekiq", "nova":
			found = true
		}
		return !found
	})
	return found
}
