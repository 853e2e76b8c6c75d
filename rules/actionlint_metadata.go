package rules

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/rhysd/actionlint"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

// metadata reports what is wrong with the description of an action, besides what GitHub refuses: that is rule syntax's.
func metadata(p *lint.Pass, a *syntax.Action) {
	low := func(at syntax.Span, format string, args ...any) {
		p.ReportKind("action", lint.Finding{Span: at, Severity: lint.Low, Message: fmt.Sprintf(format, args...)})
	}
	for _, in := range a.Inputs {
		if in.Deprecated != nil && strings.TrimSpace(in.Deprecated.Value) == "" {
			low(in.Deprecated.Key, "the input %s is said to be out of use, but not what takes its place; write that here", named(in.Name.Value))
		}
	}
	if a.Branding != nil {
		branding(a, low)
	}
	if a.Runs == nil || a.Runs.Using == nil {
		return
	}
	r := a.Runs
	switch strings.ToLower(r.Using.Value) {
	case "node12", "node16":
		low(r.Using.Span, "GitHub no longer has %s and takes a newer Node.js in its place; say node24 and test the action with it", r.Using.Value)
	case "docker":
		if r.Image != nil && len(r.Image.Fences) == 0 && !strings.HasPrefix(r.Image.Value, "docker://") && !isDockerfile(r.Image.Value) {
			p.ReportKind("action", lint.Finding{Span: r.Image.Span, Message: fmt.Sprintf(
				"the image %s is neither a Dockerfile nor an image to pull; name the file Dockerfile, or write docker:// before the name of the image", named(r.Image.Value))})
		}
	}
	if strings.HasPrefix(strings.ToLower(r.Using.Value), "node") {
		if r.PreIf != nil && r.Pre == nil {
			low(r.PreIf.Key, "`pre-if` does nothing without `pre`; remove it, or say what runs")
		}
		if r.PostIf != nil && r.Post == nil {
			low(r.PostIf.Key, "`post-if` does nothing without `post`; remove it, or say what runs")
		}
	}
}

// branding checks what the marketplace asks of an action that is made up for it.
func branding(a *syntax.Action, low func(at syntax.Span, format string, args ...any)) {
	check := func(what string, f *syntax.Field, known map[string]struct{}) {
		if f == nil || f.Value == "" {
			return
		}
		if _, ok := known[strings.ToLower(f.Value)]; ok {
			return
		}
		hint := "choose another"
		if near := syntax.Nearest(f.Value, slices.Sorted(maps.Keys(known))); near != "" {
			hint = "did you mean `" + near + "`?"
		}
		low(f.Span, "the marketplace has no %s %s; %s", what, named(f.Value), hint)
	}
	check("icon", a.Branding.Icon, actionlint.BrandingIcons)
	check("color", a.Branding.Color, actionlint.BrandingColors)
	if a.Name == nil {
		low(a.Branding.Key, "the marketplace takes no action without a `name`; add it")
	}
	if a.Description == nil {
		low(a.Branding.Key, "the marketplace takes no action without a `description`; add it")
	}
}

// isDockerfile reports a file that GitHub takes for a Dockerfile.
func isDockerfile(image string) bool {
	base := strings.ToLower(path.Base(image))
	return strings.HasPrefix(base, "dockerfile.") || strings.HasSuffix(base, "dockerfile")
}
