package rules

import (
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

func dependencyConfusion() *lint.Rule {
	return &lint.Rule{
		ID:       "dependency-confusion",
		Summary:  "packages that two registries are asked for, so that whoever registers a private name at the public one puts code here",
		Severity: lint.Medium,
		Tags:     []string{"cwe-427", "cwe-1357", "owasp-cicd-sec-3", "prevent", "prevent-download", "matrix-dependency-confusion"},
		Run:      runDependencyConfusion,
	}
}

func runDependencyConfusion(p *lint.Pass) {
	out := collected{p: p}
	eachEnv(p, func(env *syntax.Map) { confusingEnv(&out, env) })
	if survey := p.Survey(); survey.May(catalog.ClueConfuses) {
		confusingSteps(&out, survey.Steps)
	}
	slices.SortFunc(out.list, func(a, b lint.Finding) int { return a.Start - b.Start })
	out.report()
}

// confusingSteps looks at the scripts of the steps, and at what those of each job say of registries.
func confusingSteps(out *collected, steps []flow.Surveyed) {
	jobs := map[*syntax.Job]*registries{}
	for i := range steps {
		step := &steps[i]
		job := jobs[step.Job]
		if job == nil {
			job = &registries{scoped: scopedByFile(out.p)}
			jobs[step.Job] = job
		}
		job.action(step.Step)
		scripts := scriptsOf(out.p, step, catalog.ClueConfuses|catalog.ClueNode) // what installs matters where there is something else
		for j := range scripts {
			for _, c := range scripts[j].Commands {
				confusingPython(out, &scripts[j], c)
				job.command(&scripts[j], c)
			}
		}
	}
	for _, job := range jobs {
		job.judge(out)
	}
}

// confusing builds a finding about an index beside the one that is asked anyway.
func confusing(address string) (lint.Finding, bool) {
	address = strings.TrimSpace(address)
	if address == "" || local(address) {
		return lint.Finding{}, false
	}
	return lint.Finding{Confidence: lint.Unsure, Message: fmt.Sprintf(
		"pip looks into `%s` and into its other index alike and takes the higher version, so whoever registers the name of a private package at the public one puts code here; use one index that serves both, or hashes",
		hostOf(address))}, true
}

// confusingEnv looks at an env: map.
func confusingEnv(out *collected, env *syntax.Map) {
	for i := range env.Entries {
		if e := &env.Entries[i]; e.Value != nil {
			if f, ok := confusingVariable(e.Name.Value, e.Value.Value); ok {
				f.Span = e.Value.Span
				out.add(f)
			}
		}
	}
}

// confusingVariable looks at a variable of the environment. uv asks the indexes one after another unless told otherwise.
func confusingVariable(name, value string) (lint.Finding, bool) {
	if len(name) < len("UV_INDEX_STRATEGY") {
		return lint.Finding{}, false
	}
	switch strings.ToUpper(strings.TrimPrefix(name, "$")) {
	case "PIP_EXTRA_INDEX_URL":
		return confusing(value)
	case "UV_INDEX_STRATEGY":
		return unsafeStrategy(value)
	}
	return lint.Finding{}, false
}

func unsafeStrategy(value string) (lint.Finding, bool) {
	return lint.Finding{Confidence: lint.Unsure, Message: fmt.Sprintf(
			"with `%s` uv looks into all indexes alike, so whoever registers the name of a private package at a public one puts code here; leave the strategy out, so that the first index that has a package wins", strings.TrimSpace(value))},
		strings.HasPrefix(strings.TrimSpace(value), "unsafe-")
}

// confusingPython looks at a command of pip or uv, and at what is written to their configuration.
func confusingPython(out *collected, s *script, c *shell.Command) {
	report := func(f lint.Finding, ok bool, at shell.Span) {
		if ok {
			s.anchor(&f, at)
			out.add(f)
		}
	}
	for i := range c.Assigns {
		f, ok := confusingVariable(c.Assigns[i].Name, c.Assigns[i].Value.Text)
		report(f, ok, c.Assigns[i].Span)
	}
	if len(c.Words) == 0 || c.Name != "echo" && c.Name != "printf" && !mayRunPip(firstText(c)) {
		return
	}
	words := wordTexts(c)
	inner := catalog.Manager(words)
	if len(inner) == 0 {
		return
	}
	uv := inner[0] == "uv" || inner[0] == "uvx"
	isPip := strings.HasPrefix(path.Base(inner[0]), "pip") && inner[0] != "pipx" && inner[0] != "pipenv"
	switch {
	case c.Name == "echo" || c.Name == "printf":
		for _, w := range c.Words[1:] {
			if name, value, ok := strings.Cut(w.Text, "="); ok && writesTo(c, "GITHUB_ENV") {
				f, ok := confusingVariable(name, value)
				report(f, ok, w.Span)
			}
			if _, value, ok := strings.Cut(w.Text, "extra-index-url"); ok && (writesTo(c, "pip.") || writesTo(c, "requirements")) {
				f, ok := confusing(strings.TrimLeft(value, " ="))
				report(f, ok, w.Span)
			}
		}
	case !uv && !isPip || slices.Contains(inner, "--require-hashes") || slices.Contains(inner, "--no-index"):
		return
	}
	for i := 1; i < len(c.Words); i++ {
		option, value, joined := strings.Cut(c.Words[i].Text, "=")
		if !joined && i+1 < len(c.Words) {
			value = c.Words[i+1].Text
		}
		switch {
		case option == "--extra-index-url" && isPip, strings.HasSuffix(option, "extra-index-url") && isPip && slices.Contains(inner, "config"):
			f, ok := confusing(s.filled(value))
			report(f, ok, c.Words[i].Span)
		case option == "--index-strategy" && uv:
			f, ok := unsafeStrategy(value)
			report(f, ok, c.Words[i].Span)
		case (option == "-r" || option == "--requirement") && isPip:
			confusingList(out, s, c, i, value)
		}
	}
}

// mayRunPip answers false when no command that begins with a word is one of pip or uv.
func mayRunPip(word string) bool { return strings.Contains(word, "pip") || catalog.MayInstall(word) }

// confusingList looks for another index in a file of requirements.
func confusingList(out *collected, s *script, c *shell.Command, i int, name string) {
	dir, known := flow.WorkingDirectory(s.p.File, s.job, s.step)
	name = s.Path(c, name)
	if !known || name == "" {
		return
	}
	src := s.p.Repo.Script(path.Join(dir, name))
	if src == nil || !strings.Contains(src.Text, "--extra-index-url") || strings.Contains(src.Text, "--hash=") {
		return
	}
	for n := 1; n <= src.Lines(); n++ {
		span := src.LineSpan(n)
		value, ok := strings.CutPrefix(strings.TrimSpace(src.Slice(span)), "--extra-index-url")
		if !ok {
			continue
		}
		if f, ok := confusing(strings.TrimLeft(value, " =")); ok {
			s.anchor(&f, c.Words[i].Span)
			f.Related = append(f.Related, lint.Place{Path: src.Path, Span: span, Message: "the other index"})
			out.add(f)
			return
		}
	}
}
