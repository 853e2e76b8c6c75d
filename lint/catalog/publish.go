package catalog

import (
	_ "embed" // for the tables
	"strings"
)

var (
	//go:embed publishers.tsv
	publisherText string
	//go:embed publishes.tsv
	publishText string

	publisherTable = lazyActions(&publisherText, 5)
	publishTable   = lazy(&publishText, 8)
)

// Registry is a registry of packages that takes identity tokens of GitHub, by the label of its domain.
type Registry string

// Name returns what people call it.
func (r Registry) Name() string {
	switch r {
	case "pypi":
		return "PyPI"
	case "npmjs":
		return "npm"
	case "rubygems":
		return "RubyGems"
	case "crates":
		return "the registry of Cargo"
	case "nuget":
		return "NuGet"
	}
	return string(r)
}

// Is tells whether a URL or host is of this registry: whether the label before the last of the domain is its own.
func (r Registry) Is(url string) bool {
	if _, rest, ok := strings.Cut(url, "//"); ok {
		url = rest
	}
	host := strings.ToLower(url)
	if i := strings.IndexAny(host, "/?#"); i >= 0 {
		host = host[:i]
	}
	host, _, _ = strings.Cut(host[strings.LastIndexByte(host, '@')+1:], ":")
	labels := strings.Split(host, ".")
	return len(labels) > 1 && labels[len(labels)-2] == string(r)
}

// Publication is how a command or an action publishes a package.
type Publication struct {
	Registry    Registry // unless one of Targets says otherwise
	What        string   // the command, without options; "" for an action
	Sure        bool     // false: it publishes only when it has a credential
	Targets     []string // values that name the registry, as written
	TargetEnv   []string // variables that name it
	Credentials []string // values that are the credential, as written
	Inputs      []string // inputs of an action that hold it
	Env         []string // variables that hold it
}

// PublishCommand tells how a command publishes to one of the registries. words are as for DeployCommand.
func PublishCommand(words []string) (Publication, bool) {
	if len(words) > maxWords {
		words = words[:maxWords]
	}
	for range maxWrappers {
		if len(words) == 0 {
			return Publication{}, false
		}
		p := programOf(words[0])
		if publishTable().has(p.name) {
			if out, ok := publication(p, parseArgs(words[1:], p.valued)); ok {
				return out, true
			}
		}
		if words = unwrap(p.name, words); words == nil {
			return Publication{}, false
		}
	}
	return Publication{}, false
}

func publication(p program, a args) (out Publication, ok bool) {
	publishTable().each(p.name, func(row []string) bool {
		at, command, fits := a.sub(row[1])
		if !fits || a.meets("", row[2], at) == no {
			return true
		}
		registry, unsure := strings.CutSuffix(row[3], "?")
		out = Publication{Registry: Registry(registry), What: p.name + command, Sure: !unsure, Env: strings.Fields(row[4]), TargetEnv: strings.Fields(row[6])}
		out.Targets, out.Credentials = a.values(row[5]), a.values(row[7])
		ok = true
		return false
	})
	return out, ok
}

// values are what options of this list are given.
func (a args) values(options string) []string {
	var out []string
	for _, f := range a.flags {
		for name := range strings.FieldsSeq(options) {
			if f.valued && (f.name == name || len(name) > 2 && strings.EqualFold(f.name, name)) {
				out = append(out, f.value)
			}
		}
	}
	return out
}

// PublishAction tells how a step that calls an action with these inputs publishes to one of the registries with a credential.
func PublishAction(uses string, with With) (out Publication, ok bool) {
	for _, row := range publisherTable().uses(uses) {
		if holds(row[1], with, nil) == no {
			continue
		}
		out = Publication{Registry: Registry(row[3])}
		for name := range strings.FieldsSeq(row[2]) {
			if env, isEnv := strings.CutPrefix(name, "$"); isEnv {
				out.Env = append(out.Env, env)
			} else {
				out.Inputs = append(out.Inputs, name)
			}
		}
		for name := range strings.FieldsSeq(row[4]) {
			if value, _, present := with(name); present && strings.TrimSpace(value) != "" {
				out.Targets = append(out.Targets, value)
			}
		}
		return out, true
	}
	return out, false
}
