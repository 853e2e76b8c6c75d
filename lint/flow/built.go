package flow

import (
	"path"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Built is a Dockerfile of the repository that a step builds, or that an action is built from.
type Built struct {
	syntax.Span // what builds it: the command, the uses: of a step, the image: of an action
	Docker      *syntax.Dockerfile
	Context     string // the folder of the workspace whose files the build may copy; "" when that is not known, or the build fetches them elsewhere
	Target      string // the stage that is asked for; "" for the last
}

// Built lists the Dockerfiles of the repository that a step builds: with docker build and its like, or with an action for that.
func (f *Flow) Built(file *syntax.File, job *syntax.Job, step *syntax.Step) []Built {
	switch {
	case step.Uses != nil:
		return f.builtByAction(step)
	case !f.Clues(step).Has(catalog.ClueBuilds):
		return nil
	}
	dir, ok := WorkingDirectory(file, job, step)
	if g, given := f.given(step); !ok || given && !g.in.All {
		return nil
	}
	var out []Built
	r := runner{f: f, action: path.Dir(file.Path)}
	dirs := []string{dir}
	for _, c := range f.Script(file, job, step).Commands {
		dirs = entered(dirs, c)
		if src, context, target := r.built(c, dirs); src != nil {
			out = append(out, Built{file.ValueSpan(&step.Run.Str, syntax.Span(c.Span)), f.dockerfile(src), context, target})
		}
	}
	return out
}

// built returns the Dockerfile of a command that builds an image, the folder of the context and the stage.
func (r *runner) built(c *shell.Command, dirs []string) (src *syntax.Source, folder, target string) {
	if c.Remote || len(c.Words) < 3 {
		return nil, "", ""
	}
	switch c.Name {
	case "docker", "podman", "nerdctl", "buildah":
	default:
		return nil, "", ""
	}
	at := 1
	for at < len(c.Words) && (c.Words[at].Text == "buildx" || c.Words[at].Text == "image" || strings.HasPrefix(c.Words[at].Text, "-")) {
		at++
	}
	if at >= len(c.Words) || c.Words[at].Text != "build" && c.Words[at].Text != "bud" {
		return nil, "", ""
	}
	name, context := "", ""
	for i := at + 1; i < len(c.Words); i++ {
		switch text := c.Words[i].Text; {
		case (text == "-f" || text == "--file") && i+1 < len(c.Words):
			name = c.Words[i+1].Text
			i++
		case strings.HasPrefix(text, "--file="):
			name = text[len("--file="):]
		case text == "--target" && i+1 < len(c.Words):
			target = c.Words[i+1].Text
			i++
		case strings.HasPrefix(text, "--target="):
			target = text[len("--target="):]
		case valuedByBuild(text):
			i++
		case strings.HasPrefix(text, "-") && text != "-": // one without a value, or which stands before the context
		default:
			context = text // the last word is
		}
	}
	if name != "" {
		return r.source(name, dirs), contextFolder(context, dirs[len(dirs)-1]), target
	}
	if context == "" || context[0] == '-' || strings.Contains(context, "://") {
		return nil, "", ""
	}
	if src = r.dockerfileIn(context, dirs); src != nil {
		folder = path.Dir(src.Path)
	}
	return src, folder, target
}

// valuedByBuild tells whether the word behind an option of docker build is its value. Others with values stand before the context.
func valuedByBuild(option string) bool {
	switch option {
	case "-t", "--tag", "-o", "--output", "--platform", "--build-arg", "--secret", "--cache-from", "--cache-to", "--label", "--progress":
		return true
	}
	return false
}

// contextFolder is the folder of the workspace that a context means from another one; "" when it means none, or that is not known.
func contextFolder(context, dir string) string {
	for _, root := range [...]string{"$GITHUB_WORKSPACE", "${GITHUB_WORKSPACE}", "${{ github.workspace }}", "${{github.workspace}}"} {
		if rest, ok := strings.CutPrefix(context, root); ok {
			context, dir = "."+rest, "."
		}
	}
	for _, here := range [...]string{"$PWD", "${PWD}", "$(pwd)"} {
		if rest, ok := strings.CutPrefix(context, here); ok {
			context = "." + rest
		}
	}
	if context == "" || context[0] == '-' || context[0] == '/' || strings.Contains(context, "://") || strings.ContainsAny(context+dir, "$`*?") {
		return ""
	}
	if context = path.Join(dir, context); context == ".." || strings.HasPrefix(context, "../") {
		return ""
	}
	return context
}

// dockerfileIn returns the Dockerfile of a folder.
func (r *runner) dockerfileIn(context string, dirs []string) *syntax.Source {
	context = strings.TrimSuffix(context, "/") + "/"
	if src := r.source(context+"Dockerfile", dirs); src != nil {
		return src
	}
	return r.source(context+"Containerfile", dirs)
}

// builtByAction returns the Dockerfile that an action builds.
func (f *Flow) builtByAction(step *syntax.Step) []Built {
	fileInput, contextInput, ok := catalog.ImageBuilder(step.Uses.Value)
	if !ok {
		return nil
	}
	r := runner{f: f}
	root := []string{"."}
	context := "."
	if s := step.With.Get(contextInput); s != nil {
		context = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(s.Value), "{{defaultContext}}"), ":")
	}
	var src *syntax.Source
	if s := step.With.Get(fileInput); s != nil {
		src = r.source(strings.TrimSpace(s.Value), root)
	} else if !strings.Contains(context, "://") {
		src = r.dockerfileIn(path.Clean("./"+context), root)
	}
	if src == nil {
		return nil
	}
	b := Built{Span: step.Uses.Span, Docker: f.dockerfile(src)}
	if step.With.Get(contextInput) != nil && !strings.Contains(step.With.Get(contextInput).Value, "{{defaultContext}}") || !catalog.FetchesContext(step.Uses.Value) {
		b.Context = contextFolder(context, ".")
	}
	if s := step.With.Get("target"); s != nil {
		b.Target = strings.TrimSpace(s.Value)
	}
	return []Built{b}
}

