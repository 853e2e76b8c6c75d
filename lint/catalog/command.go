package catalog

import (
	"path"
	"strings"
	"sync"
)

// DeployCmd is a command that deploys or publishes.
type DeployCmd struct {
	Program  string // the program that does it, such as kubectl, also when another one runs it
	Command  string // program and words that name what it does, such as "kubectl apply"
	Kind     Kind
	Strength Strength
	// Cluster: it works on the cluster that kubeconfig names, which may be one that the job made for its tests: see LocalCluster.
	Cluster bool
}

// maxWrappers bounds how many programs that run another one are looked through.
const maxWrappers = 4

// maxWords bounds how many words of a command are looked at.
const maxWords = 4096

// program is one line of programs.tsv.
type program struct {
	name   string
	valued string // options that take the next word
}

var (
	commandTable = lazy(&commandText, 6)
	wrapperTable = lazy(&wrapperText, 4)
	programs     = sync.OnceValue(func() map[string]program {
		t := load(programText, 3)
		m := make(map[string]program, 2*len(t.lines))
		t.all(func(row []string) {
			p := program{row[0], row[2]}
			m[row[0]] = p
			for alias := range strings.FieldsSeq(row[1]) {
				m[alias] = p
			}
		})
		return m
	})
)

// DeployCommand tells whether a command deploys or publishes. words are the shell words without their quotes, the program's
// name first; expansions and expressions stand in them as written. Previews, dry runs and targets on this machine do not deploy.
func DeployCommand(words []string) (DeployCmd, bool) {
	if len(words) > maxWords {
		words = words[:maxWords]
	}
	for range maxWrappers {
		if len(words) == 0 {
			return DeployCmd{}, false
		}
		p := programOf(words[0])
		if d, ok := match(p, words); ok {
			return d, true
		}
		if words = unwrap(p.name, words); words == nil {
			return DeployCmd{}, false
		}
	}
	return DeployCmd{}, false
}

// programOf finds what is known of a program by its name or path.
func programOf(name string) program {
	if !plainName(name) {
		name = programName(name)
	}
	if p, ok := programs()[name]; ok {
		return p
	}
	return program{name: name}
}

// plainName tells whether a program is named without a folder, an ending and letters in upper case, as nearly all are.
func plainName(name string) bool {
	for i := range len(name) {
		if c := name[i]; c == '/' || c == '\\' || c == '.' || isUpper(c) || c >= 0x80 {
			return false
		}
	}
	return true
}

// programName cuts the folder and the ending of an executable or a version off a program's name.
func programName(name string) string {
	if i := lastSlash(name); i >= 0 && !strings.Contains(name[min(2, len(name)):], ":") {
		name = name[i+1:]
	}
	name = strings.ToLower(name)
	for _, ext := range [...]string{".exe", ".cmd", ".bat"} {
		name = strings.TrimSuffix(name, ext)
	}
	if version, ok := strings.CutPrefix(name, "python3."); ok && strings.Trim(version, "0123456789") == "" {
		return "python3"
	}
	return name
}

// lastSlash finds the last slash of a path, as Unix or Windows has it, or -1.
func lastSlash(name string) int {
	return max(strings.LastIndexByte(name, '/'), strings.LastIndexByte(name, '\\'))
}

func match(p program, words []string) (best DeployCmd, found bool) {
	if d, ok := deployScript(words); ok {
		return d, true
	}
	rows := commandTable().of(p.name)
	if len(rows) == 0 {
		return best, false
	}
	args := parseArgs(words[1:], p.valued)
	for _, row := range rows {
		at, command, ok := args.sub(row[1])
		if !ok {
			continue
		}
		got := args.meets(row[2], row[3], at)
		if got == no {
			continue
		}
		d := DeployCmd{Program: p.name, Command: p.name + command, Kind: kindOf(row[4]), Strength: strengthOf(row[5])}
		if got == open {
			d.Strength = min(d.Strength, Likely)
		}
		if d.Strength == Named {
			d.Kind = KindName(command)
		}
		d.Cluster = clusterPrograms(p.name)
		if !found || d.Strength > best.Strength {
			best, found = d, true
		}
	}
	return best, found
}

func clusterPrograms(name string) bool {
	switch name {
	case "kubectl", "helm", "helmfile", "oc", "skaffold", "kapp", "kpt", "flux", "werf", "devspace", "argocd":
		return true
	}
	return false
}

