package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

func hardcodedCredentials() *lint.Rule {
	return &lint.Rule{
		ID:       "hardcoded-credentials",
		Summary:  "a token, a key or a password that stands in a file, where everybody who can read the repository has it",
		Severity: lint.Critical,
		Aliases:  []string{"zizmor:hardcoded-container-credentials", "actionlint:credentials", "actionlint/credentials"},
		Tags:     []string{"cwe-798", "cwe-312", "owasp-cicd-sec-6", "owasp-cicd-sec-7", "prevent", "leak-commit", "prevent-scan", "matrix-scm-authentication", "matrix-repository-secrets"},
		Run:      runHardcodedCredentials,
	}
}

func runHardcodedCredentials(p *lint.Pass) {
	if p.File.Kind == syntax.KindOwners || p.File.Kind == syntax.KindCredentials && !committed(p) {
		return
	}
	h := &hardcoded{out: &collected{p: p}}
	h.text(p.File.Source, nil)
	h.containers()
	h.named()
	if p.File.Workflow != nil || p.File.Action != nil {
		h.programs()
	}
	h.out.report()
}

// hardcoded looks for credentials in one file and in what its steps run.
type hardcoded struct {
	out   *collected
	found []syntax.Span // in the file itself: one place is reported once
	seen  map[*syntax.Source]bool
}

// text reports the tokens and keys in a text. by is what runs it, nil for the file itself.
func (h *hardcoded) text(src *syntax.Source, by *syntax.Span) {
	list := catalog.Credentials(src.Text)
	pair := false
	for i := range list {
		pair = pair || list[i].What == secretOfAWS
	}
	for _, c := range list {
		f := lint.Finding{Severity: lint.Critical}
		what := article(c.What)
		if c.Shown != "" {
			what += ", `" + c.Shown + "…`,"
		}
		switch {
		case c.Example:
			f.Severity, f.Strict = lint.Low, true
			f.Message = fmt.Sprintf("what looks like %s is made up, encrypted or from a documentation; take a value that nobody and no scanner takes for one", what)
		case c.Identifier && !pair:
			f.Severity, f.Strict = lint.Low, true
			f.Message = fmt.Sprintf("%s stands here: it opens nothing alone, but tells whose key to look for; use an identity token of the run, or put it into a variable", what)
		default:
			f.Message = fmt.Sprintf("%s stands here for everybody who can read the repository, now and in its history; revoke it, and hand a new one over as a secret", what)
		}
		h.add(f, src, syntax.Span{Start: c.Start, End: c.End}, by)
	}
}

// secretOfAWS is what the catalogue calls the half of a key that opens something.
const secretOfAWS = "secret key of AWS"

// article puts one in front of a noun.
func article(noun string) string {
	if strings.ContainsRune("aeiouAEIO", rune(noun[0])) || strings.HasPrefix(noun, "rsa") {
		return "an " + noun
	}
	return "a " + noun
}

// add notes a finding about a span of a source: in the file itself there, else at what runs it. No report quotes the span.
func (h *hardcoded) add(f lint.Finding, src *syntax.Source, at syntax.Span, by *syntax.Span) {
	if by != nil {
		f.Span = *by
		f.Related = []lint.Place{{Path: src.Path, Span: at, Message: "in this file, which is used here"}}
		f.Hidden = []lint.Place{{Path: src.Path, Span: at}}
		h.out.add(f)
		return
	}
	for _, old := range h.found {
		if old.Start < at.End && at.Start < old.End {
			return
		}
	}
	h.found = append(h.found, at)
	f.Span, f.Hidden = at, []lint.Place{{Span: at}}
	h.out.add(f)
}

// containers reports the passwords for the registries of containers and services: whatever is not wholly an expression.
func (h *hardcoded) containers() {
	w := h.out.p.File.Workflow
	if w == nil {
		return
	}
	check := func(c *syntax.Container, what string) {
		if c == nil || c.Password == nil || strings.TrimSpace(c.Password.Value) == "" || wholeExpression(c.Password) {
			return
		}
		h.add(lint.Finding{
			Severity: lint.High,
			Message:  fmt.Sprintf("the password with which the image of %s is fetched stands here for everybody who can read the repository; replace it, and write `${{ secrets.NAME }}`", what),
		}, h.out.p.File.Source, c.Password.Span, nil)
	}
	for _, job := range w.Jobs {
		check(job.Container, "the container")
		for _, s := range job.Services {
			check(s, "the service `"+oneLine(s.Name.Value)+"`")
		}
	}
}

// wholeExpression reports a scalar that is one expression and nothing else.
func wholeExpression(f *syntax.Field) bool {
	return len(f.Fences) == 1 && f.Fences[0].Len() == len(strings.TrimSpace(f.Value))
}

