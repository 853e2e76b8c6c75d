package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// oddPath reports steps in the path of an action that lead nowhere.
func oddPath(p *lint.Pass, use syntax.Use) {
	if !strings.Contains(use.Value, "/.") && !strings.Contains(use.Value, "//") && !strings.Contains(use.Value, "/@") {
		return
	}
	name, ref, pinned := strings.Cut(use.Value, "@")
	if len(use.Fences) > 0 || strings.HasPrefix(name, "docker:") || !strings.Contains(name, "/.") && !strings.Contains(name, "//") && !strings.HasSuffix(name, "/") {
		return
	}
	prefix, rest := "", name
	for _, local := range [...]string{"./", "$/"} {
		if after, ok := strings.CutPrefix(name, local); ok {
			prefix, rest = local, after
		}
	}
	if rest = strings.TrimSuffix(rest, "/"); rest == "" {
		return // ./ is the repository itself
	}
	parts := strings.Split(rest, "/")
	odd := slices.ContainsFunc(parts, func(part string) bool { return part == "." || part == ".." || part == "" })
	if !odd || prefix == "./" && !slices.Contains(parts[1:], "..") && !slices.Contains(parts, "") && !slices.Contains(parts, ".") {
		return // ./../x is beside the workspace
	}
	f := lint.Finding{Span: use.Span}
	clean := path.Clean(strings.TrimLeft(rest, "/"))
	if strings.HasPrefix(clean, "..") || prefix == "" && strings.Count(clean, "/") < 1 || clean == "." && prefix == "" {
		f.Message = fmt.Sprintf("the path of %s leads out of where it begins; write where the %s is", named(use.Value), use.What())
		p.Report(f)
		return
	}
	value := prefix + clean
	if clean == "." {
		value = strings.TrimSuffix(prefix, "/") + "/"
	}
	if pinned {
		value += "@" + ref
	}
	f.Message = fmt.Sprintf("the path of %s has steps that lead nowhere; write %s", named(use.Value), named(value))
	if edits := p.File.ReplaceScalar(&use.Str, value); edits != nil && value != use.Value {
		f.Fixes = []lint.Fix{{Title: "write the path as it is", Safety: lint.Safe, Edits: edits}}
	}
	p.Report(f)
}
