package rules

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

func installScriptsWithSecret() *lint.Rule {
	return &lint.Rule{
		ID:       "install-scripts-with-secret",
		Summary:  "packages that are installed with their scripts while a secret is in the environment that they have no use for",
		Severity: lint.Medium,
		Tags:     []string{"cwe-829", "cwe-522", "owasp-cicd-sec-3", "owasp-cicd-sec-6", "prevent", "limit-scope"},
		Run:      runInstallScriptsWithSecret,
	}
}

func runInstallScriptsWithSecret(p *lint.Pass) {
	out := collected{p: p}
	for _, in := range installsWithSecrets(p) {
		out.add(in.finding(p))
	}
	out.report()
}

// idleInstall is an installation with secrets in its environment that it has no use for.
type idleInstall struct {
	catalog.ScriptInstall
	job     *syntax.Job
	step    *syntax.Step
	command *shell.Command
	secrets []idleSecret // those that last first
}

type idleSecret struct {
	flow.HeldSecret
	variable string
}

// has reports that a secret of an env: is among those of the installation.
func (in *idleInstall) has(b *flow.BroadSecret) bool {
	return slices.ContainsFunc(in.secrets, func(s idleSecret) bool { return s.variable == b.Entry.Name.Value && s.At == b.Span })
}

// installsWithSecrets finds the first such command of each step.
func installsWithSecrets(p *lint.Pass) []idleInstall {
	if !p.Flow.MayHold(p.File) {
		return nil
	}
	var out []idleInstall
	for _, s := range p.Survey().Steps {
		if !s.Clues.Has(catalog.ClueInstallScripts) || s.Given || !catalog.MayInstallScripts(s.Run.Value) {
			continue
		}
		if held := p.Flow.Held(p.File, s.Job, s.Step); !held.None() {
			if in, ok := installIn(p, s.Job, s.Step, held); ok {
				out = append(out, in)
			}
		}
	}
	return out
}

func installIn(p *lint.Pass, job *syntax.Job, step *syntax.Step, held flow.Held) (in idleInstall, ok bool) {
	in.job, in.step = job, step
	only := true // nothing but installations stands in the script
	for _, c := range p.Flow.Script(p.File, job, step).Commands {
		one, installs := catalog.InstallScripts(wordTexts(c))
		switch {
		case installs && in.command == nil && !c.Remote:
			in.command, in.ScriptInstall = c, one
		case !installs && c.Name != "" && !prepares(c.Name):
			only = false
		}
	}
	if in.command == nil || scriptsOff(p, job, step, in.Manager) {
		return in, false
	}
	in.secrets = idleSecrets(p, job, step, held, in.command, only)
	if in.binary() {
		in.secrets = slices.DeleteFunc(in.secrets, func(s idleSecret) bool { return s.Login != "" })
	}
	return in, len(in.secrets) > 0
}

// binary reports a manager whose packages are mostly built already and then run nothing.
func (in *idleInstall) binary() bool {
	return in.Manager == "pip" || in.Manager == "uv" || in.Manager == "pipenv" || in.Manager == "poetry"
}

func (in *idleInstall) finding(p *lint.Pass) lint.Finding {
	secret := in.secrets[0]
	f := lint.Finding{Span: p.File.ValueSpan(&in.step.Run.Str, syntax.Span(in.command.Span)), Severity: lint.Medium, Confidence: lint.Sure, Way: way(p, in.job, secret.Text())}
	switch {
	case in.Frozen, secret.Login != "", catalog.SecretFor(secret.Name) == catalog.ReportSecret:
		f.Severity = lint.Low
	case in.binary():
		f.Severity, f.Confidence = lint.Low, lint.Likely
	}
	f.Related = []lint.Place{{Span: secret.At, Message: secret.Text() + " comes from here"}}
	more := ""
	if n := len(in.secrets) - 1; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	f.Message = fmt.Sprintf("`%s` runs scripts of all packages while %s%s is in their environment as `%s`; give the secret only to the steps that use it%s",
		in.Command, secret.Text(), more, secret.variable, withoutScripts(in.Manager))
	if len(in.secrets) == 1 { // with others at hand the finding would stay
		f.Fixes = in.fix(p, &secret)
	}
	return f
}

