package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// insecureSubmodules reports, once a repository, that a step fetches submodules without encryption.
func insecureSubmodules(out *collected) {
	src := out.p.Repo.Script(".gitmodules")
	if src == nil {
		return
	}
	var f lint.Finding
	for n := 1; n <= src.Lines(); n++ {
		span := src.LineSpan(n)
		key, value, ok := strings.Cut(src.Slice(span), "=")
		if !ok || strings.TrimSpace(strings.ToLower(key)) != "url" || !plain(value) || inside(out.p, strings.TrimSpace(value)) {
			continue
		}
		if len(f.Related) == 0 {
			f.Message = fmt.Sprintf("a submodule comes from `%s` without encryption, so anybody on the way can put other code in its place; write https:// in .gitmodules", hostOf(value))
		}
		f.Related = append(f.Related, lint.Place{Path: src.Path, Span: span, Message: "the address of the submodule"})
	}
	if len(f.Related) == 0 {
		return
	}
	if file, at := firstSubmodules(out.p); file == out.p.File {
		f.Span = at
		out.add(f)
	}
}

// firstSubmodules finds the first step of the repository that fetches submodules.
func firstSubmodules(p *lint.Pass) (*syntax.File, syntax.Span) {
	for _, file := range p.Repo.Files {
		for job, step := range file.Steps() {
			if s := step.With.Get("submodules"); s != nil && step.Uses != nil && !strings.EqualFold(s.Value, "false") && s.Value != "" {
				return file, s.Span
			}
			if step.Run == nil || !strings.Contains(step.Run.Value, "submodule") && !strings.Contains(step.Run.Value, "--recurs") {
				continue
			}
			for _, c := range p.Flow.Script(file, job, step).Commands {
				if c.Name == "git" && fetchesSubmodules(c) {
					return file, file.ValueSpan(&step.Run.Str, syntax.Span(c.Span))
				}
			}
		}
	}
	return nil, syntax.Span{}
}

func fetchesSubmodules(c *shell.Command) bool {
	submodule := false
	for _, w := range c.Words[1:] {
		switch w.Text {
		case "submodule":
			submodule = true
		case "update", "init":
			if submodule {
				return true
			}
		case "--recursive", "--recurse-submodules":
			return true
		}
	}
	return false
}
