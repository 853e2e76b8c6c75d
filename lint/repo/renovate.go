package repo

import (
	"slices"
	"strings"

	"sekisho/lint/syntax"
)

// renovatePaths are where Renovate looks for its configuration, package.json aside. Source: its page on configuration options.
var renovatePaths = [...]string{
	"renovate.json", "renovate.json5", ".github/renovate.json", ".github/renovate.json5", ".gitlab/renovate.json",
	".gitlab/renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5",
}

// Renovate returns the text of the repository's Renovate configuration, or nil when it has none.
func (r *Repo) Renovate() *syntax.Source {
	for _, name := range renovatePaths {
		if src := r.Script(name); src != nil {
			return src
		}
	}
	if src := r.Script("package.json"); src != nil && strings.Contains(src.Text, `"renovate"`) {
		return src
	}
	return nil
}

// renovateSigns are what workflows hold where Renovate works, though its configuration is elsewhere: the action and the image that
// run it, its account, its branches, and the comments by which it finds versions.
var renovateSigns = [...]string{"renovatebot/", "renovate[bot]", "renovate/*", "renovate/renovate", "'renovate/'", "# renovate:"}

// Renovated reports that Renovate has a configuration in the repository, or that a workflow or an action shows it at work.
func (r *Repo) Renovated() bool {
	return r.Renovate() != nil || slices.ContainsFunc(r.Files, func(f *syntax.File) bool {
		return f.Contains("renovate", 4) && slices.ContainsFunc(renovateSigns[:], func(sign string) bool { return strings.Contains(f.Text, sign) })
	})
}
