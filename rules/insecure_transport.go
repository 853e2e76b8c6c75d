package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

func insecureTransport() *lint.Rule {
	return &lint.Rule{
		ID:       "insecure-transport",
		Summary:  "a transfer that anybody on the way can read or change: plain HTTP, the git protocol, or TLS without a look at the certificate",
		Severity: lint.Medium,
		Alike:    true,
		Aliases:  []string{"zizmor:insecure-url-scheme"},
		Tags:     []string{"cwe-319", "cwe-295", "owasp-cicd-sec-3", "owasp-cicd-sec-7", "prevent", "prevent-download", "matrix-registry-control"},
		Run:      runInsecureTransport,
	}
}

func runInsecureTransport(p *lint.Pass) {
	out := collected{p: p}
	defer out.report()
	if p.File.PreCommit != nil {
		for _, repo := range p.File.PreCommit.Repos {
			if repo.Repo != nil && plain(repo.Repo.Value) && !inside(p, repo.Repo.Value) {
				out.add(lint.Finding{Span: repo.Repo.Span, Message: fmt.Sprintf(
					"the hooks of `%s` are fetched without encryption, so anybody on the way can put other code in their place; write https://", hostOf(repo.Repo.Value))})
			}
		}
		return
	}
	envs := insecureEnvs(p)
	survey := p.Survey()
	for i := range survey.Steps {
		step := &survey.Steps[i]
		if len(envs) > 0 {
			for _, env := range p.Flow.Environments(p.File, step.Job, step.Step) {
				addWithSecret(&out, step.Job, step.Step, envs[env]...)
			}
		}
		if step.Uses != nil {
			addWithSecret(&out, step.Job, step.Step, insecureInputs(p, step.Step)...)
		}
		scripts := scriptsOf(p, step, catalog.ClueInsecure)
		for j := range scripts {
			for _, c := range scripts[j].Commands {
				insecureCommand(&out, &scripts[j], c)
			}
		}
	}
	for _, d := range dockerfiles(p) {
		insecureDockerfile(&out, &d)
	}
	insecureSubmodules(&out)
}

// insecureDockerfile looks at what a Dockerfile executes and fetches.
func insecureDockerfile(out *collected, d *dockerfile) {
	for _, s := range d.scripts(out.p, catalog.ClueInsecure) {
		for _, c := range s.Commands {
			insecureCommand(out, &s, c)
		}
	}
	for i := range d.Docker.Adds {
		if address := d.Docker.Adds[i].Value; plain(address) && !inside(out.p, address) {
			f := lint.Finding{Message: fmt.Sprintf("`ADD` fetches from `%s` without encryption, so anybody on the way can put other files into the image; write https://", hostOf(address))}
			d.at(&f, d.Docker.Adds[i].Span)
			out.add(f)
		}
	}
}

// addWithSecret adds findings about what a step is given: high when it holds a secret.
func addWithSecret(out *collected, job *syntax.Job, step *syntax.Step, found ...lint.Finding) {
	if len(found) == 0 {
		return
	}
	secret, ok := stepSecret(out.p, job, step)
	for _, f := range found {
		if ok {
			f.Severity = lint.High
			f.Message = while(f.Message, "the job holds "+secret)
		}
		out.add(f)
	}
}

// plain tells whether an address is fetched without encryption.
func plain(address string) bool {
	address = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(address)), "git+")
	for _, scheme := range [...]string{"http://", "git://", "ftp://", "svn://"} {
		if rest, ok := strings.CutPrefix(address, scheme); ok {
			return !strings.HasPrefix(rest, "169.254.") && !strings.HasPrefix(rest, "metadata.") // of the cloud, which has no TLS
		}
	}
	return false
}

// insecureEnvs looks at the env: maps that steps see, and lists those with a variable that gives something up.
func insecureEnvs(p *lint.Pass) map[*syntax.Map][]lint.Finding {
	var out map[*syntax.Map][]lint.Finding
	eachEnv(p, func(env *syntax.Map) {
		if found := insecureEnv(p, env); len(found) > 0 {
			if out == nil {
				out = map[*syntax.Map][]lint.Finding{}
			}
			out[env] = found
		}
	})
	return out
}

