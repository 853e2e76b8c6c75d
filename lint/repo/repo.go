// Package repo loads the files of a repository that sekisho reads, once each, and knows who calls whom.
package repo

import (
	"io/fs"

	"sekisho/lint/syntax"
)

// Repo is one repository, read-only after Load.
type Repo struct {
	Files    []*syntax.File // workflows and actions, sorted by path
	Problems []Problem      // what could not be read, sorted by path

	fsys fs.FS
}

// Problem is something that could not be checked.
type Problem struct {
	Path    string // relative to the repository's root; "" for the repository itself
	Message string
}
