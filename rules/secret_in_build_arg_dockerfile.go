package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// builds are findings about builds of images, and the arguments that they are about.
type builds struct {
	collected
	filled map[filling]bool
}

// filling is an argument that a step gives a value.
type filling struct {
	step *syntax.Step
	name string
}

// argument adds a finding about an argument, with what the Dockerfiles of the step make of it.
func (b *builds) argument(job *syntax.Job, step *syntax.Step, name string, f lint.Finding) {
	b.filled[filling{step, name}] = true
	for _, built := range b.p.Flow.Built(b.p.File, job, step) {
		next := becomes(built.Docker, name)
		if len(next) > 0 && len(f.Trace) == 0 {
			f.Trace = []lint.Place{{Span: f.Span, Message: "it becomes an argument here"}}
		}
		f.Trace = append(f.Trace, next...)
	}
	b.add(f)
}

// composed reports secrets that compose files take from the environment of a step for the builds of their images.
func (b *builds) composed(job *syntax.Job, step *syntax.Step) {
	script := b.p.Flow.Script(b.p.File, job, step)
	for _, c := range script.Commands {
		for _, arg := range b.p.Flow.ComposeArgs(b.p.File, job, step, script, c) {
			secret, ok := b.p.Flow.SecretVariable(b.p.File, job, step, arg.Variable)
			if !ok || !c.Env.Has(arg.Variable) || catalog.PublicArg(arg.Name) {
				continue
			}
			at := b.p.File.ValueSpan(&step.Run.Str, syntax.Span(c.Span))
			f := builtWith(b.p, job, &flow.PlacedSecret{HeldSecret: secret, Place: at}, "`"+quotable(arg.Source.Path)+"`", quotable(arg.Name), "`secrets` of the build")
			f.Trace = append(f.Trace, lint.Place{Path: arg.Source.Path, Span: arg.Span, Message: "the compose file makes it an argument of the build"})
			b.add(f)
		}
	}
}

// becomes tells what a Dockerfile makes of an argument: where it takes it, where it keeps it, where it uses it.
func becomes(d *syntax.Dockerfile, name string) []lint.Place {
	for i := range d.Vars {
		v := &d.Vars[i]
		if v.Env || v.Name.Value != name || v.Stage < 0 {
			continue
		}
		out := []lint.Place{{Path: d.Path, Span: v.Name.Span, Message: "the Dockerfile takes it here"}}
		kept, run := false, false
		for _, in := range uses(d, v) {
			switch {
			case in.Name == "ENV" && !kept:
				kept = true
				out = append(out, lint.Place{Path: d.Path, Span: in.Span, Message: "it becomes a variable of every container here"})
			case in.Name == "RUN" && !run:
				run = true
				out = append(out, lint.Place{Path: d.Path, Span: in.Span, Message: "a command gets it here, and the history keeps that"})
			}
		}
		return out
	}
	return nil
}

// uses lists the instructions that expand what an ARG defines, in its stage and those that go on from it.
func uses(d *syntax.Dockerfile, v *syntax.DockerVar) []syntax.DockerInstruction {
	var out []syntax.DockerInstruction
	for _, in := range d.Instructions {
		text := d.Slice(in.Span)
		if in.Start > v.Name.Start && d.Within(v.Stage, in.Stage) && expands(text, v.Name.Value) && !mounted(text, v.Name.Value) {
			out = append(out, in)
		}
	}
	return out
}

// expands tells whether a text has $NAME or ${NAME in it.
func expands(text, name string) bool {
	for {
		_, rest, ok := strings.Cut(text, "$")
		if !ok {
			return false
		}
		text = rest
		rest, ok = strings.CutPrefix(strings.TrimPrefix(rest, "{"), name)
		if ok && (rest == "" || !wordByte(rest[0])) {
			return true
		}
	}
}

// mounted tells whether a RUN gets a variable from a secret that is mounted.
func mounted(text, name string) bool {
	return strings.Contains(text, "type=secret") &&
		(strings.Contains(text, "env="+name) || strings.Contains(text, name+"=$(cat") || strings.Contains(text, name+"=\"$(cat"))
}

// variables reports ARG and ENV with names of secrets that no finding about an argument speaks of.
func (b *builds) variables(d *dockerfile) {
	seen := map[string]bool{}
	for i := range d.Docker.Vars {
		v := &d.Docker.Vars[i]
		name := v.Name.Value
		if seen[name] || b.filled[filling{d.step, name}] || !catalog.CredentialName(name) || catalog.PublicArg(name) {
			continue
		}
		f, ok := inDockerfile(d, v)
		if !ok {
			f, ok = b.unfilled(d, v)
		}
		if ok {
			seen[name] = true
			b.add(f)
		}
	}
}

// inDockerfile reports a value that stands in the Dockerfile. Those that hardcoded-credentials recognises are its own: by their form, or as a
// program made them and an equal sign stands before them.
func inDockerfile(d *dockerfile, v *syntax.DockerVar) (lint.Finding, bool) {
	const least = 8 // bytes
	value := v.Value.Value
	if len(value) < least || catalog.FilledIn(value) || catalog.Plain(value) || len(catalog.Credentials(value)) > 0 {
		return lint.Finding{}, false
	}
	f := lint.Finding{Severity: lint.Medium, Confidence: lint.Likely, Hidden: []lint.Place{{Path: d.Docker.Path, Span: v.Value.Span}}}
	if catalog.Password(value) {
		if strings.Contains(d.Docker.Text[v.Name.End:v.Value.Start], "=") {
			return f, false
		}
		f.Severity = lint.High
	}
	f.Message = fmt.Sprintf("`%s` gives `%s` a value, which by its name is a secret, and everyone who can pull the image can read it; replace it, and hand the new one over when the container starts or with `RUN --mount=type=secret`",
		quotable(d.Docker.Path), quotable(v.Name.Value))
	d.at(&f, v.Name.Span)
	return f, true
}

// unfilled reports an argument whose value no secret is known to be: one that something else fills, and one that is filled elsewhere.
func (b *builds) unfilled(d *dockerfile, v *syntax.DockerVar) (lint.Finding, bool) {
	if v.Env || v.Stage < 0 || v.Value.Value != "" && !strings.Contains(v.Value.Value, "$") {
		return lint.Finding{}, false
	}
	used := len(uses(d.Docker, v)) > 0
	fill, ok := b.fill(d, v.Name.Value)
	switch {
	case ok && !fill.computed, !used:
		return lint.Finding{}, false
	case ok:
		b.filled[filling{d.step, v.Name.Value}] = true
		f := lint.Finding{Span: fill.Span, Severity: lint.Medium, Confidence: lint.Likely, Trace: []lint.Place{{Span: fill.Span, Message: "it becomes an argument here"}}}
		f.Message = buildMessage(fill.by, "what by its name is a secret", v.Name.Value, fill.instead)
		f.Trace = append(f.Trace, becomes(d.Docker, v.Name.Value)...)
		return f, true
	}
	f := lint.Finding{Severity: lint.Low, Confidence: lint.Unsure, Strict: true}
	f.Message = fmt.Sprintf("`%s` takes `%s`, which by its name is a secret, as an argument of the build, though nothing here fills it; mount it with `RUN --mount=type=secret`",
		quotable(d.Docker.Path), quotable(v.Name.Value))
	d.at(&f, v.Name.Span)
	return f, true
}

// quotable is a text that stands in backquotes in a message.
func quotable(text string) string { return strings.ReplaceAll(oneLine(text), "`", "'") }
