package rules

import (
	"fmt"
	"path"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

func unpinnedTools() *lint.Rule {
	return &lint.Rule{
		ID:       "unpinned-tools",
		Summary:  "a setup action that downloads the newest version of its tool, whatever the action itself is pinned to",
		Severity: lint.Medium,
		Alike:    true,
		Aliases:  []string{"zizmor:unpinned-tools"},
		Tags:     []string{"cwe-829", "cwe-1357", "owasp-cicd-sec-3", "prevent", "prevent-pin", "matrix-package-hijack"},
		Run:      runUnpinnedTools,
	}
}

func runUnpinnedTools(p *lint.Pass) {
	for job, step := range p.File.Steps() {
		if step.Uses == nil || step.With != nil && step.With.Expr != nil {
			continue
		}
		if tool, ok := catalog.ToolOf(step.Uses.Value, inputsOf(step)); ok {
			checkTool(p, job, step, tool)
		}
	}
}

// inputsOf gives the catalogue the inputs of a step.
func inputsOf(step *syntax.Step) catalog.With {
	return func(name string) (value string, literal, present bool) {
		s := step.With.Get(name)
		if s == nil {
			return "", false, false
		}
		return s.Value, len(s.Fences) == 0, true
	}
}

func checkTool(p *lint.Pass, job *syntax.Job, step *syntax.Step, tool catalog.Tool) {
	for _, input := range tool.Inputs {
		if s := given(p, job, step, input); s != nil && strings.TrimSpace(s.Value) != "" {
			checkVersion(p, job, step, tool, s)
			return
		}
	}
	if tool.Default == "" || pinnedByFile(p, step, tool) {
		return
	}
	name, _, _ := strings.Cut(step.Uses.Value, "@")
	at := p.File.ValueSpan(&step.Uses.Str, syntax.Span{End: len(name)})
	p.Report(lint.Finding{Span: at, Message: fmt.Sprintf(
		"`%s` downloads %s at its newest version, which pinning the action does not change; name a version in `%s`", name, tool.Name, tool.Inputs[0])})
}

// given returns the value of an input, or of a variable of the environment that starts with $, or nil.
func given(p *lint.Pass, job *syntax.Job, step *syntax.Step, input string) *syntax.Str {
	name, variable := strings.CutPrefix(input, "$")
	if !variable {
		return step.With.Get(input)
	}
	for _, env := range p.Flow.Environments(p.File, job, step) {
		if s := env.Get(name); s != nil {
			return s
		}
	}
	return nil
}

// checkVersion judges the value of the input that names the version.
func checkVersion(p *lint.Pass, job *syntax.Job, step *syntax.Step, tool catalog.Tool, s *syntax.Str) {
	f := lint.Finding{Span: s.Span}
	value := s.Value
	if len(s.Fences) > 0 {
		f.Confidence = lint.Likely
		texts := strExpansions(p.File, job, step, s)
		value = texts[0]
		for _, text := range texts {
			if tool.Floats(text) {
				value = text
			}
		}
	}
	name, _, _ := strings.Cut(step.Uses.Value, "@")
	switch {
	case tool.Floats(value):
		f.Message = fmt.Sprintf("`%s` downloads %s as `%s`, whatever that is on the day, which pinning the action does not change; name a version", name, tool.Name, strings.TrimSpace(value))
	case value == unknown:
		f.Confidence, f.Strict = lint.Unsure, true
		f.Message = fmt.Sprintf("which %s `%s` downloads is decided by `%s`; see to it that it is always a version", strings.TrimPrefix(tool.Name, "the "), name, strings.TrimSpace(s.Value))
	default:
		return
	}
	p.Report(f)
}

// pinnedByFile tells whether a file that the action looks into names the version.
func pinnedByFile(p *lint.Pass, step *syntax.Step, tool catalog.Tool) bool {
	dirs := []string{"."}
	if s := step.With.Get("working-directory"); s != nil && len(s.Fences) == 0 {
		dirs = append(dirs, s.Value)
	}
	for _, file := range tool.Files {
		name, text, _ := strings.Cut(file, ":")
		for _, dir := range dirs {
			if src := p.Repo.Script(path.Join(dir, name)); src != nil && strings.Contains(src.Text, text) {
				return true
			}
		}
	}
	return false
}
