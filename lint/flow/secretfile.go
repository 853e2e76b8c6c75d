package flow

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// SecretFile is a file in which a step of a job leaves a secret.
type SecretFile struct {
	syntax.Span              // the action, or the command that writes it
	Step        *syntax.Step // of the job
	Name        string       // as messages give it
	Secret      string       // what lies in it, for messages
	Brief       bool         // that is of no use when the job has ended

	path string // as on a hosted runner
}

// SecretFiles lists the files in which the steps of a job, or of a composite action, leave secrets: actions that log in, and scripts
// that write what they were given. What a later script deletes is not among them.
func (f *Flow) SecretFiles(file *syntax.File, job *syntax.Job) []SecretFile {
	return f.SecretFilesAt(file, job, len(file.Text))
}

// SecretFilesAt is SecretFiles of what stands before an offset of the file.
func (f *Flow) SecretFilesAt(file *syntax.File, job *syntax.Job, at int) []SecretFile {
	var out []SecretFile
	for step := range (owner{file, job}).steps() {
		switch {
		case step.Start >= at:
			return out
		case Never(step.If), len(out) >= maxSecretFiles:
		case step.Uses != nil:
			out = append(out, f.filesOfAction(file, job, step)...)
		case step.Run != nil && mayWrite(step.Run.Value):
			out = f.filesOfScript(out, file, job, step, at)
		}
	}
	return out
}

// maxSecretFiles bounds how many files of one job are followed.
const maxSecretFiles = 50

// filesOfAction lists the files in which an action leaves a credential. Some that log in to registries only name a variable there.
func (f *Flow) filesOfAction(file *syntax.File, job *syntax.Job, step *syntax.Step) []SecretFile {
	name := strings.ToLower(actionName(step.Uses.Value))
	switch name {
	case "actions/checkout", "actions/setup-node", "actions/setup-java", "actions/setup-dotnet", "google-github-actions/setup-gcloud":
		return nil
	}
	info, ok := catalog.Login(step.Uses.Value, inputs(step.With))
	if !ok {
		return nil
	}
	var out []SecretFile
	for _, where := range info.Files {
		if at, ok := f.onRunner(file, job, step, where); ok && where != "agent" {
			out = append(out, SecretFile{Span: step.Uses.Span, Step: step, Name: where, Secret: "the login of `" + actionName(step.Uses.Value) + "`", path: at})
		}
	}
	return out
}

// onRunner is where a file lies on a hosted runner, by the name that a catalogue or a script has for it.
func (f *Flow) onRunner(file *syntax.File, job *syntax.Job, step *syntax.Step, name string) (string, bool) {
	name = strings.Replace(name, "$RUNNER_TEMP", "${{ runner.temp }}", 1)
	if strings.Contains(name, "$") && !strings.HasPrefix(name, "${{") {
		return "", false
	}
	at, ok := f.absolute(file, job, step, name)
	return strings.ReplaceAll(at, "*", "x"), ok
}

// mayWrite answers false, without parsing it, when a script certainly leaves no secret in a file and deletes none.
func mayWrite(script string) bool {
	for _, word := range [...]string{">", "tee", "login", "-Content", "Out-File", "rm ", "config set", "auth activate", "shred", "cp ", "mv "} {
		if strings.Contains(script, word) {
			return true
		}
	}
	return false
}

// filesOfScript adds the files in which a script leaves a secret before an offset of the file, and takes out those that it deletes there.
func (f *Flow) filesOfScript(out []SecretFile, file *syntax.File, job *syntax.Job, step *syntax.Step, at int) []SecretFile {
	held := f.Held(file, job, step)
	if held.None() && len(out) == 0 {
		return out
	}
	script := f.Script(file, job, step)
	dir, known := WorkingDirectory(file, job, step)
	if script == nil || !known {
		return out
	}
	followed := script.Follow(shell.Seeds{
		Var:  func(name string) bool { _, ok := held.vars[name]; return ok },
		Hole: func(i int) bool { _, ok := held.holes[i]; return ok },
		Dir:  dir,
	})
	add := func(name string, c *shell.Command, s HeldSecret) {
		where, ok := f.onRunner(file, job, step, name)
		span := file.ValueSpan(&step.Run.Str, syntax.Span(c.Span))
		again := slices.ContainsFunc(out, func(o SecretFile) bool { return o.path == where && o.Step == step })
		if !ok || again || span.Start >= at || s.Public() || s.Guess {
			return
		}
		out = append(out, SecretFile{Span: span, Step: step, Name: name, Secret: s.Text(), Brief: s.ShortLived(), path: where})
	}
	for _, w := range followed.Files {
		if s, ok := held.ofOrigin(followed, w.Origin); ok && !digests(w.By) {
			add(w.Name, w.By, s)
		}
	}
	for _, c := range script.Commands {
		if dumps(script, c) && !c.Remote {
			if s, ok := held.exported(c); ok {
				for _, name := range outputFiles(c) {
					add(followed.Path(c, name), c, s)
				}
			}
		}
		if name := loginFile(c); name != "" && !c.Remote {
			if s, ok := held.given(followed, c); ok {
				add(name, c, s)
			}
		}
		if deletes(c) && file.ValueSpan(&step.Run.Str, syntax.Span(c.Span)).Start < at {
			out = f.without(out, file, job, step, followed, c)
		}
	}
	return out
}