// fix moves a secret of the job or workflow to the steps that name it.
func (in *idleInstall) fix(p *lint.Pass, secret *idleSecret) []lint.Fix {
	for _, b := range p.Flow.BroadSecrets(p.File) {
		if b.Entry.Name.Value != secret.variable || b.Span != secret.At {
			continue
		}
		s := scopeOf(p, b)
		targets := append(slices.Clone(s.uses), s.may...)
		if s.others || slices.Contains(targets, in.step) {
			return nil
		}
		return narrowFix(p, &b, targets)
	}
	return nil
}

// prepares reports commands that stand beside an installation without a use for a secret.
func prepares(name string) bool {
	switch name {
	case "cd", "pushd", "popd", "set", "echo", "printf", "corepack", "export", "mkdir", "rm", "cp", "source", ".", "node", "nvm", "which", "ls", "if", "[", "[[", "test", "for", "true", "sudo", "git", "cat":
		return true
	}
	return false
}

// idleSecrets returns the secrets of the environment that an installation has no use for, those that last first.
func idleSecrets(p *lint.Pass, job *syntax.Job, step *syntax.Step, held flow.Held, c *shell.Command, only bool) []idleSecret {
	var out []idleSecret
	for variable, secret := range held.Variables() {
		own := step.Start <= secret.At.Start && secret.At.End <= step.End
		switch {
		case secret.Token, secret.Guess, secret.Public(), !c.Env.Has(variable), own && only:
			continue
		case secret.Login != "" && !strings.Contains(variable, "SECRET"):
			continue // the others only go along with it
		case catalog.InstallSecret(variable) || catalog.InstallSecret(secret.Name):
			if own || !publishesWith(p, job, variable) {
				continue
			}
		}
		out = append(out, idleSecret{secret, variable})
	}
	slices.SortStableFunc(out, func(a, b idleSecret) int {
		return cmp.Compare(rank(a), rank(b))
	})
	return out
}

func rank(s idleSecret) int {
	if s.ShortLived() {
		return 1
	}
	return 0
}

// publishesWith tells whether a job publishes a package, for which a token of the registry may be in the environment.
func publishesWith(p *lint.Pass, job *syntax.Job, variable string) bool {
	for _, pub := range p.Flow.Publishings(p.File, job) {
		if pub.Secret != nil && (strings.HasPrefix(variable, "N") || strings.Contains(strings.ToLower(variable), "publish")) {
			return true
		}
	}
	return false
}

// scriptsOff tells whether a setting keeps npm or yarn from running scripts.
func scriptsOff(p *lint.Pass, job *syntax.Job, step *syntax.Step, manager string) bool {
	if manager != "npm" && manager != "yarn" {
		return false
	}
	for _, env := range p.Flow.Environments(p.File, job, step) {
		for i := range env.Entries {
			e := &env.Entries[i]
			if e.Value == nil {
				continue
			}
			name := strings.ToLower(e.Name.Value)
			if name == "npm_config_ignore_scripts" && e.Value.Value == "true" || name == "yarn_enable_scripts" && (e.Value.Value == "false" || e.Value.Value == "0") {
				return true
			}
		}
	}
	dir, ok := flow.WorkingDirectory(p.File, job, step)
	if !ok {
		dir = "."
	}
	for _, folder := range [...]string{dir, "."} {
		if src := p.Repo.Script(path.Join(folder, ".npmrc")); src != nil && strings.Contains(strings.ReplaceAll(src.Text, " ", ""), "ignore-scripts=true") {
			return true
		}
		if src := p.Repo.Script(path.Join(folder, ".yarnrc.yml")); src != nil && strings.Contains(strings.ReplaceAll(src.Text, " ", ""), "enableScripts:false") {
			return true
		}
	}
	return false
}

func withoutScripts(manager string) string {
	switch manager {
	case "npm", "yarn":
		return ", or install with `--ignore-scripts`"
	case "composer":
		return ", or install with `--no-scripts`"
	}
	return ""
}
