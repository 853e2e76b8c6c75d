package flow

import (
	"slices"
	"strings"

	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// ComposeArg is an argument that a file of docker compose gives the build of an image out of a variable.
type ComposeArg struct {
	syntax.Span // of what gives it
	Source      *syntax.Source
	Name        string
	Variable    string // of the environment of the command
}

// ComposeArgs lists the arguments that a command of a step's script fills out of its environment when it builds the images of a compose file.
func (f *Flow) ComposeArgs(file *syntax.File, job *syntax.Job, step *syntax.Step, script *shell.Script, c *shell.Command) []ComposeArg {
	files, services, ok := composeBuild(c)
	dir, known := WorkingDirectory(file, job, step)
	if !ok || !known {
		return nil
	}
	dirs := []string{dir}
	for _, before := range script.Commands {
		if before == c {
			break
		}
		dirs = entered(dirs, before)
	}
	r := runner{f: f}
	if len(files) == 0 {
		return composeArgs(r.composeFile(dirs), services)
	}
	var out []ComposeArg
	for _, name := range files {
		out = append(out, composeArgs(r.source(name, dirs), services)...)
	}
	return out
}

// composeFile returns the file that docker compose reads when none is named: of the innermost folder that has one.
func (r *runner) composeFile(dirs []string) *syntax.Source {
	for i := len(dirs) - 1; i >= 0; i-- {
		for _, name := range [...]string{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"} {
			if src := r.source(name, dirs[i:i+1]); src != nil {
				return src
			}
		}
	}
	return nil
}

// composeBuild tells whether a command builds the images of compose files; which files and services it names.
func composeBuild(c *shell.Command) (files, services []string, ok bool) {
	at := 1
	switch {
	case c.Remote:
		return nil, nil, false
	case c.Name == "docker-compose", c.Name == "podman-compose":
	case (c.Name == "docker" || c.Name == "podman") && len(c.Words) > 1 && c.Words[1].Text == "compose":
		at = 2
	default:
		return nil, nil, false
	}
	verb, builds := "", false
	for ; at < len(c.Words); at++ {
		switch text := c.Words[at].Text; {
		case (text == "-f" || text == "--file") && verb == "" && at+1 < len(c.Words):
			at++
			files = append(files, c.Words[at].Text)
		case strings.HasPrefix(text, "--file="):
			files = append(files, text[len("--file="):])
		case text == "--build":
			builds = true
		case (text == "-p" || text == "--project-name" || text == "--profile" || text == "--env-file") && verb == "", text == "--build-arg":
			at++
		case strings.HasPrefix(text, "-"):
		case verb == "":
			verb = text
		default:
			services = append(services, text)
		}
	}
	return files, services, verb == "build" || verb == "up" && builds
}

// composeArgs reads services.*.build.args of a compose file; no services means all.
func composeArgs(src *syntax.Source, services []string) []ComposeArg {
	if src == nil {
		return nil
	}
	root, _, _ := syntax.ParseYAML(src)
	all := child(root, "services")
	if all == nil {
		return nil
	}
	var out []ComposeArg
	for _, service := range all.Pairs {
		if len(services) > 0 && !slices.Contains(services, service.Key.Value) {
			continue
		}
		args := child(child(service.Value, "build"), "args")
		if args == nil {
			continue
		}
		eachArg(args, func(name, value string, at syntax.Span) {
			if variable, ok := interpolated(value); ok {
				out = append(out, ComposeArg{at, src, name, variable})
			}
		})
	}
	return out
}

// eachArg calls f for the entries of args:, a mapping or a list. One without a value takes that of the variable with its name.
func eachArg(args *syntax.Node, f func(name, value string, at syntax.Span)) {
	for _, pair := range args.Pairs {
		value := pair.Value.Resolve()
		switch {
		case value == nil || value.Kind == syntax.Scalar && value.Value == "":
			f(pair.Key.Value, "$"+pair.Key.Value, pair.Key.Span)
		case value.Kind == syntax.Scalar:
			f(pair.Key.Value, value.Value, value.Span)
		}
	}
	for _, item := range args.Items {
		if item = item.Resolve(); item == nil || item.Kind != syntax.Scalar {
			continue
		}
		name, value, valued := strings.Cut(item.Value, "=")
		if !valued {
			value = "$" + name
		}
		f(name, value, item.Span)
	}
}

// child returns the value of a key; nil when there is none.
func child(n *syntax.Node, key string) *syntax.Node {
	if n = n.Resolve(); n == nil {
		return nil
	}
	pair, ok := n.Get(key)
	if !ok {
		return nil
	}
	return pair.Value.Resolve()
}

// interpolated returns the first variable in a value of a compose file: $NAME, ${NAME}, ${NAME:-default}; $$ stands for the sign.
func interpolated(value string) (name string, ok bool) {
	for {
		_, rest, found := strings.Cut(value, "$")
		if !found {
			return "", false
		}
		if value, found = strings.CutPrefix(rest, "$"); found {
			continue
		}
		value = rest
		rest = strings.TrimPrefix(rest, "{")
		end := 0
		for end < len(rest) && (rest[end] == '_' || rest[end]|0x20 >= 'a' && rest[end]|0x20 <= 'z' || rest[end] >= '0' && rest[end] <= '9') {
			end++
		}
		if end > 0 {
			return rest[:end], true
		}
	}
}