// ActionDockerfile returns the Dockerfile of the repository that a docker action is built from.
func (f *Flow) ActionDockerfile(file *syntax.File) (Built, bool) {
	if file.Action == nil || file.Action.Runs == nil || file.Action.Runs.Image == nil {
		return Built{}, false
	}
	image := file.Action.Runs.Image
	if strings.Contains(image.Value, "://") || len(image.Fences) > 0 {
		return Built{}, false
	}
	src := f.repo.Script(path.Join(path.Dir(file.Path), image.Value))
	if src == nil {
		return Built{}, false
	}
	return Built{Span: image.Span, Docker: f.dockerfile(src)}, true
}

// dockerfile reads a Dockerfile once.
func (f *Flow) dockerfile(src *syntax.Source) *syntax.Dockerfile {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d, seen := f.dockerfiles[src]; seen {
		return d
	}
	if f.dockerfiles == nil {
		f.dockerfiles = map[*syntax.Source]*syntax.Dockerfile{}
	}
	d := syntax.ParseDockerfile(src)
	f.dockerfiles[src] = d
	return d
}

// Program is a file of the repository that a step runs, in whatever language.
type Program struct {
	syntax.Span // the command that runs it, or the first of those that lead to it
	Source      *syntax.Source
}

// Programs lists the files of the repository that a step's script runs, directly or through each other: shell scripts, and what is handed to
// the interpreters of other languages.
func (f *Flow) Programs(file *syntax.File, job *syntax.Job, step *syntax.Step) []Program {
	var out []Program
	for _, run := range f.allRuns(file, job, step, Held{}) {
		out = append(out, Program{file.ValueSpan(&step.Run.Str, syntax.Span(run.Command.Span)), run.Source})
	}
	return out
}
