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
)

func adhocPackages() *lint.Rule {
	return &lint.Rule{
		ID:       "adhoc-packages",
		Summary:  "a package that a script installs by name alone, past the lockfile, so that the newest version of the day runs",
		Severity: lint.Low,
		Alike:    true,
		Aliases:  []string{"zizmor:adhoc-packages"},
		Tags:     []string{"cwe-829", "cwe-1357", "owasp-cicd-sec-3", "prevent", "prevent-download", "matrix-dependency-confusion"},
		Run:      runAdhocPackages,
	}
}

func runAdhocPackages(p *lint.Pass) {
	out := collected{p: p}
	if survey := p.Survey(); survey.May(catalog.ClueInstalls) {
		adhocSteps(&out, survey.Steps)
	}
	for _, d := range dockerfiles(p) {
		for _, s := range d.scripts(p, catalog.ClueInstalls) {
			for _, c := range s.Commands {
				adhoc(&out, &s, c, func() bool { return true })
			}
		}
	}
	out.report()
}

// adhocSteps looks at the scripts of the steps.
func adhocSteps(out *collected, steps []flow.Surveyed) {
	node := nodeInstalls{p: out.p, steps: steps}
	for i := range steps {
		step := &steps[i]
		own := step.Clues.Has(catalog.ClueInstalls) && catalog.ScriptMayInstall(step.Run.Value, out.p.Strict)
		if !own && !step.Runs {
			continue
		}
		scripts := scriptsWith(out.p, step, own, catalog.ClueInstalls, heldBy(out.p, step))
		installed := false
		for j := range scripts {
			for _, c := range scripts[j].Commands {
				installed = installed || installsNode(c)
				adhoc(out, &scripts[j], c, func() bool { return installed || node.before(i) })
			}
		}
	}
}

// adhoc reports the packages of a command that have no exact version. node is asked whether the project's own packages for Node.js may
// be installed.
func adhoc(out *collected, s *script, c *shell.Command, node func() bool) {
	if len(c.Words) == 0 || !catalog.MayInstall(firstText(c)) {
		return
	}
	words := wordTexts(c)
	in, ok := catalog.Installs(words)
	if !ok || slices.ContainsFunc(s.Commands, func(other *shell.Command) bool { return other.Function == c.Name }) {
		return // the script has a function of that name
	}
	if in.Once && runsOwn(s, in, words, node) {
		return
	}
	var others, tools []int
	for _, i := range in.Packages {
		if in.System || catalog.OwnTool(in.Manager, words[i]) {
			tools = append(tools, i)
		} else {
			others = append(others, i)
		}
	}
	switch {
	case len(others) > 0:
		reportPackages(out, s, c, in, others, false)
	case len(tools) > 0 && s.p.Strict:
		reportPackages(out, s, c, in, tools, true)
	}
	for _, i := range in.Listed {
		reportList(out, s, c, i)
	}
}

func reportPackages(out *collected, s *script, c *shell.Command, in catalog.Install, packages []int, strict bool) {
	var names []string
	for _, i := range packages {
		if len(names) == 3 {
			names = append(names, fmt.Sprintf("%d more", len(packages)-3))
			break
		}
		names = append(names, "`"+strings.ReplaceAll(oneLine(c.Words[i].Text), "`", "'")+"`")
	}
	does := "installs"
	if in.Once {
		does = "fetches and runs"
	}
	f := lint.Finding{Strict: strict, Message: fmt.Sprintf("`%s` %s %s without an exact version: what was published last runs here; write the version, or take it from a lockfile",
		in.Manager, does, strings.Join(names, ", "))}
	f.Same, f.Here = in.Manager+" "+does, strings.Join(names, ", ")
	s.anchor(&f, c.Words[packages[0]].Span)
	out.add(f)
}

// reportList reports a file of requirements of which one has neither an exact version nor a hash.
func reportList(out *collected, s *script, c *shell.Command, i int) {
	dir, known := flow.WorkingDirectory(s.p.File, s.job, s.step)
	name := s.Path(c, c.Words[i].Text)
	if !s.p.Strict || !known || name == "" || s.built != nil { // in an image it is what was copied there
		return
	}
	src := s.p.Repo.Script(path.Join(dir, name))
	if src == nil || strings.Contains(src.Text, "--hash=") {
		return
	}
	for n := 1; n <= src.Lines(); n++ {
		span := src.LineSpan(n)
		line, _, _ := strings.Cut(src.Slice(span), "#")
		if line = strings.TrimSpace(line); line == "" || line[0] == '-' || line[0] == '\\' {
			continue
		}
		if _, ok := catalog.Installs([]string{"pip", "install", line}); ok {
			f := lint.Finding{Strict: true, Message: fmt.Sprintf("`%s` installs what `%s` lists, and `%s` in it has neither an exact version nor a hash; compile it to a file with hashes, and use --require-hashes",
				programName(c), name, strings.ReplaceAll(line, "`", "'"))}
			s.anchor(&f, c.Words[i].Span)
			f.Related = append(f.Related, lint.Place{Path: src.Path, Span: span, Message: "the first of them"})
			out.add(f)
			return
		}
	}
}
