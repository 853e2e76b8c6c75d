package repo

import (
	"io/fs"
	"path"
	"strings"

	"sekisho/lint/syntax"
)

// Bounds of what is read to find the files that say whom the identities of GitHub are trusted for.
const (
	maxTrustFiles = 2000
	maxTrustBytes = 32 << 20
)

// findTrust returns the files of a repository that may say whom the identities of GitHub are trusted for: by their name, and then by
// their text.
func findTrust(fsys fs.FS, all []string, o Options) []string {
	candidates := affordable(fsys, trustCandidates(all), o.Workers)
	found := make([]bool, len(candidates))
	Each(len(candidates), o.Workers, func(i int) {
		if _, overlaid := o.Overlay[candidates[i]]; overlaid {
			return
		}
		if text, err := readCapped(fsys, listed{path: candidates[i]}); err == nil { // else it is none of those that have to be checked
			found[i] = syntax.MayTrust(candidates[i], text)
		}
	})
	var out []string
	for i, name := range candidates {
		if found[i] {
			out = append(out, name)
		}
	}
	return out
}

// affordable returns the first of these files that together are not too large to be read.
func affordable(fsys fs.FS, names []string, workers int) []string {
	sizes := make([]int64, len(names))
	Each(len(names), workers, func(i int) {
		if info, err := fs.Stat(fsys, names[i]); err == nil {
			sizes[i] = min(info.Size(), syntax.MaxFileSize)
		}
	})
	total := int64(0)
	for i, size := range sizes {
		if total += size; total > maxTrustBytes {
			return names[:i]
		}
	}
	return names
}

// trustCandidates picks the files that are worth a look: all of Terraform and Bicep, and of the many that are JSON, YAML or templates those
// whose path speaks of a policy or of infrastructure.
func trustCandidates(all []string) []string {
	var out []string
	for _, name := range all {
		if len(out) >= maxTrustFiles {
			break
		}
		if !syntax.TrustPath(name) || kindOfPath(name) != syntax.KindOther || strings.Contains(name, ".terraform/") {
			continue
		}
		switch path.Ext(name) {
		case ".json", ".yml", ".yaml", ".template", ".tpl", ".tftpl":
			if !speaksOfTrust(name) {
				continue
			}
		}
		out = append(out, name)
	}
	return out
}

// speaksOfTrust reports a path with a word that such files and their folders are named with.
func speaksOfTrust(name string) bool {
	name = strings.ToLower(name)
	for _, word := range [...]string{"oidc", "iam", "trust", "assume", "policy", "policies", "role", "federat", "cloudformation", "cfn", "stack", "infra",
		"terraform", "template", "aws", "azure", "gcp", "bicep", "arm/", "credential", "identity", "sam.", "serverless"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