// deployScript knows a script by its name: ./deploy.sh, bash scripts/deploy.sh.
func deployScript(words []string) (DeployCmd, bool) {
	script := words[0]
	switch path.Base(strings.ToLower(script)) {
	case "bash", "sh", "zsh", "dash", "python", "python3", "node", "pwsh", "powershell", "ruby", "perl", "tsx", "ts-node", "source", ".":
		script = ""
		for _, w := range words[1:] {
			if !strings.HasPrefix(w, "-") {
				script = w
				break
			}
		}
	}
	i := lastSlash(script)
	script, inFolder := script[i+1:], i > 0 && !strings.Contains(script, ":")
	dot := strings.LastIndexByte(script, '.')
	if dot < 0 && inFolder && scriptName(script) {
		return DeployCmd{Program: script, Command: script, Kind: KindName(script), Strength: Named}, true
	}
	if dot <= 0 {
		return DeployCmd{}, false
	}
	switch script[dot:] {
	case ".sh", ".bash", ".ps1", ".py", ".js", ".mjs", ".cjs", ".ts", ".rb", ".pl":
	default:
		return DeployCmd{}, false
	}
	if !scriptName(script[:dot]) {
		return DeployCmd{}, false
	}
	return DeployCmd{Program: script, Command: script, Kind: KindName(script[:dot]), Strength: Named}, true
}

// scriptName tells whether the name of a script says that it deploys: as DeployName, or that it pushes images or charts.
func scriptName(name string) bool {
	pushes, what := false, false
	eachWord(name, func(word string) bool {
		switch word {
		case "push":
			pushes = true
		case "image", "images", "container", "containers", "chart", "charts", "docker", "manifest", "manifests":
			what = true
		case "no", "not", "skip", "dry", "check", "test", "tests", "local", "kind", "before", "after", "on", "build":
			pushes = false
			return false
		}
		return true
	})
	return pushes && what || DeployName(name)
}

// unwrap returns the command that a program such as npx runs, nil when it runs none.
func unwrap(name string, words []string) []string {
	var plain []string
	for _, row := range wrapperTable().of(name) {
		switch inner := unwrapAs(words, row[1], row[2], row[3]); {
		case row[1] == "":
			plain = inner
		case inner != nil:
			return inner
		}
	}
	return plain
}

func unwrapAs(words []string, sub, mode, valued string) []string {
	if mode == "module" {
		for i, w := range words[1:] {
			if w == "-m" {
				return rename(words[i+2:], func(s string) string { return s })
			}
		}
		return nil
	}
	rest := words[1:]
	for sub != "" {
		var pattern string
		pattern, sub, _ = strings.Cut(sub, " ")
		i := nextWord(rest, valued)
		if i < 0 || !matchAny(pattern, rest[i]) {
			return nil
		}
		rest = rest[i+1:]
	}
	switch mode {
	case "dash", "flag", "exec":
		for i, w := range rest {
			if introduces(mode, w) {
				return rename(rest[i+1:], func(s string) string { return s })
			}
		}
		return nil
	}
	i := nextWord(rest, valued)
	if i < 0 {
		return nil
	}
	switch mode {
	case "pkg":
		return rename(rest[i:], packageName)
	case "path":
		return rename(rest[i:], goName)
	case "env":
		return rename(rest[i:], func(s string) string { return s[strings.LastIndexByte(s, ':')+1:] })
	}
	return rest[i:]
}

// introduces tells whether another program follows a word.
func introduces(mode, word string) bool {
	switch word {
	case "--":
		return mode != "exec"
	case "-c", "--command":
		return mode == "flag"
	case "-exec", "-execdir", "-ok", "-okdir":
		return mode == "exec"
	}
	return false
}

// nextWord finds the first word that is neither an option nor an option's value.
func nextWord(words []string, valued string) int {
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case w == "--":
			if i+1 < len(words) {
				return i + 1
			}
			return -1
		case len(w) > 1 && w[0] == '-':
			if hasField(valued, w) {
				i++
			}
		default:
			return i
		}
	}
	return -1
}

// rename replaces the first word.
func rename(words []string, f func(string) string) []string {
	if len(words) == 0 {
		return nil
	}
	name := f(words[0])
	if name == words[0] {
		return words
	}
	return append([]string{name}, words[1:]...)
}

// packageName is the program of a package: its alias in programs.tsv, else its name without version, source and scope.
func packageName(spec string) string {
	if i := strings.LastIndexByte(spec, '@'); i > 0 {
		spec = spec[:i]
	}
	if i := strings.Index(spec, "=="); i > 0 {
		spec = spec[:i]
	}
	if p, ok := programs()[strings.ToLower(spec)]; ok {
		return p.name
	}
	return path.Base(spec)
}

// goName is the program of a Go package path: its last element that is no major version.
func goName(spec string) string {
	spec, _, _ = strings.Cut(spec, "@")
	base := path.Base(spec)
	if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		base = path.Base(path.Dir(spec))
	}
	return base
}
