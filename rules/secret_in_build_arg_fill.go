package rules

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// fill is what a step gives an argument of a build.
type fill struct {
	syntax.Span
	by, instead string // as messages name them
	computed    bool   // its value may be a secret: it neither stands there nor comes from what everybody may know
}

// fill finds what the step that builds a Dockerfile gives an argument.
func (b *builds) fill(d *dockerfile, name string) (fill, bool) {
	if d.step.Uses != nil {
		return b.fillOfAction(d, name)
	}
	script := b.p.Flow.Script(b.p.File, d.job, d.step)
	for _, c := range script.Commands {
		for i := 1; i < len(c.Words); i++ {
			pair, ok := buildPair(c, i)
			given, _, valued := strings.Cut(pair, "=")
			if !ok || given != name {
				continue
			}
			span := b.p.File.ValueSpan(&d.step.Run.Str, syntax.Span(c.Words[i].Span))
			computed := !c.Words[i].Const || valued && strings.Contains(pair, "${{")
			switch vars := c.Words[i].Vars; {
			case !valued:
				computed = !b.plain(d, script, name)
			case len(vars) == 1 && (strings.HasSuffix(pair, "=$"+vars[0].Name) || strings.HasSuffix(pair, "=${"+vars[0].Name+"}")):
				computed = !b.plain(d, script, vars[0].Name)
			}
			return fill{span, "`" + programName(c) + "`", "`--secret`", computed}, true
		}
	}
	return fill{}, false
}

// fillOfAction finds the line NAME=value of an input.
func (b *builds) fillOfAction(d *dockerfile, name string) (found fill, ok bool) {
	catalog.BuildArgs(d.step.Uses.Value, func(input, form string) {
		value := d.step.With.Get(input)
		if value == nil || form != "pairs" {
			return
		}
		at := 0
		for line := range strings.Lines(value.Value) {
			if strings.HasPrefix(strings.TrimSpace(line), name+"=") {
				in := syntax.Span{Start: at + strings.Index(line, name), End: at + len(strings.TrimRight(line, " \t\r\n"))}
				found = fill{b.p.File.ValueSpan(value, in), "`" + input + "` of `" + d.step.Uses.Value + "`", inputInstead, !openlyFilled(value, in)}
				ok = true
			}
			at += len(line)
		}
	})
	return found, ok
}

// plain tells whether the value of a variable stands in the workflow or its script, or comes from what everybody may know.
func (b *builds) plain(d *dockerfile, script *shell.Script, name string) bool {
	for _, c := range script.Commands {
		if i := slices.IndexFunc(c.Assigns, func(a shell.Assign) bool { return a.Name == name }); i >= 0 {
			return c.Assigns[i].Value.Const
		}
	}
	for _, env := range b.p.Flow.Environments(b.p.File, d.job, d.step) {
		if s := env.Get(name); s != nil {
			return openlyFilled(s, syntax.Span{End: len(s.Value)})
		}
	}
	return strings.HasPrefix(name, "GITHUB_") && name != "GITHUB_TOKEN"
}

// openlyFilled tells whether a part of a value has no expressions but those that read what everybody may know.
func openlyFilled(s *syntax.Str, in syntax.Span) bool {
	for i := range s.Fences {
		fence := &s.Fences[i]
		if fence.End <= in.Start || fence.Start >= in.End {
			continue
		}
		if _, constant := expr.Fold(fence.X); constant {
			continue
		}
		name, _ := expr.Path(fence.X)
		context, _, _ := strings.Cut(name, ".")
		switch context {
		case "github", "matrix", "runner", "strategy":
			if name != "github.token" {
				continue
			}
		}
		return false
	}
	return true
}