// insecureEnv looks at the variables of an env: map.
func insecureEnv(p *lint.Pass, env *syntax.Map) []lint.Finding {
	var out []lint.Finding
	for i := range env.Entries {
		e := &env.Entries[i]
		if e.Value == nil {
			continue
		}
		if message := variableMessage(p, e.Name.Value, e.Value.Value); message != "" {
			out = append(out, lint.Finding{Span: e.Value.Span, Message: message})
		}
	}
	return out
}

// variableMessage says what a variable of the environment gives up, "" when nothing.
func variableMessage(p *lint.Pass, name, value string) string {
	if meaning := catalog.InsecureEnv(name, value); meaning != "" && !(strings.HasSuffix(strings.ToLower(name), "host") && localHosts(value)) {
		return fmt.Sprintf("with `%s: %s` %s, so anybody on the way can answer in the server's place; remove it", name, oneLine(value), meaning)
	}
	switch {
	case strings.Contains(value, "-insecure") && strings.ToLower(name) == "goflags":
		return "with `-insecure` in `GOFLAGS` Go fetches modules over plain HTTP, so anybody on the way can put others in their place; remove it"
	case strings.Contains(value, "=") && strings.Contains(strings.ToLower(value), "stricthostkeychecking=no"):
		return hostKeyMessage
	case strings.Contains(value, "://") && catalog.RegistryVariable(strings.ToLower(name)):
		for address := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ',' || r == '|' || r == ' ' || r == '\n' }) {
			if plain(address) && !inside(p, address) {
				return fmt.Sprintf("packages come from `%s` without encryption, so anybody on the way can put others in their place; write https://", hostOf(address))
			}
		}
	}
	return ""
}

const hostKeyMessage = "`StrictHostKeyChecking=no` takes any key for that of the host, so anybody on the way can answer in its place; put the key into known_hosts, from a secret or a file of the repository"

// localHosts tells whether all hosts of a list are the machine itself or beside it.
func localHosts(list string) bool {
	for host := range strings.FieldsSeq(strings.ReplaceAll(list, ",", " ")) {
		if !local("http://" + strings.TrimPrefix(strings.TrimPrefix(host, "http://"), "https://")) {
			return false
		}
	}
	return true
}

// insecureInputs looks at the inputs of actions that take such a choice.
func insecureInputs(p *lint.Pass, step *syntax.Step) []lint.Finding {
	if step.With == nil {
		return nil
	}
	var out []lint.Finding
	for i := range step.With.Entries {
		e := &step.With.Entries[i]
		if e.Value == nil || len(e.Value.Fences) > 0 {
			continue
		}
		if !chosenInput(e.Value.Value) {
			continue
		}
		f := lint.Finding{Span: e.Value.Span}
		switch name, value := strings.ToLower(e.Name.Value), e.Value.Value; {
		case name == "ssh-strict" && strings.EqualFold(value, "false"):
			f.Message = "`ssh-strict: false` takes any key for that of the host, so anybody on the way can answer in its place; remove it and give `ssh-known-hosts`"
		case name == "tlsskipverify" && strings.EqualFold(value, "true"):
			f.Message = "`tlsSkipVerify: true` does not check the certificate of the server that hands out the secrets; give its authority in `caCertificate`"
		case catalog.RegistryInput(name) && plain(value) && !inside(p, value):
			f.Message = fmt.Sprintf("`%s` is reached without encryption, so anybody on the way can read and change what is sent; write https://", hostOf(value))
		default:
			continue
		}
		out = append(out, f)
	}
	return out
}

// chosenInput answers false, and fast, when the value of an input is none of such a choice.
func chosenInput(value string) bool {
	return strings.EqualFold(value, "false") || strings.EqualFold(value, "true") || strings.Contains(value, "://")
}

// stepSecret names a secret that a step is given, in its environment or as an input.
func stepSecret(p *lint.Pass, job *syntax.Job, step *syntax.Step) (string, bool) {
	s := script{p: p, job: job, step: step}
	if secret, ok := s.secret(); ok {
		return secret.Text(), true
	}
	if job == nil || step.Uses == nil {
		return "", false
	}
	for _, secret := range p.Flow.JobSecrets(p.File, job) {
		if secret.Step == step && !secret.Token && secret.Name != "" {
			return "the secret `" + secret.Name + "`", true
		}
	}
	return "", false
}