// named reports passwords in environments and inputs whose names say that they are.
func (h *hardcoded) named() {
	f := h.out.p.File
	switch {
	case f.Workflow != nil:
		h.values(f.Workflow.Env, nil)
		for _, job := range f.Workflow.Jobs {
			h.values(job.Env, job)
			h.values(job.With, job)
			if job.Secrets != nil {
				h.values(job.Secrets.Map, job)
			}
			if job.Container != nil {
				h.values(job.Container.Env, job)
			}
		}
	case f.Dependabot != nil:
		for _, registry := range f.Dependabot.Registries {
			for _, p := range registry.Node.Resolve().Pairs {
				h.value(p.Key.Resolve().Value, p.Value.Resolve())
			}
		}
	}
	for job, step := range f.Steps() {
		h.values(step.Env, job)
		h.values(step.With, job)
		if step.Run != nil {
			h.script(&step.Run.Str)
		}
	}
}

// values looks at a map. What a service of the job is given as well opens nothing but that service.
func (h *hardcoded) values(m *syntax.Map, job *syntax.Job) {
	if m == nil {
		return
	}
	for i := range m.Entries {
		e := &m.Entries[i]
		if e.Value != nil && len(e.Value.Fences) == 0 && e.Node != nil && catalog.MayBePassword(e.Value.Value) && !servesOnly(job, e.Value.Value) {
			h.value(e.Name.Value, e.Node)
		}
	}
}

func (h *hardcoded) value(name string, n *syntax.Node) {
	if n.Kind == syntax.Scalar && catalog.MayBePassword(n.Value) && catalog.CredentialName(name) && catalog.Password(n.Value) {
		h.password(name, n.Span)
	}
}

// servesOnly reports a value that a service of the job has in its environment.
func servesOnly(job *syntax.Job, value string) bool {
	if job == nil {
		return false
	}
	for _, s := range job.Services {
		if s.Env == nil {
			continue
		}
		for i := range s.Env.Entries {
			if e := &s.Env.Entries[i]; e.Value != nil && strings.Contains(e.Value.Value, value) {
				return true
			}
		}
	}
	return false
}

func (h *hardcoded) script(run *syntax.Str) {
	for _, a := range catalog.AssignedPasswords(run.Value) {
		h.password(a.Name, h.out.p.File.ValueSpan(run, syntax.Span{Start: a.Start, End: a.End}))
	}
}

// password reports a value that only its name and its look say to be one.
func (h *hardcoded) password(name string, at syntax.Span) {
	h.add(passwordFinding(name), h.out.p.File.Source, at, nil)
}

// passwordFinding is milder where the name says that a service only takes reports with it.
func passwordFinding(name string) lint.Finding {
	f := lint.Finding{Severity: lint.High, Confidence: lint.Likely, Message: passwordMessage(name)}
	if catalog.SecretFor(name) == catalog.ReportSecret {
		f.Severity = lint.Medium
	}
	return f
}

func passwordMessage(name string) string {
	what := "the value of `" + strings.ReplaceAll(oneLine(name), "`", "'") + "`"
	if name == "" {
		what = "the password in an address"
	}
	return what + " looks like one that opens something, and stands here for everybody who can read the repository, now and in its history; replace it, and hand the new one over as a secret"
}

// programs looks into the files that the steps run and build, and into the program of an action.
func (h *hardcoded) programs() {
	p := h.out.p
	survey := p.Survey()
	for i := range survey.Steps {
		step := &survey.Steps[i]
		if !step.Runs {
			continue
		}
		for _, program := range p.Flow.Programs(p.File, step.Job, step.Step) {
			h.program(program.Source, program.Span)
		}
	}
	for _, d := range dockerfiles(p) {
		h.program(d.Docker.Source, d.Span)
	}
}

func (h *hardcoded) program(src *syntax.Source, by syntax.Span) {
	if h.seen[src] {
		return
	}
	if h.seen == nil {
		h.seen = map[*syntax.Source]bool{}
	}
	h.seen[src] = true
	h.text(src, &by)
	for _, a := range catalog.AssignedPasswords(src.Text) {
		h.add(passwordFinding(a.Name), src, syntax.Span{Start: a.Start, End: a.End}, &by)
	}
}

// committed tells whether a file of credentials is, or will be, in the repository as it stands: git has it, or
// where that is not known does not ignore it, and it is neither encrypted nor there to be tested with.
func committed(p *lint.Pass) bool {
	if testFolder(p.File.Path) || len(p.Repo.Names) == 0 {
		return false
	}
	if tracked, known := p.Repo.Tracked(p.File.Path); known && !tracked || !known && p.Repo.Ignored(p.File.Path) {
		return false
	}
	switch filter := p.Repo.Attribute(p.File.Path, "filter"); {
	case strings.HasPrefix(filter, "git-crypt"), strings.Contains(filter, "crypt"), filter == "lfs":
		return false
	}
	for _, mark := range [...]string{"\x00GITCRYPT", "version https://git-lfs", "$ANSIBLE_VAULT;", "-----BEGIN PGP MESSAGE", "age-encryption.org/"} {
		if strings.HasPrefix(p.File.Text, mark) {
			return false
		}
	}
	return !strings.Contains(p.File.Text, "sops_version=") && !strings.Contains(p.File.Text, "ENC[AES256")
}
