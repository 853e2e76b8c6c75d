package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed downloads.tsv
var downloadText string

var downloadTable = lazyActions(&downloadText, 7)

// ArtifactDownload is an action that downloads artifacts.
type ArtifactDownload struct {
	FolderInput string // the input that names the folder to put them in; "" when none does
	Folder      string // where they go without it
	RunInput    string // the input that names the run; "" when none does
	Newest      bool   // without it the newest run that fits is taken, not this one
	Restricted  bool   // its inputs leave runs only that people with rights in the repository started
	ForksUntil  string // versions before this one take runs of forks too; "" when all do
}

// Downloads tells whether an action downloads artifacts.
func Downloads(uses string, with With) (d ArtifactDownload, ok bool) {
	row := downloadTable().first(uses)
	if row == nil {
		return d, false
	}
	d = ArtifactDownload{FolderInput: row[1], Folder: row[2], RunInput: row[3], Newest: row[4] == "newest", ForksUntil: row[6]}
	d.Restricted = row[5] != "" && holds(row[5], with, nil) == yes
	return d, true
}

// TakesForks tells whether a version of the action, with its inputs, takes runs of forks when it looks for the newest run.
func (d ArtifactDownload) TakesForks(version string, with With) bool {
	if d.Restricted {
		return false
	}
	if value, literal, given := with("allow_forks"); given && d.ForksUntil != "" {
		return !literal || strings.EqualFold(strings.TrimSpace(value), "true")
	}
	return d.ForksUntil == "" || VersionWithin(version, "<"+d.ForksUntil)
}
