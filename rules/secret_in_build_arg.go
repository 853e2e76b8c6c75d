package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

func secretInBuildArg() *lint.Rule {
	return &lint.Rule{
		ID:       "secret-in-build-arg",
		Summary:  "a secret among the arguments of an image's build, or the files that it copies, which the image keeps",
		Severity: lint.High,
		Tags:     []string{"cwe-522", "cwe-538", "owasp-cicd-sec-6", "prevent", "leak-image", "prevent-build", "limit-layers"},
		Run:      runSecretInBuildArg,
	}
}

func runSecretInBuildArg(p *lint.Pass) {
	out := builds{collected: collected{p: p}, filled: map[filling]bool{}}
	for _, step := range mayHoldSteps(p) {
		if step.Uses != nil {
			argsOfAction(p, step.Job, step.Step, &out)
		}
	}
	eachSpill(p, mayBuild, func(s *spill) {
		for _, c := range s.Script.Commands {
			argsOfCommand(s, c, &out)
		}
	})
	for _, step := range mayHoldSteps(p) {
		if step.Run != nil && strings.Contains(step.Run.Value, "compose") {
			out.composed(step.Job, step.Step)
		}
	}
	for _, d := range dockerfiles(p) {
		if !d.action && !flow.Never(d.step.If) { // whoever uses an action builds it for themselves
			out.variables(&d)
			out.copies(&d)
		}
	}
	out.report()
}

// mayBuild answers false when no command of a script has arguments for an image's build.
func mayBuild(text string) bool {
	return strings.Contains(text, "-build-arg") || strings.Contains(text, ".args.") || strings.Contains(text, "container:push") || strings.Contains(text, "build-arg:")
}

// argsOfAction reports secrets in the inputs of an action that builds an image.
func argsOfAction(p *lint.Pass, job *syntax.Job, step *syntax.Step, out *builds) {
	catalog.BuildArgs(step.Uses.Value, func(input, form string) {
		value := step.With.Get(input)
		if value == nil {
			return
		}
		by := "`" + input + "` of `" + step.Uses.Value + "`"
		if form == "names" {
			for _, name := range strings.FieldsFunc(value.Value, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' }) {
				if secret, ok := p.Flow.SecretVariable(p.File, job, step, name); ok && !catalog.PublicArg(name) {
					out.argument(job, step, name, builtWith(p, job, &flow.PlacedSecret{HeldSecret: secret, Place: value.Span}, by, name, inputInstead))
				}
			}
			return
		}
		for _, secret := range p.Flow.SecretsIn(p.File, job, step, value) {
			name := argumentName(p.File, value, secret.Place)
			if form == "options" && !strings.Contains(value.Value, "build-arg") || catalog.PublicArg(name) {
				continue
			}
			out.argument(job, step, name, builtWith(p, job, &secret, by, name, inputInstead))
		}
	})
}

// argumentName is the name of the argument in whose value an expression stands: what comes before the = on its line.
func argumentName(file *syntax.File, value *syntax.Str, at syntax.Span) string {
	start := at.Start
	for start > value.Start && file.Text[start-1] != '\n' {
		start--
	}
	return pairName(file.Text[start:at.Start])
}

// pairName is the name in the last NAME=… of a text, without what stands before it: *.args.NAME, --build-arg NAME.
func pairName(text string) string {
	name, _, ok := strings.Cut(text, "=")
	if !ok {
		return ""
	}
	return name[strings.LastIndexAny(name, " \t.'\"")+1:]
}

const inputInstead = "its `secrets` input"

func builtWith(p *lint.Pass, job *syntax.Job, secret *flow.PlacedSecret, by, name, instead string) lint.Finding {
	f := lint.Finding{Span: secret.Place, Severity: argSeverity(&secret.HeldSecret), Way: way(p, job, secret.Text())}
	f.Message = buildMessage(by, secret.Text(), name, instead)
	if secret.At != secret.Place {
		f.Trace = []lint.Place{{Span: secret.At, Message: secret.Text() + " comes from here"}, {Span: secret.Place, Message: "it becomes an argument here"}}
	}
	return f
}

func buildMessage(by, secret, name, instead string) string {
	as := ""
	if name != "" {
		as = " as `" + name + "`"
	}
	return fmt.Sprintf("%s hands %s to an image's build%s, and the image keeps the arguments of its build in its history; hand it over by %s and mount it with `RUN --mount=type=secret`", by, secret, as, instead)
}

func argSeverity(secret *flow.HeldSecret) lint.Severity {
	if secret.ShortLived() || secret.Guess {
		return lint.Medium
	}
	return lint.High
}

// argsOfCommand reports secrets in --build-arg NAME=value, --build-arg NAME and what else programs call it.
func argsOfCommand(s *spill, c *shell.Command, out *builds) {
	for i := 1; i < len(c.Words); i++ {
		w := &c.Words[i]
		pair, ok := buildPair(c, i)
		if !ok {
			continue
		}
		name := pairName(pair + "=")
		got, found := s.Word(c, w)
		if !found && w.Const && !strings.Contains(pair, "=") {
			got, found = s.Variable(c, w, name)
		}
		if !found || catalog.PublicArg(name) {
			continue
		}
		out.argument(s.job, s.step, name, s.builtWith(&got, w.Span, "`"+programName(c)+"`", name))
	}
	for i := range c.Assigns { // args+=(--build-arg "NAME=$VALUE")
		a := &c.Assigns[i]
		_, pair, ok := strings.Cut(a.Value.Text, "--build-arg")
		if !ok {
			continue
		}
		if got, found := s.Word(c, &a.Value); found {
			name := pairName(pair)
			out.argument(s.job, s.step, name, s.builtWith(&got, a.Span, "`"+strings.ReplaceAll(a.Name, "`", "'")+"`", name))
		}
	}
}

func (s *spill) builtWith(got *flow.Carried, at shell.Span, by, name string) lint.Finding {
	f := s.finding(got, at, "it becomes an argument of the build here")
	f.Severity = lint.High
	if got.Minted == nil {
		f.Severity = argSeverity(&got.Secret)
	}
	f.Message = buildMessage(by, got.Text(), name, "`--secret`")
	return f
}

// buildPair returns the NAME=value or NAME in a word that is an argument of a build.
func buildPair(c *shell.Command, i int) (string, bool) {
	text, before := c.Words[i].Text, c.Words[i-1].Text
	for _, option := range [...]string{"--build-arg", "--opt=build-arg"} {
		if rest, ok := strings.CutPrefix(text, option+"="); ok {
			return rest, true
		}
		if rest, ok := strings.CutPrefix(text, option+":"); ok {
			return rest, true
		}
	}
	switch {
	case before == "--build-arg", before == "--arg" && len(c.Words) > 1 && strings.HasPrefix(c.Words[1].Text, "container:"):
		return text, true
	case before == "--opt":
		return strings.CutPrefix(text, "build-arg:")
	case before == "--set" && strings.Contains(text, ".args."):
		return text, true
	}
	rest, ok := strings.CutPrefix(text, "--set=")
	return rest, ok && strings.Contains(rest, ".args.")
}