// exported returns the first secret of the environment that a command sees.
func (h Held) exported(c *shell.Command) (HeldSecret, bool) {
	for _, s := range h.Secrets {
		for name, held := range h.vars {
			if held.Text() == s.Text() && c.Env.Has(name) && !held.Public() {
				return s, true
			}
		}
	}
	return HeldSecret{}, false
}

// outputFiles lists the files that the output of a command, or of a pipeline that it begins, is written to.
func outputFiles(c *shell.Command) []string {
	var out []string
	for ; c != nil; c = c.PipeTo {
		for _, list := range [...][]shell.Redirect{c.Redirects, c.Group} {
			for i := range list {
				if op := strings.TrimLeft(list[i].Op, "1&"); op == ">" || op == ">>" || op == ">|" {
					out = append(out, list[i].Target.Text)
				}
			}
		}
		switch strings.ToLower(c.Name) {
		case "tee", "out-file", "tee-object", "set-content":
			for _, w := range c.Words[1:] {
				if !strings.HasPrefix(w.Text, "-") {
					out = append(out, w.Text)
				}
			}
		case "grep", "cut", "awk", "sed", "wc", "head", "tail":
			return nil // a part, which may hold none
		}
	}
	return out
}

// digests reports a command whose output tells nothing of what it reads.
func digests(c *shell.Command) bool {
	for ; c != nil; c = c.PipeTo {
		if strings.HasSuffix(c.Name, "sum") || c.Name == "wc" || c.Name == "gpg" || c.Name == "age" || c.Name == "sops" {
			return true
		}
	}
	return false
}

// ofOrigin returns the held secret that a followed value was made from.
func (h Held) ofOrigin(d *shell.Followed, o shell.Origin) (HeldSecret, bool) {
	for range maxIndirect {
		if s, ok := h.holes[o.Hole]; ok && o.Name == "" {
			return s.HeldSecret, true
		}
		if s, ok := h.vars[o.Name]; ok {
			return s, true
		}
		next, ok := d.Vars[o.Name]
		if !ok {
			break
		}
		o = next
	}
	return HeldSecret{}, false
}

// given returns the held secret that a command is handed, by an argument, by its standard input or by a variable that it looks for.
func (h Held) given(d *shell.Followed, c *shell.Command) (HeldSecret, bool) {
	for i := range c.Words {
		if o, ok := d.Text(c, &c.Words[i]); ok {
			if s, ok := h.ofOrigin(d, o); ok {
				return s, true
			}
		}
	}
	if o, ok := d.Input(c); ok {
		return h.ofOrigin(d, o)
	}
	return HeldSecret{}, false
}

// loginFile returns the file in which a command leaves the credential that it is given; "" when it leaves none.
func loginFile(c *shell.Command) string {
	if len(c.Words) < 2 {
		return ""
	}
	line := strings.Join(words(c)[1:min(4, len(c.Words))], " ")
	for _, l := range logins {
		if c.Name == l.program && strings.HasPrefix(line, l.verb) {
			return l.file
		}
	}
	return ""
}

// logins are commands that keep a credential in a file. Source: the programs' manuals.
var logins = [...]struct{ program, verb, file string }{
	{"docker", "login", "~/.docker/config.json"},
	{"podman", "login", "~/.config/containers/auth.json"},
	{"buildah", "login", "~/.config/containers/auth.json"},
	{"helm", "registry login", "~/.config/helm/registry/config.json"},
	{"aws", "configure set", "~/.aws/credentials"},
	{"az", "login", "~/.azure"},
	{"gcloud", "auth", "~/.config/gcloud/credentials.db"},
	{"npm", "config set", "~/.npmrc"},
	{"npm", "set", "~/.npmrc"},
	{"pnpm", "config set", "~/.npmrc"},
	{"cargo", "login", "~/.cargo/credentials.toml"},
	{"composer", "config -g", "~/.composer/auth.json"},
	{"composer", "config --global", "~/.composer/auth.json"},
	{"gh", "auth login", "~/.config/gh/hosts.yml"},
	{"kubectl", "config set-credentials", "~/.kube/config"},
	{"pulumi", "login", "~/.pulumi/credentials.json"},
	{"rclone", "config", "~/.config/rclone/rclone.conf"},
	{"vault", "login", "~/.vault-token"},
	{"gpg", "--import", "~/.gnupg/private-keys-v1.d/key"},
}

