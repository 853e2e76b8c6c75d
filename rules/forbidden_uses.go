package rules

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

type forbiddenOptions struct {
	Allow []usePattern `yaml:"allow"`
	Deny  []usePattern `yaml:"deny"`
}

// usePattern matches owner/repo, owner/repo/path, owner/*, docker://image, with @ref behind it or not.
type usePattern string

// Valid says what is wrong with the pattern.
func (u usePattern) Valid() error {
	switch name, _, _ := strings.Cut(string(u), "@"); {
	case u == "":
		return errors.New("the pattern is empty; remove it")
	case !doublestar.ValidatePattern(string(u)):
		return fmt.Errorf("`%s` is no valid pattern; check its brackets and braces", u)
	case name != "*" && name != "**" && !strings.Contains(name, "/"):
		return fmt.Errorf("`%s` names no repository; write owner/repository or owner/*", u)
	}
	return nil
}

func forbiddenUses() *lint.Rule {
	return &lint.Rule{
		ID:         "forbidden-uses",
		Summary:    "an action, reusable workflow or image that the configuration does not allow",
		Severity:   lint.High,
		Aliases:    []string{"zizmor:forbidden-uses"},
		Tags:       []string{"cwe-829", "owasp-cicd-sec-3", "prevent", "prevent-pin", "prevent-allow", "owasp-cicd-sec-8"},
		NewOptions: func() any { return &forbiddenOptions{} },
		Run:        runForbiddenUses,
	}
}

func runForbiddenUses(p *lint.Pass) {
	o := p.Options.(*forbiddenOptions)
	if len(o.Allow) == 0 && len(o.Deny) == 0 {
		return
	}
	for use := range p.File.Uses() {
		if len(use.Fences) == 0 && !strings.HasPrefix(use.Value, "./") && !strings.HasPrefix(use.Value, "$/") {
			checkAllowed(p, o, use.Value, use.What(), use.Span)
		}
	}
	if p.File.Action != nil && p.File.Action.Runs != nil && p.File.Action.Runs.Image != nil {
		if image := p.File.Action.Runs.Image; strings.HasPrefix(image.Value, "docker://") {
			checkAllowed(p, o, image.Value, "image", image.Span)
		}
	}
	if p.File.Workflow != nil {
		for _, job := range p.File.Workflow.Jobs {
			for _, c := range append([]*syntax.Container{job.Container}, job.Services...) {
				if c != nil && c.Image != nil && c.Image.Value != "" && len(c.Image.Fences) == 0 {
					checkAllowed(p, o, "docker://"+strings.TrimPrefix(c.Image.Value, "docker://"), "image", c.Image.Span)
				}
			}
		}
	}
	if p.File.PreCommit != nil {
		for _, repo := range p.File.PreCommit.Repos {
			if repo.Repo == nil || hookSlug(repo.Repo.Value) == "" {
				continue
			}
			value := hookSlug(repo.Repo.Value)
			if repo.Rev != nil {
				value += "@" + repo.Rev.Value
			}
			checkAllowed(p, o, value, "pre-commit repository", repo.Repo.Span)
		}
	}
}

func checkAllowed(p *lint.Pass, o *forbiddenOptions, value, what string, span syntax.Span) {
	for _, pattern := range o.Deny {
		if pattern.matches(value) {
			p.Report(lint.Finding{Span: span, Message: fmt.Sprintf("the %s `%s` is denied by `%s` in the configuration; replace it", what, value, pattern)})
			return
		}
	}
	if len(o.Allow) == 0 {
		return
	}
	for _, pattern := range o.Allow {
		if pattern.matches(value) {
			return
		}
	}
	p.Report(lint.Finding{Span: span, Message: fmt.Sprintf("the %s `%s` is not among those that the configuration allows; replace it, or have it allowed", what, value)})
}

// matches compares without regard to letter case, but for the ref. A pattern without a path or a ref matches any.
func (u usePattern) matches(value string) bool {
	pattern, wantRef, refGiven := strings.Cut(string(u), "@")
	name, ref, _ := strings.Cut(strings.TrimSpace(value), "@")
	pattern, name = strings.ToLower(strings.Trim(pattern, "/")), strings.ToLower(strings.Trim(name, "/"))
	if refGiven {
		if ok, err := doublestar.Match(wantRef, ref); err != nil || !ok {
			return false
		}
	}
	image, isImage := strings.CutPrefix(name, "docker://")
	if want, isPattern := strings.CutPrefix(pattern, "docker://"); isPattern {
		return isImage && matchPath(want, image)
	}
	if pattern == "*" || pattern == "**" {
		return true
	}
	return !isImage && matchPath(pattern, name)
}

// matchPath reports whether a pattern matches a name or a folder that holds it.
func matchPath(pattern, name string) bool {
	for ; name != ""; name = name[:max(strings.LastIndexByte(name, '/'), 0)] {
		if ok, err := doublestar.Match(pattern, name); err == nil && ok {
			return true
		}
	}
	return false
}
