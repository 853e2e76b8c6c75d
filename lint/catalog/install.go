package catalog

import (
	_ "embed" // for the table
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed installs.tsv
var installText string

var installTable = lazy(&installText, 7)

// Install is a command that gets packages from a registry by name.
type Install struct {
	Manager  string // npm, pip …
	Packages []int  // indexes of the words that name packages without an exact version
	System   bool   // they come from a distribution or a collection like one
	Once     bool   // a package is fetched and run at once
	Listed   []int  // indexes of the words that name files with lists of packages
}

// Installs tells which packages a command gets by name without an exact version; false when there are none. Packages whose names
// or versions are expansions are not among them.
func Installs(words []string) (in Install, ok bool) {
	if len(words) > maxWords {
		words = words[:maxWords]
	}
	inner := Manager(words)
	if len(inner) == 0 {
		return in, false
	}
	skipped := len(words) - len(inner)
	in.Manager = managerOf(inner[0])
	installTable().each(in.Manager, func(row []string) bool {
		rest, found := subcommand(inner[1:], row[1])
		if !found {
			return true
		}
		list := installed(row, rest)
		for _, i := range list.packages {
			in.Packages = append(in.Packages, skipped+len(inner)-len(rest)+i)
		}
		for _, i := range list.listed {
			in.Listed = append(in.Listed, skipped+len(inner)-len(rest)+i)
		}
		in.System, in.Once = row[2] == "system", row[3] == "first" && onceOnly(in.Manager, inner[len(inner)-len(rest)-1], row[1])
		return false
	})
	return in, len(in.Packages)+len(in.Listed) > 0
}

// onceOnly tells whether a subcommand, or its last word where it has several meanings, runs what it fetches and forgets it.
func onceOnly(manager, last, sub string) bool {
	return sub == "" || strings.Contains(sub, "run") && (manager != "go" || last == "run") || strings.Contains(sub, "dlx") || sub == "x" || strings.Contains(sub, "exec") || strings.Contains(sub, "create")
}

// subcommand matches the words of a subcommand, options between them left out, and returns the words behind it.
func subcommand(words []string, patterns string) ([]string, bool) {
	if len(words) > 0 && strings.HasPrefix(words[0], "+") {
		words = words[1:] // cargo +nightly
	}
	for pattern := range strings.FieldsSeq(patterns) {
		i := nextWord(words, "-C --prefix --cwd --dir --directory -F --filter -c")
		if i < 0 || !matchAny(pattern, words[i]) {
			return nil, false
		}
		words = words[i+1:]
	}
	return words, true
}

// listing is what stands behind a subcommand.
type listing struct{ packages, listed []int }

func installed(row []string, words []string) (out listing) {
	style, which, valued, named, binding := row[2], row[3], row[4], row[5], row[6]
	seen := 0
	add := func(i int, spec string) {
		if !exact(style, spec) {
			out.packages = append(out.packages, i)
		}
	}
	byOption := false
	for i := 0; i < len(words); i++ {
		w := words[i]
		option, value, joined := strings.Cut(w, "=")
		switch {
		case w == "--":
			if style != "npm" || which == "all" {
				return out
			}
		case len(w) > 1 && w[0] == '-':
			takes := !joined && i+1 < len(words)
			if takes {
				value = words[i+1]
			}
			if hasField(binding, option) && (!hasField("-v --version --vers", option) || single(value)) {
				return listing{}
			}
			switch {
			case hasField(named, option):
				if takes {
					i++
				}
				if style == "cargo" {
					out.packages = nil // the words name parts of the repository
				}
				add(i, value)
				byOption = true
			case option == "-r" || option == "--requirement":
				if takes {
					i++
				}
				out.listed = append(out.listed, i)
			case takes && hasField(valued, option):
				i++
			}
		case which == "options", byOption && which == "first":
			return out
		case byOption && style == "cargo":
		default:
			seen++
			if which != "rest" || seen > 1 {
				add(i, w)
			}
			if which == "first" || style == "word" {
				if style == "word" && i+1 < len(words) && exactVersion(words[i+1]) {
					out.packages = nil
				}
				return out
			}
		}
	}
	return out
}

// exact tells whether a word names a package with an exact version, something local, or something that only the run knows.
func exact(style, spec string) bool {
	spec = strings.TrimSpace(spec)
	if isLocal(spec) || strings.Trim(spec, "0123456789.") == "" { // the value of an option that is not known
		return true
	}
	name, version := splitSpec(style, spec)
	if style == "pip" && !strings.Contains(spec, "://") && (strings.Contains(name, "/") || isLocal(version)) {
		return true
	}
	if strings.ContainsAny(name, "$`%") || strings.Contains(name, "{{") || strings.ContainsAny(spec, "*?") && style == "system" {
		return true
	}
	if strings.Contains(spec, "://") || strings.HasPrefix(spec, "git@") || strings.HasPrefix(spec, "github:") {
		return style != "cargo" && (!strings.HasPrefix(spec, "git") && !strings.Contains(spec, "git+") || isCommit(refOf(style, spec))) // an archive, or a commit
	}
	if style == "npm" && strings.Count(name, "/") == 1 && name[0] != '@' { // owner/repository#ref
		return isCommit(version)
	}
	if style == "go" && version == "" {
		return true // the version in go.mod
	}
	return exactVersion(version) || style == "go" && len(version) > 6 && isCommit(version+"00000")
}

// isLocal tells whether a word names a file or folder.
func isLocal(spec string) bool {
	for _, prefix := range [...]string{".", "/", "~", "file:", "link:", "workspace:", "portal:", "path:", "dist/", "target/", "build/", "pkg/", `\`} {
		if strings.HasPrefix(spec, prefix) {
			return true
		}
	}
	if strings.Contains(spec, "://") {
		return false
	}
	switch path.Ext(spec) {
	case ".whl", ".tgz", ".gz", ".zip", ".gem", ".nupkg", ".deb", ".rpm", ".apk", ".jar", ".crate", ".vsix", ".bz2", ".go":
		return true
	}
	return len(spec) > 1 && spec[1] == ':'
}

// splitSpec splits a word into the package's name and its version.
func splitSpec(style, spec string) (name, version string) {
	switch style {
	case "npm":
		if _, real, aliased := strings.Cut(spec, "@npm:"); aliased {
			spec = real
		}
		if i := strings.LastIndexByte(spec, '#'); i > 0 {
			return spec[:i], spec[i+1:]
		}
		if i := strings.LastIndexByte(spec, '@'); i > 0 {
			return spec[:i], spec[i+1:]
		}
	case "pip":
		if name, version, ok := strings.Cut(spec, "=="); ok {
			return name, "=" + strings.TrimLeft(version, "= ")
		}
		if i := strings.IndexByte(spec, '@'); i > 0 {
			return strings.TrimSpace(spec[:i]), strings.TrimSpace(spec[i+1:])
		}
		if i := strings.IndexAny(spec, "<>~!["); i > 0 {
			return spec[:i], ""
		}
	case "cargo", "go", "composer", "gem":
		separator := "@"
		if style == "composer" || style == "gem" {
			separator = ":"
		}
		name, version, _ = strings.Cut(spec, separator)
		return name, version
	case "system":
		name, version, _ = strings.Cut(spec, "=")
		return name, version
	}
	return spec, ""
}

// exactVersion tells whether a version is a single one: three numbers at least, no range; or an expansion, which names one.
func exactVersion(version string) bool {
	version = strings.TrimSpace(version)
	if strings.ContainsAny(version, "$`") || strings.HasPrefix(version, "%") {
		return true
	}
	if i := strings.IndexAny(version, ";, "); i >= 0 { // an environment marker
		version = version[:i]
	}
	v := strings.TrimLeft(version, "=v")
	core := v
	if i := strings.IndexAny(v, "-+!"); i >= 0 {
		core = v[:i]
	}
	return core != "" && core[0] >= '0' && core[0] <= '9' && !strings.ContainsAny(v, "*<>~^|") && !strings.Contains(v, ".x") &&
		(strings.Count(core, ".") >= 2 || strings.HasPrefix(version, "="))
}

// single tells whether the value of an option for the version names a single one, as an expansion does.
func single(version string) bool {
	if version == "" || strings.IndexByte("$%`", version[0]) >= 0 {
		return version != ""
	}
	return !strings.ContainsAny(version, "*<>~^|, ") && strings.IndexByte("=v0123456789", version[0]) >= 0
}

func isCommit(ref string) bool {
	return strings.Contains(ref, "$") || len(ref) >= 12 && strings.Trim(strings.ToLower(ref), "0123456789abcdef") == ""
}

// refOf is what an address of a git repository says which commit of it is meant.
func refOf(style, spec string) string {
	if style == "npm" {
		_, ref, _ := strings.Cut(spec, "#")
		return ref
	}
	spec, _, _ = strings.Cut(spec, "#")
	return spec[strings.LastIndexByte(spec, '@')+1:]
}

// OwnTool tells whether a package is a package manager or what it installs with, which nearly every workflow brings up to date first.
func OwnTool(manager, word string) bool {
	style := "npm"
	if manager == "pip" || manager == "uv" || manager == "pipx" {
		style = "pip"
	}
	name, _ := splitSpec(style, word)
	if manager == "gem" {
		name, _, _ = strings.Cut(word, ":")
	}
	return slices.Contains([]string{"pip", "setuptools", "wheel", "npm", "pnpm", "yarn", "corepack", "bundler", "rubygems-update"}, strings.ToLower(name))
}

// installWords are the letters of programs and subcommands that install packages, each with the rows of the table they belong to.
type installWords struct {
	programs, subcommands map[string]uint64
	system, bare          uint64 // rows of system packages; rows without a subcommand
}

var installWordSet = sync.OnceValue(func() *installWords {
	w := &installWords{programs: map[string]uint64{}, subcommands: map[string]uint64{}}
	row := uint64(1)
	installTable().all(func(cells []string) {
		w.programs[firstLetters(cells[0])] |= row
		if cells[2] == "system" {
			w.system |= row
		}
		words := strings.Fields(cells[1])
		if len(words) == 0 {
			w.bare |= row
		} else {
			for alternative := range strings.SplitSeq(words[len(words)-1], "|") {
				w.subcommands[firstLetters(alternative)] |= row
			}
		}
		if row < 1<<63 { // rows behind share a bit, so that the answer is "perhaps" more often
			row <<= 1
		}
	})
	return w
})

// firstLetters returns the letters of ASCII that a word begins with.
func firstLetters(word string) string {
	for i := range len(word) {
		if !isLetter(word[i]) {
			return word[:i]
		}
	}
	return word
}

// ScriptMayInstall answers false, without parsing it, when no command of a script can be one that Installs knows: one that spells both the
// program and what it is to do. system: packages of a distribution count, too.
func ScriptMayInstall(script string, system bool) bool {
	w := installWordSet()
	programs, subcommands := uint64(0), w.bare
	if !system {
		subcommands &^= w.system
	}
	var word [12]byte // longer ones are not in the table
	n := 0
	for i := 0; i <= len(script); i++ {
		if i < len(script) && isLetter(script[i]) {
			if n < len(word) {
				word[n] = script[i] | 0x20
			}
			n++
			continue
		}
		if n > 0 && n <= len(word) {
			programs |= w.programs[string(word[:n])]
			rows := w.subcommands[string(word[:n])]
			if !system {
				rows &^= w.system
			}
			if subcommands |= rows; programs&subcommands != 0 {
				return true
			}
		}
		n = 0
	}
	return false
}