// deletes reports a command that deletes files.
func deletes(c *shell.Command) bool {
	switch strings.ToLower(c.Name) {
	case "rm", "shred", "unlink", "remove-item", "del", "srm":
		return true
	}
	return false
}

// without takes out the files that a command deletes, alone or with a folder.
func (f *Flow) without(list []SecretFile, file *syntax.File, job *syntax.Job, step *syntax.Step, followed *shell.Followed, c *shell.Command) []SecretFile {
	for _, w := range c.Words[1:] {
		name := followed.Path(c, w.Text)
		if name == "" || strings.HasPrefix(w.Text, "-") {
			continue
		}
		at, ok := f.absolute(file, job, step, strings.Replace(name, "$RUNNER_TEMP", "${{ runner.temp }}", 1))
		if ok {
			list = slices.DeleteFunc(list, func(s SecretFile) bool { return pattern{text: at}.covers(s.path) })
		}
	}
	return list
}

// Takes reports that an upload or a cache takes a file along.
func (u Upload) Takes(s SecretFile) bool { return u.takes(s.path) }

// TakesCredentials reports that it takes the file along in which a checkout leaves its credentials.
func (u Upload) TakesCredentials(p Persisted) bool { return u.takes(p.credentials()) }

// takesTree is takes for a cache: it saves a folder that is named as a whole, so that only what names that folder, or the file where the
// content of the folder is named, leaves it out.
func (u Upload) takesTree(name string) bool {
	for ; name != "/"; name = path.Dir(name) {
		taken := false
		for _, p := range u.patterns {
			if ok, err := doublestar.Match(p.text, name); ok && err == nil {
				taken = !p.exclude
			}
		}
		if taken {
			return true
		}
	}
	return false
}

// NamedSecret is a line of a path: that names a file or folder with credentials.
type NamedSecret struct {
	syntax.Span // of the line
	Name        string
	What        string // what lies there, for messages
	Sure        bool   // it holds nothing else
}

// NamedSecrets lists the lines of an upload or a cache that by their names hold credentials.
func (u Upload) NamedSecrets(file *syntax.File) []NamedSecret {
	var out []NamedSecret
	for _, p := range u.patterns {
		if p.exclude {
			continue
		}
		what, sure, ok := catalog.SecretFile(fromHome(p.text))
		if ok && u.takes(strings.ReplaceAll(p.text, "*", "x")) {
			out = append(out, NamedSecret{file.ValueSpan(u.Path, p.in), u.Path.Value[p.in.Start:p.in.End], what, sure})
		}
	}
	return out
}

// fromHome writes a path with ~ for the home folder of whoever a job may run as.
func fromHome(name string) string {
	for _, h := range [...]string{home, "/root", "/github/home", "/Users/runner", "/home/ubuntu"} {
		if rest, ok := strings.CutPrefix(name, h); ok && strings.HasPrefix(rest, "/") && !strings.HasPrefix(rest, "/work/") {
			return "~" + rest
		}
	}
	return name
}

// Broad is a line of a path: that takes a folder with far more in it than what a job makes.
type Broad struct {
	syntax.Span
	Name  string
	Home  bool // the home folder, one above it, or the runner's own
	Files bool // files whose names begin with a dot, too
}

// BroadPath returns the first line of an upload or a cache that takes the whole workspace or more.
func (u Upload) BroadPath(file *syntax.File) (Broad, bool) {
	for _, p := range u.patterns {
		root := p.root()
		if root == "" {
			root = "/"
		}
		b := Broad{Span: file.ValueSpan(u.Path, p.in), Name: u.Path.Value[p.in.Start:p.in.End], Files: u.hidden}
		tail := strings.TrimPrefix(p.text[min(len(root), len(p.text)):], "/")
		if p.exclude || strings.Trim(tail, "*/") != "" {
			continue
		}
		switch root {
		case home, "/", "/home", home + "/work", temp, "/root", "/github/home":
			b.Home = true
			return b, true
		case workspace, path.Dir(workspace):
			return b, true
		}
	}
	return Broad{}, false
}
