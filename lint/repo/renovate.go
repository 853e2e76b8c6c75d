package repo

import (
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
